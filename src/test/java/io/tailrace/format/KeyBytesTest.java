package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.sameInstance;

import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.Test;

/** Given these bytes, this is the key. */
public final class KeyBytesTest {

  private final KeyBytes key = new KeyBytes();

  @Test
  public void whatCanBeAKeyStaysWhereItIs() {
    for (String text : new String[] {"/a?b=c d", "/caf\u00e9\u4e2d\ud83d\ude00", "x".repeat(256)}) {
      byte[] bytes = ("1" + text + "2").getBytes(StandardCharsets.UTF_8);
      key.set(bytes, 1, bytes.length - 1);
      assertThat(key.bytes(), is(sameInstance(bytes)));
      assertThat(text(), is(text));
    }
  }

  @Test
  public void nothingIsAHyphen() {
    key.set(new byte[] {'x'}, 1, 1);
    assertThat(text(), is("-"));
  }

  @Test
  public void controlCharactersAndBytesThatAreNotUtf8AreEscaped() {
    assertKey("a\0b\u001f\u007f\u00e9", "a\\x00b\\x1f\\x7f\u00e9");
    byte[] bytes = {
      'a', (byte) 0xff, (byte) 0xc3, (byte) 0xa9, (byte) 0xc3, (byte) 0xed, (byte) 0xa0
    };
    key.set(bytes, 0, bytes.length);
    assertThat(text(), is("a\\xff\u00e9\\xc3\\xed\\xa0"));
  }

  @Test
  public void whatIsTooLongIsCutBetweenCharacters() {
    assertKey("x".repeat(257), "x".repeat(253) + "...");
    assertKey("x".repeat(252) + "\u00e9".repeat(9), "x".repeat(252) + "...");
    assertKey("x".repeat(251) + "\u00e9".repeat(9), "x".repeat(251) + "\u00e9...");
    assertKey("x".repeat(252) + "\0", "x".repeat(252) + "\\x00");
    assertKey("x".repeat(252) + "\0y", "x".repeat(252) + "...");
    assertKey("x".repeat(1 << 20), "x".repeat(253) + "...");
  }

  @Test
  public void anyBytesMakeAKey() {
    Random random = new Random(1);
    for (int i = 0; i < 5_000; i++) {
      byte[] bytes = new byte[random.nextInt(300)];
      random.nextBytes(bytes);
      for (int j = 0; j < bytes.length && random.nextBoolean(); j++) {
        bytes[j] &= 0x7f;
      }
      key.set(bytes, 0, bytes.length);
      assertThat(key.to() - key.from(), is(lessThanOrEqualTo(KeyBytes.MAX_BYTES)));
      assertThat(Utf8.isValid(key.bytes(), key.from(), key.to()), is(true));
      assertThat(text().isEmpty(), is(false));
      assertThat(text().chars().anyMatch(c -> c < ' ' || c == 0x7f), is(false));
    }
  }

  private void assertKey(String text, String expected) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    key.set(bytes, 0, bytes.length);
    assertThat(text(), is(expected));
  }

  private String text() {
    return new String(key.bytes(), key.from(), key.to() - key.from(), StandardCharsets.UTF_8);
  }
}
