package io.tailrace.report;

import java.io.Serializable;
import java.nio.ByteBuffer;

/**
 * How long rows of a report are kept: as long as their time bucket begins at most a span before the
 * newest one.
 *
 * @param bucket where the time bucket is in the key
 */
public record Retention(BucketKey bucket, Span span) implements Serializable {

  /** So many bytes it is encoded in. */
  static final int BYTES = 2 + 2 * Integer.BYTES + Long.BYTES;

  /**
   * The beginning of the oldest bucket that is kept, or {@link BucketKey#NONE}: all are.
   *
   * @param newest the beginning of the newest one, in microseconds since 1970, or {@link
   *     BucketKey#NONE}
   */
  public long oldest(long newest) {
    return span.before(newest);
  }

  /** Whether it never keeps anything that another one of the same bucket does not. */
  public boolean isWithin(Retention other) {
    return span.isWithin(other.span);
  }

  /** This one or another one of the same bucket: whichever keeps less. */
  Retention orShorter(Retention other) {
    return other == null || isWithin(other) ? this : other;
  }

  /** Puts it where {@link #from} reads it. */
  void putInto(ByteBuffer out) {
    out.put((byte) bucket.part())
        .put((byte) (bucket.isDate() ? 1 : 0))
        .putInt(span.months())
        .putInt(span.days())
        .putLong(span.micros());
  }

  static Retention from(ByteBuffer in) {
    return new Retention(
        new BucketKey(Byte.toUnsignedInt(in.get()), in.get() == 1),
        new Span(in.getInt(), in.getInt(), in.getLong()));
  }
}
