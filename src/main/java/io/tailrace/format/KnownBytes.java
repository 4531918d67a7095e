package io.tailrace.format;

import java.util.Arrays;

/**
 * What is made of bytes; of those that came a moment ago it is the same object again, and nothing
 * is allocated for it. Most texts and messages of a log come again and again.
 *
 * <p>Not safe for use by more than one thread.
 *
 * @param <T> what is made
 */
public final class KnownBytes<T> {

  /**
   * Makes something of {@code bytes[from, to)} that depends on nothing else.
   *
   * @param <T> what is made
   */
  @FunctionalInterface
  public interface Maker<T> {

    /** Makes it. */
    T make(byte[] bytes, int from, int to);
  }

  /** A power of two. */
  private static final int PLACES = 1 << 12;

  /** What is longer is made anew: it seldom comes again, and would be much to hold. */
  private static final int MOST_BYTES = 1 << 10;

  private record Known<T>(byte[] bytes, T made) {

    boolean isOf(byte[] others, int from, int to) {
      return Arrays.equals(bytes, 0, bytes.length, others, from, to);
    }
  }

  private final Maker<T> maker;
  private final Object[] known = new Object[PLACES];

  public KnownBytes(Maker<T> maker) {
    this.maker = maker;
  }

  /** What is made of {@code bytes[from, to)}. */
  public T get(byte[] bytes, int from, int to) {
    if (to - from > MOST_BYTES) {
      return maker.make(bytes, from, to);
    }
    int place = ByteHash.of(bytes, from, to) & (PLACES - 1);
    @SuppressWarnings("unchecked")
    Known<T> there = (Known<T>) known[place];
    if (there == null || !there.isOf(bytes, from, to)) {
      there = new Known<>(Arrays.copyOfRange(bytes, from, to), maker.make(bytes, from, to));
      known[place] = there;
    }
    return there.made();
  }
}
