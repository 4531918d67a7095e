package io.tailrace.feed;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * A format of packed files. A file has any number of members, one after the other, as {@code cat}
 * puts them together.
 */
interface Unpacker extends AutoCloseable {

  String DAMAGED = "its packed content is damaged";
  String WRONG_CHECKSUM = "its checksum does not match";

  /** What users call the format. */
  String format();

  /** Whether the next bytes begin a member. At the end of a file some of these bytes are enough. */
  boolean isAtMember(PackedBytes in) throws IOException;

  /** Begins the member that is next. */
  void begin(PackedBytes in) throws IOException;

  /**
   * Gives some of the unpacked bytes of a member, or none where it has ended and was intact.
   *
   * @param to has an array, and room
   */
  int unpack(PackedBytes in, ByteBuffer to) throws IOException;

  @Override
  void close();
}
