package io.tailrace.report;

import java.io.Serializable;

/**
 * Where the time bucket of a report is in the keys of its rows: a part that is a number in decimal,
 * of microseconds or days since 1970.
 *
 * @param part the part of the key, 0 for the first
 * @param isDate whether it is a number of days
 */
public record BucketKey(int part, boolean isDate) implements Serializable {

  /** Stands for no time: of a bucket that is NULL, or of no bucket at all. */
  public static final long NONE = Long.MIN_VALUE;

  private static final long MICROS_A_DAY = 86_400_000_000L;

  /** A DATE can be of a later year than the microseconds of a long reach. */
  private static final long MOST_DAYS = Long.MAX_VALUE / MICROS_A_DAY;

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
    return isDate ? Math.max(-MOST_DAYS, Math.min(MOST_DAYS, time)) * MICROS_A_DAY : time;
  }

  /** A key with its bucket left empty: the same for all buckets of what it is of. */
  public String series(String key) {
    return Column.withPart(key, part, "");
  }

  /**
   * The key of the row of a bucket.
   *
   * @param series what it is of, as {@link #series} has it
   * @param begin of the bucket, in microseconds since 1970
   */
  public String keyOf(String series, long begin) {
    return Column.withPart(
        series, part, Long.toString(isDate ? Math.floorDiv(begin, MICROS_A_DAY) : begin));
  }
}
