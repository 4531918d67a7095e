package io.tailrace.dashboard;

import io.tailrace.pipelines.Chart;
import io.tailrace.query.QueryEngine;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The charts of the reports and logs that an output has. */
final class ChartsView {

  /**
   * A chart.
   *
   * @param kind {@code times} for lines over a time that is in the data, or {@code bars}
   * @param table the report or log that it is drawn from
   * @param per the unit of time that values are counted in, or empty
   * @param times milliseconds since 1970
   * @param lines values by name, one for each of the times
   */
  record View(
      String title,
      String kind,
      String table,
      String per,
      List<Long> times,
      Map<String, List<Object>> lines,
      List<List<Object>> bars) {}

  private final List<Chart> charts;
  private final Map<String, View> views = new LinkedHashMap<>();

  ChartsView(List<Chart> charts) {
    this.charts = charts;
  }

  /** All of them. */
  Collection<View> all() {
    return views.values();
  }

  /** The charts of a kind whose tables are there: an output may lack a report of its pipeline. */
  private List<Chart> drawable(QueryEngine engine, Chart.Kind kind) {
    Set<String> tables =
        Stream.concat(
                engine.reports().stream().map(report -> report.name()),
                engine.logs().stream().map(log -> log.name()))
            .collect(Collectors.toSet());
    return charts.stream()
        .filter(chart -> chart.kind() == kind && tables.contains(chart.table()))
        .toList();
  }

  /**
   * Looks at lines, and gives those that have changed.
   *
   * @param changed the reports that have changed
   */
  List<View> lookAtLines(QueryEngine engine, Set<String> changed) throws IOException, SQLException {
    List<View> drawn = new ArrayList<>();
    for (Chart chart : drawable(engine, Chart.Kind.OVER_TIME)) {
      if (!views.containsKey(chart.title()) || changed.contains(chart.table())) {
        keep(drawLines(engine, chart), drawn);
      }
    }
    return drawn;
  }

  private static View drawLines(QueryEngine engine, Chart chart) throws SQLException {
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
    return new View(chart.title(), "times", chart.table(), chart.per(), times, values, null);
  }

  /** Looks at bars, and gives those that have changed. */
  List<View> lookAtBars(QueryEngine engine) throws IOException, SQLException {
    List<View> drawn = new ArrayList<>();
    for (Chart chart : drawable(engine, Chart.Kind.BARS)) {
      engine.define(chart.table());
      List<List<Object>> bars = Table.of(engine, chart.sql()).rows();
      keep(new View(chart.title(), "bars", chart.table(), chart.per(), null, null, bars), drawn);
    }
    return drawn;
  }

  private void keep(View now, List<View> drawn) {
    if (!now.equals(views.put(now.title(), now))) {
      drawn.add(now);
    }
  }
}
