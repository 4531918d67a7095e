package io.tailrace.sql.function;

/** Characters, which are code points, in bytes of UTF-8. */
final class Utf8Text {

  private Utf8Text() {}

  static boolean isContinuation(byte b) {
    return (b & 0xC0) == 0x80;
  }

  /** Where the character ends that begins at a place before the end. */
  static int after(byte[] bytes, int at, int to) {
    int i = at + 1;
    while (i < to && isContinuation(bytes[i])) {
      i++;
    }
    return i;
  }

  /** Where the character begins that ends at a place behind the beginning. */
  static int before(byte[] bytes, int at, int from) {
    int i = at - 1;
    while (i > from && isContinuation(bytes[i])) {
      i--;
    }
    return i;
  }

  /** The place so many characters behind another one, or the end. */
  static int forward(byte[] bytes, int at, int to, long characters) {
    int i = at;
    for (long n = 0; n < characters && i < to; n++) {
      i = after(bytes, i, to);
    }
    return i;
  }

  /** The place so many characters before another one, or the beginning. */
  static int backward(byte[] bytes, int at, int from, long characters) {
    int i = at;
    for (long n = 0; n < characters && i > from; n++) {
      i = before(bytes, i, from);
    }
    return i;
  }

  static int count(byte[] bytes, int from, int to) {
    int count = 0;
    for (int i = from; i < to; i++) {
      count += isContinuation(bytes[i]) ? 0 : 1;
    }
    return count;
  }

  /** The character that begins at a place. */
  static int codePoint(byte[] bytes, int at, int to) {
    int first = bytes[at];
    if (first >= 0) {
      return first;
    }
    int end = after(bytes, at, to);
    int point =
        switch (end - at) {
          case 2 -> first & 0x1F;
          case 3 -> first & 0x0F;
          default -> first & 0x07;
        };
    for (int i = at + 1; i < end; i++) {
      point = point << 6 | bytes[i] & 0x3F;
    }
    return point;
  }

  /** Writes a character; returns where it ends. */
  static int put(byte[] bytes, int at, int codePoint) {
    int i = at;
    if (codePoint < 0x80) {
      bytes[i++] = (byte) codePoint;
    } else if (codePoint < 0x800) {
      bytes[i++] = (byte) (0xC0 | codePoint >> 6);
      bytes[i++] = (byte) (0x80 | codePoint & 0x3F);
    } else if (codePoint < 0x10000) {
      bytes[i++] = (byte) (0xE0 | codePoint >> 12);
      bytes[i++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      bytes[i++] = (byte) (0x80 | codePoint & 0x3F);
    } else {
      bytes[i++] = (byte) (0xF0 | codePoint >> 18);
      bytes[i++] = (byte) (0x80 | codePoint >> 12 & 0x3F);
      bytes[i++] = (byte) (0x80 | codePoint >> 6 & 0x3F);
      bytes[i++] = (byte) (0x80 | codePoint & 0x3F);
    }
    return i;
  }
}
