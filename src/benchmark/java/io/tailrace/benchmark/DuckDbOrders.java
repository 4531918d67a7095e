package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The one-shot reference for files of SQL: the same statements by DuckDB on two threads, set up in
 * its favour.
 *
 * <ul>
 *   <li>The files are read once, into a table in a database file, which keeps it compressed. Five
 *       statements that each read the files take longer, and so does a table in memory where the
 *       memory is much smaller than the table: what does not fit goes to a temporary file as it is.
 *   <li>The columns are given, so that DuckDB does not guess them, and rows may come in any order.
 * </ul>
 *
 * <p>It keeps no checkpoint and would have to begin again after a crash. Leaves the results for
 * {@link OrdersAnswer}.
 */
final class DuckDbOrders {

  private static final String COLUMNS =
      "columns = {'order_id': 'BIGINT', 'ordered': 'TIMESTAMP', 'customer': 'VARCHAR',"
          + " 'country': 'VARCHAR', 'quantity': 'INTEGER', 'amount': 'DECIMAL(12, 2)',"
          + " 'weight': 'DOUBLE', 'express': 'BOOLEAN', 'delivery': 'DATE', 'note': 'VARCHAR'}";

  private DuckDbOrders() {}

  /**
   * Options: {@code --input=FOLDER --output=FOLDER --sql=FILE --format=csv|json --memory=SIZE}, the
   * last one as {@code -Xmx} has it.
   */
  public static void main(String[] args) throws IOException, SQLException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    SqlFile sql = SqlFile.read(Path.of(arguments.required("sql")));
    try (Connection duckDb = DuckDbServerLogs.connect();
        Statement statement = duckDb.createStatement()) {
      DuckDbServerLogs.limit(statement, arguments.required("memory"), output);
      statement.execute(
          "ATTACH " + DuckDbServerLogs.literal(output.resolve("orders.duckdb")) + " AS kept");
      statement.execute("USE kept");
      statement.execute(
          "CREATE TABLE orders AS FROM "
              + orders(arguments.required("format"), Path.of(arguments.required("input"))));
      for (SqlFile.Result result : sql.results()) {
        if (result.isLog()) {
          Path folder = Files.createDirectories(output.resolve(result.name()));
          copy(
              statement,
              result,
              folder.resolve("orders.parquet"),
              "FORMAT parquet, COMPRESSION snappy");
        } else {
          copy(
              statement,
              result,
              output.resolve(OrdersAnswer.reportFile(result.name())),
              "FORMAT csv, HEADER");
        }
      }
    }
  }

  private static String orders(String format, Path input) {
    String files = DuckDbServerLogs.literal(input.resolve("*." + format));
    return switch (format) {
      case "csv" ->
          "read_csv(%s, %s, header = false, delim = ',', quote = '\"', escape = '\"',"
                  .formatted(files, COLUMNS)
              + " auto_detect = false)";
      case "json" -> "read_json(%s, %s, format = 'newline_delimited')".formatted(files, COLUMNS);
      default -> throw new IllegalArgumentException("--format is csv or json, not " + format);
    };
  }

  private static void copy(Statement statement, SqlFile.Result result, Path file, String options)
      throws SQLException {
    statement.execute(
        "COPY (%s) TO %s (%s)".formatted(result.select(), DuckDbServerLogs.literal(file), options));
  }
}
