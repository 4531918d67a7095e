package io.tailrace.format;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import java.util.Arrays;
import java.util.Random;
import org.junit.Test;

/** Equal bytes have equal hashes, wherever they are, and names that people give spread. */
public final class ByteHashTest {

  private static final int PLACES = 1 << 17;

  private final Random random = new Random(5);

  @Test
  public void equalBytesAreEqualWhereverTheyAre() {
    for (int i = 0; i < 200_000; i++) {
      byte[] text = text();
      byte[] copy = text();
      int from = random.nextInt(Math.max(1, copy.length - text.length));
      if (from + text.length <= copy.length) {
        System.arraycopy(text, 0, copy, from, text.length);
        assertThat(
            ByteHash.of(copy, from, from + text.length), is(ByteHash.of(text, 0, text.length)));
      }
      int otherFrom = random.nextInt(copy.length + 1);
      int otherTo = otherFrom + random.nextInt(copy.length - otherFrom + 1);
      assertThat(
          ByteHash.areEqual(text, 0, text.length, copy, otherFrom, otherTo),
          is(Arrays.equals(text, 0, text.length, copy, otherFrom, otherTo)));
    }
  }

  /** Of few different bytes, so that many texts are equal or nearly so. */
  private byte[] text() {
    byte[] text = new byte[random.nextInt(random.nextBoolean() ? 4 : 40)];
    for (int i = 0; i < text.length; i++) {
      text[i] = (byte) (random.nextInt(2) - 1);
    }
    return text;
  }

  /** Half of the places taken by linear probing are 1.5 steps away (Knuth, TAOCP 6.4). */
  @Test
  public void namesWithNumbersSpread() {
    for (String name : new String[] {"", "s", "server-", "10.0.0.", "/shop/items/of-the-day?id="}) {
      boolean[] taken = new boolean[PLACES];
      long steps = 0;
      for (int number = 0; number < PLACES / 2; number++) {
        byte[] text = (name + number).getBytes(US_ASCII);
        int place = ByteHash.of(text, 0, text.length) & PLACES - 1;
        for (steps++; taken[place]; steps++) {
          place = place + 1 & PLACES - 1;
        }
        taken[place] = true;
      }
      assertThat(name, steps / (PLACES / 2.0), lessThan(1.6));
    }
  }
}
