package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.progress.ProgressSource;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.Instant;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Reports of SQL that drop old time buckets. */
public final class SqlRetentionTest {

  private static final String INPUT =
      "CREATE EXTERNAL TABLE visits (ts TIMESTAMP, page VARCHAR) TYPE csv;\n";

  private static final String HOURLY =
      "AS SELECT date_trunc('hour', ts) AS bucket, page, COUNT(*) AS visits FROM visits GROUP BY ALL;";

  private static final String ALL = "SELECT bucket::VARCHAR, page, visits FROM hourly";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  private static SqlPipeline keeping(String interval) {
    return sql("CREATE MATERIALIZED VIEW hourly WITH (retention = '" + interval + "') " + HOURLY);
  }

  private static SqlPipeline sql(String statements) {
    return SqlPipeline.of(new Ledger.Sql("visits.sql", INPUT + statements));
  }

  private void write(String name, String... lines) throws IOException {
    Path file = Files.write(input.resolve(name), List.of(lines));
    Files.setLastModifiedTime(file, FileTime.from(Instant.parse("2026-03-31T00:00:00Z")));
  }

  private long tooLate(SqlPipeline pipeline) throws IOException {
    Ledger ledger = Ledger.of(new Folder(output.toString()));
    return ProgressSource.ofLedger(ledger)
        .withReports(pipeline.reports(), ledger)
        .read()
        .tooLateForReports();
  }

  @Test
  public void oldBucketsGoFromReportAndDatabaseAndLateRecordsAreCounted() throws Exception {
    SqlPipeline pipeline = keeping("7 days");
    write("1.csv", "2026-03-01 10:05:00,/a", "2026-03-01 10:06:00,/a", "2026-03-05 10:00:00,/b");
    write("2.csv", ",/none", "2026-03-08 10:59:59,/a");
    try (InMemoryDatabase database = InMemoryDatabase.start()) {
      String url =
          String.format(
              "--reportUrl=%s;USER=%s;PASSWORD=%s",
              database.connection().url(),
              database.connection().user(),
              database.connection().password());
      TestRun.run(pipeline, input, output, url);
      List<String> before =
          List.of(
              "2026-03-01 10:00:00|/a|2",
              "2026-03-05 10:00:00|/b|1",
              "2026-03-08 10:00:00|/a|1",
              "null|/none|1");
      assertThat(TestRun.ask(pipeline, output, ALL), is(before));
      assertThat(rows(database), is(before));
      assertThat(tooLate(pipeline), is(0L));
      write("3.csv", "2026-03-08 11:00:00,/a", "2026-03-01 10:07:00,/a");
      TestRun.run(pipeline, input, output, url);
      write("4.csv", "2026-03-01 10:08:00,/a", "2026-03-01 11:00:00,/a");
      TestRun.run(pipeline, input, output, url);
      List<String> after =
          List.of(
              "2026-03-01 11:00:00|/a|1",
              "2026-03-05 10:00:00|/b|1",
              "2026-03-08 10:00:00|/a|1",
              "2026-03-08 11:00:00|/a|1",
              "null|/none|1");
      assertThat(TestRun.ask(pipeline, output, ALL), is(after));
      assertThat(rows(database), is(after));
    }
    assertThat(tooLate(pipeline), is(1L));
    assertThat(TestRun.ask(pipeline, output, "SELECT * FROM dead_letters"), is(empty()));
  }

  /** In seconds since 1970 a record of milliseconds is of the year 58,000. */
  @Test
  public void aTimeThatCannotBeDropsNothing() throws Exception {
    TestRun.requireDirectRunner();
    SqlPipeline pipeline = keeping("1 day");
    write("1.csv", "2026-03-01 10:00:00,/a", "9999-01-01 00:00:00,/a", "2026-03-03 10:00:00,/a");
    TestRun.run(pipeline, input, output);
    write("2.csv", "2026-04-01 00:00:00,/a", "2026-03-31 23:59:59,/a", "2026-04-03 00:00:00,/a");
    TestRun.run(pipeline, input, output);
    assertThat(
        TestRun.ask(pipeline, output, ALL),
        contains(
            "2026-03-31 23:00:00|/a|1",
            "2026-04-01 00:00:00|/a|1",
            "2026-04-03 00:00:00|/a|1",
            "9999-01-01 00:00:00|/a|1"));
  }

  @Test
  public void aDateIsABucketAndAMonthIsThatOfTheCalendar() throws Exception {
    TestRun.requireDirectRunner();
    SqlPipeline pipeline =
        sql(
            "CREATE MATERIALIZED VIEW daily WITH (retention = INTERVAL '1 month') AS"
                + " SELECT COUNT(*) AS visits, CAST(ts AS DATE) AS day FROM visits GROUP BY day;");
    write("1.csv", "2026-02-27 10:00:00,/a", "2026-02-28 10:00:00,/a", "2026-03-31 10:00:00,/a");
    TestRun.run(pipeline, input, output);
    assertThat(
        TestRun.ask(pipeline, output, "SELECT day, visits FROM daily"),
        contains("2026-02-28|1", "2026-03-31|1"));
  }

  @Test
  public void aRetentionCanBeAddedAndShortenedButNotLengthened() throws Exception {
    TestRun.requireDirectRunner();
    write("1.csv", "2026-03-01 10:00:00,/a", "2026-03-05 10:00:00,/a", "2026-03-08 10:00:00,/a");
    TestRun.run(sql("CREATE MATERIALIZED VIEW hourly " + HOURLY), input, output);
    assertThat(TestRun.ask(keeping("6 days"), output, ALL).size(), is(3));
    write("2.csv", "2026-03-08 10:00:00,/b");
    TestRun.run(keeping("6 days"), input, output);
    assertThat(
        TestRun.ask(keeping("6 days"), output, ALL),
        contains(
            "2026-03-05 10:00:00|/a|1", "2026-03-08 10:00:00|/a|1", "2026-03-08 10:00:00|/b|1"));
    TestRun.run(keeping("12 hours"), input, output);
    assertThat(
        TestRun.ask(keeping("12 hours"), output, ALL),
        contains("2026-03-08 10:00:00|/a|1", "2026-03-08 10:00:00|/b|1"));
    for (SqlPipeline longer :
        List.of(keeping("13 hours"), sql("CREATE MATERIALIZED VIEW hourly " + HOURLY))) {
      UsageException refusal =
          assertThrows(UsageException.class, () -> TestRun.run(longer, input, output));
      assertThat(
          refusal.getMessage(),
          containsString(
              "the report hourly had a retention of 12 hours, and what it has dropped does not come"
                  + " back; give another --output"));
    }
  }

  private static List<String> rows(InMemoryDatabase database) throws Exception {
    try (Connection connection = database.connection().open();
        Statement statement = connection.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT TO_CHAR(bucket, 'YYYY-MM-DD HH24:MI:SS'), page, visits FROM hourly")) {
      return TestRun.sorted(rows);
    }
  }
}
