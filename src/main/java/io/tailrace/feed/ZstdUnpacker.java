package io.tailrace.feed;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdDecompressCtx;
import com.github.luben.zstd.ZstdException;
import java.io.IOException;
import java.nio.ByteBuffer;

/** Zstandard (RFC 8878). Its native library is loaded with the first file. */
final class ZstdUnpacker implements Unpacker {

  private static final int BUFFER_BYTES = 1 << 16;

  private static final int MAGIC = 0xfd2fb528;

  /** Frames of something else, which are passed over: the last four bits are any. */
  private static final int SKIPPED = 0x184d2a50;

  private static final int SKIPPED_MASK = 0xfffffff0;

  private final ZstdDecompressCtx context = new ZstdDecompressCtx();

  /** The library takes no others. */
  private final ByteBuffer packed = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);

  private final ByteBuffer unpacked = ByteBuffer.allocateDirect(BUFFER_BYTES).limit(0);
  private boolean ended;

  /** Whether the library may have more to give without more to take. */
  private boolean full;

  @Override
  public String format() {
    return "zstd";
  }

  @Override
  public boolean isAtMember(PackedBytes in) throws IOException {
    int bytes = 0;
    while (bytes < Integer.BYTES && in.has(bytes + 1)) {
      bytes++;
    }
    return begins(in, bytes, MAGIC, -1) || begins(in, bytes, SKIPPED, SKIPPED_MASK);
  }

  private static boolean begins(PackedBytes in, int bytes, int magic, int mask) {
    for (int i = 0; i < bytes; i++) {
      int shift = i * Byte.SIZE;
      if (((in.peek(i) ^ magic >> shift) & mask >> shift & 0xff) != 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public void begin(PackedBytes in) {
    context.reset();
    ended = false;
    full = false;
  }

  @Override
  public int unpack(PackedBytes in, ByteBuffer to) throws IOException {
    while (!unpacked.hasRemaining()) {
      if (ended) {
        return 0;
      }
      advance(in);
    }
    int count = Math.min(unpacked.remaining(), to.remaining());
    to.put(to.position(), unpacked, unpacked.position(), count);
    to.position(to.position() + count);
    unpacked.position(unpacked.position() + count);
    return count;
  }

  /** Takes from the packed bytes no more than belongs to the member. */
  private void advance(PackedBytes in) throws IOException {
    if (!full) {
      in.need(1);
    }
    ByteBuffer next = in.buffer();
    packed.clear().put(0, next, next.position(), next.remaining()).limit(next.remaining());
    unpacked.clear();
    try {
      ended = context.decompressDirectByteBufferStream(unpacked, packed);
    } catch (ZstdException e) {
      unpacked.limit(0);
      throw new DamagedException(problem(e), e);
    }
    full = !unpacked.hasRemaining();
    unpacked.flip();
    next.position(next.position() + packed.position());
  }

  private static String problem(ZstdException e) {
    return e.getErrorCode() == Zstd.errChecksumWrong()
        ? WRONG_CHECKSUM
        : DAMAGED + " (" + Zstd.getErrorName(-e.getErrorCode()) + ")";
  }

  @Override
  public void close() {
    context.close();
  }
}
