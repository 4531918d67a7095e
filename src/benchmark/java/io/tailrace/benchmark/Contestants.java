package io.tailrace.benchmark;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Who does the whole job of {@code server-logs}: Tailrace on each runner, the peers that were asked
 * for, and the bare loop.
 */
final class Contestants {

  private static final String TAILRACE =
      """
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

  private static final String FLINK =
      """
      * **Flink SQL** runs in the process with two slots: the `filesystem` connector with format
        `csv`, and one set of two `INSERT` statements, which share what they read. It runs in batch
        mode, which keeps no checkpoint. What Flink manages by itself is outside the heap.
      """;

  private static final String DUCKDB =
      """
      * **DuckDB** is the one-shot reference: `read_csv` with the columns given, on two threads, a
        statement for the report and one for the log. It keeps no checkpoint. Its memory is outside
        the heap, with the same limit.
      """;

  private static final String BARE_LOOP =
      """
      * **The bare loop** is the least that two threads of Java must do: it counts in a loop over
        the bytes, checks nothing and would begin again after a crash.

      """;

  private Contestants() {}

  /** The contestants, in the order in which they run; Tailrace comes first, the bare loop last. */
  static List<Contestant> of(Settings settings, Path input) {
    String heap = settings.heap();
    List<Contestant> contestants = new ArrayList<>();
    for (Runner runner : settings.runners()) {
      contestants.add(Contestant.Tailrace.onDisk(runner, runner.jar(settings.jars()), input, heap));
    }
    for (String peer : settings.peers()) {
      contestants.add(
          switch (peer) {
            case "flink" -> Contestant.Program.flinkServerLogs(settings.flinkJars(), input, heap);
            case "duckdb" -> Contestant.Program.duckDbServerLogs(input, heap);
            default -> Contestant.Program.sparkServerLogs(peer, input, heap);
          });
    }
    contestants.add(Contestant.Program.bareLoop(input, heap));
    return contestants;
  }

  /** What each of them does, as a list in Markdown. */
  static String describe(Settings settings) {
    List<String> peers = settings.peers();
    return TAILRACE
        + (peers.contains("csv") || peers.contains("text") ? SPARK : "")
        + (peers.contains("flink") ? FLINK : "")
        + (peers.contains("duckdb") ? DUCKDB : "")
        + BARE_LOOP;
  }
}
