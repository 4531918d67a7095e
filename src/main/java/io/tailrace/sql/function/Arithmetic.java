package io.tailrace.sql.function;

import java.math.BigInteger;

/** The operators of numbers. What is too large for its type is an error. */
public final class Arithmetic {

  private static final BigInteger MOST_HUGE =
      BigInteger.ONE.shiftLeft(127).subtract(BigInteger.ONE);
  private static final BigInteger LEAST_HUGE = BigInteger.ONE.shiftLeft(127).negate();

  private Arithmetic() {}

  public static int add(int left, int right) {
    long sum = (long) left + right;
    return sum == (int) sum ? (int) sum : (int) overflow(left, "+", right);
  }

  public static long add(long left, long right) {
    long sum = left + right;
    return ((left ^ sum) & (right ^ sum)) >= 0 ? sum : overflow(left, "+", right);
  }

  public static BigInteger add(BigInteger left, BigInteger right) {
    return huge(left.add(right), left, "+", right);
  }

  public static double add(double left, double right) {
    return left + right;
  }

  public static int subtract(int left, int right) {
    long difference = (long) left - right;
    return difference == (int) difference ? (int) difference : (int) overflow(left, "-", right);
  }

  public static long subtract(long left, long right) {
    long difference = left - right;
    return ((left ^ right) & (left ^ difference)) >= 0 ? difference : overflow(left, "-", right);
  }

  public static BigInteger subtract(BigInteger left, BigInteger right) {
    return huge(left.subtract(right), left, "-", right);
  }

  public static double subtract(double left, double right) {
    return left - right;
  }

  public static int multiply(int left, int right) {
    long product = (long) left * right;
    return product == (int) product ? (int) product : (int) overflow(left, "*", right);
  }

  public static long multiply(long left, long right) {
    long product = left * right;
    return Math.multiplyHigh(left, right) == product >> 63 ? product : overflow(left, "*", right);
  }

  public static BigInteger multiply(BigInteger left, BigInteger right) {
    return huge(left.multiply(right), left, "*", right);
  }

  public static double multiply(double left, double right) {
    return left * right;
  }

  public static double divide(double left, double right) {
    return left / right;
  }

  /** The quotient towards zero. */
  public static int divideWhole(int left, int right) {
    requireDivisor(right != 0);
    return left == Integer.MIN_VALUE && right == -1
        ? (int) overflow(left, "//", right)
        : left / right;
  }

  public static long divideWhole(long left, long right) {
    requireDivisor(right != 0);
    return left == Long.MIN_VALUE && right == -1 ? overflow(left, "//", right) : left / right;
  }

  public static BigInteger divideWhole(BigInteger left, BigInteger right) {
    requireDivisor(right.signum() != 0);
    return huge(left.divide(right), left, "//", right);
  }

  /** Not whole at all, as with DuckDB; only a divisor of zero is an error, unlike for {@code /}. */
  public static double divideWhole(double left, double right) {
    requireDivisor(right != 0);
    return left / right;
  }

  /** The remainder of a division, whose sign is that of the left one. */
  public static int remainder(int left, int right) {
    requireDivisor(right != 0);
    return left == Integer.MIN_VALUE && right == -1
        ? (int) overflow(left, "%", right)
        : left % right;
  }

  public static long remainder(long left, long right) {
    requireDivisor(right != 0);
    return left == Long.MIN_VALUE && right == -1 ? overflow(left, "%", right) : left % right;
  }

  public static BigInteger remainder(BigInteger left, BigInteger right) {
    requireDivisor(right.signum() != 0);
    return left.remainder(right);
  }

  private static void requireDivisor(boolean met) {
    if (!met) {
      throw new ValueException("division by zero");
    }
  }

  public static double remainder(double left, double right) {
    return left % right;
  }

  public static int negate(int value) {
    return value == Integer.MIN_VALUE ? (int) overflow(0, "-", value) : -value;
  }

  public static long negate(long value) {
    return value == Long.MIN_VALUE ? overflow(0, "-", value) : -value;
  }

  public static BigInteger negate(BigInteger value) {
    return huge(value.negate(), BigInteger.ZERO, "-", value);
  }

  public static double negate(double value) {
    return -value;
  }

  /** The sum of two DECIMALs of one scale, as one of so many digits. */
  public static long addDecimal(long left, long right, int precision) {
    return decimal(add(left, right), precision);
  }

  public static BigInteger addDecimal(BigInteger left, BigInteger right, int precision) {
    return decimal(left.add(right), precision);
  }

  public static long subtractDecimal(long left, long right, int precision) {
    return decimal(subtract(left, right), precision);
  }

  public static BigInteger subtractDecimal(BigInteger left, BigInteger right, int precision) {
    return decimal(left.subtract(right), precision);
  }

  public static long multiplyDecimal(long left, long right, int precision) {
    return decimal(multiply(left, right), precision);
  }

  public static BigInteger multiplyDecimal(BigInteger left, BigInteger right, int precision) {
    return decimal(left.multiply(right), precision);
  }

  /** An unscaled value, unless it has too many digits. */
  static long decimal(long unscaled, int precision) {
    long limit = PowersOfTen.asLong(precision);
    if (unscaled >= limit || unscaled <= -limit) {
      throw new ValueException("overflow: more than " + precision + " digits");
    }
    return unscaled;
  }

  static BigInteger decimal(BigInteger unscaled, int precision) {
    if (unscaled.abs().compareTo(PowersOfTen.of(precision)) >= 0) {
      throw new ValueException("overflow: more than " + precision + " digits");
    }
    return unscaled;
  }

  private static BigInteger huge(
      BigInteger result, BigInteger left, String operator, BigInteger right) {
    if (result.compareTo(LEAST_HUGE) < 0 || result.compareTo(MOST_HUGE) > 0) {
      throw new ValueException("overflow in " + left + " " + operator + " " + right);
    }
    return result;
  }

  /** Throws; what it would return lets it stand for a value. */
  private static long overflow(long left, String operator, long right) {
    throw new ValueException("overflow in " + left + " " + operator + " " + right);
  }
}
