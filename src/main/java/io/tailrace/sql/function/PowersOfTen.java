package io.tailrace.sql.function;

import java.math.BigInteger;

/** Powers of ten. */
final class PowersOfTen {

  private static final long[] LONGS = new long[19];
  private static final BigInteger[] INTEGERS = new BigInteger[77];
  private static final double[] DOUBLES = new double[39];

  static {
    for (int i = 0; i < INTEGERS.length; i++) {
      INTEGERS[i] = BigInteger.TEN.pow(i);
    }
    for (int i = 0; i < LONGS.length; i++) {
      LONGS[i] = INTEGERS[i].longValueExact();
    }
    for (int i = 0; i < DOUBLES.length; i++) {
      DOUBLES[i] = INTEGERS[i].doubleValue();
    }
  }

  private PowersOfTen() {}

  /** A power, whose exponent is at most 38: the nearest double. */
  static double asDouble(int exponent) {
    return DOUBLES[exponent];
  }

  /** A power, whose exponent is at most 18. */
  static long asLong(int exponent) {
    return LONGS[exponent];
  }

  /** A power, whose exponent is at most 76: twice the digits of a DECIMAL. */
  static BigInteger of(int exponent) {
    return INTEGERS[exponent];
  }
}
