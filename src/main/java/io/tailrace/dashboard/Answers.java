package io.tailrace.dashboard;

import io.tailrace.options.UsageException;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.lang.management.ManagementFactory;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Answers statements of people who look at a page, each in a process of its own with limits: of
 * memory, of time, and of the size of the answer. A process that has answered takes the next
 * statement; one that has not in time is killed.
 */
final class Answers implements AutoCloseable {

  /** How many statements are answered at a time. */
  static final int MOST_AT_ONCE = 4;

  private static final Duration TIME_TO_START = Duration.ofSeconds(60);

  /** The database ends a statement in time; this is for what the database does not notice. */
  private static final Duration TIME_TO_ANSWER = AnswerProcess.MOST_TIME.plusSeconds(2);

  /** Logs that are elsewhere are copied first. */
  private static final Duration TIME_TO_ANSWER_ELSEWHERE = Duration.ofSeconds(60);

  /** How long a statement waits for others. */
  private static final Duration TIME_TO_WAIT = Duration.ofSeconds(5);

  private static final Duration KEPT_IDLE = Duration.ofSeconds(60);

  /** Address space of a process, in KiB: that is what it can use, however it comes by it. */
  private static final long MOST_MEMORY = 2 << 20;

  /** An address space without large reservations, and nothing left behind by a crash. */
  private static final List<String> SMALL =
      List.of(
          "-Xmx128m",
          "-XX:+UseSerialGC",
          "-XX:TieredStopAtLevel=1",
          "-XX:ReservedCodeCacheSize=48m",
          "-XX:CompressedClassSpaceSize=64m",
          "-XX:MaxMetaspaceSize=192m",
          "-XX:+ExitOnOutOfMemoryError",
          "-XX:-CreateCoredumpOnCrash",
          "-XX:ErrorFile=/dev/null",
          "-XX:-UsePerfData");

  /** Where there is no such limit, there are still those of the database and of Java. */
  private static final String LIMITED =
      "ulimit -v " + MOST_MEMORY + " 2> /dev/null; exec nice -n 5 \"$@\"";

  private static final String TOO_LATE =
      "it takes longer than " + AnswerProcess.MOST_TIME.toSeconds() + " s";

  private static final String TOO_MUCH =
      "it needs more memory than a statement of the page may have; ask for less, or ask"
          + " bin/tailrace query";

  private static final String NO_START =
      "the process that answers statements does not start; ask bin/tailrace query";

  private final Shown shown;
  private final Semaphore free = new Semaphore(MOST_AT_ONCE);
  private final Set<Answering> all = new LinkedHashSet<>();
  private final Deque<Answering> idle = new ArrayDeque<>();
  private boolean closed;

  Answers(Shown shown) {
    this.shown = shown;
  }

  /**
   * Answers a statement.
   *
   * @return what {@link AnswerProcess} prints
   * @throws UsageException if it cannot be answered, with the reason
   */
  String ask(AnswerProcess.Question question) throws IOException, InterruptedException {
    if (!free.tryAcquire(TIME_TO_WAIT.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new UsageException(
          String.format(
              "%d statements are being answered; ask again when one of them is done",
              MOST_AT_ONCE));
    }
    try {
      Answering process = take();
      boolean isUsable = false;
      try {
        String answer = process.ask(AnswerProcess.line(question), timeToAnswer(), TOO_MUCH);
        isUsable = true;
        return answer;
      } finally {
        giveBack(process, isUsable);
      }
    } finally {
      free.release();
    }
  }

  private Duration timeToAnswer() {
    return shown.output().isLocal() ? TIME_TO_ANSWER : TIME_TO_ANSWER_ELSEWHERE;
  }

  /** One that is idle, or a new one. */
  private Answering take() throws IOException {
    synchronized (this) {
      while (!idle.isEmpty()) {
        Answering process = idle.pop();
        if (process.isAlive()) {
          return process;
        }
        end(process);
      }
    }
    Answering process = Answering.start();
    synchronized (this) {
      all.add(process);
      if (closed) {
        end(process);
      }
    }
    boolean isReady = false;
    try {
      String ready =
          process.ask(
              AnswerProcess.line(
                  new AnswerProcess.Output(shown.output().path(), shown.storageOptions())),
              TIME_TO_START,
              NO_START);
      String problem = AnswerProcess.parse(ready).path("problem").asText();
      if (!problem.isEmpty()) {
        throw new UsageException(problem);
      }
      isReady = true;
    } finally {
      if (!isReady) {
        end(process);
      }
    }
    return process;
  }

  /** Keeps one for the next statement, for a while. */
  private synchronized void giveBack(Answering process, boolean isUsable) {
    if (!isUsable || closed || !idle.isEmpty()) {
      end(process);
      return;
    }
    idle.push(process);
    long answered = process.answered;
    Executor later = CompletableFuture.delayedExecutor(KEPT_IDLE.toMillis(), TimeUnit.MILLISECONDS);
    later.execute(() -> endIfIdle(process, answered));
  }

  private synchronized void endIfIdle(Answering process, long answered) {
    if (process.answered == answered && idle.remove(process)) {
      end(process);
    }
  }

  private synchronized void end(Answering process) {
    all.remove(process);
    process.close();
  }

  /** Ends all processes. */
  @Override
  public synchronized void close() {
    closed = true;
    List.copyOf(all).forEach(this::end);
    idle.clear();
  }

  /** A process that answers one statement at a time. */
  private static final class Answering {

    private final Process process;
    private final Path temporary;
    private final BufferedReader answers;
    private volatile boolean isLate;
    private long answered;

    private Answering(Process process, Path temporary) {
      this.process = process;
      this.temporary = temporary;
      answers =
          new BufferedReader(
              new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    static Answering start() throws IOException {
      Path temporary = Files.createTempDirectory("tailrace-page-");
      List<String> command = new ArrayList<>(List.of("sh", "-c", LIMITED, "tailrace-page"));
      command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
      command.addAll(SMALL);
      // The archive of classes, with which it starts sooner.
      ManagementFactory.getRuntimeMXBean().getInputArguments().stream()
          .filter(option -> option.matches("-XX:SharedArchiveFile=.*|-Xlog:cds.*"))
          .forEach(command::add);
      command.add("-Duser.home=" + System.getProperty("user.home"));
      command.add("-Djava.io.tmpdir=" + temporary);
      command.addAll(List.of("-cp", classPath(), AnswerProcess.class.getName()));
      ProcessBuilder builder =
          new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.DISCARD);
      // Each pool of the C library reserves address space.
      builder.environment().put("MALLOC_ARENA_MAX", "2");
      return new Answering(builder.start(), temporary);
    }

    /** Also where the classes are not those of the command line: in Maven, or given to a runner. */
    private static String classPath() throws IOException {
      Set<String> paths = new LinkedHashSet<>();
      for (ClassLoader loader = Answers.class.getClassLoader();
          loader != null;
          loader = loader.getParent()) {
        if (loader instanceof URLClassLoader urls) {
          for (URL url : urls.getURLs()) {
            try {
              paths.add(Path.of(url.toURI()).toString());
            } catch (URISyntaxException e) {
              throw new IOException(e);
            }
          }
        }
      }
      paths.add(System.getProperty("java.class.path"));
      return String.join(System.getProperty("path.separator"), paths);
    }

    boolean isAlive() {
      return process.isAlive();
    }

    /**
     * Asks something and waits for the answer, but not longer than some time.
     *
     * @param ended what to say if the process ends instead
     */
    String ask(String line, Duration patience, String ended) {
      CompletableFuture<Void> answeredInTime = new CompletableFuture<>();
      answeredInTime
          .orTimeout(patience.toMillis(), TimeUnit.MILLISECONDS)
          .exceptionally(
              late -> {
                isLate = true;
                process.destroyForcibly();
                return null;
              });
      try {
        OutputStream questions = process.getOutputStream();
        questions.write(line.getBytes(StandardCharsets.UTF_8));
        questions.flush();
        String answer = readLine();
        answered++;
        return answer;
      } catch (IOException e) {
        throw new UsageException(isLate ? TOO_LATE : ended, e);
      } finally {
        answeredInTime.complete(null);
      }
    }

    /** Of a process that is not trusted: not more than the largest answer can be as JSON. */
    private String readLine() throws IOException {
      StringBuilder line = new StringBuilder();
      for (int read; (read = answers.read()) != '\n'; line.append((char) read)) {
        if (read < 0 || line.length() > 8 * AnswerProcess.LARGEST_ANSWER) {
          throw new IOException("the process has ended");
        }
      }
      return line.toString();
    }

    void close() {
      process.destroyForcibly();
      AnswerProcess.removeTree(temporary);
    }
  }
}
