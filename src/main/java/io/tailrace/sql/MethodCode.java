package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.function.Functions;
import io.tailrace.sql.function.JavaFunction;
import io.tailrace.sql.function.Lists;
import io.tailrace.sql.function.Maps;
import io.tailrace.sql.function.Text;
import io.tailrace.sql.function.TextBuffer;
import io.tailrace.sql.function.ValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * A method of a generated class in the making: statements that compute values of expressions, in
 * the order in which they are asked for.
 *
 * <p>What would make it too long for the just-in-time compiler, which leaves methods of more than
 * 8000 bytes alone, is computed in methods of its own.
 */
final class MethodCode {

  /** So many expressions are computed in a method, each of which is about 20 bytes. */
  private static final int MOST_EXPRESSIONS = 120;

  /** What consists of so few expressions is not worth a method. */
  private static final int FEW_EXPRESSIONS = 4;

  /** What variables of a method are called, and nothing else is. */
  private static final String LOCAL = "v";

  /** Calls that are computed as AND or OR. */
  private static final Set<String> JUNCTIONS = Set.of("and", "or", "any");

  private static final String LISTS = Lists.class.getCanonicalName();
  private static final String MAPS = Maps.class.getCanonicalName();

  /** When NULL is NULL. */
  private static final String ALWAYS = "true";

  private final ClassCode code;
  private final Inputs inputs;
  private final boolean isAlwaysCalled;
  private final StringBuilder body = new StringBuilder();

  /** What was computed, in each of the blocks around the place that is written at. */
  private final Deque<Map<Expression, Value>> scopes = new ArrayDeque<>();

  /** What is computed in methods of their own, as objects. */
  private final Set<Expression> elsewhere;

  private int expressions;

  /**
   * Java for a value.
   *
   * @param java an expression of Java without effects: the value, if it is not NULL
   * @param isNull an expression of Java without effects: whether it is NULL
   */
  record Value(String java, String isNull) {
    /** Whether it is known that it is not NULL. */
    boolean isRequired() {
      return isNull.equals("false");
    }
  }

  /** What expressions of a class are computed of. */
  interface Inputs {
    /** A column of the row. */
    Value column(int column);

    /** What has been computed in each case, and is kept in fields. */
    Map<Expression, Value> kept();

    /** Whether an expression is needed by more than one method. */
    boolean isShared(Expression expression);
  }

  /**
   * @param isAlwaysCalled whether it is called for each record, before what is written later
   */
  MethodCode(ClassCode code, Inputs inputs, boolean isAlwaysCalled) {
    this(code, inputs, isAlwaysCalled, Collections.newSetFromMap(new IdentityHashMap<>()));
  }

  private MethodCode(
      ClassCode code, Inputs inputs, boolean isAlwaysCalled, Set<Expression> elsewhere) {
    this.code = code;
    this.inputs = inputs;
    this.isAlwaysCalled = isAlwaysCalled;
    this.elsewhere = elsewhere;
    scopes.push(new HashMap<>());
  }

  /** The statements so far. */
  CharSequence body() {
    return body;
  }

  /** Whether so much is in it that another one should be begun. */
  boolean isLong() {
    return expressions > MOST_EXPRESSIONS;
  }

  /** Adds a statement. */
  void add(String statement, Object... arguments) {
    body.append(String.format(statement, arguments)).append('\n');
  }

  /** Begins a block that is executed on a condition. */
  void open(String condition) {
    add("if (%s) {", condition);
    scopes.push(new HashMap<>());
  }

  /** Begins the block that is executed otherwise. */
  void otherwise() {
    scopes.pop();
    add("} else {");
    scopes.push(new HashMap<>());
  }

  /** Ends a block. */
  void close() {
    scopes.pop();
    add("}");
  }

  /** Computes a condition: an expression of Java that tells whether it is true. */
  String condition(Expression expression) {
    Expression normal = Expressions.normal(expression);
    divide(normal);
    return isTrue(normal);
  }

  /** Computes an expression. */
  Value value(Expression expression) {
    Expression normal = Expressions.normal(expression);
    divide(normal);
    return compute(normal);
  }

  /**
   * Chooses what is computed in methods of their own.
   *
   * @return of how many expressions the rest consists
   */
  private int divide(Expression expression) {
    List<Expression> parts = Expressions.parts(expression);
    int[] sizes = new int[parts.size()];
    int all = 1;
    for (int i = 0; i < sizes.length; i++) {
      sizes[i] = divide(parts.get(i));
      all += sizes[i];
    }
    while (all > MOST_EXPRESSIONS) {
      int largest = 0;
      for (int i = 1; i < sizes.length; i++) {
        largest = sizes[i] > sizes[largest] ? i : largest;
      }
      if (sizes[largest] == 1) {
        break;
      }
      elsewhere.add(parts.get(largest));
      all -= sizes[largest] - 1;
      sizes[largest] = 1;
    }
    return all;
  }

  private String isTrue(Expression expression) {
    if (expression instanceof Expression.Call call
        && JUNCTIONS.contains(call.function())
        && !elsewhere.contains(expression)
        && !inputs.isShared(expression)
        && known(expression) == null) {
      boolean isAnd = call.function().equals("and");
      expressions++;
      evaluateFirst(call);
      String result = local("boolean", isAnd ? "true" : "false");
      int blocks = 0;
      for (Expression argument : call.arguments()) {
        if (blocks > 0) {
          open(isAnd ? result : "!" + result);
        }
        add("%s = %s;", result, isTrue(argument));
        blocks++;
      }
      for (int i = 1; i < blocks; i++) {
        close();
      }
      return result;
    }
    Value value = compute(expression);
    return value.isRequired()
        ? value.java()
        : String.format("(!%s && %s)", value.isNull(), value.java());
  }

  private Value compute(Expression expression) {
    if (expression instanceof Expression.ColumnValue column) {
      return inputs.column(column.column());
    }
    if (expression instanceof Expression.Constant constant) {
      return constant(constant);
    }
    Value known = known(expression);
    if (known != null) {
      return known;
    }
    // Functions have arguments that are not in their calls, so more is computed than was counted.
    boolean isElsewhere =
        elsewhere.contains(expression)
            || expressions > 2 * MOST_EXPRESSIONS && Expressions.size(expression) > FEW_EXPRESSIONS;
    Value value = isElsewhere ? inMethod(expression) : here(expression);
    if (isAlwaysCalled && scopes.size() == 1 && inputs.isShared(expression)) {
      value = keep(value, expression.type());
      inputs.kept().put(expression, value);
    }
    scopes.peek().put(expression, value);
    return value;
  }

  private Value known(Expression expression) {
    for (Map<Expression, Value> scope : scopes) {
      if (scope.containsKey(expression)) {
        return scope.get(expression);
      }
    }
    return inputs.kept().get(expression);
  }

  /** Computes it in a method of its own. */
  private Value inMethod(Expression expression) {
    MethodCode method = new MethodCode(code, inputs, false, elsewhere);
    Value value = method.keep(method.here(expression), expression.type());
    String name = code.name("m");
    code.method("private void " + name + "()", method.body());
    expressions++;
    add("%s();", name);
    return value;
  }

  /** A value that methods that are called later see, too. */
  Value keep(Value value, SqlType type) {
    return new Value(keep(value.java(), ClassCode.javaType(type)), keep(value.isNull(), "boolean"));
  }

  private String keep(String java, String type) {
    if (!java.startsWith(LOCAL)) {
      return java;
    }
    String field = code.field(type);
    add("%s = %s;", field, java);
    return field;
  }

  private Value here(Expression expression) {
    expressions++;
    if (expression instanceof Expression.Cast cast) {
      return cast(cast);
    }
    if (expression instanceof Expression.Conditional conditional) {
      return conditional(conditional);
    }
    Expression.Call call = (Expression.Call) expression;
    return switch (call.function()) {
      case "and", "or", "any" -> junction(call);
      case "coalesce" -> coalesce(call);
      case "is_null" -> new Value(compute(call.arguments().get(0)).isNull(), "false");
      case "is_not_null" ->
          new Value(local("boolean", "!" + compute(call.arguments().get(0)).isNull()), "false");
      case "is_distinct_from" -> distinct(call, true);
      case "is_not_distinct_from" -> distinct(call, false);
      case "nullif" -> nullIf(call);
      case "array_extract", "list_extract" -> element(call, LISTS + ".element");
      case "map_extract_value" -> element(call, MAPS + ".value");
      case "struct_extract" -> field(call);
      case "not" -> {
        Value value = compute(call.arguments().get(0));
        yield new Value(local("boolean", "!" + value.java()), value.isNull());
      }
      default -> {
        JavaFunction function =
            Functions.of(call).orElseThrow(() -> unsupported(call.function(), call));
        yield call(function, call, false);
      }
    };
  }

  private static UnsupportedFunctionException unsupported(String function, Expression expression) {
    List<SqlType> types =
        Expressions.parts(expression).stream()
            .map(Expression::type)
            .collect(Collectors.toCollection(ArrayList::new));
    if (expression instanceof Expression.Cast) {
      types.add(expression.type());
    }
    return new UnsupportedFunctionException(function, types);
  }

  private Value constant(Expression.Constant constant) {
    Object value = constant.value();
    if (value == null) {
      return nullOf(constant.type());
    }
    return new Value(
        switch (constant.type().kind()) {
          case VARCHAR -> code.constantText((String) value);
          case DECIMAL -> {
            BigInteger unscaled =
                ((BigDecimal) value).setScale(constant.type().scale()).unscaledValue();
            yield literal(
                constant.type().isShortDecimal() ? (Object) unscaled.longValueExact() : unscaled);
          }
          case BIGINT, TIMESTAMP -> literal(((Number) value).longValue());
          default -> literal(value);
        },
        "false");
  }

  private Value nullOf(SqlType type) {
    return type.kind() == SqlType.Kind.VARCHAR
        ? new Value(code.constantText(""), "true")
        : new Value(
            String.format("((%s) %s)", ClassCode.javaType(type), ClassCode.javaZero(type)), ALWAYS);
  }

  private String literal(Object value) {
    if (value instanceof Boolean || value instanceof Integer i && i != Integer.MIN_VALUE) {
      return value.toString();
    }
    if (value instanceof Integer) {
      return "Integer.MIN_VALUE";
    }
    if (value instanceof Long number) {
      return number == Long.MIN_VALUE ? "Long.MIN_VALUE" : number + "L";
    }
    if (value instanceof Double number) {
      return Double.isFinite(number)
          ? String.format("(%s)", number)
          : String.format("Double.longBitsToDouble(%dL)", Double.doubleToLongBits(number));
    }
    return code.constant(value, value.getClass());
  }

  private Value cast(Expression.Cast cast) {
    if (cast.value().type().equals(cast.type())) {
      return compute(cast.value());
    }
    if (cast.value() instanceof Expression.Constant constant && constant.value() == null) {
      return nullOf(cast.type());
    }
    JavaFunction function = Functions.of(cast).orElseThrow(() -> unsupported("cast", cast));
    return call(function, cast, cast.orNull());
  }

  /** The arguments from left to right as SQL has them; a function may have them swapped. */
  private static List<Expression> inOrder(Expression expression, JavaFunction function) {
    return expression instanceof Expression.Call call && call.function().startsWith(">")
        ? call.arguments()
        : function.arguments();
  }

  /**
   * @param orNull whether it is NULL if there is no value
   */
  private Value call(JavaFunction function, Expression expression, boolean orNull) {
    // As DuckDB does: what is behind an argument that is always NULL is not evaluated, so it cannot
    // fail; what is before it is.
    for (Expression argument : inOrder(expression, function)) {
      compute(argument);
      if (Expressions.isAlwaysNull(argument)) {
        return nullOf(expression.type());
      }
    }
    List<Value> arguments = function.arguments().stream().map(this::compute).toList();
    List<String> nulls =
        arguments.stream()
            .filter(argument -> !argument.isRequired())
            .map(Value::isNull)
            .distinct()
            .collect(Collectors.toCollection(ArrayList::new));
    SqlType type = expression.type();
    String call = javaCall(function, arguments);
    String isNull =
        nulls.isEmpty() && !orNull
            ? "false"
            : nulls.size() == 1 && !orNull
                ? nulls.get(0)
                : local("boolean", nulls.isEmpty() ? "false" : String.join(" || ", nulls));
    boolean isText = type.kind() == SqlType.Kind.VARCHAR;
    String result = isText ? code.own(Text.class) : local(type);
    String statement;
    if (isText) {
      call = call + (arguments.isEmpty() && function.constants().isEmpty() ? "" : ", ") + result;
      statement = call + (function.needsBuffer() ? ", " + code.own(TextBuffer.class) : "") + ");";
    } else {
      statement =
          result
              + " = "
              + call
              + (function.needsBuffer()
                  ? (arguments.isEmpty() ? "" : ", ") + code.own(TextBuffer.class)
                  : "")
              + ");";
    }
    if (orNull) {
      statement =
          String.format(
              "try { %s } catch (%s e) { %s = true; }",
              statement, ValueException.class.getCanonicalName(), isNull);
    }
    add("%s", nulls.isEmpty() ? statement : String.format("if (!%s) { %s }", isNull, statement));
    return new Value(result, isNull);
  }

  /** A call of a method, open for what follows the constants. */
  private String javaCall(JavaFunction function, List<Value> arguments) {
    List<String> given =
        arguments.stream().map(Value::java).collect(Collectors.toCollection(ArrayList::new));
    for (Object constant : function.constants()) {
      given.add(literal(constant));
    }
    return function.owner().getCanonicalName()
        + "."
        + function.method()
        + "("
        + String.join(", ", given);
  }

  /** An element of an ARRAY, the first being 1, or the value of a key of a MAP. */
  private Value element(Expression.Call call, String method) {
    Value of = compute(call.arguments().get(0));
    Value place = compute(call.arguments().get(1));
    return inside(
        call.type(),
        List.of(of, place),
        String.format("%s(%s, %s)", method, of.java(), place.java()));
  }

  /** A field of a ROW, by its name. */
  private Value field(Expression.Call call) {
    Expression of = call.arguments().get(0);
    Value row = compute(of);
    String name = (String) ((Expression.Constant) call.arguments().get(1)).value();
    List<SqlType.Field> fields = of.type().fields();
    int place =
        IntStream.range(0, fields.size())
            .filter(i -> fields.get(i).name().equalsIgnoreCase(name))
            .findFirst()
            .orElseThrow();
    return inside(call.type(), List.of(row), String.format("%s[%d]", row.java(), place));
  }

  /** A value that is an object inside others; null is NULL. */
  private Value inside(SqlType type, List<Value> of, String java) {
    String object = local("Object", "null");
    String nulls =
        of.stream()
            .filter(value -> !value.isRequired())
            .map(value -> "!" + value.isNull())
            .collect(Collectors.joining(" && "));
    add(nulls.isEmpty() ? "%2$s = %3$s;" : "if (%1$s) { %2$s = %3$s; }", nulls, object, java);
    String isNull = local("boolean", object + " == null");
    String result = variable(type);
    String value =
        switch (type.kind()) {
          case BOOLEAN -> "((Boolean) %s).booleanValue()";
          case INTEGER, DATE -> "((Integer) %s).intValue()";
          case BIGINT, TIMESTAMP -> "((Long) %s).longValue()";
          case DOUBLE -> "((Double) %s).doubleValue()";
          case DECIMAL ->
              "((java.math.BigDecimal) %s).unscaledValue()"
                  + (type.isShortDecimal() ? ".longValue()" : "");
          case ARRAY, ROW, MAP -> "(" + ClassCode.javaType(type) + ") %s";
          case VARCHAR -> "";
          case HUGEINT, INTERVAL -> throw new IllegalArgumentException(type.toString());
        };
    add(
        "if (!%s) { %s }",
        isNull,
        type.kind() == SqlType.Kind.VARCHAR
            ? String.format("%s.set(%s, %s);", LISTS, result, object)
            : String.format("%s = %s;", result, String.format(value, object)));
    return new Value(result, isNull);
  }

  /** Evaluates the arguments of an IN, of which each is evaluated, whichever decides. */
  private void evaluateFirst(Expression.Call junction) {
    if (junction.function().equals("any")) {
      junction.arguments().forEach(this::compute);
    }
  }

  /** AND and OR: what decides is the first argument that is false or true; NULL decides nothing. */
  private Value junction(Expression.Call call) {
    boolean isAnd = call.function().equals("and");
    evaluateFirst(call);
    String result = local("boolean", isAnd ? "true" : "false");
    String isNull = local("boolean", "false");
    boolean canBeNull = false;
    String undecided = isAnd ? result : "!" + result;
    for (int i = 0; i < call.arguments().size(); i++) {
      if (i > 0) {
        open(undecided);
      }
      Value argument = compute(call.arguments().get(i));
      if (argument.isRequired()) {
        add("%s = %s;", result, argument.java());
      } else {
        canBeNull = true;
        add(
            "if (%s) { %s = true; } else { %s = %s; }",
            argument.isNull(), isNull, result, argument.java());
      }
    }
    for (int i = 1; i < call.arguments().size(); i++) {
      close();
    }
    if (!canBeNull) {
      return new Value(result, "false");
    }
    add("if (%s) { %s = false; }", isAnd ? "!" + result : result, isNull);
    return new Value(result, isNull);
  }

  private Value coalesce(Expression.Call call) {
    String result = variable(call.type());
    String isNull = local("boolean", "true");
    boolean canBeNull = true;
    int blocks = 0;
    for (Expression argument : call.arguments()) {
      if (blocks > 0) {
        open(isNull);
      }
      blocks++;
      Value value = compute(argument);
      if (value.isRequired()) {
        set(result, call.type(), value);
        add("%s = false;", isNull);
        canBeNull = false;
        break;
      }
      add("if (!%s) {", value.isNull());
      set(result, call.type(), value);
      add("%s = false; }", isNull);
    }
    for (int i = 1; i < blocks; i++) {
      close();
    }
    return new Value(result, canBeNull ? isNull : "false");
  }

  private Value conditional(Expression.Conditional conditional) {
    List<Expression.Branch> branches = conditional.branches();
    String result = variable(conditional.type());
    String isNull = local("boolean", "false");
    boolean canBeNull = false;
    for (Expression.Branch branch : branches) {
      open(isTrue(branch.condition()));
      canBeNull |= setResult(result, isNull, conditional.type(), branch.result());
      otherwise();
    }
    canBeNull |= setResult(result, isNull, conditional.type(), conditional.otherwise());
    branches.forEach(branch -> close());
    return new Value(result, canBeNull ? isNull : "false");
  }

  private boolean setResult(String result, String isNull, SqlType type, Expression expression) {
    Value value = compute(expression);
    if (!value.isNull().equals(ALWAYS)) {
      set(result, type, value);
    }
    if (value.isRequired()) {
      return false;
    }
    add("%s = %s;", isNull, value.isNull());
    return true;
  }

  private Value nullIf(Expression.Call call) {
    Expression first = call.arguments().get(0);
    Value value = compute(first);
    String isEqual = isTrue(new Expression.Call("=", call.arguments(), SqlType.BOOLEAN));
    String result = value.java();
    if (!first.type().equals(call.type())) {
      result = compute(new Expression.Cast(first, call.type(), false)).java();
    }
    return new Value(
        result, local("boolean", value.isRequired() ? isEqual : value.isNull() + " || " + isEqual));
  }

  private Value distinct(Expression.Call call, boolean isDistinct) {
    Value first = compute(call.arguments().get(0));
    Value second = compute(call.arguments().get(1));
    Expression equal = new Expression.Call("=", call.arguments(), SqlType.BOOLEAN);
    if (first.isRequired() && second.isRequired()) {
      return new Value(local("boolean", (isDistinct ? "!" : "") + compute(equal).java()), "false");
    }
    String result =
        local(
            "boolean",
            String.format("%s %s %s", first.isNull(), isDistinct ? "!=" : "==", second.isNull()));
    open(String.format("!%s && !%s", first.isNull(), second.isNull()));
    add("%s = %s%s;", result, isDistinct ? "!" : "", compute(equal).java());
    close();
    return new Value(result, "false");
  }

  /** A variable whose value is set in blocks. */
  private String variable(SqlType type) {
    return type.kind() == SqlType.Kind.VARCHAR ? code.own(Text.class) : local(type);
  }

  private void set(String variable, SqlType type, Value value) {
    add(type.kind() == SqlType.Kind.VARCHAR ? "%s.set(%s);" : "%s = %s;", variable, value.java());
  }

  private String local(SqlType type) {
    return local(ClassCode.javaType(type), ClassCode.javaZero(type));
  }

  private String local(String type, String value) {
    String name = code.name(LOCAL);
    add("%s %s = %s;", type, name, value);
    return name;
  }
}
