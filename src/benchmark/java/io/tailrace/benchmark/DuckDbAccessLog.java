package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The one-shot reference for access logs: DuckDB on two threads, with the regular expressions that
 * its users write. For the statuses alone the expression knows what is around a status; with the
 * traffic it takes the line apart, once, into a table of a database file, from which a statement
 * for each report reads.
 *
 * <p>Leaves {@link Answer#REPORT_FILE} and, with the traffic, {@link Answer#LOG_FILE} for the
 * comparison.
 */
final class DuckDbAccessLog {

  private static final String STATUS = "'\" ([0-9]{3}) (?:[0-9]+|-) \"'";

  private static final String LINE =
      "'^(\\S+) \\S+ .*? \\[[^\\]]+\\] \"(?:[A-Za-z_-]+ ([^? ]*).*?|.*?)\" ([0-9]{3}) ([0-9]+|-) \"'";

  private DuckDbAccessLog() {}

  /**
   * Options: {@code --input=FOLDER --output=FOLDER --traffic=true|false --memory=SIZE}, the last
   * one as {@code -Xmx} has it.
   */
  public static void main(String[] args) throws IOException, SQLException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    // Lines are columns whose separator is in none of them.
    String lines =
        "read_csv(%s, columns = {'line': 'VARCHAR'}, header = false, delim = '\1', quote = '',"
                .formatted(DuckDbServerLogs.literal(Path.of(arguments.required("input"), "*.log")))
            + " escape = '', auto_detect = false)";
    try (Connection duckDb = DuckDbServerLogs.connect();
        Statement statement = duckDb.createStatement()) {
      DuckDbServerLogs.limit(statement, arguments.required("memory"), output);
      if (Boolean.parseBoolean(arguments.required("traffic"))) {
        countTraffic(statement, lines, output);
      } else {
        copy(
            statement,
            "SELECT regexp_extract(line, %s, 1) AS key, count(*) AS value FROM %s GROUP BY key"
                .formatted(STATUS, lines),
            output.resolve(Answer.REPORT_FILE));
      }
    }
  }

  private static void countTraffic(Statement statement, String lines, Path output)
      throws SQLException {
    statement.execute(
        "ATTACH " + DuckDbServerLogs.literal(output.resolve("access-log.duckdb")) + " AS kept");
    statement.execute("USE kept");
    statement.execute(
        "CREATE TABLE requests AS SELECT field.host AS host, field.path AS path,"
            + " field.status::SMALLINT AS status, TRY_CAST(field.bytes AS BIGINT) AS bytes FROM"
            + " (SELECT regexp_extract(line, %s, ['host', 'path', 'status', 'bytes']) AS field FROM %s)"
                .formatted(LINE, lines));
    copy(
        statement,
        "SELECT status AS key, count(*) AS value FROM requests GROUP BY key",
        output.resolve(Answer.REPORT_FILE));
    copy(
        statement,
        traffic("host", "host") + " UNION ALL " + traffic("endpoint", "path"),
        output.resolve(Answer.LOG_FILE));
  }

  private static String traffic(String kind, String column) {
    return ("SELECT concat_ws(' ', '%1$s', coalesce(nullif(%2$s, ''), '-'), count(*),"
            + " sum(coalesce(bytes, 0)), count(*) FILTER (status >= 400)) AS row FROM requests GROUP"
            + " BY %2$s")
        .formatted(kind, column);
  }

  private static void copy(Statement statement, String select, Path file) throws SQLException {
    statement.execute(
        "COPY (%s) TO %s (FORMAT csv, HEADER)".formatted(select, DuckDbServerLogs.literal(file)));
  }
}
