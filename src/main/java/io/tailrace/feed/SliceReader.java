package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import java.io.IOException;

/** Reads slices of an input, one after the other, as often as anyone likes. */
interface SliceReader extends AutoCloseable {

  /** Takes what is in a slice. */
  interface Contents extends JsonReader.Records {

    /**
     * Takes a message of a topic.
     *
     * @param bytes holds its value until this call returns; null if it has none
     * @param from where the value begins
     * @param to where it ends
     * @param offset its offset in the partition
     * @param timestamp when it was written, as the topic has it, in milliseconds since 1970
     */
    void message(byte[] bytes, int from, int to, long offset, long timestamp);

    /** Takes note that the topic has no longer the messages {@code [from, to)}. */
    void gone(long from, long to);

    /** Takes note that the brokers' copy of a message is damaged. */
    void damaged(long offset, String reason);
  }

  /**
   * Gives what begins in a slice. What the taker throws passes through.
   *
   * @return the number of lines that begin in it; 0 if it is not cut into lines
   * @throws UnreadableException if it cannot be read now, but others may be
   * @throws IOException if none can be read now
   */
  long read(Slice slice, Contents contents) throws UnreadableException, IOException;

  @Override
  void close();
}
