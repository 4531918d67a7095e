package io.tailrace.sql.function;

import java.math.BigInteger;

/**
 * A number as it may be written in a text that becomes an integer or a DECIMAL: blanks around it, a
 * sign, underscores between digits, a point, an exponent; or 0x and 0b for integers.
 *
 * <p>How exponents and decimals meet is what DuckDB makes of them.
 *
 * @param digits before the point
 * @param decimals behind the point
 * @param exponent of ten, if there is one
 * @param radix of the digits
 */
record Numeral(
    boolean negative,
    String digits,
    String decimals,
    boolean hasExponent,
    int exponent,
    int radix) {

  private static final BigInteger MOST_HUGE =
      BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);
  private static final BigInteger LEAST_HUGE = BigInteger.ONE.shiftLeft(127).negate();
  private static final BigInteger FIVE = BigInteger.valueOf(5);

  private static final int HUGE_DIGITS = 38;

  /** A decimal of so many digits at most is held in 64 bits. */
  private static final int LONG_DIGITS = 19;

  /**
   * Reads a number.
   *
   * @param type what it is for, to say that it is not one
   */
  static Numeral of(Text text, String type) {
    return new Reader(text, type).read();
  }

  /** Walks over a text. */
  private static final class Reader {
    private final Text text;
    private final String type;
    private final byte[] bytes;
    private final int to;
    private int at;
    private final StringBuilder digits = new StringBuilder();
    private final StringBuilder decimals = new StringBuilder();

    Reader(Text text, String type) {
      this.text = text;
      this.type = type;
      this.bytes = text.bytes();
      this.to = text.to();
      this.at = Casts.afterBlanks(bytes, text.from(), to);
    }

    Numeral read() {
      require(at < to);
      boolean negative = bytes[at] == '-';
      if (!negative && to - at > 1 && bytes[at] == '0') {
        int radix = bytes[at + 1] == 'x' || bytes[at + 1] == 'X' ? 16 : 10;
        radix = bytes[at + 1] == 'b' || bytes[at + 1] == 'B' ? 2 : radix;
        if (radix != 10) {
          at += 2;
          int start = at;
          readDigits(digits, radix);
          require(at == to && at > start);
          return new Numeral(false, digits.toString(), "", false, 0, radix);
        }
      }
      int start = negative || bytes[at] == '+' ? at + 1 : at;
      at = start;
      readDigits(digits, 10);
      readDecimals(start, decimals);
      if (at < to && (bytes[at] == 'e' || bytes[at] == 'E')) {
        require(at > start);
        at++;
        return new Numeral(
            negative, digits.toString(), decimals.toString(), true, readExponent(), 10);
      }
      readBlanks();
      require(digits.length() + decimals.length() > 0);
      return new Numeral(negative, digits.toString(), decimals.toString(), false, 0, 10);
    }

    private int readExponent() {
      require(at < to);
      boolean negative = bytes[at] == '-';
      int start = negative || bytes[at] == '+' ? at + 1 : at;
      at = start;
      StringBuilder exponent = new StringBuilder();
      readDigits(exponent, 10);
      StringBuilder fraction = new StringBuilder();
      readDecimals(start, fraction);
      readBlanks();
      require(exponent.length() > 0 && fraction.length() == 0);
      int value = 0;
      for (int i = 0; i < exponent.length(); i++) {
        value = value * 10 + (exponent.charAt(i) - '0');
        require(value <= (negative ? -Short.MIN_VALUE : Short.MAX_VALUE));
      }
      return negative ? -value : value;
    }

    private void readDigits(StringBuilder into, int radix) {
      while (at < to && Character.digit(bytes[at], radix) >= 0) {
        into.append((char) bytes[at++]);
        if (at < to && bytes[at] == '_') {
          at++;
          require(at < to && Character.digit(bytes[at], radix) >= 0);
        }
      }
    }

    private void readDecimals(int start, StringBuilder into) {
      if (at < to && bytes[at] == '.') {
        boolean digitsBefore = at > start;
        at++;
        int first = at;
        readDigits(into, 10);
        require(digitsBefore || at > first);
      }
    }

    private void readBlanks() {
      at = Casts.afterBlanks(bytes, at, to);
      require(at == to);
    }

    private void require(boolean met) {
      if (!met) {
        throw Casts.not(text, type);
      }
    }
  }

  /**
   * It as an integer of 64 bits or less.
   *
   * @param most the largest one
   */
  long toLong(Text text, String type, long most) {
    try {
      BigInteger whole = new BigInteger(digits.isEmpty() ? "0" : digits, radix);
      long result = (negative ? whole.negate() : whole).longValueExact();
      long decimal = 0;
      int places = 0;
      for (int i = 0; i < decimals.length(); i++) {
        int digit = decimals.charAt(i) - '0';
        if (decimal <= (Long.MAX_VALUE - digit) / 10) {
          decimal = decimal * 10 + digit;
          places++;
        }
      }
      if (hasExponent && exponent < 0) {
        int e = exponent;
        for (; result != 0 && e < 0; e++) {
          decimal = Math.abs(result % 10);
          result /= 10;
        }
        decimal = e < 0 ? 0 : decimal;
        places = 1;
      } else if (hasExponent) {
        for (int e = exponent; result != 0 && e > 0; e--) {
          result = Math.multiplyExact(result, 10L);
        }
        if (decimal != 0) {
          long remainder = 0;
          int e = exponent - places;
          if (e < -LONG_DIGITS) {
            decimal = 0;
          } else if (e < 0) {
            long power = 1;
            for (; e < 0; e++) {
              power *= 10;
            }
            remainder = decimal % power;
            decimal /= power;
          } else {
            for (; e > 0; e--) {
              decimal = Math.multiplyExact(decimal, 10L);
            }
          }
          places = places - exponent & 0xFFFF;
          result = Math.addExact(result, negative ? -decimal : decimal);
          decimal = remainder;
        }
      }
      while (decimal > 10) {
        decimal /= 10;
        places = places - 1 & 0xFFFF;
      }
      if (result > most || result < -most - 1) {
        throw Casts.not(text, type);
      }
      if (places == 1 && decimal >= 5) {
        if (result == (negative ? -most - 1 : most)) {
          throw Casts.not(text, type);
        }
        result += negative ? -1 : 1;
      }
      return result;
    } catch (ArithmeticException e) {
      throw Casts.not(text, type);
    }
  }

  /** It as a HUGEINT. */
  BigInteger toHugeint(Text text) {
    BigInteger whole = new BigInteger(digits.isEmpty() ? "0" : digits, radix);
    BigInteger result = huge(text, negative ? whole.negate() : whole);
    BigInteger decimal = huge(text, new BigInteger(decimals.isEmpty() ? "0" : decimals));
    int places = decimals.length();
    if (hasExponent && exponent < -HUGE_DIGITS) {
      return BigInteger.ZERO;
    }
    if (hasExponent && exponent < 0) {
      BigInteger[] parts = result.divideAndRemainder(PowersOfTen.of(-exponent));
      result = parts[0];
      decimal = parts[1].abs();
      places = -exponent;
    } else if (hasExponent) {
      if (result.signum() != 0) {
        result = huge(text, result.multiply(power(text, exponent)));
      }
      if (decimal.signum() != 0) {
        BigInteger remainder = BigInteger.ZERO;
        int e = exponent - places;
        if (e < 0) {
          BigInteger[] parts = decimal.divideAndRemainder(power(text, -e));
          decimal = parts[0];
          remainder = parts[1];
          places -= exponent;
        } else {
          decimal = huge(text, decimal.multiply(power(text, e)));
        }
        result = huge(text, negative ? result.subtract(decimal) : result.add(decimal));
        decimal = remainder;
      }
    }
    if (decimal.signum() == 0 || places == 0) {
      return result;
    }
    for (; places > HUGE_DIGITS; places -= HUGE_DIGITS) {
      decimal = decimal.divide(PowersOfTen.of(HUGE_DIGITS));
    }
    if (decimal.divide(PowersOfTen.of(places - 1)).compareTo(FIVE) < 0) {
      return result;
    }
    return huge(text, negative ? result.subtract(BigInteger.ONE) : result.add(BigInteger.ONE));
  }

  private static BigInteger huge(Text text, BigInteger value) {
    if (value.compareTo(LEAST_HUGE) < 0 || value.compareTo(MOST_HUGE) > 0) {
      throw Casts.not(text, "a HUGEINT");
    }
    return value;
  }

  private static BigInteger power(Text text, int exponent) {
    if (exponent > HUGE_DIGITS) {
      throw Casts.not(text, "a HUGEINT");
    }
    return PowersOfTen.of(exponent);
  }

  /** Its unscaled value as a DECIMAL. */
  BigInteger toDecimal(Text text, String type, int precision, int scale) {
    if (radix != 10) {
      throw Casts.not(text, type);
    }
    // DuckDB holds it in so many digits; what is behind them is cut off before the exponent counts.
    int held = precision <= 4 ? 4 : precision <= 9 ? 9 : precision <= 18 ? 18 : 38;
    String whole = digits.replaceFirst("^0+", "");
    int wholeDigits = whole.length();
    if (wholeDigits > precision - scale) {
      throw Casts.not(text, type);
    }
    int places = Math.min(decimals.length(), held - wholeDigits);
    boolean roundsUp = decimals.length() > scale && decimals.charAt(scale) >= '5';
    String all = whole + decimals.substring(0, places);
    BigInteger result = new BigInteger(all.isEmpty() ? "0" : all);
    int zeros = Math.max(exponent, 0);
    int excess = Math.max(places - scale, 0);
    if (exponent > 0) {
      int cut = Math.max(excess - zeros, 0);
      zeros = Math.max(zeros - excess, 0);
      excess = cut;
    }
    if (excess > 0) {
      BigInteger[] parts = result.divideAndRemainder(PowersOfTen.of(excess));
      result = parts[0];
      boolean half = parts[1].divide(PowersOfTen.of(excess - 1)).compareTo(FIVE) >= 0;
      if (exponent > 0 && half) {
        result = result.add(BigInteger.ONE);
      }
      places = scale;
    }
    if (!hasExponent && roundsUp || hasExponent && exponent == 0 && roundsUp) {
      result = result.add(BigInteger.ONE);
    }
    if (places < scale) {
      result = result.multiply(PowersOfTen.of(scale - places));
    }
    if (result.compareTo(PowersOfTen.of(precision)) >= 0) {
      throw Casts.not(text, type);
    }
    if (exponent < 0) {
      int cut = -exponent;
      if (cut > result.toString().length()) {
        return BigInteger.ZERO;
      }
      BigInteger[] parts = result.divideAndRemainder(PowersOfTen.of(cut));
      result = parts[0];
      if (parts[1].divide(PowersOfTen.of(cut - 1)).compareTo(FIVE) >= 0) {
        result = result.add(BigInteger.ONE);
      }
    } else if (result.signum() != 0) {
      if (zeros > precision - scale - wholeDigits) {
        throw Casts.not(text, type);
      }
      result = result.multiply(PowersOfTen.of(zeros));
      if (result.compareTo(PowersOfTen.of(precision)) >= 0) {
        throw Casts.not(text, type);
      }
    }
    return negative ? result.negate() : result;
  }
}
