package io.tailrace.sql.function;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;

/** Casts to VARCHAR: the text that DuckDB prints for a value. */
public final class TextCasts {

  private static final byte[] TRUE = ascii("true");
  private static final byte[] FALSE = ascii("false");
  private static final byte[] NAN = ascii("nan");
  private static final byte[] INFINITY = ascii("inf");
  private static final byte[] MINUS_INFINITY = ascii("-inf");
  private static final byte[] LEAST = ascii(Long.toString(Long.MIN_VALUE));
  private static final byte[] BEFORE_OUR_ERA = ascii(" (BC)");

  private static final int DIGITS_OF_LONG = 20;
  private static final int DIGITS_OF_TIMESTAMP = 48;
  private static final int DIGITS_OF_DOUBLE = 40;

  /** Numbers from here on, and below one tenth of a thousandth, have an exponent. */
  private static final int FIRST_EXPONENT = 16;

  private static final int LAST_EXPONENT = -5;

  /** A decimal of so many digits is no other double's shortest text. */
  private static final double DISTINCT = 1e15;

  private static final int MOST_DECIMALS = 22;
  private static final int MOST_DIGITS = 17;

  private TextCasts() {}

  public static void toText(boolean value, Text out) {
    set(out, value ? TRUE : FALSE);
  }

  public static void toText(int value, Text out, TextBuffer buffer) {
    toText((long) value, out, buffer);
  }

  public static void toText(long value, Text out, TextBuffer buffer) {
    if (value == Long.MIN_VALUE) {
      set(out, LEAST);
      return;
    }
    byte[] bytes = buffer.atLeast(DIGITS_OF_LONG);
    int at = putDigits(bytes, DIGITS_OF_LONG, Math.abs(value), 1);
    if (value < 0) {
      bytes[--at] = '-';
    }
    out.set(bytes, at, DIGITS_OF_LONG);
  }

  public static void toText(BigInteger value, Text out) {
    out.set(value.toString());
  }

  /** A DECIMAL of at most 18 digits. */
  public static void decimalToText(
      long unscaled, int precision, int scale, Text out, TextBuffer buffer) {
    byte[] bytes = buffer.atLeast(DIGITS_OF_LONG + 2);
    int to = DIGITS_OF_LONG + 2;
    long rest = Math.abs(unscaled);
    int at = to;
    if (scale > 0) {
      long power = PowersOfTen.asLong(scale);
      at = putDigits(bytes, at, rest % power, scale);
      bytes[--at] = '.';
      rest /= power;
    }
    // A DECIMAL without digits before the point has no zero there.
    at = putDigits(bytes, at, rest, precision > scale ? 1 : 0);
    if (unscaled < 0) {
      bytes[--at] = '-';
    }
    out.set(bytes, at, to);
  }

  public static void decimalToText(BigInteger unscaled, int precision, int scale, Text out) {
    String text = new BigDecimal(unscaled, scale).toPlainString();
    if (precision == scale && unscaled.abs().compareTo(PowersOfTen.of(scale)) < 0) {
      text = text.replaceFirst("0[.]", ".");
    }
    out.set(text);
  }

  /** Writes digits before a place, with zeros in front up to a number of them. */
  private static int putDigits(byte[] bytes, int to, long value, int least) {
    int at = to;
    for (long rest = value; rest > 0; rest /= 10) {
      bytes[--at] = (byte) ('0' + rest % 10);
    }
    while (to - at < least) {
      bytes[--at] = '0';
    }
    return at;
  }

  /** The shortest text that is of no other DOUBLE. */
  public static void toText(double value, Text out, TextBuffer buffer) {
    if (Double.isNaN(value)) {
      set(out, NAN);
    } else if (Double.isInfinite(value)) {
      set(out, value > 0 ? INFINITY : MINUS_INFINITY);
    } else {
      double size = Math.abs(value);
      boolean negative = value < 0 || value == 0 && 1 / value < 0;
      // The quotient of two numbers that a double has exactly is rounded once.
      for (int decimals = 0; decimals <= MOST_DECIMALS; decimals++) {
        double scaled = size * PowersOfTen.asDouble(decimals);
        if (scaled >= DISTINCT) {
          break;
        }
        double digits = Math.rint(scaled);
        if (digits / PowersOfTen.asDouble(decimals) == size) {
          putDouble(negative, (long) digits, -decimals, out, buffer);
          return;
        }
      }
      shortest(negative, size, out, buffer);
    }
  }

  private static void shortest(boolean negative, double size, Text out, TextBuffer buffer) {
    BigDecimal exact = new BigDecimal(size);
    for (int digits = 1; digits <= MOST_DIGITS; digits++) {
      BigDecimal rounded = exact.round(new MathContext(digits, RoundingMode.HALF_EVEN));
      if (digits == MOST_DIGITS || rounded.doubleValue() == size) {
        BigDecimal stripped = rounded.stripTrailingZeros();
        long unscaled = stripped.unscaledValue().longValueExact();
        putDouble(negative, unscaled, -stripped.scale(), out, buffer);
        return;
      }
    }
  }

  /** Sets a text to digits and a power of ten. */
  private static void putDouble(
      boolean negative, long digits, int power, Text out, TextBuffer buffer) {
    byte[] bytes = buffer.atLeast(2 * DIGITS_OF_DOUBLE);
    int to = DIGITS_OF_DOUBLE;
    int from = putDigits(bytes, to, digits, 1);
    while (to - from > 1 && bytes[to - 1] == '0' && power < 0) {
      to--;
      power++;
    }
    int exponent = to - from - 1 + power;
    // What is before the digits is written before them; what is behind, behind.
    if (exponent < FIRST_EXPONENT && exponent > LAST_EXPONENT) {
      if (power >= 0) {
        for (int i = 0; i < power; i++) {
          bytes[to++] = '0';
        }
        bytes[to++] = '.';
        bytes[to++] = '0';
      } else if (exponent >= 0) {
        System.arraycopy(bytes, to + power, bytes, to + power + 1, -power);
        bytes[to + power] = '.';
        to++;
      } else {
        for (int i = exponent + 1; i < 0; i++) {
          bytes[--from] = '0';
        }
        bytes[--from] = '.';
        bytes[--from] = '0';
      }
    } else {
      while (to - from > 1 && bytes[to - 1] == '0') {
        to--;
      }
      if (to - from > 1) {
        bytes[from - 1] = bytes[from];
        bytes[from--] = '.';
      }
      bytes[to++] = 'e';
      bytes[to++] = (byte) (exponent < 0 ? '-' : '+');
      int size = Math.abs(exponent);
      int width = size < 100 ? 2 : 3;
      putDigits(bytes, to + width, size, width);
      to += width;
    }
    if (negative) {
      bytes[--from] = '-';
    }
    out.set(bytes, from, to);
  }

  /** A DATE. */
  public static void dateToText(int day, Text out, TextBuffer buffer) {
    byte[] bytes = buffer.atLeast(DIGITS_OF_TIMESTAMP);
    out.set(bytes, 0, putDate(bytes, day));
  }

  /** A TIMESTAMP. */
  public static void timestampToText(long micros, Text out, TextBuffer buffer) {
    byte[] bytes = buffer.atLeast(DIGITS_OF_TIMESTAMP);
    int at = putDate(bytes, Calendar.dayOf(micros));
    bytes[at++] = ' ';
    long time = Calendar.timeOf(micros);
    int fraction = (int) (time % Calendar.MICROS_PER_SECOND);
    int seconds = (int) (time / Calendar.MICROS_PER_SECOND);
    at = putTwo(bytes, at, seconds / 3600);
    bytes[at++] = ':';
    at = putTwo(bytes, at, seconds / 60 % 60);
    bytes[at++] = ':';
    at = putTwo(bytes, at, seconds % 60);
    if (fraction > 0) {
      bytes[at] = '.';
      putDigits(bytes, at + 7, fraction, 6);
      at += 7;
      while (bytes[at - 1] == '0') {
        at--;
      }
    }
    out.set(bytes, 0, at);
  }

  private static int putDate(byte[] bytes, int day) {
    long date = Calendar.date(day);
    int year = Calendar.year(date);
    int shown = year > 0 ? year : 1 - year;
    int width = Math.max(4, shown < 10_000 ? 4 : Integer.toString(shown).length());
    putDigits(bytes, width, shown, width);
    int at = width;
    bytes[at++] = '-';
    at = putTwo(bytes, at, Calendar.month(date));
    bytes[at++] = '-';
    at = putTwo(bytes, at, Calendar.dayOfMonth(date));
    if (year <= 0) {
      System.arraycopy(BEFORE_OUR_ERA, 0, bytes, at, BEFORE_OUR_ERA.length);
      at += BEFORE_OUR_ERA.length;
    }
    return at;
  }

  private static int putTwo(byte[] bytes, int at, int value) {
    bytes[at] = (byte) ('0' + value / 10);
    bytes[at + 1] = (byte) ('0' + value % 10);
    return at + 2;
  }

  private static void set(Text out, byte[] bytes) {
    out.set(bytes, 0, bytes.length);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }
}
