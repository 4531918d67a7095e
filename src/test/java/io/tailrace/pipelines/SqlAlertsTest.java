package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.alert.RaiseAlerts;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.progress.Progress;
import io.tailrace.progress.ProgressSource;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given these files, these are the alerts of a file of SQL. */
public final class SqlAlertsTest {

  private static final String INPUT =
      "CREATE EXTERNAL TABLE requests (ts TIMESTAMP, service VARCHAR, ok BOOLEAN) TYPE csv;\n";

  private static final String MINUTES =
      """
      CREATE MATERIALIZED VIEW minutes AS
      SELECT date_trunc('minute', ts) AS minute, service, COUNT(*) AS requests,
             COUNT(*) FILTER (WHERE NOT ok) AS errors
      FROM requests GROUP BY ALL;
      """;

  private static final String FAILING =
      "CREATE ALERT failing ON minutes WHEN errors > 0.5 * requests;\n";

  private static final String ALL =
      "SELECT strftime(bucketStart, '%H:%M'), alert, key['service'], state,"
          + " measures['errors'] || '/' || measures['requests'], late FROM alerts";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;

  /** SqlIT and KillAndRestartIT have alerts on each runner. */
  @Before
  public void makeFolders() throws IOException {
    TestRun.requireDirectRunner();
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  private static SqlPipeline sql(String statements) {
    return SqlPipeline.of(new Ledger.Sql("requests.sql", INPUT + statements));
  }

  /** Lines such as {@code 10:05:30 cart ok}. */
  private void write(String name, String... lines) throws IOException {
    Files.write(
        input.resolve(name),
        List.of(lines).stream()
            .map(line -> line.split(" "))
            .map(
                line ->
                    String.format("2026-03-01 %s,%s,%s", line[0], line[1], line[2].equals("ok")))
            .toList());
  }

  private List<String> alerts(SqlPipeline pipeline, String... options) throws Exception {
    TestRun.run(pipeline, input, output, options);
    return TestRun.ask(pipeline, output, ALL);
  }

  @Test
  public void anAlertIsRaisedByACompleteBucketOfItsSeriesAndEnds() throws Exception {
    SqlPipeline pipeline = sql(FAILING + MINUTES);
    write("1.csv", "10:00:05 cart no", "10:00:10 pay ok", "10:01:00 pay no", "10:01:09 cart no");
    assertThat(alerts(pipeline), is(empty()));
    write("2.csv", "10:01:10 pay ok");
    assertThat(alerts(pipeline), contains("10:00|failing|cart|raised|1/1|false"));
    write("3.csv", "10:02:00 pay no", "10:02:01 cart ok", "10:03:10 pay ok");
    assertThat(
        alerts(pipeline),
        contains(
            "10:00|failing|cart|raised|1/1|false",
            "10:02|failing|cart|resolved|0/1|false",
            "10:02|failing|pay|raised|1/1|false"));
    write("4.csv", "10:05:00 cart ok");
    assertThat(
        alerts(pipeline),
        contains(
            "10:00|failing|cart|raised|1/1|false",
            "10:02|failing|cart|resolved|0/1|false",
            "10:02|failing|pay|raised|1/1|false",
            "10:03|failing|pay|resolved|0/1|false"));
  }

  @Test
  public void severalAlertsOfSeveralViewsAreOneLog() throws Exception {
    SqlPipeline pipeline =
        sql(
            MINUTES
                + """
                CREATE MATERIALIZED VIEW hours AS
                SELECT COUNT(*) AS n, time_bucket(INTERVAL '1 hour', ts) FROM requests
                WHERE NOT ok GROUP BY time_bucket(INTERVAL '1 hour', ts);
                """
                    .replace(", time_bucket(INTERVAL '1 hour', ts) FROM", " FROM")
                + "CREATE ALERT bad_hour ON hours WHEN n >= 3;"
                + "CREATE ALERT long ON minutes WHEN errors > 0 FOR INTERVAL '2 minutes';"
                + "CREATE ALERT short ON minutes WHEN service = 'cart' AND errors > 0;");
    write("1.csv", "10:00:00 cart no", "10:01:00 cart no", "10:02:00 cart no", "11:00:00 pay no");
    write("2.csv", "11:01:10 pay no");
    assertThat(
        alerts(pipeline, "--watermarkDelay=0s"),
        contains(
            "10:00|bad_hour|null|raised|null|false",
            "10:00|short|cart|raised|1/1|false",
            "10:01|long|cart|raised|1/1|false",
            "10:03|long|cart|no data|null|false",
            "10:03|short|cart|no data|null|false"));
    assertThat(
        TestRun.ask(
            pipeline,
            output,
            "SELECT view, measures['n'], bucketEnd::VARCHAR, cardinality(key) FROM alerts"
                + " WHERE alert = 'bad_hour'"),
        contains("hours|3|2026-03-01 11:00:00+00|0"));
  }

  @Test
  public void lateRecordsAreLookedAtUntilTheAllowedLatenessIsOver() throws Exception {
    SqlPipeline pipeline = sql(MINUTES + FAILING);
    String[] options = {"--watermarkDelay=0s", "--allowedLateness=5m"};
    write("1.csv", "10:00:00 cart ok", "10:10:00 cart ok");
    assertThat(alerts(pipeline, options), is(empty()));
    // 10:04 took records until 10:10.
    write("2.csv", "10:04:59 cart no", "10:05:00 cart no", "10:08:00 pay no", "10:09:59 pay no");
    assertThat(
        alerts(pipeline, options),
        contains(
            "10:05|failing|cart|raised|1/1|true",
            "10:06|failing|cart|no data|null|true",
            "10:08|failing|pay|raised|1/1|true"));
    assertThat(progress(pipeline).droppedFromAlerts(), is(1L));
    assertThat(TestRun.ask(pipeline, output, "SELECT sum(requests) FROM minutes"), contains("6"));
    write("3.csv", "10:11:00 cart ok");
    assertThat(
        alerts(pipeline, options),
        contains(
            "10:05|failing|cart|raised|1/1|true",
            "10:06|failing|cart|no data|null|true",
            "10:08|failing|pay|raised|1/1|true",
            "10:10|failing|pay|no data|null|false"));
  }

  @Test
  public void aWrongClockMovesNothing() throws Exception {
    SqlPipeline pipeline = sql(MINUTES + FAILING);
    write("1.csv", "10:00:00 cart no");
    Files.writeString(input.resolve("2.csv"), "2999-03-01 10:00:00,cart,false\n,pay,false\n");
    assertThat(alerts(pipeline), is(empty()));
    assertThat(progress(pipeline).fromTheFuture(), is(1L));
    write("3.csv", "10:01:10 cart ok");
    assertThat(alerts(pipeline), contains("10:00|failing|cart|raised|1/1|false"));
  }

  @Test
  public void anAlertThatIsAddedOrChangedBeginsBehindWhatIsThere() throws Exception {
    write("1.csv", "10:00:00 cart no", "10:02:00 cart no");
    TestRun.run(sql(MINUTES), input, output);
    SqlPipeline added = sql(MINUTES + FAILING);
    write("2.csv", "10:02:30 cart no", "10:04:00 cart no", "10:06:10 cart ok");
    assertThat(
        alerts(added),
        contains("10:04|failing|cart|raised|1/1|false", "10:05|failing|cart|no data|null|false"));
    // It is told of no longer, and that it has ended is not either.
    write("3.csv", "10:07:00 cart no", "10:08:10 cart no");
    assertThat(
        alerts(added),
        contains(
            "10:04|failing|cart|raised|1/1|false",
            "10:05|failing|cart|no data|null|false",
            "10:07|failing|cart|raised|1/1|false"));
    SqlPipeline changed = sql(MINUTES + "CREATE ALERT failing ON minutes WHEN errors > 0;");
    write("4.csv", "10:08:30 cart no", "10:10:00 cart no", "10:12:10 cart ok");
    List<String> told = alerts(changed);
    assertThat(
        told,
        contains(
            "10:04|failing|cart|raised|1/1|false",
            "10:05|failing|cart|no data|null|false",
            "10:07|failing|cart|raised|1/1|false",
            "10:10|failing|cart|raised|1/1|false",
            "10:11|failing|cart|no data|null|false"));
    // A run without alerts leaves a gap, and the ledger takes nothing for unfinished.
    write("5.csv", "10:13:00 cart no");
    TestRun.run(sql(MINUTES), input, output);
    write("6.csv", "10:15:00 cart ok");
    assertThat(alerts(changed), is(told));
  }

  @Test
  public void aConditionThatHasNoValueEndsTheRunWithItsRow() throws Exception {
    SqlPipeline pipeline =
        sql(MINUTES + "CREATE ALERT odd ON minutes WHEN CAST(service AS INTEGER) > 1;");
    write("1.csv", "10:00:00 cart no", "10:02:00 cart no");
    UsageException refusal =
        assertThrows(UsageException.class, () -> TestRun.run(pipeline, input, output));
    assertThat(
        refusal.getMessage(),
        containsString("alert odd has no value for the key [2026-03-01T10:00"));
  }

  private Progress progress(SqlPipeline pipeline) throws IOException {
    Folder results = new Folder(output.toString());
    Ledger ledger = Ledger.of(results);
    TailraceOptions options =
        RunCommand.options(pipeline, List.of("--input=" + input, "--output=" + output));
    return ProgressSource.ofLedger(ledger)
        .withAlerts(
            pipeline.alerts(options).stream()
                .map(alerts -> new RaiseAlerts(alerts, results, alerts.log()))
                .toList(),
            ledger)
        .read();
  }
}
