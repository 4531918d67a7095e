package io.tailrace.it;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;
import redis.embedded.RedisServer;

/** A Redis server on this machine. */
final class LocalRedis extends ExternalResource {

  private static final String HOST = "127.0.0.1";

  private final TemporaryFolder folder = new TemporaryFolder();
  private RedisServer server;
  private int port;

  @Override
  protected void before() throws IOException {
    folder.create();
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    server =
        RedisServer.newRedisServer()
            .port(port)
            .bind(HOST)
            .setting("save \"\"")
            .setting("dir " + folder.getRoot())
            .build();
    server.start();
  }

  @Override
  protected void after() {
    try {
      server.stop();
    } catch (IOException e) {
      throw new AssertionError(e);
    } finally {
      folder.delete();
    }
  }

  /** The address of a stream. */
  String url(String stream) {
    return String.format("redis://%s:%d?stream=%s", HOST, port, stream);
  }

  /** What was appended to a stream, in that order. */
  List<Map<String, String>> entries(String stream) {
    try (Jedis jedis = new Jedis(HOST, port)) {
      return jedis.xrange(stream, (StreamEntryID) null, (StreamEntryID) null).stream()
          .map(StreamEntry::getFields)
          .toList();
    }
  }
}
