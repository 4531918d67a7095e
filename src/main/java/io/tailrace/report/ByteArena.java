package io.tailrace.report;

import java.util.Arrays;

/**
 * An array that grows, with byte strings one after the other, so that they cost no object each.
 *
 * <p>A byte string is known by where it begins and how long it is, both in one number. The arena
 * does not know which numbers are still in use: their owner copies those to another arena when this
 * one should be compacted.
 *
 * <p>Not safe for use by more than one thread.
 */
final class ByteArena {

  /** Stands for no byte string. */
  static final long NONE = -1;

  private static final int FIRST_BYTES = 64;

  private byte[] bytes;
  private int end;
  private int garbage;

  private ByteArena(int capacity) {
    this.bytes = new byte[capacity];
  }

  static ByteArena create() {
    return new ByteArena(FIRST_BYTES);
  }

  /** An empty arena of the same size. */
  ByteArena emptyCopy() {
    return new ByteArena(bytes.length);
  }

  /** Where a byte string begins. */
  static int from(long string) {
    return (int) (string >>> Integer.SIZE);
  }

  static int length(long string) {
    return (int) string;
  }

  /** Where it ends, exclusive. */
  static int to(long string) {
    return from(string) + length(string);
  }

  /** The array that has them, until one is added. */
  byte[] bytes() {
    return bytes;
  }

  /** The bytes that it takes. */
  int capacity() {
    return bytes.length;
  }

  /**
   * Whether it should be compacted before so many bytes are added: they have no room, and most of
   * what is here is not in use.
   *
   * @param cost how many values the owner looks at for that; it is worth it only if as many bytes
   *     come of it
   */
  boolean shouldBeCompacted(int length, long cost) {
    return length > bytes.length - end && garbage > end / 2 && garbage >= cost;
  }

  /** Adds a byte string: {@code source[from, to)}. */
  long add(byte[] source, int from, int to) {
    int length = to - from;
    int begin = end;
    end = Math.addExact(begin, length);
    if (end > bytes.length) {
      bytes =
          Arrays.copyOf(bytes, (int) Math.min(Integer.MAX_VALUE - 8, Math.max(end, 2L * begin)));
    }
    System.arraycopy(source, from, bytes, begin, length);
    return (long) begin << Integer.SIZE | length;
  }

  /** Replaces a byte string, or {@link #NONE}, by {@code source[from, to)}. */
  long replace(long string, byte[] source, int from, int to) {
    if (string == NONE) {
      return add(source, from, to);
    }
    int length = to - from;
    if (length > length(string)) {
      garbage += length(string);
      return add(source, from, to);
    }
    garbage += length(string) - length;
    System.arraycopy(source, from, bytes, from(string), length);
    return string & ~0xffffffffL | length;
  }
}
