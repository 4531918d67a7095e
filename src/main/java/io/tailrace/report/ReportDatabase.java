package io.tailrace.report;

import io.tailrace.options.UsageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

/** Prepares the database that reports are written to. */
public final class ReportDatabase {

  private ReportDatabase() {}

  /**
   * Makes the tables of the reports, if they are not there.
   *
   * @param ledger identifies the ledger that the reports are computed from
   * @throws UsageException if the database cannot be reached or a table there is not ours
   */
  public static void prepare(ReportConnection database, List<Report> reports, String ledger) {
    try (Connection connection = database.open()) {
      for (Report report : reports) {
        ReportSql.createTable(connection, report, ledger);
      }
    } catch (SQLException e) {
      throw new UsageException(
          String.format("--reportUrl: %s cannot be used: %s", database, firstLine(e.getMessage())),
          e);
    }
  }

  private static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }
}
