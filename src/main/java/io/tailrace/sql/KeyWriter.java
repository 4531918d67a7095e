package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.function.Text;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.Arrays;

/**
 * Writes and reads keys of reports. A key is a text: those of its parts, with a separator between
 * them.
 *
 * <p>The text of a part is that of a VARCHAR, where separators and escapes are escaped, or a number
 * in decimal: 0 or 1 for a BOOLEAN, the days of a DATE, the microseconds of a TIMESTAMP, the
 * unscaled value of a DECIMAL, {@link SqlValues#ordered} of a DOUBLE. NULL is an escape of its own.
 */
final class KeyWriter {

  private static final char SEPARATOR = '\u001f';
  private static final char ESCAPE = '\u001b';
  private static final char NULL = 'n';
  private static final char ESCAPED_ESCAPE = 'e';
  private static final char ESCAPED_SEPARATOR = 's';

  /** So many characters has a number of 64 bits at most. */
  private static final int MAX_LONG = 20;

  private static final long[] POWERS = new long[MAX_LONG - 1];

  /** The digits of the numbers below 100. */
  private static final byte[] TENS = new byte[100];

  private static final byte[] ONES = new byte[100];

  static {
    for (int i = 0; i < TENS.length; i++) {
      TENS[i] = (byte) ('0' + i / 10);
      ONES[i] = (byte) ('0' + i % 10);
    }
    POWERS[0] = 1;
    for (int i = 1; i < POWERS.length; i++) {
      POWERS[i] = POWERS[i - 1] * 10;
    }
  }

  private byte[] bytes = new byte[64];
  private int length;
  private boolean isFirst;

  /** Begins a key. */
  void begin() {
    length = 0;
    isFirst = true;
  }

  /** The array that has the key, from its begin on. */
  byte[] bytes() {
    return bytes;
  }

  /** How many bytes the key has. */
  int length() {
    return length;
  }

  /** Adds a part that is NULL. */
  void addNull() {
    beginPart(2);
    escape(NULL);
  }

  /** Adds a part that is a text. */
  void add(Text text) {
    beginPart(2 * text.length());
    byte[] from = text.bytes();
    byte[] target = bytes;
    int at = length;
    for (int i = text.from(); i < text.to(); i++) {
      byte next = from[i];
      if (next == ESCAPE || next == SEPARATOR) {
        target[at++] = ESCAPE;
        next = (byte) (next == ESCAPE ? ESCAPED_ESCAPE : ESCAPED_SEPARATOR);
      }
      target[at++] = next;
    }
    length = at;
  }

  private void escape(char letter) {
    bytes[length++] = ESCAPE;
    bytes[length++] = (byte) letter;
  }

  /** Adds a part that is a number, or held as one. */
  void add(long value) {
    beginPart(MAX_LONG);
    if (value < 0) {
      bytes[length++] = '-';
    }
    // The least number has no positive counterpart.
    long rest = value < 0 ? value : -value;
    int end = length + digits(rest);
    byte[] target = bytes;
    int at = end;
    while (rest <= -100) {
      long hundredth = rest / 100;
      int pair = (int) (hundredth * 100 - rest);
      target[--at] = ONES[pair];
      target[--at] = TENS[pair];
      rest = hundredth;
    }
    target[--at] = ONES[(int) -rest];
    if (rest <= -10) {
      target[--at] = TENS[(int) -rest];
    }
    length = end;
  }

  /** How many digits a number has that is not positive. */
  private static int digits(long negative) {
    // 1233 / 4096 is nearly the logarithm of 2 to the base of 10.
    int about = (Long.SIZE - Long.numberOfLeadingZeros(-negative)) * 1233 >>> 12;
    return about < POWERS.length && negative <= -POWERS[about] ? about + 1 : Math.max(about, 1);
  }

  /** Adds a part that is true or false. */
  void add(boolean value) {
    add(value ? 1L : 0L);
  }

  /** Adds a part that is a floating-point number. */
  void add(double value) {
    add(SqlValues.ordered(value));
  }

  /** Adds a part that is a large number. */
  void add(BigInteger value) {
    byte[] digits = value.toString().getBytes(StandardCharsets.US_ASCII);
    beginPart(digits.length);
    System.arraycopy(digits, 0, bytes, length, digits.length);
    length += digits.length;
  }

  private void beginPart(int room) {
    if (length + 1 + room > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + 1 + room, bytes.length * 2));
    }
    if (isFirst) {
      isFirst = false;
    } else {
      bytes[length++] = SEPARATOR;
    }
  }

  /**
   * A part of a key as it is shown.
   *
   * @param part 0 for the first
   */
  static Object part(String key, int part, SqlType type) {
    int from = 0;
    for (int i = 0; i < part; i++) {
      from = key.indexOf(SEPARATOR, from) + 1;
    }
    int to = key.indexOf(SEPARATOR, from);
    String text = key.substring(from, to < 0 ? key.length() : to);
    if (text.length() == 2 && text.charAt(0) == ESCAPE && text.charAt(1) == NULL) {
      return null;
    }
    return switch (type.kind()) {
      case VARCHAR -> unescaped(text);
      case BOOLEAN -> text.equals("1");
      case INTEGER -> Integer.valueOf(text);
      case BIGINT -> Long.valueOf(text);
      case HUGEINT -> new BigInteger(text);
      case DECIMAL -> new BigDecimal(new BigInteger(text), type.scale());
      case DOUBLE -> SqlValues.ofOrdered(Long.parseLong(text));
      case DATE -> LocalDate.ofEpochDay(Integer.parseInt(text));
      case TIMESTAMP -> SqlValues.timestamp(Long.parseLong(text));
      case INTERVAL, ARRAY, ROW, MAP -> throw new IllegalArgumentException("No key is a " + type);
    };
  }

  private static String unescaped(String text) {
    if (text.indexOf(ESCAPE) < 0) {
      return text;
    }
    StringBuilder plain = new StringBuilder();
    for (int i = 0; i < text.length(); i++) {
      char next = text.charAt(i);
      if (next == ESCAPE) {
        i++;
        plain.append(text.charAt(i) == ESCAPED_ESCAPE ? ESCAPE : SEPARATOR);
      } else {
        plain.append(next);
      }
    }
    return plain.toString();
  }
}
