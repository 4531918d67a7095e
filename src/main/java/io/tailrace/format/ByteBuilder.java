package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** Bytes that are put one behind the other, in an array that grows and is used again. */
final class ByteBuilder {

  private static final int FIRST_BYTES = 256;
  private static final byte[] DIGITS = "0123456789ABCDEF".getBytes(StandardCharsets.US_ASCII);

  private byte[] bytes = new byte[FIRST_BYTES];
  private int length;

  /** Begins anew. */
  void clear() {
    length = 0;
  }

  /** The array that has them, until the next ones are added. */
  byte[] bytes() {
    return bytes;
  }

  /** How many there are. */
  int length() {
    return length;
  }

  /** The last of them, of which there must be one. */
  byte last() {
    return bytes[length - 1];
  }

  void add(byte b) {
    ensure(1);
    bytes[length++] = b;
  }

  void add(byte[] source, int from, int to) {
    ensure(to - from);
    System.arraycopy(source, from, bytes, length, to - from);
    length += to - from;
  }

  /** Adds a character, which is no half of a surrogate pair, in UTF-8. */
  void addCharacter(int codePoint) {
    if (codePoint < 0x80) {
      add((byte) codePoint);
    } else if (codePoint < 0x800) {
      add((byte) (0xc0 | codePoint >> 6));
      addFollower(codePoint);
    } else if (codePoint < 0x10000) {
      add((byte) (0xe0 | codePoint >> 12));
      addFollower(codePoint >> 6);
      addFollower(codePoint);
    } else {
      add((byte) (0xf0 | codePoint >> 18));
      addFollower(codePoint >> 12);
      addFollower(codePoint >> 6);
      addFollower(codePoint);
    }
  }

  private void addFollower(int bits) {
    add((byte) (0x80 | bits & 0x3f));
  }

  /** Adds a text of UTF-8 as one of JSON, quotes around it. */
  void addJsonText(byte[] source, int from, int to) {
    add((byte) '"');
    for (int i = from; i < to; i++) {
      byte b = source[i];
      if (b == '"' || b == '\\') {
        add((byte) '\\');
        add(b);
      } else if (b >= 0 && b < ' ') {
        addControl(b);
      } else {
        add(b);
      }
    }
    add((byte) '"');
  }

  private void addControl(byte b) {
    int shorthand = "\b\t\n\f\r".indexOf(b);
    add((byte) '\\');
    if (shorthand >= 0) {
      add((byte) "btnfr".charAt(shorthand));
    } else {
      add((byte) 'u');
      add((byte) '0');
      add((byte) '0');
      add(DIGITS[b >> 4]);
      add(DIGITS[b & 0xf]);
    }
  }

  private void ensure(int more) {
    if (bytes.length - length < more) {
      bytes = Arrays.copyOf(bytes, Math.max(2 * bytes.length, length + more));
    }
  }
}
