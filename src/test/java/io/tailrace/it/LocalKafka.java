package io.tailrace.it;

import io.tailrace.demo.KafkaServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.IntegerSerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** A Kafka broker of a test's own, and what is sent to it. */
final class LocalKafka extends ExternalResource {

  private final TemporaryFolder folder = new TemporaryFolder();
  private KafkaServer server;
  private String bootstrapServers;
  private Admin admin;
  private Producer<Integer, String> producer;

  @Override
  protected void before() throws IOException, InterruptedException {
    folder.create();
    server = KafkaServer.start(folder.getRoot().toPath(), 0);
    bootstrapServers = server.bootstrapServers();
    admin = Admin.create(Map.of("bootstrap.servers", bootstrapServers));
    producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", bootstrapServers, "acks", "all"),
            new IntegerSerializer(),
            new StringSerializer());
  }

  @Override
  protected void after() {
    producer.close(java.time.Duration.ZERO);
    admin.close(java.time.Duration.ZERO);
    try {
      server.close();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    } finally {
      folder.delete();
    }
  }

  String bootstrapServers() {
    return bootstrapServers;
  }

  /** Makes a topic. */
  void makeTopic(String name, int partitions) throws ExecutionException, InterruptedException {
    admin
        .createTopics(List.of(new NewTopic(name, Optional.of(partitions), Optional.empty())))
        .all()
        .get();
  }

  /** Deletes a topic and waits until nobody knows it any more. */
  void deleteTopic(String name) throws ExecutionException, InterruptedException {
    admin.deleteTopics(List.of(name)).all().get();
    org.awaitility.Awaitility.await().until(() -> !admin.listTopics().names().get().contains(name));
  }

  /** Deletes the first messages of a partition, as a broker does when their time is over. */
  void deleteBefore(String topic, int partition, long offset)
      throws ExecutionException, InterruptedException {
    admin
        .deleteRecords(
            Map.of(
                new TopicPartition(topic, partition), RecordsToDelete.beforeOffset(offset)))
        .all()
        .get();
  }

  /** Sends messages to a partition; the broker has them when this returns. */
  void send(String topic, int partition, List<String> values)
      throws ExecutionException, InterruptedException {
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (String value : values) {
      sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
    }
    producer.flush();
    for (Future<RecordMetadata> message : sent) {
      message.get();
    }
  }

  /** Kills the broker with kill -9. */
  void kill() throws InterruptedException {
    server.kill();
  }

  /** Starts the broker again, where it was. */
  void startAgain() throws IOException, InterruptedException {
    int port = Integer.parseInt(bootstrapServers.substring(bootstrapServers.indexOf(':') + 1));
    server.close();
    server = KafkaServer.start(folder.getRoot().toPath(), port);
  }
}
