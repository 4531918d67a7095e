package io.tailrace.sql;

import io.tailrace.sql.InputTable.InputColumn;
import java.util.List;
import java.util.Set;

/** Tells which expressions of columns of an input can be NULL, as far as that is known. */
final class Nullability {

  /** What is never NULL, whatever its arguments are. */
  private static final Set<String> NEVER =
      Set.of("is_null", "is_not_null", "is_distinct_from", "is_not_distinct_from", "concat");

  /** What is NULL only where all of its arguments are. */
  private static final Set<String> SKIPPING = Set.of("coalesce", "greatest", "least");

  private final List<InputColumn> columns;

  Nullability(List<InputColumn> columns) {
    this.columns = columns;
  }

  /** Whether an expression can be NULL; true if it is not known. */
  boolean canBeNull(Expression expression) {
    if (expression instanceof Expression.ColumnValue value) {
      return canBeNull(columns.get(value.column()));
    }
    if (expression instanceof Expression.Constant constant) {
      return constant.value() == null;
    }
    if (expression instanceof Expression.Cast cast) {
      return cast.orNull() || canBeNull(cast.value());
    }
    if (expression instanceof Expression.Conditional conditional) {
      return canBeNull(conditional.otherwise())
          || conditional.branches().stream().anyMatch(branch -> canBeNull(branch.result()));
    }
    Expression.Call call = (Expression.Call) expression;
    if (NEVER.contains(call.function())) {
      return false;
    }
    if (SKIPPING.contains(call.function())) {
      return call.arguments().stream().allMatch(this::canBeNull);
    }
    if (call.function().equals("concat_ws")) {
      return canBeNull(call.arguments().get(0));
    }
    return call.function().equals("nullif") || call.arguments().stream().anyMatch(this::canBeNull);
  }

  private static boolean canBeNull(InputColumn column) {
    return switch (column.origin()) {
      case FILE, OFFSET, PARTITION, TOPIC, HEADERS -> false;
      case FIELD, RESCUED, MODIFIED, KEY -> !column.required();
    };
  }
}
