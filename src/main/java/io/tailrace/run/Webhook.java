package io.tailrace.run;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.ToldPosition;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A web server to which each notice is posted as JSON. An answer with a status from 200 to 299 is
 * one that has taken it; how far it is stands in the ledger then.
 *
 * <p>A notice comes again if the answer, or the position, was lost. It has the same id then, in its
 * body and as {@code Idempotency-Key}
 * (https://datatracker.ietf.org/doc/draft-ietf-httpapi-idempotency-key-header/).
 *
 * <p>Not safe for use by more than one thread.
 */
final class Webhook implements Receiver {

  private static final String EXPECTED =
      "--notify: expected https://host/path, http://host/path, or"
          + " redis://host:port/database?stream=name, not '%s'";

  private static final Duration TIMEOUT = Duration.ofSeconds(4);
  private static final int FIRST_REFUSAL = 300;
  private static final int OK = 200;
  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * What is posted.
   *
   * @param id tells it from every other notice
   * @param pipeline that it is of
   * @param text one line for people, or null
   * @param notice what it says
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Body(String id, String pipeline, String text, Map<String, Object> notice) {}

  private final URI uri;
  private final Optional<String> authorization;
  private final String pipeline;
  private final String source;
  private final ToldPosition told;
  private Optional<HttpClient> client;
  private long position = -1;

  private Webhook(
      URI url, String pipeline, String source, ToldPosition told, Optional<HttpClient> client) {
    this.uri = withoutUser(url);
    this.authorization =
        Optional.ofNullable(url.getUserInfo())
            .map(user -> user.getBytes(StandardCharsets.UTF_8))
            .map(user -> "Basic " + Base64.getEncoder().encodeToString(user));
    this.pipeline = pipeline;
    this.source = source;
    this.told = told;
    this.client = client;
  }

  /** Whether an address is of a web server. */
  static boolean isAddress(String url) {
    return url.regionMatches(true, 0, "http://", 0, 7)
        || url.regionMatches(true, 0, "https://", 0, 8);
  }

  /**
   * Checks the address of a web server.
   *
   * @throws UsageException if it is none
   */
  static void check(String url) {
    parse(url);
  }

  /**
   * A web server, which is not asked yet.
   *
   * @param url its address, perhaps with {@code user:password@}
   * @param source tells the notices from others
   */
  static Webhook of(String url, String pipeline, Ledger ledger, String source) {
    return of(url, pipeline, ledger, source, Optional.empty());
  }

  /** The same with a client of its own. */
  static Webhook of(
      String url, String pipeline, Ledger ledger, String source, Optional<HttpClient> client) {
    return new Webhook(
        parse(url), pipeline, source, ToldPosition.of(ledger, source + " " + url), client);
  }

  private static URI parse(String url) {
    try {
      URI uri = new URI(url);
      if (uri.getHost() != null) {
        return uri;
      }
      throw new UsageException(String.format(EXPECTED, url));
    } catch (URISyntaxException e) {
      throw new UsageException(String.format(EXPECTED, url), e);
    }
  }

  private static URI withoutUser(URI url) {
    String text = url.toString();
    return url.getRawUserInfo() == null
        ? url
        : URI.create(text.replace(url.getRawUserInfo() + "@", ""));
  }

  @Override
  public long position() throws ReceiverException {
    if (position < 0) {
      try {
        position = told.read();
      } catch (IOException e) {
        throw new ReceiverException("how far it is cannot be read: " + e.getMessage(), e);
      }
    }
    return position;
  }

  @Override
  public void tell(List<Notices.Notice> notices) throws ReceiverException {
    for (Notices.Notice notice : notices) {
      post(notice);
      try {
        told.write(notice.position());
      } catch (IOException e) {
        throw new ReceiverException("how far it is cannot be noted: " + e.getMessage(), e);
      }
      position = notice.position();
    }
  }

  private void post(Notices.Notice notice) throws ReceiverException {
    String id = source + ":" + notice.id();
    HttpRequest.Builder request =
        HttpRequest.newBuilder(uri)
            .timeout(TIMEOUT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", id)
            .POST(HttpRequest.BodyPublishers.ofByteArray(body(id, notice)));
    authorization.ifPresent(credentials -> request.header("Authorization", credentials));
    int status;
    try {
      status = client().send(request.build(), HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      throw new ReceiverException(e.getMessage() == null ? e.toString() : e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ReceiverException("interrupted", e);
    }
    if (status < OK || status >= FIRST_REFUSAL) {
      throw new ReceiverException("it answers with status " + status, null);
    }
  }

  private byte[] body(String id, Notices.Notice notice) {
    try {
      return JSON.writeValueAsBytes(new Body(id, pipeline, notice.line(), notice.fields()));
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Made when it is first needed: that takes a while. */
  private HttpClient client() {
    if (client.isEmpty()) {
      client =
          Optional.of(
              HttpClient.newBuilder()
                  .version(HttpClient.Version.HTTP_1_1)
                  .connectTimeout(TIMEOUT)
                  .build());
    }
    return client.get();
  }

  /** Each answer is waited for, so that a slow server is left when the time is over. */
  @Override
  public int mostAtOnce() {
    return 1;
  }

  @Override
  public void close() {
    // A client has nothing to give back.
  }

  /** Without the path, which often is a secret. */
  @Override
  public String toString() {
    return uri.getScheme() + "://" + uri.getRawAuthority();
  }
}
