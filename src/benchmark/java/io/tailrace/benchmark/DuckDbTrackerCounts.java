package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.StringJoiner;

/**
 * Counts the table of {@link DuckDbTracker} for the comparison. A program of its own, so that
 * DuckDB's time does not include it.
 */
final class DuckDbTrackerCounts {

  private DuckDbTrackerCounts() {}

  /** Options: {@code --output=FOLDER}, the one that {@link DuckDbTracker} was given. */
  public static void main(String[] args) throws IOException, SQLException {
    Path output = Path.of(Arguments.parse(args).required("output"));
    String table =
        " FROM read_parquet([%s]) GROUP BY device_id"
            .formatted(
                String.join(", ", ParquetLog.files(output.resolve(SparkTracker.TABLE_FOLDER))));
    try (Connection duckDb = DuckDbServerLogs.connect();
        Statement statement = duckDb.createStatement()) {
      Answer.writeReport(output, rows(statement, "SELECT device_id, count(*)" + table).stream());
      Answer.writeLog(
          output,
          rows(
              statement,
              "SELECT device_id, count(*), sum(mrn), min(time), max(time), min(heartrate),"
                  + " max(heartrate)"
                  + table)
              .stream());
    }
  }

  /** The rows with Java's digits, as the others have them. */
  private static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(sql)) {
      int columns = result.getMetaData().getColumnCount();
      while (result.next()) {
        StringJoiner row = new StringJoiner(",");
        for (int column = 1; column <= columns; column++) {
          row.add(result.getObject(column).toString());
        }
        rows.add(row.toString());
      }
    }
    return rows;
  }
}
