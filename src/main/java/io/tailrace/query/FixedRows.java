package io.tailrace.query;

import java.io.PrintStream;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;

/** Rows that are known, printed as the answer of a query is. */
final class FixedRows {

  private final String columns;
  private final List<List<Object>> rows;

  private FixedRows(String columns, List<List<Object>> rows) {
    this.columns = columns;
    this.rows = rows;
  }

  /**
   * @param columns names and types, as SQL has them in a CREATE TABLE
   */
  static FixedRows of(String columns, List<List<Object>> rows) {
    return new FixedRows(columns, rows);
  }

  void print(PrintStream out, ResultPrinter.Format format) throws SQLException {
    try (Connection duck = QueryEngine.connect();
        Statement statement = duck.createStatement()) {
      statement.execute("CREATE TABLE fixed (" + columns + ")");
      if (!rows.isEmpty()) {
        String places = String.join(", ", Collections.nCopies(rows.get(0).size(), "?"));
        try (PreparedStatement insert =
            duck.prepareStatement("INSERT INTO fixed VALUES (" + places + ")")) {
          for (List<Object> row : rows) {
            for (int i = 0; i < row.size(); i++) {
              insert.setObject(i + 1, row.get(i));
            }
            insert.addBatch();
          }
          insert.executeBatch();
        }
      }
      try (ResultSet answer = statement.executeQuery("SELECT * FROM fixed")) {
        new ResultPrinter(out).print(answer, format);
      }
    }
  }
}
