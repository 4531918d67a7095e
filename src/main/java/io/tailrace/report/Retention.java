package io.tailrace.report;

import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.DateTimeException;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;

/**
 * How long rows of a report are kept: as long as their time bucket, which is a part of their key,
 * begins at most an interval before the newest one.
 *
 * <p>Months are those of the calendar: one before 31 March is 28 February.
 *
 * @param part the part of the key, 0 for the first: a number in decimal
 * @param isDate whether it is a number of days since 1970, and not of microseconds
 * @param months of the interval
 * @param days of the interval
 * @param micros of the interval, microseconds
 */
public record Retention(int part, boolean isDate, int months, int days, long micros)
    implements Serializable {

  /** Stands for no time: of a bucket that is NULL, or of no bucket at all. */
  public static final long NONE = Long.MIN_VALUE;

  /** So many bytes it is encoded in. */
  static final int BYTES = 2 + 2 * Integer.BYTES + Long.BYTES;

  private static final long MICROS_A_DAY = 86_400_000_000L;
  private static final int DAYS_OF_SHORTEST_MONTH = 28;
  private static final int DAYS_OF_LONGEST_MONTH = 31;
  private static final LocalDateTime EPOCH = LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC);

  /**
   * The beginning of the oldest bucket that is kept.
   *
   * @param newest the beginning of the newest one, in microseconds since 1970, or {@link #NONE}
   */
  public long oldest(long newest) {
    if (newest == NONE) {
      return NONE;
    }
    try {
      LocalDateTime begin =
          EPOCH
              .plus(newest, ChronoUnit.MICROS)
              .minusMonths(months)
              .minusDays(days)
              .minus(micros, ChronoUnit.MICROS);
      return ChronoUnit.MICROS.between(EPOCH, begin);
    } catch (ArithmeticException | DateTimeException e) {
      // No bucket can begin before that.
      return NONE;
    }
  }

  /** Whether it never keeps anything that another one of the same bucket does not. */
  public boolean isWithin(Retention other) {
    if (months == other.months) {
      return micros(0) <= other.micros(0);
    }
    return micros(DAYS_OF_LONGEST_MONTH) <= other.micros(DAYS_OF_SHORTEST_MONTH);
  }

  private double micros(int daysOfMonth) {
    return ((double) months * daysOfMonth + days) * MICROS_A_DAY + micros;
  }

  /** This one or another one of the same bucket: whichever keeps less. */
  Retention orShorter(Retention other) {
    return other == null || isWithin(other) ? this : other;
  }

  /**
   * The beginning of the bucket of a key in {@code bytes[from, to)}, in microseconds since 1970, or
   * {@link #NONE}.
   */
  long time(byte[] bytes, int from, int to) {
    int begin = from;
    for (int i = 0; i < part; i++) {
      begin = Column.endOfPart(bytes, begin, to) + 1;
    }
    int end = Column.endOfPart(bytes, begin, to);
    boolean isNegative = begin < end && bytes[begin] == '-';
    long number = 0;
    for (int at = isNegative ? begin + 1 : begin; at < end; at++) {
      if (bytes[at] < '0' || bytes[at] > '9') {
        return NONE;
      }
      number = number * 10 + bytes[at] - '0';
    }
    long time = isNegative ? -number : number;
    return isDate ? time * MICROS_A_DAY : time;
  }

  /** Puts it where {@link #from} reads it. */
  void putInto(ByteBuffer out) {
    out.put((byte) part).put((byte) (isDate ? 1 : 0)).putInt(months).putInt(days).putLong(micros);
  }

  static Retention from(ByteBuffer in) {
    return new Retention(
        Byte.toUnsignedInt(in.get()), in.get() == 1, in.getInt(), in.getInt(), in.getLong());
  }
}
