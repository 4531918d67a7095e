package io.tailrace.demo;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.resps.StreamEntry;
import redis.embedded.core.ExecutableProvider;

/**
 * A Redis server on the loopback address, in a process of its own, which ends with this process,
 * however that ends. It keeps nothing on disk.
 */
final class LocalRedis implements AutoCloseable {

  private static final String HOST = "127.0.0.1";
  private static final Duration TIME_TO_START = Duration.ofSeconds(30);
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(5);

  private final int port;
  private final ServerProcess process;

  private LocalRedis(int port, ServerProcess process) {
    this.port = port;
    this.process = process;
  }

  /**
   * Starts a server and waits until it answers.
   *
   * @param folder where its program is put; made if it is not there
   */
  static LocalRedis start(Path folder) throws IOException, InterruptedException {
    Files.createDirectories(folder);
    int port = ServerProcess.freePort();
    ServerProcess process =
        ServerProcess.startCommand(
            "redis",
            List.of(
                ExecutableProvider.newJarResourceProvider(folder.toFile()).get().getPath(),
                "--port",
                Integer.toString(port),
                "--bind",
                HOST,
                "--save",
                "",
                "--dir",
                folder.toString()),
            ProcessBuilder.Redirect.DISCARD,
            TIME_TO_STOP);
    LocalRedis redis = new LocalRedis(port, process);
    try {
      redis.awaitAnswer();
      return redis;
    } catch (IOException | InterruptedException e) {
      redis.close();
      throw e;
    }
  }

  private void awaitAnswer() throws IOException, InterruptedException {
    long began = System.nanoTime();
    while (true) {
      try (Jedis jedis = new Jedis(HOST, port)) {
        jedis.ping();
        return;
      } catch (JedisException e) {
        if (!process.isAlive() || System.nanoTime() - began > TIME_TO_START.toNanos()) {
          throw new IOException("The Redis server does not start at port " + port, e);
        }
        TimeUnit.MILLISECONDS.sleep(20);
      }
    }
  }

  /** Where it is. */
  String url() {
    return "redis://" + HOST + ":" + port;
  }

  /** What is in a stream now, in its order. */
  List<Map<String, String>> entries(String stream) {
    try (Jedis jedis = new Jedis(HOST, port)) {
      return jedis.xrange(stream, (StreamEntryID) null, (StreamEntryID) null).stream()
          .map(StreamEntry::getFields)
          .toList();
    }
  }

  @Override
  public void close() throws IOException {
    process.close();
  }
}
