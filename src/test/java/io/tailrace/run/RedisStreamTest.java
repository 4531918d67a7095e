package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import java.util.Map;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.StreamEntryID;
import redis.clients.jedis.resps.StreamEntry;
import redis.embedded.RedisServer;

/** With a real Redis server. */
public final class RedisStreamTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private RedisServer server;
  private int port;

  @Before
  public void startServer() throws IOException {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      port = free.getLocalPort();
    }
    server =
        RedisServer.newRedisServer()
            .port(port)
            .bind("127.0.0.1")
            .setting("save \"\"")
            .setting("dir " + folder.getRoot())
            .build();
    server.start();
  }

  @After
  public void stopServer() throws IOException {
    server.stop();
  }

  @Test
  public void entriesAndPositionChangeTogether() throws IOException {
    try (RedisStream stream = RedisStream.of(url() + "?stream=errors", "output", "alerts")) {
      assertThat(stream.position(), is(0L));
      stream.tell(
          List.of(
              notice(1, Map.of("state", "raised", "key", Map.of("host", "h"), "requests", 12L)),
              notice(2, Map.of("state", "resolved"))));
      assertThat(stream.position(), is(2L));
    }
    try (Jedis jedis = new Jedis("127.0.0.1", port)) {
      assertThat(
          jedis.xrange("errors", (StreamEntryID) null, (StreamEntryID) null).stream()
              .map(StreamEntry::getFields)
              .toList(),
          is(
              List.of(
                  Map.of("state", "raised", "key.host", "h", "requests", "12"),
                  Map.of("state", "resolved"))));
    }
    try (RedisStream other = RedisStream.of(url() + "?stream=errors", "another output", "alerts")) {
      assertThat(other.position(), is(0L));
    }
  }

  @Test
  public void aServerThatIsBackIsFoundAgain() throws IOException {
    try (RedisStream stream = RedisStream.of(url(), "output", "alerts")) {
      stream.tell(List.of(notice(1, Map.of("a", "b"))));
      server.stop();
      assertThrows(ReceiverException.class, stream::position);
      server.start();
      // It keeps nothing of what it had, and says so.
      assertThat(stream.position(), is(0L));
    }
  }

  @Test
  public void whatIsNoAddressOfAStreamIsRefused() {
    for (String url :
        List.of(
            "http://localhost", "redis:", "redis://h/x", "redis://h?streams=a", "redis://a b")) {
      String message =
          assertThrows(url, UsageException.class, () -> RedisStream.of(url, "", "alerts"))
              .getMessage();
      assertThat(message, containsString("redis://host:port/database?stream=name"));
    }
  }

  private static Notices.Notice notice(long position, Map<String, Object> fields) {
    return new Notices.Notice(Long.toString(position), position, null, fields);
  }

  private String url() {
    return "redis://127.0.0.1:" + port;
  }
}
