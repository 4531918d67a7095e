package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.TableFormat;
import io.tailrace.pipelines.Chart;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The charts of each pipeline. */
public final class ChartTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private QueryEngine outputOf(String name) throws IOException, SQLException {
    LogPipeline pipeline = Pipelines.named(name).orElseThrow();
    Folder output = new Folder(folder.getRoot() + "/" + name);
    Ledger.of(output).claim(name, "units", TableFormat.parquet, pipeline.reports());
    return QueryEngine.open(output, pipeline);
  }

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
  public void eachPipelineHasOneAndNothingIsDrawnOfNothing() throws Exception {
    for (LogPipeline pipeline : Pipelines.builtIn()) {
      assertThat(pipeline.name(), pipeline.charts(), is(not(empty())));
      try (QueryEngine engine = outputOf(pipeline.name())) {
        for (Chart chart : pipeline.charts()) {
          engine.define(chart.sql());
          assertThat(chart.title(), draw(engine, chart), is(empty()));
        }
      }
    }
  }

  @Test
  public void eventsPerType() throws Exception {
    try (QueryEngine engine = outputOf("game-events")) {
      engine.define("events_by_type");
      engine.answer(
          "INSERT INTO events_by_type VALUES ('sword_event', 'increase', 5), ('sword_event',"
              + " 'reduce', 2), ('guild_event', 'increase', 3), ('default', '', 8)",
          rows -> {});
      assertThat(
          draw(engine, Pipelines.GAME_EVENTS.charts().get(0)),
          contains("default 8", "sword_event 7", "guild_event 3"));
    }
  }

  @Test
  public void requestsPerClassOfStatus() throws Exception {
    try (QueryEngine engine = outputOf("access-log")) {
      engine.define("status_counts");
      engine.answer(
          "INSERT INTO status_counts VALUES (200, 5), (204, 1), (404, 2), (500, 1), (503, 1)",
          rows -> {});
      assertThat(
          draw(engine, Pipelines.ACCESS_LOG.charts().get(0)), contains("2xx 6", "4xx 2", "5xx 2"));
    }
  }
}
