package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;

/**
 * A broker, from the jar that users get, with a topic of game events. Its folder is kept from one
 * invocation to the next.
 */
final class GameTopic implements AutoCloseable {

  static final String NAME = "events";
  static final int PARTITIONS = 4;

  private static final String BOOTSTRAP_SERVERS = "--bootstrapServers=";
  private static final long SEED = 42;

  private final Path folder;
  private final ChildJvm broker;
  private final String bootstrapServers;

  private GameTopic(Path folder, ChildJvm broker, String bootstrapServers) {
    this.folder = folder;
    this.broker = broker;
    this.bootstrapServers = bootstrapServers;
  }

  /**
   * Starts the broker in a folder whose name appears when all events are there.
   *
   * @param areDifferent whether no two of them are alike; otherwise few are unlike each other
   */
  static GameTopic open(Settings settings, boolean areDifferent)
      throws IOException, InterruptedException {
    int events = settings.number("events");
    Path folder =
        settings
            .data()
            .resolve((areDifferent ? "game-events-different-" : "game-events-") + events);
    if (!Files.exists(folder)) {
      System.out.println("making the input");
      Path unfinished = Trees.empty(folder.resolveSibling(folder.getFileName() + ".unfinished"));
      try (GameTopic topic = start(settings, unfinished)) {
        topic.fill(events, areDifferent);
      }
      Files.move(unfinished, folder);
    }
    return start(settings, folder);
  }

  /** Starts the broker in a folder. */
  static GameTopic start(Settings settings, Path folder) throws IOException, InterruptedException {
    Path jar = settings.runners().get(0).jar(settings.jars());
    ChildJvm broker =
        ChildJvm.start(
            settings.data().resolve("kafka.out"),
            List.of("-jar", jar.toString(), "kafka", folder.toString(), "--port=0"));
    try {
      String option = broker.awaitOptions(BOOTSTRAP_SERVERS).get(0);
      return new GameTopic(folder, broker, option.substring(BOOTSTRAP_SERVERS.length()));
    } catch (IOException | InterruptedException | RuntimeException e) {
      broker.stop();
      throw e;
    }
  }

  /** Where the broker has its data. */
  Path folder() {
    return folder;
  }

  /** The address of the broker. */
  String bootstrapServers() {
    return bootstrapServers;
  }

  private void fill(int events, boolean areDifferent) throws InterruptedException {
    Map<String, Object> settings =
        Map.of(
            ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
            bootstrapServers,
            ProducerConfig.ACKS_CONFIG,
            "all",
            ProducerConfig.LINGER_MS_CONFIG,
            5,
            // Several on a new topic may be taken for out of order (KAFKA-15591).
            ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
            1);
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (Admin admin = Admin.create(settings);
        Producer<byte[], byte[]> producer =
            new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer())) {
      admin.createTopics(List.of(new NewTopic(NAME, PARTITIONS, (short) 1))).all().get();
      Random random = new Random(SEED);
      for (int event = 0; event < events; event++) {
        String text = areDifferent ? differentEvent(random, event) : event(random);
        byte[] value = text.getBytes(StandardCharsets.UTF_8);
        producer.send(
            new ProducerRecord<>(NAME, event % PARTITIONS, null, value),
            (sent, problem) -> failure.compareAndSet(null, problem));
      }
      producer.flush();
    } catch (ExecutionException e) {
      throw new BenchmarkException("no topic of events: " + e.getCause().getMessage());
    }
    if (failure.get() != null) {
      throw new BenchmarkException("an event was not taken: " + failure.get().getMessage());
    }
  }

  /** An event as the game's API sends it: the headers of a request, and what the player did. */
  static String event(Random random) {
    StringBuilder event = new StringBuilder("{\"Host\": \"Player ").append(1 + random.nextInt(10));
    if (random.nextInt(3) == 0) {
      event.append("\", \"User-Agent\": \"ApacheBench/2.3\", \"Accept\": \"*/*");
    } else {
      event
          .append("\", \"User-Agent\": \"python-requests/2.32.3\", \"Accept\": \"*/*")
          .append("\", \"Accept-Encoding\": \"gzip, deflate\", \"Connection\": \"keep-alive");
    }
    int kind = random.nextInt(20);
    if (kind == 0) {
      return event.append("\", \"event_type\": \"default\"}").toString();
    }
    boolean sword = kind < 13;
    return event
        .append(sword ? "\", \"event_type\": \"sword_event" : "\", \"event_type\": \"guild_event")
        .append("\", \"direction\": \"")
        .append(random.nextInt(10) == 0 ? "reduce" : "increase")
        .append("\", \"event_detail\": \"")
        .append(sword ? "wood" : "starter guild")
        .append("\"}")
        .toString();
  }

  /** The same with a header of its own, as requests that are traced have it. */
  private static String differentEvent(Random random, int number) {
    return event(random)
        .replaceFirst(
            "[{]", "{\"X-Request-Id\": \"%08x-%08x\", ".formatted(random.nextInt(), number));
  }

  @Override
  public void close() {
    broker.stop();
  }
}
