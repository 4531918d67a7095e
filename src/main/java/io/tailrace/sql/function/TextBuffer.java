package io.tailrace.sql.function;

/** An array that grows, in which one place of an expression makes its texts. */
public final class TextBuffer {

  private static final int FIRST_BYTES = 64;

  private byte[] bytes = new byte[FIRST_BYTES];

  /** The array, with room for so many bytes at least; what was in it is lost. */
  public byte[] atLeast(int length) {
    if (bytes.length < length) {
      bytes = new byte[Math.max(length, bytes.length * 2)];
    }
    return bytes;
  }
}
