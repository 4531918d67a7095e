package io.tailrace.benchmark;

import java.math.BigDecimal;
import java.math.MathContext;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/**
 * What an axis of a plot shows. A linear one begins at 0; a logarithmic one has at least a decade.
 *
 * @param from the least value on it
 * @param to the highest value on it
 * @param ticks the values that are named on it, rising
 */
record Axis(double from, double to, boolean logarithmic, List<Double> ticks) {

  /** Beside the outermost values of a logarithmic axis, as a share of what is between them. */
  private static final double AIR = 0.05;

  private static final int MOST_TICKS = 6;
  private static final double MILLION = 1e6;

  /**
   * The axis for values.
   *
   * @throws IllegalArgumentException if one cannot be on it
   */
  static Axis of(List<Double> values, boolean logarithmic) {
    double least = Collections.min(values);
    double highest = Collections.max(values);
    if (!Double.isFinite(highest) || (logarithmic ? least <= 0 : least < 0)) {
      throw new IllegalArgumentException("not on the axis: " + values);
    }
    return logarithmic ? logarithmic(least, highest) : linear(highest);
  }

  private static Axis logarithmic(double least, double highest) {
    double from = Math.log10(least);
    double to = Math.log10(highest);
    double decades = Math.max(1, to - from) * (1 + 2 * AIR);
    double middle = (from + to) / 2;
    double start = Math.pow(10, middle - decades / 2);
    double end = Math.pow(10, middle + decades / 2);
    List<Double> ticks = new ArrayList<>();
    for (int exponent = (int) Math.floor(Math.log10(start)); ; exponent++) {
      for (int multiple : decades < 3 ? new int[] {1, 2, 5} : new int[] {1}) {
        double tick = new BigDecimal(multiple).scaleByPowerOfTen(exponent).doubleValue();
        if (tick > end) {
          return new Axis(start, end, true, ticks);
        }
        if (tick >= start) {
          ticks.add(tick);
        }
      }
    }
  }

  private static Axis linear(double highest) {
    double least = highest > 0 ? highest / MOST_TICKS : 1;
    BigDecimal decade = BigDecimal.ONE.scaleByPowerOfTen((int) Math.floor(Math.log10(least)));
    BigDecimal step = decade;
    for (int multiple : new int[] {2, 5, 10}) {
      if (step.doubleValue() < least) {
        step = decade.multiply(new BigDecimal(multiple));
      }
    }
    List<Double> ticks = new ArrayList<>(List.of(0.0));
    for (int i = 1; ticks.get(i - 1) < highest; i++) {
      ticks.add(step.multiply(new BigDecimal(i)).doubleValue());
    }
    return new Axis(0, ticks.get(ticks.size() - 1), false, ticks);
  }

  /** Where a value is, from 0 at the start to 1 at the end. */
  double place(double value) {
    return logarithmic
        ? Math.log(value / from) / Math.log(to / from)
        : (value - from) / (to - from);
  }

  /** How a value is written beside the axis. */
  static String label(double value) {
    if (value >= MILLION) {
      return label(value / MILLION) + " M";
    }
    return value >= 1_000
        ? Page.format("%,.0f", value)
        : new BigDecimal(value, new MathContext(6)).stripTrailingZeros().toPlainString();
  }
}
