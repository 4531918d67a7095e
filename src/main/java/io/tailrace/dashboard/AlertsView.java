package io.tailrace.dashboard;

import io.tailrace.alert.Alert;
import io.tailrace.query.QueryEngine;
import io.tailrace.table.LogTable;
import java.sql.SQLException;
import java.util.List;

/**
 * The alerts of an output, by its log of alerts: those that fire now, and when those before did.
 *
 * @param count how many fire
 * @param firing the first of them: name, view or null, series or null, since when in milliseconds
 *     since 1970, and how much it was then
 * @param spans when alerts fired, the newest ones: name, view or null, and from when until when, or
 *     null if they still do
 */
record AlertsView(long count, List<List<Object>> firing, List<List<Object>> spans) {

  private static final int MOST_FIRING = 200;
  private static final int MOST_SPANS = 500;

  /** An alert fires if the latest that was said of its series is that it was raised. */
  private static final String SAID =
      """
      WITH said AS (SELECT *, row_number() OVER () AS place FROM (%s)),
      alerts_of_series AS (
        SELECT *, lead(told) OVER later AS until, lead(told) OVER later IS NULL AS is_last FROM said
        WINDOW later AS (PARTITION BY name, view, series ORDER BY told, place))
      """;

  private static final String FIRING =
      "SELECT name, view, series, epoch_ms(told), much FROM alerts_of_series"
          + " WHERE state = 'raised' AND is_last ORDER BY told, name, series LIMIT "
          + MOST_FIRING;

  private static final String COUNT =
      "SELECT count(*) FROM alerts_of_series WHERE state = 'raised' AND is_last";

  private static final String SPANS =
      "SELECT name, view, epoch_ms(told), epoch_ms(until) FROM alerts_of_series"
          + " WHERE state = 'raised' ORDER BY told DESC, name LIMIT "
          + MOST_SPANS;

  /**
   * Looks at the log.
   *
   * @param log the log of alerts, which is up to date
   */
  static AlertsView of(QueryEngine engine, LogTable log) throws SQLException {
    String said = String.format(SAID, Alert.summary(log));
    return new AlertsView(
        (Long) Table.of(engine, said + COUNT).rows().get(0).get(0),
        Table.of(engine, said + FIRING).rows(),
        Table.of(engine, said + SPANS).rows());
  }
}
