package io.tailrace.feed;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.TopicDescription;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteBufferDeserializer;

/**
 * A topic as its brokers have it. Only messages of committed transactions are there, and no offsets
 * are committed to the brokers: the ledger knows what was read.
 *
 * <p>Whatever goes wrong with the brokers is an {@link IOException}, after a few seconds of trying.
 *
 * <p>Not safe for use by more than one thread at a time.
 */
final class TopicClient implements AutoCloseable {

  private static final int TIMEOUT_MILLIS = 5_000;

  /** What a broker gives at a time; with its default a fast reader waits for each megabyte. */
  private static final int FETCH_BYTES = 8 << 20;

  private static final int RECORDS_A_POLL = 10_000;

  /** The consumer has no exception of its own for a message whose checksum is wrong. */
  private static final String DAMAGED = "seek past the record to continue";

  private final String topic;
  private final Admin admin;
  private final Consumer<ByteBuffer, ByteBuffer> consumer;

  /** Connects when it is first asked. */
  TopicClient(String bootstrapServers, String topic) throws IOException {
    this.topic = topic;
    Properties common = new Properties();
    common.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers);
    common.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    common.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, TIMEOUT_MILLIS);
    common.put(AdminClientConfig.METRIC_REPORTER_CLASSES_CONFIG, "");
    Properties reading = new Properties();
    reading.putAll(common);
    reading.put(ConsumerConfig.ISOLATION_LEVEL_CONFIG, "read_committed");
    reading.put(ConsumerConfig.ENABLE_AUTO_COMMIT_CONFIG, false);
    reading.put(ConsumerConfig.AUTO_OFFSET_RESET_CONFIG, "none");
    reading.put(ConsumerConfig.ALLOW_AUTO_CREATE_TOPICS_CONFIG, false);
    reading.put(ConsumerConfig.MAX_PARTITION_FETCH_BYTES_CONFIG, FETCH_BYTES);
    reading.put(ConsumerConfig.MAX_POLL_RECORDS_CONFIG, RECORDS_A_POLL);
    try {
      admin = Admin.create(common);
      consumer =
          new KafkaConsumer<>(reading, new ByteBufferDeserializer(), new ByteBufferDeserializer());
    } catch (KafkaException e) {
      throw failure(e);
    }
  }

  /**
   * One life of the topic.
   *
   * @param id given by the brokers when it was made
   * @param partitions how many it has
   */
  record Description(String id, int partitions) {}

  /**
   * What the topic is now.
   *
   * @throws UnknownTopicException if there is none
   */
  Description describe() throws IOException {
    return ask(
        () -> {
          TopicDescription found =
              admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic);
          return new Description(found.topicId().toString(), found.partitions().size());
        });
  }

  /** The offset of each partition's first message. */
  Map<Integer, Long> beginnings(int partitions) throws IOException {
    return byNumber(ask(() -> consumer.beginningOffsets(all(partitions))));
  }

  /** The offset after each partition's last message. */
  Map<Integer, Long> ends(int partitions) throws IOException {
    return byNumber(ask(() -> consumer.endOffsets(all(partitions))));
  }

  private List<TopicPartition> all(int partitions) {
    return IntStream.range(0, partitions).mapToObj(this::partition).toList();
  }

  private TopicPartition partition(int number) {
    return new TopicPartition(topic, number);
  }

  private static Map<Integer, Long> byNumber(Map<TopicPartition, Long> offsets) {
    return offsets.entrySet().stream()
        .collect(Collectors.toMap(entry -> entry.getKey().partition(), Map.Entry::getValue));
  }

  /** The next messages are those of a partition from an offset on. */
  void seek(int partition, long offset) throws IOException {
    ask(
        () -> {
          consumer.assign(List.of(partition(partition)));
          consumer.seek(partition(partition), offset);
          return null;
        });
  }

  /**
   * The next messages, or none if none come for a while.
   *
   * @throws DamagedMessageException if the one at {@link #position} is damaged
   */
  ConsumerRecords<ByteBuffer, ByteBuffer> next() throws IOException {
    return ask(() -> consumer.poll(Duration.ofSeconds(1)));
  }

  /** The offset of the next message. */
  long position(int partition) throws IOException {
    return ask(() -> consumer.position(partition(partition)));
  }

  private <T> T ask(Callable<T> question) throws IOException {
    try {
      return question.call();
    } catch (ExecutionException e) {
      throw failure(e.getCause());
    } catch (Exception e) {
      throw failure(e);
    }
  }

  private IOException failure(Throwable cause) {
    if (cause instanceof InterruptedException || cause instanceof InterruptException) {
      Thread.currentThread().interrupt();
      InterruptedIOException interrupted = new InterruptedIOException("Interrupted");
      interrupted.initCause(cause);
      return interrupted;
    }
    if (cause instanceof UnknownTopicOrPartitionException
        || cause instanceof InvalidTopicException) {
      return new UnknownTopicException(topic, cause);
    }
    Throwable root = cause;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String reason = root.getMessage() == null ? root.toString() : root.getMessage();
    return String.valueOf(cause.getMessage()).contains(DAMAGED)
        ? new DamagedMessageException(reason, cause)
        : new IOException(reason, cause);
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
    consumer.close(Duration.ZERO);
  }
}
