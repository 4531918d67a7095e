package io.tailrace.sql.function;

import static io.tailrace.format.SqlType.BIGINT;
import static io.tailrace.format.SqlType.BOOLEAN;
import static io.tailrace.format.SqlType.DATE;
import static io.tailrace.format.SqlType.DOUBLE;
import static io.tailrace.format.SqlType.HUGEINT;
import static io.tailrace.format.SqlType.INTEGER;
import static io.tailrace.format.SqlType.TIMESTAMP;
import static io.tailrace.format.SqlType.VARCHAR;
import static io.tailrace.format.SqlType.decimal;
import static org.junit.Assert.assertEquals;

import io.tailrace.format.SqlType;
import io.tailrace.sql.Expression;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.Cast;
import io.tailrace.sql.Expression.ColumnValue;
import io.tailrace.sql.Expression.Constant;
import io.tailrace.sql.Expression.Interval;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.function.Function;
import org.junit.AfterClass;
import org.junit.BeforeClass;
import org.junit.Test;

/** Each function and cast means what DuckDB makes of it, for random and for extreme values. */
public class FunctionsTest {

  private static final int ROWS = 400;
  private static final int SHOWN = 12;

  private static final List<SqlType> NUMBERS =
      List.of(
          INTEGER,
          BIGINT,
          HUGEINT,
          DOUBLE,
          decimal(4, 2),
          decimal(9, 3),
          decimal(18, 6),
          decimal(18, 0),
          decimal(38, 10),
          decimal(25, 0));

  private static Oracle oracle;

  private static final Map<List<SqlType>, List<List<Object>>> ROWS_OF_TYPES = new HashMap<>();

  private final Values values = new Values(21);
  private final List<String> differences = new ArrayList<>();

  @BeforeClass
  public static void open() throws SQLException {
    oracle = new Oracle();
  }

  @AfterClass
  public static void close() throws SQLException {
    oracle.close();
  }

  private void finish() {
    assertEquals("", String.join("\n", differences));
  }

  private void check(
      Expression expression,
      String sql,
      List<SqlType> types,
      Function<SqlType, Object> make,
      boolean exact)
      throws SQLException {
    check(expression, sql, types, rows(types, make), exact);
  }

  private static List<List<Object>> rows(List<SqlType> types, Function<SqlType, Object> make) {
    List<List<Object>> rows = new ArrayList<>();
    for (int i = 0; i < ROWS; i++) {
      List<Object> row = new ArrayList<>();
      for (SqlType type : types) {
        row.add(make.apply(type));
      }
      rows.add(row);
    }
    return rows;
  }

  /** Checks an expression for rows of any values. */
  private void check(Expression expression, String sql, List<SqlType> types, boolean exact)
      throws SQLException {
    List<List<Object>> rows = ROWS_OF_TYPES.computeIfAbsent(types, some -> rows(some, values::of));
    check(expression, sql, types, rows, exact);
  }

  private void check(
      Expression expression,
      String sql,
      List<SqlType> types,
      List<List<Object>> rows,
      boolean exact)
      throws SQLException {
    List<String> found = oracle.differences(expression, sql, types, rows, exact);
    if (!found.isEmpty()) {
      differences.add(found.size() + " times " + expression);
    }
    differences.addAll(found.subList(0, Math.min(found.size(), SHOWN)));
  }

  /** Checks a function of columns, written as in SQL with the columns a, b, c. */
  private void call(String sql, String function, SqlType result, SqlType... types)
      throws SQLException {
    List<SqlType> columns = List.of(types);
    check(new Call(function, columns(columns), result), sql, columns, true);
  }

  /** Checks a function for numbers that are about as large as a text is long. */
  private void callSmall(String sql, String function, SqlType result, SqlType... types)
      throws SQLException {
    Function<SqlType, Object> make =
        type ->
            type.equals(INTEGER)
                ? (Object) (values.below(25) - 5)
                : type.equals(BIGINT) ? (Object) (values.below(25) - 12L) : values.of(type);
    List<SqlType> columns = List.of(types);
    check(new Call(function, columns(columns), result), sql, columns, make, true);
  }

  private void callAbout(String sql, String function, SqlType result, SqlType... types)
      throws SQLException {
    List<SqlType> columns = List.of(types);
    check(new Call(function, columns(columns), result), sql, columns, false);
  }

  /** Checks a function whose arguments are given; column a is of a type. */
  private void callWith(
      String sql, String function, SqlType result, SqlType type, Expression... arguments)
      throws SQLException {
    List<SqlType> columns = List.of(type);
    check(new Call(function, List.of(arguments), result), sql, columns, true);
  }

  private void cast(SqlType from, SqlType to) throws SQLException {
    check(new Cast(new ColumnValue(0, from), to, false), "a::" + to, List.of(from), true);
  }

  private void castText(SqlType to) throws SQLException {
    // An offset counts, as it does for TIMESTAMPTZ.
    String type = to.equals(TIMESTAMP) ? "TIMESTAMPTZ" : to.toString();
    for (int n = 0; n < 5; n++) {
      check(
          new Cast(new ColumnValue(0, VARCHAR), to, false),
          "a::" + type,
          List.of(VARCHAR),
          column -> values.textOf(to),
          true);
    }
  }

  private static List<Expression> columns(List<SqlType> types) {
    List<Expression> columns = new ArrayList<>();
    for (SqlType type : types) {
      columns.add(new ColumnValue(columns.size(), type));
    }
    return columns;
  }

  private static Constant text(String text) {
    return new Constant(text, VARCHAR);
  }

  private static Expression a(SqlType type) {
    return new ColumnValue(0, type);
  }

  @Test
  public void textsBecomeIntegers() throws SQLException {
    for (SqlType type : List.of(INTEGER, BIGINT, HUGEINT)) {
      castText(type);
    }
    finish();
  }

  @Test
  public void textsBecomeDecimals() throws SQLException {
    for (SqlType type :
        List.of(
            decimal(4, 2),
            decimal(9, 3),
            decimal(18, 6),
            decimal(18, 0),
            decimal(3, 3),
            decimal(38, 10),
            decimal(20, 0))) {
      castText(type);
    }
    finish();
  }

  @Test
  public void textsBecomeDoubles() throws SQLException {
    castText(DOUBLE);
    finish();
  }

  @Test
  public void textsOfAllSizesBecomeTheNearestDoubles() {
    Random random = new Random(21);
    Text text = new Text();
    for (int n = 0; n < 200_000; n++) {
      String digits = Long.toUnsignedString(random.nextLong() >>> random.nextInt(64));
      int point = random.nextInt(digits.length() + 1);
      String shown =
          switch (random.nextInt(3)) {
            case 0 -> Double.toString(Double.longBitsToDouble(random.nextLong() & Long.MAX_VALUE));
            case 1 -> digits + "e" + (random.nextInt(680) - 350);
            default -> digits.substring(0, point) + "." + digits.substring(point);
          };
      if (!shown.equals("NaN")) {
        text.set(shown);
        assertEquals(shown, Double.parseDouble(shown), Casts.toDouble(text), 0);
      }
    }
  }

  @Test
  public void textsBecomeBooleansAndDates() throws SQLException {
    castText(BOOLEAN);
    castText(DATE);
    castText(TIMESTAMP);
    castText(TIMESTAMP);
    finish();
  }

  @Test
  public void valuesBecomeTexts() throws SQLException {
    cast(BOOLEAN, VARCHAR);
    cast(DATE, VARCHAR);
    cast(TIMESTAMP, VARCHAR);
    cast(decimal(3, 3), VARCHAR);
    cast(decimal(30, 30), VARCHAR);
    for (SqlType type : NUMBERS) {
      cast(type, VARCHAR);
    }
    finish();
  }

  @Test
  public void numbersBecomeNumbers() throws SQLException {
    for (SqlType from : NUMBERS) {
      for (SqlType to : NUMBERS) {
        cast(from, to);
      }
      cast(from, BOOLEAN);
      cast(BOOLEAN, from);
    }
    cast(decimal(4, 2), decimal(3, 1));
    cast(decimal(18, 6), decimal(17, 5));
    cast(DATE, TIMESTAMP);
    cast(TIMESTAMP, DATE);
    finish();
  }

  @Test
  public void arithmetic() throws SQLException {
    for (SqlType type : List.of(INTEGER, BIGINT, HUGEINT, DOUBLE)) {
      for (String operator : List.of("+", "-", "*", "%")) {
        call("a " + operator + " b", operator, type, type, type);
      }
      call("-a", "-", type, type);
    }
    call("a / b", "/", DOUBLE, DOUBLE, DOUBLE);
    for (SqlType type : List.of(INTEGER, BIGINT, HUGEINT, DOUBLE)) {
      call("a // b", "//", type, type, type);
    }
    finish();
  }

  @Test
  public void arithmeticOfDecimals() throws SQLException {
    call("a + b", "+", decimal(18, 6), decimal(17, 6), decimal(17, 6));
    call("a - b", "-", decimal(18, 6), decimal(17, 6), decimal(17, 6));
    call("a + b", "+", decimal(38, 6), decimal(37, 6), decimal(37, 6));
    call("a + b", "+", decimal(38, 10), decimal(38, 10), decimal(38, 10));
    call("a - b", "-", decimal(38, 10), decimal(38, 10), decimal(38, 10));
    call("a * b", "*", decimal(18, 4), decimal(18, 2), decimal(18, 2));
    call("a * b", "*", decimal(38, 6), decimal(30, 3), decimal(30, 3));
    call("a % b", "%", decimal(18, 6), decimal(18, 6), decimal(18, 6));
    call("-a", "-", decimal(18, 6), decimal(18, 6));
    call("-a", "-", decimal(30, 6), decimal(30, 6));
    finish();
  }

  @Test
  public void comparisons() throws SQLException {
    List<SqlType> types = new ArrayList<>(NUMBERS);
    types.addAll(List.of(BOOLEAN, VARCHAR, DATE, TIMESTAMP));
    for (SqlType type : types) {
      for (String operator : List.of("=", "<>", "<", "<=", ">", ">=")) {
        call("a " + operator + " b", operator, BOOLEAN, type, type);
      }
      call("greatest(a, b, c)", "greatest", type, type, type, type);
      call("least(a, b, c)", "least", type, type, type, type);
    }
    call("NOT a", "not", BOOLEAN, BOOLEAN);
    finish();
  }

  @Test
  public void like() throws SQLException {
    for (String pattern :
        List.of(
            "%",
            "", "a%", "%a", "%a%", "a_c", "_", "__", "%_%", "a%b%c", "%é%", "_é", "日%", "%,%",
            "a%%b", "%a_", "_%b", "AB%", "%É%", "a\\%b", "%b_%a%")) {
      String quoted = "'" + pattern + "'";
      Expression constant = text(pattern);
      callWith("a LIKE " + quoted, "~~", BOOLEAN, VARCHAR, a(VARCHAR), constant);
      callWith("a NOT LIKE " + quoted, "!~~", BOOLEAN, VARCHAR, a(VARCHAR), constant);
      callWith("a ILIKE " + quoted, "~~*", BOOLEAN, VARCHAR, a(VARCHAR), constant);
      callWith("a NOT ILIKE " + quoted, "!~~*", BOOLEAN, VARCHAR, a(VARCHAR), constant);
      if (!pattern.endsWith("\\")) {
        callWith(
            "a LIKE " + quoted + " ESCAPE '\\'",
            "like_escape",
            BOOLEAN,
            VARCHAR,
            a(VARCHAR),
            constant,
            text("\\"));
      }
    }
    call("a LIKE b", "~~", BOOLEAN, VARCHAR, VARCHAR);
    call("a ILIKE b", "~~*", BOOLEAN, VARCHAR, VARCHAR);
    finish();
  }

  @Test
  public void regularExpressions() throws SQLException {
    for (String pattern :
        List.of(
            "",
            "a",
            "^a",
            "a$",
            "^$",
            ".",
            "é",
            "[a-z]+",
            "(a)(b)?",
            "(?i)ab",
            "\\s",
            "\\d+",
            "\\pL",
            "a|日|",
            "(.)(.)",
            "(?P<x>.)*",
            "[^a-z]",
            "\\bNULL\\b",
            "..$",
            "(x*)*y?")) {
      String quoted = "'" + pattern + "'";
      Expression constant = text(pattern);
      callWith("a ~ " + quoted, "regexp_matches", BOOLEAN, VARCHAR, a(VARCHAR), constant);
      callWith(
          "a SIMILAR TO " + quoted, "regexp_full_match", BOOLEAN, VARCHAR, a(VARCHAR), constant);
      callWith(
          "regexp_extract(a, " + quoted + ")",
          "regexp_extract",
          VARCHAR,
          VARCHAR,
          a(VARCHAR),
          constant);
      for (String options : List.of("", "i", "s", "is", "ic")) {
        callWith(
            "regexp_matches(a, " + quoted + ", '" + options + "')",
            "regexp_matches",
            BOOLEAN,
            VARCHAR,
            a(VARCHAR),
            constant,
            text(options));
        for (int group : new int[] {0, 1, 2}) {
          callWith(
              "regexp_extract(a, " + quoted + ", " + group + ", '" + options + "')",
              "regexp_extract",
              VARCHAR,
              VARCHAR,
              a(VARCHAR),
              constant,
              new Constant(group, INTEGER),
              text(options));
        }
      }
    }
    finish();
  }

  @Test
  public void digests() throws SQLException {
    for (String function : List.of("md5", "sha1", "sha256")) {
      call(function + "(a)", function, VARCHAR, VARCHAR);
    }
    finish();
  }

  @Test
  public void textsAsAWhole() throws SQLException {
    for (String function : List.of("lower", "upper", "trim", "ltrim", "rtrim", "reverse")) {
      call(function + "(a)", function, VARCHAR, VARCHAR);
    }
    for (String function : List.of("trim", "ltrim", "rtrim")) {
      call(function + "(a, b)", function, VARCHAR, VARCHAR, VARCHAR);
    }
    for (String function : List.of("length", "strlen")) {
      call(function + "(a)", function, BIGINT, VARCHAR);
    }
    for (String function : List.of("contains", "prefix", "suffix", "starts_with", "ends_with")) {
      call(function + "(a, b)", function, BOOLEAN, VARCHAR, VARCHAR);
    }
    call("strpos(a, b)", "strpos", BIGINT, VARCHAR, VARCHAR);
    call("replace(a, b, c)", "replace", VARCHAR, VARCHAR, VARCHAR, VARCHAR);
    call("ascii(a)", "ascii", INTEGER, VARCHAR);
    call("a || b", "||", VARCHAR, VARCHAR, VARCHAR);
    finish();
  }

  @Test
  public void partsOfTexts() throws SQLException {
    call("substring(a, b)", "substring", VARCHAR, VARCHAR, BIGINT);
    callSmall("substring(a, b)", "substring", VARCHAR, VARCHAR, BIGINT);
    call("substring(a, b, c)", "substring", VARCHAR, VARCHAR, BIGINT, BIGINT);
    callSmall("substring(a, b, c)", "substring", VARCHAR, VARCHAR, BIGINT, BIGINT);
    call("left(a, b)", "left", VARCHAR, VARCHAR, BIGINT);
    callSmall("left(a, b)", "left", VARCHAR, VARCHAR, BIGINT);
    call("right(a, b)", "right", VARCHAR, VARCHAR, BIGINT);
    callSmall("right(a, b)", "right", VARCHAR, VARCHAR, BIGINT);
    call("split_part(a, b, c)", "split_part", VARCHAR, VARCHAR, VARCHAR, BIGINT);
    callSmall("split_part(a, b, c)", "split_part", VARCHAR, VARCHAR, VARCHAR, BIGINT);
    finish();
  }

  @Test
  public void truncatedDates() throws SQLException {
    for (String part :
        List.of(
            "microsecond",
            "milliseconds",
            "second",
            "minute",
            "hour",
            "day",
            "week",
            "month",
            "quarter",
            "year",
            "decade",
            "century",
            "millennium",
            "isoyear")) {
      String sql = "date_trunc('" + part + "', a)";
      callWith(sql, "date_trunc", TIMESTAMP, TIMESTAMP, text(part), a(TIMESTAMP));
    }
    finish();
  }

  @Test
  public void mathematics() throws SQLException {
    for (SqlType type : NUMBERS) {
      call("abs(a)", "abs", type, type);
      if (type.kind() != SqlType.Kind.DECIMAL) {
        call("sign(a)", "sign", INTEGER, type);
      }
    }
    for (String function : List.of("round", "floor", "ceil", "trunc")) {
      call(function + "(a)", function, DOUBLE, DOUBLE);
      for (SqlType type : List.of(decimal(4, 2), decimal(18, 6), decimal(18, 0), decimal(38, 10))) {
        call(function + "(a)", function, decimal(type.precision(), 0), type);
      }
    }
    for (SqlType type : List.of(DOUBLE, INTEGER, BIGINT)) {
      for (int digits : List.of(0, 1, 2, 5, -1, -2, -9, -30, 300)) {
        callWith(
            "round(a, " + digits + ")",
            "round",
            type,
            type,
            a(type),
            new Constant(digits, INTEGER));
      }
    }
    for (int digits : List.of(0, 1, 3, -2, 300)) {
      Constant constant = new Constant(digits, INTEGER);
      callWith("trunc(a, " + digits + ")", "trunc", DOUBLE, DOUBLE, a(DOUBLE), constant);
    }
    callAbout("log(a, b)", "log", DOUBLE, DOUBLE, DOUBLE);
    for (SqlType type : List.of(decimal(9, 3), decimal(18, 6), decimal(38, 10))) {
      for (int digits : List.of(0, 1, 2, 5, 30, -1, -2, -5)) {
        SqlType result = decimal(type.precision(), Math.max(Math.min(digits, type.scale()), 0));
        callWith(
            "round(a, " + digits + ")",
            "round",
            result,
            type,
            a(type),
            new Constant(digits, INTEGER));
      }
    }
    call("sqrt(a)", "sqrt", DOUBLE, DOUBLE);
    for (String function : List.of("ln", "log", "log10", "log2", "exp", "cbrt")) {
      callAbout(function + "(a)", function, DOUBLE, DOUBLE);
    }
    callAbout("a ** b", "**", DOUBLE, DOUBLE, DOUBLE);
    for (String function : List.of("isnan", "isinf", "isfinite")) {
      call(function + "(a)", function, BOOLEAN, DOUBLE);
    }
    finish();
  }

  @Test
  public void textsThatAreMade() throws SQLException {
    callSmall("repeat(a, b)", "repeat", VARCHAR, VARCHAR, BIGINT);
    callSmall("lpad(a, b, c)", "lpad", VARCHAR, VARCHAR, INTEGER, VARCHAR);
    callSmall("rpad(a, b, c)", "rpad", VARCHAR, VARCHAR, INTEGER, VARCHAR);
    Function<SqlType, Object> make = type -> values.below(0x11_2000) - 10;
    List<SqlType> types = List.of(INTEGER);
    check(new Call("chr", columns(types), VARCHAR), "chr(a)", types, make, true);
    finish();
  }

  @Test
  public void nullsAreSkipped() throws SQLException {
    Function<SqlType, Object> some = type -> values.below(3) == 0 ? null : values.of(type);
    List<SqlType> texts = List.of(VARCHAR, VARCHAR, VARCHAR);
    check(new Call("concat", columns(texts), VARCHAR), "concat(a, b, c)", texts, some, true);
    check(new Call("concat_ws", columns(texts), VARCHAR), "concat_ws(a, b, c)", texts, some, true);
    for (SqlType type : List.of(BIGINT, DOUBLE, VARCHAR)) {
      List<SqlType> types = List.of(type, type, type);
      for (String function : List.of("greatest", "least")) {
        check(new Call(function, columns(types), type), function + "(a, b, c)", types, some, true);
      }
    }
    finish();
  }

  @Test
  public void partsOfDates() throws SQLException {
    for (String part :
        List.of(
            "year",
            "quarter",
            "month",
            "week",
            "day",
            "dayofyear",
            "dayofweek",
            "isodow",
            "isoyear",
            "yearweek",
            "decade",
            "century",
            "millennium",
            "era",
            "hour",
            "minute",
            "second",
            "millisecond",
            "microsecond")) {
      call(part + "(a)", part, BIGINT, TIMESTAMP);
      call(part + "(a)", part, BIGINT, DATE);
      String sql = "date_part('" + part + "', a)";
      callWith(sql, "date_part", BIGINT, TIMESTAMP, text(part), a(TIMESTAMP));
    }
    call("epoch(a)", "epoch", DOUBLE, TIMESTAMP);
    call("epoch(a)", "epoch", DOUBLE, DATE);
    call("epoch_ms(a)", "epoch_ms", BIGINT, TIMESTAMP);
    call("epoch_us(a)", "epoch_us", BIGINT, TIMESTAMP);
    call("dayname(a)", "dayname", VARCHAR, DATE);
    call("dayname(a)", "dayname", VARCHAR, TIMESTAMP);
    call("monthname(a)", "monthname", VARCHAR, DATE);
    call("monthname(a)", "monthname", VARCHAR, TIMESTAMP);
    call("last_day(a)", "last_day", DATE, DATE);
    call("last_day(a)", "last_day", DATE, TIMESTAMP);
    finish();
  }

  @Test
  public void datesOfNumbers() throws SQLException {
    call("epoch_ms(a)", "epoch_ms", TIMESTAMP, BIGINT);
    call("make_timestamp(a)", "make_timestamp", TIMESTAMP, BIGINT);
    call("to_timestamp(a)", "to_timestamp", TIMESTAMP, DOUBLE);
    call("make_date(a, b, c)", "make_date", DATE, BIGINT, BIGINT, BIGINT);
    callSmall("make_date(a, b, c)", "make_date", DATE, BIGINT, BIGINT, BIGINT);
    finish();
  }

  @Test
  public void dateArithmetic() throws SQLException {
    call("a + b", "+", DATE, DATE, INTEGER);
    call("b + a", "+", DATE, DATE, INTEGER);
    call("a - b", "-", DATE, DATE, INTEGER);
    call("a - b", "-", BIGINT, DATE, DATE);
    for (Interval by :
        List.of(
            new Interval(1, 0, 0),
            new Interval(-13, 0, 0),
            new Interval(0, 1, 0),
            new Interval(0, 0, 3_600_000_000L),
            new Interval(25, -40, 90_061_000_001L),
            new Interval(0, 0, -1),
            new Interval(0, 0, -200_000_000_000L))) {
      String written =
          String.format(
              "(to_months(%d) + to_days(%d) + to_microseconds(%d))",
              by.months(), by.days(), by.micros());
      Expression constant = new Constant(by, SqlType.INTERVAL);
      for (SqlType type : List.of(DATE, TIMESTAMP)) {
        callWith("a + " + written, "+", TIMESTAMP, type, a(type), constant);
        callWith("a - " + written, "-", TIMESTAMP, type, a(type), constant);
      }
    }
    finish();
  }

  @Test
  public void datesBetween() throws SQLException {
    for (String part :
        List.of(
            "year",
            "decade",
            "century",
            "millennium",
            "quarter",
            "month",
            "week",
            "day",
            "hour",
            "minute",
            "second",
            "millisecond",
            "microsecond")) {
      for (SqlType type : List.of(DATE, TIMESTAMP)) {
        List<SqlType> types = List.of(type, type);
        check(
            new Call("date_diff", List.of(text(part), a(type), new ColumnValue(1, type)), BIGINT),
            "date_diff('" + part + "', a, b)",
            types,
            true);
      }
    }
    finish();
  }

  @Test
  public void buckets() throws SQLException {
    for (Interval width :
        List.of(
            new Interval(0, 0, 300_000_000),
            new Interval(0, 1, 0),
            new Interval(0, 7, 0),
            new Interval(1, 0, 0),
            new Interval(5, 0, 0),
            new Interval(0, 1, 3_600_000_000L))) {
      String written =
          String.format(
              "(to_months(%d) + to_days(%d) + to_microseconds(%d))",
              width.months(), width.days(), width.micros());
      Expression constant = new Constant(width, SqlType.INTERVAL);
      String sql = "time_bucket(" + written + ", a)";
      callWith(sql, "time_bucket", TIMESTAMP, TIMESTAMP, constant, a(TIMESTAMP));
      if (width.months() > 0) {
        callWith(sql, "time_bucket", DATE, DATE, constant, a(DATE));
      }
    }
    finish();
  }

  @Test
  public void lettersOfAllScripts() throws SQLException {
    for (boolean upper : List.of(false, true)) {
      Map<Integer, String> changed = oracle.changedBy(upper ? "upper" : "lower");
      for (int point = 1; point <= Character.MAX_CODE_POINT; point++) {
        String expected = changed.getOrDefault(point, Character.toString(point));
        int found = upper ? LetterCase.upper(point) : LetterCase.lower(point);
        // Java 17 knows the letters of Unicode 13; DuckDB has those of later scripts, too.
        boolean known = Character.isDefined(expected.codePointAt(0));
        if (known && !expected.equals(Character.toString(found))) {
          differences.add(Character.toString(point) + " in another case");
        }
      }
    }
    finish();
  }
}
