package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.tailrace.format.SqlType;
import io.tailrace.sql.Duck.RefusedException;
import io.tailrace.sql.SqlText.Part;
import io.tailrace.sql.function.Functions;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Binds expressions over a table: DuckDB says which function is meant, makes every cast explicit
 * and tells the types.
 */
final class ExpressionBinder {

  private final Duck duck;
  private final ShadowTable table;

  /** Parts of expressions, by the columns that are there instead of them. */
  private final Map<Integer, Expression> standIns = new HashMap<>();

  ExpressionBinder(Duck duck, ShadowTable table) {
    this.duck = duck;
    this.table = table;
  }

  /** A bound aggregate, without its name, and without the constant of a quantile. */
  record BoundAggregate(List<Expression> arguments, Optional<Expression> filter, SqlType type) {}

  /**
   * Binds an expression whose columns are those of the table.
   *
   * @param location where it is in a part of the file, for errors
   */
  Expression bind(Part part, long location, JsonNode expression) throws SQLException {
    try {
      Expression bound = bind(expression);
      new SupportedFunctions(part, location, expression).check(bound);
      return bound;
    } catch (RefusedException e) {
      throw part.error(location, e.getMessage());
    }
  }

  /** Binds what is kept or shown, which is no INTERVAL. */
  Expression bindValue(Part part, long location, JsonNode expression) throws SQLException {
    Expression value = bind(part, location, expression);
    if (value.type().equals(SqlType.INTERVAL)) {
      throw part.error(location, "an INTERVAL cannot be a column");
    }
    return value;
  }

  /** Binds a condition, which is a BOOLEAN then. */
  Expression bindCondition(Part part, long location, JsonNode condition) throws SQLException {
    return asBoolean(bind(part, location, condition));
  }

  /** Binds a call of an aggregate. */
  BoundAggregate bindAggregate(Part part, long location, JsonNode call) throws SQLException {
    try {
      BoundAggregate bound = bindAggregate(call);
      SupportedFunctions support = new SupportedFunctions(part, location, call);
      bound.arguments().forEach(support::check);
      bound.filter().ifPresent(support::check);
      return bound;
    } catch (RefusedException e) {
      throw part.error(location, e.getMessage());
    }
  }

  private Expression bind(JsonNode expression) throws SQLException, RefusedException {
    return bindPrepared(new Preparation(List.of(expression)).prepare(expression));
  }

  private Expression bindPrepared(JsonNode expression) throws SQLException, RefusedException {
    if (Ast.isColumn(expression)) {
      int place = ShadowTable.place(expression);
      Expression standIn = standIns.get(place);
      return standIn != null ? standIn : new Expression.ColumnValue(place, table.type(place));
    }
    String select = table.select(List.of(expression));
    SqlType type = SqlTypes.parse(duck.types(select).get(0));
    return new BoundTree(duck, table, standIns).expression(boundTree(select, "PROJECTION"), type);
  }

  private static Expression asBoolean(Expression value) {
    return value.type().equals(SqlType.BOOLEAN)
        ? value
        : new Expression.Cast(value, SqlType.BOOLEAN, false);
  }

  private BoundAggregate bindAggregate(JsonNode call) throws SQLException, RefusedException {
    List<JsonNode> inside = Ast.arguments(call);
    if (Ast.has(call, "filter")) {
      inside.add(call.get("filter"));
    }
    String select = table.select(List.of(new Preparation(inside).prepareInside(call)));
    SqlType type = SqlTypes.parse(duck.types(select).get(0));
    JsonNode bound = boundTree(select, "AGGREGATE");
    List<Expression> arguments = new ArrayList<>();
    List<JsonNode> boundArguments = Ast.arguments(bound);
    // That of a quantile is a FLOAT, which no value is.
    boolean isQuantile = FunctionCatalog.aggregate(call) == SqlReport.Function.APPROX_QUANTILE;
    for (JsonNode argument : isQuantile ? boundArguments.subList(0, 1) : boundArguments) {
      arguments.add(expression(argument));
    }
    Optional<Expression> filter =
        Ast.has(bound, "filter")
            ? Optional.of(asBoolean(expression(bound.get("filter"))))
            : Optional.empty();
    return new BoundAggregate(arguments, filter, type);
  }

  private Expression expression(JsonNode bound) throws SQLException, RefusedException {
    return new BoundTree(duck, table, standIns).expression(bound);
  }

  private JsonNode boundTree(String select, String operator) throws SQLException, RefusedException {
    return duck.parse("SELECT " + duck.bound(select, operator))
        .at("/statements/0/node/select_list/0");
  }

  /**
   * Puts columns where the text of what is bound does not show a type.
   *
   * <ul>
   *   <li>DuckDB writes the BIGINT 5 and the INTEGER 5 alike, and 1.5 as a DOUBLE and as a DECIMAL.
   *   <li>It widens the DECIMALs that are added and multiplied, so that the text, when it is bound
   *       again, has a wider result.
   *   <li>It writes what split_part is made of, an array among it.
   *   <li>Its sign is a TINYINT and its to_timestamp a TIMESTAMP WITH TIME ZONE; here they are an
   *       INTEGER and a TIMESTAMP in UTC.
   * </ul>
   */
  private final class Preparation {

    private final Map<JsonNode, Expression.Constant> constants = new IdentityHashMap<>();
    private final Map<JsonNode, String> functionTypes = new IdentityHashMap<>();

    Preparation(List<JsonNode> expressions) throws SQLException, RefusedException {
      List<JsonNode> constantNodes = new ArrayList<>();
      List<JsonNode> functions = new ArrayList<>();
      expressions.forEach(expression -> collect(expression, constantNodes, functions));
      if (!constantNodes.isEmpty()) {
        List<Expression.Constant> values =
            new ConstantValues(duck).of(constantNodes, duck.types(duck.select(constantNodes)));
        for (int i = 0; i < values.size(); i++) {
          constants.put(constantNodes.get(i), values.get(i));
        }
      }
      if (!functions.isEmpty()) {
        List<String> types = duck.types(table.select(functions));
        for (int i = 0; i < functions.size(); i++) {
          functionTypes.put(functions.get(i), types.get(i));
        }
      }
    }

    /** Collects the largest constants, and the functions that are not in one. */
    private static void collect(JsonNode node, List<JsonNode> constants, List<JsonNode> functions) {
      if (isTypedConstant(node)) {
        constants.add(node);
        return;
      }
      if (Ast.isFunction(node)) {
        functions.add(node);
      }
      node.forEach(child -> collect(child, constants, functions));
    }

    JsonNode prepare(JsonNode node) throws SQLException, RefusedException {
      Expression.Constant constant = constants.get(node);
      if (constant != null) {
        return switch (constant.type().kind()) {
          // DuckDB wants some of these to be constants, such as how many digits are rounded to.
          case BOOLEAN, INTEGER, VARCHAR -> literal(constant);
          case INTERVAL -> node;
          default -> standIn(constant.type(), constant);
        };
      }
      JsonNode copy = prepareInside(node);
      switch (Ast.isFunction(node) ? Ast.function(node) : "") {
        case "split_part":
          return standIn(SqlType.VARCHAR, splitPart(copy));
        case "sign":
          return standIn(SqlType.INTEGER, ofNumber(copy, SqlType.INTEGER));
        case "to_timestamp":
          return standIn(SqlType.TIMESTAMP, ofNumber(copy, SqlType.TIMESTAMP));
        default:
          break;
      }
      String type = functionTypes.getOrDefault(node, "");
      return type.startsWith("DECIMAL") ? standIn(SqlTypes.parse(type), bindPrepared(copy)) : copy;
    }

    private JsonNode prepareInside(JsonNode node) throws SQLException, RefusedException {
      JsonNode copy = node;
      if (node.isObject()) {
        ObjectNode object = JsonNodeFactory.instance.objectNode();
        for (Map.Entry<String, JsonNode> field : node.properties()) {
          object.set(field.getKey(), prepare(field.getValue()));
        }
        copy = object;
      } else if (node.isArray()) {
        ArrayNode array = JsonNodeFactory.instance.arrayNode();
        for (JsonNode child : node) {
          array.add(prepare(child));
        }
        copy = array;
      }
      return copy;
    }

    /** Whether it is no column and no number or text as it is written. */
    private static boolean isTypedConstant(JsonNode node) {
      if (Ast.kind(node).isEmpty() || Ast.contains(node, "COLUMN_REF")) {
        return false;
      }
      return Ast.contains(node, "CAST")
          || Ast.contains(node, "FUNCTION")
          || Ast.number(node).filter(number -> number.matches(".*[eE].*")).isPresent();
    }

    private Expression splitPart(JsonNode call) throws SQLException, RefusedException {
      List<Expression> arguments = new ArrayList<>();
      for (JsonNode argument : Ast.arguments(call)) {
        SqlType type = arguments.size() < 2 ? SqlType.VARCHAR : SqlType.BIGINT;
        arguments.add(asArgument(bindPrepared(argument), type));
      }
      return new Expression.Call("split_part", arguments, SqlType.VARCHAR);
    }

    /** A function of one number, which is a DOUBLE unless there is one for its type. */
    private Expression ofNumber(JsonNode call, SqlType type) throws SQLException, RefusedException {
      String function = Ast.function(call);
      Expression number = bindPrepared(Ast.arguments(call).get(0));
      Expression.Call own = new Expression.Call(function, List.of(number), type);
      return Functions.of(own).isPresent()
          ? own
          : new Expression.Call(
              function, List.of(new Expression.Cast(number, SqlType.DOUBLE, false)), type);
    }

    /** A NULL as one of the type, and an INTEGER as a BIGINT; others stay what they are. */
    private static Expression asArgument(Expression value, SqlType type) {
      if (value instanceof Expression.Constant constant && constant.value() == null) {
        return new Expression.Constant(null, type);
      }
      if (!type.equals(SqlType.BIGINT) || !value.type().equals(SqlType.INTEGER)) {
        return value;
      }
      return value instanceof Expression.Constant constant
          ? new Expression.Constant(((Integer) constant.value()).longValue(), type)
          : new Expression.Cast(value, type, false);
    }

    private JsonNode literal(Expression.Constant constant) throws SQLException, RefusedException {
      String value =
          constant.value() == null
              ? "NULL"
              : "'" + constant.value().toString().replace("'", "''") + "'";
      return duck.parse(String.format("SELECT CAST(%s AS %s)", value, constant.type()))
          .at("/statements/0/node/select_list/0");
    }

    private JsonNode standIn(SqlType type, Expression value) throws SQLException {
      int place = table.add(type);
      standIns.put(place, value);
      return ShadowTable.column(place);
    }
  }
}
