package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.Duck.RefusedException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Reads the types that DuckDB names. */
final class SqlTypes {

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
    TokenReader tokens = new TokenReader(new SqlText("a type", name));
    Optional<SqlType> type = type(tokens);
    return tokens.peek().kind() == Token.Kind.END ? type : Optional.empty();
  }

  private static Optional<SqlType> type(TokenReader tokens) {
    Optional<SqlType> type =
        switch (tokens.take().value()) {
          case "BOOLEAN" -> Optional.of(SqlType.BOOLEAN);
          // A bare NULL, which is an INTEGER in a table of DuckDB, too.
          case "INTEGER", "NULL" -> Optional.of(SqlType.INTEGER);
          case "BIGINT" -> Optional.of(SqlType.BIGINT);
          case "HUGEINT" -> Optional.of(SqlType.HUGEINT);
          // Functions have some for any digits, and for any fields.
          case "DECIMAL" -> tokens.takeIf("(") ? decimal(tokens) : Optional.empty();
          case "DOUBLE" -> Optional.of(SqlType.DOUBLE);
          case "VARCHAR" -> Optional.of(SqlType.VARCHAR);
          case "DATE" -> Optional.of(SqlType.DATE);
          case "TIMESTAMP" -> Optional.of(SqlType.TIMESTAMP);
          case "INTERVAL" -> Optional.of(SqlType.INTERVAL);
          case "STRUCT" -> tokens.takeIf("(") ? row(tokens) : Optional.empty();
          case "MAP" -> tokens.takeIf("(", "VARCHAR", ",") ? map(tokens) : Optional.empty();
          default -> Optional.empty();
        };
    while (tokens.takeIf("[", "]")) {
      type = type.map(SqlType::array);
    }
    return type;
  }

  private static Optional<SqlType> decimal(TokenReader tokens) {
    int precision = Integer.parseInt(tokens.take().value());
    tokens.expect(",");
    int scale = Integer.parseInt(tokens.take().value());
    tokens.expect(")");
    return Optional.of(SqlType.decimal(precision, scale));
  }

  private static Optional<SqlType> map(TokenReader tokens) {
    Optional<SqlType> value = type(tokens);
    value.ifPresent(type -> tokens.expect(")"));
    return value.map(SqlType::map);
  }

  private static Optional<SqlType> row(TokenReader tokens) {
    List<SqlType.Field> fields = new ArrayList<>();
    do {
      String name = tokens.take().value();
      Optional<SqlType> type = type(tokens);
      if (type.isEmpty()) {
        return Optional.empty();
      }
      fields.add(new SqlType.Field(name, type.get()));
    } while (tokens.takeIf(","));
    tokens.expect(")");
    return Optional.of(SqlType.row(fields));
  }
}
