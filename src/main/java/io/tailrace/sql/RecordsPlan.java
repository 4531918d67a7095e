package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.InputTable.Check;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import java.io.Serializable;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/**
 * What is done with each record of an input.
 *
 * @param columns what a record has
 * @param checks conditions that it must meet
 * @param values what fields are in the format
 * @param evolves whether a column is read only if something is computed of it or it is required:
 *     the rows of its logs have the others without this
 * @param reports what it adds to reports
 * @param logs what it adds to logs
 */
record RecordsPlan(
    List<InputColumn> columns,
    List<Check> checks,
    Values values,
    boolean evolves,
    List<ReportPlan> reports,
    List<LogPlan> logs)
    implements Serializable {

  /** What fields are. */
  enum Values {
    /** Texts, whatever the type of the column is. */
    TEXTS,
    /** Texts, numbers and truths of JSON. */
    JSON,
    /** What the type of the column says; see {@link io.tailrace.format.TypedFieldReader}. */
    TYPED;

    static Values of(String format) {
      return switch (format) {
        case "json" -> JSON;
        case "access_log" -> TYPED;
        default -> TEXTS;
      };
    }
  }

  RecordsPlan {
    columns = List.copyOf(columns);
    checks = List.copyOf(checks);
    reports = List.copyOf(reports);
    logs = List.copyOf(logs);
  }

  /**
   * Which columns are read: those that something is computed of, and those that are declared, of
   * which a value could be none of its type or be missing. A ROW has values if its fields have, and
   * what does not fit a column of an input that evolves is rescued.
   */
  List<Boolean> areRead() {
    Set<Integer> used = new HashSet<>();
    checks.forEach(check -> used.addAll(Expressions.columns(check.condition())));
    reports.stream()
        .flatMap(ReportPlan::expressions)
        .forEach(expression -> used.addAll(Expressions.columns(expression)));
    logs.stream()
        .flatMap(LogPlan::expressions)
        .forEach(expression -> used.addAll(Expressions.columns(expression)));
    return IntStream.range(0, columns.size())
        .mapToObj(i -> used.contains(i) || canBeWrong(columns.get(i)))
        .toList();
  }

  private boolean canBeWrong(InputColumn column) {
    boolean fits = evolves || values == Values.TYPED || column.type().kind() == SqlType.Kind.ROW;
    return column.origin() == Origin.FIELD && (!fits || column.required());
  }

  /** The columns that are fields of the record, or its rescued fields, of those that are read. */
  List<InputColumn> fields() {
    List<Boolean> areRead = areRead();
    return IntStream.range(0, columns.size())
        .filter(areRead::get)
        .mapToObj(columns::get)
        .filter(column -> column.origin() == Origin.FIELD || column.origin() == Origin.RESCUED)
        .toList();
  }
}
