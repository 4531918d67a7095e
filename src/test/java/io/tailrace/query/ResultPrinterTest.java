package io.tailrace.query;

import static org.junit.Assert.assertEquals;

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
    assertEquals(
        List.of("windowEnd", "2026-03-02T06:05:00Z"), print(sql, ResultPrinter.Format.csv));
    assertEquals(
        List.of("{\"windowEnd\":\"2026-03-02T06:05:00Z\"}"), print(sql, ResultPrinter.Format.json));
    assertEquals("| 2026-03-02T06:05:00Z |", print(sql, ResultPrinter.Format.table).get(3));
  }

  private static List<String> print(String sql, ResultPrinter.Format format) throws SQLException {
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (Connection connection = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      new ResultPrinter(new PrintStream(text, true, StandardCharsets.UTF_8)).print(rows, format);
    }
    return text.toString(StandardCharsets.UTF_8).lines().toList();
  }
}
