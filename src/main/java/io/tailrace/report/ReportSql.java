package io.tailrace.report;

import io.tailrace.format.SqlType;
import io.tailrace.options.UsageException;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The definitions of report tables in SQL, for H2 and PostgreSQL. */
final class ReportSql {

  private static final String COMMENT_PREFIX = "Tailrace report of ledger ";

  private ReportSql() {}

  /**
   * Makes a report's table, if it is not there, and notes whose it is.
   *
   * @param ledger identifies the ledger that the report is computed from
   * @throws UsageException if the table belongs to another ledger, whose larger numbers could never
   *     be replaced, or to somebody else
   */
  static void createTable(Connection connection, Report report, String ledger) throws SQLException {
    String comment = COMMENT_PREFIX + ledger;
    String owner = comment(connection, report);
    if (owner == null) {
      String columns =
          join(report, ", ", column -> column.sqlName() + " " + sqlType(column.type()));
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            String.format(
                "CREATE TABLE %s (%s, PRIMARY KEY (%s))",
                report.sqlName(), columns, report.keyColumns()));
        statement.execute(String.format("COMMENT ON TABLE %s IS '%s'", report.sqlName(), comment));
      }
    } else if (!owner.equals(comment)) {
      throw new UsageException(
          String.format(
              "--reportUrl: the table '%s' there belongs to %s; drop it, or give a database or"
                  + " schema of its own to this --output",
              report.name(),
              owner.startsWith(COMMENT_PREFIX) ? "another --output" : "something else"));
    } else {
      widen(connection, report);
    }
  }

  /** Makes columns of sums as wide as sums are; in tables of earlier versions they had 64 bits. */
  private static void widen(Connection connection, Report report) throws SQLException {
    List<String> narrow = new ArrayList<>();
    try (ResultSet columns =
        connection
            .getMetaData()
            .getColumns(
                connection.getCatalog(),
                connection.getSchema(),
                pattern(connection.getMetaData(), report),
                null)) {
      while (columns.next()) {
        if (columns.getInt("DATA_TYPE") == Types.BIGINT) {
          narrow.add(columns.getString("COLUMN_NAME"));
        }
      }
    }
    for (Column column : report.columns()) {
      if (column.type().equals(SqlType.HUGEINT)
          && narrow.stream().anyMatch(column.name()::equalsIgnoreCase)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(
              String.format(
                  "ALTER TABLE %s ALTER COLUMN %s SET DATA TYPE %s",
                  report.sqlName(), column.sqlName(), sqlType(column.type())));
        }
      }
    }
  }

  /** The comment of a table, empty if it has none, or null if there is no such table. */
  private static String comment(Connection connection, Report report) throws SQLException {
    DatabaseMetaData metaData = connection.getMetaData();
    try (ResultSet tables =
        metaData.getTables(
            connection.getCatalog(),
            connection.getSchema(),
            pattern(metaData, report),
            new String[] {"TABLE"})) {
      if (!tables.next()) {
        return null;
      }
      String remarks = tables.getString("REMARKS");
      return remarks == null ? "" : remarks;
    }
  }

  /**
   * A pattern that the name of a report's table matches, as the database keeps it, and no other.
   */
  private static String pattern(DatabaseMetaData metaData, Report report) throws SQLException {
    String kept = report.name();
    if (!SqlName.isQuoted(kept)) {
      kept =
          metaData.storesLowerCaseIdentifiers()
              ? kept.toLowerCase(Locale.ROOT)
              : metaData.storesUpperCaseIdentifiers() ? kept.toUpperCase(Locale.ROOT) : kept;
    }
    String escape = metaData.getSearchStringEscape();
    return kept.replace(escape, escape + escape)
        .replace("_", escape + "_")
        .replace("%", escape + "%");
  }

  /** What tells whether a table lacks something: its rows, and the records behind them. */
  record Size(long rows, long records) {}

  /** How much a table has. */
  static Size size(Connection connection, Report report) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet answer =
            statement.executeQuery(
                String.format(
                    "SELECT COUNT(*), SUM(%s) FROM %s",
                    report.recordsColumn(), report.sqlName()))) {
      answer.next();
      return new Size(answer.getLong(1), answer.getLong(2));
    }
  }

  private static String join(Report report, String separator, Function<Column, String> text) {
    return report.columns().stream().map(text).collect(Collectors.joining(separator));
  }

  static String sqlType(SqlType type) {
    return switch (type.kind()) {
      case BOOLEAN, INTEGER, BIGINT, VARCHAR, DATE -> type.toString();
      case HUGEINT -> "DECIMAL(38, 0)";
      case DECIMAL -> String.format("DECIMAL(%d, %d)", type.precision(), type.scale());
      case DOUBLE -> "DOUBLE PRECISION";
      // In UTC, as DuckDB has it.
      case TIMESTAMP -> "TIMESTAMP(6)";
      case INTERVAL, ARRAY, ROW, MAP ->
          throw new IllegalArgumentException("A column cannot be a " + type);
    };
  }
}
