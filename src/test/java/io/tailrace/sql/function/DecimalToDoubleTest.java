package io.tailrace.sql.function;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Random;
import org.junit.Test;

/** The double nearest to a decimal is that of {@link Double#parseDouble}. */
public final class DecimalToDoubleTest {

  private static final int CASES = 200_000;
  private static final BigInteger LIMIT = BigInteger.ONE.shiftLeft(Long.SIZE);

  private final Random random = new Random(17);

  @Test
  public void aHalfBetweenTwoDoublesIsRoundedToTheEvenOne() {
    requireNearest(2108659846068313875L, -3);
    requireNearest(2108659846068313625L, -3);
    requireNearest(9007199254740993L, 0);
    requireNearest(9007199254740995L, 0);
    for (int i = 0; i < CASES; i++) {
      double value = Double.longBitsToDouble(random.nextLong());
      if (Double.isFinite(value) && Math.abs(value) > 1e-3) {
        requireNearest(half(Math.abs(value)));
      }
    }
    for (int i = 0; i < CASES; i++) {
      requireNearest(half(Math.scalb(1 + random.nextDouble(), random.nextInt(64) - 4)));
    }
  }

  /** What is in the middle between a double and the next one. */
  private static BigDecimal half(double value) {
    return new BigDecimal(value).add(new BigDecimal(Math.ulp(value) / 2));
  }

  private static void requireNearest(BigDecimal value) {
    BigDecimal plain = value.stripTrailingZeros();
    if (plain.unscaledValue().compareTo(LIMIT) < 0) {
      requireNearest(plain.unscaledValue().longValue(), -plain.scale());
    }
  }

  @Test
  public void anyDigitsTimesAnyPowerOfTen() {
    for (int i = 0; i < CASES; i++) {
      requireNearest(random.nextLong() >>> random.nextInt(Long.SIZE), random.nextInt(640) - 330);
      requireNearest(random.nextLong() >>> random.nextInt(Long.SIZE), random.nextInt(60) - 30);
    }
  }

  private static void requireNearest(long digits, int power) {
    double value = DecimalToDouble.of(digits, power);
    String text = Long.toUnsignedString(digits) + "e" + power;
    if (!Double.isNaN(value)) {
      assertThat(text, value, is(Double.parseDouble(text)));
    }
  }
}
