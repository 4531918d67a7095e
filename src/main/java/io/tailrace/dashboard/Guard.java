package io.tailrace.dashboard;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.eclipse.jetty.http.HttpCookie;
import org.eclipse.jetty.http.HttpField;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.Fields;

/**
 * Lets those through who may look: from pages of this server and none other, and who know its
 * token. Other users of this machine reach a port of the loopback address, too. A browser gets the
 * token in the address, and keeps it in a cookie; others send it as a bearer token (RFC 6750). Who
 * asks for the health of the run alone needs none, nor does who asks for metrics on the loopback
 * address, unless the token was given: they have no data in them.
 *
 * <p>The name by which it is called is checked against DNS rebinding, and the page may load nothing
 * from elsewhere and run no scripts but its own.
 */
final class Guard extends Handler.Wrapper {

  /** Where the metrics are. */
  static final String METRICS = "/metrics";

  private static final String TOKEN = "token";
  private static final String BEARER = "Bearer ";

  /** Cookies are those of a host: with a port in the name, two pages of a host have one each. */
  private static final String COOKIE = "tailrace-token-";

  private static final List<HttpField> HEADERS =
      List.of(
          new HttpField(
              "Content-Security-Policy",
              "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:;"
                  + " connect-src 'self'; base-uri 'none'; form-action 'none';"
                  + " frame-ancestors 'none'"),
          new HttpField("X-Content-Type-Options", "nosniff"),
          new HttpField("Referrer-Policy", "no-referrer"),
          new HttpField("Cross-Origin-Resource-Policy", "same-origin"),
          new HttpField(HttpHeader.CACHE_CONTROL, "no-store"));

  private final Set<String> hosts = new LinkedHashSet<>();
  private final String token;
  private final String cookie;
  private final String address;
  private final String addressWithToken;
  private final boolean metricsAreOpen;

  private Guard(
      Set<String> hosts, String token, int port, String address, String printed, boolean open) {
    this.hosts.addAll(hosts);
    this.token = token;
    this.cookie = COOKIE + port;
    this.address = address;
    this.addressWithToken = printed;
    this.metricsAreOpen = open;
  }

  static Guard of(Binding binding, int port) {
    String address = "http://" + named(binding.address()) + ":" + port + "/";
    if (binding.token().isPresent()) {
      // Whoever has given it knows it; it is not printed.
      return new Guard(Set.of(), binding.token().get(), port, address, address, false);
    }
    boolean isHere = binding.isLoopback();
    Set<String> hosts =
        isHere ? Set.of("127.0.0.1:" + port, "localhost:" + port, "[::1]:" + port) : Set.of();
    String token = isHere ? PageToken.ofUser() : PageToken.random();
    String printed = address + "?" + TOKEN + "=" + token;
    return new Guard(hosts, token, port, address, printed, isHere);
  }

  private static String named(InetAddress address) {
    String text = address.isAnyLocalAddress() ? hostName() : address.getHostAddress();
    return text.contains(":") ? "[" + text + "]" : text;
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }

  /** The address of the page, with its token unless that was given. */
  String address() {
    return addressWithToken;
  }

  @Override
  public boolean handle(Request request, Response response, Callback callback) throws Exception {
    HEADERS.forEach(response.getHeaders()::put);
    String host = request.getHeaders().get(HttpHeader.HOST);
    String origin = request.getHeaders().get(HttpHeader.ORIGIN);
    // At another address than loopback, who knows the token may call the server by any name.
    if (host == null || !hosts.isEmpty() && !hosts.contains(host)) {
      refuse(response, HttpStatus.MISDIRECTED_REQUEST_421, "this is " + address, callback);
      return true;
    }
    if (origin != null && !origin.equals("http://" + host)) {
      refuse(response, HttpStatus.FORBIDDEN_403, "not from another site", callback);
      return true;
    }
    boolean isOpen =
        HealthPages.has(request)
            || metricsAreOpen && Request.getPathInContext(request).equals(METRICS);
    if (!isOpen && !isKnown(request)) {
      return takeToken(request, response, callback);
    }
    return super.handle(request, response, callback);
  }

  private boolean isKnown(Request request) {
    String credentials = request.getHeaders().get(HttpHeader.AUTHORIZATION);
    if (credentials != null && credentials.startsWith(BEARER)) {
      return isToken(credentials.substring(BEARER.length()));
    }
    List<HttpCookie> cookies = Request.getCookies(request);
    return cookies.stream()
        .anyMatch(given -> given.getName().equals(cookie) && isToken(given.getValue()));
  }

  private boolean isToken(String given) {
    return MessageDigest.isEqual(
        given.getBytes(StandardCharsets.UTF_8), token.getBytes(StandardCharsets.UTF_8));
  }

  /** The token goes into a cookie and out of the address. */
  private boolean takeToken(Request request, Response response, Callback callback) {
    Fields fields = Request.extractQueryParameters(request);
    String given = fields.getValue(TOKEN);
    if (given == null || !isToken(given)) {
      refuse(
          response,
          HttpStatus.FORBIDDEN_403,
          "open the address with the token that the run has printed, or bin/tailrace status prints,"
              + " or send it as a bearer token",
          callback);
      return true;
    }
    response
        .getHeaders()
        .put(HttpHeader.SET_COOKIE, cookie + "=" + given + "; HttpOnly; SameSite=Strict; Path=/");
    Response.sendRedirect(request, response, callback, "/");
    return true;
  }

  private static void refuse(Response response, int status, String line, Callback callback) {
    response.setStatus(status);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    Content.Sink.write(response, true, line + "\n", callback);
  }
}
