package io.tailrace.report;

/** Numbers as bytes: seven bits in each, the lowest first, as in Protocol Buffers. */
final class Varint {

  /** So many bytes a number of 64 bits has at most. */
  static final int MOST_BYTES = 10;

  private Varint() {}

  /** Puts a number, and gives where it ends. */
  static int put(byte[] bytes, int at, long value) {
    int next = at;
    long rest = value;
    while ((rest & ~0x7fL) != 0) {
      bytes[next++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    bytes[next++] = (byte) rest;
    return next;
  }

  /** The number that begins at a place. */
  static long get(byte[] bytes, int from) {
    long value = 0;
    int at = from;
    for (int shift = 0; ; shift += 7) {
      byte next = bytes[at++];
      value |= (next & 0x7fL) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }

  /** Where the number that begins at a place ends. */
  static int after(byte[] bytes, int from) {
    int at = from;
    while (bytes[at] < 0) {
      at++;
    }
    return at + 1;
  }
}
