package io.tailrace.report;

import io.tailrace.options.UsageException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.DatabaseMetaData;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The SQL of report tables, for H2 and PostgreSQL. */
final class ReportSql {

  /** H2 has its answer to each statement of a batch come back before it sends the next one. */
  private static final int ROWS_A_STATEMENT = 50;

  private static final int ROWS_A_BATCH = 20 * ROWS_A_STATEMENT;
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
    String owner = comment(connection, report.name());
    if (owner == null) {
      String columns = join(report, ", ", column -> column.name() + " " + sqlType(column.type()));
      try (Statement statement = connection.createStatement()) {
        statement.execute(
            String.format(
                "CREATE TABLE %s (%s, PRIMARY KEY (%s))",
                report.name(), columns, report.keyColumns()));
        statement.execute(String.format("COMMENT ON TABLE %s IS '%s'", report.name(), comment));
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
            .getColumns(connection.getCatalog(), connection.getSchema(), report.name(), null)) {
      while (columns.next()) {
        if (columns.getInt("DATA_TYPE") == Types.BIGINT) {
          narrow.add(columns.getString("COLUMN_NAME"));
        }
      }
    }
    for (Column column : report.columns()) {
      if (column.type() == Column.Type.HUGEINT
          && narrow.stream().anyMatch(column.name()::equalsIgnoreCase)) {
        try (Statement statement = connection.createStatement()) {
          statement.execute(
              String.format(
                  "ALTER TABLE %s ALTER COLUMN %s SET DATA TYPE %s",
                  report.name(), column.name(), sqlType(column.type())));
        }
      }
    }
  }

  /** The comment of a table, empty if it has none, or null if there is no such table. */
  private static String comment(Connection connection, String table) throws SQLException {
    DatabaseMetaData metaData = connection.getMetaData();
    try (ResultSet tables =
        metaData.getTables(
            connection.getCatalog(), connection.getSchema(), table, new String[] {"TABLE"})) {
      if (!tables.next()) {
        return null;
      }
      String remarks = tables.getString("REMARKS");
      return remarks == null ? "" : remarks;
    }
  }

  /** Writes rows, some with each statement, and commits now and then. */
  static void upsert(Connection connection, Report report, ReportTable rows) throws SQLException {
    connection.setAutoCommit(false);
    int whole = rows.size() - rows.size() % ROWS_A_STATEMENT;
    upsert(connection, report, rows, 0, whole, ROWS_A_STATEMENT);
    upsert(connection, report, rows, whole, rows.size(), 1);
  }

  private static void upsert(
      Connection connection, Report report, ReportTable rows, int from, int to, int rowsAStatement)
      throws SQLException {
    if (from == to) {
      return;
    }
    try (PreparedStatement statement =
        connection.prepareStatement(upsert(connection, report, rowsAStatement))) {
      int parameter = 1;
      for (int row = from; row < to; row++) {
        ReportRow shown = report.row(rows, row);
        for (Column column : report.columns()) {
          Object value = column.value().of(shown);
          // Not every driver takes a BigInteger.
          statement.setObject(
              parameter++, value instanceof BigInteger sum ? new BigDecimal(sum) : value);
        }
        int written = row + 1 - from;
        if (written % rowsAStatement == 0) {
          statement.addBatch();
          parameter = 1;
        }
        if (written % ROWS_A_BATCH == 0) {
          statement.executeBatch();
          connection.commit();
        }
      }
      statement.executeBatch();
      connection.commit();
    }
  }

  /** Whether a table has as many rows and records as it should. */
  static boolean isComplete(Connection connection, Report report, ReportTable rows)
      throws SQLException {
    long records = 0;
    int measure = report.indexOf(Report.RECORDS.name());
    for (int row = 0; row < rows.size(); row++) {
      records += rows.measure(row, measure);
    }
    try (Statement statement = connection.createStatement();
        ResultSet answer =
            statement.executeQuery(
                String.format(
                    "SELECT COUNT(*), SUM(%s) FROM %s", report.recordsColumn(), report.name()))) {
      answer.next();
      return answer.getLong(1) == rows.size() && answer.getLong(2) == records;
    }
  }

  /**
   * The statement that writes some rows of unlike keys, unless the table has the row with more
   * records: a row never goes back, whatever the order in which its states arrive. Its parameters
   * are the columns of each row.
   */
  private static String upsert(Connection connection, Report report, int rows) throws SQLException {
    String table = report.name();
    String records = report.recordsColumn();
    String names = join(report, ", ", Column::name);
    List<Column> others =
        report.columns().stream().filter(column -> column.role() != Column.Role.KEY).toList();
    boolean postgres = connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
    if (postgres) {
      return String.format(
          "INSERT INTO %s (%s) VALUES %s ON CONFLICT (%s) DO UPDATE SET %s"
              + " WHERE %s.%s <= EXCLUDED.%s",
          table,
          names,
          times(rows, join(report, ", ", column -> "?")),
          report.keyColumns(),
          others.stream()
              .map(column -> column.name() + " = EXCLUDED." + column.name())
              .collect(Collectors.joining(", ")),
          table,
          records,
          records);
    }
    return String.format(
        "MERGE INTO %s AS t USING (VALUES %s) AS s (%s) ON %s"
            + " WHEN MATCHED AND t.%s <= s.%s THEN UPDATE SET %s"
            + " WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)",
        table,
        times(rows, join(report, ", ", column -> "CAST(? AS " + sqlType(column.type()) + ")")),
        names,
        report.columns().stream()
            .filter(column -> column.role() == Column.Role.KEY)
            .map(column -> "t." + column.name() + " = s." + column.name())
            .collect(Collectors.joining(" AND ")),
        records,
        records,
        others.stream()
            .map(column -> column.name() + " = s." + column.name())
            .collect(Collectors.joining(", ")),
        names,
        join(report, ", ", column -> "s." + column.name()));
  }

  private static String times(int rows, String values) {
    return String.join(", ", Collections.nCopies(rows, "(" + values + ")"));
  }

  private static String join(Report report, String separator, Function<Column, String> text) {
    return report.columns().stream().map(text).collect(Collectors.joining(separator));
  }

  private static String sqlType(Column.Type type) {
    return switch (type) {
      case TEXT -> "VARCHAR";
      case BIGINT -> "BIGINT";
      case HUGEINT -> "DECIMAL(38, 0)";
      case DOUBLE -> "DOUBLE PRECISION";
    };
  }
}
