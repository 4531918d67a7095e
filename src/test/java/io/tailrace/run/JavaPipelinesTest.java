package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.pipelines.TestRun;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Given outputs that the last version wrote whose pipelines were in Java, server-logs over s115.csv
 * and s215.csv of the sample delivery and access-log over 100 lines, a run goes on with them.
 */
public final class JavaPipelinesTest {

  private static final Path SAVED = Path.of("src/test/resources/java-pipelines");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  private void copyOutput(String name) throws IOException {
    Path saved = SAVED.resolve(name);
    try (Stream<Path> all = Files.walk(saved)) {
      for (Path path : all.filter(Files::isRegularFile).toList()) {
        Path target = output.resolve(saved.relativize(path).toString());
        Files.createDirectories(target.getParent());
        Files.copy(path, target);
      }
    }
  }

  @Test
  public void serverLogsGoOn() throws Exception {
    copyOutput("server-logs");
    String volume = "SELECT * FROM volume ORDER BY serverID";
    List<String> before = List.of("s1|379.4|3|100|1897|1|5|2000", "s2|920.0|0|400|4600|1|5|5000");
    assertThat(ask(volume), is(before));
    for (String file : List.of("s1610.csv", "s2610.csv")) {
      Files.copy(Path.of("data/server-logs").resolve(file), input.resolve(file));
    }
    TestRun.run(Pipelines.SERVER_LOGS, input, output, "--dashboard=off");
    List<String> both = List.of("s1|199.7|3|100|1997|1|10|2100", "s2|519.9|1|800|5199|1|10|6000");
    assertThat(ask(volume), is(both));
    assertThat(
        ask("SELECT serverID, timestamp FROM sev0 ORDER BY ALL"),
        contains("s1|5", "s1|5", "s1|5", "s2|9"));
    // Its order of measures stays what it was, whatever that of the SQL is.
    Files.writeString(input.resolve("more.csv"), "s1,0,11\n");
    TestRun.run(Pipelines.SERVER_LOGS, input, output, "--dashboard=off");
    assertThat(ask(volume).get(0), is("s1|" + 1997 / 11.0 + "|4|100|1997|1|11|2101"));
    assertThat(
        Ledger.of(new Folder(output.toString())).sql().orElseThrow().file(),
        is("pipelines/server-logs/server-logs.sql"));
  }

  @Test
  public void accessLogsGoOn() throws Exception {
    copyOutput("access-log");
    String hosts =
        "SELECT host, requests, bytes, errors, typeof(bytes) FROM traffic_by_host"
            + " WHERE host LIKE '203.0.113.%' AND requests > 2 ORDER BY host";
    assertThat(
        ask(hosts), contains("203.0.113.227|4|976|0|HUGEINT", "203.0.113.6|3|816|1|HUGEINT"));
    Files.writeString(
        input.resolve("more.log"),
        "203.0.113.6 - - [02/Mar/2026:06:04:11 +0000] \"GET /a?b HTTP/1.1\" 404 184 \"-\" \"-\"\n");
    TestRun.run(
        Pipelines.ACCESS_LOG, input, output, "--dashboard=off", "--alert=5xx > 10% over 1m");
    assertThat(
        ask(hosts), contains("203.0.113.227|4|976|0|HUGEINT", "203.0.113.6|4|1000|2|HUGEINT"));
    assertThat(
        ask("SELECT * FROM traffic_by_endpoint WHERE endpoint IN ('/500', '/a') ORDER BY endpoint"),
        contains("/500|1|500|0", "/a|1|184|1"));
    assertThat(ask("SELECT sum(count) FROM status_counts"), contains(ask(REQUESTS).get(0)));
  }

  /** The SQL before it had a report by time. */
  private static final String WITHOUT_TIME =
      """
      CREATE EXTERNAL TABLE access_log (host VARCHAR, path VARCHAR, status INTEGER NOT NULL, bytes BIGINT)
      TYPE access_log TBLPROPERTIES '{"format": "combined", "longest": "256"}';
      CREATE MATERIALIZED VIEW status_counts AS
      SELECT status::BIGINT AS status, COUNT(*) AS count FROM access_log GROUP BY ALL;
      CREATE MATERIALIZED VIEW traffic_by_host AS
      SELECT COALESCE(host, '-') AS host, COUNT(*) AS requests, SUM(COALESCE(bytes, 0)) AS bytes,
             COUNT(*) FILTER (WHERE status >= 400) AS errors
      FROM access_log GROUP BY ALL;
      CREATE MATERIALIZED VIEW traffic_by_endpoint AS
      SELECT COALESCE(path, '-') AS endpoint, COUNT(*) AS requests, SUM(COALESCE(bytes, 0)) AS bytes,
             COUNT(*) FILTER (WHERE status >= 400) AS errors
      FROM access_log GROUP BY ALL;
      """;

  @Test
  public void anOutputGoesOnWithoutReportsThatCameLater() throws Exception {
    copyOutput("access-log");
    String line =
        "203.0.113.6 - - [02/Mar/2026:06:04:11 +0000] \"GET /a HTTP/1.1\" 404 184 \"-\" \"-\"\n";
    Files.writeString(input.resolve("more.log"), line);
    TestRun.run(Pipelines.ACCESS_LOG, input, output, "--dashboard=off");
    String count = "SELECT count FROM status_counts WHERE status = 404";
    long before = Long.parseLong(ask(count).get(0));
    Ledger.of(new Folder(output.toString()))
        .writeSql(new Ledger.Sql("pipelines/access-log/access-log.sql", WITHOUT_TIME));
    Files.writeString(input.resolve("again.log"), line);
    TestRun.run(Pipelines.ACCESS_LOG, input, output, "--dashboard=off");
    assertThat(ask(count), contains(String.valueOf(before + 1)));
    assertThrows(UsageException.class, () -> ask("SELECT * FROM requests_per_minute"));
    Path other = folder.getRoot().toPath().resolve("new");
    TestRun.run(Pipelines.ACCESS_LOG, input, other, "--dashboard=off");
    output = other;
    assertThat(ask("SELECT * FROM requests_per_minute"), contains("2026-03-02 06:04:00.0|2|2|0"));
  }

  private static final String REQUESTS = "SELECT sum(requests) FROM traffic_by_host";

  @Test
  public void aFileOfSqlIsAnotherPipelineAlsoIfItHasTheSameName() throws Exception {
    Files.writeString(input.resolve("a.csv"), "s1,0,11\n");
    Path file = Path.of("pipelines/server-logs/server-logs.sql");
    LogPipeline own = SqlPipeline.of(new Ledger.Sql("server-logs.sql", Files.readString(file)));
    TestRun.run(Pipelines.SERVER_LOGS, input, output, "--dashboard=off");
    assertThat(
        refusal(own, output),
        containsString(
            "was written by another form of pipelines/server-logs/server-logs.sql: it is built in,"
                + " and server-logs.sql is a file of SQL; give another --output"));
    Path other = folder.getRoot().toPath().resolve("other");
    TestRun.run(own, input, other, "--dashboard=off");
    assertThat(
        refusal(Pipelines.SERVER_LOGS, other),
        containsString(
            "was written by another form of server-logs.sql: it is a file of SQL, and server-logs"
                + " is built in; give another --output"));
  }

  private String refusal(LogPipeline pipeline, Path written) {
    return assertThrows(
            UsageException.class, () -> TestRun.run(pipeline, input, written, "--dashboard=off"))
        .getMessage();
  }

  private List<String> ask(String sql) throws IOException, SQLException {
    Folder written = new Folder(output.toString());
    Ledger ledger = Ledger.of(written);
    LogPipeline pipeline = Pipelines.of(ledger, ledger.identity().orElseThrow());
    List<String> answer = new ArrayList<>();
    try (QueryEngine engine = QueryEngine.open(written, pipeline)) {
      engine.query(
          sql,
          rows -> {
            while (rows.next()) {
              List<String> row = new ArrayList<>();
              for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
                row.add(rows.getString(i));
              }
              answer.add(String.join("|", row));
            }
          });
    }
    return answer;
  }
}
