package io.tailrace.it;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Stands between clients and an HTTP server on the loopback address, and behaves as servers and
 * networks do on bad days. It knows each request that it forwards; the bytes stay as they are, so
 * signatures stay valid.
 */
final class FlakyProxy implements Closeable {

  /** What it does. */
  enum Mood {
    /** Forwards. */
    GOOD,
    /** Answers each request with 503 and closes the connection. */
    UNAVAILABLE,
    /** Forwards requests, and resets connections in the middle of the answer. */
    CUTTING,
    /** Closes all connections, and new ones as soon as they are made. */
    DROPPING
  }

  /**
   * The head of a request.
   *
   * @param method for example {@code GET}
   * @param target the path and what follows it
   */
  record Request(String method, String target) {

    /** Whether it asks which objects there are. */
    boolean isList() {
      return method.equals("GET") && target.contains("list-type=2");
    }
  }

  /**
   * A barrier for some requests.
   *
   * @param holds whether a request waits
   * @param opened counted down when they may go on
   */
  private record Gate(Predicate<Request> holds, CountDownLatch opened) {}

  private static final int BUFFER_BYTES = 1 << 14;
  private static final int LONGEST_METHOD = "DELETE ".length();
  private static final Pattern METHOD = Pattern.compile("(GET|PUT|POST|HEAD|DELETE) .*");

  /** The beginning of the answer by which a server wants the body of a request. */
  private static final String PERMISSION = "HTTP/1.1 100";

  private static final byte[] GIVE_PERMISSION =
      (PERMISSION + " Continue\r\n\r\n").getBytes(StandardCharsets.ISO_8859_1);

  private static final String UNAVAILABLE_BODY =
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?><Error><Code>ServiceUnavailable</Code>"
          + "<Message>Reduce your request rate.</Message></Error>";

  private static final String UNAVAILABLE_HEAD =
      "HTTP/1.1 503 Service Unavailable\r\nContent-Type: application/xml\r\nContent-Length: "
          + UNAVAILABLE_BODY.length()
          + "\r\nConnection: close\r\n\r\n";

  private final URI server;
  private final ServerSocket listener;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "flaky-proxy");
            thread.setDaemon(true);
            return thread;
          });
  private final Set<Connection> open = ConcurrentHashMap.newKeySet();
  private final List<Request> requests = new ArrayList<>();
  private final AtomicLong connections = new AtomicLong();
  private final AtomicLong failures = new AtomicLong();
  private final List<Request> held = new CopyOnWriteArrayList<>();
  private volatile Mood mood = Mood.GOOD;
  private volatile Gate gate = new Gate(request -> false, new CountDownLatch(0));

  /** Stands before a server from now on. */
  FlakyProxy(URI server) throws IOException {
    this.server = server;
    this.listener = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
    threads.execute(this::accept);
  }

  /** Where it listens. */
  URI endpoint() {
    return URI.create("http://127.0.0.1:" + listener.getLocalPort());
  }

  /** Has another mood from now on. */
  void turn(Mood to) {
    mood = to;
    if (to == Mood.DROPPING) {
      open.forEach(Connection::reset);
    }
  }

  /** Holds requests back from now on, whole, until {@link #release}. */
  void hold(Predicate<Request> condition) {
    gate = new Gate(condition, new CountDownLatch(1));
  }

  /** Forwards the requests that are held back, even those whose client has gone, and holds none. */
  void release() {
    Gate before = gate;
    gate = new Gate(request -> false, new CountDownLatch(0));
    before.opened().countDown();
  }

  /** The requests that are held back or, after that, have not been answered by the server yet. */
  List<Request> held() {
    return List.copyOf(held);
  }

  /** The requests that were forwarded so far. */
  List<Request> requests() {
    synchronized (requests) {
      return List.copyOf(requests);
    }
  }

  /** How many connections clients have made. */
  long connections() {
    return connections.get();
  }

  /** How many requests were not answered, or not to the end, and connections refused. */
  long failures() {
    return failures.get();
  }

  private void accept() {
    while (true) {
      try {
        Socket client = listener.accept();
        connections.incrementAndGet();
        if (mood == Mood.DROPPING) {
          failures.incrementAndGet();
          client.close();
        } else {
          Connection connection = new Connection(client);
          threads.execute(connection::forwardRequests);
        }
      } catch (IOException e) {
        if (listener.isClosed()) {
          return;
        }
      }
    }
  }

  @Override
  public void close() throws IOException {
    listener.close();
    open.forEach(Connection::reset);
    threads.shutdownNow();
  }

  /** A connection of a client, and the one to the server that belongs to it. */
  private final class Connection {

    private final Socket client;
    private final Socket upstream;

    Connection(Socket client) throws IOException {
      this.client = client;
      this.upstream = new Socket(server.getHost(), server.getPort());
      client.setTcpNoDelay(true);
      upstream.setTcpNoDelay(true);
      open.add(this);
    }

    void forwardRequests() {
      threads.execute(this::forwardAnswers);
      try {
        InputStream in = new BufferedInputStream(client.getInputStream(), BUFFER_BYTES);
        OutputStream out = upstream.getOutputStream();
        for (Head head = Head.read(in); head != null; head = Head.read(in)) {
          if (mood == Mood.UNAVAILABLE) {
            refuse(head, in);
            return;
          }
          if (mood == Mood.DROPPING) {
            // It was made just before the mood turned.
            failures.incrementAndGet();
            reset();
            return;
          }
          Request request = new Request(head.method(), head.target());
          Gate now = gate;
          if (now.holds().test(request)) {
            forwardLate(request, head, in, now);
            return;
          }
          note(request);
          out.write(head.bytes());
          out.flush();
          if (!head.waitsForPermission() || !isRequestNext(in)) {
            head.copyBody(in, out);
          }
        }
      } catch (IOException e) {
        // One of the two has gone, and now both.
      } finally {
        close();
      }
    }

    private void note(Request request) {
      synchronized (requests) {
        requests.add(request);
      }
    }

    /**
     * Forwards a request when its gate opens. Until then the server may have closed this connection
     * and the client may have given up, so the request has a connection of its own.
     */
    private void forwardLate(Request request, Head head, InputStream in, Gate gate)
        throws IOException {
      if (head.waitsForPermission()) {
        client.getOutputStream().write(GIVE_PERMISSION);
        client.getOutputStream().flush();
      }
      ByteArrayOutputStream body = new ByteArrayOutputStream();
      head.copyBody(in, body);
      held.add(request);
      try {
        gate.opened().await();
        note(request);
        try (Socket late = new Socket(server.getHost(), server.getPort())) {
          late.getOutputStream().write(head.bytesOfLastRequest());
          body.writeTo(late.getOutputStream());
          late.getOutputStream().flush();
          byte[] answer = late.getInputStream().readAllBytes();
          client.getOutputStream().write(answer);
        }
      } catch (InterruptedException e) {
        // The proxy is being closed.
        Thread.currentThread().interrupt();
      } finally {
        held.remove(request);
      }
    }

    /** The server may have said that it does not want the body. */
    private boolean isRequestNext(InputStream in) throws IOException {
      in.mark(LONGEST_METHOD);
      String next = new String(in.readNBytes(LONGEST_METHOD), StandardCharsets.ISO_8859_1);
      in.reset();
      return METHOD.matcher(next).matches();
    }

    private void refuse(Head head, InputStream in) throws IOException {
      failures.incrementAndGet();
      if (!head.waitsForPermission()) {
        head.copyBody(in, OutputStream.nullOutputStream());
      }
      String answer = UNAVAILABLE_HEAD + (head.method().equals("HEAD") ? "" : UNAVAILABLE_BODY);
      client.getOutputStream().write(answer.getBytes(StandardCharsets.ISO_8859_1));
      client.getOutputStream().flush();
    }

    private void forwardAnswers() {
      try {
        InputStream in = upstream.getInputStream();
        OutputStream out = client.getOutputStream();
        byte[] buffer = new byte[BUFFER_BYTES];
        for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
          if (mood == Mood.CUTTING && !isPermission(buffer, count)) {
            // In the head of some answers, just before the end of others.
            int all = failures.incrementAndGet() % 2 == 0 ? count / 2 : count - 1;
            out.write(buffer, 0, all);
            reset();
            return;
          }
          out.write(buffer, 0, count);
        }
      } catch (IOException e) {
        // One of the two has gone, and now both.
      } finally {
        close();
      }
    }

    private boolean isPermission(byte[] answer, int count) {
      return new String(
              answer, 0, Math.min(count, PERMISSION.length()), StandardCharsets.ISO_8859_1)
          .equals(PERMISSION);
    }

    /** Closes both in such a way that the client takes it for a failure. */
    void reset() {
      try {
        client.setSoLinger(true, 0);
      } catch (IOException e) {
        // It is closed.
      }
      close();
    }

    private void close() {
      open.remove(this);
      try (client;
          upstream) {
        // Both are closed, whatever the other does.
      } catch (IOException e) {
        // They are closed.
      }
    }
  }

  /**
   * The head of a request, with what is needed to find its end.
   *
   * @param bodyBytes the length of the body, or -1 if it comes in chunks
   * @param waitsForPermission whether the body comes only once the server wants it
   */
  private record Head(
      String method, String target, byte[] bytes, long bodyBytes, boolean waitsForPermission) {

    /** Reads the next one; null if there is none. */
    static Head read(InputStream in) throws IOException {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream();
      String first = line(in, bytes);
      if (first.isEmpty()) {
        return null;
      }
      long bodyBytes = 0;
      boolean waits = false;
      for (String header = line(in, bytes); !header.isEmpty(); header = line(in, bytes)) {
        String[] parts = header.toLowerCase(Locale.ROOT).split(": *", 2);
        switch (parts[0]) {
          case "content-length" -> bodyBytes = Long.parseLong(parts[1]);
          case "transfer-encoding" -> bodyBytes = -1;
          case "expect" -> waits = true;
          default -> {
            // Nothing to do with the end.
          }
        }
      }
      String[] words = first.split(" ");
      return new Head(words[0], words[1], bytes.toByteArray(), bodyBytes, waits);
    }

    /** The next line without its end; empty at the end of the stream, too. */
    private static String line(InputStream in, OutputStream copy) throws IOException {
      ByteArrayOutputStream line = new ByteArrayOutputStream();
      int next = in.read();
      for (; next >= 0 && next != '\n'; next = in.read()) {
        line.write(next);
      }
      line.writeTo(copy);
      if (next >= 0) {
        copy.write(next);
      }
      return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** The same head, but the body comes unasked and the connection ends with the answer. */
    byte[] bytesOfLastRequest() {
      return new String(bytes, StandardCharsets.ISO_8859_1)
          .replaceAll("(?i)\r\n(connection|expect):[^\r]*", "")
          .replaceFirst("\r\n\r\n$", "\r\nConnection: close\r\n\r\n")
          .getBytes(StandardCharsets.ISO_8859_1);
    }

    void copyBody(InputStream in, OutputStream out) throws IOException {
      if (bodyBytes >= 0) {
        copy(in, out, bodyBytes);
        return;
      }
      for (long chunk = -1; chunk != 0; ) {
        ByteArrayOutputStream size = new ByteArrayOutputStream();
        chunk = Long.parseLong(line(in, size).split(";")[0], 16);
        size.writeTo(out);
        // With the end of its line; the last chunk has nothing but that.
        copy(in, out, chunk + 2);
      }
    }

    private static void copy(InputStream in, OutputStream out, long bytes) throws IOException {
      byte[] buffer = new byte[BUFFER_BYTES];
      for (long left = bytes; left > 0; ) {
        int count = in.read(buffer, 0, (int) Math.min(buffer.length, left));
        if (count < 0) {
          throw new IOException("The client has gone");
        }
        out.write(buffer, 0, count);
        out.flush();
        left -= count;
      }
    }
  }
}
