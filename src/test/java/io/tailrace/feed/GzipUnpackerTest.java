package io.tailrace.feed;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.util.Arrays;
import org.junit.Test;

/** What only gzip has; {@link UnpackedChannelTest} has the rest. */
public final class GzipUnpackerTest {

  private static final byte[] CONTENT = "s1,2,1\n".repeat(50).getBytes(UTF_8);

  @Test
  public void aHeaderMayHaveAllFields() throws IOException {
    byte[] plainHeader = Packing.gz.pack(CONTENT);
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    packed.writeBytes(new byte[] {0x1f, (byte) 0x8b, 8, 0b11111, 1, 2, 3, 4, 0, 3, 2, 0, 7, 7});
    packed.writeBytes("name.csv\0a comment\0".getBytes(UTF_8));
    packed.writeBytes(new byte[] {1, 2});
    packed.writeBytes(Arrays.copyOfRange(plainHeader, 10, plainHeader.length));
    assertThat(unpack(packed.toByteArray()), is(CONTENT));
  }

  @Test
  public void theChecksumAndTheLengthMustMatch() throws IOException {
    byte[] packed = Packing.gz.pack(CONTENT);
    for (int i = 1; i <= 8; i++) {
      byte[] changed = packed.clone();
      changed[packed.length - i] ^= 1;
      assertThat(
          assertThrows(DamagedException.class, () -> unpack(changed)).getMessage(),
          is("its checksum does not match"));
    }
  }

  private static byte[] unpack(byte[] packed) throws IOException {
    try (UnpackedChannel channel =
        new UnpackedChannel(
            Channels.newChannel(new ByteArrayInputStream(packed)), new GzipUnpacker())) {
      return Channels.newInputStream(channel).readAllBytes();
    }
  }
}
