package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/**
 * The one-shot reference: both results by DuckDB on two threads. A statement for each reads the
 * files; to keep their rows for the second one would take more memory than there is for large
 * inputs. The columns are given, so that DuckDB does not guess them, and rows may come in any
 * order, which is in its favour. It keeps no checkpoint and would have to begin again after a
 * crash.
 *
 * <p>Leaves {@link Answer#REPORT_FILE} for the comparison and the log as Parquet in {@link
 * ParquetLog#FOLDER}.
 */
final class DuckDbServerLogs {

  private DuckDbServerLogs() {}

  /** Options: {@code --input=FOLDER --output=FOLDER --memory=SIZE}, as {@code -Xmx} has it. */
  public static void main(String[] args) throws IOException, SQLException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    String records =
        "read_csv("
            + literal(Path.of(arguments.required("input"), "*.csv"))
            + ", columns = {'serverID': 'VARCHAR', 'severity': 'INTEGER', 'timestamp': 'BIGINT'},"
            + " header = false, delim = ',', auto_detect = false)";
    try (Connection duckDb = connect();
        Statement statement = duckDb.createStatement()) {
      limit(statement, arguments.required("memory"), output);
      Answer.writeReport(
          output,
          rows(
              statement,
              "SELECT serverID || ',' || count(*) FILTER (severity = 2)"
                  + " / (max(\"timestamp\") - min(\"timestamp\") + 1) FROM "
                  + records
                  + " GROUP BY serverID")
              .stream());
      Path log = Files.createDirectories(output.resolve(ParquetLog.FOLDER)).resolve("sev0.parquet");
      statement.execute(
          "COPY (SELECT serverID, \"timestamp\" FROM "
              + records
              + " WHERE severity = 0) TO "
              + literal(log)
              + " (FORMAT parquet, COMPRESSION snappy)");
    }
  }

  /** A database in memory; all that is needed is built in, so that nothing is fetched. */
  static Connection connect() throws SQLException {
    Properties settings = new Properties();
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    return DriverManager.getConnection("jdbc:duckdb:", settings);
  }

  /**
   * Two threads, and so much memory; rows may come in any order.
   *
   * @param memory as {@code -Xmx} has it
   * @param output the folder in which there is room for what does not fit
   */
  static void limit(Statement statement, String memory, Path output) throws SQLException {
    statement.execute("SET threads = 2");
    statement.execute("SET preserve_insertion_order = false");
    // Java's 1g is a power of two, which DuckDB calls GiB.
    statement.execute("SET memory_limit = '" + memory + "iB'");
    statement.execute("SET temp_directory = " + literal(output.resolve("temporary")));
  }

  /** A path as a text of SQL. */
  static String literal(Path path) {
    return "'" + path.toString().replace("'", "''") + "'";
  }

  private static List<String> rows(Statement statement, String sql) throws SQLException {
    List<String> rows = new ArrayList<>();
    try (ResultSet result = statement.executeQuery(sql)) {
      while (result.next()) {
        rows.add(result.getString(1));
      }
    }
    return rows;
  }
}
