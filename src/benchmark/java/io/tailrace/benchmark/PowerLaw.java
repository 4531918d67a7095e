package io.tailrace.benchmark;

import java.util.List;
import java.util.Optional;

/**
 * A law {@code y = factor * x ^ exponent}, which is a line where both axes are logarithmic.
 *
 * @param points how many it was fitted to
 */
record PowerLaw(double exponent, double factor, int points) {

  /** Something that was measured; both are more than 0. */
  record Point(double x, double y) {}

  /**
   * Fits by least squares of the logarithms, so that a deviation by a percentage counts the same at
   * all sizes.
   *
   * @return none if there are not two different sizes
   */
  static Optional<PowerLaw> fit(List<Point> points) {
    double meanX = points.stream().mapToDouble(point -> Math.log(point.x())).average().orElse(0);
    double meanY = points.stream().mapToDouble(point -> Math.log(point.y())).average().orElse(0);
    double xx = 0;
    double xy = 0;
    for (Point point : points) {
      double x = Math.log(point.x()) - meanX;
      xx += x * x;
      xy += x * (Math.log(point.y()) - meanY);
    }
    if (points.stream().mapToDouble(Point::x).distinct().count() < 2) {
      return Optional.empty();
    }
    double exponent = xy / xx;
    return Optional.of(new PowerLaw(exponent, Math.exp(meanY - exponent * meanX), points.size()));
  }
}
