package io.tailrace.game;

import io.tailrace.options.UsageException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.eclipse.jetty.http.HttpCompliance;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.HttpConfiguration;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.server.handler.ErrorHandler;
import org.eclipse.jetty.server.handler.GracefulHandler;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.thread.QueuedThreadPool;

/**
 * The HTTP API of a game on the loopback address. Each request that it understands becomes an event
 * on a Kafka topic.
 *
 * <p>An answer of 200 means that all replicas have acknowledged the event: it is not lost. 503
 * means that the broker has not, within about five seconds; the event may be on the topic
 * nevertheless. All other answers mean that there is no event. Every answer is one line.
 */
public final class GameApi implements AutoCloseable {

  private static final int MAX_HEADER_BYTES = 16 << 10;

  /**
   * Larger headers are not even read, and the connection is closed. Those between are read to their
   * end, so that the client is sure to see the answer.
   */
  private static final int MAX_READ_HEADER_BYTES = 1 << 20;

  private static final int THREADS = 16;
  private static final Duration TIME_TO_STOP = Duration.ofSeconds(8);
  private static final String TEXT = "text/plain;charset=utf-8";

  private final Server server;
  private final ServerConnector connector;
  private final EventTopic topic;
  private final CountDownLatch closed = new CountDownLatch(1);

  private GameApi(int port, EventTopic topic) {
    this.topic = topic;
    QueuedThreadPool threads = new QueuedThreadPool(THREADS);
    threads.setName("game-api");
    server = new Server(threads);
    connector = new ServerConnector(server, 1, 1, new HttpConnectionFactory(http()));
    connector.setHost("127.0.0.1");
    connector.setPort(port);
    server.addConnector(connector);
    server.setErrorHandler(new OneLine());
    server.setHandler(new GracefulHandler(new Actions()));
    server.setStopTimeout(TIME_TO_STOP.toMillis());
  }

  private static HttpConfiguration http() {
    HttpConfiguration http = new HttpConfiguration();
    http.setSendServerVersion(false);
    http.setRequestHeaderSize(MAX_READ_HEADER_BYTES);
    // Players are told apart by their Host, which may be "Player 1".
    http.setHttpCompliance(
        HttpCompliance.RFC9110.with("game", HttpCompliance.Violation.UNSAFE_HOST_HEADER));
    return http;
  }

  /**
   * Starts the API. If no broker answers, it starts nevertheless, after some seconds, and answers
   * 503 until one does.
   *
   * @param port the port to listen on, or 0 for any
   * @param bootstrapServers where Kafka is: {@code host:port}, more than one with commas between
   * @param topic the topic; it is made if it is not there
   * @throws UsageException if the port is in use, or the servers or the topic cannot be used
   */
  public static GameApi start(int port, String bootstrapServers, String topic) {
    GameApi api = new GameApi(port, EventTopic.open(bootstrapServers, topic));
    try {
      api.server.start();
      return api;
    } catch (Exception e) {
      api.close();
      throw new UsageException(
          "port " + port + " cannot be listened on (" + reason(e) + "); give another --port", e);
    }
  }

  private static String reason(Throwable failure) {
    return failure.getCause() == null ? failure.getMessage() : reason(failure.getCause());
  }

  /** The port on which it listens. */
  public int port() {
    return connector.getLocalPort();
  }

  /** Waits until it is closed. */
  void await() throws InterruptedException {
    closed.await();
  }

  /** Whether it was closed. */
  boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Takes no more requests and waits until those under way are answered. */
  @Override
  public void close() {
    try {
      server.stop();
    } catch (Exception e) {
      throw new IllegalStateException("The API does not end cleanly: " + e.getMessage(), e);
    } finally {
      topic.close();
      closed.countDown();
    }
  }

  private static void answer(Response response, int status, String line, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, TEXT);
    Content.Sink.write(response, true, line + "\n", callback);
  }

  /** Requests become events. */
  private final class Actions extends Handler.Abstract {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      String path = Request.getPathInContext(request);
      Optional<GameAction> action = GameAction.at(path);
      if (action.isEmpty()) {
        answer(response, HttpStatus.NOT_FOUND_404, "there is nothing at this path", callback);
      } else if (!action.get().methods().contains(request.getMethod())) {
        String methods = String.join(", ", action.get().methods());
        response.getHeaders().put(HttpHeader.ALLOW, methods);
        answer(response, HttpStatus.METHOD_NOT_ALLOWED_405, path + " takes " + methods, callback);
      } else {
        try {
          GameEvent event =
              GameEvent.of(action.get(), request.getMethod(), request.getHttpURI().getQuery());
          topic.send(
              event.toJson(headers(request)), failure -> tell(event, failure, response, callback));
        } catch (BadRequestException e) {
          answer(response, HttpStatus.BAD_REQUEST_400, e.getMessage(), callback);
        }
      }
      return true;
    }

    private void tell(
        GameEvent event, Optional<Exception> failure, Response response, Callback callback) {
      if (failure.isEmpty()) {
        answer(response, HttpStatus.OK_200, event.answer(), callback);
      } else {
        answer(
            response,
            HttpStatus.SERVICE_UNAVAILABLE_503,
            "the event was not acknowledged: " + failure.get().getMessage(),
            callback);
      }
    }
  }

  /**
   * The headers, in their order. What has the same name, in capitals or not, is one header: its
   * values have commas between. Well-known names are spelled as usual ({@code User-Agent}), however
   * they were sent.
   *
   * @throws BadRequestException if they are too long
   */
  private static Map<String, String> headers(Request request) throws BadRequestException {
    HttpFields fields = request.getHeaders();
    long bytes = 0;
    for (HttpField field : fields) {
      bytes += field.getName().length() + field.getValue().length();
    }
    if (bytes > MAX_HEADER_BYTES) {
      throw new BadRequestException("the headers are longer than " + MAX_HEADER_BYTES + " bytes");
    }
    Map<String, String> headers = new LinkedHashMap<>();
    for (HttpField field : fields) {
      String name = field.getName();
      if (fields.getField(name) == field) {
        headers.put(name, text(String.join(", ", fields.getValuesList(name))));
      }
    }
    return headers;
  }

  /** A value, of whose bytes Jetty makes Latin letters, where what was sent is UTF-8. */
  private static String text(String value) {
    String utf8 = new String(value.getBytes(StandardCharsets.ISO_8859_1), StandardCharsets.UTF_8);
    return utf8.indexOf('\uFFFD') < 0 ? utf8 : value;
  }

  /** What Jetty itself refuses, in the form of the other answers. */
  private static final class OneLine extends ErrorHandler {

    @Override
    public boolean handle(Request request, Response response, Callback callback) {
      int status = response.getStatus();
      Object message = request.getAttribute(ERROR_MESSAGE);
      boolean tooLong =
          status == HttpStatus.URI_TOO_LONG_414
              || status == HttpStatus.REQUEST_HEADER_FIELDS_TOO_LARGE_431;
      answer(
          response,
          tooLong ? HttpStatus.BAD_REQUEST_400 : status,
          message == null ? HttpStatus.getMessage(status) : message.toString(),
          callback);
      return true;
    }
  }
}
