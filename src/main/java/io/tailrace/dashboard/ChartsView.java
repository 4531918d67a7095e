package io.tailrace.dashboard;

import io.tailrace.pipelines.Chart;
import io.tailrace.query.QueryEngine;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The charts of a pipeline, with the values that lines had since they were looked at first. */
final class ChartsView {

  /**
   * A chart.
   *
   * @param kind {@code lines}, {@code bars}, or {@code more}: what lines have got since the last
   *     time
   */
  record View(
      String title,
      String kind,
      List<Long> times,
      Map<String, List<Object>> lines,
      List<List<Object>> bars) {}

  private final List<Chart> charts;
  private final Map<String, Lines> lines = new HashMap<>();
  private final Map<String, View> views = new LinkedHashMap<>();

  ChartsView(List<Chart> charts) {
    this.charts = charts;
  }

  /** All of them. */
  Collection<View> all() {
    return views.values();
  }

  /**
   * Looks at lines, and gives what is new of them.
   *
   * @param changed the reports that have changed
   */
  List<View> lookAtLines(QueryEngine engine, Set<String> changed) throws IOException, SQLException {
    List<View> drawn = new ArrayList<>();
    for (Chart chart : charts) {
      boolean first = !views.containsKey(chart.title());
      if (chart.kind() == Chart.Kind.LINES && (first || changed.contains(chart.table()))) {
        drawn.add(drawLines(engine, chart));
      }
    }
    return drawn;
  }

  private View drawLines(QueryEngine engine, Chart chart) throws SQLException {
    Map<String, Object> now = new LinkedHashMap<>();
    for (List<Object> row : Table.of(engine, chart.sql()).rows()) {
      now.put(String.valueOf(row.get(0)), row.get(1));
    }
    Lines known = lines.computeIfAbsent(chart.title(), title -> new Lines());
    boolean anew = known.add(System.currentTimeMillis(), now);
    View whole = new View(chart.title(), "lines", known.times(), known.values(), null);
    views.put(chart.title(), whole);
    if (anew) {
      return whole;
    }
    int last = known.times().size() - 1;
    Map<String, List<Object>> more = new LinkedHashMap<>();
    known.values().forEach((name, values) -> more.put(name, values.subList(last, last + 1)));
    return new View(chart.title(), "more", known.times().subList(last, last + 1), more, null);
  }

  /** Looks at bars, and gives those that have changed. */
  List<View> lookAtBars(QueryEngine engine) throws IOException, SQLException {
    List<View> drawn = new ArrayList<>();
    for (Chart chart : charts) {
      if (chart.kind() == Chart.Kind.BARS) {
        engine.define(chart.table());
        List<List<Object>> bars = Table.of(engine, chart.sql()).rows();
        View now = new View(chart.title(), "bars", null, null, bars);
        if (!now.equals(views.put(chart.title(), now))) {
          drawn.add(now);
        }
      }
    }
    return drawn;
  }
}
