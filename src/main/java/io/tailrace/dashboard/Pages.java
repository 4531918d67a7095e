package io.tailrace.dashboard;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Promise;

/** The page, its updates and its answers, and what programs ask for: health and metrics. */
final class Pages extends Handler.Abstract {

  private static final int MOST_SQL_BYTES = 64 << 10;
  private static final long MILLIS_BETWEEN_SIGNS = 5_000;
  private static final ObjectMapper JSON = new ObjectMapper();

  /** A file that is part of the page. */
  private record Asset(String resource, String type) {}

  private static final Map<String, Asset> ASSETS =
      Map.of(
          "/", new Asset("index.html", "text/html;charset=utf-8"),
          "/page.css", new Asset("page.css", "text/css;charset=utf-8"),
          "/page.js", new Asset("page.js", "text/javascript;charset=utf-8"),
          "/icon.svg", new Asset("icon.svg", "image/svg+xml"),
          "/pico.css", new Asset(library("pico"), "text/css;charset=utf-8"),
          "/chart.js", new Asset(library("chart"), "text/javascript;charset=utf-8"));

  private final Shown shown;
  private final Viewers viewers = new Viewers();
  private final HealthPages health;
  private final MetricsPage metrics;
  private final Answers answers;

  /** Its threads wait for answers, or for their turn. */
  private final ExecutorService answering =
      Executors.newFixedThreadPool(4 * Answers.MOST_AT_ONCE, Pages::daemon);

  /** Looks at the output from when somebody asks for more than health and metrics. */
  private OutputWatcher watcher;

  private volatile boolean ended;

  Pages(Shown shown) {
    this.shown = shown;
    health = new HealthPages(shown.health());
    metrics = new MetricsPage(shown);
    answers = new Answers(shown);
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "dashboard-answer");
    thread.setDaemon(true);
    return thread;
  }

  private static String library(String name) {
    Properties places = new Properties();
    try (InputStream in = Pages.class.getResourceAsStream("assets.properties")) {
      places.load(in);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return places.getProperty(name);
  }

  /** Ends updates and answers. */
  void end() {
    ended = true;
    metrics.close();
    viewers.wake();
    answers.close();
    answering.shutdown();
    synchronized (this) {
      if (watcher != null) {
        watcher.close();
      }
    }
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    String path = Request.getPathInContext(request);
    Asset asset = ASSETS.get(path);
    if (path.equals("/query")) {
      answer(request, response, callback);
    } else if (!request.getMethod().equals("GET") && !request.getMethod().equals("HEAD")) {
      write(response, HttpStatus.METHOD_NOT_ALLOWED_405, "text/plain", "GET\n", callback);
    } else if (HealthPages.has(request)) {
      health.answer(request, response, callback);
    } else if (path.equals(Guard.METRICS)) {
      metrics.answer(request, response, callback);
    } else if (path.equals("/updates") && request.getMethod().equals("GET")) {
      update(response, callback);
    } else if (asset != null) {
      watcher();
      response.getHeaders().put(HttpHeader.CONTENT_TYPE, asset.type());
      try (InputStream in = Pages.class.getResourceAsStream(asset.resource())) {
        response.write(true, ByteBuffer.wrap(in.readAllBytes()), callback);
      }
    } else {
      write(response, HttpStatus.NOT_FOUND_404, "text/plain", "there is nothing here\n", callback);
    }
    return true;
  }

  private synchronized OutputWatcher watcher() {
    if (watcher == null) {
      watcher = OutputWatcher.start(shown, viewers);
    }
    return watcher;
  }

  private static void write(
      Response response, int status, String type, String text, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, type + ";charset=utf-8");
    Content.Sink.write(response, true, text, callback);
  }

  /**
   * Server-sent events, until the viewer goes
   * (https://html.spec.whatwg.org/multipage/server-sent-events.html).
   */
  private void update(Response response, Callback callback) throws InterruptedException {
    if (viewers.isFull()) {
      String line = "too many look at this page\n";
      write(response, HttpStatus.SERVICE_UNAVAILABLE_503, "text/plain", line, callback);
      return;
    }
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/event-stream;charset=utf-8");
    try (Viewers.Viewer viewer = viewers.add();
        OutputStream out = Content.Sink.asOutputStream(response)) {
      watcher().wake();
      send(out, "retry: 500\n\n");
      while (!ended) {
        String message = viewer.next(MILLIS_BETWEEN_SIGNS);
        send(out, message == null ? ": nothing new\n\n" : message);
      }
      callback.succeeded();
    } catch (IOException e) {
      // Gone.
      callback.failed(e);
    }
  }

  private static void send(OutputStream out, String text) throws IOException {
    out.write(text.getBytes(StandardCharsets.UTF_8));
    out.flush();
  }

  /** Waits for what is asked and for the answer in no thread that others need. */
  private void answer(Request request, Response response, Callback callback) {
    String type = request.getHeaders().get(HttpHeader.CONTENT_TYPE);
    if (!request.getMethod().equals("POST")
        || type == null
        || !type.startsWith("application/json")) {
      write(response, HttpStatus.BAD_REQUEST_400, "text/plain", "POST JSON\n", callback);
      return;
    }
    if (request.getLength() < 0 || request.getLength() > MOST_SQL_BYTES) {
      write(response, HttpStatus.PAYLOAD_TOO_LARGE_413, "text/plain", "too long\n", callback);
      return;
    }
    Content.Source.asString(
        request,
        StandardCharsets.UTF_8,
        Promise.from(
            asked -> answering.execute(() -> answer(asked, response, callback)), callback::failed));
  }

  private void answer(String asked, Response response, Callback callback) {
    try {
      JsonNode question = JSON.readTree(asked);
      boolean csv = question.path("format").asText().equals("csv");
      String answer = answers.ask(new AnswerProcess.Question(question.path("sql").asText(), csv));
      JsonNode json = AnswerProcess.parse(answer);
      if (json.has("problem")) {
        refuse(response, json.path("problem").asText(), callback);
      } else if (csv) {
        write(response, HttpStatus.OK_200, "text/csv", json.path("csv").asText(), callback);
      } else {
        write(response, HttpStatus.OK_200, "application/json", answer, callback);
      }
    } catch (UsageException | JsonProcessingException e) {
      refuse(response, e.getMessage(), callback);
    } catch (IOException | InterruptedException e) {
      refuse(response, "the statement cannot be answered: " + e.getMessage(), callback);
    }
  }

  private static void refuse(Response response, String problem, Callback callback) {
    String json = JSON.createObjectNode().put("problem", problem).toString();
    write(response, HttpStatus.UNPROCESSABLE_ENTITY_422, "application/json", json, callback);
  }
}
