package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.alert.Alert;
import io.tailrace.alert.ShareAlert;
import io.tailrace.ledger.Ledger;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.pipelines.TestRun;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Which alerts fire, by both kinds of logs of alerts. */
public final class AlertsViewTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws Exception {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  private AlertsView look(LogPipeline pipeline) throws Exception {
    try (QueryEngine engine = QueryEngine.open(new Folder(output.toString()), pipeline)) {
      engine.define("alerts");
      LogTable log =
          engine.logs().stream().filter(one -> one.name().equals("alerts")).findFirst().get();
      return AlertsView.of(engine, log);
    }
  }

  private static String requests(String host, int minute, int status) {
    return String.format(
            "%s - - [10/Oct/2026:13:%02d:30 +0000] \"GET /a HTTP/1.1\" %d 10 \"-\" \"test\"\n",
            host, minute, status)
        .repeat(20);
  }

  @Test
  public void sharesOfRequests() throws Exception {
    String[] options = {"--dashboard=off", "--alert=5xx > 10% over 1m by host"};
    Files.writeString(
        input.resolve("1.log"),
        requests("h1", 1, 500) + requests("h1", 5, 200) + requests("h2", 6, 503));
    TestRun.run(Pipelines.ACCESS_LOG, input, output, options);
    // A run with an end looks at all windows, and nothing fires behind the last of them.
    AlertsView view = look(Pipelines.ACCESS_LOG);
    assertThat(view.count(), is(0L));
    String rule = "5xx > 10% over 1m by host";
    assertThat(
        view.spans(),
        contains(
            Arrays.<Object>asList(rule, null, 1791637595000L, 1791637710000L),
            Arrays.<Object>asList(rule, null, 1791637295000L, 1791637410000L)));
    try (QueryEngine engine =
        QueryEngine.open(new Folder(output.toString()), Pipelines.ACCESS_LOG)) {
      engine.define("alerts");
      String raised = "SELECT series, much FROM (%s) WHERE state = 'raised' ORDER BY told";
      assertThat(
          Table.of(engine, String.format(raised, Alert.summary(ShareAlert.LOG))).rows(),
          contains(
              List.<Object>of("h1", "100.0% (20 of 20 requests)"),
              List.<Object>of("h2", "100.0% (20 of 20 requests)")));
    }
  }

  @Test
  public void conditionsOnRows() throws Exception {
    LogPipeline pipeline =
        SqlPipeline.of(
            new Ledger.Sql(
                "app.sql",
                """
                CREATE EXTERNAL TABLE app (ts TIMESTAMP NOT NULL, service VARCHAR) TYPE json;
                CREATE MATERIALIZED VIEW per_minute AS
                SELECT service, date_trunc('minute', ts) AS minute, COUNT(*) AS n FROM app GROUP BY ALL;
                CREATE ALERT busy ON per_minute WHEN n >= 2;
                """));
    Files.writeString(
        input.resolve("1.json"),
        record("a", "10:00:01").repeat(2)
            + record("a", "10:01:01")
            + record("b", "10:02:01").repeat(3)
            + record("c", "10:10:00"));
    TestRun.run(pipeline, input, output, "--dashboard=off");
    assertThat(look(pipeline).count(), is(0L));
    assertThat(look(pipeline).firing(), is(empty()));
    Files.writeString(
        input.resolve("2.json"), record("a", "10:20:01").repeat(2) + record("c", "10:21:30"));
    TestRun.run(pipeline, input, output, "--dashboard=off");
    AlertsView view = look(pipeline);
    assertThat(
        view.firing(),
        contains(Arrays.<Object>asList("busy", "per_minute", "service a", 1767262800000L, "n 2")));
    assertThat(
        view.spans().stream().map(span -> span.subList(2, 4)).toList(),
        contains(
            Arrays.<Object>asList(1767262800000L, null),
            List.<Object>of(1767261720000L, 1767261780000L),
            List.<Object>of(1767261600000L, 1767261660000L)));
  }

  private static String record(String service, String time) {
    return String.format("{\"ts\": \"2026-01-01 %s\", \"service\": \"%s\"}\n", time, service);
  }
}
