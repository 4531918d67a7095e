package io.tailrace.sql.function;

import java.math.BigDecimal;
import java.math.BigInteger;

/** Casts between numbers, booleans, dates and timestamps. */
public final class NumberCasts {

  /** Doubles up to here and their negatives are integers of a long, without loss. */
  private static final long LAST_EXACT_INTEGER = 1L << 53;

  private static final double TWO_TO_63 = 0x1p63;
  private static final double TWO_TO_64 = 0x1p64;
  private static final double TWO_TO_127 = 0x1p127;

  private NumberCasts() {}

  /** The value as it is. */
  public static boolean same(boolean value) {
    return value;
  }

  public static int same(int value) {
    return value;
  }

  public static long same(long value) {
    return value;
  }

  public static BigInteger same(BigInteger value) {
    return value;
  }

  public static double same(double value) {
    return value;
  }

  public static int toInteger(boolean value) {
    return value ? 1 : 0;
  }

  public static int toInteger(long value) {
    if (value != (int) value) {
      throw outOfRange(value, "INTEGER");
    }
    return (int) value;
  }

  public static int toInteger(BigInteger value) {
    if (value.bitLength() > 31) {
      throw outOfRange(value, "INTEGER");
    }
    return value.intValue();
  }

  /** The nearest INTEGER; of two the even one. */
  public static int toInteger(double value) {
    double rounded = Math.rint(value);
    if (rounded != (int) rounded) {
      throw outOfRange(value, "INTEGER");
    }
    return (int) rounded;
  }

  public static long toBigint(boolean value) {
    return value ? 1 : 0;
  }

  public static long toBigint(int value) {
    return value;
  }

  public static long toBigint(BigInteger value) {
    if (value.bitLength() > 63) {
      throw outOfRange(value, "BIGINT");
    }
    return value.longValue();
  }

  /** The nearest BIGINT; of two the even one. */
  public static long toBigint(double value) {
    if (!(value >= -TWO_TO_63 && value < TWO_TO_63)) {
      throw outOfRange(value, "BIGINT");
    }
    return (long) Math.rint(value);
  }

  public static BigInteger toHugeint(boolean value) {
    return value ? BigInteger.ONE : BigInteger.ZERO;
  }

  public static BigInteger toHugeint(int value) {
    return BigInteger.valueOf(value);
  }

  public static BigInteger toHugeint(long value) {
    return BigInteger.valueOf(value);
  }

  /** The nearest HUGEINT; of two the even one. */
  public static BigInteger toHugeint(double value) {
    if (!(value > -TWO_TO_127 && value < TWO_TO_127)) {
      throw outOfRange(value, "HUGEINT");
    }
    return new BigDecimal(Math.rint(value)).toBigInteger();
  }

  public static double toDouble(boolean value) {
    return value ? 1 : 0;
  }

  public static double toDouble(int value) {
    return value;
  }

  public static double toDouble(long value) {
    return value;
  }

  /** The DOUBLE that DuckDB takes, which puts it together from two halves. */
  public static double toDouble(BigInteger value) {
    long upper = value.shiftRight(Long.SIZE).longValue();
    long lower = value.longValue();
    return upper == -1 ? -unsigned(~lower) - 1 : unsigned(lower) + upper * TWO_TO_64;
  }

  private static double unsigned(long value) {
    return value >= 0 ? value : ((value >>> 1) | (value & 1)) * 2.0;
  }

  public static boolean toBoolean(int value) {
    return value != 0;
  }

  public static boolean toBoolean(long value) {
    return value != 0;
  }

  public static boolean toBoolean(BigInteger value) {
    return value.signum() != 0;
  }

  public static boolean toBoolean(double value) {
    return value != 0;
  }

  /** A number as a DECIMAL of at most 18 digits: its unscaled value. */
  public static long toDecimal(boolean value, int precision, int scale) {
    return value ? PowersOfTen.asLong(scale) : 0;
  }

  public static long toDecimal(int value, int precision, int scale) {
    return toDecimal((long) value, precision, scale);
  }

  public static long toDecimal(long value, int precision, int scale) {
    long limit = PowersOfTen.asLong(precision - scale);
    if (value >= limit || value <= -limit) {
      throw outOfRange(value, "DECIMAL(" + precision + "," + scale + ")");
    }
    return value * PowersOfTen.asLong(scale);
  }

  public static long toDecimal(BigInteger value, int precision, int scale) {
    return toWideDecimal(value, precision, scale).longValue();
  }

  public static long toDecimal(double value, int precision, int scale) {
    return (long) toScaled(value, precision, scale);
  }

  /** A number as a DECIMAL of more than 18 digits: its unscaled value. */
  public static BigInteger toWideDecimal(boolean value, int precision, int scale) {
    return value ? PowersOfTen.of(scale) : BigInteger.ZERO;
  }

  public static BigInteger toWideDecimal(int value, int precision, int scale) {
    return toWideDecimal(BigInteger.valueOf(value), precision, scale);
  }

  public static BigInteger toWideDecimal(long value, int precision, int scale) {
    return toWideDecimal(BigInteger.valueOf(value), precision, scale);
  }

  public static BigInteger toWideDecimal(BigInteger value, int precision, int scale) {
    if (value.abs().compareTo(PowersOfTen.of(precision - scale)) >= 0) {
      throw outOfRange(value, "DECIMAL(" + precision + "," + scale + ")");
    }
    return value.multiply(PowersOfTen.of(scale));
  }

  public static BigInteger toWideDecimal(double value, int precision, int scale) {
    return new BigDecimal(toScaled(value, precision, scale)).toBigInteger();
  }

  private static double toScaled(double value, int precision, int scale) {
    double rounded = Numbers.round(value * PowersOfTen.asDouble(scale));
    if (!(Math.abs(rounded) < PowersOfTen.asDouble(precision))) {
      throw outOfRange(value, "DECIMAL(" + precision + "," + scale + ")");
    }
    return rounded;
  }

  /** A DECIMAL of at most 18 digits as a number; half is rounded away from zero. */
  public static int decimalToInteger(long unscaled, int scale) {
    return toInteger(decimalToBigint(unscaled, scale));
  }

  public static long decimalToBigint(long unscaled, int scale) {
    long power = PowersOfTen.asLong(scale);
    return (unscaled + (unscaled < 0 ? -power : power) / 2) / power;
  }

  public static BigInteger decimalToHugeint(long unscaled, int scale) {
    return BigInteger.valueOf(decimalToBigint(unscaled, scale));
  }

  public static double decimalToDouble(long unscaled, int scale) {
    if (scale == 0 || Math.abs(unscaled) <= LAST_EXACT_INTEGER) {
      return unscaled / PowersOfTen.asDouble(scale);
    }
    long power = PowersOfTen.asLong(scale);
    return unscaled / power + unscaled % power / PowersOfTen.asDouble(scale);
  }

  /** A DECIMAL of more than 18 digits as a number; half is rounded away from zero. */
  public static int decimalToInteger(BigInteger unscaled, int scale) {
    return toInteger(decimalToHugeint(unscaled, scale));
  }

  public static long decimalToBigint(BigInteger unscaled, int scale) {
    return toBigint(decimalToHugeint(unscaled, scale));
  }

  public static BigInteger decimalToHugeint(BigInteger unscaled, int scale) {
    return divideRounded(unscaled, PowersOfTen.of(scale));
  }

  public static double decimalToDouble(BigInteger unscaled, int scale) {
    if (scale == 0 || unscaled.abs().bitLength() <= 53) {
      return toDouble(unscaled) / PowersOfTen.asDouble(scale);
    }
    BigInteger[] parts = unscaled.divideAndRemainder(PowersOfTen.of(scale));
    return toDouble(parts[0]) + toDouble(parts[1]) / PowersOfTen.asDouble(scale);
  }

  /** A quotient by a power of ten; half is rounded away from zero. */
  static BigInteger divideRounded(BigInteger dividend, BigInteger divisor) {
    BigInteger half = divisor.shiftRight(1);
    return (dividend.signum() < 0 ? dividend.subtract(half) : dividend.add(half)).divide(divisor);
  }

  /** A DECIMAL with other digits, in 64 bits before and after. */
  public static long rescale(long unscaled, int scale, int newPrecision, int newScale) {
    if (newScale < scale) {
      long result = decimalToBigint(unscaled, scale - newScale);
      requireDigits(BigInteger.valueOf(result), unscaled, newPrecision, newScale);
      return result;
    }
    int more = newScale - scale;
    long limit = PowersOfTen.asLong(newPrecision - more);
    if (unscaled >= limit || unscaled <= -limit) {
      throw outOfRange(unscaled + "e-" + scale, "DECIMAL(" + newPrecision + "," + newScale + ")");
    }
    return unscaled * PowersOfTen.asLong(more);
  }

  private static void requireDigits(BigInteger result, Object unscaled, int precision, int scale) {
    if (result.abs().compareTo(PowersOfTen.of(precision)) >= 0) {
      throw outOfRange(unscaled, "DECIMAL(" + precision + "," + scale + ")");
    }
  }

  /** A DECIMAL with other digits. */
  public static BigInteger rescaleWide(
      BigInteger unscaled, int scale, int newPrecision, int newScale) {
    BigInteger result =
        newScale < scale
            ? divideRounded(unscaled, PowersOfTen.of(scale - newScale))
            : unscaled.multiply(PowersOfTen.of(newScale - scale));
    requireDigits(result, unscaled, newPrecision, newScale);
    return result;
  }

  public static BigInteger rescaleWide(long unscaled, int scale, int newPrecision, int newScale) {
    return rescaleWide(BigInteger.valueOf(unscaled), scale, newPrecision, newScale);
  }

  public static long rescale(BigInteger unscaled, int scale, int newPrecision, int newScale) {
    return rescaleWide(unscaled, scale, newPrecision, newScale).longValue();
  }

  /** The midnight at which a day begins. */
  public static long toTimestamp(int day) {
    return Calendar.moment(day);
  }

  /** The day that a moment is in. */
  public static int toDate(long micros) {
    return Calendar.dayOf(micros);
  }

  private static ValueException outOfRange(Object value, String type) {
    return new ValueException(value + " is out of range for " + type);
  }
}
