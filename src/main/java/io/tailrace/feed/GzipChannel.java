package io.tailrace.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The unpacked bytes of a gzip file (RFC 1952): of all its members, one after the other. Zeros
 * behind the last member are padding. A text that has the name of a gzip file, because somebody has
 * unpacked it on the way, is given as it is.
 *
 * <p>A failure is a {@link DamagedException} if the bytes are to blame, and what the packed channel
 * throws otherwise.
 */
final class GzipChannel implements ReadableByteChannel {

  private static final int BUFFER_BYTES = 1 << 16;
  private static final int TRAILER_BYTES = 8;

  private static final int MAGIC = 0x8b1f;
  private static final int DEFLATE = 8;

  /** Modification time, extra flags and operating system. */
  private static final int IGNORED_HEADER_BYTES = 6;

  private static final int HAS_HEADER_CHECKSUM = 1 << 1;
  private static final int HAS_EXTRA_FIELD = 1 << 2;
  private static final int HAS_NAME = 1 << 3;
  private static final int HAS_COMMENT = 1 << 4;
  private static final int RESERVED = 0b1110_0000;

  /** Whether a file is a text is decided by so many bytes. */
  private static final int LOOKED_AT = 512;

  private static final String CONTROLS_OF_TEXT = "\t\n\u000b\f\r\b\u001b";

  private enum At {
    BEGINNING,
    CONTENT,
    BETWEEN_MEMBERS,
    TEXT
  }

  private final ReadableByteChannel packed;
  private final Inflater inflater = new Inflater(true);
  private final CRC32 checksum = new CRC32();

  /** Bytes that came from the packed channel, from its position to its limit. */
  private final ByteBuffer in =
      ByteBuffer.allocate(BUFFER_BYTES).order(ByteOrder.LITTLE_ENDIAN).limit(0);

  private long bytesIn;
  private At at = At.BEGINNING;

  /**
   * @param packed read to its end, and closed with this channel
   */
  GzipChannel(ReadableByteChannel packed) {
    this.packed = packed;
  }

  /**
   * Gives some of the unpacked bytes.
   *
   * @param to has an array
   */
  @Override
  public int read(ByteBuffer to) throws IOException {
    while (true) {
      if (at == At.TEXT) {
        return readText(to);
      }
      if (at != At.CONTENT && !begin()) {
        return -1;
      }
      if (at == At.CONTENT) {
        int count = inflate(to);
        if (count > 0 || !to.hasRemaining()) {
          return count;
        }
        endMember();
      }
    }
  }

  private int readText(ByteBuffer to) throws IOException {
    if (!in.hasRemaining()) {
      return packed.read(to);
    }
    int count = Math.min(in.remaining(), to.remaining());
    to.put(to.position(), in, in.position(), count);
    to.position(to.position() + count);
    in.position(in.position() + count);
    return count;
  }

  /** Begins a member, unless there is none. */
  private boolean begin() throws IOException {
    boolean first = at == At.BEGINNING;
    if (!first) {
      while (has(1) && in.get(in.position()) == 0) {
        in.get();
      }
    }
    if (!has(1)) {
      return false;
    }
    if (first && !isMagic() && isText()) {
      at = At.TEXT;
      return true;
    }
    readHeader(first ? "it is not gzip" : "it is not gzip from byte " + offset() + " on");
    inflater.reset();
    checksum.reset();
    at = At.CONTENT;
    return true;
  }

  private boolean isMagic() throws IOException {
    return has(2) && Short.toUnsignedInt(in.getShort(in.position())) == MAGIC;
  }

  private boolean isText() throws IOException {
    has(LOOKED_AT);
    for (int i = in.position(); i < Math.min(in.limit(), in.position() + LOOKED_AT); i++) {
      byte b = in.get(i);
      if (b >= 0 && b < ' ' && CONTROLS_OF_TEXT.indexOf(b) < 0) {
        return false;
      }
    }
    return true;
  }

  private void readHeader(String problem) throws IOException {
    if (!has(2) && in.get(in.position()) == (byte) MAGIC) {
      throw new DamagedException(DamagedException.ENDS_IN_THE_MIDDLE);
    }
    if (!isMagic()) {
      throw new DamagedException(problem);
    }
    need(4);
    in.getShort();
    int method = in.get();
    int flags = in.get();
    if (method != DEFLATE || (flags & RESERVED) != 0) {
      throw new DamagedException(problem);
    }
    skip(IGNORED_HEADER_BYTES);
    if ((flags & HAS_EXTRA_FIELD) != 0) {
      need(2);
      skip(Short.toUnsignedInt(in.getShort()));
    }
    if ((flags & HAS_NAME) != 0) {
      skipText();
    }
    if ((flags & HAS_COMMENT) != 0) {
      skipText();
    }
    if ((flags & HAS_HEADER_CHECKSUM) != 0) {
      skip(2);
    }
  }

  private void skip(int bytes) throws IOException {
    for (int i = 0; i < bytes; i++) {
      need(1);
      in.get();
    }
  }

  private void skipText() throws IOException {
    do {
      need(1);
    } while (in.get() != 0);
  }

  /** Gives bytes of a member, or none where it ends. */
  private int inflate(ByteBuffer to) throws IOException {
    int begin = to.position();
    try {
      while (to.hasRemaining() && !inflater.finished()) {
        int count = inflater.inflate(to);
        if (count > 0) {
          checksum.update(to.array(), to.arrayOffset() + begin, count);
          return count;
        }
        if (inflater.needsDictionary()) {
          throw new DamagedException("its packed content is damaged");
        }
        if (inflater.needsInput()) {
          need(1);
          inflater.setInput(in);
        }
      }
      return 0;
    } catch (DataFormatException e) {
      throw new DamagedException("its packed content is damaged", e);
    }
  }

  private void endMember() throws IOException {
    need(TRAILER_BYTES);
    boolean intact =
        Integer.toUnsignedLong(in.getInt()) == checksum.getValue()
            && in.getInt() == (int) inflater.getBytesWritten();
    if (!intact) {
      throw new DamagedException("its checksum does not match");
    }
    at = At.BETWEEN_MEMBERS;
  }

  private long offset() {
    return bytesIn - in.remaining();
  }

  private void need(int bytes) throws IOException {
    if (!has(bytes)) {
      throw new DamagedException(DamagedException.ENDS_IN_THE_MIDDLE);
    }
  }

  /** Whether there are so many bytes more, which are in the buffer then. */
  private boolean has(int bytes) throws IOException {
    while (in.remaining() < bytes) {
      in.compact();
      int count = packed.read(in);
      in.flip();
      if (count < 0) {
        return false;
      }
      bytesIn += count;
    }
    return true;
  }

  @Override
  public boolean isOpen() {
    return packed.isOpen();
  }

  @Override
  public void close() throws IOException {
    inflater.end();
    packed.close();
  }
}
