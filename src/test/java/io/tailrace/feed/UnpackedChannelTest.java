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
import java.nio.channels.Channels;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** A packed file is given whole, or it is said in words what is wrong with it. */
@RunWith(Parameterized.class)
public final class UnpackedChannelTest {

  @Parameters(name = "{0}")
  public static Object[] packings() {
    return Packing.values();
  }

  @Parameter public Packing packing;

  private final Random random = new Random(18);

  @Test
  public void allMembersAreGiven() throws IOException {
    for (int i = 0; i < 16; i++) {
      ByteArrayOutputStream plain = new ByteArrayOutputStream();
      ByteArrayOutputStream packed = new ByteArrayOutputStream();
      for (int member = 0; member <= i % 4; member++) {
        byte[] content = content(random.nextInt(200_000));
        plain.writeBytes(content);
        packed.writeBytes(packing.pack(content));
      }
      packed.writeBytes(new byte[random.nextInt(3) * 512]);
      assertThat(unpack(packed.toByteArray()), is(plain.toByteArray()));
    }
  }

  @Test
  public void bytesThatPackWellAreGiven() throws IOException {
    for (int length : List.of(1, 1 << 16, 1 << 17, (1 << 17) + 1, 5_000_000)) {
      byte[] content = new byte[length];
      assertThat(unpack(packing.pack(content)), is(content));
    }
  }

  @Test
  public void nothingAndTextAreGivenAsTheyAre() throws IOException {
    for (String text : List.of("", "s", "s1,2,1\n", "é\ts1,2,1\r\n".repeat(50_000))) {
      assertThat(unpack(text.getBytes(UTF_8)), is(text.getBytes(UTF_8)));
    }
    assertThat(unpack(packing.pack(new byte[0])), is(new byte[0]));
  }

  @Test
  public void aFileThatWasCutEndsInTheMiddle() throws IOException {
    byte[] first = packing.pack(content(300));
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
  public void theChecksumMustMatch() throws IOException {
    byte[] packed = packing.pack(content(300));
    packed[packing.checksumIn(packed)] ^= 1;
    assertThat(problem(packed), is("its checksum does not match"));
  }

  @Test
  public void whatIsNotPackedIsNamed() throws IOException {
    byte[] packed = packing.pack(content(300));
    assertThat(problem(new byte[100]), is("it is not " + packing.format()));
    assertThat(problem("PK\3\4 a zip".getBytes(UTF_8)), is("it is not " + packing.format()));
    byte[] other = packed.clone();
    other[2] = 7;
    assertThat(problem(other), is("it is not " + packing.format()));
    byte[] followed = Arrays.copyOf(packed, packed.length + 1_000);
    System.arraycopy("\nrubbish".getBytes(UTF_8), 0, followed, packed.length + 512, 8);
    assertThat(
        problem(followed),
        is("it is not " + packing.format() + " from byte " + (packed.length + 512) + " on"));
  }

  @Test
  public void aBitThatFlippedIsToldOrDoesNotMatter() throws IOException {
    for (int length : List.of(0, 1, 2_000)) {
      byte[] content = content(length);
      byte[] packed = packing.pack(content);
      for (int i = 0; i < packed.length; i++) {
        byte[] changed = packed.clone();
        changed[i] ^= (byte) (1 << random.nextInt(8));
        try {
          assertThat(unpack(changed), is(content));
        } catch (DamagedException e) {
          assertThat(e.getMessage(), startsWith("it"));
        }
      }
    }
  }

  @Test
  public void aFailureToReadIsNoDamage() throws IOException {
    byte[] packed = packing.pack(content(100_000));
    InputStream failing =
        new InputStream() {
          private int next;

          @Override
          public int read() throws IOException {
            if (next == packed.length / 2) {
              throw new IOException("the server is away");
            }
            return Byte.toUnsignedInt(packed[next++]);
          }

          @Override
          public int read(byte[] to, int from, int length) throws IOException {
            to[from] = (byte) read();
            return 1;
          }
        };
    try (UnpackedChannel channel = new UnpackedChannel(Channels.newChannel(failing), unpacker())) {
      IOException failure =
          assertThrows(IOException.class, () -> Channels.newInputStream(channel).readAllBytes());
      assertThat(failure.getMessage(), is("the server is away"));
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
    try (UnpackedChannel channel = new UnpackedChannel(Channels.newChannel(bytes), unpacker())) {
      return Channels.newInputStream(channel).readAllBytes();
    }
  }

  private Unpacker unpacker() {
    return switch (packing) {
      case gz -> new GzipUnpacker();
      case bz2 -> new Bzip2Unpacker();
      case zst -> new ZstdUnpacker();
    };
  }

  private byte[] content(int length) {
    byte[] content = new byte[length];
    for (int i = 0; i < length; i++) {
      content[i] = (byte) ('a' + random.nextInt(1 + i % 26));
    }
    return content;
  }
}
