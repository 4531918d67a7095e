package io.tailrace.format;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;

import java.util.Random;
import org.junit.Test;

/** Bytes that come again. */
public final class KnownBytesTest {

  private final KnownBytes<String> texts =
      new KnownBytes<>((bytes, from, to) -> new String(bytes, from, to - from, UTF_8));

  private String text(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(UTF_8);
    return texts.get(bytes, 1, bytes.length - 1);
  }

  @Test
  public void aTextThatComesAgainIsTheSameObject() {
    assertThat(text("Player 1"), sameInstance(text("Player 1")));
    assertThat(text(""), is(""));
  }

  @Test
  public void eachTextIsWhatItWasHoweverManyThereAre() {
    Random random = new Random(1);
    for (int i = 0; i < 50_000; i++) {
      String text = "é".repeat(random.nextInt(3)) + random.nextInt(2_000) + "x".repeat(i % 1_200);
      assertThat(text(text), is(text));
    }
  }
}
