package io.tailrace.dashboard;

import io.tailrace.pipelines.Chart;
import io.tailrace.query.QueryEngine;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * The charts of a pipeline. Lines have the values since they were looked at first, unless the data
 * has the times.
 */
final class ChartsView {

  /**
   * A chart.
   *
   * @param kind {@code lines}, {@code times} for lines over a time that is in the data, {@code
   *     bars}, or {@code more}: what lines have got since the last time
   * @param times milliseconds since 1970
   * @param lines values by name, one for each of the times
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
      if (first || changed.contains(chart.table())) {
        switch (chart.kind()) {
          case LINES -> drawn.add(drawLines(engine, chart));
          case OVER_TIME -> drawn.add(drawTimes(engine, chart));
          case BARS -> {}
        }
      }
    }
    return drawn;
  }

  private View drawTimes(QueryEngine engine, Chart chart) throws SQLException {
    List<List<Object>> rows = Table.of(engine, chart.sql()).rows();
    List<Long> times = rows.stream().map(row -> (Long) row.get(0)).distinct().sorted().toList();
    Map<String, List<Object>> values = new LinkedHashMap<>();
    for (List<Object> row : rows) {
      values
          .computeIfAbsent(
              String.valueOf(row.get(1)),
              name -> new ArrayList<>(Collections.nCopies(times.size(), null)))
          .set(Collections.binarySearch(times, (Long) row.get(0)), row.get(2));
    }
    View now = new View(chart.title(), "times", times, values, null);
    views.put(chart.title(), now);
    return now;
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
