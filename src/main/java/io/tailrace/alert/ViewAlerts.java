package io.tailrace.alert;

import io.tailrace.report.Conditions;
import io.tailrace.report.Report;
import io.tailrace.table.LogTable;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;

/**
 * Alerts of conditions on the rows of a report.
 *
 * @param conditions the conditions
 * @param delay how far the watermark is behind the latest time that was seen
 * @param lateness how long after its end a bucket still takes records
 */
public record ViewAlerts(Conditions conditions, Duration delay, Duration lateness)
    implements Alerts {

  @Override
  public Report table() {
    return conditions.clock();
  }

  @Override
  public String origin() {
    return conditions.report().name();
  }

  @Override
  public LogTable log() {
    return ViewAlert.LOG;
  }

  @Override
  public AlertState newState() {
    return new ViewState(this);
  }

  @Override
  public AlertState readState(DataInputStream in) throws IOException {
    return ViewState.readFrom(in, this);
  }
}
