package io.tailrace.game;

import io.tailrace.options.UsageException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InvalidTopicException;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.internals.Topic;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A Kafka topic to which events are sent. It is made, with the broker's defaults, if it is not
 * there; as long as no broker can be reached for that, nothing is sent.
 */
final class EventTopic implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(EventTopic.class);

  /** How long an event may wait for the acknowledgement of all replicas. */
  static final Duration TIME_TO_SEND = Duration.ofSeconds(5);

  private static final Duration TIME_OF_A_REQUEST = Duration.ofSeconds(2);
  private static final Duration TIME_TO_PREPARE = Duration.ofSeconds(5);
  private static final Duration BETWEEN_ATTEMPTS = Duration.ofSeconds(1);

  /** Events that arrive within this time share a request. */
  private static final int LINGER_MILLIS = 1;

  private final String bootstrapServers;
  private final String topic;
  private final KafkaProducer<byte[], byte[]> producer;
  private final Thread preparing = new Thread(this::prepareUntilDone, "prepare-topic");
  private final AtomicBoolean failing = new AtomicBoolean();
  private volatile boolean prepared;

  private EventTopic(String bootstrapServers, String topic) {
    this.bootstrapServers = bootstrapServers;
    this.topic = topic;
    this.producer =
        new KafkaProducer<>(
            settings(bootstrapServers), new ByteArraySerializer(), new ByteArraySerializer());
  }

  /**
   * Waits a few seconds for the broker; tries on in the background if it does not answer.
   *
   * @throws UsageException if the servers or the topic cannot be used
   */
  static EventTopic open(String bootstrapServers, String topic) {
    try {
      Topic.validate(topic);
    } catch (InvalidTopicException e) {
      throw new UsageException("--topic: " + e.getMessage(), e);
    }
    EventTopic opened;
    try {
      opened = new EventTopic(bootstrapServers, topic);
    } catch (KafkaException e) {
      Throwable reason = e.getCause() == null ? e : e.getCause();
      throw new UsageException("--bootstrapServers: " + reason.getMessage(), e);
    }
    Optional<String> failure = opened.prepare();
    if (failure.isPresent()) {
      LOG.warn(
          "No broker takes events for topic {} at {} ({}); requests are answered with 503 until one"
              + " does",
          topic,
          bootstrapServers,
          failure.get());
      opened.preparing.setDaemon(true);
      opened.preparing.start();
    }
    return opened;
  }

  private static Map<String, Object> settings(String bootstrapServers) {
    return Map.of(
        ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
        bootstrapServers,
        ProducerConfig.ACKS_CONFIG,
        "all",
        ProducerConfig.ENABLE_IDEMPOTENCE_CONFIG,
        true,
        // On a new topic the first of several requests may come too early; then the second one
        // succeeds, and the first is out of order for ever (KAFKA-15591).
        ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
        1,
        ProducerConfig.LINGER_MS_CONFIG,
        LINGER_MILLIS,
        ProducerConfig.REQUEST_TIMEOUT_MS_CONFIG,
        (int) TIME_OF_A_REQUEST.toMillis(),
        ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG,
        (int) TIME_TO_SEND.toMillis(),
        ProducerConfig.MAX_BLOCK_MS_CONFIG,
        TIME_OF_A_REQUEST.toMillis(),
        // Otherwise it asks for the topic anew after a quiet time, and whoever sends waits for it.
        ProducerConfig.METADATA_MAX_IDLE_CONFIG,
        Duration.ofDays(365).toMillis());
  }

  /** What went wrong, if anything did. */
  private Optional<String> prepare() {
    try (Admin admin =
        Admin.create(
            Map.of(
                AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG,
                bootstrapServers,
                AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG,
                (int) TIME_OF_A_REQUEST.toMillis(),
                AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG,
                (int) TIME_TO_PREPARE.toMillis()))) {
      admin
          .createTopics(List.of(new NewTopic(topic, Optional.empty(), Optional.empty())))
          .all()
          .get();
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof TopicExistsException)) {
        return Optional.of(String.valueOf(e.getCause().getMessage()));
      }
    } catch (KafkaException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Optional.of("interrupted");
    }
    try {
      producer.partitionsFor(topic);
    } catch (KafkaException e) {
      return Optional.of(String.valueOf(e.getMessage()));
    }
    prepared = true;
    return Optional.empty();
  }

  private void prepareUntilDone() {
    try {
      do {
        TimeUnit.MILLISECONDS.sleep(BETWEEN_ATTEMPTS.toMillis());
      } while (prepare().isPresent());
      LOG.warn("The broker is there: topic {} takes events", topic);
    } catch (InterruptedException e) {
      // It is closed.
    }
  }

  /**
   * Sends an event.
   *
   * @param done told, maybe in another thread, when all replicas have acknowledged the event, or
   *     why they have not; after a failure the event may still have been written
   */
  void send(byte[] event, Consumer<Optional<Exception>> done) {
    if (!prepared) {
      done.accept(Optional.of(new KafkaException("no broker has been reached yet")));
      return;
    }
    try {
      producer.send(
          new ProducerRecord<>(topic, event),
          (metadata, failure) -> {
            note(failure);
            done.accept(Optional.ofNullable(failure));
          });
    } catch (KafkaException e) {
      done.accept(Optional.of(e));
    }
  }

  /** Says when it begins to fail, and when that is over; not each time. */
  private void note(Exception failure) {
    if (failing.get() != (failure != null)
        && failing.compareAndSet(failure == null, failure != null)) {
      if (failure == null) {
        LOG.warn("Topic {} takes events again", topic);
      } else {
        LOG.warn("Topic {} takes no events: {}", topic, failure.getMessage());
      }
    }
  }

  /** Waits until everything that was sent is acknowledged or has failed. */
  @Override
  public void close() {
    preparing.interrupt();
    producer.close(TIME_TO_SEND.plusSeconds(1));
  }
}
