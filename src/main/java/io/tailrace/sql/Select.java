package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.report.Column;
import io.tailrace.sql.Declaration.Kind;
import io.tailrace.sql.Declaration.Query;
import io.tailrace.sql.SqlText.Part;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The SELECT of a report or a log, whose names are resolved.
 *
 * @param part the text that it is
 * @param filter the condition of WHERE
 * @param groups what it groups by; positions and names are replaced by what they stand for
 * @param groupAll whether it groups by all columns that have no aggregate
 * @param order the names of the columns of ORDER BY
 * @param starred of a log with columns that nobody has declared how many of the items are those of
 *     {@code *}, the first ones; otherwise 0
 */
record Select(
    Part part,
    List<Item> items,
    Optional<JsonNode> filter,
    List<JsonNode> groups,
    boolean groupAll,
    List<String> order,
    int starred) {

  /**
   * A column of the result.
   *
   * @param expression what it is, resolved
   * @param location where it is in the part, in bytes
   */
  record Item(String name, JsonNode expression, long location) {}

  /** Parses a SELECT and resolves its names. */
  static Select of(Query query, InputScope scope, FunctionCatalog functions, Duck duck)
      throws SQLException {
    return new Reader(query, scope, functions).read(duck);
  }

  /** Reads a SELECT. */
  private static final class Reader {

    private final Query query;
    private final Part part;
    private final InputScope scope;
    private final FunctionCatalog functions;
    private final List<Item> items = new ArrayList<>();
    private final Map<String, JsonNode> aliases = new LinkedHashMap<>();
    private String table = "";
    private int starred;

    Reader(Query query, InputScope scope, FunctionCatalog functions) {
      this.query = query;
      this.part = query.select();
      this.scope = scope;
      this.functions = functions;
    }

    Select read(Duck duck) throws SQLException {
      JsonNode node = duck.parse(part);
      new Refusals(part, functions).checkSelect(query.kind(), node);
      table = table(node.path("from_table"));
      node.path("select_list").forEach(this::addItem);
      Optional<JsonNode> filter =
          Ast.has(node, "where_clause")
              ? Optional.of(resolve(node.get("where_clause")))
              : Optional.empty();
      List<JsonNode> groups = new ArrayList<>();
      node.path("group_expressions").forEach(group -> groups.add(group(group)));
      List<String> order = orders(node);
      duck.check(part);
      boolean groupAll = node.path("aggregate_handling").asText().equals("FORCE_AGGREGATES");
      return new Select(part, items, filter, groups, groupAll, order, starred);
    }

    /** What the input is called. */
    private String table(JsonNode from) {
      String name = from.path("table_name").asText();
      if (!name.equalsIgnoreCase(scope.table())) {
        throw part.error(
            Ast.location(from),
            "table '"
                + name
                + "' cannot be read here: a report or a log reads the external table "
                + scope.table()
                + "; ask of others in a CREATE VIEW");
      }
      if (!from.path("column_name_alias").isEmpty()) {
        throw part.error(Ast.location(from), "other names for columns are not supported here");
      }
      String alias = from.path("alias").asText();
      return alias.isEmpty() ? name : alias;
    }

    private JsonNode resolve(JsonNode expression) {
      return scope.resolve(part, table, expression, aliases);
    }

    private void addItem(JsonNode node) {
      long location = Ast.location(node);
      if (Ast.kind(node).equals("STAR")) {
        addAll(node, location);
        return;
      }
      String alias = node.path("alias").asText();
      JsonNode expression = resolve(node);
      String name = alias;
      if (alias.isEmpty()) {
        if (!Ast.isColumn(node)) {
          throw part.error(location, "this column needs a name; write AS and the name behind it");
        }
        name = Ast.isColumn(expression) ? scope.lastName(expression) : last(Ast.names(node));
      }
      addItem(name, expression, location);
    }

    private static String last(List<String> names) {
      return names.get(names.size() - 1);
    }

    private void addAll(JsonNode star, long location) {
      if (query.kind() == Kind.REPORT) {
        throw part.error(location, "* is not supported in a report; name its columns");
      }
      String relation = star.path("relation_name").asText();
      boolean plain =
          (relation.isEmpty() || relation.equalsIgnoreCase(table))
              && star.path("exclude_list").isEmpty()
              && star.path("qualified_exclude_list").isEmpty()
              && star.path("replace_list").isEmpty()
              && star.path("rename_list").isEmpty()
              && !star.path("columns").asBoolean()
              && !Ast.has(star, "expr");
      if (!plain) {
        throw part.error(location, "only a plain * is supported; name the columns");
      }
      if (scope.evolves() && !items.isEmpty()) {
        throw part.error(
            location, "* comes first where the input may get columns; move it to the front");
      }
      for (int place : scope.starred()) {
        JsonNode column = ShadowTable.column(place);
        addItem(scope.lastName(column), column, location);
      }
      starred = scope.evolves() ? items.size() : 0;
    }

    private void addItem(String name, JsonNode expression, long location) {
      if (query.kind() == Kind.REPORT && !name.matches("[\\p{L}_][\\p{L}\\p{N}_]*")) {
        throw part.error(
            location,
            "the name '" + name + "' cannot be that of a column: it has letters, digits and _");
      }
      if (name.isBlank() || name.chars().anyMatch(Character::isISOControl)) {
        throw part.error(
            location, "the name '" + name + "' cannot be that of a column; name it with AS");
      }
      if (query.kind() == Kind.REPORT && Column.isHiddenName(name)) {
        throw part.error(location, "the name " + name + " is taken: every report can have it");
      }
      if (items.stream().anyMatch(other -> other.name().equalsIgnoreCase(name))) {
        throw part.error(location, "two columns are called " + name + "; name one of them with AS");
      }
      items.add(new Item(name, expression, location));
      aliases.put(name, expression);
    }

    /** What a term of GROUP BY stands for. */
    private JsonNode group(JsonNode term) {
      Optional<Item> item = position(term);
      return item.isPresent() ? item.get().expression() : resolve(term);
    }

    /** The item that a term names by its position. */
    private Optional<Item> position(JsonNode term) {
      Optional<String> number = Ast.number(term);
      if (number.isEmpty()) {
        return Optional.empty();
      }
      for (int i = 0; i < items.size(); i++) {
        if (number.get().equals(Integer.toString(i + 1))) {
          return Optional.of(items.get(i));
        }
      }
      throw part.error(
          Ast.location(term),
          "there is no column " + number.get() + "; the SELECT has " + items.size());
    }

    private List<String> orders(JsonNode node) {
      List<String> orders = new ArrayList<>();
      for (JsonNode modifier : node.path("modifiers")) {
        for (JsonNode order : modifier.path("orders")) {
          if (starred > 0) {
            throw part.error(
                Ast.location(order.path("expression")),
                "a log that may get columns keeps the order of the input");
          }
          orders.add(order(order));
        }
      }
      return orders;
    }

    private String order(JsonNode order) {
      JsonNode term = order.path("expression");
      long location = Ast.location(term);
      if (order.path("type").asText().equals("DESCENDING")) {
        throw part.error(location, "a log is ordered ascending only");
      }
      if (order.path("null_order").asText().equals("NULLS FIRST")) {
        throw part.error(location, "a log has NULLs last");
      }
      Optional<Item> item = position(term);
      for (Item other : items) {
        if (item.isEmpty()
            && Ast.isColumn(term)
            && Ast.names(term).size() == 1
            && other.name().equalsIgnoreCase(Ast.names(term).get(0))) {
          item = Optional.of(other);
        }
      }
      if (item.isEmpty()) {
        String expression = Ast.canonical(resolve(term));
        item =
            items.stream()
                .filter(other -> Ast.canonical(other.expression()).equals(expression))
                .findFirst();
      }
      return item.map(Item::name)
          .orElseThrow(
              () ->
                  part.error(
                      location,
                      "a log is ordered by its own columns: "
                          + String.join(", ", items.stream().map(Item::name).toList())));
    }
  }
}
