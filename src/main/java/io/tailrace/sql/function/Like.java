package io.tailrace.sql.function;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/** A pattern of LIKE: {@code %} stands for any text, {@code _} for one character. */
public final class Like implements Serializable {

  private static final long serialVersionUID = 1L;

  private static final int ANY_TEXT = -1;
  private static final int ANY_CHARACTER = -2;

  /** Bytes, or one of the two above. */
  private final int[] pattern;

  /** The bytes of a pattern that has no {@code %}, except at its ends, and no {@code _}. */
  private final byte[] plain;

  private final boolean openStart;
  private final boolean openEnd;

  private Like(int[] pattern) {
    this.pattern = pattern;
    int from = 0;
    int to = pattern.length;
    this.openStart = from < to && pattern[from] == ANY_TEXT;
    while (from < to && pattern[from] == ANY_TEXT) {
      from++;
    }
    this.openEnd = to > 0 && pattern[to - 1] == ANY_TEXT;
    while (to > from && pattern[to - 1] == ANY_TEXT) {
      to--;
    }
    int[] middle = Arrays.copyOfRange(pattern, from, to);
    this.plain = Arrays.stream(middle).allMatch(b -> b >= 0) ? bytes(middle) : null;
  }

  private static byte[] bytes(int[] values) {
    byte[] bytes = new byte[values.length];
    for (int i = 0; i < values.length; i++) {
      bytes[i] = (byte) values[i];
    }
    return bytes;
  }

  /**
   * The pattern of a text.
   *
   * @param escape the character behind which {@code %} and {@code _} stand for themselves
   */
  static Like of(String text, Optional<Character> escape) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    int[] pattern = new int[bytes.length];
    int length = 0;
    for (int i = 0; i < bytes.length; i++) {
      int b = bytes[i] & 0xFF;
      if (escape.isPresent() && b == escape.get()) {
        i++;
        if (i == bytes.length) {
          throw new ValueException("the pattern of LIKE ends with its escape character");
        }
        pattern[length++] = bytes[i] & 0xFF;
      } else {
        pattern[length++] = b == '%' ? ANY_TEXT : b == '_' ? ANY_CHARACTER : b;
      }
    }
    return new Like(Arrays.copyOf(pattern, length));
  }

  /** The escape character that a text is, which is empty for none. */
  static Optional<Character> escape(String text) {
    if (text.length() > 1 || !text.isEmpty() && text.charAt(0) >= 0x80) {
      throw new ValueException("'" + text + "' is not one character to escape others in LIKE");
    }
    return text.isEmpty() ? Optional.empty() : Optional.of(text.charAt(0));
  }

  /** Whether a text is like a pattern that is known before. */
  public static boolean like(Text value, Like pattern) {
    return pattern.matches(value);
  }

  public static boolean notLike(Text value, Like pattern) {
    return !pattern.matches(value);
  }

  /** Whether a text is like a pattern that is a value, too. */
  public static boolean like(Text value, Text pattern) {
    return of(pattern.toString(), Optional.empty()).matches(value);
  }

  public static boolean notLike(Text value, Text pattern) {
    return !like(value, pattern);
  }

  public static boolean like(Text value, Text pattern, Text escape) {
    return of(pattern.toString(), escape(escape.toString())).matches(value);
  }

  public static boolean notLike(Text value, Text pattern, Text escape) {
    return !like(value, pattern, escape);
  }

  private boolean matches(Text value) {
    byte[] bytes = value.bytes();
    int from = value.from();
    int to = value.to();
    if (plain == null) {
      return matches(bytes, from, to);
    }
    if (openStart && openEnd) {
      return TextSearch.indexOf(bytes, from, to, plain, 0, plain.length) >= 0;
    }
    if (to - from < plain.length) {
      return false;
    }
    if (openStart) {
      return Arrays.equals(bytes, to - plain.length, to, plain, 0, plain.length);
    }
    return (openEnd || to - from == plain.length)
        && Arrays.equals(bytes, from, from + plain.length, plain, 0, plain.length);
  }

  /** Only the last {@code %} needs to be tried with more text: what is behind it can only move. */
  private boolean matches(byte[] bytes, int from, int to) {
    int at = from;
    int p = 0;
    int afterAnyText = -1;
    int tried = from;
    while (at < to) {
      int expected = p < pattern.length ? pattern[p] : Integer.MIN_VALUE;
      if (expected == ANY_TEXT) {
        afterAnyText = ++p;
        tried = at;
      } else if (expected == ANY_CHARACTER) {
        at = Utf8Text.after(bytes, at, to);
        p++;
      } else if (expected == (bytes[at] & 0xFF)) {
        at++;
        p++;
      } else if (afterAnyText >= 0) {
        tried = Utf8Text.after(bytes, tried, to);
        at = tried;
        p = afterAnyText;
      } else {
        return false;
      }
    }
    while (p < pattern.length && pattern[p] == ANY_TEXT) {
      p++;
    }
    return p == pattern.length;
  }
}
