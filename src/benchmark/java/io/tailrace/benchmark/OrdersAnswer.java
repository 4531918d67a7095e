package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * Asks the results of a peer what Tailrace's are asked, for the comparison. A program of its own,
 * so that no peer's time includes it.
 */
final class OrdersAnswer {

  /** The orders of each row of each report. */
  static final String REPORT =
      """
      SELECT 'country ' || country AS key, orders AS value FROM countries
      UNION ALL SELECT 'customer ' || customer, orders FROM customers
      UNION ALL SELECT concat_ws(' ', 'hour', epoch_us(hour), country), orders FROM hours
      UNION ALL SELECT concat_ws(' ', 'delivery', delivery, express), orders FROM deliveries\
      """;

  /** Each row of each result, as a text that is the same for the same values. */
  static final String LOG =
      """
      SELECT concat_ws('|', country, orders, CAST(revenue AS DECIMAL(18, 2)), mean_weight,
        epoch_us(last_order)) AS row FROM countries
      UNION ALL SELECT concat_ws('|', customer, orders, articles, express_orders,
        CAST(largest AS DECIMAL(12, 2))) FROM customers
      UNION ALL SELECT concat_ws('|', epoch_us(hour), country, orders,
        CAST(total AS DECIMAL(18, 2))) FROM hours
      UNION ALL SELECT concat_ws('|', delivery, express, orders, lightest, heaviest, notes)
        FROM deliveries
      UNION ALL SELECT concat_ws('|', order_id, customer, epoch_us(ordered), amount,
        coalesce(note, 'NULL')) FROM large_orders\
      """;

  private OrdersAnswer() {}

  /** Where a peer leaves the rows of a report. */
  static String reportFile(String name) {
    return name + ".csv";
  }

  /** Options: {@code --output=FOLDER --sql=FILE}, those that the peer was given. */
  public static void main(String[] args) throws IOException, SQLException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    try (Connection duckDb = DuckDbServerLogs.connect();
        Statement statement = duckDb.createStatement()) {
      for (SqlFile.Result result : SqlFile.read(Path.of(arguments.required("sql"))).results()) {
        String rows =
            result.isLog()
                ? "read_parquet([%s])"
                    .formatted(String.join(", ", ParquetLog.files(output.resolve(result.name()))))
                : "read_csv(%s, header = true)"
                    .formatted(DuckDbServerLogs.literal(output.resolve(reportFile(result.name()))));
        statement.execute("CREATE VIEW %s AS FROM %s".formatted(result.name(), rows));
      }
      write(statement, REPORT, output.resolve(Answer.REPORT_FILE));
      write(statement, LOG, output.resolve(Answer.LOG_FILE));
    }
  }

  private static void write(Statement statement, String sql, Path file) throws SQLException {
    statement.execute(
        "COPY (%s) TO %s (FORMAT csv, HEADER)".formatted(sql, DuckDbServerLogs.literal(file)));
  }
}
