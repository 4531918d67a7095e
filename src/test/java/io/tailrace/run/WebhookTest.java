package io.tailrace.run;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** With a real server that speaks HTTPS. */
public final class WebhookTest {

  private static final char[] PASSWORD = "changeit".toCharArray();

  /** A request as the server has seen it. */
  private record Seen(String path, String key, String authorization, JsonNode body) {}

  @ClassRule public static final TemporaryFolder KEYS = new TemporaryFolder();
  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final List<Seen> seen = Collections.synchronizedList(new ArrayList<>());
  private final Queue<Integer> answers = new ConcurrentLinkedQueue<>();
  private HttpsServer server;
  private HttpClient client;
  private Ledger ledger;

  @Before
  public void startServer() throws Exception {
    ledger = Ledger.of(new Folder(folder.getRoot() + "/output"));
    SSLContext tls = tls();
    client = HttpClient.newBuilder().sslContext(tls).build();
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/",
        exchange -> {
          seen.add(
              new Seen(
                  exchange.getRequestURI().toString(),
                  exchange.getRequestHeaders().getFirst("Idempotency-Key"),
                  exchange.getRequestHeaders().getFirst("Authorization"),
                  new ObjectMapper().readTree(exchange.getRequestBody())));
          Integer answer = answers.poll();
          exchange.sendResponseHeaders(answer == null ? 204 : answer, -1);
          exchange.close();
        });
    server.start();
  }

  /** A certificate of its own, which the client trusts. */
  private static SSLContext tls() throws Exception {
    Path file = KEYS.getRoot().toPath().resolve("keys.p12");
    if (!Files.exists(file)) {
      Process keytool =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "keytool").toString(),
                  "-genkeypair",
                  "-keystore",
                  file.toString(),
                  "-storepass",
                  new String(PASSWORD),
                  "-alias",
                  "server",
                  "-keyalg",
                  "EC",
                  "-dname",
                  "CN=localhost",
                  "-ext",
                  "san=ip:127.0.0.1")
              .redirectErrorStream(true)
              .redirectOutput(KEYS.getRoot().toPath().resolve("keytool").toFile())
              .start();
      assertThat(keytool.waitFor(), is(0));
    }
    KeyStore keys = KeyStore.getInstance("PKCS12");
    try (InputStream in = Files.newInputStream(file)) {
      keys.load(in, PASSWORD);
    }
    KeyManagerFactory own = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    own.init(keys, PASSWORD);
    TrustManagerFactory trusted =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    trusted.init(keys);
    SSLContext tls = SSLContext.getInstance("TLS");
    tls.init(own.getKeyManagers(), trusted.getTrustManagers(), null);
    return tls;
  }

  @After
  public void stopServer() {
    server.stop(0);
  }

  @Test
  public void eachNoticeIsPostedAsJson() throws Exception {
    try (Webhook webhook = webhook("me:secret@", "/alerts?team=web")) {
      assertThat(webhook.position(), is(0L));
      webhook.tell(List.of(notice(1, "raised"), notice(2, "resolved")));
      assertThat(webhook.position(), is(2L));
      assertThat(webhook.toString(), is("https://127.0.0.1:" + server.getAddress().getPort()));
    }
    assertThat(seen.stream().map(Seen::key).toList(), contains("id:1", "id:2"));
    Seen first = seen.get(0);
    assertThat(first.path(), is("/alerts?team=web"));
    assertThat(first.authorization(), is("Basic bWU6c2VjcmV0"));
    assertThat(
        first.body(),
        is(
            new ObjectMapper()
                .readTree(
                    "{\"id\":\"id:1\",\"pipeline\":\"access-log\",\"text\":\"ALERT raised\","
                        + "\"notice\":{\"state\":\"raised\",\"requests\":12}}")));
    assertThat(
        "the ledger has no secrets",
        Files.walk(folder.getRoot().toPath())
            .filter(Files::isRegularFile)
            .map(file -> file + " " + text(file))
            .toList()
            .toString(),
        not(containsString("secret")));
  }

  @Test
  public void whatWasTakenIsNotToldAgainByTheNextRunAndWhatWasRefusedIs() throws Exception {
    answers.addAll(List.of(200, 503));
    try (Webhook webhook = webhook("", "/")) {
      ReceiverException refusal =
          assertThrows(
              ReceiverException.class,
              () -> webhook.tell(List.of(notice(1, "raised"), notice(2, "resolved"))));
      assertThat(refusal.getMessage(), is("it answers with status 503"));
      assertThat(webhook.position(), is(1L));
    }
    try (Webhook next = webhook("", "/")) {
      assertThat(next.position(), is(1L));
      next.tell(List.of(notice(2, "resolved")));
      assertThat(next.position(), is(2L));
    }
    assertThat(seen.stream().map(Seen::key).toList(), contains("id:1", "id:2", "id:2"));
    try (Webhook other = webhook("", "/other")) {
      assertThat("another receiver is told from the beginning", other.position(), is(0L));
    }
  }

  @Test
  public void aRedirectionIsNoAnswer() throws Exception {
    answers.add(302);
    try (Webhook webhook = webhook("", "/")) {
      assertThrows(ReceiverException.class, () -> webhook.tell(List.of(notice(1, "raised"))));
    }
  }

  @Test
  public void aCertificateThatNobodyKnowsIsRefused() throws Exception {
    String url = "https://127.0.0.1:" + server.getAddress().getPort() + "/";
    try (Webhook webhook = Webhook.of(url, "access-log", ledger, "id")) {
      assertThrows(ReceiverException.class, () -> webhook.tell(List.of(notice(1, "raised"))));
    }
    assertThat(seen, is(List.of()));
  }

  @Test
  public void aTellerTriesAgainUntilTheServerTakesIt() throws Exception {
    answers.addAll(List.of(500, 429));
    Notices notices =
        position -> new Notices.Batch(position == 0 ? List.of(notice(1, "raised")) : List.of(), 1);
    NoticeTeller teller = NoticeTeller.start(notices, webhook("", "/"));
    await().until(() -> seen.size() == 3);
    teller.close();
    assertThat(seen.stream().map(Seen::key).toList(), contains("id:1", "id:1", "id:1"));
  }

  @Test
  public void whatWasTakenOfABatchIsNotToldAgainWhenTheNextIsRefused() throws Exception {
    answers.addAll(List.of(200, 500, 503));
    List<Notices.Notice> rows = new ArrayList<>();
    for (int row = 1; row <= 3; row++) {
      // As of the rows of one unit: only behind the last one the unit is told.
      rows.add(new Notices.Notice("8-" + row, row < 3 ? 7 : 8, null, Map.of("row", row)));
    }
    Notices notices = position -> new Notices.Batch(position < 8 ? rows : List.of(), 8);
    NoticeTeller teller = NoticeTeller.start(notices, webhook("", "/"));
    await().until(() -> seen.size() == 5);
    teller.close();
    assertThat(
        seen.stream().map(Seen::key).toList(),
        contains("id:8-1", "id:8-2", "id:8-2", "id:8-2", "id:8-3"));
    try (Webhook next = webhook("", "/")) {
      assertThat(next.position(), is(8L));
    }
  }

  @Test
  public void whatIsNoAddressIsRefused() {
    for (String url : List.of("http://", "https:///path", "https://a b", "HTTP://?x")) {
      String message =
          assertThrows(url, UsageException.class, () -> Receiver.check(url)).getMessage();
      assertThat(message, containsString("--notify: expected https://host/path"));
    }
    Receiver.check("HTTPS://hooks.example.org:8443/services/x?y=z");
    Receiver.check("http://[::1]:8080");
  }

  private Webhook webhook(String user, String path) {
    String url = "https://" + user + "127.0.0.1:" + server.getAddress().getPort() + path;
    return Webhook.of(url, "access-log", ledger, "id", Optional.of(client));
  }

  private static Notices.Notice notice(long number, String state) {
    return new Notices.Notice(
        Long.toString(number), number, "ALERT " + state, Map.of("state", state, "requests", 12L));
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
