package io.tailrace.sql;

import io.tailrace.sql.RandomTable.ArrayColumn;
import io.tailrace.sql.RandomTable.Column;
import io.tailrace.sql.RandomTable.Type;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;

/** Random SELECTs over a {@link RandomTable}. */
final class RandomSql {

  /**
   * A SELECT.
   *
   * @param items its columns, with their names
   * @param where its WHERE, or nothing
   * @param groupBy its GROUP BY, or nothing
   * @param isReport whether it has aggregates
   */
  record Query(List<String> items, String where, String groupBy, boolean isReport) {

    String sql() {
      return from("t");
    }

    /** The same over another table. */
    String from(String table) {
      return "SELECT " + String.join(", ", items) + " FROM " + table + where + groupBy;
    }

    /** The records that it is of. */
    String records() {
      return "SELECT id FROM t" + where;
    }
  }

  private static final List<String> UNITS =
      List.of("year", "quarter", "month", "week", "day", "hour", "minute", "second", "decade");

  private static final List<String> FIELDS =
      List.of(
          "year",
          "month",
          "day",
          "hour",
          "minute",
          "second",
          "dow",
          "week",
          "quarter",
          "doy",
          "isodow",
          "isoyear",
          "yearweek",
          "century",
          "millisecond",
          "microsecond");

  private final RandomTable table;
  private final Random random;

  RandomSql(RandomTable table, Random random) {
    this.table = table;
    this.random = random;
  }

  /** A report: aggregates by keys. */
  Query report() {
    List<String> items = new ArrayList<>();
    List<String> groups = new ArrayList<>();
    int keys = random.nextInt(3);
    for (int i = 0; i < keys; i++) {
      String key = random.nextInt(3) == 0 ? expression(anyType(), 1) : column();
      items.add(key + " AS k" + i);
      groups.add(oneOf(Integer.toString(i + 1), key, "k" + i));
    }
    int aggregates = 1 + random.nextInt(4);
    for (int i = 0; i < aggregates; i++) {
      items.add(shown(keys) + " AS m" + i);
    }
    String groupBy =
        keys == 0 ? "" : " GROUP BY " + (random.nextBoolean() ? "ALL" : String.join(", ", groups));
    return new Query(items, where(), groupBy, true);
  }

  /** A log: expressions of each record. */
  Query log() {
    List<String> items = new ArrayList<>(List.of("id"));
    int count = 1 + random.nextInt(4);
    for (int i = 0; i < count; i++) {
      String value =
          switch (random.nextInt(10)) {
            case 0 -> inexact();
            case 1, 2 -> mixed();
            case 3 -> nested().orElseGet(this::mixed);
            default -> expression(anyType(), 2);
          };
      items.add(value + " AS v" + i);
    }
    if (table.rescues()) {
      items.add("_rescued");
    }
    if (random.nextInt(4) == 0) {
      items.add(oneOf("_offset", "_file", "_modified"));
    }
    return new Query(items, where(), "", false);
  }

  /** An ARRAY or a ROW as a whole, or an element that is one. */
  private Optional<String> nested() {
    List<String> all = new ArrayList<>(table.row().stream().toList());
    for (ArrayColumn array : table.arrays()) {
      all.add(array.name());
      if (array.isOfRows()) {
        all.add(array.name() + place());
      }
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(oneOf(all));
  }

  /** The place of an element in an ARRAY. */
  private String place() {
    return "["
        + (random.nextInt(4) == 0 ? expression(Type.INTEGER, 0) : random.nextInt(7) - 2)
        + "]";
  }

  /** Elements of ARRAYs that have a type. */
  private List<String> elements(Type type) {
    List<String> elements = new ArrayList<>();
    for (ArrayColumn array : table.arrays()) {
      for (String part : array.parts(type)) {
        elements.add(array.name() + place() + part);
      }
    }
    return elements;
  }

  private String where() {
    return random.nextInt(3) == 0 ? " WHERE " + condition(2) : "";
  }

  private Type anyType() {
    return Type.values()[random.nextInt(Type.values().length)];
  }

  private Type numberType() {
    return oneOf(Type.INTEGER, Type.BIGINT, Type.DECIMAL, Type.DOUBLE, Type.WIDE);
  }

  @SafeVarargs
  private <T> T oneOf(T... choices) {
    return choices[random.nextInt(choices.length)];
  }

  private String oneOf(List<String> choices) {
    return choices.get(random.nextInt(choices.size()));
  }

  private String column() {
    return reference(table.columns().get(random.nextInt(table.columns().size())));
  }

  /** A column as people write it: in another case, or with its table. */
  private String reference(Column column) {
    return switch (random.nextInt(12)) {
      case 0 -> column.path().toUpperCase(Locale.ROOT);
      case 1 -> "t." + column.path();
      default -> column.path();
    };
  }

  /** A column of a report: an aggregate, or an expression of some. */
  private String shown(int keys) {
    return switch (random.nextInt(16)) {
      case 0 -> String.format("round(%s / COUNT(*), 3)", numeric());
      case 1 -> String.format("coalesce(%s, -1)", numeric());
      case 2 -> String.format("CASE WHEN COUNT(*) > 3 THEN %s ELSE 0 END", numeric());
      case 3 -> String.format("%s - %s", numeric(), numeric());
      case 4 -> String.format("CAST(%s AS VARCHAR)", oneOf("COUNT(*)", "MIN(id)", "SUM(id)"));
      case 5 ->
          String.format(
              "date_diff('%s', MIN(%s), MAX(%s))",
              oneOf(UNITS), expression(Type.TIMESTAMP, 1), expression(Type.TIMESTAMP, 1));
      case 6 -> keys == 0 ? aggregate() : "concat(COUNT(*), ' of ', MIN(id))";
      default -> aggregate();
    };
  }

  private String numeric() {
    String filter = filter();
    int depth = argumentDepth(filter);
    return switch (random.nextInt(4)) {
          case 0 -> "COUNT(*)";
          case 1 -> String.format("SUM(%s)", expression(Type.INTEGER, depth));
          case 2 -> String.format("MAX(%s)", expression(Type.DECIMAL, depth));
          default -> String.format("AVG(%s)", expression(Type.DOUBLE, 0));
        }
        + filter;
  }

  private String filter() {
    return random.nextInt(3) == 0 ? " FILTER (WHERE " + condition(1) + ")" : "";
  }

  /**
   * How deep the argument of an aggregate is. DuckDB evaluates it even where the filter is false,
   * and we do not, so that behind a filter it has no errors.
   */
  private static int argumentDepth(String filter) {
    return filter.isEmpty() ? 1 : 0;
  }

  private String aggregate() {
    Type any = anyType();
    Type number = numberType();
    String filter = filter();
    int depth = argumentDepth(filter);
    return switch (random.nextInt(13)) {
          case 0 -> "COUNT(*)";
          case 12 -> "COUNT(DISTINCT " + expression(any, any == Type.DOUBLE ? 0 : depth) + ")";
          case 1 -> "COUNT(" + nested().orElse(expression(any, depth)) + ")";
          case 2, 3 -> "SUM(" + expression(number, number == Type.DOUBLE ? 0 : depth) + ")";
          case 4 -> oneOf("MIN", "min") + "(" + expression(any, depth) + ")";
          case 5 -> "MAX(" + expression(any, depth) + ")";
          case 6 -> "AVG(" + expression(number, 0) + ")";
          case 7 -> "BOOL_AND(" + condition(depth, true) + ")";
          case 8 -> "BOOL_OR(" + condition(depth, true) + ")";
          case 9 ->
              oneOf("STDDEV", "VAR_POP", "STDDEV_POP", "VAR_SAMP", "VARIANCE")
                  + "("
                  + expression(Type.DECIMAL, 0)
                  + ")";
          case 10 -> "SUM(" + condition(depth, true) + ")";
          default -> oneOf("ARG_MAX(", "ARG_MIN(") + expression(any, depth) + ", id)";
        }
        + filter;
  }

  /** Values of several types, whose own type DuckDB decides. */
  private String mixed() {
    String number = expression(numberType(), 1);
    return switch (random.nextInt(9)) {
      case 0, 1 ->
          String.format("%s %s %s", number, oneOf("+", "-", "*", "/"), expression(numberType(), 1));
      case 2 ->
          String.format(
              "%s %s %s",
              number,
              oneOf("+", "-", "*", "//", "%"),
              oneOf("1.5", "0.001", "1e3", "100000000000", "99999999999999999999", "3"));
      case 3 -> String.format("CAST(%s AS HUGEINT)", number);
      case 4 -> String.format("%s || %s", expression(Type.VARCHAR, 1), number);
      case 5 -> String.format("extract(epoch FROM %s)", expression(Type.TIMESTAMP, 1));
      case 6 -> String.format("date_trunc('%s', %s)", oneOf(UNITS), expression(Type.DATE, 1));
      case 7 -> String.format("coalesce(%s, %s)", number, expression(numberType(), 1));
      default ->
          String.format(
              "CASE WHEN %s THEN %s ELSE %s END",
              condition(1), number, expression(numberType(), 1));
    };
  }

  /** A comparison of values of different types. */
  private String mixedCondition(int depth) {
    return switch (random.nextInt(5)) {
      case 0 ->
          String.format(
              "(%s %s %s)",
              expression(Type.DATE, depth), comparison(), expression(Type.TIMESTAMP, depth));
      case 1 ->
          String.format("(%s %s '2024-02-29')", expression(Type.TIMESTAMP, depth), comparison());
      case 2 -> String.format("(%s %s '12')", expression(numberType(), depth), comparison());
      case 3 -> String.format("(%s IN (1, 2.5, '3'))", expression(numberType(), depth));
      default ->
          String.format(
              "(%s BETWEEN %s AND 7.5)",
              expression(numberType(), depth), expression(numberType(), depth));
    };
  }

  /** A function whose last digit depends on who computes it. */
  private String inexact() {
    String value = expression(Type.DOUBLE, 1);
    return switch (random.nextInt(6)) {
      case 0 -> String.format("sqrt(abs(%s))", value);
      case 1 -> String.format("ln(%s)", value);
      case 2 -> String.format("exp(%s)", value);
      case 3 -> String.format("power(%s, %s)", value, oneOf("2", "0.5", "-1"));
      case 4 -> String.format("log10(%s)", value);
      default -> String.format("%s / %s", expression(Type.DECIMAL, 1), expression(Type.BIGINT, 1));
    };
  }

  private String expression(Type type, int depth) {
    List<Column> own = table.columns().stream().filter(column -> column.type() == type).toList();
    if (depth > 0 && !table.arrays().isEmpty() && random.nextInt(4) == 0) {
      List<String> elements = elements(type);
      if (!elements.isEmpty()) {
        return oneOf(elements);
      }
    }
    if (depth == 0 || random.nextInt(4) == 0) {
      return own.isEmpty() || random.nextInt(4) == 0
          ? literal(type)
          : reference(own.get(random.nextInt(own.size())));
    }
    int less = depth - 1;
    return switch (random.nextInt(12)) {
      case 0 -> choice(type, less);
      case 1 -> cast(type, less);
      default -> function(type, less);
    };
  }

  /** One of several values. */
  private String choice(Type type, int depth) {
    String one = expression(type, depth);
    String other = expression(type, depth);
    return switch (random.nextInt(7)) {
      case 0 -> String.format("CASE WHEN %s THEN %s ELSE %s END", condition(depth), one, other);
      case 1 -> String.format("CASE WHEN %s THEN %s END", condition(depth), one);
      case 2 ->
          String.format(
              "CASE %s WHEN %s THEN %s WHEN NULL THEN %s ELSE %s END",
              expression(Type.INTEGER, 0), expression(Type.INTEGER, 0), one, other, other);
      case 3 -> String.format("COALESCE(%s, %s, %s)", one, other, expression(type, depth));
      case 4 -> String.format("NULLIF(%s, %s)", one, other.equals(one) ? "NULL" : other);
      default ->
          String.format(
              "%s(%s, %s, %s)", oneOf("greatest", "least"), one, other, expression(type, depth));
    };
  }

  /** A value of another type. Most texts are no number and no time, so that these are tried. */
  private String cast(Type type, int depth) {
    Type from = castable(type);
    boolean tried = from == Type.VARCHAR ? random.nextInt(6) > 0 : random.nextBoolean();
    return tried
        ? String.format("TRY_CAST(%s AS %s)", expression(from, depth), type.sql())
        : random.nextBoolean()
            ? String.format("CAST(%s AS %s)", expression(from, depth), type.sql())
            : String.format("(%s)::%s", expression(from, depth), type.sql());
  }

  private Type castable(Type type) {
    return switch (type) {
      case DATE -> oneOf(Type.TIMESTAMP, Type.VARCHAR, Type.DATE);
      case TIMESTAMP -> oneOf(Type.DATE, Type.VARCHAR, Type.TIMESTAMP);
      case VARCHAR -> anyType();
      default -> random.nextInt(3) == 0 ? oneOf(Type.VARCHAR, Type.BOOLEAN) : numberType();
    };
  }

  private String function(Type type, int depth) {
    return switch (type) {
      case BOOLEAN -> condition(depth, true);
      case INTEGER -> integer(depth);
      case BIGINT -> bigint(depth);
      case DECIMAL ->
          switch (random.nextInt(4)) {
            case 0 -> String.format("round(%s, 1)::DECIMAL(9, 2)", expression(type, depth));
            case 1 -> String.format("%s(%s)", oneOf("abs", "-"), expression(type, depth));
            default ->
                String.format(
                    "TRY_CAST((%s %s %s) AS DECIMAL(9, 2))",
                    expression(type, depth),
                    oneOf("+", "-", "*", "%"),
                    expression(oneOf(Type.DECIMAL, Type.INTEGER, Type.WIDE), depth));
          };
      case WIDE ->
          switch (random.nextInt(4)) {
            case 0 -> String.format("(%s)", binary(type, depth, "*"));
            case 1 -> String.format("abs(%s)", expression(type, depth));
            default -> binary(type, depth, "+", "-");
          };
      case DOUBLE ->
          switch (random.nextInt(5)) {
            case 0 -> String.format("%s / 4", expression(Type.INTEGER, depth));
            case 1 ->
                String.format(
                    "%s(%s)", oneOf("floor", "ceil", "abs", "round"), expression(type, depth));
            case 2 ->
                String.format("round(%s, %d)", expression(type, depth), random.nextInt(4) - 1);
            default -> binary(type, depth, "+", "-", "*");
          };
      case VARCHAR -> text(depth);
      case DATE ->
          switch (random.nextInt(3)) {
            case 0 -> String.format("%s::DATE", expression(Type.TIMESTAMP, depth));
            case 1 ->
                String.format(
                    "(%s + INTERVAL %d DAY)::DATE", expression(type, depth), random.nextInt(40));
            default ->
                String.format(
                    "%s %s %d", expression(type, depth), oneOf("+", "-"), integerUpTo(40));
          };
      case TIMESTAMP ->
          switch (random.nextInt(3)) {
            case 0 -> String.format("date_trunc('%s', %s)", oneOf(UNITS), expression(type, depth));
            default ->
                String.format(
                    "(%s %s INTERVAL %s)",
                    expression(oneOf(Type.TIMESTAMP, Type.TIMESTAMP, Type.DATE), depth),
                    oneOf("+", "-"),
                    interval());
          };
    };
  }

  private String interval() {
    return random.nextInt(4) == 0
        ? oneOf("'1 month 3 days'", "'02:30:00.5'", "'1 year -2 hours'")
        : integerUpTo(50) + " " + oneOf("year", "month", "day", "hour", "second", "week");
  }

  private int integerUpTo(int most) {
    return random.nextInt(most + 1);
  }

  private String integer(int depth) {
    String text = expression(Type.VARCHAR, depth);
    return switch (random.nextInt(10)) {
      case 0 -> String.format("length(%s)::INTEGER", text);
      case 1 ->
          String.format(
              "extract(%s FROM %s)::INTEGER",
              oneOf(FIELDS), expression(oneOf(Type.TIMESTAMP, Type.DATE), depth));
      case 2 -> String.format("abs(%s)", expression(Type.INTEGER, depth));
      case 3 -> String.format("TRY_CAST(%s AS INTEGER)", text);
      case 4 -> String.format("position('%s' IN %s)::INTEGER", oneOf("a", ".", "ü", ""), text);
      case 5 -> String.format("(- %s)", expression(Type.INTEGER, depth));
      default -> binary(Type.INTEGER, depth, "+", "-", "*", "//", "%");
    };
  }

  private String bigint(int depth) {
    if (!table.arrays().isEmpty() && random.nextInt(4) == 0) {
      return oneOf("len", "array_length") + "(" + oneOf("a0", "a1") + ")";
    }
    return switch (random.nextInt(5)) {
      case 0 ->
          String.format(
              "date_diff('%s', %s, %s)",
              oneOf(UNITS), expression(Type.TIMESTAMP, depth), expression(Type.TIMESTAMP, depth));
      case 1 ->
          String.format("(%s - %s)", expression(Type.DATE, depth), expression(Type.DATE, depth));
      case 2 ->
          String.format(
              "(%s + %s)", expression(Type.BIGINT, depth), expression(Type.INTEGER, depth));
      default -> binary(Type.BIGINT, depth, "+", "-", "%", "//", "*");
    };
  }

  private String text(int depth) {
    String text = expression(Type.VARCHAR, depth);
    int number = random.nextInt(7) - 3;
    return switch (random.nextInt(16)) {
      case 0 -> oneOf("lower(", "upper(", "LOWER(") + text + ")";
      case 1 -> oneOf("trim(", "ltrim(", "rtrim(", "reverse(") + text + ")";
      case 2 -> String.format("%s(%s, 'a ')", oneOf("trim", "ltrim", "rtrim"), text);
      case 3 -> String.format("substring(%s, %d, %d)", text, number, random.nextInt(5));
      case 4 -> String.format("substring(%s FROM %d)", text, number);
      case 5 -> String.format("split_part(%s, '%s', %d)", text, oneOf(".", " ", "", "ro"), number);
      case 6 -> String.format("replace(%s, '%s', 'bc')", text, oneOf("a", ""));
      case 7 -> String.format("concat(%s, '-', %s)", text, expression(Type.VARCHAR, depth));
      case 8 -> String.format("concat(%s, %s)", expression(numberType(), depth), text);
      case 9 -> String.format("%s(%s, %d)", oneOf("left", "right"), text, number);
      case 10 ->
          String.format(
              "%s(%s, %d, '%s')", oneOf("lpad", "rpad"), text, number + 4, oneOf("0", "üx"));
      case 11 -> String.format("%s::VARCHAR", expression(anyType(), depth));
      case 12 -> String.format("repeat(%s, %d)", text, random.nextInt(3));
      default -> String.format("%s || %s", text, expression(Type.VARCHAR, depth));
    };
  }

  private String binary(Type type, int depth, String... operators) {
    return String.format(
        "(%s %s %s)", expression(type, depth), oneOf(operators), expression(type, depth));
  }

  /** A condition of a WHERE, a FILTER or a CASE. */
  private String condition(int depth) {
    return condition(depth, false);
  }

  /**
   * @param isValue whether it is an expression like others: there DuckDB, unlike us, evaluates all
   *     of an AND, OR or BETWEEN, so these have only parts that cannot fail
   */
  private String condition(int depth, boolean isValue) {
    int less = Math.max(0, depth - 1);
    int parts = isValue ? 0 : less;
    if (depth > 0 && random.nextInt(3) == 0) {
      return switch (random.nextInt(3)) {
        case 0 ->
            String.format("(%s AND %s)", condition(parts, isValue), condition(parts, isValue));
        case 1 -> String.format("(%s OR %s)", condition(parts, isValue), condition(parts, isValue));
        default -> String.format("(NOT %s)", condition(less, true));
      };
    }
    if (!table.arrays().isEmpty() && random.nextInt(4) == 0) {
      return nestedCondition();
    }
    Type type = anyType();
    String left = expression(type, less);
    String right = expression(type, less);
    String not = oneOf("", "", "NOT ");
    return switch (random.nextInt(12)) {
      case 10 -> mixedCondition(less);
      case 0 -> String.format("(%s IS %sNULL)", left, not);
      case 1 -> String.format("(%s %sIN (%s, %s))", left, not, right, expression(type, less));
      case 2 ->
          String.format(
              "(%s %sIN (%s, %s, %s))", left, not, literal(type), literal(type), literal(type));
      case 3 ->
          String.format(
              "(%s %sBETWEEN %s AND %s)",
              left, not, right, expression(type, isValue || !not.isEmpty() ? 0 : less));
      case 4 -> like(less, not);
      case 5 -> String.format("(%s IS %sDISTINCT FROM %s)", left, not, right);
      case 6 ->
          String.format(
              "%s(%s, '%s')",
              oneOf("starts_with", "contains", "ends_with"),
              expression(Type.VARCHAR, less),
              oneOf("a", "", "x%", "日"));
      case 7 ->
          type.isNumber()
              ? String.format("(%s %s %s)", left, comparison(), expression(numberType(), less))
              : String.format("(%s %s %s)", left, comparison(), right);
      default -> String.format("(%s %s %s)", left, comparison(), right);
    };
  }

  private String nestedCondition() {
    ArrayColumn array = table.arrays().get(0);
    return random.nextInt(3) == 0
        ? String.format("(%s IS %sNULL)", nested().orElseThrow(), oneOf("", "NOT "))
        : String.format(
            "%s(%s, %s)",
            oneOf("list_contains", "array_has"), array.name(), expression(array.types().get(0), 0));
  }

  private String comparison() {
    return oneOf("=", "<>", "<", "<=", ">", ">=");
  }

  private String like(int depth, String not) {
    String text = expression(Type.VARCHAR, depth);
    return random.nextInt(4) == 0
        ? String.format("(%s %sLIKE '%s' ESCAPE '!')", text, not, oneOf("%!%%", "x!%y!_z", "!!%"))
        : String.format(
            "(%s %s%s '%s')",
            text,
            not,
            oneOf("LIKE", "ILIKE"),
            oneOf("%a%", "e%", "_", "%r", "%ü%", "a.b.c", "ERR%", "%Ä%", "", "__ %"));
  }

  private String literal(Type type) {
    if (random.nextInt(12) == 0) {
      return String.format("NULL::%s", type.sql());
    }
    return switch (type) {
      case BOOLEAN -> Boolean.toString(random.nextBoolean());
      case INTEGER -> Integer.toString(random.nextInt(9) - 2);
      case BIGINT -> (random.nextInt(9) - 2) + "::BIGINT";
      case DECIMAL -> RandomTable.decimal(random.nextInt(4_000) - 2_000, 2) + "::DECIMAL(9, 2)";
      case WIDE -> RandomTable.decimal(random.nextInt(4_000) - 2_000, 3) + "::DECIMAL(24, 3)";
      case DOUBLE -> table.value(Type.DOUBLE) + "::DOUBLE";
      case VARCHAR -> "'" + table.value(Type.VARCHAR).replace("'", "''") + "'";
      case DATE -> "DATE '" + table.value(Type.DATE) + "'";
      case TIMESTAMP -> "TIMESTAMP '" + table.value(Type.TIMESTAMP) + "'";
    };
  }
}
