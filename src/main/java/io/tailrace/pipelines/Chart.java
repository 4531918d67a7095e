package io.tailrace.pipelines;

/**
 * A picture of values that a statement finds.
 *
 * @param title what it shows, with the unit
 * @param kind how it is drawn
 * @param table the table that it is drawn from
 * @param per the time that values are counted in, such as {@code minute}: where there is none there
 *     were no records; empty if values are no counts, or the time is not known
 * @param sql over time: milliseconds since 1970, names and values; for bars: places on an axis and
 *     values
 */
public record Chart(String title, Kind kind, String table, String per, String sql) {

  /** How a chart is drawn. */
  public enum Kind {
    /** Values by a time that is in the data. */
    OVER_TIME,
    /** Values by something that is in the data. */
    BARS
  }

  static Chart overTime(String title, String table, String per, String sql) {
    return new Chart(title, Kind.OVER_TIME, table, per, sql);
  }

  static Chart bars(String title, String table, String sql) {
    return new Chart(title, Kind.BARS, table, "", sql);
  }
}
