package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.sql.Declaration.Kind;
import io.tailrace.sql.SqlText.Part;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** Refuses what a report or a log cannot have, at the place where it is. */
final class Refusals {

  /** Functions that make more rows of one, which are not among those of the catalog. */
  private static final Set<String> MANY_ROWS = Set.of("unnest", "unlist");

  private final Part part;
  private final FunctionCatalog functions;

  Refusals(Part part, FunctionCatalog functions) {
    this.part = part;
    this.functions = functions;
  }

  static String changing(String function) {
    return function
        + " has another value each time; a record must give the same whenever it is read";
  }

  /** Checks the clauses of a SELECT of a report or a log, and all of its expressions. */
  void checkSelect(Kind kind, JsonNode node) {
    if (!node.path("cte_map").path("map").isEmpty()) {
      throw part.errorAt(List.of("WITH"), "WITH is not supported in a report or a log");
    }
    if (!node.path("type").asText().equals("SELECT_NODE")) {
      throw part.errorAt(
          List.of("UNION", "INTERSECT", "EXCEPT", "VALUES"),
          "UNION, INTERSECT and EXCEPT are not supported; write one SELECT");
    }
    checkFrom(node.path("from_table"));
    if (Ast.has(node, "having")) {
      throw part.errorAt(
          List.of("HAVING"),
          "HAVING is not supported: a report keeps every key; filter in a query or a CREATE VIEW");
    }
    if (Ast.has(node, "qualify")) {
      throw part.errorAt(List.of("QUALIFY"), "QUALIFY is not supported");
    }
    if (Ast.has(node, "sample") || Ast.has(node.path("from_table"), "sample")) {
      throw part.errorAt(List.of("SAMPLE", "TABLESAMPLE"), "SAMPLE is not supported");
    }
    if (node.path("group_sets").size() > 1) {
      throw part.errorAt(
          List.of("GROUPING", "ROLLUP", "CUBE"),
          "GROUPING SETS, ROLLUP and CUBE are not supported");
    }
    for (JsonNode modifier : node.path("modifiers")) {
      checkModifier(kind, modifier);
    }
    checkExpression(node);
  }

  private void checkModifier(Kind kind, JsonNode modifier) {
    switch (modifier.path("type").asText()) {
      case "ORDER_MODIFIER" -> {
        if (kind == Kind.REPORT) {
          throw part.errorAt(
              List.of("ORDER"), "a report has no order; use ORDER BY in a query or a CREATE VIEW");
        }
      }
      case "DISTINCT_MODIFIER" ->
          throw part.errorAt(
              List.of("DISTINCT"),
              "DISTINCT is not supported; GROUP BY in a report gives each key once");
      default ->
          throw part.errorAt(
              List.of("LIMIT", "OFFSET", "FETCH"),
              "LIMIT is not supported; use it in a query or a CREATE VIEW");
    }
  }

  private void checkFrom(JsonNode from) {
    switch (from.path("type").asText()) {
      case "BASE_TABLE" -> {}
      case "JOIN" -> throw part.errorAt(List.of("JOIN", ","), "joins are not supported");
      case "EMPTY", "" -> throw part.error(0, "FROM is missing: say what is read");
      case "SUBQUERY" -> throw part.errorAt(List.of("FROM"), "subqueries are not supported");
      default -> throw part.error(Ast.location(from), "FROM can only have the external table");
    }
  }

  /** Checks an expression and those inside it. */
  void checkExpression(JsonNode node) {
    long at = Ast.ownLocation(node);
    switch (Ast.kind(node)) {
      case "SUBQUERY" -> throw part.error(at, "subqueries are not supported");
      case "WINDOW" -> throw part.error(at, "window functions are not supported");
      case "LAMBDA" -> throw part.error(at, "lambda functions are not supported");
      case "COLLATE" -> throw part.error(Ast.location(node), "COLLATE is not supported");
      case "PARAMETER" -> throw part.error(at, "parameters are not supported");
      case "POSITIONAL_REFERENCE" -> throw part.error(at, "use the name of the column");
      case "FUNCTION" -> checkFunction(node, at);
      default -> {}
    }
    node.forEach(this::checkExpression);
  }

  /** Makes sure that an expression has no aggregate, with the reason why it cannot have one. */
  void refuseAggregates(JsonNode node, String reason) {
    if (Ast.isFunction(node) && functions.isAggregate(Ast.function(node))) {
      throw part.error(
          Ast.location(node), "aggregate " + Ast.function(node) + " cannot be here: " + reason);
    }
    node.forEach(child -> refuseAggregates(child, reason));
  }

  private void checkQuantile(JsonNode call, long at) {
    List<JsonNode> arguments = Ast.arguments(call);
    // DuckDB says what is wrong with another number of arguments.
    if (arguments.size() == 2 && quantile(arguments.get(1)).isEmpty()) {
      throw part.error(
          Math.max(at, Ast.location(arguments.get(1))),
          "the second argument of approx_quantile must be a number from 0 to 1, such as 0.95");
    }
  }

  /** The constant of a quantile, if it is one. */
  static Optional<Double> quantile(JsonNode argument) {
    return Ast.number(argument)
        .filter(number -> !number.matches(".*[eE].*"))
        .map(Double::valueOf)
        .filter(share -> share >= 0 && share <= 1);
  }

  private void checkFunction(JsonNode node, long at) {
    String name = Ast.function(node);
    if (MANY_ROWS.contains(name)) {
      throw part.error(at, name + " is not supported: a record is one row");
    }
    if (functions.isAggregate(name)) {
      if (FunctionCatalog.aggregate(name).isEmpty()) {
        throw part.error(
            at,
            "aggregate "
                + name
                + " is not supported; there are "
                + FunctionCatalog.SUPPORTED_AGGREGATES);
      }
      if (Ast.isDistinct(node) && !name.equals("count")) {
        throw part.error(at, name + "(DISTINCT …) is not supported");
      }
      if (!node.path("order_bys").path("orders").isEmpty()) {
        throw part.error(at, "ORDER BY inside " + name + " is not supported");
      }
      if (name.equals("approx_quantile")) {
        checkQuantile(node, at);
      }
    } else if (functions.isChanging(name)) {
      throw part.error(at, changing(name + "()"));
    }
  }
}
