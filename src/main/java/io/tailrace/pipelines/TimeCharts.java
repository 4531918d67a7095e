package io.tailrace.pipelines;

import io.tailrace.format.SqlType;
import io.tailrace.sql.Expression;
import io.tailrace.sql.SqlReport;
import io.tailrace.sql.SqlReport.NamedExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The charts of a report that has a time bucket among its keys: its numbers over that time. Numbers
 * of a report with other keys have a chart each, with a line for each of the greatest values of
 * these keys; otherwise numbers of a kind are lines of one chart.
 */
final class TimeCharts {

  /** More lines are not told from each other. */
  private static final int MOST_LINES = 8;

  /** The newest times that are drawn. */
  private static final int MOST_TIMES = 600;

  private static final int MOST_CHARTS = 4;
  private static final String BETWEEN_KEYS = " · ";

  private TimeCharts() {}

  /** The charts of a report; none if it has no time bucket, or does not show all of its keys. */
  static List<Chart> of(SqlReport report) {
    List<NamedExpression> keys =
        report.columns().stream().filter(column -> isKey(report, column)).toList();
    Optional<NamedExpression> time =
        keys.stream().filter(column -> isTime(column.value().type())).findFirst();
    if (time.isEmpty() || !areAllShown(report)) {
      return List.of();
    }
    List<String> others =
        keys.stream().filter(key -> !key.equals(time.get())).map(NamedExpression::name).toList();
    String per = unit(report.keys().get(((Expression.ColumnValue) time.get().value()).column()));
    List<NamedExpression> numbers =
        report.columns().stream()
            .filter(column -> !keys.contains(column) && column.value().type().isNumber())
            .toList();
    if (others.isEmpty()) {
      return Stream.of(true, false)
          .map(
              whole ->
                  numbers.stream()
                      .filter(column -> isWhole(column.value().type()) == whole)
                      .limit(MOST_LINES)
                      .map(NamedExpression::name)
                      .toList())
          .filter(names -> !names.isEmpty())
          .map(
              names ->
                  ofNumbers(
                      report.name(),
                      time.get().name(),
                      areCounts(report, numbers, names) ? per : "",
                      names))
          .toList();
    }
    return numbers.stream()
        .limit(MOST_CHARTS)
        .map(
            number ->
                byKeys(
                    report.name(),
                    time.get().name(),
                    others,
                    isCount(report, number) ? per : "",
                    number.name()))
        .toList();
  }

  private static boolean isKey(SqlReport report, NamedExpression column) {
    return column.value() instanceof Expression.ColumnValue value
        && value.column() < report.keys().size();
  }

  private static boolean areAllShown(SqlReport report) {
    return IntStream.range(0, report.keys().size())
        .allMatch(
            key ->
                report.columns().stream()
                    .anyMatch(
                        column ->
                            column.value() instanceof Expression.ColumnValue value
                                && value.column() == key));
  }

  private static boolean isTime(SqlType type) {
    return type.kind() == SqlType.Kind.TIMESTAMP || type.kind() == SqlType.Kind.DATE;
  }

  /** Whole numbers are counts or sums of them, and have an axis in common. */
  private static boolean isWhole(SqlType type) {
    return switch (type.kind()) {
      case INTEGER, BIGINT, HUGEINT -> true;
      default -> false;
    };
  }

  /** The unit of time that a bucket is as long as, or nothing. */
  private static String unit(SqlReport.Key bucket) {
    if (bucket.value() instanceof Expression.Call call
        && call.function().matches("date_?trunc")
        && call.arguments().get(0) instanceof Expression.Constant unit
        && unit.value() instanceof String name) {
      return name.toLowerCase(Locale.ROOT);
    }
    boolean isDay =
        bucket.value() instanceof Expression.ColumnValue column
            && column.type().kind() == SqlType.Kind.DATE;
    return isDay ? "day" : "";
  }

  private static boolean areCounts(
      SqlReport report, List<NamedExpression> numbers, List<String> names) {
    return numbers.stream()
        .filter(column -> names.contains(column.name()))
        .allMatch(column -> isCount(report, column));
  }

  private static boolean isCount(SqlReport report, NamedExpression column) {
    if (!(column.value() instanceof Expression.ColumnValue value)) {
      return false;
    }
    return switch (report.aggregates().get(value.column() - report.keys().size()).function()) {
      case COUNT_STAR, COUNT -> true;
      default -> false;
    };
  }

  private static Chart ofNumbers(String report, String time, String per, List<String> numbers) {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < numbers.size(); i++) {
      lines.add(
          String.format(
              "SELECT %s AS time, %d AS place, %s AS name, %s AS value FROM %s",
              quoted(time), i, text(numbers.get(i)), quoted(numbers.get(i)), quoted(report)));
    }
    return Chart.overTime(
        report + ": " + String.join(", ", numbers),
        report,
        per,
        String.format(
            "WITH lines AS (%s) SELECT epoch_ms(time::TIMESTAMP), name, value FROM lines"
                + " WHERE time IN (%s) ORDER BY time, place",
            String.join(" UNION ALL ", lines), newest("lines")));
  }

  private static Chart byKeys(
      String report, String time, List<String> keys, String per, String number) {
    String name =
        keys.stream()
            .map(key -> "coalesce(" + quoted(key) + "::VARCHAR, 'NULL')")
            .collect(Collectors.joining(" || " + text(BETWEEN_KEYS) + " || "));
    return Chart.overTime(
        String.format("%s: %s by %s", report, number, String.join(", ", keys)),
        report,
        per,
        String.format(
            "WITH lines AS (SELECT %s AS time, %s AS name, %s AS value FROM %s),"
                + " greatest_lines AS (SELECT name, sum(abs(value::DOUBLE)) AS size FROM lines"
                + " GROUP BY name ORDER BY size DESC NULLS LAST, name LIMIT %d)"
                + " SELECT epoch_ms(time::TIMESTAMP), name, value"
                + " FROM lines JOIN greatest_lines USING (name)"
                + " WHERE time IN (%s) ORDER BY time, size DESC NULLS LAST, name",
            quoted(time), name, quoted(number), quoted(report), MOST_LINES, newest("lines")));
  }

  private static String newest(String lines) {
    return String.format(
        "SELECT DISTINCT time FROM %s WHERE time IS NOT NULL ORDER BY time DESC LIMIT %d",
        lines, MOST_TIMES);
  }

  private static String quoted(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String text(String value) {
    return "'" + value.replace("'", "''") + "'";
  }
}
