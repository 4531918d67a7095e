package io.tailrace.demo;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.kafka.common.Uuid;

/**
 * A Kafka broker on the loopback address, in a process of its own: one node that is its own
 * controller (KRaft). Ends with this process, however that ends.
 *
 * <p>Its folder keeps its records, whatever ends the broker: what it has acknowledged is in the
 * files of this machine, if not on its disk. It makes a topic when something is sent to it, and
 * never deletes records on its own.
 */
public final class KafkaServer implements AutoCloseable {

  private static final Duration TIME_TO_START = Duration.ofSeconds(60);
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(10);
  private static final long MILLIS_BETWEEN_LOOKS = 20;

  /** The one line that it logs below a warning. */
  private static final String STARTED = "Kafka Server started";

  private static final List<String> LOG_LEVELS =
      List.of(
          "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
          "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",
          "-Dorg.slf4j.simpleLogger.showDateTime=true",
          "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd HH:mm:ss,SSS");

  private static final Pattern EXCEPTION =
      Pattern.compile("(?:Caused by: )?(?:\\w+\\.)+\\w*(?:Exception|Error): (.*)");

  private final String bootstrapServers;
  private final Path log;
  private final ServerProcess process;
  private volatile boolean closed;

  private KafkaServer(String bootstrapServers, Path log, ServerProcess process) {
    this.bootstrapServers = bootstrapServers;
    this.log = log;
    this.process = process;
  }

  /**
   * Starts a broker and waits until it answers, which takes some seconds.
   *
   * @param folder where its records, its settings and its log are, also those of a broker that was
   *     there before; made if it is not there
   * @param port the port to listen on, or 0 for any
   * @throws UsageException if another process has the port or the folder
   * @throws IOException with the broker's reason and the name of its log, if it does not start
   */
  public static KafkaServer start(Path folder, int port) throws IOException, InterruptedException {
    requireFree(port);
    Path data = Files.createDirectories(folder.resolve("data")).toRealPath();
    requireUnused(data);
    String classPath = ServerJars.classPath("kafka");
    String bootstrapServers = "127.0.0.1:" + (port == 0 ? ServerProcess.freePort() : port);
    Path settings = folder.resolve("server.properties");
    try (var out = Files.newOutputStream(settings)) {
      settings(data, bootstrapServers).store(out, null);
    }
    Path log = folder.resolve("server.log");
    Files.write(log, new byte[0]);
    if (!Files.exists(data.resolve("meta.properties"))) {
      format(classPath, settings, log);
    }
    ServerProcess process =
        ServerProcess.start(
            "kafka",
            java(classPath, "kafka.Kafka", settings.toString()),
            ProcessBuilder.Redirect.appendTo(log.toFile()),
            TIME_TO_STOP);
    KafkaServer server = new KafkaServer(bootstrapServers, log, process);
    try {
      server.awaitStart();
      return server;
    } catch (IOException | InterruptedException e) {
      server.close();
      throw e;
    }
  }

  private static void requireFree(int port) {
    try {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
    } catch (IOException e) {
      throw new UsageException(
          "port " + port + " cannot be listened on (" + e.getMessage() + "); give another --port",
          e);
    }
  }

  /** By the lock that a broker has on its data as long as it runs. */
  private static void requireUnused(Path data) throws IOException {
    try (FileChannel file =
            FileChannel.open(
                data.resolve(".lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock lock = file.tryLock()) {
      if (lock == null) {
        throw new UsageException("another broker runs in " + data.getParent());
      }
    }
  }

  /** See https://kafka.apache.org/39/documentation.html#configuration. */
  private static Properties settings(Path data, String bootstrapServers) throws IOException {
    String controller = "127.0.0.1:" + ServerProcess.freePort();
    Properties settings = new Properties();
    settings.setProperty("process.roles", "broker,controller");
    settings.setProperty("node.id", "1");
    settings.setProperty("controller.quorum.voters", "1@" + controller);
    settings.setProperty("controller.listener.names", "CONTROLLER");
    settings.setProperty(
        "listeners", "PLAINTEXT://" + bootstrapServers + ",CONTROLLER://" + controller);
    settings.setProperty("log.dirs", data.toString());
    settings.setProperty("log.retention.ms", "-1");
    settings.setProperty("auto.create.topics.enable", "true");
    settings.setProperty("offsets.topic.replication.factor", "1");
    settings.setProperty("offsets.topic.num.partitions", "1");
    settings.setProperty("transaction.state.log.replication.factor", "1");
    settings.setProperty("transaction.state.log.num.partitions", "1");
    settings.setProperty("transaction.state.log.min.isr", "1");
    settings.setProperty("group.initial.rebalance.delay.ms", "0");
    // Half of the heap otherwise.
    settings.setProperty("log.cleaner.dedupe.buffer.size", String.valueOf(8 << 20));
    // A broker that was killed is let in again after this time.
    settings.setProperty("broker.session.timeout.ms", "3000");
    settings.setProperty("broker.heartbeat.interval.ms", "500");
    return settings;
  }

  /** Gives the folder the identity of a cluster of its own, once. */
  private static void format(String classPath, Path settings, Path log)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(ServerProcess.java()));
    command.addAll(
        java(
            classPath,
            "kafka.tools.StorageTool",
            "format",
            "--cluster-id",
            Uuid.randomUuid().toString(),
            "--config",
            settings.toString()));
    Process tool =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    if (tool.waitFor() != 0) {
      throw notStarted(log);
    }
  }

  private static List<String> java(String classPath, String... mainAndArguments) {
    List<String> arguments = new ArrayList<>(LOG_LEVELS);
    arguments.addAll(List.of("-cp", classPath));
    arguments.addAll(List.of(mainAndArguments));
    return arguments;
  }

  /**
   * By its log, not by connections: where nothing listens yet, one to a port of the range from
   * which clients get theirs may find itself.
   */
  private void awaitStart() throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (!Files.readString(log).contains(STARTED)) {
      if (!process.isAlive() || System.nanoTime() - began > TIME_TO_START.toNanos()) {
        throw notStarted(log);
      }
      TimeUnit.MILLISECONDS.sleep(MILLIS_BETWEEN_LOOKS);
    }
  }

  private static IOException notStarted(Path log) throws IOException {
    List<String> lines = Files.readAllLines(log);
    String reason =
        lines.stream()
            .map(EXCEPTION::matcher)
            .filter(matcher -> matcher.matches())
            .map(matcher -> matcher.group(1))
            .findFirst()
            .orElse(lines.isEmpty() ? "it says nothing" : lines.get(lines.size() - 1));
    return new IOException("The Kafka broker does not start (its log is " + log + "): " + reason);
  }

  /** The address at which clients reach it: host and port. */
  public String bootstrapServers() {
    return bootstrapServers;
  }

  /** The process of the broker itself; killing it loses nothing that it has acknowledged. */
  public ProcessHandle process() {
    return process
        .handle()
        .orElseThrow(() -> new IllegalStateException("The broker has ended; its log is " + log));
  }

  /**
   * Waits until the broker is closed.
   *
   * @throws IOException if it has ended by itself
   */
  void await() throws IOException, InterruptedException {
    int code = process.await();
    if (!closed) {
      throw new IOException("The Kafka broker has ended with " + code + "; its log is " + log);
    }
  }

  /** Whether it was closed. */
  boolean isClosed() {
    return closed;
  }

  /** Ends the broker and waits until it has ended; its folder keeps its records. */
  @Override
  public void close() throws IOException {
    closed = true;
    process.close();
  }
}
