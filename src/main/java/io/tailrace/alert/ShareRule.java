package io.tailrace.alert;

import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When an alert is raised: more than a share of the requests of some time, perhaps of one host,
 * have some status.
 *
 * @param text the rule as it was given
 * @param lowestStatus the first status that is counted against the share
 * @param highestStatus the last one
 * @param percent the share, above which the alert is raised
 * @param window the time over which requests are counted
 * @param byHost whether each host is counted for itself
 */
public record ShareRule(
    String text,
    int lowestStatus,
    int highestStatus,
    double percent,
    Duration window,
    boolean byHost)
    implements Serializable {

  private static final String EXPECTED =
      "expected something like '5xx > 10% over 1m', '404 > 2.5% over 30s' or '4xx > 20% over 5m by"
          + " host'";

  private static final Pattern RULE =
      Pattern.compile(
          "([0-9])(xx|[0-9]{2})\\s*>\\s*([0-9]+(?:\\.[0-9]+)?)\\s*%\\s*over\\s+([0-9]+)\\s*(s|m|h)"
              + "(\\s+by\\s+host)?",
          Pattern.CASE_INSENSITIVE);

  private static final int MOST_SLOTS = 12;

  private static final Duration LONGEST_WINDOW = Duration.ofHours(24);

  /**
   * Reads a rule.
   *
   * @throws IllegalArgumentException with what was expected
   */
  public static ShareRule parse(String text) {
    Matcher rule = RULE.matcher(text.strip());
    if (!rule.matches()) {
      throw new IllegalArgumentException("'" + text + "' is no rule: " + EXPECTED);
    }
    int hundreds = 100 * Integer.parseInt(rule.group(1));
    boolean all = rule.group(2).equalsIgnoreCase("xx");
    int status = all ? hundreds : hundreds + Integer.parseInt(rule.group(2));
    double percent = Double.parseDouble(rule.group(3));
    if (percent >= 100) {
      throw new IllegalArgumentException(
          "'" + text + "' is never so: the share must be below 100%; " + EXPECTED);
    }
    Duration window = window(rule.group(4), rule.group(5).toLowerCase(Locale.ROOT));
    if (window.isZero() || window.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException("'" + text + "': the window is 1s to 24h; " + EXPECTED);
    }
    return new ShareRule(
        text.strip(), status, all ? hundreds + 99 : status, percent, window, rule.group(6) != null);
  }

  private static Duration window(String number, String unit) {
    if (number.length() > 6) {
      return Duration.ZERO;
    }
    long amount = Long.parseLong(number);
    return switch (unit) {
      case "s" -> Duration.ofSeconds(amount);
      case "m" -> Duration.ofMinutes(amount);
      default -> Duration.ofHours(amount);
    };
  }

  /** Whether a status is one of those that are counted against the share. */
  public boolean counts(int status) {
    return status >= lowestStatus && status <= highestStatus;
  }

  /**
   * How far one window begins behind the one before, in milliseconds. Windows are made of slots of
   * this length: a whole number of seconds, of which a window has a whole number of at most {@value
   * #MOST_SLOTS}.
   */
  public long slotMillis() {
    long seconds = window.toSeconds();
    long slot = (seconds + MOST_SLOTS - 1) / MOST_SLOTS;
    while (seconds % slot != 0) {
      slot++;
    }
    return 1_000 * slot;
  }

  /** Whether a window with these counts raises the alert. */
  public boolean fires(long requests, long counted, long minimumRequests) {
    return requests >= minimumRequests && counted * 100.0 > percent * requests;
  }
}
