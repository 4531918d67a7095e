package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * A hash of bytes, made of eight of them at a time, which is the same on every machine: parts of a
 * report must meet.
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
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      hash = (hash ^ (long) LONGS.get(bytes, i)) * GOLDEN;
      hash ^= hash >>> 32;
    }
    for (; i < to; i++) {
      hash = (hash ^ bytes[i]) * GOLDEN;
    }
    return (int) (hash ^ hash >>> 29 ^ hash >>> 47);
  }
}
