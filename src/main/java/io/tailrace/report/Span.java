package io.tailrace.report;

import java.io.Serializable;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * A length of time. Months are those of the calendar: one before 31 March is 28 February.
 *
 * @param months from 0
 * @param days from 0
 * @param micros microseconds, from 0
 */
public record Span(int months, int days, long micros) implements Serializable {

  private static final long MICROS_A_DAY = 86_400_000_000L;
  private static final int DAYS_OF_SHORTEST_MONTH = 28;
  private static final int DAYS_OF_LONGEST_MONTH = 31;
  private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

  /**
   * The time that is this long before another one, both in microseconds since 1970, or {@link
   * BucketKey#NONE} if there is none or no other one.
   */
  public long before(long time) {
    return shifted(time, -1);
  }

  /** The same after it. */
  public long after(long time) {
    return shifted(time, 1);
  }

  private long shifted(long time, int sign) {
    if (time == BucketKey.NONE) {
      return BucketKey.NONE;
    }
    try {
      LocalDateTime shifted =
          EPOCH
              .plus(time, ChronoUnit.MICROS)
              .plusMonths(sign * (long) months)
              .plusDays(sign * (long) days)
              .plus(sign * micros, ChronoUnit.MICROS);
      return ChronoUnit.MICROS.between(EPOCH, shifted);
    } catch (ArithmeticException | DateTimeException e) {
      return BucketKey.NONE;
    }
  }

  /** Whether it is longer than nothing. */
  public boolean isPositive() {
    return months >= 0 && days >= 0 && micros >= 0 && (months > 0 || days > 0 || micros > 0);
  }

  /** Whether it is never longer than another one. */
  public boolean isWithin(Span other) {
    if (months == other.months) {
      return micros(0) <= other.micros(0);
    }
    return micros(DAYS_OF_LONGEST_MONTH) <= other.micros(DAYS_OF_SHORTEST_MONTH);
  }

  private double micros(int daysOfMonth) {
    return ((double) months * daysOfMonth + days) * MICROS_A_DAY + micros;
  }
}
