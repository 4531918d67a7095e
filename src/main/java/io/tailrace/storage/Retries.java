package io.tailrace.storage;

import io.tailrace.metrics.Retrying;
import io.tailrace.metrics.Troubles;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Asks a server, or a full disk, again as long as it does not answer, and says so now and then.
 *
 * <p>Safe for use by many threads; they share one voice.
 */
final class Retries {

  /** Asks a server for something. */
  @FunctionalInterface
  interface Request<T> {
    T send() throws IOException;
  }

  private static final Logger LOG = LoggerFactory.getLogger(Retries.class);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(3);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration BETWEEN_WORDS = Duration.ofSeconds(5);
  private static final Duration WITHOUT_A_WORD = Duration.ofSeconds(2);

  /** Longer would be waiting for a server that is not there at all. */
  private static final Duration AT_START = Duration.ofSeconds(10);

  private final String trouble;
  private final String end;
  private final Predicate<IOException> passes;

  /** When the server was first found not to answer, or 0. */
  private long silentSince;

  private long lastWord;

  /**
   * @param server its name, for people
   * @param passes whether a failure is one that asking again may mend
   */
  Retries(String server, Predicate<IOException> passes) {
    this(server + " does not answer", server + " answers again", passes);
  }

  /**
   * @param trouble what is wrong, for people
   * @param end what to say when it is over
   * @param passes whether a failure is one that asking again may mend
   */
  Retries(String trouble, String end, Predicate<IOException> passes) {
    this.trouble = trouble;
    this.end = end;
    this.passes = passes;
  }

  /** Sends a request until the server answers. */
  <T> T untilAnswered(Request<T> request) throws IOException {
    return send(request, passes, Long.MAX_VALUE);
  }

  /** Sends a request for some seconds at most, and not again if the user has to mend something. */
  <T> T atStart(Request<T> request) throws IOException {
    return send(
        request,
        failure -> passes.test(failure) && !(failure instanceof UnusableStorageException),
        AT_START.toMillis());
  }

  private <T> T send(Request<T> request, Predicate<IOException> passes, long patienceMillis)
      throws IOException {
    long began = System.nanoTime();
    long pause = FIRST_PAUSE.toMillis();
    try (Retrying retrying = Retrying.of(Retrying.Work.STORAGE)) {
      while (true) {
        try {
          T answer = request.send();
          answered();
          return answer;
        } catch (IOException e) {
          if (Thread.currentThread().isInterrupted()) {
            throw interrupted(e);
          }
          if (!passes.test(e)) {
            // A refusal is an answer, too.
            answered();
            throw e;
          }
          if ((System.nanoTime() - began) / 1_000_000 > patienceMillis) {
            throw e;
          }
          silent(e);
          retrying.failed();
        }
        try {
          // Not all at once when the server is back.
          Thread.sleep(pause / 2 + ThreadLocalRandom.current().nextLong(pause / 2 + 1));
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          throw interrupted(e);
        }
        pause = Math.min(2 * pause, LONGEST_PAUSE.toMillis());
      }
    }
  }

  private static IOException interrupted(Exception cause) {
    return (IOException) new InterruptedIOException("Interrupted").initCause(cause);
  }

  private synchronized void silent(IOException e) {
    long now = System.nanoTime();
    if (silentSince == 0) {
      silentSince = now;
      lastWord = now - BETWEEN_WORDS.plus(BETWEEN_WORDS).toNanos();
    }
    if (now - silentSince >= WITHOUT_A_WORD.toNanos()
        && now - lastWord >= BETWEEN_WORDS.toNanos()) {
      lastWord = now;
      Troubles.warn(
          LOG, trouble, "{}; trying again since {} s: {}", trouble, silent(now), reason(e));
    }
  }

  private synchronized void answered() {
    if (silentSince != 0) {
      long now = System.nanoTime();
      if (lastWord >= silentSince) {
        LOG.warn("{}, after {} s", end, silent(now));
        Troubles.over(trouble);
      }
      silentSince = 0;
    }
  }

  private long silent(long now) {
    return (now - silentSince) / 1_000_000_000;
  }

  /** The message of the failure, or of what caused it, without a stack trace of the server's. */
  static String reason(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    String message = root.getMessage() == null ? root.toString() : root.getMessage();
    return message.lines().findFirst().orElse(message);
  }
}
