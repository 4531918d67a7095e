package io.tailrace.it;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * The command line, and a place to use it in: {@code input/}, {@code output/} and all processes of
 * a test. Whatever still runs when the test ends, well or not, is ended with it.
 */
final class Tailrace extends ExternalResource {

  /** What takes a quiet machine a few seconds; nothing waits so long unless something is wrong. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  /** A run that was asked to stop has this long, says the specification. */
  static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

  private final TemporaryFolder folder = new TemporaryFolder();
  private final List<TailraceProcess> processes = new ArrayList<>();

  @Override
  protected void before() throws IOException {
    folder.create();
    Files.createDirectory(input());
  }

  @Override
  protected void after() {
    for (TailraceProcess process : processes) {
      try {
        process.kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    folder.delete();
  }

  /** A folder of the test's own. */
  Path root() {
    // Beam's file names are real paths; /tmp may be a link.
    return folder.getRoot().toPath().toAbsolutePath();
  }

  /** The watched folder; it is there and empty. */
  Path input() {
    return root().resolve("input");
  }

  /** The results; not there yet. */
  Path output() {
    return root().resolve("output");
  }

  /** Makes a file appear in the watched folder, whole. */
  void deliver(String name, String text) throws IOException {
    deliver(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes a file appear in the watched folder, whole. */
  void deliver(String name, byte[] bytes) throws IOException {
    Path unfinished = input().resolve(name + ".tmp");
    Files.write(unfinished, bytes);
    Files.move(unfinished, input().resolve(name));
  }

  /** Starts a command. */
  TailraceProcess start(String... arguments) throws IOException {
    return start(List.of(arguments));
  }

  private TailraceProcess start(List<String> arguments) throws IOException {
    TailraceProcess process = TailraceProcess.start(folder.newFolder().toPath(), root(), arguments);
    processes.add(process);
    return process;
  }

  /** Starts a command that is not of the jar, like one that submits the jar to a cluster. */
  TailraceProcess startCommand(List<String> command) throws IOException {
    TailraceProcess process =
        TailraceProcess.startCommand(folder.newFolder().toPath(), root(), command);
    processes.add(process);
    return process;
  }

  /** Starts {@code server-logs} from {@link #input} to {@link #output}. */
  TailraceProcess startServerLogs(String... options) throws IOException {
    return startServerLogs(output(), options);
  }

  /** Starts {@code server-logs} from {@link #input} to an output. */
  TailraceProcess startServerLogs(Path output, String... options) throws IOException {
    return start(
        Stream.concat(
                Stream.of("server-logs", "--input=" + input(), "--output=" + output),
                Stream.of(options))
            .toList());
  }

  /** Starts {@code server-logs} and waits until it says that it is at work. */
  TailraceProcess startWatching(String... options) throws IOException {
    TailraceProcess run = startServerLogs(options);
    awaitWatching(run);
    return run;
  }

  /** Waits until a run says that it is at work. */
  static void awaitWatching(TailraceProcess run) {
    await(run).until(() -> run.err().contains("Reports: "));
  }

  /** Runs {@code server-logs} on what is there to its end, which must be a good one. */
  TailraceProcess runToEnd(Path output, String... options)
      throws IOException, InterruptedException {
    String[] all =
        Stream.concat(Stream.of("--trigger=availableNow"), Stream.of(options))
            .toArray(String[]::new);
    TailraceProcess run = startServerLogs(output, all);
    run.requireExit(0, PATIENCE);
    return run;
  }

  /** The answer of the {@code query} command about {@link #output}, as lines of CSV. */
  List<String> query(String sql) throws IOException, InterruptedException {
    return query(output(), sql);
  }

  /** The answer of the {@code query} command, as lines of CSV, the first one the columns. */
  List<String> query(Path output, String sql) throws IOException, InterruptedException {
    return query(output.toString(), sql);
  }

  /** The answer of the {@code query} command about an output on any storage, as lines of CSV. */
  List<String> query(String output, String sql) throws IOException, InterruptedException {
    TailraceProcess query = start("query", sql, "--output=" + output, "--format=csv");
    query.requireExit(0, PATIENCE);
    return query.out().lines().toList();
  }

  /** To wait for something that a process does; fails at once when the process has ended. */
  static ConditionFactory await(TailraceProcess process) {
    return Awaitility.await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .failFast(
            () -> {
              if (!process.isRunning()) {
                throw new AssertionError("it has ended: " + process);
              }
            });
  }
}
