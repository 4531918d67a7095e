package io.tailrace.pipelines;

import static org.hamcrest.Matchers.is;
import static org.junit.Assume.assumeThat;

import io.tailrace.feed.ProcessUnits;
import io.tailrace.query.QueryEngine;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.Stream;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/**
 * What a run of server logs over what is there left behind.
 *
 * @param volume the rows of the report database at the end
 * @param queriedVolume the rows of the report, asked for after the run had ended
 * @param sev0 the rows of the log
 * @param deadLetters the rows of the dead letters
 * @param unitsRead how many units were read
 */
public record TestRun(
    List<String> volume,
    List<String> queriedVolume,
    List<String> sev0,
    List<String> deadLetters,
    long unitsRead) {

  /** The runner of this build. */
  static final String RUNNER = System.getProperty("tailrace.runner", "direct");

  /** Leaves a test out on Flink and Spark: what it looks at is the same on each runner. */
  static void requireDirectRunner() {
    assumeThat(RUNNER, is("direct"));
  }

  static final String VOLUME =
      "SELECT serverID, avgVolume, sev0, sev1, sev2, firstTimestamp, lastTimestamp, records"
          + " FROM volume";

  /** Runs over what is in the input and ends. */
  static TestRun of(Path input, Path output, String... more) throws IOException, SQLException {
    LogPipeline pipeline = Pipelines.SERVER_LOGS;
    List<String> volume;
    long unitsRead;
    boolean ledger;
    try (InMemoryDatabase database = InMemoryDatabase.start()) {
      List<String> arguments = new ArrayList<>(arguments(input, output, more));
      arguments.add(
          String.format(
              "--reportUrl=%s;USER=%s;PASSWORD=%s",
              database.connection().url(),
              database.connection().user(),
              database.connection().password()));
      PipelineRun run = PipelineRun.start(pipeline, RunCommand.options(pipeline, arguments));
      try (run) {
        run.awaitEnd();
      }
      try (Connection connection = database.connection().open();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(VOLUME)) {
        volume = sorted(rows);
      }
      unitsRead = counter(run, ProcessUnits.UNITS_READ);
      ledger = !arguments.contains("--reader=textio");
    }
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      return new TestRun(
          volume,
          ledger ? ask(engine, VOLUME) : volume,
          ask(engine, "SELECT serverID, timestamp FROM sev0"),
          ask(engine, "SELECT source, line, \"offset\", reason, raw FROM dead_letters"),
          unitsRead);
    }
  }

  /** The rows of the report, asked for when nothing runs. */
  static List<String> queriedVolume(Path output) throws IOException, SQLException {
    LogPipeline pipeline = Pipelines.SERVER_LOGS;
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      return ask(engine, VOLUME);
    }
  }

  /** The value of one of the counters of {@link ProcessUnits}. */
  static long counter(PipelineRun run, String name) {
    if (run.result().isEmpty()) {
      return 0;
    }
    long sum = 0;
    for (MetricResult<Long> counter :
        run.result()
            .get()
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named(ProcessUnits.class, name))
                    .build())
            .getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  private static List<String> arguments(Path input, Path output, String... more) {
    return Stream.concat(
            Stream.of(
                "--input=" + input,
                "--output=" + output,
                "--trigger=availableNow",
                "--progress=none",
                "--settle=0ms",
                "--refresh=100ms"),
            Stream.of(more))
        .toList();
  }

  /** Runs a pipeline over what is in the input and ends; the reports are left in the ledger. */
  public static void run(LogPipeline pipeline, Path input, Path output, String... more)
      throws IOException {
    List<String> arguments = arguments(input, output, more);
    try (PipelineRun run = PipelineRun.start(pipeline, RunCommand.options(pipeline, arguments))) {
      run.awaitEnd();
    }
  }

  /** The rows of an answer, sorted as text. */
  static List<String> ask(LogPipeline pipeline, Path output, String sql)
      throws IOException, SQLException {
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      return ask(engine, sql);
    }
  }

  private static List<String> ask(QueryEngine engine, String sql) throws IOException, SQLException {
    List<String> all = new ArrayList<>();
    engine.query(sql, rows -> all.addAll(sorted(rows)));
    return all;
  }

  static List<String> sorted(ResultSet rows) throws SQLException {
    List<String> all = new ArrayList<>();
    while (rows.next()) {
      List<String> row = new ArrayList<>();
      for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
        row.add(rows.getString(i));
      }
      all.add(String.join("|", row));
    }
    Collections.sort(all);
    return all;
  }
}
