package io.tailrace.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Game events from a topic to a table, by Tailrace and by Spark Structured Streaming, in turn. */
final class GameEventsRace implements Case {

  private static final String DESCRIPTION =
      """
      A topic has game events, as JSON with the headers of their requests, when the contestants
      start: all that are no `default` events become a table, as snappy Parquet. A broker, `kafka`,
      runs in a process of its own, so that it and the contestants share the cores. In each round
      every contestant reads the whole topic once, one after the other, from files that are in the
      system's cache. The time is that of the whole process. No figure is shown unless all gave the
      same counts by type and direction, and by host, in every round.

      * **Tailrace** runs `game-events` with `--trigger=availableNow`, which keeps the events per
        type and direction and per host and type, too. It also checks every message, keeps those that
        are no events, and could be killed at any moment.
      """;

  private static final String SPARK =
      """
      * **Spark Structured Streaming** runs on `local[2]`: the `kafka` source from the earliest
        offsets, `json_tuple` with the fields of the table, and a Parquet sink with the same columns,
        with `Trigger.AvailableNow`. It keeps no reports.
      """;

  private static final String FEW =
      """
      few are unlike each other, as of a load tool: 100 different messages of about 200 bytes.""";

  private static final String DIFFERENT =
      """
      no two are alike: each has an ID of its request, and about 230 bytes.""";

  private final Settings settings;
  private final boolean areDifferent;

  /**
   * @param areDifferent whether no two events are alike; otherwise few are unlike each other
   */
  GameEventsRace(Settings settings, boolean areDifferent) {
    this.settings = settings;
    this.areDifferent = areDifferent;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    try (GameTopic topic = GameTopic.open(settings, areDifferent)) {
      List<Contestant> contestants = new ArrayList<>();
      List<String> titles = new ArrayList<>();
      for (Runner runner : settings.runners()) {
        contestants.add(tailrace(runner, topic));
        titles.add(runner.title() + " runner");
      }
      if (!settings.peers().isEmpty()) {
        contestants.add(
            Contestant.Program.sparkGameEvents(topic.bootstrapServers(), settings.heap()));
      }
      Rounds rounds = Rounds.run(settings, topic.folder(), contestants);
      return description(rounds.answer())
          + rounds.bars(settings)
          + '\n'
          + rounds.seconds()
          + (settings.peers().isEmpty() ? "" : '\n' + rounds.ratios(titles));
    }
  }

  private Contestant tailrace(Runner runner, GameTopic topic) {
    return Contestant.Tailrace.onDisk(
        "Tailrace, " + runner.title() + " runner",
        runner.jar(settings.jars()),
        Contestant.Job.gameEvents(topic.bootstrapServers()),
        "--topic=" + GameTopic.NAME,
        settings.heap());
  }

  private String description(Answer answer) {
    return DESCRIPTION
        + (settings.peers().isEmpty() ? "" : SPARK)
        + Page.format(
            "\n%,d events in %d partitions, of which %s\nHeap of each process: `-Xmx%s`.\n"
                + "All answers agree: %,.0f rows of the table.\n\n",
            settings.number("events"),
            GameTopic.PARTITIONS,
            areDifferent ? DIFFERENT : FEW,
            settings.heap(),
            answer.report().values().stream().mapToDouble(Double::doubleValue).sum());
  }
}
