package io.tailrace.alert;

import io.tailrace.report.Report;
import io.tailrace.table.LogTable;
import java.io.DataInputStream;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * Alerts of shares of requests: the rules, and how they treat time.
 *
 * @param rules the rules
 * @param delay how far the watermark is behind the latest time that was seen
 * @param lateness how long after its end a window still takes records
 * @param minimumRequests a window with fewer raises no alert
 */
public record ShareAlerts(
    List<ShareRule> rules, Duration delay, Duration lateness, long minimumRequests)
    implements Alerts {

  public ShareAlerts {
    rules = List.copyOf(rules);
  }

  @Override
  public Report table() {
    return ShareCounts.TABLE;
  }

  @Override
  public String origin() {
    return "";
  }

  @Override
  public LogTable log() {
    return ShareAlert.LOG;
  }

  @Override
  public AlertState newState() {
    return new ShareState(this);
  }

  @Override
  public AlertState readState(DataInputStream in) throws IOException {
    return ShareState.readFrom(in, this);
  }
}
