package io.tailrace.feed;

import io.tailrace.ledger.Fingerprint;
import io.tailrace.storage.LocalPaths;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.StandardOpenOption;

/** The bytes of a file on this machine that others may append to, read at any place of it. */
final class FollowedContent implements Closeable {

  private static final int CHUNK_BYTES = 1 << 16;

  private final FileChannel channel;

  private FollowedContent(FileChannel channel) {
    this.channel = channel;
  }

  static FollowedContent open(String path) throws IOException {
    return new FollowedContent(FileChannel.open(LocalPaths.path(path), StandardOpenOption.READ));
  }

  /** How many bytes it has now. */
  long size() throws IOException {
    return channel.size();
  }

  /** Whether it has these bytes where they were found. */
  boolean has(Fingerprint fingerprint) throws IOException {
    if (channel.size() < fingerprint.at()) {
      return false;
    }
    try {
      return fingerprint(fingerprint.at()).equals(fingerprint);
    } catch (EOFException e) {
      // It has just been truncated.
      return false;
    }
  }

  /**
   * The fingerprint at a place.
   *
   * @throws EOFException if it has fewer bytes
   */
  Fingerprint fingerprint(long at) throws IOException {
    int length = Fingerprint.length(at);
    return Fingerprint.of(at, bytes(at - length, length), length);
  }

  /** Its first bytes, as many as a fingerprint is of, if there are so many. */
  byte[] head() throws IOException {
    return bytes(0, Fingerprint.length(channel.size()));
  }

  private byte[] bytes(long from, int length) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(length);
    while (bytes.hasRemaining()) {
      if (channel.read(bytes, from + bytes.position()) < 0) {
        throw new EOFException("the file has fewer bytes than a moment ago");
      }
    }
    return bytes.array();
  }

  /** The place behind the last line feed in {@code [from, to)}, or -1 if there is none. */
  long lineEnd(long from, long to) throws IOException {
    for (long end = to; end > from; ) {
      int length = (int) Math.min(CHUNK_BYTES, end - from);
      byte[] bytes = bytes(end - length, length);
      for (int i = length - 1; i >= 0; i--) {
        if (bytes[i] == '\n') {
          return end - length + i + 1;
        }
      }
      end -= length;
    }
    return -1;
  }

  /** Whether {@code [0, to)} has so many line feeds. */
  boolean hasLines(int count, long to) throws IOException {
    int lines = 0;
    for (long from = 0; from < to && lines < count; ) {
      int length = (int) Math.min(CHUNK_BYTES, to - from);
      for (byte b : bytes(from, length)) {
        lines += b == '\n' ? 1 : 0;
      }
      from += length;
    }
    return lines >= count;
  }

  /** Its bytes from a place on, to be read before this is asked for anything else. */
  FileChannel from(long position) throws IOException {
    return channel.position(position);
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
