package io.tailrace.run;

import io.tailrace.feed.SourceCleaning;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A thread that moves or deletes files that were read, as long as a run watches its input. */
final class InputCleaner {

  private static final Logger LOG = LoggerFactory.getLogger(InputCleaner.class);
  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  /** What a file may take that it is at when the run ends. */
  private static final long END_MILLIS = 2_000;

  private final SourceCleaning cleaning;
  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread thread = new Thread(this::work, "clean-source");
  private int failures;

  private InputCleaner(SourceCleaning cleaning) {
    this.cleaning = cleaning;
  }

  /** Starts one. */
  static InputCleaner start(SourceCleaning cleaning) {
    InputCleaner cleaner = new InputCleaner(cleaning);
    cleaner.thread.setDaemon(true);
    cleaner.thread.start();
    return cleaner;
  }

  /** Does once what can be done now. */
  static void once(SourceCleaning cleaning) {
    new InputCleaner(cleaning).clean();
  }

  private void work() {
    try {
      long pauseMillis = 0;
      while (!ended.await(pauseMillis, TimeUnit.MILLISECONDS)) {
        pauseMillis = clean();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private long clean() {
    try {
      long pauseMillis = cleaning.clean(System.currentTimeMillis());
      failures = 0;
      return pauseMillis;
    } catch (IOException | RuntimeException e) {
      LOG.warn("Files that were read cannot be moved or deleted yet: {}", reason(e));
      return Math.min(LONGEST_PAUSE_MILLIS, 1_000L << Math.min(failures++, 6));
    }
  }

  private static String reason(Exception e) {
    if (e instanceof AccessDeniedException) {
      return e.getMessage() + ": permission is denied";
    }
    return e instanceof FileAlreadyExistsException
        ? e.getMessage() + ": it is a file, where a folder is needed"
        : e.getMessage();
  }

  /** Ends it, and waits for the file that it is at. */
  void end() throws InterruptedException {
    cleaning.stop();
    ended.countDown();
    thread.join(END_MILLIS);
  }
}
