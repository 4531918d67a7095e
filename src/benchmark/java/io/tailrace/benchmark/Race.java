package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The whole job, by Tailrace on each runner and by its peers, in turn. */
final class Race implements Case {

  private static final String DESCRIPTION =
      """
      In each round every contestant does the whole job once, one after the other, from files that
      are in the system's cache. The time is that of the whole process, from before its start to
      after its end. No figure is shown unless all gave the same report and the same log in every
      round.

      * **Tailrace** takes what is there: `--trigger=availableNow`.
      """;

  private static final String SPARK =
      """
      * **Spark Structured Streaming** runs on `local[2]`: one streaming query for the report
        (complete mode, in-memory table) and one for the log, side by side, both with
        `Trigger.AvailableNow`. The `csv` source with a schema is what most people would write;
        cutting the lines of the `text` source with string functions is faster, and takes any
        line for a record.
      """;

  private static final String BARE_LOOP =
      """
      * **The bare loop** is the least that two threads of Java must do: it counts in a loop over
        the bytes, checks nothing and would begin again after a crash.

      """;

  private final Settings settings;

  Race(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = Input.of(settings);
    long inputBytes = Input.readOnce(input);

    Rounds rounds = Rounds.run(settings, contestants(input));
    List<String> titles =
        settings.runners().stream().map(runner -> runner.title() + " runner").toList();
    return description(inputBytes, rounds.answer())
        + rounds.seconds()
        + '\n'
        + rounds.ratios(titles);
  }

  private List<Contestant> contestants(Path input) {
    List<Contestant> contestants = new ArrayList<>();
    for (Runner runner : settings.runners()) {
      contestants.add(
          Contestant.Tailrace.onDisk(runner, runner.jar(settings.jars()), input, settings.heap()));
    }
    for (String source : settings.peers()) {
      contestants.add(Contestant.Spark.serverLogs(source, input, settings.heap()));
    }
    contestants.add(new Contestant.Bare(input, settings.heap()));
    return contestants;
  }

  private String description(long inputBytes, Answer answer) {
    int files = settings.number("files");
    int lines = settings.number("lines");
    return DESCRIPTION
        + (settings.peers().isEmpty() ? "" : SPARK)
        + BARE_LOOP
        + Page.format(
            "%,d files of %,d lines each: %,d lines, %.2f GB, %,d servers. Heap of each process:"
                + " `-Xmx%s`.\nAll answers agree: %,d report rows, %,d SEV0 rows.\n\n",
            files,
            lines,
            (long) files * lines,
            inputBytes / 1e9,
            settings.number("servers"),
            settings.heap(),
            answer.report().size(),
            answer.log().size());
  }
}
