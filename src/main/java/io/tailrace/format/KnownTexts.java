package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Makes texts of bytes of UTF-8; a short one that came a moment ago is the same object again, and
 * nothing is allocated for it.
 *
 * <p>Not safe for use by more than one thread.
 */
final class KnownTexts {

  /** A power of two. */
  private static final int PLACES = 256;

  /** Longer texts are made anew: they seldom come again, and would be much to hold. */
  private static final int MOST_BYTES = 256;

  private final byte[][] bytesOf = new byte[PLACES][];
  private final String[] texts = new String[PLACES];

  /** The text of {@code bytes[from, to)}. */
  String text(byte[] bytes, int from, int to) {
    if (to - from > MOST_BYTES) {
      return newText(bytes, from, to);
    }
    int place = place(bytes, from, to);
    byte[] known = bytesOf[place];
    if (known == null || !Arrays.equals(known, 0, known.length, bytes, from, to)) {
      bytesOf[place] = Arrays.copyOfRange(bytes, from, to);
      texts[place] = newText(bytes, from, to);
    }
    return texts[place];
  }

  private static String newText(byte[] bytes, int from, int to) {
    return new String(bytes, from, to - from, StandardCharsets.UTF_8);
  }

  private static int place(byte[] bytes, int from, int to) {
    int hash = to - from;
    for (int i = from; i < to; i++) {
      hash = 31 * hash + bytes[i];
    }
    return (hash ^ hash >>> 16) & (PLACES - 1);
  }
}
