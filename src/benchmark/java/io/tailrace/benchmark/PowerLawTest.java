package io.tailrace.benchmark;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.closeTo;
import static org.hamcrest.Matchers.is;

import io.tailrace.benchmark.PowerLaw.Point;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** Known laws are found again. */
public final class PowerLawTest {

  private static final double ROUNDING = 1e-9;

  @Test
  public void aLineThroughTheOrigin() {
    assertFit(1, 0.07, new Point(1, 0.07), new Point(10, 0.7), new Point(300, 21));
  }

  @Test
  public void aSquare() {
    assertFit(2, 3, new Point(2, 12), new Point(4, 48), new Point(5, 75), new Point(10, 300));
  }

  @Test
  public void whatDoesNotGrow() {
    assertFit(0, 5, new Point(100, 5), new Point(100_000, 5));
  }

  @Test
  public void theSamePercentageAboveAndBelowEvensOut() {
    assertFit(1, 1, new Point(1, 1), new Point(10, 20), new Point(10, 5), new Point(100, 100));
  }

  @Test
  public void oneSizeTellsNothing() {
    assertThat(PowerLaw.fit(List.of()), is(Optional.empty()));
    assertThat(PowerLaw.fit(List.of(new Point(3, 1), new Point(3, 2))), is(Optional.empty()));
  }

  private static void assertFit(double exponent, double factor, Point... points) {
    PowerLaw law = PowerLaw.fit(List.of(points)).orElseThrow();
    assertThat(law.exponent(), closeTo(exponent, ROUNDING));
    assertThat(law.factor(), closeTo(factor, ROUNDING));
    assertThat(law.points(), is(points.length));
  }
}
