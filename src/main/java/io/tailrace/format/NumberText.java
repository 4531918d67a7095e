package io.tailrace.format;

import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;

/**
 * Reads numbers from their text, without allocating for what people commonly write.
 *
 * <p>One instance holds the number that was read last; it is not safe for use by more than one
 * thread.
 */
public final class NumberText {

  /** Of so many digits a double has each number apart from the next one. */
  private static final int DISTINCT_DIGITS = 15;

  /** No double needs so many digits; to compare more would take long. */
  private static final int LONGEST_TEXT = 400;

  /** Numbers from here on, and below one tenth of a thousandth, are printed with an exponent. */
  private static final double FIRST_WITH_EXPONENT = 1e16;

  private static final double LAST_WITHOUT_EXPONENT = 1e-4;

  /** Integers of so many digits fit into a long, and so do their tenfolds. */
  private static final int SAFE_DIGITS = 17;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  private long integer;
  private double decimal;

  /**
   * Whether {@code bytes[from, to)} is an integer between two bounds that is printed like that:
   * digits, maybe a minus, and no zero before others.
   */
  public boolean isInteger(byte[] bytes, int from, int to, long least, long most) {
    boolean negative = from < to && bytes[from] == '-';
    int i = negative ? from + 1 : from;
    if (i == to || bytes[i] == '0' && (negative || to - i > 1)) {
      return false;
    }
    long sum = 0;
    for (; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0 || digit > 9 || sum < (Long.MIN_VALUE + digit) / 10) {
        return false;
      }
      // Negative, because of those there is one more.
      sum = sum * 10 - digit;
    }
    if (!negative && sum == Long.MIN_VALUE) {
      return false;
    }
    integer = negative ? sum : -sum;
    return integer >= least && integer <= most;
  }

  /** The integer that was found last. */
  public long integer() {
    return integer;
  }

  /**
   * Whether {@code bytes[from, to)} is a number as JSON has them, and one that a double has: the
   * shortest text of that double is the same number.
   */
  public boolean isDecimal(byte[] bytes, int from, int to) {
    if (from == to || endOfNumber(bytes, from, to) != to) {
      return false;
    }
    if (isExact(bytes, from, to)) {
      return true;
    }
    String text = new String(bytes, from, to - from, StandardCharsets.US_ASCII);
    decimal = Double.parseDouble(text);
    return text.length() <= LONGEST_TEXT && !Double.isInfinite(decimal) && isSame(text, decimal);
  }

  private static boolean isSame(String text, double number) {
    if (number == 0) {
      // Compared as below, the exponent of what is too small to be told from 0 could be anything.
      String digits = text.split("[eE]", 2)[0];
      return digits.chars().noneMatch(digit -> digit >= '1' && digit <= '9');
    }
    return new BigDecimal(Double.toString(number)).compareTo(new BigDecimal(text)) == 0;
  }

  /**
   * Whether {@code bytes[from, to)} is what a double is printed as: a decimal, with one digit
   * behind the point at least, no zero that could be left out, and no exponent.
   */
  public boolean isPrintedDecimal(byte[] bytes, int from, int to) {
    if (!isDecimal(bytes, from, to)) {
      return false;
    }
    int point = from;
    while (point < to && bytes[point] != '.') {
      point++;
    }
    boolean plain = to - point > 1 && (bytes[to - 1] != '0' || to - point == 2);
    for (int i = point; i < to; i++) {
      plain &= bytes[i] != 'e' && bytes[i] != 'E';
    }
    double size = Math.abs(decimal);
    return plain && (size == 0 || size >= LAST_WITHOUT_EXPONENT && size < FIRST_WITH_EXPONENT);
  }

  /** The number that was found last. */
  public double decimal() {
    return decimal;
  }

  /**
   * Whether it is a number of few digits without exponent, which it is then; a double has each of
   * those apart from the others. The quotient of two numbers that a double has exactly is rounded
   * once, and so is right (W. D. Clinger, How to Read Floating Point Numbers Accurately, 1990).
   */
  private boolean isExact(byte[] bytes, int from, int to) {
    boolean negative = bytes[from] == '-';
    int i = negative ? from + 1 : from;
    if (to - i > SAFE_DIGITS) {
      return false;
    }
    long digits = 0;
    int significant = 0;
    int decimals = 0;
    boolean afterPoint = false;
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b == '.') {
        afterPoint = true;
      } else if (b < '0' || b > '9') {
        return false;
      } else {
        digits = digits * 10 + (b - '0');
        significant += digits == 0 ? 0 : 1;
        decimals += afterPoint ? 1 : 0;
      }
    }
    if (significant > DISTINCT_DIGITS) {
      return false;
    }
    double value = digits / POWERS_OF_TEN[decimals];
    decimal = negative ? -value : value;
    return true;
  }

  /** Where a number of JSON ends (RFC 8259, section 6), or -1 if none begins here. */
  static int endOfNumber(byte[] bytes, int from, int to) {
    int i = bytes[from] == '-' ? from + 1 : from;
    int digits = i;
    i = afterDigits(bytes, i, to);
    if (i == digits || bytes[digits] == '0' && i > digits + 1) {
      return -1;
    }
    if (i < to && bytes[i] == '.') {
      int decimals = i + 1;
      i = afterDigits(bytes, decimals, to);
      if (i == decimals) {
        return -1;
      }
    }
    if (i < to && (bytes[i] == 'e' || bytes[i] == 'E')) {
      int exponent = i + 1;
      if (exponent < to && (bytes[exponent] == '+' || bytes[exponent] == '-')) {
        exponent++;
      }
      i = afterDigits(bytes, exponent, to);
      if (i == exponent) {
        return -1;
      }
    }
    return i;
  }

  /** Whether a number of JSON has decimals or an exponent. */
  public static boolean isReal(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte next = bytes[i];
      if (next != '-' && (next < '0' || next > '9')) {
        return true;
      }
    }
    return false;
  }

  private static int afterDigits(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      i++;
    }
    return i;
  }
}
