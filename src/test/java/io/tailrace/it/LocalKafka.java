package io.tailrace.it;

import io.tailrace.demo.KafkaServer;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.config.TopicConfig;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/** A Kafka broker, on this machine. */
final class LocalKafka extends ExternalResource {

  private static final int ANY_PORT = 0;
  private static final int LARGEST_RECORD_BYTES = 32 << 20;

  private final TemporaryFolder folder = new TemporaryFolder();
  private KafkaServer server;
  private KafkaProducer<String, String> producer;

  @Override
  protected void before() throws IOException, InterruptedException {
    folder.create();
    start(ANY_PORT);
  }

  /** What a test does with a broker. */
  @FunctionalInterface
  interface Use {
    void accept(LocalKafka kafka) throws Exception;
  }

  /** Runs a broker for one test of a class that has no other use for it. */
  static void with(Use use) throws Exception {
    LocalKafka kafka = new LocalKafka();
    kafka.before();
    try {
      use.accept(kafka);
    } finally {
      kafka.after();
    }
  }

  private void start(int port) throws IOException, InterruptedException {
    server = KafkaServer.start(folder.getRoot().toPath(), port);
  }

  @Override
  protected void after() {
    if (producer != null) {
      producer.close(Duration.ZERO);
    }
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

  /** Sends records to a partition of a topic; all are acknowledged when this returns. */
  void send(String topic, int partition, List<String> values)
      throws ExecutionException, InterruptedException {
    if (producer == null) {
      Map<String, Object> settings =
          Map.of(
              ProducerConfig.BOOTSTRAP_SERVERS_CONFIG,
              bootstrapServers(),
              // Several on a new topic may be taken for out of order (KAFKA-15591).
              ProducerConfig.MAX_IN_FLIGHT_REQUESTS_PER_CONNECTION,
              1);
      producer = new KafkaProducer<>(settings, new StringSerializer(), new StringSerializer());
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>();
    for (String value : values) {
      sent.add(producer.send(new ProducerRecord<>(topic, partition, null, value)));
    }
    for (Future<RecordMetadata> record : sent) {
      record.get();
    }
  }

  /** A producer of any records, with settings beside the usual ones. */
  KafkaProducer<byte[], byte[]> newProducer(Map<String, Object> more) {
    Map<String, Object> settings = new HashMap<>(more);
    settings.put(ProducerConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers());
    settings.put(ProducerConfig.MAX_REQUEST_SIZE_CONFIG, LARGEST_RECORD_BYTES);
    return new KafkaProducer<>(settings, new ByteArraySerializer(), new ByteArraySerializer());
  }

  /** Makes a topic that takes large records, with any timestamp, and has settings beside that. */
  void makeTopic(String name, int partitions, Map<String, String> more)
      throws ExecutionException, InterruptedException {
    Map<String, String> settings = new HashMap<>(more);
    settings.put(TopicConfig.MAX_MESSAGE_BYTES_CONFIG, String.valueOf(LARGEST_RECORD_BYTES));
    settings.put(TopicConfig.MESSAGE_TIMESTAMP_AFTER_MAX_MS_CONFIG, String.valueOf(Long.MAX_VALUE));
    try (Admin admin = admin()) {
      NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty());
      admin.createTopics(List.of(topic.configs(settings))).all().get();
    }
  }

  /** Compacts topics without waiting from now on. */
  void compactAtOnce() throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      AlterConfigOp setting =
          new AlterConfigOp(
              new ConfigEntry("log.cleaner.backoff.ms", "50"), AlterConfigOp.OpType.SET);
      ConfigResource broker = new ConfigResource(ConfigResource.Type.BROKER, "1");
      admin.incrementalAlterConfigs(Map.of(broker, List.of(setting))).all().get();
    }
  }

  /** Makes a topic. */
  void makeTopic(String name, int partitions) throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      NewTopic topic = new NewTopic(name, Optional.of(partitions), Optional.empty());
      admin.createTopics(List.of(topic)).all().get();
    }
  }

  /** Deletes a topic, and waits until it is no more. */
  void deleteTopic(String name) throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      admin.deleteTopics(List.of(name)).all().get();
      Awaitility.await().until(() -> !admin.listTopics().names().get().contains(name));
    }
  }

  /** Deletes the first records of a partition, as a broker does when their time is over. */
  void deleteBefore(String topic, int partition, long offset)
      throws ExecutionException, InterruptedException {
    try (Admin admin = admin()) {
      TopicPartition first = new TopicPartition(topic, partition);
      admin.deleteRecords(Map.of(first, RecordsToDelete.beforeOffset(offset))).all().get();
    }
  }

  /** Flips a bit of a text that is in a partition. */
  void damage(String topic, int partition, String text) throws IOException {
    Path data = folder.getRoot().toPath().resolve("data/" + topic + "-" + partition);
    try (DirectoryStream<Path> segments = Files.newDirectoryStream(data, "*.log")) {
      for (Path segment : segments) {
        int at = Files.readString(segment, StandardCharsets.ISO_8859_1).indexOf(text);
        if (at >= 0) {
          try (FileChannel channel = FileChannel.open(segment, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(new byte[] {(byte) (text.charAt(0) ^ 1)}), at);
          }
        }
      }
    }
  }

  private Admin admin() {
    return Admin.create(Map.of(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, bootstrapServers()));
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
