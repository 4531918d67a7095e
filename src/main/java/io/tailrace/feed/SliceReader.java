package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads slices of an input, one after the other, as often as anyone likes. */
interface SliceReader extends AutoCloseable {

  /** Takes what is in a slice. */
  interface Contents extends JsonReader.Records {

    /**
     * Takes a message of a topic.
     *
     * @param message what it is, until this call returns
     * @param bytes holds its value; null if it has none
     * @param from where the value begins
     * @param to where it ends
     */
    void message(ConsumerRecord<ByteBuffer, ByteBuffer> message, byte[] bytes, int from, int to);

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
