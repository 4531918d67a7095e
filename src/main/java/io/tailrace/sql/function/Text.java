package io.tailrace.sql.function;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;

/**
 * A text: a range of bytes of UTF-8 that others may own. The same object is set to one value after
 * the other, so that a text costs no object per record.
 */
public final class Text implements Serializable {

  private static final long serialVersionUID = 1L;

  private byte[] bytes;
  private int from;
  private int to;

  /** Sets it to the bytes {@code [from, to)}, which are not copied. */
  public void set(byte[] bytes, int from, int to) {
    if (this.bytes != bytes) {
      // A reference that is set costs the garbage collector's barrier, and most often it is the
      // same.
      this.bytes = bytes;
    }
    this.from = from;
    this.to = to;
  }

  /** Sets it to what another one is now. */
  public void set(Text other) {
    set(other.bytes, other.from, other.to);
  }

  /** Sets it to a copy of a text. */
  public void set(String text) {
    byte[] copy = text.getBytes(StandardCharsets.UTF_8);
    set(copy, 0, copy.length);
  }

  /** The array that holds it. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where it begins in its array. */
  public int from() {
    return from;
  }

  /** Where it ends in its array, exclusive. */
  public int to() {
    return to;
  }

  /** The number of its bytes. */
  public int length() {
    return to - from;
  }

  @Override
  public String toString() {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }
}
