package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A file of SQL, by Tailrace on each runner and by its peers, in turn. */
final class SqlRace implements Case {

  private static final String CSV =
      """
      A file of SQL declares orders as CSV, ten columns of different types, and what becomes of them:
      four reports and a log.

      ```sql
      %s
      ```

      """;

  private static final String JSON =
      """
      The orders, the reports and the log are those of
      [SQL over CSV](#sql-over-csv-beside-spark-structured-streaming), but the input is JSON, one
      object a line.

      """;

  private static final String DESCRIPTION =
      """
      Orders are in the order of time. In each round every contestant does the whole job once, one
      after the other, from files that are in the system's cache. The time is that of the whole
      process. No figure is shown unless all gave the same rows of every report and of the log in
      every round.

      * **Tailrace** takes what is there:
        `bin/tailrace run %s --trigger=availableNow`. It also checks every column of
        every record, keeps the records that do not fit, and could be killed at any moment.
      """;

  private static final String SPARK =
      """
      * **Spark Structured Streaming** runs on `local[2]` with `Trigger.AvailableNow`: the same
        `SELECT` statements over the `%s` source with a schema, in
      """;

  private static final String QUERIES =
      """
        a streaming query for each result, side by side, the reports in complete mode as in-memory
        tables.
      """;

  private static final String BATCH =
      """
        one query whose `foreachBatch` caches the batch and computes all results from it. That reads
        the files once, but keeps no state: its reports would forget the batches before.
      """;

  private static final String DUCKDB =
      """
      * **DuckDB** is the one-shot reference: with the columns given, it reads the files once into a
        table of a database file, on two threads, and runs the same `SELECT` statements over that.
        It keeps no checkpoint. Its memory is outside the heap, with the same limit.
      """;

  private final Settings settings;
  private final OrderFiles.Format format;
  private final Path sql;

  SqlRace(Settings settings, OrderFiles.Format format) {
    this.settings = settings;
    this.format = format;
    this.sql = Path.of("src", "benchmark", "sql", format.option() + ".sql");
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    StringBuilder text = new StringBuilder(description());
    List<String> sizes = settings.sizes();
    for (String size : sizes) {
      int orders = Integer.parseInt(size);
      System.out.println("orders: " + size);
      Path input = Input.ofOrders(settings, format, orders);
      Rounds rounds = Rounds.run(settings, input, contestants(input));
      text.append(data(orders, rounds));
      // The plot has the name of the case, so there is one: that of the largest size.
      if (size.equals(sizes.get(sizes.size() - 1))) {
        text.append(rounds.bars(settings)).append('\n');
      }
      text.append(rounds.seconds()).append('\n');
      if (!settings.peers().isEmpty()) {
        text.append(
                rounds.ratios(
                    settings.runners().stream().map(runner -> runner.title() + " runner").toList()))
            .append('\n');
      }
    }
    return text.toString();
  }

  private List<Contestant> contestants(Path input) {
    List<Contestant> contestants = new ArrayList<>();
    for (Runner runner : settings.runners()) {
      contestants.add(
          Contestant.Tailrace.onDisk(
              "Tailrace, " + runner.title() + " runner",
              runner.jar(settings.jars()),
              Contestant.Job.orders(sql),
              input,
              settings.heap()));
    }
    for (String peer : settings.peers()) {
      contestants.add(
          peer.equals("duckdb")
              ? Contestant.Program.duckDbOrders(sql, format, input, settings.heap())
              : Contestant.Program.sparkOrders(peer, sql, format, input, settings.heap()));
    }
    return contestants;
  }

  private String description() throws IOException {
    String introduction =
        switch (format) {
          case CSV -> Page.format(CSV, Files.readString(sql).strip());
          case JSON -> JSON;
        };
    List<String> peers = settings.peers();
    return introduction
        + Page.format(DESCRIPTION, sql)
        + spark(peers)
        + (peers.contains("duckdb") ? DUCKDB : "")
        + '\n';
  }

  private String spark(List<String> peers) {
    List<String> forms = new ArrayList<>();
    if (peers.contains("queries")) {
      forms.add(QUERIES);
    }
    if (peers.contains("batch")) {
      forms.add(BATCH);
    }
    return forms.isEmpty()
        ? ""
        : Page.format(SPARK, format.option()) + String.join("  And in\n", forms);
  }

  private String data(int orders, Rounds rounds) {
    Answer answer = rounds.answer();
    int reportRows = answer.report().size();
    return Page.format(
        "%,d orders in files of up to %,d: %.2f GB. Heap of each process: `-Xmx%s`.\n"
            + "All answers agree: %,d report rows, %,d rows of the log.\n\n",
        orders,
        OrderFiles.ORDERS_A_FILE,
        rounds.inputBytes() / 1e9,
        settings.heap(),
        reportRows,
        answer.log().size() - reportRows);
  }
}
