package io.tailrace.sql;

import io.tailrace.sql.SqlReport.NamedExpression;
import java.io.Serializable;
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
 */
public record SqlLog(
    String name, Optional<Expression> filter, List<NamedExpression> columns, List<String> order)
    implements Serializable {

  public SqlLog {
    columns = List.copyOf(columns);
    order = List.copyOf(order);
  }
}
