package io.tailrace.dashboard;

import java.util.List;

/**
 * A picture of values that a statement finds.
 *
 * @param title what it shows, with the unit
 * @param kind how it is drawn
 * @param table the table that it is drawn from
 * @param sql for lines: names and values now; for bars: places on an axis and values
 */
record Chart(String title, Kind kind, String table, String sql) {

  enum Kind {
    /** Values as they change while they are looked at. */
    LINES,
    /** Values by something that is in the data. */
    BARS
  }

  /** The charts of a pipeline. */
  static List<Chart> of(String pipeline) {
    return switch (pipeline) {
      case "server-logs" ->
          List.of(
              lines(
                  "Average volume of the servers with most records",
                  "volume",
                  "SELECT serverID, avgVolume FROM volume ORDER BY records DESC, serverID LIMIT 8"),
              new Chart(
                  "Errors of severity 0 per time unit",
                  Kind.BARS,
                  "sev0",
                  """
                  WITH span AS (SELECT min(timestamp) AS first, max(timestamp) AS last FROM sev0),
                  width AS (SELECT first, greatest(1, (last - first) // 60 + 1) AS width FROM span)
                  SELECT first + (timestamp - first) // width * width AS unit, count(*)
                  FROM sev0, width GROUP BY ALL ORDER BY ALL"""));
      case "access-log" ->
          List.of(
              lines(
                  "Requests per class of status",
                  "status_counts",
                  "SELECT (status // 100)::VARCHAR || 'xx', sum(count)::BIGINT FROM status_counts"
                      + " GROUP BY ALL ORDER BY ALL"));
      case "game-events" ->
          List.of(
              lines(
                  "Events per type",
                  "events_by_type",
                  "SELECT event_type, sum(events)::BIGINT AS events FROM events_by_type GROUP BY ALL"
                      + " ORDER BY events DESC LIMIT 8"));
      case "tracker" ->
          List.of(
              lines(
                  "Recordings per device",
                  "recordings",
                  "SELECT device_id, recordings FROM recordings ORDER BY recordings DESC LIMIT 8"));
      default -> List.of();
    };
  }

  private static Chart lines(String title, String table, String sql) {
    return new Chart(title, Kind.LINES, table, sql);
  }
}
