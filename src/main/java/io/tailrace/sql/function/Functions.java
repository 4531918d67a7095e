package io.tailrace.sql.function;

import io.tailrace.format.SqlType;
import io.tailrace.format.SqlType.Kind;
import io.tailrace.sql.Expression;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.Cast;
import io.tailrace.sql.Expression.Constant;
import io.tailrace.sql.Expression.Interval;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * The functions, operators and casts that there are.
 *
 * <p>{@code concat}, {@code concat_ws}, {@code greatest} and {@code least} skip NULLs. They are
 * made of functions that are NULL if an argument is: their {@link JavaFunction#arguments()} are
 * other expressions than those of the call, with {@code coalesce} in them.
 */
public final class Functions {

  private static final int MOST_DIGITS = 38;

  private static final Class<?> ARITHMETIC = Arithmetic.class;
  private static final Class<?> COMPARISON = Comparison.class;
  private static final Class<?> STRINGS = Strings.class;
  private static final Class<?> DATES = Dates.class;
  private static final Class<?> NUMBERS = Numbers.class;

  private Functions() {}

  /**
   * The method that computes a call whose arguments are bound. There is none for what decides by
   * NULLs or by its first arguments whether the others are evaluated: {@code and}, {@code or},
   * {@code coalesce}, {@code is_null}, {@code is_not_null}, {@code nullif} and a {@link
   * Expression.Conditional}; and none for what is not supported.
   */
  public static Optional<JavaFunction> of(Call call) {
    List<Expression> arguments = call.arguments();
    return switch (call.function()) {
      case "+" -> plus(call);
      case "-" -> minus(call);
      case "*" -> arithmetic(call, "multiply");
      case "/" ->
          isAll(arguments, 2, Kind.DOUBLE)
              ? method(ARITHMETIC, "divide", arguments)
              : Optional.empty();
      case "//" -> wholeDivision(call, "divideWhole");
      case "%", "mod" -> wholeDivision(call, "remainder");
      case "=" -> comparison("equal", arguments);
      case "<>" -> comparison("notEqual", arguments);
      case "<" -> comparison("less", arguments);
      case "<=" -> comparison("lessOrEqual", arguments);
      case ">" -> comparison("less", swapped(arguments));
      case ">=" -> comparison("lessOrEqual", swapped(arguments));
      case "not" ->
          isAll(arguments, 1, Kind.BOOLEAN)
              ? method(COMPARISON, "not", arguments)
              : Optional.empty();
      case "greatest", "least" -> extreme(call);
      case "len", "length", "array_length" ->
          isAll(arguments, 1, Kind.ARRAY)
              ? method(Lists.class, "length", arguments)
              : StringFunctions.of(call);
      case "list_contains", "list_has", "array_contains", "array_has" -> contains(arguments);
      case "map_contains" ->
          arguments.size() == 2
                  && arguments.get(0).type().kind() == Kind.MAP
                  && arguments.get(1).type().kind() == Kind.VARCHAR
              ? method(Maps.class, "contains", arguments)
              : Optional.empty();
      case "date_trunc",
          "datetrunc",
          "date_part",
          "datepart",
          "date_diff",
          "datediff",
          "time_bucket" ->
          DateFunctions.ofPart(call);
      default -> StringFunctions.of(call).or(() -> DateFunctions.of(call)).or(() -> number(call));
    };
  }

  private static List<Expression> swapped(List<Expression> arguments) {
    return arguments.size() == 2 ? List.of(arguments.get(1), arguments.get(0)) : arguments;
  }

  private static Optional<JavaFunction> comparison(String method, List<Expression> arguments) {
    if (arguments.size() != 2) {
      return Optional.empty();
    }
    SqlType left = arguments.get(0).type();
    SqlType right = arguments.get(1).type();
    boolean comparable =
        left.kind() == right.kind()
            && left.kind() != Kind.INTERVAL
            && !left.isNested()
            && left.scale() == right.scale()
            && left.isShortDecimal() == right.isShortDecimal();
    return comparable ? method(COMPARISON, method, arguments) : Optional.empty();
  }

  private static Optional<JavaFunction> contains(List<Expression> arguments) {
    boolean isElement =
        arguments.size() == 2
            && arguments.get(0).type().kind() == Kind.ARRAY
            && arguments.get(0).type().element().equals(arguments.get(1).type())
            && !arguments.get(1).type().isNested();
    return isElement ? method(Lists.class, "contains", arguments) : Optional.empty();
  }

  private static Optional<JavaFunction> plus(Call call) {
    List<Expression> arguments = call.arguments();
    if (arguments.size() == 1) {
      boolean isNumber = isNumber(call.type()) && isSame(arguments, call.type());
      return isNumber ? same(arguments) : Optional.empty();
    }
    if (arguments.size() != 2) {
      return Optional.empty();
    }
    return DateFunctions.plus(call).or(() -> arithmetic(call, "add"));
  }

  private static Optional<JavaFunction> minus(Call call) {
    List<Expression> arguments = call.arguments();
    if (arguments.size() == 1) {
      boolean isNumber = isNumber(arguments.get(0).type()) && isSame(arguments, call.type());
      return isNumber ? method(ARITHMETIC, "negate", arguments) : Optional.empty();
    }
    return DateFunctions.minus(call).or(() -> arithmetic(call, "subtract"));
  }

  private static Optional<JavaFunction> arithmetic(Call call, String method) {
    List<Expression> arguments = call.arguments();
    SqlType type = call.type();
    if (arguments.size() != 2 || !isNumber(type)) {
      return Optional.empty();
    }
    if (type.kind() != Kind.DECIMAL) {
      return isSame(arguments, type) ? method(ARITHMETIC, method, arguments) : Optional.empty();
    }
    List<Expression> decimals = arguments.stream().map(Functions::hugeintAsDecimal).toList();
    SqlType left = decimals.get(0).type();
    SqlType right = decimals.get(1).type();
    boolean product = method.equals("multiply");
    boolean fits =
        isAll(decimals, 2, Kind.DECIMAL)
            && left.isShortDecimal() == type.isShortDecimal()
            && right.isShortDecimal() == type.isShortDecimal()
            && (product
                ? left.scale() + right.scale() == type.scale()
                : left.scale() == type.scale() && right.scale() == type.scale());
    return fits
        ? method(ARITHMETIC, method + "Decimal", decimals, type.precision())
        : Optional.empty();
  }

  /** DuckDB writes a DECIMAL of more digits than a BIGINT has like a HUGEINT. */
  private static Expression hugeintAsDecimal(Expression expression) {
    return expression.type().equals(SqlType.HUGEINT)
        ? new Cast(expression, SqlType.decimal(MOST_DIGITS, 0), false)
        : expression;
  }

  private static Optional<JavaFunction> wholeDivision(Call call, String method) {
    List<Expression> arguments = call.arguments();
    SqlType type = call.type();
    if (arguments.size() != 2 || !isNumber(type)) {
      return Optional.empty();
    }
    SqlType left = arguments.get(0).type();
    Expression divisor = arguments.get(1);
    boolean fits =
        type.kind() != Kind.DECIMAL
            ? isSame(arguments, type)
            : method.equals("remainder")
                && isAll(arguments, 2, Kind.DECIMAL)
                && left.scale() == type.scale()
                && divisor.type().scale() == type.scale()
                && left.isShortDecimal() == type.isShortDecimal()
                && divisor.type().isShortDecimal() == type.isShortDecimal();
    return fits ? method(ARITHMETIC, method, arguments) : Optional.empty();
  }

  /** The extreme of two halves, each of which stands in for the other one if that is NULL. */
  private static Optional<JavaFunction> extreme(Call call) {
    List<Expression> arguments = call.arguments();
    if (arguments.isEmpty() || !isSame(arguments, call.type()) || !isComparable(call.type())) {
      return Optional.empty();
    }
    int half = (arguments.size() + 1) / 2;
    Expression left = part(call, arguments.subList(0, half));
    Expression right =
        arguments.size() == 1 ? left : part(call, arguments.subList(half, arguments.size()));
    return method(
        COMPARISON,
        call.function(),
        List.of(
            new Call("coalesce", List.of(left, right), call.type()),
            new Call("coalesce", List.of(right, left), call.type())));
  }

  private static Expression part(Call call, List<Expression> arguments) {
    return arguments.size() == 1
        ? arguments.get(0)
        : new Call(call.function(), arguments, call.type());
  }

  private static Optional<JavaFunction> number(Call call) {
    List<Expression> arguments = call.arguments();
    if (arguments.isEmpty() || !isNumber(arguments.get(0).type())) {
      return Optional.empty();
    }
    SqlType type = arguments.get(0).type();
    boolean one = arguments.size() == 1;
    return switch (call.function()) {
      case "isnan", "isinf", "isfinite" ->
          isAll(arguments, 1, Kind.DOUBLE)
              ? method(NUMBERS, call.function(), arguments)
              : Optional.empty();
      case "abs", "@" -> one ? method(NUMBERS, "abs", arguments) : Optional.empty();
      case "sign" ->
          one && type.kind() != Kind.DECIMAL
              ? method(NUMBERS, "sign", arguments)
              : Optional.empty();
      case "round", "floor", "ceil", "ceiling", "trunc" -> rounding(call);
      case "sqrt", "cbrt", "exp", "ln", "log10", "log2" ->
          isAll(arguments, 1, Kind.DOUBLE)
              ? method(NUMBERS, call.function(), arguments)
              : Optional.empty();
      case "log" ->
          isAll(arguments, 2, Kind.DOUBLE)
              ? method(NUMBERS, "log", arguments)
              : isAll(arguments, 1, Kind.DOUBLE)
                  ? method(NUMBERS, "log10", arguments)
                  : Optional.empty();
      case "pow", "power", "**", "^" ->
          isAll(arguments, 2, Kind.DOUBLE) ? method(NUMBERS, "pow", arguments) : Optional.empty();
      default -> Optional.empty();
    };
  }

  private static Optional<JavaFunction> rounding(Call call) {
    List<Expression> arguments = call.arguments();
    SqlType type = arguments.get(0).type();
    String name = call.function().equals("ceiling") ? "ceil" : call.function();
    if (arguments.size() == 2) {
      return switch (name) {
        case "round" -> roundToDigits(call);
        case "trunc" ->
            type.kind() == Kind.DOUBLE && arguments.get(1).type().kind() == Kind.INTEGER
                ? method(NUMBERS, "trunc", arguments)
                : Optional.empty();
        default -> Optional.empty();
      };
    }
    if (arguments.size() != 1) {
      return Optional.empty();
    }
    return switch (type.kind()) {
      case DOUBLE -> method(NUMBERS, name, arguments);
      case DECIMAL ->
          call.type().kind() == Kind.DECIMAL && call.type().scale() == 0
              ? method(NUMBERS, name + "Decimal", arguments, type.scale())
              : Optional.empty();
      default -> call.type().equals(type) ? same(arguments) : Optional.empty();
    };
  }

  private static Optional<JavaFunction> roundToDigits(Call call) {
    Expression value = call.arguments().get(0);
    Expression digits = call.arguments().get(1);
    SqlType type = value.type();
    if (digits.type().kind() != Kind.INTEGER) {
      return Optional.empty();
    }
    if (type.kind() == Kind.DOUBLE || type.kind() == Kind.INTEGER || type.kind() == Kind.BIGINT) {
      return method(NUMBERS, "round", call.arguments());
    }
    boolean known = digits instanceof Constant constant && constant.value() != null;
    if (type.kind() != Kind.DECIMAL || !known) {
      return Optional.empty();
    }
    int places = (Integer) ((Constant) digits).value();
    if (places >= 0) {
      int fewer = Math.max(type.scale() - places, 0);
      return method(NUMBERS, "roundDecimal", List.of(value), fewer);
    }
    // Beyond its digits, each is rounded to zero.
    int zeros = Math.min(-places, type.precision());
    return -places >= type.precision() - type.scale()
        ? Optional.empty()
        : method(NUMBERS, "roundDecimal", List.of(value), type.scale(), zeros);
  }

  /** The method that computes a cast, which throws a {@link ValueException} where it cannot. */
  public static Optional<JavaFunction> of(Cast cast) {
    SqlType from = cast.value().type();
    SqlType to = cast.type();
    List<Expression> value = List.of(cast.value());
    if (from.kind() == Kind.INTERVAL
        || to.kind() == Kind.INTERVAL
        || from.isNested()
        || to.isNested()) {
      return Optional.empty();
    }
    if (from.kind() == Kind.VARCHAR) {
      return fromText(to, value);
    }
    return to.kind() == Kind.VARCHAR ? toText(from, value) : between(from, to, value);
  }

  private static Optional<JavaFunction> fromText(SqlType to, List<Expression> value) {
    Class<?> owner = Casts.class;
    return switch (to.kind()) {
      case BOOLEAN -> method(owner, "toBoolean", value);
      case INTEGER -> method(owner, "toInteger", value);
      case BIGINT -> method(owner, "toBigint", value);
      case HUGEINT -> method(owner, "toHugeint", value);
      case DOUBLE -> method(owner, "toDouble", value);
      case DATE -> method(owner, "toDate", value);
      case TIMESTAMP -> method(owner, "toTimestamp", value);
      case DECIMAL ->
          method(
              owner,
              to.isShortDecimal() ? "toDecimal" : "toWideDecimal",
              value,
              to.precision(),
              to.scale());
      case VARCHAR -> method(Strings.class, "same", value);
      case INTERVAL, ARRAY, ROW, MAP -> Optional.empty();
    };
  }

  private static Optional<JavaFunction> toText(SqlType from, List<Expression> value) {
    Class<?> owner = TextCasts.class;
    return switch (from.kind()) {
      case BOOLEAN, HUGEINT -> method(owner, "toText", value);
      case INTEGER, BIGINT, DOUBLE -> buffered(owner, "toText", value);
      case DATE -> buffered(owner, "dateToText", value);
      case TIMESTAMP -> buffered(owner, "timestampToText", value);
      case DECIMAL ->
          from.isShortDecimal()
              ? buffered(owner, "decimalToText", value, from.precision(), from.scale())
              : method(owner, "decimalToText", value, from.precision(), from.scale());
      case VARCHAR, INTERVAL, ARRAY, ROW, MAP -> Optional.empty();
    };
  }

  private static Optional<JavaFunction> between(SqlType from, SqlType to, List<Expression> value) {
    Class<?> owner = NumberCasts.class;
    if (from.kind() == Kind.DATE && to.kind() == Kind.TIMESTAMP) {
      return method(owner, "toTimestamp", value);
    }
    if (from.kind() == Kind.TIMESTAMP && to.kind() == Kind.DATE) {
      return method(owner, "toDate", value);
    }
    if (from.equals(to)) {
      return same(value);
    }
    if (from.kind() == Kind.DATE || from.kind() == Kind.TIMESTAMP) {
      return Optional.empty();
    }
    if (from.kind() == Kind.DECIMAL && to.kind() == Kind.DECIMAL) {
      String method = to.isShortDecimal() ? "rescale" : "rescaleWide";
      return method(owner, method, value, from.scale(), to.precision(), to.scale());
    }
    boolean decimal = from.kind() == Kind.DECIMAL;
    return switch (to.kind()) {
      case BOOLEAN -> method(owner, "toBoolean", value);
      case INTEGER -> number(owner, decimal, "ToInteger", value, from);
      case BIGINT -> number(owner, decimal, "ToBigint", value, from);
      case HUGEINT -> number(owner, decimal, "ToHugeint", value, from);
      case DOUBLE -> number(owner, decimal, "ToDouble", value, from);
      // DuckDB makes 0.01 of true where there is no digit before the point.
      case DECIMAL ->
          from.kind() == Kind.BOOLEAN && to.precision() == to.scale()
              ? Optional.empty()
              : method(
                  owner,
                  to.isShortDecimal() ? "toDecimal" : "toWideDecimal",
                  value,
                  to.precision(),
                  to.scale());
      default -> Optional.empty();
    };
  }

  private static Optional<JavaFunction> number(
      Class<?> owner, boolean decimal, String method, List<Expression> value, SqlType from) {
    return decimal
        ? method(owner, "decimal" + method, value, from.scale())
        : method(owner, "t" + method.substring(1), value);
  }

  /** What gives its only argument, which is no text, as it is. */
  static Optional<JavaFunction> same(List<Expression> value) {
    return method(NumberCasts.class, "same", value);
  }

  static Optional<JavaFunction> method(
      Class<?> owner, String method, List<Expression> arguments, Object... constants) {
    return Optional.of(new JavaFunction(owner, method, arguments, List.of(constants), false));
  }

  static Optional<JavaFunction> buffered(
      Class<?> owner, String method, List<Expression> arguments, Object... constants) {
    return Optional.of(new JavaFunction(owner, method, arguments, List.of(constants), true));
  }

  /** Whether there are so many arguments, all of one kind. */
  static boolean isAll(List<Expression> arguments, int count, Kind kind) {
    return arguments.size() == count
        && arguments.stream().allMatch(argument -> argument.type().kind() == kind);
  }

  private static boolean isSame(List<Expression> arguments, SqlType type) {
    return arguments.stream().allMatch(argument -> argument.type().equals(type));
  }

  private static boolean isNumber(SqlType type) {
    return switch (type.kind()) {
      case INTEGER, BIGINT, HUGEINT, DECIMAL, DOUBLE -> true;
      default -> false;
    };
  }

  private static boolean isComparable(SqlType type) {
    return type.kind() != Kind.INTERVAL && !type.isNested();
  }

  /** The length of time that an expression is, if it is written in the statement. */
  static Optional<Interval> interval(Expression expression) {
    return expression instanceof Constant constant && constant.value() instanceof Interval interval
        ? Optional.of(interval)
        : Optional.empty();
  }

  /** The text that an expression is, if it is written in the statement. */
  static Optional<String> text(Expression expression) {
    return expression instanceof Constant constant && constant.value() instanceof String text
        ? Optional.of(text)
        : Optional.empty();
  }

  /** A copy of a list with one expression replaced. */
  static List<Expression> with(List<Expression> arguments, int place, Expression expression) {
    List<Expression> copy = new ArrayList<>(arguments);
    copy.set(place, expression);
    return copy;
  }
}
