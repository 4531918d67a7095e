package io.tailrace.format;

import java.math.BigDecimal;

/**
 * Doubles as people write them, and as DuckDB prints them: the shortest digits that no other double
 * has, {@code 1584630379.51}, with an exponent only where that would be long: {@code 1e+16}, {@code
 * 1.5e-05}.
 */
public final class DoubleText {

  /** Numbers from here on have an exponent. */
  private static final double FIRST_LARGE = 1e16;

  /** Numbers below have an exponent. */
  private static final double LEAST_PLAIN = 1e-4;

  private DoubleText() {}

  /** The text of a double; also {@code NaN} and {@code Infinity}. */
  public static String of(double value) {
    double size = Math.abs(value);
    String shortest = Double.toString(value);
    if (!Double.isFinite(value) || size == 0) {
      return shortest;
    }
    BigDecimal number = new BigDecimal(shortest).stripTrailingZeros();
    if (size >= LEAST_PLAIN && size < FIRST_LARGE) {
      return number.scale() > 0 ? number.toPlainString() : number.toBigInteger() + ".0";
    }
    int exponent = number.precision() - number.scale() - 1;
    String digits = number.unscaledValue().abs().toString();
    String fraction = digits.length() == 1 ? "" : "." + digits.substring(1);
    return String.format(
        "%s%s%se%s%02d",
        value < 0 ? "-" : "",
        digits.charAt(0),
        fraction,
        exponent < 0 ? "-" : "+",
        Math.abs(exponent));
  }
}
