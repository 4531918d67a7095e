package io.tailrace.it;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;

/** Many equal requests: by {@code ab} where it is installed, otherwise by a client of Java's. */
final class HttpLoad {

  private static final int AT_ONCE = 8;
  private static final int OK = 200;

  private HttpLoad() {}

  /**
   * Sends GET requests, each of which must be answered with 200.
   *
   * @param host the header
   */
  static void send(String url, String host, int requests) throws Exception {
    Optional<Path> ab = installed("ab");
    if (ab.isPresent()) {
      sendByAb(ab.get(), url, host, requests);
    } else {
      sendByJava(url, host, requests);
    }
  }

  private static Optional<Path> installed(String program) {
    return Stream.of(System.getenv("PATH").split(System.getProperty("path.separator")))
        .map(folder -> Path.of(folder, program))
        .filter(Files::isExecutable)
        .findFirst();
  }

  private static void sendByAb(Path ab, String url, String host, int requests)
      throws IOException, InterruptedException {
    int atOnce = Math.min(AT_ONCE, requests);
    Process process =
        new ProcessBuilder(
                ab.toString(),
                "-k",
                "-n",
                "" + requests,
                "-c",
                "" + atOnce,
                "-H",
                "Host: " + host,
                url)
            .redirectErrorStream(true)
            .start();
    String out = new String(process.getInputStream().readAllBytes());
    boolean all =
        out.lines().anyMatch(line -> line.matches("Complete requests: +" + requests))
            && out.lines().noneMatch(line -> line.startsWith("Non-2xx responses"));
    if (process.waitFor() != 0 || !all) {
      throw new AssertionError(out);
    }
  }

  private static void sendByJava(String url, String host, int requests) throws Exception {
    HttpClient client = HttpClient.newHttpClient();
    HttpRequest request = HttpRequest.newBuilder(URI.create(url)).header("Host", host).build();
    Callable<Integer> one =
        () -> client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    ExecutorService senders = Executors.newFixedThreadPool(AT_ONCE);
    try {
      List<Future<Integer>> answers = new ArrayList<>();
      for (int i = 0; i < requests; i++) {
        answers.add(senders.submit(one));
      }
      for (Future<Integer> answer : answers) {
        if (answer.get() != OK) {
          throw new AssertionError("answered with " + answer.get());
        }
      }
    } finally {
      senders.shutdownNow();
    }
  }
}
