package io.tailrace.format;

import java.nio.charset.StandardCharsets;

/**
 * Makes of any bytes what can be the key of a report in every database: 1 to {@value #MAX_BYTES}
 * bytes of UTF-8 without control characters.
 *
 * <p>What is such already stays as it is, and nothing is copied. Otherwise control characters and
 * bytes that are not UTF-8 are written as Apache writes them, {@code \x00}; what is too long is cut
 * and ends with {@code ...}, so that texts that begin alike have one key; and no bytes are {@code
 * -}, as in a log.
 *
 * <p>One instance holds the key that was made last; it is not safe for use by more than one thread.
 */
public final class KeyBytes {

  /** The longest key. */
  public static final int MAX_BYTES = 256;

  private static final byte[] NOTHING = {'-'};
  private static final byte[] DIGITS = "0123456789abcdef".getBytes(StandardCharsets.US_ASCII);
  private static final byte[] ELLIPSIS = "...".getBytes(StandardCharsets.US_ASCII);

  private final byte[] own = new byte[MAX_BYTES];
  private byte[] bytes;
  private int from;
  private int to;

  /** Makes a key of {@code bytes[from, to)}, which must stay what they are while it is in use. */
  public void set(byte[] bytes, int from, int to) {
    if (from == to) {
      keep(NOTHING, 0, NOTHING.length);
    } else if (isKey(bytes, from, to)) {
      keep(bytes, from, to);
    } else {
      keep(own, 0, write(bytes, from, to));
    }
  }

  /** The array that holds the key. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the key begins in {@link #bytes()}. */
  public int from() {
    return from;
  }

  /** Where the key ends in {@link #bytes()}, exclusive. */
  public int to() {
    return to;
  }

  private void keep(byte[] bytes, int from, int to) {
    this.bytes = bytes;
    this.from = from;
    this.to = to;
  }

  private static boolean isKey(byte[] bytes, int from, int to) {
    if (to - from > MAX_BYTES) {
      return false;
    }
    int nonAscii = 0;
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      nonAscii |= b;
      if (isControl(b)) {
        return false;
      }
    }
    return nonAscii >= 0 || Utf8.isValid(bytes, from, to);
  }

  /** Returns how many bytes were written. */
  private int write(byte[] bytes, int from, int to) {
    int length = 0;
    int cut = 0;
    for (int i = from; i < to; ) {
      int character = Math.min(lengthOfCharacter(bytes[i]), to - i);
      boolean asItIs = !isControl(bytes[i]) && Utf8.isValid(bytes, i, i + character);
      int written = asItIs ? character : 4;
      if (length + written > MAX_BYTES) {
        System.arraycopy(ELLIPSIS, 0, own, cut, ELLIPSIS.length);
        return cut + ELLIPSIS.length;
      }
      if (asItIs) {
        System.arraycopy(bytes, i, own, length, character);
        i += character;
      } else {
        own[length] = '\\';
        own[length + 1] = 'x';
        own[length + 2] = DIGITS[bytes[i] >> 4 & 0xf];
        own[length + 3] = DIGITS[bytes[i] & 0xf];
        i++;
      }
      length += written;
      if (length + ELLIPSIS.length <= MAX_BYTES) {
        cut = length;
      }
    }
    return length;
  }

  /** The bytes of a character of UTF-8 that begins with this one, if any does. */
  private static int lengthOfCharacter(byte lead) {
    int ones = Integer.numberOfLeadingZeros(~(lead << 24));
    return ones < 2 ? 1 : ones;
  }

  private static boolean isControl(byte b) {
    return b >= 0 && b < ' ' || b == 0x7f;
  }
}
