package io.tailrace.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** How many requests a second the API of the game answers, each acknowledged by the broker. */
final class GameApiLoad implements Case {

  private static final String REQUEST =
      "GET /purchase_a_sword HTTP/1.1\r\n"
          + "Host: Player 1\r\n"
          + "User-Agent: load\r\n"
          + "Accept: */*\r\n";
  private static final byte[] REQUEST_TO_GO_ON = bytes(REQUEST + "\r\n");
  private static final byte[] REQUEST_TO_CLOSE = bytes(REQUEST + "Connection: close\r\n\r\n");
  private static final byte[] OK = bytes("HTTP/1.1 200 ");
  private static final byte[] END = bytes("\r\n\r\nWood Sword Purchased!\n");
  private static final int MOST_BYTES = 1 << 12;
  private static final int PATIENCE_MILLIS = 30_000;

  private static final String DESCRIPTION =
      """
      A broker, `kafka`, the API, `game-api`, and %d clients, each of which sends one request after
      the other, share the cores. An answer is counted if it is 200, which means that the broker has
      acknowledged the event. In each of %d rounds %,d requests come, each on a connection of its
      own, and then as many on connections that stay; the first round finds programs that have
      just been started. Heap of each process: `-Xmx%s`.

      """;

  private final Settings settings;
  private final int clients;
  private final int requests;
  private int port;

  GameApiLoad(Settings settings) {
    this.settings = settings;
    clients = settings.number("clients");
    requests = settings.number("requests");
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path folder = Trees.empty(settings.runFolder());
    try (GameTopic topic = GameTopic.start(settings, folder.resolve("kafka"))) {
      ChildJvm api =
          ChildJvm.startTailrace(
              folder.resolve("game-api"),
              settings.runners().get(0).jar(settings.jars()),
              settings.heap(),
              List.of("game-api", "--port=0", "--bootstrapServers=" + topic.bootstrapServers()));
      try {
        String address = "http://127.0.0.1:";
        String told = api.awaitOptions(address).get(0);
        port = Integer.parseInt(told.substring(address.length()).split("\\D", 2)[0]);
        return measureAll();
      } finally {
        api.stop();
      }
    }
  }

  private String measureAll() throws InterruptedException {
    List<Double> own = new ArrayList<>();
    List<Double> staying = new ArrayList<>();
    int rounds = settings.number("rounds");
    for (int round = 0; round < rounds; round++) {
      own.add(perSecond(this::sendOnConnectionsOfTheirOwn));
      staying.add(perSecond(this::sendOnOneConnection));
    }
    return Page.format(DESCRIPTION, clients, rounds, requests, settings.heap())
        + Page.header("requests a second", "median", "min", "max", "each round")
        + row("a connection for each request", own)
        + row("connections that stay", staying);
  }

  private static String row(String name, List<Double> perSecond) {
    return Page.row(
        name,
        Page.format("%,.0f", Figures.median(perSecond)),
        Page.format("%,.0f", Figures.min(perSecond)),
        Page.format("%,.0f", Figures.max(perSecond)),
        Page.list(perSecond, "%,.0f"));
  }

  private double perSecond(Callable<Void> client) throws InterruptedException {
    ExecutorService threads = Executors.newFixedThreadPool(clients);
    try {
      long start = System.nanoTime();
      List<Future<Void>> ends = new ArrayList<>();
      for (int i = 0; i < clients; i++) {
        ends.add(threads.submit(client));
      }
      for (Future<Void> end : ends) {
        end.get();
      }
      double seconds = (System.nanoTime() - start) / 1e9;
      return (requests / clients) * clients / seconds;
    } catch (ExecutionException e) {
      throw new BenchmarkException("a request failed: " + e.getCause());
    } finally {
      threads.shutdownNow();
    }
  }

  private Void sendOnConnectionsOfTheirOwn() throws IOException {
    for (int i = 0; i < requests / clients; i++) {
      try (Socket connection = connect()) {
        exchange(connection, REQUEST_TO_CLOSE);
      }
    }
    return null;
  }

  private Void sendOnOneConnection() throws IOException {
    try (Socket connection = connect()) {
      for (int i = 0; i < requests / clients; i++) {
        exchange(connection, REQUEST_TO_GO_ON);
      }
    }
    return null;
  }

  private Socket connect() throws IOException {
    Socket connection = new Socket(InetAddress.getLoopbackAddress(), port);
    connection.setTcpNoDelay(true);
    connection.setSoTimeout(PATIENCE_MILLIS);
    return connection;
  }

  private static void exchange(Socket connection, byte[] request) throws IOException {
    connection.getOutputStream().write(request);
    InputStream in = connection.getInputStream();
    byte[] answer = new byte[MOST_BYTES];
    int length = 0;
    while (!has(answer, length - END.length, END)) {
      int read = length == MOST_BYTES ? -1 : in.read(answer, length, MOST_BYTES - length);
      if (read < 0) {
        throw new IOException(
            "not the answer that is expected: "
                + new String(answer, 0, length, StandardCharsets.UTF_8));
      }
      length += read;
    }
    if (!has(answer, 0, OK)) {
      throw new IOException(new String(answer, 0, length, StandardCharsets.UTF_8));
    }
  }

  private static boolean has(byte[] answer, int at, byte[] expected) {
    for (int i = 0; i < expected.length; i++) {
      if (at < 0 || answer[at + i] != expected[i]) {
        return false;
      }
    }
    return true;
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
