package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.equalTo;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.nio.ByteBuffer;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.IntStream;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.junit.Test;

/** Reports over random records, cut into units that are merged in any order, are DuckDB's. */
public final class SqlAggregatesTest {

  private static final List<String> TYPES =
      List.of(
          "VARCHAR",
          "INTEGER",
          "BIGINT",
          "DOUBLE",
          "DECIMAL(10,2)",
          "DECIMAL(30,5)",
          "VARCHAR",
          "DATE",
          "TIMESTAMP",
          "BOOLEAN",
          "DOUBLE");

  private static final String COLUMNS =
      "k VARCHAR, n INTEGER NOT NULL, b BIGINT, d DOUBLE, m DECIMAL(10,2), w DECIMAL(30,5),"
          + " t VARCHAR, day DATE, ts TIMESTAMP, f BOOLEAN, x DOUBLE";

  /** What is selected; the last of ties is what DuckDB leaves open. */
  private static final List<String> SELECTED =
      List.of(
          "COUNT(*)",
          "COUNT(t)",
          "COUNT(*) FILTER (WHERE n > 0)",
          "COUNT(b) FILTER (WHERE n > 0)",
          "COUNT(greatest(n, 0))",
          "SUM(n)",
          "SUM(b)",
          "SUM(b) FILTER (WHERE f)",
          "SUM(b::HUGEINT)",
          "SUM(d)",
          "SUM(m)",
          "SUM(w)",
          "AVG(n)",
          "AVG(b)",
          "AVG(d) FILTER (WHERE n > 2)",
          "AVG(m)",
          "AVG(w)",
          "MIN(n)",
          "MAX(n)",
          "MIN(b)",
          "MAX(b)",
          "MIN(x)",
          "MAX(x)",
          "MIN(m)",
          "MAX(m) FILTER (WHERE t IS NOT NULL)",
          "MIN(w)",
          "MAX(w)",
          "MIN(b::HUGEINT)",
          "MAX(b::HUGEINT)",
          "MIN(t)",
          "MAX(t)",
          "MIN(day)",
          "MAX(day)",
          "MIN(ts)",
          "MAX(ts)",
          "MIN(f)",
          "BOOL_AND(f)",
          "BOOL_OR(f) FILTER (WHERE n > 2)",
          "STDDEV(d)",
          "STDDEV_POP(n)",
          "VARIANCE(m)",
          "VAR_POP(d) FILTER (WHERE f)",
          "ARG_MIN(t, n)",
          "ARG_MAX(t, b)",
          "ARG_MAX(b, t)",
          "ARG_MIN(d, x) FILTER (WHERE n < 5)",
          "ARG_MAX(w, ts)",
          "ARG_MAX(day, w)",
          "ARG_MIN(x, day)",
          "COUNT(DISTINCT n)",
          "COUNT(DISTINCT b)",
          "COUNT(DISTINCT x)",
          "COUNT(DISTINCT m)",
          "COUNT(DISTINCT w)",
          "COUNT(DISTINCT t)",
          "COUNT(DISTINCT t) FILTER (WHERE n > 0)",
          "COUNT(DISTINCT day)",
          "COUNT(DISTINCT ts)",
          "COUNT(DISTINCT f)",
          "COUNT(DISTINCT b::HUGEINT)",
          "COUNT(DISTINCT upper(t)) / COUNT(*)",
          "approx_count_distinct(n)",
          "approx_count_distinct(b)",
          "approx_count_distinct(x)",
          "approx_count_distinct(w) FILTER (WHERE f)",
          "approx_count_distinct(t)",
          "approx_count_distinct(day)",
          "approx_quantile(n, 0.5)",
          "approx_quantile(n, 0)",
          "approx_quantile(n, 1)",
          "approx_quantile(b, 0.9) FILTER (WHERE n > 0)",
          "approx_quantile(x, 0.1)",
          "approx_quantile(d, 0.25)",
          "approx_quantile(m, 0.75)",
          "approx_quantile(day, 0.5)",
          "approx_quantile(ts, 0.3)",
          "approx_quantile(n, 0.9) - approx_quantile(n, 0.1)",
          "SUM(n) / COUNT(*)",
          "COALESCE(MAX(b), -1) // (COUNT(b) + 1)",
          "CASE WHEN SUM(m) > 0 THEN upper(MAX(t)) ELSE 'none' END",
          "MAX(n) - MIN(n) > 3 AND MAX(f)",
          "MIN(m) + MAX(m)",
          "date_trunc('hour', MAX(ts))");

  private final Random random = new Random(21);

  @Test
  public void oneKeyThatCanBeNull() throws Exception {
    check("k", List.of("k"), 400);
  }

  @Test
  public void manyKeysOfAllTypes() throws Exception {
    List<String> keys = List.of("k", "n", "d", "m", "w", "day", "ts", "f", "x", "b::HUGEINT");
    check(String.join(", ", keys), keys, 300);
  }

  @Test
  public void noKey() throws Exception {
    check("", List.of(), 200);
  }

  @Test
  public void computedKeysAndAFilter() throws Exception {
    List<String> keys = List.of("date_trunc('month', ts)", "COALESCE(lower(t), '?')", "n % 3");
    check(String.join(", ", keys), keys, 400);
  }

  private void check(String groups, List<String> keys, int records) throws Exception {
    List<String> selected = new ArrayList<>(keys);
    selected.addAll(SELECTED);
    String items =
        String.join(
            ", ",
            IntStream.range(0, selected.size())
                .mapToObj(i -> selected.get(i) + " AS c" + i)
                .toList());
    String from = " FROM input WHERE n <> 7" + (groups.isEmpty() ? "" : " GROUP BY " + groups);
    SqlProgram program =
        SqlPrograms.of(
            "r.sql",
            String.format(
                "CREATE EXTERNAL TABLE input (%s) TYPE csv;%n"
                    + "CREATE MATERIALIZED VIEW r AS SELECT %s%s;",
                COLUMNS, items, from));
    SqlRecords sql = SqlRecords.of(program.input(), program.reports(), program.logs());
    List<Object[]> rows = IntStream.range(0, records).mapToObj(i -> record()).toList();

    List<List<Object>> expectedRows = duckDb(oracle(items) + from, rows);
    List<List<Object>> actualRows = shown(sql, rows);
    assertThat(actualRows.size(), equalTo(expectedRows.size()));
    Map<List<Object>, List<Object>> expected = byKey(expectedRows, keys.size());
    Map<List<Object>, List<Object>> actual = byKey(actualRows, keys.size());
    assertThat(actual.keySet(), equalTo(expected.keySet()));
    expected.forEach(
        (key, row) -> {
          for (int i = 0; i < row.size(); i++) {
            String of = selected.get(i) + " of " + key;
            Object value = actual.get(key).get(i);
            if (row.get(i) instanceof Double d && Double.isFinite(d) && value instanceof Double v) {
              assertThat(of, v, closeTo(d, 1e-9 * Math.max(1e-3, Math.abs(d))));
            } else {
              assertThat(of, value, equalTo(row.get(i)));
            }
          }
        });
  }

  /**
   * The least or greatest pair, so that among equals the rule is ours; and what sketches of few
   * values are, exactly.
   */
  private static String oracle(String items) {
    return "SELECT "
        + items
            .replaceAll("approx_count_distinct\\(", "COUNT(DISTINCT ")
            .replaceAll(
                "approx_quantile\\(x, (.*?)\\)", "quantile_disc(x, $1) FILTER (WHERE isfinite(x))")
            .replaceAll("approx_quantile", "quantile_disc")
            .replaceAll(
                "ARG_MIN\\((\\w+), (\\w+)\\) FILTER \\(WHERE (.*?)\\)",
                "(MIN({'c': $2, 'v': $1}) FILTER (WHERE $1 IS NOT NULL AND $2 IS NOT NULL AND $3)).v")
            .replaceAll(
                "ARG_(MIN|MAX)\\((\\w+), (\\w+)\\)",
                "($1({'c': $3, 'v': $2}) FILTER (WHERE $2 IS NOT NULL AND $3 IS NOT NULL)).v");
  }

  private static Map<List<Object>, List<Object>> byKey(List<List<Object>> rows, int keys) {
    Map<List<Object>, List<Object>> byKey = new HashMap<>();
    rows.forEach(row -> byKey.put(row.subList(0, keys), row));
    return byKey;
  }

  private List<List<Object>> shown(SqlRecords sql, List<Object[]> rows) throws Exception {
    Report report = sql.reports().get(0);
    List<byte[]> units = new ArrayList<>();
    for (int from = 0; from < rows.size(); ) {
      int to = Math.min(rows.size(), from + 1 + random.nextInt(60));
      SqlUnits unit = new SqlUnits(sql, TYPES.size());
      for (Object[] row : rows.subList(from, to)) {
        assertThat(unit.add(row), equalTo(Optional.empty()));
      }
      units.add(unit.tables.get(0).toBytes());
      from = to;
    }
    Collections.shuffle(units, random);
    ReportTable total = report.newTable();
    for (byte[] unit : units) {
      if (random.nextBoolean()) {
        total.mergeFrom(ByteBuffer.wrap(unit));
      } else {
        total.merge(ReportTable.readFrom(ByteBuffer.wrap(unit)));
      }
    }
    List<List<Object>> shown = new ArrayList<>();
    for (int row = 0; row < total.size(); row++) {
      List<Object> values = new ArrayList<>();
      for (Column column : report.shownColumns()) {
        values.add(plain(column.value().of(report.row(total, row))));
      }
      shown.add(values);
    }
    return shown;
  }

  @Test
  public void aSumThatDoesNotFitIsAnErrorOfItsRow() {
    String sql =
        "CREATE EXTERNAL TABLE input (k VARCHAR, w DECIMAL(38,0)) TYPE csv;\n"
            + "CREATE MATERIALIZED VIEW sums AS SELECT k, SUM(w) AS total, AVG(w) AS mean,"
            + " SUM(w) / 2 AS half FROM input GROUP BY k;";
    SqlProgram program = SqlPrograms.of("FILE.sql", sql);
    SqlRecords records = SqlRecords.of(program.input(), program.reports(), program.logs());
    SqlUnits unit = new SqlUnits(records, 2);
    String half = "5".repeat(38);
    String most = "9".repeat(38);
    for (String value : List.of(half, half, most)) {
      unit.add(value.equals(most) ? "b" : "a", value);
    }
    unit.add("b", most);
    Report report = records.reports().get(0);
    for (Column column : report.shownColumns().subList(1, 4)) {
      assertThat(
          assertThrows(
                  UsageException.class, () -> column.value().of(report.row(unit.tables.get(0), 1)))
              .getMessage(),
          equalTo(
              String.format(
                  "report sums: column %s has no value for the key [b]: the sum has more than 128"
                      + " bits",
                  column.name())));
    }
    Column total = report.shownColumns().get(1);
    assertThat(
        assertThrows(
                UsageException.class, () -> total.value().of(report.row(unit.tables.get(0), 0)))
            .getMessage(),
        equalTo(
            "report sums: column total has no value for the key [a]: the sum has more than 38"
                + " digits"));
  }

  private static List<List<Object>> duckDb(String select, List<Object[]> rows) throws Exception {
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement()) {
      String texts =
          String.join(
              ", ", IntStream.range(0, TYPES.size()).mapToObj(i -> "c" + i + " VARCHAR").toList());
      statement.execute("CREATE TABLE texts (" + texts + ")");
      try (DuckDBAppender appender =
          connection.unwrap(DuckDBConnection.class).createAppender("main", "texts")) {
        for (Object[] row : rows) {
          appender.beginRow();
          for (Object field : row) {
            appender.append((String) field);
          }
          appender.endRow();
        }
      }
      statement.execute("CREATE TABLE input (" + COLUMNS + ")");
      statement.execute("INSERT INTO input SELECT * FROM texts");
      List<List<Object>> result = new ArrayList<>();
      try (ResultSet set = statement.executeQuery(select)) {
        while (set.next()) {
          List<Object> values = new ArrayList<>();
          for (int i = 1; i <= set.getMetaData().getColumnCount(); i++) {
            boolean isTimestamp = set.getMetaData().getColumnTypeName(i).equals("TIMESTAMP");
            values.add(
                plain(isTimestamp ? set.getObject(i, LocalDateTime.class) : set.getObject(i)));
          }
          result.add(values);
        }
      }
      return result;
    }
  }

  /** A value in which -0.0, which is equal to 0.0 for SQL, is equal for Java, too. */
  private static Object plain(Object value) {
    return value instanceof Double d ? (Object) (d + 0.0) : value;
  }

  private Object[] record() {
    Object[] record = {
      oneOf("a", "b", "", "a\u001fb", "\u001bn", "ü"),
      String.valueOf(random.nextInt(12) - 3),
      oneOf("0", "7", "-7", Long.toString(Long.MAX_VALUE), Long.toString(Long.MIN_VALUE)),
      oneOf("0", "1.5", "-2.25", "1e3", Double.toString(random.nextGaussian())),
      oneOf("0", "0.01", "-1.10", "99999999.99"),
      oneOf("0", "-0.00001", "1234567890123456789012345.12345", "3.5"),
      oneOf("", "x", "X", "y\u0000z", "y\u0000", "y", "\uD83D\uDE00", "é", "\uFFFD"),
      oneOf("1969-12-31", "2024-02-29", "0001-01-01", "2024-03-01"),
      oneOf("1969-12-31 23:59:59.999999", "2024-02-29 12:34:56.789", "2024-02-29 12:00:00"),
      oneOf("true", "false"),
      oneOf("nan", "inf", "-inf", "-0.0", "0.0", "1e308", "-1e308", "5e-324")
    };
    return record;
  }

  private String oneOf(String... values) {
    int value = random.nextInt(values.length + 1);
    return value == values.length ? null : values[value];
  }
}
