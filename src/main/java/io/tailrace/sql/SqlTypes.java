package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.Duck.RefusedException;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the types that DuckDB names. */
final class SqlTypes {

  private static final Pattern DECIMAL = Pattern.compile("DECIMAL\\((\\d+),\\s*(\\d+)\\)");

  private SqlTypes() {}

  /** A type that there is for expressions. */
  static SqlType parse(String name) throws RefusedException {
    return find(name)
        .orElseThrow(
            () ->
                new RefusedException(
                    "values of type "
                        + name
                        + " are not supported; cast to VARCHAR, BOOLEAN, INTEGER, BIGINT,"
                        + " DECIMAL, DOUBLE, DATE or TIMESTAMP",
                    -1));
  }

  static Optional<SqlType> find(String name) {
    Matcher decimal = DECIMAL.matcher(name);
    if (decimal.matches()) {
      return Optional.of(
          SqlType.decimal(Integer.parseInt(decimal.group(1)), Integer.parseInt(decimal.group(2))));
    }
    return switch (name) {
      case "BOOLEAN" -> Optional.of(SqlType.BOOLEAN);
      // A bare NULL, which is an INTEGER in a table of DuckDB, too.
      case "INTEGER", "\"NULL\"" -> Optional.of(SqlType.INTEGER);
      case "BIGINT" -> Optional.of(SqlType.BIGINT);
      case "HUGEINT" -> Optional.of(SqlType.HUGEINT);
      case "DOUBLE" -> Optional.of(SqlType.DOUBLE);
      case "VARCHAR" -> Optional.of(SqlType.VARCHAR);
      case "DATE" -> Optional.of(SqlType.DATE);
      case "TIMESTAMP" -> Optional.of(SqlType.TIMESTAMP);
      case "INTERVAL" -> Optional.of(SqlType.INTERVAL);
      default -> Optional.empty();
    };
  }
}
