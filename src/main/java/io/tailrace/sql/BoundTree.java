package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import io.tailrace.format.SqlType;
import io.tailrace.sql.Duck.RefusedException;
import io.tailrace.sql.Expression.Branch;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.Cast;
import io.tailrace.sql.Expression.ColumnValue;
import io.tailrace.sql.Expression.Conditional;
import io.tailrace.sql.Expression.Constant;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** The expression that a bound syntax tree is. */
final class BoundTree {

  private static final Map<String, String> COMPARISONS =
      Map.of(
          "COMPARE_EQUAL", "=",
          "COMPARE_NOTEQUAL", "<>",
          "COMPARE_LESSTHAN", "<",
          "COMPARE_LESSTHANOREQUALTO", "<=",
          "COMPARE_GREATERTHAN", ">",
          "COMPARE_GREATERTHANOREQUALTO", ">=",
          "COMPARE_DISTINCT_FROM", "is_distinct_from",
          "COMPARE_NOT_DISTINCT_FROM", "is_not_distinct_from");

  /** Functions that are not NULL where one of their arguments is. */
  private static final Set<String> SKIPPING_NULLS =
      Set.of("concat", "concat_ws", "greatest", "least");

  private final Duck duck;
  private final ShadowTable table;
  private final Map<Integer, Expression> standIns;
  private final Map<JsonNode, String> types = new IdentityHashMap<>();
  private final Map<JsonNode, Constant> constants = new IdentityHashMap<>();

  BoundTree(Duck duck, ShadowTable table, Map<Integer, Expression> standIns) {
    this.duck = duck;
    this.table = table;
    this.standIns = standIns;
  }

  /**
   * The expression of a tree.
   *
   * @param type its type, which is not always that of its text when it is bound again
   */
  Expression expression(JsonNode root, SqlType type) throws SQLException, RefusedException {
    describe(root);
    types.put(root, type.toString());
    Expression expression = rooted(root);
    if (!expression.type().equals(type)) {
      throw new IllegalStateException(
          "DuckDB has " + type + ", and not " + expression.type() + ", for " + root);
    }
    return expression;
  }

  /** The expression of a tree whose type is that of its text. */
  Expression expression(JsonNode root) throws SQLException, RefusedException {
    describe(root);
    return rooted(root);
  }

  private void describe(JsonNode root) throws SQLException, RefusedException {
    List<JsonNode> nodes = new ArrayList<>();
    collect(root, nodes);
    List<String> names = duck.types(table.select(nodes));
    for (int i = 0; i < nodes.size(); i++) {
      types.put(nodes.get(i), names.get(i));
    }
  }

  private Expression rooted(JsonNode root) throws SQLException, RefusedException {
    List<JsonNode> constantNodes = new ArrayList<>();
    collectConstants(root, constantNodes);
    ConstantValues values = new ConstantValues(duck);
    List<String> constantTypes = constantNodes.stream().map(types::get).toList();
    List<Constant> found = values.of(constantNodes, constantTypes);
    for (int i = 0; i < constantNodes.size(); i++) {
      constants.put(constantNodes.get(i), found.get(i));
    }
    return convert(root);
  }

  private static List<JsonNode> operands(JsonNode node) {
    List<JsonNode> operands = new ArrayList<>();
    switch (Ast.kind(node)) {
      case "COLUMN_REF", "CONSTANT" -> {}
      case "CAST" -> operands.add(node.get("child"));
      case "FUNCTION" -> operands.addAll(Ast.arguments(node));
      case "CONJUNCTION", "OPERATOR" -> node.path("children").forEach(operands::add);
      case "COMPARISON" -> {
        operands.add(node.get("left"));
        operands.add(node.get("right"));
      }
      case "BETWEEN" -> {
        operands.add(node.get("input"));
        operands.add(node.get("lower"));
        operands.add(node.get("upper"));
      }
      case "CASE" -> {
        for (JsonNode check : node.path("case_checks")) {
          operands.add(check.get("when_expr"));
          operands.add(check.get("then_expr"));
        }
        operands.add(node.get("else_expr"));
      }
      default -> {}
    }
    return operands;
  }

  private static void collect(JsonNode node, List<JsonNode> nodes) {
    nodes.add(node);
    operands(node).forEach(operand -> collect(operand, nodes));
  }

  /** Collects the largest parts that have no column in them. */
  private static void collectConstants(JsonNode node, List<JsonNode> nodes) {
    if (isConstant(node)) {
      nodes.add(node);
    } else {
      operands(node).forEach(operand -> collectConstants(operand, nodes));
    }
  }

  private static boolean isConstant(JsonNode node) {
    return !Ast.contains(node, "COLUMN_REF");
  }

  private Expression convert(JsonNode node) throws SQLException, RefusedException {
    Constant constant = constants.get(node);
    if (constant != null) {
      return constant;
    }
    if (Ast.isColumn(node)) {
      int place = ShadowTable.place(node);
      Expression standIn = standIns.get(place);
      return standIn != null ? standIn : new ColumnValue(place, table.type(place));
    }
    SqlType type = SqlTypes.parse(types.get(node));
    if (type.equals(SqlType.INTERVAL)) {
      throw new RefusedException(
          "an INTERVAL can only be a constant here; date_diff('second', a, b) is the time between"
              + " two values",
          -1);
    }
    return switch (Ast.kind(node)) {
      case "CAST" -> cast(node, type);
      case "FUNCTION" -> function(node, type);
      case "COMPARISON" -> comparison(node);
      case "CONJUNCTION" -> conjunction(node);
      case "OPERATOR" -> operator(node, type);
      case "BETWEEN" -> between(node);
      case "CASE" -> conditional(node, type);
      default -> throw unsupported(node);
    };
  }

  /** A call; as in DuckDB, the arguments beside a NULL that is written are not evaluated. */
  private Expression function(JsonNode node, SqlType type) throws SQLException, RefusedException {
    String function = Ast.function(node);
    List<Expression> arguments = converted(operands(node));
    return !SKIPPING_NULLS.contains(function) && arguments.stream().anyMatch(BoundTree::isNull)
        ? new Constant(null, type)
        : new Call(function, arguments, type);
  }

  private List<Expression> converted(List<JsonNode> nodes) throws SQLException, RefusedException {
    List<Expression> expressions = new ArrayList<>();
    for (JsonNode node : nodes) {
      expressions.add(convert(node));
    }
    return expressions;
  }

  /** An operand whose type is known, which matters where it is NULL. */
  private Expression convert(JsonNode node, SqlType type) throws SQLException, RefusedException {
    Expression value = convert(node);
    return isNull(value) ? new Constant(null, type) : value;
  }

  private static boolean isNull(Expression value) {
    return value instanceof Constant constant && constant.value() == null;
  }

  private Expression cast(JsonNode node, SqlType type) throws SQLException, RefusedException {
    Expression value = convert(node.get("child"));
    if (value.type().equals(type)) {
      return value;
    }
    return isNull(value)
        ? new Constant(null, type)
        : new Cast(value, type, node.path("try_cast").asBoolean());
  }

  private Expression comparison(JsonNode node) throws SQLException, RefusedException {
    String function = COMPARISONS.get(node.path("type").asText());
    if (function == null) {
      throw unsupported(node);
    }
    Expression left = convert(node.get("left"));
    Expression right = convert(node.get("right"));
    if (isNull(left)) {
      left = new Constant(null, right.type());
    } else if (isNull(right)) {
      right = new Constant(null, left.type());
    }
    return new Call(function, List.of(left, right), SqlType.BOOLEAN);
  }

  private Expression conjunction(JsonNode node) throws SQLException, RefusedException {
    String function = node.path("type").asText().equals("CONJUNCTION_AND") ? "and" : "or";
    List<Expression> arguments = new ArrayList<>();
    for (JsonNode child : node.path("children")) {
      Expression argument = convert(child, SqlType.BOOLEAN);
      if (argument instanceof Call call && call.function().equals(function)) {
        arguments.addAll(call.arguments());
      } else {
        arguments.add(argument);
      }
    }
    return new Call(function, arguments, SqlType.BOOLEAN);
  }

  private Expression operator(JsonNode node, SqlType type) throws SQLException, RefusedException {
    List<JsonNode> operands = operands(node);
    return switch (node.path("type").asText()) {
      case "OPERATOR_NOT" ->
          new Call("not", List.of(convert(operands.get(0), SqlType.BOOLEAN)), SqlType.BOOLEAN);
      case "OPERATOR_IS_NULL" -> new Call("is_null", converted(operands), SqlType.BOOLEAN);
      case "OPERATOR_IS_NOT_NULL" -> new Call("is_not_null", converted(operands), SqlType.BOOLEAN);
      case "OPERATOR_COALESCE" -> {
        List<Expression> values = new ArrayList<>();
        for (JsonNode operand : operands) {
          values.add(convert(operand, type));
        }
        yield new Call("coalesce", values, type);
      }
      case "COMPARE_IN" -> in(operands);
      case "COMPARE_NOT_IN" -> new Call("not", List.of(in(operands)), SqlType.BOOLEAN);
      default -> throw unsupported(node);
    };
  }

  private Expression in(List<JsonNode> operands) throws SQLException, RefusedException {
    Expression value = convert(operands.get(0));
    List<Expression> arguments = new ArrayList<>(List.of(value));
    for (JsonNode operand : operands.subList(1, operands.size())) {
      arguments.add(convert(operand, value.type()));
    }
    return new Call("in", arguments, SqlType.BOOLEAN);
  }

  private Expression between(JsonNode node) throws SQLException, RefusedException {
    Expression value = convert(node.get("input"));
    Expression lower = convert(node.get("lower"), value.type());
    Expression upper = convert(node.get("upper"), value.type());
    return new Call(
        "and",
        List.of(
            new Call(">=", List.of(value, lower), SqlType.BOOLEAN),
            new Call("<=", List.of(value, upper), SqlType.BOOLEAN)),
        SqlType.BOOLEAN);
  }

  private Expression conditional(JsonNode node, SqlType type)
      throws SQLException, RefusedException {
    List<Branch> branches = new ArrayList<>();
    for (JsonNode check : node.path("case_checks")) {
      branches.add(
          new Branch(
              convert(check.get("when_expr"), SqlType.BOOLEAN),
              convert(check.get("then_expr"), type)));
    }
    return new Conditional(branches, convert(node.get("else_expr"), type), type);
  }

  private static RefusedException unsupported(JsonNode node) {
    return new RefusedException(
        "an expression of this kind is not supported: " + node.path("type").asText(), -1);
  }
}
