package io.tailrace.dashboard;

import io.tailrace.progress.Health;
import java.util.Optional;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;

/**
 * {@code /healthz} and {@code /readyz}: 200 and {@code ok}, or 503 and a line that says why not.
 * They have no data in them, so that who supervises the process needs no token.
 */
final class HealthPages {

  private static final String HEALTH = "/healthz";
  private static final String READINESS = "/readyz";

  private final Health health;

  HealthPages(Health health) {
    this.health = health;
  }

  /** Whether a request is for one of these pages. */
  static boolean has(Request request) {
    String path = Request.getPathInContext(request);
    return path.equals(HEALTH) || path.equals(READINESS);
  }

  void answer(Request request, Response response, Callback callback) {
    Optional<String> problem =
        Request.getPathInContext(request).equals(HEALTH) ? health.failure() : health.obstacle();
    response.setStatus(problem.isEmpty() ? HttpStatus.OK_200 : HttpStatus.SERVICE_UNAVAILABLE_503);
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, "text/plain;charset=utf-8");
    Content.Sink.write(response, true, problem.orElse("ok") + "\n", callback);
  }
}
