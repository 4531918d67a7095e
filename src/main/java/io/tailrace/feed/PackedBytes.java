package io.tailrace.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;

/** The bytes of a packed file, through a buffer in which the next ones can be looked at. */
final class PackedBytes {

  private static final int BUFFER_BYTES = 1 << 16;

  private final ReadableByteChannel channel;
  private final ByteBuffer buffer =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);
  private long read;

  PackedBytes(ReadableByteChannel channel) {
    this.channel = channel;
  }

  /**
   * The bytes that have been read, from its position to its limit; little-endian, with an array.
   */
  ByteBuffer buffer() {
    return buffer;
  }

  /** The next byte but so many, of which {@link #has} has said that it is there. */
  byte peek(int index) {
    return buffer.get(buffer.position() + index);
  }

  /** How many bytes of the file have been used. */
  long offset() {
    return read - buffer.remaining();
  }

  /** Whether there are so many bytes more, which are in the buffer then. */
  boolean has(int bytes) throws IOException {
    while (buffer.remaining() < bytes) {
      buffer.compact();
      int count = channel.read(buffer);
      buffer.flip();
      if (count < 0) {
        return false;
      }
      read += count;
    }
    return true;
  }

  void need(int bytes) throws IOException {
    if (!has(bytes)) {
      throw new DamagedException(DamagedException.ENDS_IN_THE_MIDDLE);
    }
  }
}
