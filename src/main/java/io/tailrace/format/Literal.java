package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/** A text that is in every line, compared eight bytes at once. */
final class Literal {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final byte[] text;

  /** Its first eight bytes, the first the lowest, and which of them it has. */
  private final long word;

  private final long mask;

  Literal(byte[] text) {
    this.text = text;
    long first = 0;
    for (int i = Math.min(text.length, Long.BYTES) - 1; i >= 0; i--) {
      first = first << Byte.SIZE | text[i] & 0xff;
    }
    this.word = first;
    this.mask = text.length >= Long.BYTES ? -1 : (1L << text.length * Byte.SIZE) - 1;
  }

  /** The number of its bytes. */
  int length() {
    return text.length;
  }

  /** Its first byte, or 0 if it has none. */
  byte first() {
    return (byte) word;
  }

  /** Whether it is in {@code bytes[at, end)}, from {@code at} on. */
  boolean isAt(byte[] bytes, int at, int end) {
    if (text.length > end - at) {
      return false;
    }
    if (at > bytes.length - Long.BYTES) {
      return isRestAt(bytes, at, 0);
    }
    return (((long) LONGS.get(bytes, at) ^ word) & mask) == 0
        && (text.length <= Long.BYTES || isRestAt(bytes, at, Long.BYTES));
  }

  private boolean isRestAt(byte[] bytes, int at, int first) {
    int i = first;
    while (i < text.length && bytes[at + i] == text[i]) {
      i++;
    }
    return i == text.length;
  }
}
