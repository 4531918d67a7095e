package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Looks at the first records of a file, until whoever looks has seen enough. */
final class FirstLook implements SliceReader.Contents {

  /** Sees a record in {@code bytes[from, to)}, or the beginning of one that is too long. */
  @FunctionalInterface
  interface Viewer {
    /**
     * @return whether it has seen enough
     */
    boolean see(byte[] bytes, int from, int to, boolean isWhole);
  }

  /** Enough was seen. */
  private static final class EnoughException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    EnoughException() {
      super("enough", null, false, false);
    }
  }

  private final Viewer viewer;

  private FirstLook(Viewer viewer) {
    this.viewer = viewer;
  }

  /**
   * Shows the records of a slice of a file, the first one first. What is left of it is read later.
   */
  static void at(Slice slice, SliceReader reader, Viewer viewer)
      throws UnreadableException, IOException {
    try {
      reader.read(slice, new FirstLook(viewer));
    } catch (EnoughException e) {
      // The slice has done its part.
    }
  }

  @Override
  public void line(byte[] bytes, int from, int to, long length, long offset, long index) {
    if (viewer.see(bytes, from, to, length == to - from)) {
      throw new EnoughException();
    }
  }

  @Override
  public void arrayWithoutEnd(long offset, long index) {
    // Whoever reads it tells.
  }

  @Override
  public void message(
      ConsumerRecord<ByteBuffer, ByteBuffer> message, byte[] bytes, int from, int to) {
    throw new UnsupportedOperationException("A topic is not looked at");
  }

  @Override
  public void gone(long from, long to) {
    throw new UnsupportedOperationException("A topic is not looked at");
  }

  @Override
  public void damaged(long offset, String reason) {
    throw new UnsupportedOperationException("A topic is not looked at");
  }
}
