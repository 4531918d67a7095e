package io.tailrace.alert;

import java.io.Serializable;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * When an alert is raised: more than a share of the requests of some time, or more than a number of
 * them, perhaps of one host, have some status.
 *
 * @param text the rule as it was given
 * @param lowestStatus the first status that is counted against the limit
 * @param highestStatus the last one
 * @param limit the share in percent, or the number, above which the alert is raised
 * @param isShare whether the limit is a share
 * @param window the time over which requests are counted
 * @param byHost whether each host is counted for itself
 */
public record ShareRule(
    String text,
    int lowestStatus,
    int highestStatus,
    double limit,
    boolean isShare,
    Duration window,
    boolean byHost)
    implements Serializable {

  private static final String EXPECTED =
      "expected something like '5xx > 10% over 1m', '404 > 2.5% over 30s', '5xx > 50 over 1m' or"
          + " '4xx > 20% over 5m by host'";

  private static final Pattern RULE =
      Pattern.compile(
          "([0-9])(xx|[0-9]{2})\\s*>\\s*(?:([0-9]+(?:\\.[0-9]+)?)\\s*%\\s*|([0-9]{1,15})\\s+)"
              + "over\\s+([0-9]+)\\s*(s|m|h)(\\s+by\\s+host)?",
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
    boolean isShare = rule.group(3) != null;
    double limit = Double.parseDouble(isShare ? rule.group(3) : rule.group(4));
    if (isShare && limit >= 100) {
      throw new IllegalArgumentException(
          "'" + text + "' is never so: the share must be below 100%; " + EXPECTED);
    }
    Duration window = window(rule.group(5), rule.group(6).toLowerCase(Locale.ROOT));
    if (window.isZero() || window.compareTo(LONGEST_WINDOW) > 0) {
      throw new IllegalArgumentException("'" + text + "': the window is 1s to 24h; " + EXPECTED);
    }
    return new ShareRule(
        text.strip(),
        status,
        all ? hundreds + 99 : status,
        limit,
        isShare,
        window,
        rule.group(7) != null);
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

  /** Whether a status is one of those that are counted against the limit. */
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

  /**
   * Whether a window with so many requests tells anything: a share of few does not, a number does.
   */
  boolean tells(long requests, long minimumRequests) {
    return !isShare || requests >= minimumRequests;
  }

  /** Whether a window with these counts raises the alert. */
  public boolean fires(long requests, long counted, long minimumRequests) {
    return isShare
        ? tells(requests, minimumRequests) && counted * 100.0 > limit * requests
        : counted > limit;
  }
}
