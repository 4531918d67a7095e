package io.tailrace.feed;

import io.tailrace.ledger.Slice;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/** Reads the messages of a slice of a partition. */
final class TopicSliceReader implements SliceReader {

  /** If nothing comes for so long, something is wrong. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final String bootstrapServers;
  private TopicClient client;
  private String topic;

  TopicSliceReader(String bootstrapServers) {
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Gives the messages of a slice. Those that the topic has no longer, because their time was over
   * or because it was deleted and made anew, are gone.
   *
   * @throws IOException if the brokers do not answer
   */
  @Override
  public long read(Slice slice, Contents contents) throws IOException {
    try {
      readNow(slice, contents);
      return 0;
    } catch (IOException e) {
      close();
      throw new IOException("Kafka at " + bootstrapServers + ": " + e.getMessage(), e);
    }
  }

  private void readNow(Slice slice, Contents contents) throws IOException {
    Partition partition = Partition.of(slice.source());
    TopicClient.Description description = client(partition.topic()).describe();
    int number = partition.number();
    if (!description.id().equals(partition.topicId())) {
      contents.gone(slice.from(), slice.to());
      return;
    }
    long beginning = client.beginnings(description.partitions()).get(number);
    long position = Math.max(slice.from(), Math.min(beginning, slice.to()));
    if (position > slice.from()) {
      contents.gone(slice.from(), position);
    }
    if (position < slice.to()) {
      client.seek(number, position);
    }
    long lastProgress = System.nanoTime();
    while (position < slice.to()) {
      try {
        for (ConsumerRecord<ByteBuffer, ByteBuffer> message : client.next()) {
          if (message.offset() < slice.to()) {
            give(message, contents);
          }
        }
      } catch (DamagedMessageException e) {
        long damaged = client.position(number);
        if (damaged < slice.to()) {
          contents.damaged(damaged, e.getMessage());
          client.seek(number, damaged + 1);
        }
      }
      long now = client.position(number);
      if (now > position) {
        lastProgress = System.nanoTime();
      } else if (System.nanoTime() - lastProgress > PATIENCE.toNanos()) {
        throw new IOException(
            String.format("%s has nothing from offset %d on", slice.source(), position));
      }
      position = now;
    }
  }

  private static void give(ConsumerRecord<ByteBuffer, ByteBuffer> message, Contents contents) {
    ByteBuffer value = message.value();
    if (value == null) {
      contents.message(message, null, 0, 0);
      return;
    }
    byte[] bytes;
    int from = 0;
    if (value.hasArray()) {
      bytes = value.array();
      from = value.arrayOffset() + value.position();
    } else {
      bytes = new byte[value.remaining()];
      value.duplicate().get(bytes);
    }
    contents.message(message, bytes, from, from + value.remaining());
  }

  private TopicClient client(String wanted) throws IOException {
    if (!wanted.equals(topic)) {
      close();
    }
    if (client == null) {
      client = new TopicClient(bootstrapServers, wanted);
      topic = wanted;
    }
    return client;
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
      client = null;
    }
  }
}
