package io.tailrace.report;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;

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
   * @param totals what the ledger has
   * @throws UsageException if the database cannot be reached or a table there is not ours
   * @throws IOException if the totals cannot be read
   */
  public static void prepare(
      ReportConnection database, List<Report> reports, String ledger, ReportParts totals)
      throws IOException {
    try (Connection connection = database.open()) {
      for (Report report : reports) {
        ReportSql.createTable(connection, report, ledger);
        ReportSql.Size there = ReportSql.size(connection, report);
        if (there.rows() == 0 || !there.equals(size(report, totals))) {
          totals.forEachPart(report, part -> write(connection, report, part));
          connection.setAutoCommit(true);
        }
      }
    } catch (SQLException e) {
      throw unusable(database, e);
    }
  }

  private static void write(Connection connection, Report report, ReportTable part)
      throws SQLException {
    ReportWriter.write(connection, report, part);
    if (part.oldest() != BucketKey.NONE) {
      ReportWriter.deleteExpired(connection, report, part.oldest());
    }
  }

  private static ReportSql.Size size(Report report, ReportParts totals)
      throws IOException, SQLException {
    int records = report.indexOf(Report.RECORDS.name());
    ReportSql.Size[] size = {new ReportSql.Size(0, 0)};
    totals.forEachPart(
        report,
        part -> {
          long sum = size[0].records();
          for (int row = 0; row < part.size(); row++) {
            sum += part.measure(row, records);
          }
          size[0] = new ReportSql.Size(size[0].rows() + part.size(), sum);
        });
    return size[0];
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
