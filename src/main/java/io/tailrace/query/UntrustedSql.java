package io.tailrace.query;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.options.UsageException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.Locale;
import java.util.Set;

/**
 * Tells statements that read known tables from all others, by DuckDB's own syntax tree. What is not
 * known to be harmless is refused.
 */
final class UntrustedSql {

  /** Tables that are made of nothing but their arguments. */
  private static final Set<String> TABLE_FUNCTIONS = Set.of("range", "generate_series", "unnest");

  /** What tells about this process and not about the tables. */
  private static final Set<String> SECRETS =
      Set.of(
          "current_setting", "getenv", "getvariable", "current_database", "current_user", "user");

  /** How the error of a statement that is no SELECT begins. */
  static final String NO_SELECT = "Only SELECT";

  private static final ObjectMapper JSON = new ObjectMapper();

  private UntrustedSql() {}

  /**
   * Checks a statement.
   *
   * @return it, without the semicolon at its end
   * @throws UsageException if it is none, more than one, no SELECT, or reads anything else
   */
  static String check(Connection duck, String sql, Set<String> tables) throws SQLException {
    String statement = sql.strip().replaceFirst("[;\\s]+$", "");
    JsonNode tree = tree(duck, statement);
    if (tree.path("error").asBoolean()) {
      String message = tree.path("error_message").asText();
      throw new UsageException(
          message.startsWith(NO_SELECT) ? "only one SELECT can be asked here" : message);
    }
    if (tree.path("statements").size() != 1) {
      throw new UsageException("give one SELECT");
    }
    Set<String> known = new HashSet<>();
    tables.forEach(table -> known.add(table.toLowerCase(Locale.ROOT)));
    visit(tree, known);
    return statement;
  }

  /** The syntax tree of a statement, or the error that it has. */
  static JsonNode tree(Connection duck, String sql) throws SQLException {
    try (PreparedStatement parse =
        duck.prepareStatement("SELECT json_serialize_sql(CAST(? AS VARCHAR))")) {
      parse.setString(1, sql);
      try (ResultSet answer = parse.executeQuery()) {
        answer.next();
        return JSON.readTree(answer.getString(1));
      }
    } catch (JsonProcessingException e) {
      throw new UsageException("that cannot be understood", e);
    }
  }

  /**
   * Visits a part of the statement.
   *
   * @param tables the names that mean tables there, in lower case
   */
  private static void visit(JsonNode node, Set<String> tables) {
    check(node, tables);
    Set<String> visible = withOwn(node.path("cte_map").path("map"), tables);
    node.fields()
        .forEachRemaining(
            field -> {
              if (!field.getKey().equals("cte_map")) {
                visit(field.getValue(), visible);
              }
            });
    if (node.isArray()) {
      node.forEach(element -> visit(element, visible));
    }
  }

  /**
   * The names that mean tables where some are made by WITH. Each is seen by those behind it and by
   * the query that they belong to; where it is not seen, its name is that of another table, such as
   * one of the catalog, or of a file, which has a dot or a slash.
   */
  private static Set<String> withOwn(JsonNode made, Set<String> tables) {
    Set<String> visible = new HashSet<>(tables);
    for (JsonNode table : made) {
      String name = table.path("key").asText().toLowerCase(Locale.ROOT);
      JsonNode query = table.path("value").path("query_node");
      if (query.path("type").asText().equals("RECURSIVE_CTE_NODE")) {
        visit(query.path("left"), visible);
        allow(name, visible);
        visit(query, visible);
      } else {
        visit(table.path("value"), visible);
        allow(name, visible);
      }
    }
    return visible;
  }

  private static void allow(String name, Set<String> visible) {
    if (name.matches("\\w+")) {
      visible.add(name);
    }
  }

  private static void check(JsonNode node, Set<String> tables) {
    switch (node.path("type").asText()) {
      case "BASE_TABLE" -> checkTable(node, tables);
      case "TABLE_FUNCTION" -> {
        String name = node.path("function").path("function_name").asText();
        if (!TABLE_FUNCTIONS.contains(name)) {
          throw new UsageException(name + " cannot be used here");
        }
      }
      case "SHOW_REF", "COLUMN_DATA", "DELIM_GET", "BOUND_TABLE_REF" ->
          throw new UsageException("only one SELECT can be asked here");
      case "FUNCTION" -> {
        String name = node.path("function_name").asText().toLowerCase(Locale.ROOT);
        if (SECRETS.contains(name) || name.startsWith("pg_")) {
          throw new UsageException(name + " cannot be used here");
        }
      }
      default -> {}
    }
  }

  private static void checkTable(JsonNode node, Set<String> tables) {
    String name = node.path("table_name").asText();
    boolean elsewhere =
        !node.path("catalog_name").asText().isEmpty()
            || !Set.of("", "main").contains(node.path("schema_name").asText());
    if (elsewhere || !tables.contains(name.toLowerCase(Locale.ROOT))) {
      throw new UsageException(
          "there is no table "
              + name
              + "; there are "
              + String.join(", ", tables.stream().sorted().toList()));
    }
  }
}
