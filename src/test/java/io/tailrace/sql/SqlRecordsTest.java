package io.tailrace.sql;

import static io.tailrace.format.SqlType.BIGINT;
import static io.tailrace.format.SqlType.BOOLEAN;
import static io.tailrace.format.SqlType.DATE;
import static io.tailrace.format.SqlType.DOUBLE;
import static io.tailrace.format.SqlType.HUGEINT;
import static io.tailrace.format.SqlType.INTEGER;
import static io.tailrace.format.SqlType.TIMESTAMP;
import static io.tailrace.format.SqlType.VARCHAR;
import static io.tailrace.sql.SqlUnits.aggregate;
import static io.tailrace.sql.SqlUnits.at;
import static io.tailrace.sql.SqlUnits.call;
import static io.tailrace.sql.SqlUnits.column;
import static io.tailrace.sql.SqlUnits.constant;
import static io.tailrace.sql.SqlUnits.input;
import static io.tailrace.sql.SqlUnits.is;
import static io.tailrace.sql.SqlUnits.key;
import static io.tailrace.sql.SqlUnits.named;
import static io.tailrace.sql.SqlUnits.origin;
import static io.tailrace.sql.SqlUnits.report;
import static io.tailrace.sql.SqlUnits.required;
import static io.tailrace.sql.SqlUnits.where;
import static java.util.Arrays.asList;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.tailrace.format.SqlType;
import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.sql.InputTable.Check;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.sql.SqlReport.Aggregate;
import io.tailrace.sql.SqlReport.Function;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.codehaus.janino.util.ClassFile;
import org.junit.Test;

/** Records that hand-built statements take, and what becomes of them. */
public final class SqlRecordsTest {

  private static final Aggregate RECORDS = aggregate(Function.COUNT_STAR, BIGINT);
  private static final Optional<String> ADDED = Optional.empty();

  private static final Expression SERVER = at(0, VARCHAR);
  private static final Expression SEVERITY = at(1, INTEGER);
  private static final Expression TIME = at(2, BIGINT);

  private static final InputTable SERVER_LOGS =
      input(
          "csv",
          List.of(
              new Check(
                  is(
                      "and",
                      is(">=", SEVERITY, constant(0, INTEGER)),
                      is("<=", SEVERITY, constant(2, INTEGER))),
                  "severity BETWEEN 0 AND 2"),
              new Check(is(">=", TIME, constant(1L, BIGINT)), "\"timestamp\" >= 1")),
          required("serverID", VARCHAR),
          required("severity", INTEGER),
          required("timestamp", BIGINT));

  private static final SqlReport VOLUME =
      new SqlReport(
          "volume",
          Optional.empty(),
          List.of(key(SERVER)),
          List.of(
              where(RECORDS, is("=", SEVERITY, constant(2, INTEGER))),
              aggregate(Function.MAX, BIGINT, TIME),
              aggregate(Function.MIN, BIGINT, TIME),
              RECORDS),
          List.of(
              named("serverID", at(0, VARCHAR)),
              named("last", at(2, BIGINT)),
              named(
                  "span",
                  call(
                      "+",
                      BIGINT,
                      call("-", BIGINT, at(2, BIGINT), at(3, BIGINT)),
                      constant(1L, BIGINT))),
              named("sev2", at(1, BIGINT)),
              named("records", at(4, BIGINT))));

  private static final SqlLog SEV0 =
      new SqlLog(
          "sev0",
          Optional.of(is("=", SEVERITY, constant(0, INTEGER))),
          List.of(named("serverID", SERVER), named("time stamp", TIME)),
          List.of("time stamp", "serverID"));

  private static SqlUnits unit(InputTable input, SqlReport... reports) {
    return new SqlUnits(SqlRecords.of(input, List.of(reports), List.of()), input.columns().size());
  }

  private static SqlUnits unit(InputTable input, SqlLog log) {
    return new SqlUnits(SqlRecords.of(input, List.of(), List.of(log)), input.columns().size());
  }

  /** The values of expressions for a record. */
  private static List<Object> values(
      InputTable input, List<Expression> expressions, Object... record) {
    SqlUnits unit = unit(input, logOf(expressions));
    assertThat(unit.add(record), equalTo(ADDED));
    return row(unit.rows(0).get(0));
  }

  private static SqlLog logOf(List<Expression> expressions) {
    return new SqlLog(
        "log",
        Optional.empty(),
        IntStream.range(0, expressions.size())
            .mapToObj(i -> named("c" + i, expressions.get(i)))
            .toList(),
        List.of());
  }

  private static List<Object> row(GenericRecord record) {
    return IntStream.range(0, record.getSchema().getFields().size())
        .mapToObj(record::get)
        .map(value -> value instanceof Utf8 ? value.toString() : value)
        .collect(java.util.stream.Collectors.toCollection(ArrayList::new));
  }

  @Test
  public void theReportAndTheLogOfServers() {
    SqlRecords records = SqlRecords.of(SERVER_LOGS, List.of(VOLUME), List.of(SEV0));
    SqlUnits unit = new SqlUnits(records, 3);
    assertThat(unit.add("a", 2, 10), equalTo(ADDED));
    assertThat(unit.add("b", 0, 5), equalTo(ADDED));
    assertThat(unit.add("a", 0, 7), equalTo(ADDED));
    assertThat(
        unit.shown(0),
        equalTo(
            Map.of(
                "a", List.<Object>of("a", 10L, 4L, 1L, 2L),
                "b", List.<Object>of("b", 5L, 1L, 0L, 1L))));
    assertThat(
        unit.rows(0).stream().map(SqlRecordsTest::row).toList(),
        equalTo(List.of(List.of("b", 5L), List.of("a", 7L))));

    assertThat(
        records.reports().get(0).columns().stream().map(Column::role).toList(),
        equalTo(
            List.of(
                Column.Role.KEY,
                Column.Role.OTHER,
                Column.Role.OTHER,
                Column.Role.COUNT,
                Column.Role.RECORDS)));
    assertThat(
        records.reports().get(0).measures(),
        equalTo(
            List.of(
                Report.RECORDS,
                new Measure(
                    "COUNT(*) FILTER (WHERE severity = 2)",
                    Measure.Merge.SUM,
                    "COUNT(*) FILTER (WHERE severity = 2)"),
                new Measure("MAX(timestamp)", Measure.Merge.MAX, "MAX(timestamp)"),
                new Measure("MIN(timestamp)", Measure.Merge.MIN, "MIN(timestamp)"))));
    assertThat(records.logs().get(0).sortColumns(), equalTo(List.of("time stamp", "serverID")));
  }

  @Test
  public void reasonsNameTheColumn() {
    SqlUnits unit = unit(SERVER_LOGS, VOLUME);
    assertThat(
        unit.add("a", "abc", 1),
        equalTo(Optional.of("column 'severity': 'abc' is not an INTEGER")));
    assertThat(
        unit.add("a", 1, "99999999999999999999"),
        equalTo(Optional.of("column 'timestamp': '99999999999999999999' is not a BIGINT")));
    assertThat(unit.add(null, 1, 1), equalTo(Optional.of("column 'serverID' is NULL")));
    assertThat(unit.add("a", null, 1), equalTo(Optional.of("column 'severity' is NULL")));
    assertThat(
        unit.add("a", 3, 1), equalTo(Optional.of("CHECK (severity BETWEEN 0 AND 2) is not met")));
    assertThat(unit.add("a", 2, 0), equalTo(Optional.of("CHECK (\"timestamp\" >= 1) is not met")));
    assertThat(unit.add("a"), equalTo(Optional.of("wrong number of fields")));
    assertThat(unit.add("a", "é".repeat(200), 1).orElseThrow().length(), lessThan(130));
    assertThat(unit.shown(0), equalTo(Map.of()));
  }

  @Test
  public void aCheckOfNullIsMet() {
    InputTable input =
        input(
            "csv",
            List.of(new Check(is(">", at(0, INTEGER), constant(0, INTEGER)), "i > 0")),
            column("i", INTEGER));
    SqlUnits unit = unit(input, report("r", Optional.empty(), List.of(), RECORDS));
    assertThat(unit.add((Object) null), equalTo(ADDED));
    assertThat(unit.add(1), equalTo(ADDED));
    assertThat(unit.add(0), equalTo(Optional.of("CHECK (i > 0) is not met")));
    assertThat(unit.shown(0), equalTo(Map.of("", List.<Object>of("", 2L))));
  }

  @Test
  public void anErrorInTheLastReportLeavesAllUntouched() {
    InputTable input = input("csv", List.of(), column("i", INTEGER));
    Expression next = call("+", INTEGER, at(0, INTEGER), constant(1, INTEGER));
    SqlLog log =
        new SqlLog("all", Optional.empty(), List.of(named("i", at(0, INTEGER))), List.of());
    SqlRecords records =
        SqlRecords.of(
            input,
            List.of(
                report("first", Optional.empty(), List.of(), RECORDS),
                report(
                    "second", Optional.empty(), List.of(), aggregate(Function.SUM, HUGEINT, next))),
            List.of(log));
    SqlUnits unit = new SqlUnits(records, 1);
    assertThat(unit.add(1), equalTo(ADDED));
    String reason = unit.add(Integer.MAX_VALUE).orElseThrow();
    assertThat(reason, containsString("report second: "));
    assertThat(reason, containsString("2147483647"));
    assertThat(unit.add(2), equalTo(ADDED));
    assertThat(unit.shown(0).get(""), equalTo(List.of("", 2L)));
    assertThat(unit.shown(1).get(""), equalTo(List.of("", BigInteger.valueOf(5), 2L)));
    assertThat(unit.rows(0).size(), equalTo(2));
  }

  @Test
  public void whatIsNotTakenIsNotEvaluated() {
    InputTable input = input("csv", List.of(), column("i", INTEGER));
    Expression i = at(0, INTEGER);
    Expression overflows = is("=", call("+", INTEGER, i, constant(1, INTEGER)), i);
    Expression isLess = is("<", i, constant(Integer.MAX_VALUE, INTEGER));
    Expression isLeast = is(">=", i, constant(Integer.MAX_VALUE, INTEGER));
    List<Expression> lazy =
        List.of(
            is("and", isLess, overflows),
            is("or", isLeast, overflows),
            new Expression.Conditional(
                List.of(new Expression.Branch(isLess, overflows)),
                constant(true, BOOLEAN),
                BOOLEAN),
            is("coalesce", isLess, overflows));
    assertThat(values(input, lazy, Integer.MAX_VALUE), equalTo(List.of(false, true, true, false)));
    SqlUnits filtered =
        unit(
            input,
            report(
                "r",
                Optional.of(isLess),
                List.of(key(overflows)),
                where(aggregate(Function.MAX, INTEGER, i), is("and", isLess, overflows))));
    assertThat(filtered.add(Integer.MAX_VALUE), equalTo(ADDED));
    assertThat(filtered.shown(0), equalTo(Map.of()));
  }

  /** As in DuckDB: NULL on the left decides a comparison or a function, but not IN. */
  @Test
  public void whatIsBehindNullIsNotEvaluated() {
    InputTable input = input("csv", List.of(), column("i", INTEGER));
    Expression i = at(0, INTEGER);
    Expression next = call("+", INTEGER, i, constant(1, INTEGER));
    Expression none = constant(null, INTEGER);
    Expression nullif = call("nullif", INTEGER, none, i);
    Expression isNull = is("=", none, i);
    Expression isThree = is("=", next, constant(3, INTEGER));
    List<Expression> passing = new ArrayList<>();
    List<Expression> failing = new ArrayList<>();
    for (String comparison : List.of("=", "<>", "<", "<=", ">", ">=")) {
      passing.add(is(comparison, none, next));
      passing.add(is(comparison, nullif, next));
      failing.add(is(comparison, next, none));
      failing.add(is(comparison, next, nullif));
    }
    passing.add(is("=", call("+", INTEGER, nullif, next), i));
    failing.add(is("=", call("+", INTEGER, next, nullif), i));
    for (Expression nothing :
        List.of(
            isNull,
            is("not", isNull),
            is("and", isNull, isNull),
            is("or", is("=", i, none), isNull),
            is("coalesce", isNull, isNull),
            is("in", i, none, none),
            is("in", none, i, constant(3, INTEGER)),
            new Expression.Conditional(
                List.of(new Expression.Branch(is("=", i, i), isNull)), isNull, BOOLEAN),
            new Expression.Conditional(
                List.of(new Expression.Branch(constant(false, BOOLEAN), is("=", i, i))),
                isNull,
                BOOLEAN))) {
      passing.add(is("=", nothing, isThree));
      failing.add(is("=", isThree, nothing));
    }
    failing.add(is("is_distinct_from", none, next));
    for (List<Expression> items :
        List.of(
            List.of(none), List.of(none, constant(4, INTEGER)), List.of(at(0, INTEGER), none))) {
      failing.add(in(next, items));
    }
    failing.add(in(none, List.of(constant(4, INTEGER), next)));
    failing.add(in(i, List.of(i, next)));
    for (Expression expression : passing) {
      assertThat(expression.toString(), added(input, expression), equalTo(ADDED));
    }
    for (Expression expression : failing) {
      assertThat(expression.toString(), added(input, expression), not(equalTo(ADDED)));
    }
  }

  private static Optional<String> added(InputTable input, Expression condition) {
    SqlUnits filtered = unit(input, report("r", Optional.of(condition), List.of(), RECORDS));
    SqlUnits shown = unit(input, report("r", Optional.empty(), List.of(key(condition)), RECORDS));
    Optional<String> added = filtered.add(Integer.MAX_VALUE);
    assertThat(
        condition.toString(),
        shown.add(Integer.MAX_VALUE).equals(ADDED),
        equalTo(added.equals(ADDED)));
    return added;
  }

  private static Expression in(Expression value, List<Expression> items) {
    List<Expression> arguments = new ArrayList<>(List.of(value));
    arguments.addAll(items);
    return is("in", arguments.toArray(Expression[]::new));
  }

  @Test
  public void threeValuedLogic() {
    InputTable input = input("csv", List.of(), column("a", BOOLEAN), column("b", BOOLEAN));
    Expression a = at(0, BOOLEAN);
    Expression b = at(1, BOOLEAN);
    List<Expression> all =
        List.of(
            is("and", a, b),
            is("or", a, b),
            is("not", a),
            is("is_null", a),
            is("is_not_null", a),
            is("is_distinct_from", a, b),
            is("is_not_distinct_from", a, b),
            is("coalesce", a, b),
            is("in", a, b, constant(null, BOOLEAN)),
            is("nullif", a, b),
            new Expression.Conditional(
                List.of(new Expression.Branch(is("and", a, b), constant("both", VARCHAR))),
                constant(null, VARCHAR),
                VARCHAR));
    List<Boolean> values = asList(true, false, null);
    for (Boolean x : values) {
      for (Boolean y : values) {
        Boolean and =
            Boolean.FALSE.equals(x) || Boolean.FALSE.equals(y)
                ? Boolean.FALSE
                : x == null || y == null ? null : Boolean.TRUE;
        Boolean or =
            Boolean.TRUE.equals(x) || Boolean.TRUE.equals(y)
                ? Boolean.TRUE
                : x == null || y == null ? null : Boolean.FALSE;
        assertThat(
            x + " and " + y,
            values(input, all, x, y),
            equalTo(
                asList(
                    and,
                    or,
                    x == null ? null : !x,
                    x == null,
                    x != null,
                    x != y,
                    x == y,
                    x == null ? y : x,
                    x != null && x == y ? true : null,
                    x == y ? null : x,
                    Boolean.TRUE.equals(and) ? "both" : null)));
      }
    }
  }

  @Test
  public void whatCannotBeCastIsNullIfItIsTried() {
    InputTable input = input("csv", List.of(), column("t", VARCHAR));
    List<Expression> tried = List.of(new Expression.Cast(at(0, VARCHAR), INTEGER, true));
    assertThat(values(input, tried, "12"), equalTo(List.of(12)));
    assertThat(values(input, tried, "x"), equalTo(asList((Object) null)));
    assertThat(values(input, tried, (Object) null), equalTo(asList((Object) null)));
  }

  @Test
  public void keysOfAllTypesComeBack() {
    SqlType small = SqlType.decimal(9, 2);
    SqlType wide = SqlType.decimal(38, 3);
    List<SqlType> types =
        List.of(VARCHAR, BOOLEAN, INTEGER, BIGINT, HUGEINT, small, wide, DOUBLE, DATE, TIMESTAMP);
    InputTable.InputColumn[] columns =
        IntStream.range(0, types.size())
            .mapToObj(i -> column("c" + i, types.get(i)))
            .toArray(InputTable.InputColumn[]::new);
    SqlUnits unit =
        unit(
            input("csv", List.of(), columns),
            report(
                "r",
                Optional.empty(),
                IntStream.range(0, types.size()).mapToObj(i -> key(at(i, types.get(i)))).toList(),
                RECORDS));
    Object[] nulls = new Object[types.size()];
    unit.add(
        "x\u001fy\u001bn\u001b",
        true,
        -5,
        Long.MIN_VALUE,
        "170141183460469231731687303715884105727",
        "-1.25",
        "12345678901234567890.123",
        "-0.0",
        "1969-12-31",
        "1969-12-31 23:59:59.999999");
    unit.add("\u001bn", false, 0, 0, 0, "0", "0", "nan", "2024-02-29", "2024-02-29 12:00:00");
    unit.add(nulls);
    unit.add("", true, 1, 1, 1, "1", "1", "-1.5", "2024-02-29", "2024-02-29 12:00:00");
    List<List<Object>> shown =
        unit.shown(0).values().stream().map(row -> row.subList(1, row.size())).toList();
    assertThat(
        shown.get(0),
        equalTo(
            List.of(
                "x\u001fy\u001bn\u001b",
                true,
                -5,
                Long.MIN_VALUE,
                new BigInteger("170141183460469231731687303715884105727"),
                new BigDecimal("-1.25"),
                new BigDecimal("12345678901234567890.123"),
                0.0,
                LocalDate.of(1969, 12, 31),
                LocalDateTime.of(1969, 12, 31, 23, 59, 59, 999_999_000),
                1L)));
    assertThat(shown.get(1).get(0), equalTo("\u001bn"));
    assertThat(shown.get(1).get(7), equalTo(Double.NaN));
    assertThat(shown.get(2), equalTo(Stream.concat(Stream.of(nulls), Stream.of(1L)).toList()));
    assertThat(shown.get(3).get(0), equalTo(""));
    assertThat(shown.get(3).get(7), equalTo(-1.5));
  }

  @Test
  public void keysThatAreShownAreThePrimaryKey() {
    InputTable input =
        input("csv", List.of(), required("a", VARCHAR), required("b", INTEGER), column("c", DATE));
    Report report =
        unit(
                input,
                new SqlReport(
                    "r",
                    Optional.empty(),
                    List.of(key(at(0, VARCHAR)), key(at(1, INTEGER))),
                    List.of(RECORDS),
                    List.of(
                        named("n", at(2, BIGINT)),
                        named("b", at(1, INTEGER)),
                        named("a", at(0, VARCHAR)))))
            .records
            .reports()
            .get(0);
    assertThat(report.keyColumns(), equalTo("b, a"));
    assertThat(report.recordsColumn(), equalTo("n"));
    Report hidden =
        unit(input, report("r", Optional.empty(), List.of(key(at(0, VARCHAR)), key(at(2, DATE)))))
            .records
            .reports()
            .get(0);
    assertThat(
        hidden.columns().stream().map(Column::name).toList(),
        equalTo(List.of("_key", "k0", "k1", "_records")));
  }

  @Test
  public void aggregatesShareWhatIsKept() {
    InputTable input =
        input("csv", List.of(), column("n", INTEGER), required("m", SqlType.decimal(9, 2)));
    Expression n = at(0, INTEGER);
    Expression m = at(1, SqlType.decimal(9, 2));
    Expression isLarge = is(">", n, constant(5, INTEGER));
    List<Measure> measures =
        unit(
                input,
                report(
                    "r",
                    Optional.empty(),
                    List.of(),
                    aggregate(Function.AVG, DOUBLE, n),
                    aggregate(Function.SUM, HUGEINT, n),
                    aggregate(Function.COUNT, BIGINT, n),
                    aggregate(Function.MAX, INTEGER, n),
                    where(aggregate(Function.AVG, DOUBLE, m), isLarge),
                    where(RECORDS, isLarge),
                    aggregate(Function.SUM, SqlType.decimal(38, 2), m),
                    aggregate(Function.COUNT, BIGINT, m)))
            .records
            .reports()
            .get(0)
            .measures();
    assertThat(
        measures.stream().map(Measure::name).toList(),
        equalTo(
            List.of(
                "records",
                "SUM(n)",
                "COUNT(n)",
                "MAX(n)",
                "SUM(CAST(m AS DECIMAL(9,2))) FILTER (WHERE n > 5)",
                "COUNT(*) FILTER (WHERE n > 5)",
                "SUM(CAST(m AS DECIMAL(9,2)))")));
  }

  @Test
  public void aPatternIsReadOnce() {
    InputTable input = input("csv", List.of(), column("t", VARCHAR), column("p", VARCHAR));
    List<Expression> like =
        List.of(
            is("~~", at(0, VARCHAR), constant("a%c", VARCHAR)),
            is("!~~", at(0, VARCHAR), at(1, VARCHAR)),
            call("concat", VARCHAR, at(0, VARCHAR), at(1, VARCHAR), constant("!", VARCHAR)));
    assertThat(values(input, like, "abc", "a_c"), equalTo(List.of(true, false, "abca_c!")));
    assertThat(values(input, like, null, "b"), equalTo(asList(null, null, "b!")));
  }

  @Test
  public void constantsAndCountsOfAllRecordsMoreThanOnce() {
    InputTable input = input("csv", List.of(), column("i", INTEGER));
    List<SqlType> types =
        List.of(VARCHAR, BOOLEAN, INTEGER, HUGEINT, DOUBLE, SqlType.decimal(24, 3));
    List<SqlReport.Key> nulls = types.stream().map(type -> key(constant(null, type))).toList();
    SqlUnits unit =
        unit(
            input,
            report(
                "r",
                Optional.empty(),
                nulls,
                RECORDS,
                aggregate(Function.COUNT, BIGINT, constant("x", VARCHAR)),
                aggregate(Function.MAX, VARCHAR, constant(null, VARCHAR)),
                aggregate(Function.SUM, HUGEINT, constant(null, HUGEINT)),
                aggregate(Function.SUM, HUGEINT, constant(2, INTEGER)),
                // Not NULL, which is not known before there is code.
                aggregate(
                    Function.SUM,
                    HUGEINT,
                    call("greatest", INTEGER, constant(4, INTEGER), at(0, INTEGER)))));
    assertThat(unit.add((Object) null), equalTo(ADDED));
    List<Object> row = unit.shown(0).values().iterator().next();
    assertThat(row.subList(1, 7), equalTo(Collections.nCopies(6, null)));
    assertThat(
        row.subList(7, 13),
        equalTo(asList(1L, 1L, null, null, BigInteger.TWO, BigInteger.valueOf(4))));
  }

  @Test
  public void aColumnWithoutAValueIsNamed() {
    InputTable input = input("csv", List.of(), required("k", VARCHAR), required("b", BIGINT));
    Expression largest = at(2, BIGINT);
    SqlUnits unit =
        unit(
            input,
            new SqlReport(
                "r",
                Optional.empty(),
                List.of(key(at(0, VARCHAR)), key(at(1, BIGINT))),
                List.of(aggregate(Function.MAX, BIGINT, at(1, BIGINT))),
                List.of(
                    named("k", at(0, VARCHAR)),
                    named("b", at(1, BIGINT)),
                    named("next", call("+", BIGINT, largest, constant(1L, BIGINT))))));
    unit.add("x", Long.MAX_VALUE);
    UsageException problem = assertThrows(UsageException.class, () -> unit.shown(0));
    assertThat(
        problem.getMessage(),
        startsWith("report r: column next has no value for the key [x, 9223372036854775807]: "));
  }

  @Test
  public void whatIsNotDeclaredIsReadOnlyIfItIsNeeded() {
    InputTable input =
        input(
            "csv",
            List.of(),
            column("i", INTEGER),
            origin("_file", VARCHAR, Origin.FILE),
            origin("_rescued", VARCHAR, Origin.RESCUED));
    SqlRecords without =
        SqlRecords.of(input, List.of(report("r", Optional.empty(), List.of(), RECORDS)), List.of());
    assertThat(without.fields(), equalTo(input.columns().subList(0, 1)));
    SqlRecords with = SqlRecords.of(input, List.of(), List.of(logOf(List.of(at(2, VARCHAR)))));
    assertThat(with.fields(), equalTo(List.of(input.columns().get(0), input.columns().get(2))));
    SqlUnits unit = new SqlUnits(with, 2);
    assertThat(unit.add(1, "[7]"), equalTo(ADDED));
    assertThat(row(unit.rows(0).get(0)), equalTo(List.of("[7]")));
  }

  @Test
  public void fieldsOfJsonAreCastAsDuckDbDoes() {
    InputTable input =
        input(
            "json",
            List.of(),
            column("i", INTEGER),
            column("d", DOUBLE),
            column("b", BOOLEAN),
            column("t", VARCHAR));
    List<Expression> all = List.of(at(0, INTEGER), at(1, DOUBLE), at(2, BOOLEAN), at(3, VARCHAR));
    assertThat(
        values(input, all, "n:12", "n:1.5e3", "n:5", "n:1.50"),
        equalTo(List.of(12, 1500.0, true, "1.5")));
    assertThat(
        values(input, all, "n:2.5", "n:2", "true", "{\"a\":1}"),
        equalTo(List.of(2, 2.0, true, "{\"a\":1}")));
    assertThat(
        values(input, all, "t:true", "t:false", null, "t:true"),
        equalTo(asList(1, 0.0, null, "true")));
    SqlUnits unit = unit(input, report("r", Optional.empty(), List.of(), RECORDS));
    assertThat(
        unit.add("{}", "n:1", "t:true", "x"),
        equalTo(Optional.of("column 'i': '{}' is not an INTEGER")));
  }

  @Test
  public void whereRecordsComeFrom() {
    InputTable input =
        input(
            "csv",
            List.of(),
            origin("_file", VARCHAR, Origin.FILE),
            column("i", INTEGER),
            origin("_offset", BIGINT, Origin.OFFSET),
            origin("_modified", TIMESTAMP, Origin.MODIFIED));
    SqlLog log =
        new SqlLog(
            "log",
            Optional.empty(),
            List.of(
                named("f", at(0, VARCHAR)),
                named("i", at(1, INTEGER)),
                named("o", at(2, BIGINT)),
                named("m", at(3, TIMESTAMP))),
            List.of());
    SqlUnits unit = new SqlUnits(SqlRecords.of(input, List.of(), List.of(log)), 1);
    unit.add(7);
    unit.add(42);
    assertThat(
        unit.rows(0).stream().map(SqlRecordsTest::row).toList(),
        equalTo(
            List.of(List.of("f.csv", 7, 0L, 1_000_000L), List.of("f.csv", 42, 2L, 1_000_000L))));
  }

  @Test
  public void whatIsNotSupportedIsNamed() {
    UnsupportedFunctionException problem =
        assertThrows(
            UnsupportedFunctionException.class,
            () ->
                unit(
                    SERVER_LOGS,
                    report("r", Optional.of(is("frobnicate", SERVER, TIME)), List.of(), RECORDS)));
    assertThat(problem.function(), equalTo("frobnicate"));
    assertThat(problem.types(), equalTo(List.of(VARCHAR, BIGINT)));
    assertThrows(
        UnsupportedFunctionException.class,
        () ->
            unit(
                SERVER_LOGS,
                report(
                    "r", Optional.empty(), List.of(), aggregate(Function.SUM, HUGEINT, SERVER))));
  }

  @Test
  public void itTravelsAndIsTheSame() throws Exception {
    SqlRecords records = SqlRecords.of(SERVER_LOGS, List.of(VOLUME), List.of(SEV0));
    new SqlUnits(records, 3).add("a", 1, 1);
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(records);
    }
    SqlRecords there;
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      there = (SqlRecords) in.readObject();
    }
    SqlUnits unit = new SqlUnits(there, 3);
    unit.add("a", 2, 3);
    assertThat(unit.shown(0).get("a"), equalTo(List.of("a", 3L, 1L, 1L, 1L)));
    assertThat(there.logs(), equalTo(records.logs()));
  }

  @Test
  public void veryLongExpressionsAndManyOfThem() throws Exception {
    InputTable input = input("csv", List.of(), column("i", INTEGER));
    Expression i = at(0, INTEGER);
    Expression sum = i;
    for (int n = 0; n < 300; n++) {
      sum = call("+", INTEGER, sum, constant(n % 2, INTEGER));
    }
    List<Expression> log =
        List.of(
            is("or", comparisons(i, 3_000)),
            is("in", i, constant(5, INTEGER), call("+", INTEGER, i, constant(1, INTEGER))),
            sum,
            new Expression.Conditional(
                Stream.of(comparisons(i, 1_000))
                    .map(
                        comparison ->
                            new Expression.Branch(
                                comparison, new Expression.Cast(sumOf(i), VARCHAR, false)))
                    .toList(),
                constant(null, VARCHAR),
                VARCHAR));
    assertThat(values(input, log, 999), equalTo(List.of(true, false, 1_149, "1998")));
    assertThat(values(input, log, 3_000), equalTo(asList(false, false, 3_150, null)));
    assertNoMethodIsTooLong(input, List.of(), List.of(logOf(log)));

    Aggregate[] many =
        IntStream.range(0, 300)
            .mapToObj(
                n ->
                    where(
                        aggregate(
                            Function.SUM, HUGEINT, call("+", INTEGER, i, constant(n, INTEGER))),
                        is(">=", i, constant(n, INTEGER))))
            .toArray(Aggregate[]::new);
    SqlReport report = report("r", Optional.empty(), List.of(key(i)), many);
    SqlUnits unit = unit(input, report);
    unit.add(150);
    List<Object> row = unit.shown(0).get("150");
    assertThat(row.get(2 + 150), equalTo(BigInteger.valueOf(300)));
    assertThat(row.get(2 + 151) == null, equalTo(true));
    assertNoMethodIsTooLong(input, List.of(report), List.of());

    Expression[] likeNothing = {at(0, INTEGER), constant(7, INTEGER)};
    Expression[] nested = likeNothing;
    for (int n = 0; n < 6; n++) {
      nested = new Expression[] {call("greatest", INTEGER, nested), call("least", INTEGER, nested)};
    }
    assertNoMethodIsTooLong(input, List.of(), List.of(logOf(List.of(nested))));
  }

  private static Expression sumOf(Expression value) {
    return call("+", INTEGER, value, value);
  }

  private static Expression[] comparisons(Expression value, int constants) {
    return IntStream.range(0, constants)
        .mapToObj(n -> is("=", value, constant(n, INTEGER)))
        .toArray(Expression[]::new);
  }

  /** The just-in-time compiler leaves methods of more than 8000 bytes alone. */
  private static void assertNoMethodIsTooLong(
      InputTable input, List<SqlReport> reports, List<SqlLog> logs) throws Exception {
    RecordsPlan plan =
        new RecordsPlan(
            input.columns(),
            input.checks(),
            RecordsPlan.Values.TEXTS,
            reports.stream()
                .map(report -> new SqlReportShape(report, input, Map.of()).plan())
                .toList(),
            logs.stream().map(LogPlan::of).toList());
    byte[] bytes = RecordsCode.of(plan).compiled(CompiledRecords.class).bytes();
    for (ClassFile.MethodInfo method : new ClassFile(new ByteArrayInputStream(bytes)).methodInfos) {
      for (ClassFile.AttributeInfo attribute : method.getAttributes()) {
        if (attribute instanceof ClassFile.CodeAttribute code
            && !method.getName().equals("<init>")) {
          assertThat(method.getName(), code.code.length, lessThan(7_000));
        }
      }
    }
  }
}
