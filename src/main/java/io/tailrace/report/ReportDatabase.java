package io.tailrace.report;

import io.tailrace.options.UsageException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;

/** Prepares the database that reports are written to. */
public final class ReportDatabase {

  private ReportDatabase() {}

  /**
   * Makes sure that the database is there.
   *
   * @throws UsageException if it cannot be reached
   */
  public static void check(ReportConnection database) {
    try (Connection connection = database.open()) {
      connection.getMetaData();
    } catch (SQLException e) {
      throw unusable(database, e);
    }
  }

  /**
   * Makes the tables of the reports, if they are not there, and brings them up to the totals, if
   * they lack something: a new database has nothing, another may have missed what came last before
   * a crash.
   *
   * @param ledger identifies the ledger that the reports are computed from
   * @param totals what the ledger has, by report; reports may be missing
   * @throws UsageException if the database cannot be reached or a table there is not ours
   */
  public static void prepare(
      ReportConnection database,
      List<Report> reports,
      String ledger,
      Map<String, ReportTable> totals) {
    try (Connection connection = database.open()) {
      for (Report report : reports) {
        ReportSql.createTable(connection, report, ledger);
        ReportTable rows = totals.getOrDefault(report.name(), report.newTable());
        if (!ReportSql.isComplete(connection, report, rows)) {
          ReportSql.upsert(connection, report, rows);
          connection.setAutoCommit(true);
        }
      }
    } catch (SQLException e) {
      throw unusable(database, e);
    }
  }

  private static UsageException unusable(ReportConnection database, SQLException e) {
    return new UsageException(
        String.format("--reportUrl: %s cannot be used: %s", database, firstLine(e.getMessage())),
        e);
  }

  private static String firstLine(String message) {
    return String.valueOf(message).lines().findFirst().orElse("");
  }
}
