package io.tailrace.sql.function;

import java.math.BigInteger;

/**
 * The double nearest to a decimal of at most 19 digits (D. Lemire, Number Parsing at a Gigabyte per
 * Second, 2021): its digits times 128 bits of the power of five, which nearly always settles how it
 * is rounded.
 */
final class DecimalToDouble {

  private static final int LEAST_POWER = -325;
  private static final int MOST_POWER = 308;

  private static final int FRACTION_BITS = 52;
  private static final int EXPONENT_BIAS = 1023;

  /** What is left of 64 bits below the fraction, the bit before it and the one that rounds it. */
  private static final int REST_BITS = Long.SIZE - FRACTION_BITS - 3;

  /** Of powers in this range, halves between two doubles may be exact. */
  private static final int LEAST_TIE = -4;

  private static final int MOST_TIE = 23;

  /** The products of powers in this range are exact, or as good as that. */
  private static final int LEAST_EXACT = -27;

  private static final int MOST_EXACT = 55;

  private static final long[] UPPER = new long[MOST_POWER - LEAST_POWER + 1];
  private static final long[] LOWER = new long[MOST_POWER - LEAST_POWER + 1];

  static {
    for (int power = LEAST_POWER; power <= MOST_POWER; power++) {
      BigInteger five = BigInteger.valueOf(5).pow(Math.abs(power));
      BigInteger bits = five;
      if (power < 0) {
        // The reciprocal is rounded up at its last bit, so that a half between two doubles is no
        // less
        // than that; of powers with more than 128 bits it is truncated from more bits.
        int more = power >= LEAST_EXACT ? -1 : five.bitLength();
        int shift = five.bitLength() + 2 * Long.SIZE + more;
        bits = BigInteger.ONE.shiftLeft(shift).divide(five).add(BigInteger.ONE);
      }
      bits = bits.shiftRight(bits.bitLength() - 2 * Long.SIZE);
      UPPER[power - LEAST_POWER] = bits.shiftRight(Long.SIZE).longValue();
      LOWER[power - LEAST_POWER] = bits.longValue();
    }
  }

  private DecimalToDouble() {}

  /** The double nearest to digits, of 64 bits without a sign, times a power of ten; or NaN. */
  static double of(long digits, int power) {
    if (digits == 0) {
      return 0;
    }
    if (power < LEAST_POWER || power > MOST_POWER) {
      return Double.NaN;
    }
    int zeros = Long.numberOfLeadingZeros(digits);
    long factor = digits << zeros;
    long five = UPPER[power - LEAST_POWER];
    long upper = multiplyHigh(factor, five);
    long lower = factor * five;
    if ((upper & (1L << REST_BITS) - 1) == (1L << REST_BITS) - 1) {
      long more = multiplyHigh(factor, LOWER[power - LEAST_POWER]);
      lower += more;
      upper += Long.compareUnsigned(lower, more) < 0 ? 1 : 0;
      if (lower == -1 && (power < LEAST_EXACT || power > MOST_EXACT)) {
        return Double.NaN;
      }
    }
    int top = (int) (upper >>> Long.SIZE - 1);
    long fraction = upper >>> top + REST_BITS;
    // 217,706 / 65,536 is nearly the logarithm of ten to the base of two.
    int exponent = (217_706 * power >> 16) + Long.SIZE - 1 + top - zeros + EXPONENT_BIAS;
    if (exponent <= 0) {
      return Double.NaN;
    }
    boolean mayBeTie =
        Long.compareUnsigned(lower, 1) <= 0
            && power >= LEAST_TIE
            && power <= MOST_TIE
            && (fraction & 3) == 1;
    if (mayBeTie && fraction << top + REST_BITS == upper) {
      fraction--;
    }
    fraction = fraction + (fraction & 1) >>> 1;
    if (fraction >>> FRACTION_BITS + 1 != 0) {
      fraction = 1L << FRACTION_BITS;
      exponent++;
    }
    if (exponent > 2 * EXPONENT_BIAS) {
      return Double.NaN;
    }
    long mask = (1L << FRACTION_BITS) - 1;
    return Double.longBitsToDouble((long) exponent << FRACTION_BITS | fraction & mask);
  }

  /** The upper half of a product of numbers without signs. */
  private static long multiplyHigh(long left, long right) {
    return Math.multiplyHigh(left, right) + (left >> 63 & right) + (right >> 63 & left);
  }
}
