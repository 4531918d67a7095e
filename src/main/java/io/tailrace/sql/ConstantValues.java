package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tailrace.format.SqlType;
import io.tailrace.sql.Duck.RefusedException;
import io.tailrace.sql.Expression.Constant;
import io.tailrace.sql.Expression.Interval;
import java.io.Serializable;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/** The values of expressions without columns, which DuckDB computes. */
final class ConstantValues {

  private final Duck duck;

  ConstantValues(Duck duck) {
    this.duck = duck;
  }

  /**
   * The values of expressions.
   *
   * @param names the names of their types
   */
  List<Constant> of(List<JsonNode> expressions, List<String> names)
      throws SQLException, RefusedException {
    if (expressions.isEmpty()) {
      return List.of();
    }
    List<JsonNode> columns = new ArrayList<>();
    List<String> outer = new ArrayList<>();
    List<SqlType> types = new ArrayList<>();
    for (int i = 0; i < expressions.size(); i++) {
      String column = "x" + i;
      ObjectNode named = expressions.get(i).deepCopy();
      columns.add(named.put("alias", column));
      SqlType type = SqlTypes.parse(names.get(i));
      types.add(type);
      outer.add(shown(type, column));
    }
    String select = duck.select(columns);
    List<Object> row = duck.row("SELECT " + String.join(", ", outer) + " FROM (" + select + ")");
    List<Constant> constants = new ArrayList<>();
    for (int i = 0; i < row.size(); i++) {
      SqlType type = types.get(i);
      if (type.isNested() && row.get(i) != null) {
        throw new RefusedException(
            "an ARRAY, a ROW or a MAP that is written here is not supported", -1);
      }
      constants.add(new Constant(value(type, row.get(i)), type));
    }
    return constants;
  }

  /** What JDBC gives as this class wants it. */
  private static String shown(SqlType type, String column) {
    return switch (type.kind()) {
      case DATE -> "CAST(" + column + " - DATE '1970-01-01' AS INTEGER)";
      case TIMESTAMP -> "epoch_us(" + column + ")";
      case INTERVAL ->
          String.format(
              "(date_part('year', %1$s) * 12 + date_part('month', %1$s)) || ' '"
                  + " || date_part('day', %1$s) || ' '"
                  + " || (date_part('hour', %1$s) * 3600000000"
                  + " + date_part('minute', %1$s) * 60000000"
                  + " + date_part('microsecond', %1$s))",
              column);
      // NULL alone is allowed.
      case ARRAY, ROW, MAP -> "CASE WHEN " + column + " IS NOT NULL THEN 1 END";
      default -> column;
    };
  }

  private static Serializable value(SqlType type, Object value) {
    if (type.equals(SqlType.INTERVAL) && value != null) {
      String[] parts = value.toString().split(" ");
      return new Interval(
          Integer.parseInt(parts[0]), Integer.parseInt(parts[1]), Long.parseLong(parts[2]));
    }
    return (Serializable) value;
  }
}
