package io.tailrace.dashboard;

import io.tailrace.format.DoubleText;
import io.tailrace.format.SqlType;
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
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** The reports as they were when they were looked at last. */
final class ReportsView {

  /** Has no place in a key. */
  private static final String BETWEEN_PARTS = "\u001f";

  /** More rows would be too many for a browser; the greatest ones are shown. */
  private static final int MOST_ROWS = 20_000;

  /**
   * A report.
   *
   * @param keys the columns of its key; none if people do not see it
   * @param labels the columns that show parts of its key
   * @param areAll whether these are all rows, and not those alone that have changed: where there is
   *     no key, or rows have gone
   * @param value the column that bars show, a number; -1 if there is none
   * @param time the column of its time bucket; -1 if there is none
   * @param total how many rows it has, of which the greatest ones are here
   * @param rows the values of the columns, and last how far the value has moved since the start
   */
  record View(
      String name,
      List<Table.Column> columns,
      List<Integer> keys,
      List<Integer> labels,
      int value,
      int time,
      long total,
      boolean areAll,
      List<List<Object>> rows) {

    /** What has changed, if anything has. */
    Optional<View> since(View before) {
      if (rows.equals(before.rows)) {
        return Optional.empty();
      }
      if (keys.isEmpty()) {
        return Optional.of(this);
      }
      Map<String, List<Object>> gone = new HashMap<>();
      for (List<Object> row : before.rows) {
        gone.put(id(row, keys), row);
      }
      List<List<Object>> unlike =
          rows.stream().filter(row -> !row.equals(gone.remove(id(row, keys)))).toList();
      return gone.isEmpty()
          ? Optional.of(new View(name, columns, keys, labels, value, time, total, false, unlike))
          : Optional.of(this);
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
      Optional<View> change = before == null ? Optional.of(now) : now.since(before);
      change.ifPresent(changed::add);
    }
    return changed;
  }

  private View read(QueryEngine engine, Report report) throws SQLException {
    List<Column> shown = report.shownColumns();
    List<Integer> keys = keys(shown);
    int value = value(shown);
    int time = time(shown);
    String from = QueryEngine.quote(report.name());
    long total = (Long) Table.of(engine, "SELECT count(*) FROM " + from).rows().get(0).get(0);
    Table table = Table.of(engine, "SELECT * FROM " + from + greatest(shown, time, value, total));
    if (value >= 0) {
      Map<String, Object> start =
          starts.computeIfAbsent(report.name(), name -> start(report, keys, value));
      // Without keys it is known of an only row what it was.
      boolean isKnown = !keys.isEmpty() || table.rows().size() == 1;
      for (List<Object> row : table.rows()) {
        row.add(
            isKnown
                ? moved(
                    shown.get(value).type(), row.get(value), start.getOrDefault(id(row, keys), 0))
                : null);
      }
    }
    List<Table.Column> columns = new ArrayList<>();
    for (int i = 0; i < table.columns().size(); i++) {
      Column.Role role = shown.get(i).role();
      boolean count = role == Column.Role.RECORDS || role == Column.Role.COUNT;
      columns.add(
          new Table.Column(table.columns().get(i).name(), table.columns().get(i).number(), count));
    }
    return new View(
        report.name(), columns, keys, labels(shown), value, time, total, true, table.rows());
  }

  /** The difference of two values, in the digits that people see, or null if there is none. */
  private static Object moved(SqlType type, Object now, Object start) {
    Optional<BigDecimal> before = number(start);
    Optional<BigDecimal> after = number(now);
    if (before.isEmpty() || after.isEmpty()) {
      return null;
    }
    BigDecimal difference = after.get().subtract(before.get());
    return switch (type.kind()) {
      case DOUBLE -> DoubleText.of(difference.doubleValue());
      case DECIMAL -> difference.toPlainString();
      default -> Table.exact(difference.toBigInteger());
    };
  }

  /** A value, unless it is NULL or as large as no number. */
  private static Optional<BigDecimal> number(Object value) {
    return value == null || !Double.isFinite(Double.parseDouble(value.toString()))
        ? Optional.empty()
        : Optional.of(new BigDecimal(value.toString()));
  }

  /** What the values were at the start. */
  private Map<String, Object> start(Report report, List<Integer> keys, int value) {
    ReportTable table = atStart.get(report.name());
    Map<String, Object> values = new HashMap<>();
    for (int row = 0; table != null && row < table.size(); row++) {
      ReportRow shown = report.row(table, row);
      List<Object> cells = new ArrayList<>();
      report.shownColumns().forEach(column -> cells.add(column.value().of(shown)));
      values.put(id(cells, keys), cells.get(value));
    }
    return values;
  }

  private static List<Integer> keys(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .filter(i -> columns.get(i).role() == Column.Role.KEY)
        .boxed()
        .toList();
  }

  private static List<Integer> labels(List<Column> columns) {
    return IntStream.range(0, columns.size()).filter(i -> isLabel(columns.get(i))).boxed().toList();
  }

  private static boolean isLabel(Column column) {
    return column.role() == Column.Role.KEY || column.role() == Column.Role.PART;
  }

  /** The first number that is no part of the key. */
  private static int value(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .filter(i -> !isLabel(columns.get(i)) && columns.get(i).type().isNumber())
        .findFirst()
        .orElse(-1);
  }

  /** The first part of the key that is a time. */
  private static int time(List<Column> columns) {
    return IntStream.range(0, columns.size())
        .filter(
            i ->
                isLabel(columns.get(i))
                    && switch (columns.get(i).type().kind()) {
                      case DATE, TIMESTAMP -> true;
                      default -> false;
                    })
        .findFirst()
        .orElse(-1);
  }

  private static String greatest(List<Column> columns, int time, int value, long total) {
    if (total <= MOST_ROWS) {
      return "";
    }
    int by = time >= 0 ? time : value;
    String order =
        by < 0 ? "" : " ORDER BY " + QueryEngine.quote(columns.get(by).name()) + " DESC NULLS LAST";
    return order + " LIMIT " + MOST_ROWS;
  }

  private static String id(List<Object> row, List<Integer> keys) {
    return keys.stream()
        .map(key -> String.valueOf(row.get(key)))
        .collect(Collectors.joining(BETWEEN_PARTS));
  }
}
