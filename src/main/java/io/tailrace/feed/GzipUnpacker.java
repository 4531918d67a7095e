package io.tailrace.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/** Gzip (RFC 1952). */
final class GzipUnpacker implements Unpacker {

  private static final int TRAILER_BYTES = 8;

  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;

  /** The magic number, the method and the flags. */
  private static final int CHECKED_HEADER_BYTES = 4;

  /** Modification time, extra flags and operating system. */
  private static final int IGNORED_HEADER_BYTES = 6;

  private static final int HAS_HEADER_CHECKSUM = 1 << 1;
  private static final int HAS_EXTRA_FIELD = 1 << 2;
  private static final int HAS_NAME = 1 << 3;
  private static final int HAS_COMMENT = 1 << 4;
  private static final int RESERVED = 0b1110_0000;

  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();

  @Override
  public String format() {
    return "gzip";
  }

  @Override
  public boolean isAtMember(PackedBytes in) throws IOException {
    return in.has(1)
        && in.peek(0) == (byte) MAGIC
        && (!in.has(2) || in.peek(1) == (byte) (MAGIC >> Byte.SIZE))
        && (!in.has(3) || in.peek(2) == DEFLATE)
        && (!in.has(4) || (in.peek(3) & RESERVED) == 0);
  }

  @Override
  public void begin(PackedBytes in) throws IOException {
    in.need(CHECKED_HEADER_BYTES);
    int flags = in.peek(CHECKED_HEADER_BYTES - 1);
    skip(in, CHECKED_HEADER_BYTES + IGNORED_HEADER_BYTES);
    if ((flags & HAS_EXTRA_FIELD) != 0) {
      in.need(2);
      skip(in, Short.toUnsignedInt(in.buffer().getShort()));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText(in);
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText(in);
    }
    if ((flags & HAS_HEADER_CHECKSUM) != 0) {
      skip(in, 2);
    }
    inflater.reset();
    checksum.reset();
  }

  private static void skip(PackedBytes in, int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      in.need(1);
      in.buffer().get();
    }
  }

  private static void skipText(PackedBytes in) throws IOException {
    do {
      in.need(1);
    } while (in.buffer().get() != 0);
  }

  @Override
  public int unpack(PackedBytes in, ByteBuffer to) throws IOException {
    int begin = to.position();
    try {
      while (!inflater.finished()) {
        int count = inflater.inflate(to);
        if (count > 0) {
          checksum.update(to.array(), to.arrayOffset() + begin, count);
          return count;
        }
        if (inflater.needsDictionary()) {
          throw new DamagedException(DAMAGED);
        }
        if (inflater.needsInput()) {
          in.need(1);
          inflater.setInput(in.buffer());
        }
      }
    } catch (DataFormatException e) {
      throw new DamagedException(DAMAGED, e);
    }
    end(in);
    return 0;
  }

  private void end(PackedBytes in) throws IOException {
    in.need(TRAILER_BYTES);
    boolean intact =
        Integer.toUnsignedLong(in.buffer().getInt()) == checksum.getValue()
            && in.buffer().getInt() == (int) inflater.getBytesWritten();
    if (!intact) {
      throw new DamagedException(WRONG_CHECKSUM);
    }
  }

  @Override
  public void close() {
    inflater.end();
  }
}
