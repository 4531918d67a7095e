package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.sameInstance;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.Test;

/** Texts that come again. */
public final class KnownTextsTest {

  private final KnownTexts texts = new KnownTexts();

  private String text(String text) {
    byte[] bytes = ("<" + text + ">").getBytes(StandardCharsets.UTF_8);
    return texts.text(bytes, 1, bytes.length - 1);
  }

  @Test
  public void aTextThatComesAgainIsTheSameObject() {
    assertThat(text("Player 1"), sameInstance(text("Player 1")));
    assertThat(text(""), is(""));
  }

  @Test
  public void eachTextIsWhatItWasHoweverManyThereAre() {
    Random random = new Random(1);
    for (int i = 0; i < 100_000; i++) {
      String text = "é".repeat(random.nextInt(3)) + random.nextInt(2_000) + "x".repeat(i % 300);
      assertThat(text(text), is(text));
    }
  }
}
