package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import org.junit.Test;

/** Numbers in keys are what {@link Long#toString} makes of them. */
public class KeyWriterTest {

  private final KeyWriter writer = new KeyWriter();

  private String written(long value) {
    writer.begin();
    writer.add(value);
    return new String(writer.bytes(), 0, writer.length(), StandardCharsets.UTF_8);
  }

  @Test
  public void numbersAroundPowersOfTenAndTwo() {
    for (int bits = 0; bits < Long.SIZE; bits++) {
      for (long near = -2; near <= 2; near++) {
        check((1L << bits) + near);
        check(-(1L << bits) + near);
      }
    }
    for (long power = 1; power > 0 && power <= Long.MAX_VALUE / 10; power *= 10) {
      for (long near = -2; near <= 2; near++) {
        check(power + near);
        check(-power + near);
        check(10 * power + near);
      }
    }
  }

  @Test
  public void numbersOfThreeDigits() {
    for (long value = -1_000; value <= 1_000; value++) {
      check(value);
    }
  }

  private void check(long value) {
    assertThat(written(value), is(Long.toString(value)));
  }
}
