package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Looks for a byte, eight of them at a time (after H. S. Warren, Hacker's Delight, section 6-1).
 *
 * <p>What is outside of the bytes that are asked for is looked at, too, where the array has it:
 * most searches are short, and to end them byte by byte would take longer than all the rest.
 */
final class ByteSearch {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private ByteSearch() {}

  /** Where the first such byte of {@code bytes[from, to)} is, or {@code to}. */
  static int next(byte[] bytes, byte wanted, int from, int to) {
    long pattern = (wanted & 0xff) * ONES;
    int lastWord = Math.min(to - 1, bytes.length - Long.BYTES);
    int i = from;
    for (; i <= lastWord; i += Long.BYTES) {
      long x = (long) LONGS.get(bytes, i) ^ pattern;
      // The lowest of these bits is that of a zero.
      long zeros = (x - ONES) & ~x & HIGH_BITS;
      if (zeros != 0) {
        return Math.min(i + (Long.numberOfTrailingZeros(zeros) >>> 3), to);
      }
    }
    while (i < to && bytes[i] != wanted) {
      i++;
    }
    return Math.min(i, to);
  }

  /** Where the last such byte of {@code bytes[from, to)} is, or {@code from - 1}. */
  static int previous(byte[] bytes, byte wanted, int from, int to) {
    long pattern = (wanted & 0xff) * ONES;
    int firstWordEnd = Math.max(from, Long.BYTES - 1);
    int i = to - 1;
    for (; i >= firstWordEnd; i -= Long.BYTES) {
      long x = (long) LONGS.get(bytes, i - Long.BYTES + 1) ^ pattern;
      long zeros = ~((x & ~HIGH_BITS) + ~HIGH_BITS | x | ~HIGH_BITS);
      if (zeros != 0) {
        return Math.max(i - (Long.numberOfLeadingZeros(zeros) >>> 3), from - 1);
      }
    }
    while (i >= from && bytes[i] != wanted) {
      i--;
    }
    return Math.max(i, from - 1);
  }

  /** Where the first byte of {@code bytes[from, to)} is that is at most a blank, or {@code to}. */
  static int nextBlankOrControl(byte[] bytes, int from, int to) {
    int lastWord = Math.min(to - 1, bytes.length - Long.BYTES);
    int i = from;
    for (; i <= lastWord; i += Long.BYTES) {
      long x = (long) LONGS.get(bytes, i);
      long found = ~((x & ~HIGH_BITS) + ONES * (0x7f - ' ') | x) & HIGH_BITS;
      if (found != 0) {
        return Math.min(i + (Long.numberOfTrailingZeros(found) >>> 3), to);
      }
    }
    while (i < to && (bytes[i] < 0 || bytes[i] > ' ')) {
      i++;
    }
    return Math.min(i, to);
  }
}
