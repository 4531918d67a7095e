package io.tailrace.query;

import static org.junit.Assert.assertEquals;

import io.tailrace.query.ResultPrinter.Format;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.junit.Test;

/** How rows look. */
public final class ResultPrinterTest {

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
