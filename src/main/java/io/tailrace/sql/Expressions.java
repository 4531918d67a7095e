package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.function.Functions;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/** What expressions consist of. */
final class Expressions {

  /** What has more arguments or branches becomes a tree of it. */
  private static final int MOST_ARGUMENTS = 16;

  /** Calls of which a part can be a call of the same function. */
  private static final Set<String> TREES = Set.of("and", "or", "any", "coalesce");

  private Expressions() {}

  /** What is directly in an expression. */
  static List<Expression> parts(Expression expression) {
    if (expression instanceof Expression.Call call) {
      return call.arguments();
    }
    if (expression instanceof Expression.Cast cast) {
      return List.of(cast.value());
    }
    if (expression instanceof Expression.Conditional conditional) {
      List<Expression> parts = new ArrayList<>();
      for (Expression.Branch branch : conditional.branches()) {
        parts.add(branch.condition());
        parts.add(branch.result());
      }
      parts.add(conditional.otherwise());
      return parts;
    }
    return List.of();
  }

  /** How many expressions it consists of. */
  static int size(Expression expression) {
    int size = 1;
    for (Expression part : parts(expression)) {
      size += size(part);
    }
    return size;
  }

  /**
   * An expression of the same meaning in which nothing has so many arguments or branches that code
   * for it would be one long method. IN, unless it is a function, is {@code any}: an OR that
   * evaluates all its arguments, as DuckDB does there. A CASE has no condition that is constant.
   */
  static Expression normal(Expression expression) {
    if (expression instanceof Expression.Cast cast) {
      return new Expression.Cast(normal(cast.value()), cast.type(), cast.orNull());
    }
    if (expression instanceof Expression.Conditional conditional) {
      List<Expression.Branch> branches = new ArrayList<>();
      Expression otherwise = normal(conditional.otherwise());
      for (Expression.Branch branch : conditional.branches()) {
        if (!(branch.condition() instanceof Expression.Constant constant)) {
          branches.add(new Expression.Branch(normal(branch.condition()), normal(branch.result())));
        } else if (Boolean.TRUE.equals(constant.value())) {
          otherwise = normal(branch.result());
          break;
        }
      }
      return nested(branches, otherwise, conditional.type());
    }
    if (!(expression instanceof Expression.Call call)) {
      return expression;
    }
    if (call.function().equals("in") && !isFunction(call)) {
      return normal(new Expression.Call("any", comparisons(call), SqlType.BOOLEAN));
    }
    List<Expression> arguments = new ArrayList<>();
    for (Expression argument : call.arguments()) {
      arguments.add(normal(argument));
    }
    boolean isTree = TREES.contains(call.function());
    while (isTree && arguments.size() > MOST_ARGUMENTS) {
      List<Expression> parts = new ArrayList<>();
      for (int from = 0; from < arguments.size(); from += MOST_ARGUMENTS) {
        int to = Math.min(from + MOST_ARGUMENTS, arguments.size());
        parts.add(
            to - from == 1
                ? arguments.get(from)
                : new Expression.Call(call.function(), arguments.subList(from, to), call.type()));
      }
      arguments = parts;
    }
    return new Expression.Call(call.function(), arguments, call.type());
  }

  private static Expression nested(
      List<Expression.Branch> branches, Expression otherwise, SqlType type) {
    Expression nested = otherwise;
    int to = branches.size();
    while (to > 0) {
      int from = Math.max(0, to - MOST_ARGUMENTS);
      nested = new Expression.Conditional(branches.subList(from, to), nested, type);
      to = from;
    }
    return nested;
  }

  /** Whether there is a function for IN, which is called only if nothing in the list is NULL. */
  private static boolean isFunction(Expression.Call in) {
    return in.arguments().stream()
            .skip(1)
            .allMatch(item -> item instanceof Expression.Constant one && one.value() != null)
        && Functions.of(in).isPresent();
  }

  private static List<Expression> comparisons(Expression.Call in) {
    Expression value = in.arguments().get(0);
    List<Expression> comparisons = new ArrayList<>();
    for (Expression item : in.arguments().subList(1, in.arguments().size())) {
      comparisons.add(
          isAlwaysNull(value)
              ? nullAfter(item)
              : new Expression.Call("=", List.of(value, item), SqlType.BOOLEAN));
    }
    return comparisons;
  }

  /**
   * NULL, but the item of an IN is evaluated, which can fail: DuckDB does not do so in a comparison
   * with a NULL on the left.
   */
  private static Expression nullAfter(Expression item) {
    Expression isNull = new Expression.Call("is_null", List.of(item), SqlType.BOOLEAN);
    Expression none = new Expression.Constant(null, SqlType.BOOLEAN);
    return new Expression.Conditional(
        List.of(new Expression.Branch(isNull, none)), none, SqlType.BOOLEAN);
  }

  /** Whether it is NULL for every record whatever the columns are, be it evaluated or not. */
  static boolean isAlwaysNull(Expression expression) {
    if (expression instanceof Expression.Constant constant) {
      return constant.value() == null;
    }
    if (expression instanceof Expression.Cast cast) {
      return isAlwaysNull(cast.value());
    }
    if (expression instanceof Expression.Conditional conditional) {
      return isAlwaysNull(conditional.otherwise())
          && conditional.branches().stream().allMatch(branch -> isAlwaysNull(branch.result()));
    }
    if (!(expression instanceof Expression.Call call)) {
      return false;
    }
    return switch (call.function()) {
      case "and", "or", "any", "coalesce" ->
          call.arguments().stream().allMatch(Expressions::isAlwaysNull);
      case "nullif" ->
          isAlwaysNull(call.arguments().get(0))
              || call.arguments().get(0).equals(call.arguments().get(1));
      default ->
          Functions.of(call).stream()
              .flatMap(function -> function.arguments().stream())
              .anyMatch(Expressions::isAlwaysNull);
    };
  }

  /**
   * An expression with others instead of its columns.
   *
   * @param columns what is there instead of the column of each place
   */
  static Expression withColumns(Expression expression, List<Expression> columns) {
    if (expression instanceof Expression.ColumnValue value) {
      return columns.get(value.column());
    }
    if (expression instanceof Expression.Cast cast) {
      return new Expression.Cast(withColumns(cast.value(), columns), cast.type(), cast.orNull());
    }
    if (expression instanceof Expression.Call call) {
      return new Expression.Call(
          call.function(),
          call.arguments().stream().map(argument -> withColumns(argument, columns)).toList(),
          call.type());
    }
    if (expression instanceof Expression.Conditional conditional) {
      return new Expression.Conditional(
          conditional.branches().stream()
              .map(
                  branch ->
                      new Expression.Branch(
                          withColumns(branch.condition(), columns),
                          withColumns(branch.result(), columns)))
              .toList(),
          withColumns(conditional.otherwise(), columns),
          conditional.type());
    }
    return expression;
  }

  /** The places of the columns in it. */
  static Set<Integer> columns(Expression expression) {
    Set<Integer> columns = new TreeSet<>();
    addColumns(expression, columns);
    return columns;
  }

  private static void addColumns(Expression expression, Set<Integer> columns) {
    if (expression instanceof Expression.ColumnValue value) {
      columns.add(value.column());
    }
    for (Expression part : parts(expression)) {
      addColumns(part, columns);
    }
  }
}
