package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.game.GameApi;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TestName;

/** The HTTP API of a game and the events that it sends to a real broker. */
public final class GameApiIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern URL = Pattern.compile("http://127\\.0\\.0\\.1:(\\d+) sends");
  private static final int OK = 200;
  private static final int BAD_REQUEST = 400;
  private static final int NOT_FOUND = 404;
  private static final int METHOD_NOT_ALLOWED = 405;
  private static final int UNAVAILABLE = 503;
  private static final int CLIENTS = 4;

  @ClassRule public static final LocalKafka KAFKA = new LocalKafka();
  @Rule public final Tailrace tailrace = new Tailrace();
  @Rule public final TestName test = new TestName();

  private GameApi api;

  @Before
  public void start() {
    api = GameApi.start(0, KAFKA.bootstrapServers(), topic());
  }

  @After
  public void stop() {
    api.close();
  }

  private String topic() {
    return test.getMethodName();
  }

  @Test
  public void eachRequestIsAnsweredAndIsAnEvent() throws Exception {
    assertAnswer("This is the default response!", "GET /");
    assertAnswer("Wood Sword Purchased!", "GET /purchase_a_sword");
    assertAnswer("Wood Sword Destroyed!", "DELETE /purchase_a_sword");
    assertAnswer("Iron Blade Sword Purchased!", "GET /purchase_a_sword?event_detail=iron+blade");
    assertAnswer("Joined Guild Starter Guild", "GET /join_guild");
    assertAnswer("Left Guild Starter Guild", "DELETE /join_guild");
    assertAnswer("Left Guild Night Watch", "DELETE /join_guild?event_detail=night%20watch");
    assertEquals(
        List.of(
            "default - -",
            "sword_event increase wood",
            "sword_event reduce wood",
            "sword_event increase iron blade",
            "guild_event increase starter guild",
            "guild_event reduce starter guild",
            "guild_event reduce night watch"),
        events().stream()
            .map(
                event ->
                    text(event, "event_type")
                        + " "
                        + text(event, "direction")
                        + " "
                        + text(event, "event_detail"))
            .toList());
  }

  private void assertAnswer(String line, String methodAndPath, String... headers)
      throws IOException {
    HttpExchange exchange = HttpExchange.of(api.port(), methodAndPath, headers);
    assertEquals(exchange.toString(), OK, exchange.status());
    assertEquals(line + "\n", exchange.body());
    assertThat(exchange.headers(), hasItem("Content-Type: text/plain;charset=utf-8"));
  }

  private static String text(JsonNode event, String field) {
    return event.path(field).asText("-");
  }

  private List<JsonNode> events() throws IOException {
    List<JsonNode> events = new ArrayList<>();
    for (String value : KAFKA.values(topic())) {
      events.add(JSON.readTree(value));
    }
    return events;
  }

  @Test
  public void theHeadersAreInTheEvent() throws Exception {
    assertAnswer(
        "Wood Sword Purchased!",
        "GET /purchase_a_sword",
        "Host: Player 1",
        "user-agent: a client",
        "Accept: text/plain",
        "X-Note: one",
        "ACCEPT: */*",
        "X-Name: Jörg",
        "Event_Type: none",
        "event_type: guild_event",
        "direction: reduce");
    assertEquals(
        "{\"Host\":\"Player 1\",\"User-Agent\":\"a client\",\"Accept\":\"text/plain, */*\","
            + "\"X-Note\":\"one\",\"X-Name\":\"Jörg\",\"Event_Type\":\"none, guild_event\","
            + "\"Connection\":\"close\",\"event_type\":\"sword_event\",\"direction\":\"increase\","
            + "\"event_detail\":\"wood\"}",
        KAFKA.values(topic()).get(0));
    assertAnswer("Wood Sword Purchased!", "GET /purchase_a_sword", "Host: Jörg Meyer");
    assertEquals("Jörg Meyer", text(events().get(1), "Host"));
  }

  @Test
  public void badInputIsRefusedAndIsNoEvent() throws Exception {
    assertRefused(BAD_REQUEST, "100 char", "GET /join_guild?event_detail=" + "x".repeat(101));
    assertRefused(BAD_REQUEST, "control", "GET /join_guild?event_detail=a%07b");
    assertRefused(BAD_REQUEST, "empty", "DELETE /purchase_a_sword?event_detail=");
    assertRefused(BAD_REQUEST, "", "GET /join_guild?event_detail=a%zz");
    assertRefused(BAD_REQUEST, "", "GET /join_guild?event_detail=a\u0007b");
    assertRefused(BAD_REQUEST, "", "GET /join_guild?event_detail=a b");
    assertRefused(BAD_REQUEST, "", "GET /", "X-Note: a\u0007b");
    assertRefused(BAD_REQUEST, "", "GET /", "no colon");
    assertRefused(BAD_REQUEST, "headers", "GET /", "X-Note: " + "x".repeat(17_000));
    assertRefused(BAD_REQUEST, "headers", "GET /", "X-Note: " + "x".repeat(500_000));
    assertRefused(NOT_FOUND, "path", "GET /purchase_a_shield");
    assertRefused(NOT_FOUND, "path", "GET /purchase_a_sword/");
    HttpExchange post = assertRefused(METHOD_NOT_ALLOWED, "GET", "POST /purchase_a_sword");
    assertThat(post.headers(), hasItem("Allow: GET, DELETE"));
    HttpExchange delete = assertRefused(METHOD_NOT_ALLOWED, "GET", "DELETE /");
    assertThat(delete.headers(), hasItem("Allow: GET"));
    assertThat(events(), empty());
  }

  private HttpExchange assertRefused(
      int status, String reason, String methodAndPath, String... headers) throws IOException {
    HttpExchange exchange = HttpExchange.of(api.port(), methodAndPath, headers);
    assertEquals(exchange.toString(), status, exchange.status());
    assertThat(exchange.body(), allOf(containsString(reason), endsWith("\n")));
    assertThat(exchange.body().lines().toList(), hasSize(1));
    return exchange;
  }

  @Test
  public void nothingThatWasAnsweredIsLostWhenTheBrokerIsKilled() throws Exception {
    AtomicBoolean goesOn = new AtomicBoolean(true);
    AtomicInteger answered = new AtomicInteger();
    AtomicInteger refused = new AtomicInteger();
    ExecutorService clients = Executors.newFixedThreadPool(CLIENTS);
    try {
      List<Future<List<String>>> taken = new ArrayList<>();
      for (int client = 0; client < CLIENTS; client++) {
        String name = "client" + client;
        taken.add(clients.submit(() -> send(name, goesOn, answered, refused)));
      }
      Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> answered.get() > 100);
      KAFKA.kill();
      Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> refused.get() >= CLIENTS);
      KAFKA.startAgain();
      int before = answered.get();
      Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> answered.get() > before + 100);
      goesOn.set(false);
      List<String> acknowledged = new ArrayList<>();
      for (Future<List<String>> details : taken) {
        acknowledged.addAll(details.get());
      }
      List<String> onTopic =
          events().stream().map(event -> event.get("event_detail").asText()).toList();
      assertThat(new HashSet<>(onTopic).containsAll(acknowledged), is(true));
      assertEquals("twice", new HashSet<>(onTopic).size(), onTopic.size());
    } finally {
      goesOn.set(false);
      clients.shutdownNow();
    }
  }

  /** The details of the events that were answered with success. */
  private List<String> send(
      String name, AtomicBoolean goesOn, AtomicInteger answered, AtomicInteger refused)
      throws IOException {
    List<String> taken = new ArrayList<>();
    for (int number = 0; goesOn.get(); number++) {
      String detail = name + "-" + number;
      HttpExchange exchange =
          HttpExchange.of(api.port(), "GET /purchase_a_sword?event_detail=" + detail);
      if (exchange.status() == OK) {
        taken.add(detail);
        answered.incrementAndGet();
      } else {
        assertEquals(exchange.toString(), UNAVAILABLE, exchange.status());
        assertThat(exchange.body(), allOf(containsString("acknowledged"), endsWith("\n")));
        refused.incrementAndGet();
      }
    }
    return taken;
  }

  @Test
  @Alone
  public void aBrokerThatComesLaterIsWaitedFor() throws Exception {
    KAFKA.kill();
    String late = topic() + "2";
    try (GameApi early = GameApi.start(0, KAFKA.bootstrapServers(), late)) {
      long began = System.nanoTime();
      assertEquals(UNAVAILABLE, HttpExchange.of(early.port(), "GET /").status());
      assertThat("at once", System.nanoTime() - began, lessThan(2_000_000_000L));
      KAFKA.startAgain();
      Awaitility.await()
          .atMost(Tailrace.PATIENCE)
          .until(() -> HttpExchange.of(early.port(), "GET /").status() == OK);
      assertThat(KAFKA.values(late), hasSize(1));
    }
  }

  @Test
  public void aRequestUnderWayIsAnsweredWhenItStops() throws Exception {
    KAFKA.kill();
    ExecutorService client = Executors.newSingleThreadExecutor();
    int port = api.port();
    try {
      Future<HttpExchange> underWay = client.submit(() -> HttpExchange.of(port, "GET /join_guild"));
      // Nothing tells from outside that a request has been read.
      Thread.sleep(1_000);
      api.close();
      HttpExchange exchange = underWay.get();
      assertEquals(exchange.toString(), UNAVAILABLE, exchange.status());
      assertThat(exchange.body(), containsString("acknowledged"));
      assertThrows(ConnectException.class, () -> HttpExchange.of(port, "GET /"));
    } finally {
      client.shutdownNow();
      KAFKA.startAgain();
    }
  }

  @Test
  public void theCommandServesUntilItIsAskedToStop() throws Exception {
    TailraceProcess command =
        tailrace.start(
            "game-api",
            "--port=0",
            "--bootstrapServers=" + KAFKA.bootstrapServers(),
            "--topic=" + topic());
    Tailrace.await(command).until(() -> URL.matcher(command.out()).find());
    Matcher url = URL.matcher(command.out());
    url.find();
    HttpExchange exchange =
        HttpExchange.of(Integer.parseInt(url.group(1)), "GET /join_guild", "Host: Player 1");
    assertEquals("Joined Guild Starter Guild\n", exchange.body());
    command.terminate();
    command.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(command.err(), command.err().lines().toList(), empty());
    assertThat(events(), hasSize(1));
  }

  @Test
  public void whatCannotBeUsedIsRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      UsageException refusal =
          assertThrows(
              UsageException.class,
              () -> GameApi.start(taken.getLocalPort(), KAFKA.bootstrapServers(), topic()).close());
      assertThat(refusal.getMessage(), containsString(String.valueOf(taken.getLocalPort())));
    }
    assertThat(refusal("--topic=a topic"), containsString("--topic"));
    assertThat(refusal("--bootstrapServers=nowhere"), containsString("--bootstrapServers"));
    assertThat(refusal("--port=65536"), containsString("--port"));
  }

  private String refusal(String option) throws IOException, InterruptedException {
    TailraceProcess refused = tailrace.start("game-api", option);
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(refused.err(), refused.err().lines().toList(), hasSize(1));
    assertThat(refused.err(), startsWith("tailrace: "));
    return refused.err();
  }
}
