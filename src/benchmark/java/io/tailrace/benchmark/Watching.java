package io.tailrace.benchmark;

import java.io.IOException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.sql.Driver;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Tailrace as a process that watches its input, and a client that asks for its report. */
final class Watching implements AutoCloseable {

  private static final Duration PATIENCE_TO_START = Duration.ofMinutes(2);

  private final ChildJvm jvm;
  private final URLClassLoader driverLoader;
  private final Driver driver;
  private final Path output;
  private final Path deliveries;
  private ReportClient client;

  private Watching(ChildJvm jvm, URLClassLoader driverLoader, Path output, Path deliveries) {
    this.jvm = jvm;
    this.driverLoader = driverLoader;
    this.driver = ReportClient.driver(driverLoader);
    this.output = output;
    this.deliveries = deliveries;
  }

  /**
   * Starts {@code server-logs} and waits until its report answers.
   *
   * @param folder an empty folder for what it leaves
   * @param input the folder or glob that it watches
   * @param options more options
   */
  static Watching start(Path jar, String heap, Path folder, String input, List<String> options)
      throws IOException, InterruptedException {
    Path output = folder.resolve("results");
    Path deliveries = Files.createDirectories(folder.resolve("deliveries"));
    List<String> arguments =
        new ArrayList<>(List.of("server-logs", "--input=" + input, "--output=" + output));
    arguments.addAll(options);
    URLClassLoader driverLoader = new URLClassLoader(new URL[] {jar.toUri().toURL()});
    ChildJvm jvm = ChildJvm.startTailrace(folder.resolve("out"), jar, heap, arguments);
    Watching watching = new Watching(jvm, driverLoader, output, deliveries);
    try {
      watching.connect();
      return watching;
    } catch (IOException | InterruptedException | RuntimeException e) {
      watching.close();
      throw e;
    }
  }

  private void connect() throws IOException, InterruptedException {
    long deadline = jvm.started() + PATIENCE_TO_START.toNanos();
    Optional<ReportClient> connected;
    while ((connected = ReportClient.connect(driver, output)).isEmpty()) {
      jvm.requireAlive();
      if (System.nanoTime() > deadline) {
        throw new BenchmarkException("The report does not answer");
      }
      Thread.sleep(10);
    }
    client = connected.get();
  }

  /** Puts a file in place at once, as a whole, and gives the time of that. */
  long deliver(Path target, String content) throws IOException {
    Path written = Files.writeString(deliveries.resolve(target.getFileName()), content);
    long now = System.nanoTime();
    Files.move(written, target, StandardCopyOption.ATOMIC_MOVE);
    return now;
  }

  /**
   * Waits until so many records are in the report.
   *
   * @param since a time of {@link System#nanoTime()}
   * @param pause between two questions
   * @return the seconds from then to the answer
   */
  double secondsUntil(long records, long since, Duration pause, Duration patience)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (true) {
      long found = records();
      long now = System.nanoTime();
      if (found == records) {
        return (now - since) / 1e9;
      }
      if (found > records) {
        throw new BenchmarkException(
            Page.format("the report has %,d records of %,d", found, records));
      }
      jvm.requireAlive();
      if (now > deadline) {
        throw new BenchmarkException(
            Page.format(
                "after %d s the report has only %,d records of %,d",
                patience.toSeconds(), found, records));
      }
      Thread.sleep(pause.toMillis());
    }
  }

  /** How many records are in the report now. */
  long records() throws IOException {
    try {
      return client.records();
    } catch (SQLException e) {
      jvm.requireAlive();
      throw new BenchmarkException("The report does not answer any more: " + e.getMessage());
    }
  }

  /** How much of a core the process uses in the time that follows, in which nobody asks. */
  double coresUsedIn(Duration time) throws InterruptedException, IOException {
    long before = jvm.cpu().toNanos();
    long start = System.nanoTime();
    Thread.sleep(time.toMillis());
    jvm.requireAlive();
    return (double) (jvm.cpu().toNanos() - before) / (System.nanoTime() - start);
  }

  /** Ends the connection to the report. */
  void disconnect() throws IOException {
    try {
      client.close();
    } catch (SQLException e) {
      throw new IOException("The client does not end", e);
    }
  }

  /** When the process was started, as {@link System#nanoTime()} has it. */
  long started() {
    return jvm.started();
  }

  /** The most memory that the process has held at a time. */
  OptionalLong peakBytes() {
    return jvm.peakBytes();
  }

  /** Ends the process. */
  @Override
  public void close() throws IOException {
    try (driverLoader) {
      if (client != null) {
        client.close();
      }
    } catch (SQLException e) {
      // It was only asked.
    } finally {
      jvm.stop();
    }
  }
}
