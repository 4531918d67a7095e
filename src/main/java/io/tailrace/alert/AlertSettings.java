package io.tailrace.alert;

import java.io.Serializable;
import java.time.Duration;
import java.util.List;

/**
 * The rules and how they treat time.
 *
 * @param rules the rules
 * @param delay how far the watermark is behind the latest time that was seen
 * @param lateness how long after its end a window still takes records
 * @param minimumRequests a window with fewer raises no alert
 */
public record AlertSettings(
    List<AlertRule> rules, Duration delay, Duration lateness, long minimumRequests)
    implements Serializable {

  public AlertSettings {
    rules = List.copyOf(rules);
  }
}
