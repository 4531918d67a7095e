package io.tailrace.report;

import io.tailrace.format.SqlType;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.List;
import java.util.function.Predicate;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.CRC32C;
import org.apache.beam.sdk.util.BackOff;
import org.apache.beam.sdk.util.BackOffUtils;
import org.apache.beam.sdk.util.FluentBackoff;
import org.apache.beam.sdk.util.Sleeper;
import org.joda.time.Duration;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyIn;

/**
 * Writes rows of a report to its table in H2 or PostgreSQL. A row never goes back: one with more
 * records stays, whatever the order in which its states arrive and however often.
 *
 * <p>Thousands of rows are one statement that inserts or updates. PostgreSQL has something faster
 * for many rows that seem to be new: COPY. If one of them turns out to be there, the load is undone
 * and they are written by that statement. (An INSERT alone makes H2 no faster.) The cost depends on
 * the rows that are written, never on those that are there.
 *
 * <p>Rows go in the order of their keys. Writers of the same keys then lock them in the same order
 * and cannot deadlock, and an index takes such rows faster.
 */
final class ReportWriter {

  private static final int ROWS_A_TRANSACTION = 10_000;

  /** Fewer rows are not worth the look for them in the table. */
  private static final int ROWS_TO_LOAD = 500;

  private static final int ROWS_TO_LOOK_FOR = 5;
  private static final int COPY_BUFFER = 1 << 16;

  /** It has no earlier TIMESTAMP. */
  private static final int FIRST_YEAR_OF_POSTGRES = -4711;

  /**
   * Another writer's commit takes a while, in which an attempt fails at once: some seconds in all,
   * then the caller decides.
   */
  private static final FluentBackoff AFTER_CONFLICT =
      FluentBackoff.DEFAULT
          .withInitialBackoff(Duration.millis(20))
          .withMaxBackoff(Duration.standardSeconds(1))
          .withMaxRetries(12);

  private final Connection connection;
  private final Report report;
  private final ReportTable rows;
  private final List<Column> keys;
  private final boolean postgres;

  private ReportWriter(Connection connection, Report report, ReportTable rows) throws SQLException {
    this.connection = connection;
    this.report = report;
    this.rows = rows;
    this.keys = columns(role -> role == Column.Role.KEY);
    this.postgres = isPostgres(connection);
  }

  private static boolean isPostgres(Connection connection) throws SQLException {
    return connection.getMetaData().getDatabaseProductName().equals("PostgreSQL");
  }

  /**
   * Writes rows and commits now and then. After a failure some of them may be written; all of them
   * can be written again.
   */
  static void write(Connection connection, Report report, ReportTable rows) throws SQLException {
    connection.setAutoCommit(false);
    ReportWriter writer = new ReportWriter(connection, report, rows);
    int[] sorted =
        IntStream.range(0, rows.size())
            .boxed()
            .sorted(rows::compareKeys)
            .mapToInt(Integer::intValue)
            .toArray();
    for (int from = 0; from < sorted.length; from += ROWS_A_TRANSACTION) {
      int to = Math.min(from + ROWS_A_TRANSACTION, sorted.length);
      writer.writeTransaction(Arrays.copyOfRange(sorted, from, to));
    }
  }

  /**
   * Deletes rows and commits.
   *
   * @param oldest rows stay whose time bucket begins at this time or later, or is NULL, in
   *     microseconds since 1970
   */
  static void deleteExpired(Connection connection, Report report, long oldest) throws SQLException {
    LocalDateTime begin =
        LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC).plus(oldest, ChronoUnit.MICROS);
    boolean postgres = isPostgres(connection);
    if (postgres && begin.getYear() < FIRST_YEAR_OF_POSTGRES) {
      return;
    }
    connection.setAutoCommit(false);
    commit(
        connection,
        isFirst -> {
          try (PreparedStatement statement =
              connection.prepareStatement(
                  String.format(
                      "DELETE FROM %s WHERE %s < CAST(? AS TIMESTAMP(6))",
                      report.sqlName(), report.expiry().column().sqlName()))) {
            statement.setObject(1, postgres ? postgresText(begin) : begin);
            statement.executeUpdate();
          }
        });
  }

  private void writeTransaction(int[] chosen) throws SQLException {
    boolean load = postgres && chosen.length >= ROWS_TO_LOAD && seemNew(chosen);
    commit(
        connection,
        isFirst -> {
          if (load && isFirst) {
            copy(chosen);
          } else {
            upsert(chosen);
          }
        });
  }

  /** What is done in a transaction. */
  @FunctionalInterface
  private interface Changes {
    /**
     * @param isFirst whether it was not tried before
     */
    void make(boolean isFirst) throws SQLException;
  }

  /** Commits changes, which are made again if another writer was in the way. */
  private static void commit(Connection connection, Changes changes) throws SQLException {
    BackOff backOff = AFTER_CONFLICT.backoff();
    for (boolean isFirst = true; ; isFirst = false) {
      try {
        changes.make(isFirst);
        connection.commit();
        return;
      } catch (SQLException e) {
        if (!isConflict(e)) {
          throw e;
        }
        connection.rollback();
        if (!isAnotherAttempt(backOff)) {
          throw e;
        }
      }
    }
  }

  /** Waits, unless it was tried often enough or the thread is to stop. */
  private static boolean isAnotherAttempt(BackOff backOff) {
    try {
      return BackOffUtils.next(Sleeper.DEFAULT, backOff);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /**
   * Whether none of a few rows is in the table. Of rows that are in part there, a load can come to
   * nothing, so it is tried only where most are new.
   */
  private boolean seemNew(int[] chosen) throws SQLException {
    try (PreparedStatement statement =
        connection.prepareStatement(
            String.format(
                "SELECT 1 FROM %s WHERE %s",
                report.sqlName(), join(keys, " AND ", name -> name + " = ?")))) {
      for (int i = 0; i < ROWS_TO_LOOK_FOR; i++) {
        ReportRow row = report.row(rows, chosen[i * (chosen.length - 1) / (ROWS_TO_LOOK_FOR - 1)]);
        int parameter = 1;
        for (Column key : keys) {
          statement.setObject(parameter++, value(key, row));
        }
        try (ResultSet found = statement.executeQuery()) {
          if (found.next()) {
            return false;
          }
        }
      }
      return true;
    }
  }

  /**
   * Whether another writer was in the way: it has inserted one of the rows meanwhile (23505), or
   * one of the two had to give way in a deadlock (class 40) or waited too long for a lock (HYT00).
   */
  private static boolean isConflict(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    return state.equals("23505") || state.startsWith("40") || state.equals("HYT00");
  }

  /** Inserts rows, or updates them, unless the table has the row with more records. */
  private void upsert(int[] chosen) throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(upsert())) {
      int parameter = 1;
      for (Column column : report.columns()) {
        Object[] values = newArray(column.type(), chosen.length);
        for (int i = 0; i < chosen.length; i++) {
          Object value = value(column, report.row(rows, chosen[i]));
          values[i] = values instanceof String[] && value != null ? postgresText(value) : value;
        }
        statement.setArray(
            parameter++, connection.createArrayOf(elementType(column.type()), values));
      }
      statement.executeUpdate();
    }
  }

  /** The statement of that; its parameters are the columns, each an array of values. */
  private String upsert() {
    List<Column> others = columns(role -> role != Column.Role.KEY);
    if (postgres) {
      return String.format(
          "INSERT INTO %s (%s) SELECT * FROM %s ON CONFLICT (%s) DO UPDATE SET %s"
              + " WHERE %s.%s <= EXCLUDED.%s",
          report.sqlName(),
          names(),
          parameters(),
          report.keyColumns(),
          join(others, ", ", name -> name + " = EXCLUDED." + name),
          report.sqlName(),
          report.recordsColumn(),
          report.recordsColumn());
    }
    return String.format(
        "MERGE INTO %s AS t USING (SELECT * FROM %s) AS s (%s) ON %s"
            + " WHEN MATCHED AND t.%s <= s.%s THEN UPDATE SET %s"
            + " WHEN NOT MATCHED THEN INSERT (%s) VALUES (%s)",
        report.sqlName(),
        parameters(),
        names(),
        join(keys, " AND ", name -> "t." + name + " = s." + name),
        report.recordsColumn(),
        report.recordsColumn(),
        join(others, ", ", name -> name + " = s." + name),
        names(),
        join(report.columns(), ", ", name -> "s." + name));
  }

  private String parameters() {
    return report.columns().stream()
        .map(column -> "CAST(? AS " + ReportSql.sqlType(column.type()) + " ARRAY)")
        .collect(Collectors.joining(", ", "UNNEST(", ")"));
  }

  private String names() {
    return Report.names(report.columns());
  }

  private List<Column> columns(Predicate<Column.Role> role) {
    return report.columns().stream().filter(column -> role.test(column.role())).toList();
  }

  private static String join(List<Column> columns, String separator, UnaryOperator<String> text) {
    return columns.stream().map(Column::sqlName).map(text).collect(Collectors.joining(separator));
  }

  /** The name by which PostgreSQL's driver knows a type; H2 takes it from the values. */
  private static String elementType(SqlType type) {
    return switch (type.kind()) {
      case BOOLEAN -> "bool";
      case INTEGER -> "int4";
      case BIGINT -> "int8";
      case HUGEINT, DECIMAL -> "numeric";
      case DOUBLE -> "float8";
      case VARCHAR -> "varchar";
      case DATE -> "date";
      case TIMESTAMP -> "timestamp";
      case INTERVAL, ARRAY, ROW, MAP ->
          throw new IllegalArgumentException("A column cannot be a " + type);
    };
  }

  /** Loads rows into PostgreSQL; fails if one is there. */
  private void copy(int[] chosen) throws SQLException {
    CopyIn copy =
        connection
            .unwrap(PGConnection.class)
            .getCopyAPI()
            .copyIn(String.format("COPY %s (%s) FROM STDIN", report.sqlName(), names()));
    try {
      StringBuilder lines = new StringBuilder();
      for (int row : chosen) {
        ReportRow shown = report.row(rows, row);
        for (Column column : report.columns()) {
          Object value = value(column, shown);
          if (value == null) {
            lines.append("\\N");
          } else {
            appendEscaped(lines, postgresText(value));
          }
          lines.append('\t');
        }
        lines.setCharAt(lines.length() - 1, '\n');
        if (lines.length() >= COPY_BUFFER) {
          send(copy, lines);
        }
      }
      send(copy, lines);
      copy.endCopy();
    } finally {
      if (copy.isActive()) {
        copy.cancelCopy();
      }
    }
  }

  private static void send(CopyIn copy, StringBuilder lines) throws SQLException {
    byte[] bytes = lines.toString().getBytes(StandardCharsets.UTF_8);
    copy.writeToCopy(bytes, 0, bytes.length);
    lines.setLength(0);
  }

  /** Appends a value in the text format of COPY. */
  private static void appendEscaped(StringBuilder lines, String value) {
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '\\' -> lines.append("\\\\");
        case '\t' -> lines.append("\\t");
        case '\n' -> lines.append("\\n");
        case '\r' -> lines.append("\\r");
        default -> lines.append(c);
      }
    }
  }

  /**
   * PostgreSQL's driver sends arrays of exactly these classes in binary, but for those of texts.
   */
  private Object[] newArray(SqlType type, int length) {
    return switch (type.kind()) {
      case BOOLEAN -> new Boolean[length];
      case INTEGER -> new Integer[length];
      case BIGINT -> new Long[length];
      case HUGEINT, DECIMAL -> new BigDecimal[length];
      case DOUBLE -> new Double[length];
      case VARCHAR -> new String[length];
      case DATE, TIMESTAMP, INTERVAL, ARRAY, ROW, MAP ->
          postgres ? new String[length] : new Object[length];
    };
  }

  private Object value(Column column, ReportRow row) {
    Object value = column.value().of(row);
    if (postgres && value instanceof String text && text.indexOf('\0') >= 0) {
      return withoutZero(text);
    }
    if (column.type().equals(SqlType.HUGEINT) && value != null) {
      return value instanceof BigInteger sum
          ? new BigDecimal(sum)
          : BigDecimal.valueOf((Long) value);
    }
    return value;
  }

  /**
   * A text for PostgreSQL, which has no character U+0000. Keys stay apart by the checksum of what
   * they are.
   */
  private static String withoutZero(String text) {
    CRC32C checksum = new CRC32C();
    checksum.update(text.getBytes(StandardCharsets.UTF_8));
    return String.format(
        "%s (with U+0000, CRC32C %08x)", text.replace("\0", "\\x00"), checksum.getValue());
  }

  /** A value as PostgreSQL reads it, which has its own way to write years. */
  private static String postgresText(Object value) {
    if (value instanceof LocalDate date) {
      return postgresText(date, "");
    }
    return value instanceof LocalDateTime time
        ? postgresText(time.toLocalDate(), " " + time.toLocalTime())
        : value.toString();
  }

  private static String postgresText(LocalDate date, String time) {
    int year = date.getYear();
    if (year > 0 && year <= 9999) {
      return date + time;
    }
    return String.format(
        "%04d-%02d-%02d%s%s",
        year > 0 ? year : 1 - year,
        date.getMonthValue(),
        date.getDayOfMonth(),
        time,
        year > 0 ? "" : " BC");
  }
}
