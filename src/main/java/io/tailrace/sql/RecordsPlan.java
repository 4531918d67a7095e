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
 * @param reports what it adds to reports
 * @param logs what it adds to logs
 */
record RecordsPlan(
    List<InputColumn> columns,
    List<Check> checks,
    Values values,
    List<ReportPlan> reports,
    List<LogPlan> logs)
    implements Serializable {

  /** What fields are. */
  enum Values {
    /** Texts, whatever the type of the column is. */
    TEXTS,
    /** Texts, numbers and truths of JSON. */
    JSON,
    /** Texts that fit the type of the column: those of an input that evolves. */
    FITTING_TEXTS,
    /** What the type of the column says; see {@link io.tailrace.format.TypedFieldReader}. */
    TYPED;

    static Values of(InputTable input) {
      return switch (input.format()) {
        case "json" -> input.evolves() ? FITTING_TEXTS : JSON;
        case "access_log", "game_events" -> TYPED;
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
    boolean fits =
        values == Values.TYPED
            || values == Values.FITTING_TEXTS
            || column.type().kind() == SqlType.Kind.ROW;
    return switch (column.origin()) {
      case FIELD -> !fits || column.required();
      case KEY, MODIFIED -> column.required();
      case FILE, OFFSET, PARTITION, TOPIC, HEADERS, RESCUED -> false;
    };
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
