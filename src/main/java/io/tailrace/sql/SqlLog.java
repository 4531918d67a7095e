package io.tailrace.sql;

import io.tailrace.sql.SqlReport.NamedExpression;
import io.tailrace.table.TypedColumn;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A log: a CREATE STREAMING TABLE.
 *
 * @param name its name
 * @param filter the condition of WHERE, of columns of the input
 * @param columns of columns of the input
 * @param order the names of the columns by which rows are sorted inside a file, ascending; none
 *     keeps their order
 * @param starred of a log that gets columns which nobody has declared how many of its columns are
 *     those of the input, the first ones; otherwise 0
 */
public record SqlLog(
    String name,
    Optional<Expression> filter,
    List<NamedExpression> columns,
    List<String> order,
    int starred)
    implements Serializable {

  public SqlLog {
    columns = List.copyOf(columns);
    order = List.copyOf(order);
  }

  /** A log that has no other columns than these. */
  public SqlLog(
      String name, Optional<Expression> filter, List<NamedExpression> columns, List<String> order) {
    this(name, filter, columns, order, 0);
  }

  /** The same with other columns in the place of those of the input. */
  public SqlLog withInput(List<TypedColumn> input) {
    List<NamedExpression> all = new ArrayList<>();
    for (TypedColumn column : input) {
      // Nothing is computed of them, so that it does not matter where the input has them.
      all.add(new NamedExpression(column.name(), new Expression.ColumnValue(0, column.type())));
    }
    all.addAll(columns.subList(starred, columns.size()));
    return new SqlLog(name, filter, all, order, input.size());
  }

  /** Whether it gets columns that nobody has declared. */
  public boolean grows() {
    return starred > 0;
  }
}
