package io.tailrace.pipelines;

/**
 * A picture of values that a statement finds.
 *
 * @param title what it shows, with the unit
 * @param kind how it is drawn
 * @param table the table that it is drawn from
 * @param sql for lines: names and values now; for bars: places on an axis and values; over time:
 *     milliseconds since 1970, names and values
 */
public record Chart(String title, Kind kind, String table, String sql) {

  /** How a chart is drawn. */
  public enum Kind {
    /** Values as they change while they are looked at. */
    LINES,
    /** Values by a time that is in the data. */
    OVER_TIME,
    /** Values by something that is in the data. */
    BARS
  }

  static Chart lines(String title, String table, String sql) {
    return new Chart(title, Kind.LINES, table, sql);
  }

  static Chart overTime(String title, String table, String sql) {
    return new Chart(title, Kind.OVER_TIME, table, sql);
  }

  static Chart bars(String title, String table, String sql) {
    return new Chart(title, Kind.BARS, table, sql);
  }
}
