package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.TableFormat;
import io.tailrace.pipelines.Chart;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The charts of the pipelines that ship, and of any file of SQL. */
public final class ChartTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private QueryEngine outputOf(String name) throws IOException, SQLException {
    LogPipeline pipeline = Pipelines.named(name).orElseThrow();
    Folder output = new Folder(folder.getRoot() + "/" + name);
    Ledger.of(output).claim(name, "units", TableFormat.parquet, pipeline.reports());
    return QueryEngine.open(output, pipeline);
  }

  /** An output of a file of SQL that nobody has foreseen. */
  private static final String USERS =
      """
      CREATE EXTERNAL TABLE app (ts TIMESTAMP, day DATE NOT NULL, level VARCHAR, ms DOUBLE) TYPE json;
      CREATE MATERIALIZED VIEW by_level AS
      SELECT level, date_trunc('minute', ts) AS minute, COUNT(*) AS n, AVG(ms) AS "avg", MIN(level) AS first
      FROM app GROUP BY ALL;
      CREATE MATERIALIZED VIEW by_day AS
      SELECT day, COUNT(*) AS n, COUNT(ms) AS timed, MAX(ms) AS "max" FROM app GROUP BY day;
      CREATE MATERIALIZED VIEW without_time AS SELECT level, COUNT(*) AS n FROM app GROUP BY level;
      CREATE MATERIALIZED VIEW hidden_key AS
      SELECT date_trunc('hour', ts) AS hour, COUNT(*) AS n FROM app GROUP BY 1, level;
      """;

  private static List<String> draw(QueryEngine engine, Chart chart) throws SQLException {
    List<String> drawn = new ArrayList<>();
    engine.answer(
        chart.sql(),
        rows -> {
          while (rows.next()) {
            drawn.add(rows.getString(1) + " " + rows.getObject(2));
          }
        });
    return drawn;
  }

  @Test
  public void nothingIsDrawnOfNothing() throws Exception {
    for (LogPipeline pipeline : Pipelines.builtIn()) {
      try (QueryEngine engine = outputOf(pipeline.name())) {
        for (Chart chart : pipeline.charts()) {
          engine.define(chart.sql());
          assertThat(chart.title(), draw(engine, chart), is(empty()));
        }
      }
    }
  }

  @Test
  public void eventsPerMinute() throws Exception {
    try (QueryEngine engine = outputOf("game-events")) {
      engine.define("events_per_minute");
      engine.answer(
          "INSERT INTO events_per_minute VALUES ('2026-01-01 10:00:00', 'sword_event', 5),"
              + " ('2026-01-01 10:00:00', 'guild_event', 3), ('2026-01-01 10:01:00', 'sword_event', 2)",
          rows -> {});
      ChartsView.View drawn = only(Pipelines.GAME_EVENTS, engine);
      assertThat(drawn.title(), is("events_per_minute: events by event_type"));
      assertThat(drawn.per(), is("minute"));
      assertThat(drawn.lines().toString(), is("{sword_event=[5, 2], guild_event=[3, null]}"));
    }
  }

  @Test
  public void requestsPerMinute() throws Exception {
    try (QueryEngine engine = outputOf("access-log")) {
      engine.define("requests_per_minute");
      engine.answer(
          "INSERT INTO requests_per_minute VALUES ('2026-01-01 10:01:00', 7, 2, 1),"
              + " ('2026-01-01 10:00:00', 5, 0, 0)",
          rows -> {});
      ChartsView.View drawn = only(Pipelines.ACCESS_LOG, engine);
      assertThat(drawn.times(), contains(1767261600000L, 1767261660000L));
      assertThat(
          drawn.lines().toString(),
          is("{requests=[5, 7], client_errors=[0, 2], server_errors=[0, 1]}"));
    }
  }

  @Test
  public void aReportThatTheOutputDoesNotHaveIsNotDrawn() throws Exception {
    LogPipeline pipeline = Pipelines.ACCESS_LOG;
    Folder output = new Folder(folder.getRoot() + "/statuses");
    Ledger.of(output)
        .claim("access-log", "units", TableFormat.parquet, pipeline.reports().subList(0, 1));
    try (QueryEngine engine = QueryEngine.open(output, pipeline)) {
      assertThat(new ChartsView(pipeline.charts()).lookAtLines(engine, Set.of()), is(empty()));
    }
  }

  private static ChartsView.View only(LogPipeline pipeline, QueryEngine engine) throws Exception {
    List<ChartsView.View> drawn = new ChartsView(pipeline.charts()).lookAtLines(engine, Set.of());
    assertThat(drawn.size(), is(1));
    return drawn.get(0);
  }

  @Test
  public void reportsWithATimeBucketHaveCharts() throws Exception {
    SqlPipeline pipeline = SqlPipeline.of(new Ledger.Sql("users.sql", USERS));
    assertThat(
        pipeline.charts().stream().map(Chart::title).toList(),
        contains(
            "by_level: n by level", "by_level: avg by level", "by_day: n, timed", "by_day: max"));
    Folder output = new Folder(folder.getRoot() + "/users");
    Ledger.of(output).claim("users", "units", TableFormat.parquet, pipeline.reports());
    try (QueryEngine engine = QueryEngine.open(output, pipeline)) {
      engine.define("by_level by_day");
      for (Chart chart : pipeline.charts()) {
        assertThat(chart.title(), draw(engine, chart), is(empty()));
      }
      engine.answer(
          "INSERT INTO by_level VALUES ('INFO', '2026-01-01 10:01:00', 2, 1.5, ''),"
              + " ('ERROR', '2026-01-01 10:00:00', 1, NULL, ''), (NULL, '2026-01-01 10:00:00', 5, 2, ''),"
              + " ('INFO', NULL, 9, 9, '')",
          rows -> {});
      ChartsView charts = new ChartsView(pipeline.charts());
      List<ChartsView.View> drawn = charts.lookAtLines(engine, Set.of());
      assertThat(drawn.get(0).kind(), is("times"));
      assertThat(
          drawn.stream().map(ChartsView.View::per).toList(), contains("minute", "", "day", ""));
      assertThat(drawn.get(0).times(), contains(1767261600000L, 1767261660000L));
      assertThat(
          drawn.get(0).lines().toString(), is("{NULL=[5, null], ERROR=[1, null], INFO=[null, 2]}"));
      assertThat(
          drawn.get(1).lines().toString(),
          is("{NULL=[2.0, null], ERROR=[null, null], INFO=[null, 1.5]}"));
      engine.answer("INSERT INTO by_day VALUES ('2026-01-02', 3, 1, 7.25)", rows -> {});
      drawn = charts.lookAtLines(engine, Set.of("by_day"));
      assertThat(drawn.get(0).times(), contains(1767312000000L));
      assertThat(drawn.get(0).lines().toString(), is("{n=[3], timed=[1]}"));
      assertThat(drawn.get(1).lines().toString(), is("{max=[7.25]}"));
    }
  }

  @Test
  public void manyTimesAndKeysAreTheNewestAndTheGreatest() throws Exception {
    SqlPipeline pipeline = SqlPipeline.of(new Ledger.Sql("users.sql", USERS));
    Folder output = new Folder(folder.getRoot() + "/users");
    Ledger.of(output).claim("users", "units", TableFormat.parquet, pipeline.reports());
    try (QueryEngine engine = QueryEngine.open(output, pipeline)) {
      engine.define("by_level");
      engine.answer(
          "INSERT INTO by_level SELECT 'level ' || l, TIMESTAMP '2026-01-01' + to_minutes(m), l, l,"
              + " '' FROM range(1000) t(m), range(20) u(l)",
          rows -> {});
      ChartsView.View drawn =
          new ChartsView(pipeline.charts()).lookAtLines(engine, Set.of()).get(0);
      assertThat(drawn.times().size(), is(600));
      assertThat(drawn.times().get(599), is(1767225600000L + 999 * 60_000));
      assertThat(drawn.lines().size(), is(8));
      assertThat(drawn.lines().keySet().iterator().next(), is("level 19"));
    }
  }
}
