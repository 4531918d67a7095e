package io.tailrace.dashboard;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.aMapWithSize;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;

import java.util.Map;
import org.junit.Test;

/** Values as they were at times. */
public final class LinesTest {

  private final Lines lines = new Lines();

  @Test
  public void oneMoreTimeIsNotEverythingAnew() {
    assertThat(lines.add(1, Map.of("a", 1)), is(true));
    assertThat(lines.add(2, Map.of("a", 2)), is(false));
    assertThat(lines.add(3, Map.of("a", 3, "b", 1)), is(true));
    assertThat(lines.times(), contains(1L, 2L, 3L));
    assertThat(lines.values().get("a"), contains(1, 2, 3));
    assertThat(lines.values().get("b"), contains(null, null, 1));
    assertThat(lines.add(4, Map.of("b", 2)), is(true));
    assertThat(lines.values(), aMapWithSize(1));
  }

  @Test
  public void ofManyTimesSomeHundredAreKeptAndTheLast() {
    for (long time = 0; time < 10_000; time++) {
      lines.add(time, Map.of("a", time));
      assertThat(lines.times().size(), is(lessThanOrEqualTo(600)));
    }
    int last = lines.times().size() - 1;
    assertThat(lines.times().get(last), is(9_999L));
    assertThat(lines.values().get("a"), hasSize(last + 1));
    assertThat(lines.values().get("a").get(last), is(9_999L));
  }
}
