package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Files of JSON to a table, by Tailrace and by its peers, in turn. */
final class TrackerRace implements Case {

  private static final String DESCRIPTION =
      """
      Files of readings of heart rates, each one array of JSON over many lines whose values are
      texts, become a table of `device_id int, mrn long, time double, heartrate double`. In each
      round every contestant does the whole job once, one after the other, from files that are in
      the system's cache. The time is that of the whole process. No figure is shown unless all gave
      the same counts, sums, least and greatest values per device in every round.

      * **Tailrace** runs `tracker` with `--trigger=availableNow`: a Delta table, with statistics,
        and the recordings per device. It also checks every value, keeps what does not fit, and could
        be killed at any moment.
      """;

  private static final String SPARK =
      """
      * **Spark Structured Streaming** runs on `local[2]`: the `json` source with `multiLine` and a
        schema of texts, which are cast, and a sink of the same columns, with
        `Trigger.AvailableNow`. The Parquet sink has neither versions nor transactions.
      """;

  private static final String DUCKDB =
      """
      * **DuckDB** is the one-shot reference: `read_json` with the columns given, as texts, casts, and
        `COPY … TO` one file of snappy Parquet, on two threads. It keeps neither versions nor a
        checkpoint. Its memory is outside the heap, with the same limit.
      """;

  private final Settings settings;

  TrackerRace(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = Input.ofReadings(settings);
    List<Contestant> contestants = new ArrayList<>();
    List<String> titles = new ArrayList<>();
    for (Runner runner : settings.runners()) {
      contestants.add(
          Contestant.Tailrace.onDisk(
              "Tailrace, " + runner.title() + " runner",
              runner.jar(settings.jars()),
              Contestant.Job.TRACKER,
              input,
              settings.heap()));
      titles.add(runner.title() + " runner");
    }
    for (String peer : settings.peers()) {
      contestants.add(
          peer.equals("duckdb")
              ? Contestant.Program.duckDbTracker(input, settings.heap())
              : Contestant.Program.sparkTracker(peer, input, settings.heap()));
    }
    Rounds rounds = Rounds.run(settings, input, contestants);
    return description(rounds.inputBytes(), rounds.answer())
        + rounds.bars(settings)
        + '\n'
        + rounds.seconds()
        + (settings.peers().isEmpty() ? "" : '\n' + rounds.ratios(titles));
  }

  private String description(long inputBytes, Answer answer) {
    int files = settings.number("files");
    int lines = settings.number("lines");
    List<String> peers = settings.peers();
    return DESCRIPTION
        + (peers.contains("delta") || peers.contains("parquet") ? SPARK : "")
        + (peers.contains("duckdb") ? DUCKDB : "")
        + Page.format(
            "\n%,d files of %,d records each: %,d records, %.2f GB. Heap of each process: `-Xmx%s`.\n"
                + "All answers agree: %,d devices, %,.0f rows of the table.\n\n",
            files,
            lines,
            (long) files * lines,
            inputBytes / 1e9,
            settings.heap(),
            answer.report().size(),
            answer.report().values().stream().mapToDouble(Double::doubleValue).sum());
  }
}
