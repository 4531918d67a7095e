package io.tailrace.dashboard;

import io.tailrace.query.QueryEngine;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportRow;
import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** The reports as they were when they were looked at last. */
final class ReportsView {

  /** Has no place in a key. */
  private static final String BETWEEN_PARTS = "\u001f";

  /**
   * A report.
   *
   * @param keys how many columns, the first ones, are its key
   * @param value the column that bars show
   * @param rows the values of the columns, and last how far the value has moved since the start
   */
  record View(
      String name, List<Table.Column> columns, int keys, int value, List<List<Object>> rows) {

    View with(List<List<Object>> others) {
      return new View(name, columns, keys, value, others);
    }

    List<List<Object>> rowsUnlike(View before) {
      Map<String, List<Object>> known = new HashMap<>();
      for (List<Object> row : before.rows) {
        known.put(id(row, keys), row);
      }
      return rows.stream().filter(row -> !row.equals(known.get(id(row, keys)))).toList();
    }
  }

  private final Map<String, ReportTable> atStart;
  private final Map<String, Map<String, Object>> starts = new HashMap<>();
  private final Map<String, View> views = new LinkedHashMap<>();

  ReportsView(Map<String, ReportTable> atStart) {
    this.atStart = atStart;
  }

  /** All of them. */
  Collection<View> all() {
    return views.values();
  }

  /** Looks at them, and gives those that have changed, with the rows that have. */
  List<View> look(QueryEngine engine) throws IOException, SQLException {
    engine.define(engine.reports().stream().map(Report::name).collect(Collectors.joining(" ")));
    List<View> changed = new ArrayList<>();
    for (Report report : engine.reports()) {
      View now = read(engine, report);
      View before = views.put(report.name(), now);
      List<List<Object>> rows = before == null ? now.rows() : now.rowsUnlike(before);
      if (before == null || !rows.isEmpty()) {
        changed.add(now.with(rows));
      }
    }
    return changed;
  }

  private View read(QueryEngine engine, Report report) throws SQLException {
    Table table = Table.of(engine, "SELECT * FROM \"" + report.name() + '"');
    int keys = keys(report).size();
    Map<String, Object> start = starts.computeIfAbsent(report.name(), name -> start(report));
    Column.Type type = report.columns().get(keys).type();
    for (List<Object> row : table.rows()) {
      row.add(moved(type, row.get(keys), start.getOrDefault(id(row, keys), 0)));
    }
    List<Table.Column> columns = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      Column.Role role = report.columns().get(i).role();
      boolean count = role == Column.Role.RECORDS || role == Column.Role.COUNT;
      columns.add(
          new Table.Column(table.columns().get(i).name(), table.columns().get(i).number(), count));
    }
    // The first column that is no part of the key.
    return new View(report.name(), columns, keys, keys, table.rows());
  }

  /** The difference of two values, in the digits that people see. */
  private static Object moved(Column.Type type, Object now, Object start) {
    BigDecimal difference =
        new BigDecimal(now.toString()).subtract(new BigDecimal(start.toString()));
    return type == Column.Type.DOUBLE
        ? Double.toString(difference.doubleValue())
        : Table.exact(difference.toBigInteger());
  }

  /** What the values were at the start. */
  private Map<String, Object> start(Report report) {
    ReportTable table = atStart.get(report.name());
    List<Column> keys = keys(report);
    Column value = report.columns().get(keys.size());
    Map<String, Object> values = new HashMap<>();
    for (int row = 0; table != null && row < table.size(); row++) {
      ReportRow shown = report.row(table, row);
      String id =
          keys.stream()
              .map(column -> String.valueOf(column.value().of(shown)))
              .collect(Collectors.joining(BETWEEN_PARTS));
      values.put(id, value.value().of(shown));
    }
    return values;
  }

  private static List<Column> keys(Report report) {
    return report.columns().stream().filter(column -> column.role() == Column.Role.KEY).toList();
  }

  private static String id(List<Object> row, int keys) {
    return row.subList(0, keys).stream()
        .map(String::valueOf)
        .collect(Collectors.joining(BETWEEN_PARTS));
  }
}
