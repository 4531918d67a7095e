package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * A hash of bytes, made of eight of them at a time. It is the same on every machine and in every
 * version: ledgers keep the parts of a report by it.
 */
public final class ByteHash {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** 2 to the power of 64 over the golden ratio, for multiplicative hashing (Knuth, TAOCP 6.4). */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  private ByteHash() {}

  /** The hash of {@code bytes[from, to)}, whose lowest bits may be used alone. */
  public static int of(byte[] bytes, int from, int to) {
    long hash = to - from;
    if (to - from <= Long.BYTES) {
      hash = mix(hash ^ word(bytes, from, to));
    } else {
      int last = to - Long.BYTES;
      for (int i = from; i < last; i += Long.BYTES) {
        hash = mix(hash ^ (long) LONGS.get(bytes, i));
      }
      // The last eight bytes, some of which may have been taken before.
      hash = mix(hash ^ (long) LONGS.get(bytes, last));
    }
    return (int) mix(hash);
  }

  /** Lets each bit bear on those above it, and the highest of all on the lowest. */
  private static long mix(long hash) {
    long product = hash * GOLDEN;
    return product ^ product >>> 32;
  }

  /** Whether {@code bytes[from, to)} and {@code others[otherFrom, otherTo)} are the same. */
  public static boolean areEqual(
      byte[] bytes, int from, int to, byte[] others, int otherFrom, int otherTo) {
    int length = to - from;
    if (length != otherTo - otherFrom) {
      return false;
    }
    if (length <= Long.BYTES) {
      return word(bytes, from, to) == word(others, otherFrom, otherTo);
    }
    if (length <= 2 * Long.BYTES) {
      return (long) LONGS.get(bytes, from) == (long) LONGS.get(others, otherFrom)
          && (long) LONGS.get(bytes, to - Long.BYTES)
              == (long) LONGS.get(others, otherTo - Long.BYTES);
    }
    if (length <= 4 * Long.BYTES) {
      return ((long) LONGS.get(bytes, from) ^ (long) LONGS.get(others, otherFrom)
              | (long) LONGS.get(bytes, from + Long.BYTES)
                  ^ (long) LONGS.get(others, otherFrom + Long.BYTES)
              | (long) LONGS.get(bytes, to - 2 * Long.BYTES)
                  ^ (long) LONGS.get(others, otherTo - 2 * Long.BYTES)
              | (long) LONGS.get(bytes, to - Long.BYTES)
                  ^ (long) LONGS.get(others, otherTo - Long.BYTES))
          == 0;
    }
    return Arrays.equals(bytes, from, to, others, otherFrom, otherTo);
  }

  /** Up to eight bytes as a number, the first the lowest. */
  private static long word(byte[] bytes, int from, int to) {
    int unused = Long.SIZE - (to - from << 3);
    if (from <= bytes.length - Long.BYTES) {
      // Shifts take the lowest six bits alone, so that nothing cannot be made by them.
      return from == to ? 0 : (long) LONGS.get(bytes, from) << unused >>> unused;
    }
    long word = 0;
    for (int i = to - 1; i >= from; i--) {
      word = word << Byte.SIZE | bytes[i] & 0xff;
    }
    return word;
  }
}
