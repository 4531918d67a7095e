package io.tailrace.feed;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import org.apache.commons.compress.compressors.bzip2.BZip2CompressorInputStream;

/** Bzip2. */
final class Bzip2Unpacker implements Unpacker {

  /** The level is one digit. */
  private static final String MAGIC = "BZh#";

  /** The digits of pi, before a block. */
  private static final byte[] BLOCK = {0x31, 0x41, 0x59, 0x26, 0x53, 0x59};

  /** The digits of its square root, behind the last block. */
  private static final byte[] END = {0x17, 0x72, 0x45, 0x38, 0x50, (byte) 0x90};

  private InputStream member;

  @Override
  public String format() {
    return "bzip2";
  }

  @Override
  public boolean isAtMember(PackedBytes in) throws IOException {
    for (int i = 0; i < MAGIC.length() && in.has(i + 1); i++) {
      byte b = in.peek(i);
      if (MAGIC.charAt(i) == '#' ? b < '1' || b > '9' : b != MAGIC.charAt(i)) {
        return false;
      }
    }
    return isNext(in, BLOCK) || isNext(in, END);
  }

  private static boolean isNext(PackedBytes in, byte[] expected) throws IOException {
    for (int i = 0; i < expected.length && in.has(MAGIC.length() + i + 1); i++) {
      if (in.peek(MAGIC.length() + i) != expected[i]) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void begin(PackedBytes in) throws IOException {
    in.need(MAGIC.length() + BLOCK.length);
    member = null;
  }

  @Override
  public int unpack(PackedBytes in, ByteBuffer to) throws IOException {
    try {
      if (member == null) {
        member = new BZip2CompressorInputStream(new Bytes(in));
      }
      int count = member.read(to.array(), to.arrayOffset() + to.position(), to.remaining());
      if (count < 0) {
        return 0;
      }
      to.position(to.position() + count);
      return count;
    } catch (UncheckedIOException e) {
      throw e.getCause();
    } catch (IOException e) {
      throw damaged(in, e);
    }
  }

  private static DamagedException damaged(PackedBytes in, IOException problem) throws IOException {
    if (!in.has(1)) {
      return new DamagedException(DamagedException.ENDS_IN_THE_MIDDLE, problem);
    }
    boolean isChecksum = String.valueOf(problem.getMessage()).contains("CRC");
    return new DamagedException(isChecksum ? WRONG_CHECKSUM : DAMAGED, problem);
  }

  /** A failure to read is unchecked, so that it is told from bytes that make no sense. */
  private static final class Bytes extends InputStream {

    private final PackedBytes in;

    Bytes(PackedBytes in) {
      this.in = in;
    }

    @Override
    public int read() {
      try {
        return in.has(1) ? Byte.toUnsignedInt(in.buffer().get()) : -1;
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  @Override
  public void close() {
    // It holds memory alone.
  }
}
