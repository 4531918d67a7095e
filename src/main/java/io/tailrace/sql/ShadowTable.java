package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tailrace.format.SqlType;
import io.tailrace.sql.Duck.RefusedException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;

/**
 * A table without rows, over which DuckDB binds expressions. Its columns are called by their
 * places: DuckDB writes the names of bound columns without quotes, and these need none.
 */
final class ShadowTable {

  private static final String SCHEMA = "bound";

  private final Duck duck;
  private final String name;
  private final List<SqlType> types;

  private ShadowTable(Duck duck, String name, List<SqlType> types) {
    this.duck = duck;
    this.name = name;
    this.types = new ArrayList<>(types);
  }

  static ShadowTable create(Duck duck, String table, List<SqlType> types) throws SQLException {
    duck.execute("CREATE SCHEMA IF NOT EXISTS " + SCHEMA);
    String name = SCHEMA + "." + Duck.quoted(table);
    List<String> columns = new ArrayList<>();
    for (int i = 0; i < types.size(); i++) {
      columns.add(columnName(i) + " " + types.get(i));
    }
    duck.execute("CREATE OR REPLACE TABLE " + name + " (" + String.join(", ", columns) + ")");
    return new ShadowTable(duck, name, types);
  }

  private static String columnName(int place) {
    return "c" + place;
  }

  /** A reference to the column of a place. */
  static ObjectNode column(int place) {
    return Ast.column(List.of(columnName(place)));
  }

  /** The place of the column that is referred to. */
  static int place(JsonNode column) {
    List<String> names = Ast.names(column);
    return Integer.parseInt(names.get(names.size() - 1).substring(1));
  }

  /** Adds a column, and is its place. */
  int add(SqlType type) throws SQLException {
    int place = types.size();
    duck.execute("ALTER TABLE " + name + " ADD COLUMN " + columnName(place) + " " + type);
    types.add(type);
    return place;
  }

  SqlType type(int place) {
    return types.get(place);
  }

  /** A SELECT of expressions over it. */
  String select(List<JsonNode> expressions) throws SQLException, RefusedException {
    return duck.select(expressions, name);
  }
}
