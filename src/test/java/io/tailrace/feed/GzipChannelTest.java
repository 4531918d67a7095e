package io.tailrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;
import org.junit.Test;

/** A gzip file is given whole, or it is said in words what is wrong with it. */
public final class GzipChannelTest {

  private final Random random = new Random(18);

  @Test
  public void allMembersAreGiven() throws IOException {
    for (int i = 0; i < 50; i++) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (int member = 0; member <= i % 4; member++) {
        byte[] content = content(random.nextInt(200_000));
        plain.writeBytes(content);
        packed.writeBytes(pack(content));
      }
      packed.writeBytes(new byte[random.nextInt(3) * 512]);
      assertThat(unpack(packed.toByteArray()), is(plain.toByteArray()));
    }
  }

  @Test
  public void aHeaderMayHaveAllFields() throws IOException {
    byte[] content = content(1_000);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0b11111, 1, 2, 3, 4, 0, 3, 2, 0, 7, 7});
    packed.writeBytes("name.csv\0a comment\0".getBytes(UTF_8));
    packed.writeBytes(new byte[] {1, 2});
    packed.writeBytes(Arrays.copyOfRange(pack(content), 10, pack(content).length));
    assertThat(unpack(packed.toByteArray()), is(content));
  }

  @Test
  public void nothingAndTextAreGivenAsTheyAre() throws IOException {
    for (String text : List.of("", "s", "s1,2,1\n", "é\ts1,2,1\r\n".repeat(50_000))) {
      assertThat(unpack(text.getBytes(UTF_8)), is(text.getBytes(UTF_8)));
    }
    assertThat(unpack(pack(new byte[0])), is(new byte[0]));
  }

  @Test
  public void aFileThatWasCutEndsInTheMiddle() throws IOException {
    byte[] first = pack(content(300));
    byte[] both = Arrays.copyOf(first, 2 * first.length);
    System.arraycopy(first, 0, both, first.length, first.length);
    for (int length = 1; length < both.length; length++) {
      if (length != first.length) {
        byte[] cut = Arrays.copyOf(both, length);
        assertThat("cut at " + length, problem(cut), is("it ends in the middle"));
      }
    }
  }

  @Test
  public void theChecksumAndTheLengthMustMatch() throws IOException {
    byte[] packed = pack(content(300));
    for (int i = 1; i <= 8; i++) {
      byte[] changed = packed.clone();
      changed[packed.length - i] ^= 1;
      assertThat(problem(changed), is("its checksum does not match"));
    }
  }

  @Test
  public void whatIsNoGzipIsNamed() throws IOException {
    byte[] packed = pack(content(300));
    assertThat(problem(new byte[100]), is("it is not gzip"));
    assertThat(problem("PK\3\4 a zip".getBytes(UTF_8)), is("it is not gzip"));
    byte[] otherMethod = packed.clone();
    otherMethod[2] = 7;
    assertThat(problem(otherMethod), is("it is not gzip"));
    byte[] followed = Arrays.copyOf(packed, packed.length + 1_000);
    System.arraycopy("\nrubbish".getBytes(UTF_8), 0, followed, packed.length + 512, 8);
    assertThat(problem(followed), is("it is not gzip from byte " + (packed.length + 512) + " on"));
  }

  @Test
  public void aByteThatChangedIsToldOrDoesNotMatter() throws IOException {
    byte[] content = content(2_000);
    byte[] packed = pack(content);
    for (int i = 0; i < packed.length; i++) {
      byte[] changed = packed.clone();
      changed[i] ^= (byte) (1 << random.nextInt(8));
      try {
        assertThat(unpack(changed), is(content));
      } catch (DamagedException e) {
        assertThat(e.getMessage(), startsWith("it"));
        if (i > 9) {
          assertThrows(
              IOException.class,
              () -> new GZIPInputStream(new ByteArrayInputStream(changed)).readAllBytes());
        }
      }
    }
  }

  private String problem(byte[] packed) {
    return assertThrows(DamagedException.class, () -> unpack(packed)).getMessage();
  }

  /** Reads from a channel that gives few bytes at a time, like a network. */
  private byte[] unpack(byte[] packed) throws IOException {
    InputStream bytes =
        new ByteArrayInputStream(packed) {
          @Override
          public synchronized int read(byte[] to, int from, int length) {
            return super.read(to, from, Math.min(length, 1 + random.nextInt(10_000)));
          }
        };
    try (GzipChannel channel = new GzipChannel(Channels.newChannel(bytes))) {
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  private byte[] pack(byte[] content) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write(content);
    }
    return packed.toByteArray();
  }

  private byte[] content(int length) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) ('a' + random.nextInt(1 + i % 26));
    }
    return content;
  }
}
