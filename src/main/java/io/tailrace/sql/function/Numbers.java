package io.tailrace.sql.function;

import java.math.BigInteger;

/** The functions of numbers. DECIMALs are unscaled values. */
public final class Numbers {

  private static final double LN_2 = Math.log(2);

  private Numbers() {}

  public static int abs(int value) {
    return value < 0 ? Arithmetic.negate(value) : value;
  }

  public static long abs(long value) {
    return value < 0 ? Arithmetic.negate(value) : value;
  }

  public static BigInteger abs(BigInteger value) {
    return value.signum() < 0 ? Arithmetic.negate(value) : value;
  }

  public static double abs(double value) {
    return Math.abs(value);
  }

  /** 1, 0 or -1. */
  public static int sign(int value) {
    return Integer.signum(value);
  }

  public static int sign(long value) {
    return Long.signum(value);
  }

  public static int sign(BigInteger value) {
    return value.signum();
  }

  /** That of NaN is 0. */
  public static int sign(double value) {
    return value > 0 ? 1 : value < 0 ? -1 : 0;
  }

  /** The nearest integer; half is rounded away from zero. */
  public static double round(double value) {
    double size = Math.abs(value);
    double floor = Math.floor(size);
    return Math.copySign(size - floor >= 0.5 ? floor + 1 : floor, value);
  }

  /** The nearest number of so many digits behind the point, or of zeros before it. */
  public static double round(double value, int digits) {
    double power = Math.pow(10, digits < 0 ? -(double) digits : digits);
    double rounded = digits < 0 ? round(value / power) * power : round(value * power) / power;
    if (Double.isFinite(rounded)) {
      return rounded;
    }
    return digits < 0 && Double.isFinite(value) ? 0 : value;
  }

  public static int round(int value, int digits) {
    long rounded = round((long) value, digits);
    if (rounded != (int) rounded) {
      throw new ValueException("overflow: " + value + " rounded");
    }
    return (int) rounded;
  }

  public static long round(long value, int digits) {
    if (digits >= 0) {
      return value;
    }
    BigInteger rounded = roundDecimal(BigInteger.valueOf(value), 0, Math.min(-digits, 20));
    if (digits < -20 || rounded.signum() == 0) {
      return 0;
    }
    if (rounded.bitLength() > 63) {
      throw new ValueException("overflow: " + value + " rounded");
    }
    return rounded.longValue();
  }

  public static boolean isnan(double value) {
    return Double.isNaN(value);
  }

  public static boolean isinf(double value) {
    return Double.isInfinite(value);
  }

  public static boolean isfinite(double value) {
    return Double.isFinite(value);
  }

  /** A DECIMAL with so many digits less behind the point. */
  public static long roundDecimal(long unscaled, int fewer) {
    return NumberCasts.decimalToBigint(unscaled, fewer);
  }

  public static BigInteger roundDecimal(BigInteger unscaled, int fewer) {
    return NumberCasts.divideRounded(unscaled, PowersOfTen.of(fewer));
  }

  /** A DECIMAL without digits behind the point, and with so many zeros before it. */
  public static long roundDecimal(long unscaled, int fewer, int zeros) {
    return roundDecimal(BigInteger.valueOf(unscaled), fewer, zeros).longValue();
  }

  public static BigInteger roundDecimal(BigInteger unscaled, int fewer, int zeros) {
    return NumberCasts.divideRounded(unscaled, PowersOfTen.of(fewer + zeros))
        .multiply(PowersOfTen.of(zeros));
  }

  public static double floor(double value) {
    return Math.floor(value);
  }

  public static long floorDecimal(long unscaled, int scale) {
    return Math.floorDiv(unscaled, PowersOfTen.asLong(scale));
  }

  public static BigInteger floorDecimal(BigInteger unscaled, int scale) {
    BigInteger[] parts = unscaled.divideAndRemainder(PowersOfTen.of(scale));
    return parts[1].signum() < 0 ? parts[0].subtract(BigInteger.ONE) : parts[0];
  }

  public static double ceil(double value) {
    return Math.ceil(value);
  }

  public static long ceilDecimal(long unscaled, int scale) {
    return -floorDecimal(-unscaled, scale);
  }

  public static BigInteger ceilDecimal(BigInteger unscaled, int scale) {
    return floorDecimal(unscaled.negate(), scale).negate();
  }

  /** The integer towards zero. */
  public static double trunc(double value) {
    return value < 0 ? Math.ceil(value) : Math.floor(value);
  }

  /** The number towards zero with so many digits behind the point, or zeros before it. */
  public static double trunc(double value, int digits) {
    double power = Math.pow(10, digits < 0 ? -(double) digits : digits);
    double truncated = digits < 0 ? trunc(value / power) * power : trunc(value * power) / power;
    if (Double.isFinite(truncated)) {
      return truncated;
    }
    return digits < 0 && Double.isFinite(value) ? 0 : value;
  }

  public static long truncDecimal(long unscaled, int scale) {
    return unscaled / PowersOfTen.asLong(scale);
  }

  public static BigInteger truncDecimal(BigInteger unscaled, int scale) {
    return unscaled.divide(PowersOfTen.of(scale));
  }

  public static double sqrt(double value) {
    return Math.sqrt(value);
  }

  public static double cbrt(double value) {
    return Math.cbrt(value);
  }

  public static double exp(double value) {
    return Math.exp(value);
  }

  public static double ln(double value) {
    return Math.log(value);
  }

  public static double log10(double value) {
    return Math.log10(value);
  }

  public static double log(double base, double value) {
    return Math.log10(value) / Math.log10(base);
  }

  /** Exact for powers of two, as that of C is. */
  public static double log2(double value) {
    if (!(value >= Double.MIN_NORMAL) || Double.isInfinite(value)) {
      return Math.log(value) / LN_2;
    }
    int exponent = Math.getExponent(value);
    return exponent + Math.log(Math.scalb(value, -exponent)) / LN_2;
  }

  /** C's power: 1 to any is 1, also to NaN and to infinity. */
  public static double pow(double base, double exponent) {
    if (base == 1 || base == -1 && Double.isInfinite(exponent)) {
      return 1;
    }
    return Math.pow(base, exponent);
  }
}
