package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;

/** Alerts that are posted to a web server. */
public final class WebhookIT {

  private static final int MINUTES_OF_A_FILE = 20;

  @Rule public final Tailrace tailrace = new Tailrace();

  private final List<JsonNode> posted = new CopyOnWriteArrayList<>();
  private final AtomicInteger unanswered = new AtomicInteger();
  private final CountDownLatch end = new CountDownLatch(1);
  private HttpServer server;

  @Before
  public void startServer() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setExecutor(
        Executors.newCachedThreadPool(
            task -> {
              Thread thread = new Thread(task);
              thread.setDaemon(true);
              return thread;
            }));
    server.createContext(
        "/hook",
        exchange -> {
          JsonNode body = new ObjectMapper().readTree(exchange.getRequestBody());
          assertThat(
              exchange.getRequestHeaders().getFirst("Idempotency-Key"),
              is(body.get("id").asText()));
          posted.add(body);
          if (unanswered.getAndUpdate(left -> Math.max(0, left - 1)) > 0) {
            try {
              end.await();
            } catch (InterruptedException e) {
              Thread.currentThread().interrupt();
            }
          }
          exchange.sendResponseHeaders(200, -1);
          exchange.close();
        });
    server.start();
  }

  @After
  public void stopServer() {
    end.countDown();
    server.stop(0);
  }

  /** Each kill comes when the server has an alert, and the run has no answer. */
  @Test
  public void aRunThatIsKilledBeforeTheAnswerTellsTheSameAlertAgainAndNoOther() throws Exception {
    Tailrace.requireDirectRunner();
    String[] options = {
      "--alert=5xx > 2 over 1m",
      "--notify=http://127.0.0.1:" + server.getAddress().getPort() + "/hook",
      "--pollInterval=100ms"
    };
    for (int round = 0; round < 2; round++) {
      unanswered.set(1);
      int before = posted.size();
      tailrace.deliver(round + ".log", failures(round));
      TailraceProcess run = tailrace.startPipeline("access-log", tailrace.output(), options);
      Tailrace.await(run).until(() -> posted.size() > before && unanswered.get() == 0);
      run.kill();
    }
    List<String> wanted = new ArrayList<>();
    TailraceProcess last = tailrace.runPipelineToEnd("access-log", tailrace.output(), options);
    assertThat(last.err(), containsString("ALERT"));
    Map<String, JsonNode> told = new LinkedHashMap<>();
    for (JsonNode body : posted) {
      JsonNode first = told.putIfAbsent(body.get("id").asText(), body);
      assertThat("the same id has the same alert", first == null || first.equals(body), is(true));
    }
    for (JsonNode body : told.values()) {
      JsonNode notice = body.get("notice");
      wanted.add(notice.get("state").asText() + "," + notice.get("counted").asLong());
      assertThat(body.get("pipeline").asText(), is("access-log"));
      assertThat(body.get("text").asText(), containsString("5xx > 2 over 1m"));
    }
    List<String> alerts =
        tailrace.query("SELECT state, counted FROM alerts ORDER BY windowEnd, state DESC");
    assertThat(alerts.subList(1, alerts.size()), is(wanted));
    assertThat("two kills, two alerts twice", posted.size(), is(told.size() + 2));
    assertThat(told.size(), greaterThan(2));

    TailraceProcess check = tailrace.start("check", "--output=" + tailrace.output());
    check.requireExit(0, Tailrace.PATIENCE);
    assertThat("the ledger knows the file of the position", check.out().lines().count(), is(1L));
  }

  /** Three requests in a minute fail, and one in each of the others succeeds. */
  private static String failures(int round) {
    StringBuilder lines = new StringBuilder();
    for (int minute = 0; minute < MINUTES_OF_A_FILE; minute++) {
      for (int second = 0; second < 3; second++) {
        lines.append(
            String.format(
                "10.0.0.1 - - [02/Mar/2026:%02d:%02d:%02d +0000] \"GET / HTTP/1.1\" %d 5 \"-\""
                    + " \"-\"%n",
                10 + round, minute, second, minute == 5 ? 500 : 200));
      }
    }
    return lines.toString();
  }
}
