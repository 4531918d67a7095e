package io.tailrace.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * The unpacked bytes of a packed file: of all its members, one after the other. Zeros behind the
 * last member are padding. A text that has the name of a packed file, because somebody has unpacked
 * it on the way, is given as it is.
 *
 * <p>A failure is a {@link DamagedException} if the bytes are to blame, and what the packed channel
 * throws otherwise.
 */
final class UnpackedChannel implements ReadableByteChannel {

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
  private final PackedBytes in;
  private final Unpacker unpacker;
  private At at = At.BEGINNING;

  /**
   * @param packed read to its end, and closed with this channel
   * @param unpacker closed with this channel
   */
  UnpackedChannel(ReadableByteChannel packed, Unpacker unpacker) {
    this.packed = packed;
    this.in = new PackedBytes(packed);
    this.unpacker = unpacker;
  }

  /**
   * Gives some of the unpacked bytes.
   *
   * @param to has an array
   */
  @Override
  public int read(ByteBuffer to) throws IOException {
    while (to.hasRemaining()) {
      if (at == At.TEXT) {
        return readText(to);
      }
      if (at != At.CONTENT && !begin()) {
        return -1;
      }
      if (at == At.CONTENT) {
        int count = unpacker.unpack(in, to);
        if (count > 0) {
          return count;
        }
        at = At.BETWEEN_MEMBERS;
      }
    }
    return 0;
  }

  private int readText(ByteBuffer to) throws IOException {
    ByteBuffer first = in.buffer();
    if (!first.hasRemaining()) {
      return packed.read(to);
    }
    int count = Math.min(first.remaining(), to.remaining());
    to.put(to.position(), first, first.position(), count);
    to.position(to.position() + count);
    first.position(first.position() + count);
    return count;
  }

  /** Begins a member, or the text, unless there is none. */
  private boolean begin() throws IOException {
    boolean first = at == At.BEGINNING;
    if (!first) {
      while (in.has(1) && in.peek(0) == 0) {
        in.buffer().get();
      }
    }
    if (!in.has(1)) {
      return false;
    }
    if (unpacker.isAtMember(in)) {
      unpacker.begin(in);
      at = At.CONTENT;
    } else if (first && isText()) {
      at = At.TEXT;
    } else {
      throw new DamagedException(
          "it is not " + unpacker.format() + (first ? "" : " from byte " + in.offset() + " on"));
    }
    return true;
  }

  private boolean isText() throws IOException {
    in.has(LOOKED_AT);
    for (int i = 0; i < Math.min(in.buffer().remaining(), LOOKED_AT); i++) {
      byte b = in.peek(i);
      if (b >= 0 && b < ' ' && CONTROLS_OF_TEXT.indexOf(b) < 0) {
        return false;
      }
    }
    return true;
  }

  @Override
  public boolean isOpen() {
    return packed.isOpen();
  }

  @Override
  public void close() throws IOException {
    unpacker.close();
    packed.close();
  }
}
