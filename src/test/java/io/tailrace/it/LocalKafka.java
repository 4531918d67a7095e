package io.tailrace.it;

import io.tailrace.demo.KafkaServer;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** A Kafka broker, on this machine. */
final class LocalKafka extends ExternalResource {

  private static final int ANY_PORT = 0;

  private final TemporaryFolder folder = new TemporaryFolder();
  private KafkaServer server;

  @Override
  protected void before() throws IOException, InterruptedException {
    folder.create();
    start(ANY_PORT);
  }

  private void start(int port) throws IOException, InterruptedException {
    server = KafkaServer.start(folder.getRoot().toPath(), port);
  }

  @Override
  protected void after() {
    try {
      server.close();
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      folder.delete();
    }
  }

  /** The address at which clients reach it. */
  String bootstrapServers() {
    return server.bootstrapServers();
  }

  private int port() {
    return Integer.parseInt(bootstrapServers().substring(bootstrapServers().indexOf(':') + 1));
  }

  /** SIGKILL; waits until the broker is no more. */
  void kill() throws IOException {
    ProcessHandle process = server.process();
    process.destroyForcibly();
    process.onExit().join();
    server.close();
  }

  /** Starts it again after {@link #kill}, where it was and with what it had. */
  void startAgain() throws IOException, InterruptedException {
    start(port());
  }

  /** Sends records to a topic, each acknowledged when this returns. */
  void send(String topic, List<String> values) throws ExecutionException, InterruptedException {
    Map<String, Object> settings =
        Map.of(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer())) {
      for (String value : values) {
        producer.send(new ProducerRecord<>(topic, value)).get();
      }
    }
  }

  /** What is in a topic now, by partition and offset. */
  List<ConsumerRecord<String, String>> records(String topic) {
    Map<String, Object> settings =
        Map.of(ConsumerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(settings, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      List<ConsumerRecord<String, String>> records = new ArrayList<>();
      while (!partitions.stream().allMatch(p -> consumer.position(p) >= ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      return records;
    }
  }

  /** The values of what is in a topic now. */
  List<String> values(String topic) {
    return records(topic).stream().map(ConsumerRecord::value).toList();
  }
}
