package io.tailrace.query;

import static org.junit.Assert.assertEquals;

import io.tailrace.pipelines.Pipelines;
import io.tailrace.query.ResultPrinter.Format;
import io.tailrace.report.Column;
import io.tailrace.report.FirstRows;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.report.Report;
import io.tailrace.report.ReportDatabase;
import io.tailrace.report.ReportTable;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.TimeZone;
import org.junit.Test;

/** How rows look. */
public final class ResultPrinterTest {

  private static final Report STATUS_COUNTS = Pipelines.ACCESS_LOG.reports().get(0);
  private static final Report EVENTS_BY_HOST = Pipelines.GAME_EVENTS.reports().get(1);

  /** As in the lines about alerts and in the entries of Redis. */
  @Test
  public void aTimeIsThatOfUtcWithItsSeconds() throws SQLException {
    String sql = "SELECT '2026-03-02 07:05:00+01'::TIMESTAMPTZ AS windowEnd";
    assertEquals(List.of("windowEnd", "2026-03-02T06:05:00Z"), print(sql, Format.csv));
    assertEquals(List.of("{\"windowEnd\":\"2026-03-02T06:05:00Z\"}"), print(sql, Format.json));
    assertEquals("| 2026-03-02T06:05:00Z |", print(sql, Format.table).get(3));
  }

  @Test
  public void integersOfAnyWidthAreNumbers() throws SQLException {
    String sql = "SELECT 18446744073709551617::HUGEINT AS huge, 7::UBIGINT AS a";
    assertEquals(List.of("huge,a", "18446744073709551617,7"), print(sql, Format.csv));
    assertEquals(List.of("{\"huge\":18446744073709551617,\"a\":7}"), print(sql, Format.json));
    String table = "SELECT * FROM (VALUES (5::HUGEINT, 7::UBIGINT)) AS v(huge, also)";
    assertEquals("|    5 |    7 |", print(table, Format.table).get(3));
  }

  @Test
  public void whatIsInListsAndStructuresIsJsonToo() throws SQLException {
    assertJson("{\"tags\":[\"a\",null,\"b\"]}", "['a', NULL, 'b'] AS tags");
    assertJson("{\"none\":[],\"no\":null}", "[]::INTEGER[] AS none, NULL::INTEGER[] AS no");
    assertJson("{\"fixed\":[1,2]}", "array_value(1, 2) AS fixed");
    assertJson(
        "{\"http\":{\"status\":200,\"ok\":true,\"text\":null}}",
        "{'status': 200, 'ok': true, 'text': NULL} AS http");
    assertJson(
        "{\"all\":[{\"n\":1.50,\"of\":[[1],[2,3]]}]}", "[{'n': 1.50, 'of': [[1], [2, 3]]}] AS all");
    assertJson("{\"map\":{\"a\":1,\"b\":2}}", "map {'a': 1, 'b': 2} AS map");
    assertJson(
        "{\"times\":{\"day\":\"2026-03-02\",\"utc\":\"2026-03-02T06:05:00Z\"}}",
        "{'day': DATE '2026-03-02', 'utc': '2026-03-02 07:05:00+01'::TIMESTAMPTZ} AS times");
  }

  /** A time that there is not in Berlin, and what the driver would make of it there. */
  @Test
  public void timesWithoutAZoneAreRightInAnyZone() throws SQLException {
    TimeZone before = TimeZone.getDefault();
    TimeZone.setDefault(TimeZone.getTimeZone("Europe/Berlin"));
    try {
      String time = "TIMESTAMP '2026-03-29 02:30:00'";
      assertJson("{\"at\":\"2026-03-29 02:30:00\"}", time + " AS at");
      assertJson("{\"of\":\"{'at': '2026-03-29 02:30:00'}\"}", "{'at': " + time + "} AS of");
    } finally {
      TimeZone.setDefault(before);
    }
  }

  @Test
  public void eachOfSeveralColumnsOfOneNameIsThere() throws SQLException {
    assertJson("{\"x\":1,\"x_1\":2}", "1 AS x, 2 AS x");
    assertJson("{\"x\":1,\"x_1\":2,\"x_2\":3}", "1 AS x, 2 AS x, 3 AS x");
    assertJson("{\"x\":1,\"x_2\":2,\"x_1\":3}", "1 AS x, 2 AS x, 3 AS x_1");
    assertJson("{\"x_1\":1,\"x\":2,\"x_2\":3}", "1 AS x_1, 2 AS x, 3 AS x");
    assertJson("{\"x\":1,\"x_1\":2,\"x_1_1\":3,\"x_2\":4}", "1 AS x, 2 AS x_1, 3 AS x_1, 4 AS x");
    assertJson("{\"x\":1,\"X_1\":2,\"y\":3}", "1 AS x, 2 AS \"X\", 3 AS y");
    assertJson("{\"\u00e9\":1,\"\u00e9_1\":null}", "1 AS \"\u00e9\", NULL AS \"\u00e9\"");
    assertEquals(
        List.of("a,b,a_1", "1,2,3"),
        print("SELECT * FROM (SELECT 1 AS a, 2 AS b) t, (SELECT 3 AS a)", Format.csv));
    assertEquals("| a | a_1 |", print("SELECT 1 AS a, 2 AS a", Format.table).get(1));
  }

  /** Whether a run has a database or not, its end looks the same. */
  @Test
  public void aReportLooksAsInItsDatabase() throws IOException, SQLException {
    Random random = new Random(7);
    for (Report report :
        List.of(
            Pipelines.SERVER_LOGS.reports().get(0),
            STATUS_COUNTS,
            Pipelines.ACCESS_LOG.reports().get(1),
            EVENTS_BY_HOST)) {
      for (int rows : new int[] {0, 1, 20, 21, 300}) {
        ReportTable table = table(report, rows, random);
        assertEquals(
            printDatabase(report, table),
            print(out -> out.printTable(report, first(report, table))));
      }
    }
  }

  private static FirstRows first(Report report, ReportTable table) {
    FirstRows first = new FirstRows(report, 20);
    table.split().stream().filter(Objects::nonNull).forEach(first::add);
    return first;
  }

  private static ReportTable table(Report report, int rows, Random random) {
    ReportTable table = report.newTable();
    for (int i = 0; i < rows; i++) {
      int row = table.row(key(report, random));
      for (int measure = 0; measure < report.measures().size(); measure++) {
        long value = random.nextInt(1_000_000_000);
        boolean isSum = report.measures().get(measure).definition().startsWith("SUM");
        table.add(row, measure, value);
        for (int times = 0; isSum && times < 3; times++) {
          table.add(row, measure, Long.MAX_VALUE);
        }
      }
    }
    return table;
  }

  private static String key(Report report, Random random) {
    if (report == STATUS_COUNTS) {
      return String.valueOf(100 + random.nextInt(900));
    }
    List<String> starts = List.of("s", "S", "\u00e9", "a b", "tab\t", "");
    String text = starts.get(random.nextInt(starts.size())) + random.nextInt(200);
    return report == EVENTS_BY_HOST
        ? Column.keyOf(text, starts.get(random.nextInt(starts.size())))
        : text;
  }

  private static List<String> printDatabase(Report report, ReportTable table)
      throws IOException, SQLException {
    try (InMemoryDatabase database = InMemoryDatabase.start()) {
      ReportDatabase.prepare(
          database.connection(), List.of(report), "ledger", (of, parts) -> parts.accept(table));
      String sql = "SELECT * FROM " + report.name() + " ORDER BY " + report.keyColumns();
      try (Connection connection = database.connection().open();
          Statement statement = connection.createStatement();
          ResultSet rows = statement.executeQuery(sql)) {
        return print(out -> out.printTable(rows, 20));
      }
    }
  }

  /** What prints something. */
  @FunctionalInterface
  private interface Printing {
    void to(ResultPrinter printer) throws SQLException;
  }

  private static List<String> print(Printing printing) throws SQLException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    printing.to(new ResultPrinter(new PrintStream(text, true, StandardCharsets.UTF_8)));
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }

  private static void assertJson(String expected, String columns) throws SQLException {
    assertEquals(List.of(expected), print("SELECT " + columns, Format.json));
  }

  private static List<String> print(String sql, Format format) throws SQLException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      new ResultPrinter(new PrintStream(text, true, StandardCharsets.UTF_8)).print(rows, format);
    }
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
