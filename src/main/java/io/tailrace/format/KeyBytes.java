package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Makes of any bytes a text that every database can have: UTF-8 without control characters, and at
 * least one byte. Of up to {@value #MAX_BYTES} bytes it can be a key.
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

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  private final int longest;
  private byte[] own = {};
  private byte[] bytes;
  private int from;
  private int to;

  /** Makes texts that can be keys. */
  public KeyBytes() {
    this(MAX_BYTES);
  }

  /**
   * @param longest the most bytes of a text, at least as many as the mark of what is cut has
   */
  public KeyBytes(int longest) {
    this.longest = longest;
  }

  /** Makes a key of {@code bytes[from, to)}, which must stay what they are while it is in use. */
  public void set(byte[] bytes, int from, int to) {
    if (from == to) {
      keep(NOTHING, 0, NOTHING.length);
    } else if (isKey(bytes, from, to)) {
      keep(bytes, from, to);
    } else {
      int length = write(bytes, from, to);
      keep(own, 0, length);
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

  private boolean isKey(byte[] bytes, int from, int to) {
    return to - from <= longest
        && (isPrintableAscii(bytes, from, to) || isPrintable(bytes, from, to));
  }

  /**
   * Whether a text has none but visible characters of ASCII and blanks; false also if it is short.
   * Eight bytes at a time, after H. S. Warren, Hacker's Delight, section 6-1.
   */
  private static boolean isPrintableAscii(byte[] bytes, int from, int to) {
    int last = to - Long.BYTES;
    if (last < from) {
      return false;
    }
    long found = 0;
    for (int i = from; i < last; i += Long.BYTES) {
      found |= unprintable((long) LONGS.get(bytes, i));
    }
    return ((found | unprintable((long) LONGS.get(bytes, last))) & HIGH_BITS) == 0;
  }

  /** Its highest bits are those of a byte that is no visible character of ASCII or a blank. */
  private static long unprintable(long word) {
    long delete = word ^ ONES * 0x7f;
    return word | (word - ONES * ' ') & ~word | (delete - ONES) & ~delete;
  }

  private static boolean isPrintable(byte[] bytes, int from, int to) {
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
    int most = (int) Math.min(longest, 4L * (to - from));
    if (own.length < most) {
      own = new byte[most];
    }
    int length = 0;
    int cut = 0;
    for (int i = from; i < to; ) {
      int character = Math.min(lengthOfCharacter(bytes[i]), to - i);
      boolean asItIs = !isControl(bytes[i]) && Utf8.isValid(bytes, i, i + character);
      int written = asItIs ? character : 4;
      if (length + written > longest) {
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
      if (length + ELLIPSIS.length <= longest) {
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
