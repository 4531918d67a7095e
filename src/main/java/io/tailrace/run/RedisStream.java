package io.tailrace.run;

import io.tailrace.options.UsageException;
import java.net.URI;
import java.net.URISyntaxException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import redis.clients.jedis.DefaultJedisClientConfig;
import redis.clients.jedis.HostAndPort;
import redis.clients.jedis.Jedis;
import redis.clients.jedis.JedisClientConfig;
import redis.clients.jedis.Transaction;
import redis.clients.jedis.exceptions.JedisException;
import redis.clients.jedis.params.XAddParams;
import redis.clients.jedis.util.JedisURIHelper;

/**
 * A stream of a Redis server, to which what comes from one source is appended once: how far it is
 * stands in Redis, and changes together with the stream. The values of an entry are texts; those of
 * a map have the names of both, with a dot between, and null is left out.
 *
 * <p>Not safe for use by more than one thread.
 */
final class RedisStream implements Receiver {

  private static final String EXPECTED =
      "--notify: expected https://host/path, or redis://host:port/database?stream=name, of which only"
          + " the host is needed, not '%s'";

  private static final int TIMEOUT_MILLIS = 2_000;
  private static final int DEFAULT_PORT = 6379;

  private final HostAndPort server;
  private final JedisClientConfig config;
  private final String stream;
  private final String positionKey;
  private Jedis connection;

  private RedisStream(
      HostAndPort server, JedisClientConfig config, String stream, String positionKey) {
    this.server = server;
    this.config = config;
    this.stream = stream;
    this.positionKey = positionKey;
  }

  /**
   * Reads the address of a stream; the server is not asked yet.
   *
   * @param url as given by the user: {@code
   *     redis://[user:password@]host[:port][/database][?stream=…]}, or {@code rediss:} for TLS
   * @param source identifies what is appended
   * @param defaultStream the stream, if the address names none
   * @throws UsageException if it is none
   */
  static RedisStream of(String url, String source, String defaultStream) {
    URI uri;
    try {
      uri = new URI(url);
    } catch (URISyntaxException e) {
      throw new UsageException(String.format(EXPECTED, url), e);
    }
    String query = uri.getQuery() == null ? "stream=" + defaultStream : uri.getQuery();
    if (!JedisURIHelper.isRedisScheme(uri) && !JedisURIHelper.isRedisSSLScheme(uri)
        || uri.getHost() == null
        || !query.matches("stream=.+")
        || !String.valueOf(uri.getPath()).matches("(?:null)?/?[0-9]*")) {
      throw new UsageException(String.format(EXPECTED, url));
    }
    String stream = query.substring("stream=".length());
    JedisClientConfig config =
        DefaultJedisClientConfig.builder()
            .user(JedisURIHelper.getUser(uri))
            .password(JedisURIHelper.getPassword(uri))
            .database(JedisURIHelper.getDBIndex(uri))
            .ssl(JedisURIHelper.isRedisSSLScheme(uri))
            .timeoutMillis(TIMEOUT_MILLIS)
            .build();
    int port = uri.getPort() < 0 ? DEFAULT_PORT : uri.getPort();
    return new RedisStream(
        new HostAndPort(uri.getHost(), port), config, stream, "tailrace:" + source + ":" + stream);
  }

  @Override
  public long position() throws ReceiverException {
    try {
      String position = connection().get(positionKey);
      return position == null ? 0 : Long.parseLong(position);
    } catch (JedisException e) {
      throw failure(e);
    }
  }

  /** Appends entries and notes how far the source is then: both or nothing. */
  @Override
  public void tell(List<Notices.Notice> notices) throws ReceiverException {
    try (Transaction transaction = connection().multi()) {
      for (Notices.Notice notice : notices) {
        transaction.xadd(stream, texts(notice.fields()), XAddParams.xAddParams());
      }
      transaction.set(positionKey, Long.toString(notices.get(notices.size() - 1).position()));
      transaction.exec();
    } catch (JedisException e) {
      throw failure(e);
    }
  }

  private ReceiverException failure(JedisException e) {
    close();
    return new ReceiverException(e.getMessage(), e);
  }

  private static Map<String, String> texts(Map<String, Object> fields) {
    Map<String, String> texts = new LinkedHashMap<>();
    fields.forEach((name, value) -> putText(name, value, texts));
    return texts;
  }

  private static void putText(String name, Object value, Map<String, String> texts) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((key, inner) -> putText(name + "." + key, inner, texts));
    } else if (value != null) {
      texts.put(name, value.toString());
    }
  }

  @Override
  public int mostAtOnce() {
    return Integer.MAX_VALUE;
  }

  private Jedis connection() {
    if (connection != null && connection.isBroken()) {
      close();
    }
    if (connection == null) {
      connection = new Jedis(server, config);
    }
    return connection;
  }

  @Override
  public void close() {
    if (connection != null) {
      try {
        connection.close();
      } catch (JedisException e) {
        // It was of no use any more.
      }
      connection = null;
    }
  }

  @Override
  public String toString() {
    return "Redis at " + server + " (stream " + stream + ")";
  }
}
