package io.tailrace.watch;

import io.tailrace.options.UsageException;
import io.tailrace.progress.Progress;
import io.tailrace.progress.ProgressSource;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a result while a run keeps it current: it looks at the ledger many times a second, and at
 * the result while that changes, though never for more than a fifth of the time.
 */
final class Watching implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(Watching.class);
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(100);

  /** Somebody waits for the first rows. */
  private static final Duration BETWEEN_FIRST_LOOKS = Duration.ofMillis(50);

  /** A display may have to see rows twice before it shows them. */
  private static final int FIRST_LOOKS = 2;

  /** What was read is in the result after this, unless the run refreshes it more seldom. */
  private static final Duration UNTIL_REPORTED = Duration.ofSeconds(8);

  private static final Duration BETWEEN_IDLE_LOOKS = Duration.ofSeconds(2);
  private static final int TIMES_AS_LONG_IDLE = 4;

  private final Result result;
  private final ProgressSource source;
  private final Display display;
  private final Stop stop;
  private final boolean showsNews;
  private final String output;
  private final boolean isTemporary;
  private final long began;
  private final Thread thread = new Thread(this::run, "watch");
  private volatile boolean ends;
  private Progress progress;
  private Result.Rows rows;
  private int looksWithRows;
  private String problem;
  private long changedUntil;
  private long nextRead;

  /** Ends the run. */
  @FunctionalInterface
  interface Stop {
    void request() throws IOException;
  }

  /**
   * @param stop called when nobody sees the display any more
   * @param showsNews whether a log is shown by its new rows alone
   * @param output where the results are, for whoever asks for dead letters
   * @param isTemporary whether it is gone after the end
   * @param began when the command began, in nanoseconds
   */
  Watching(
      Result result,
      ProgressSource source,
      Display display,
      Stop stop,
      boolean showsNews,
      String output,
      boolean isTemporary,
      long began) {
    this.result = result;
    this.source = source;
    this.display = display;
    this.stop = stop;
    this.showsNews = showsNews;
    this.output = output;
    this.isTemporary = isTemporary;
    this.began = began;
    this.nextRead = began;
    this.changedUntil = began;
    thread.setDaemon(true);
  }

  /** Begins to look. */
  void start() {
    thread.start();
  }

  private void run() {
    while (!ends) {
      try {
        look();
        if (display.isGone()) {
          ends = true;
          stop.request();
        }
      } catch (IOException | SQLException e) {
        // It is read anew; what is shown is what was known last.
        LOG.debug("The result cannot be read now", e);
      } catch (UsageException e) {
        tell(e.getMessage());
      }
      LockSupport.parkNanos((looksWithRows == 0 ? BETWEEN_FIRST_LOOKS : BETWEEN_LOOKS).toNanos());
    }
  }

  /** Says why the result cannot be shown, once; at the end it is the reason of the exit code. */
  private void tell(String reason) {
    if (!reason.equals(problem)) {
      System.err.printf("The result cannot be shown: %s%n", reason);
      problem = reason;
    }
  }

  private void look() throws IOException, SQLException {
    Progress now = source.read();
    long begin = System.nanoTime();
    boolean isNews =
        progress != null
            && (now.records() != progress.records() || now.deadLetters() != progress.deadLetters());
    if (isNews) {
      nextRead = begin;
      changedUntil = begin + UNTIL_REPORTED.toNanos();
    }
    progress = now;
    if (begin - nextRead >= 0) {
      nextRead = begin + BETWEEN_IDLE_LOOKS.toNanos();
      read();
      long end = System.nanoTime();
      long pause = end - changedUntil < 0 ? 0 : BETWEEN_IDLE_LOOKS.toNanos();
      long rest = looksWithRows < FIRST_LOOKS ? 0 : (end - begin) * TIMES_AS_LONG_IDLE;
      nextRead = end + Math.max(pause, rest);
      display.show(view());
    } else if (!showsNews && rows != null) {
      display.show(view());
    }
  }

  private void read() throws IOException, SQLException {
    int room = display.room();
    if (!result.isTail()) {
      rows = result.read(room);
    } else if (showsNews) {
      rows = result.news(room).orElse(null);
    } else {
      rows = result.newest(room);
    }
    looksWithRows += rows != null && rows.total() > 0 ? 1 : 0;
  }

  private View view() {
    return rows == null
        ? new View(null, 0, false, List.of())
        : new View(rows.table(), rows.total(), result.isTail(), status());
  }

  private List<String> status() {
    List<String> status = new ArrayList<>();
    if (progress != null) {
      String files =
          Optional.ofNullable(progress.filesRead())
              .map(read -> Screen.counted(read, "file") + ", ")
              .orElse("");
      String left =
          Optional.ofNullable(progress.filesLeft())
              .filter(number -> number > 0)
              .map(number -> String.format(", %,d left", number))
              .orElse("");
      status.add(
          String.format(
              "%s, %s, %s%s%s",
              Screen.counted(progress.records(), "record"),
              Screen.counted(progress.deadLetters(), "dead letter"),
              files,
              elapsed(),
              left));
      if (progress.deadLetters() > 0 && !(ends && isTemporary)) {
        status.add(
            "dead letters: bin/tailrace query \"SELECT * FROM dead_letters\" --output=" + output);
      }
    }
    return status;
  }

  private String elapsed() {
    Duration since = Duration.ofNanos(System.nanoTime() - began);
    if (since.toHours() > 0) {
      return String.format("%d h %02d min", since.toHours(), since.toMinutesPart());
    }
    return since.toMinutes() > 0
        ? String.format("%d min %02d s", since.toMinutes(), since.toSecondsPart())
        : since.toSeconds() + " s";
  }

  /** Shows the result as it is at the end. */
  @Override
  public void close() throws IOException, SQLException {
    ends = true;
    LockSupport.unpark(thread);
    try {
      thread.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    try {
      progress = source.read();
      read();
      display.end(view());
    } finally {
      display.close();
      result.close();
    }
  }
}
