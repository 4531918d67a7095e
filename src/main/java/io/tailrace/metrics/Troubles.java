package io.tailrace.metrics;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.helpers.MessageFormatter;

/**
 * The troubles of this process: what it has warned of and tries again, until that works.
 *
 * <p>Safe for use by many threads.
 */
public final class Troubles {

  /** So many are remembered that are not over. */
  private static final int MOST_OPEN = 1_000;

  /** Those that are not over, by the things that do not work, the newest last. */
  private static final Map<String, Trouble> OPEN = new LinkedHashMap<>();

  private static volatile boolean isAnyOpen;

  /** The one that ended last. */
  private static Trouble over;

  private Troubles() {}

  /**
   * Logs a warning, and remembers it as the newest trouble.
   *
   * @param thing what does not work: a later call replaces what this one has said of it
   * @param pattern the message, with {@code {}} for each of the arguments
   */
  public static void warn(Logger log, String thing, String pattern, Object... arguments) {
    String message = MessageFormatter.basicArrayFormat(pattern, arguments);
    log.warn(message);
    Trouble trouble = new Trouble(now(), message.strip().replaceAll("\\s*\\R\\s*", " "), null);
    synchronized (OPEN) {
      OPEN.remove(thing);
      OPEN.put(thing, trouble);
      if (OPEN.size() > MOST_OPEN) {
        OPEN.remove(OPEN.keySet().iterator().next());
      }
      isAnyOpen = true;
    }
  }

  /** Notes that something works, if it did not. Costs nothing where there is no trouble. */
  public static void over(String thing) {
    if (!isAnyOpen) {
      return;
    }
    synchronized (OPEN) {
      Trouble ended = OPEN.remove(thing);
      if (ended != null) {
        over = new Trouble(ended.at(), ended.error(), now());
        isAnyOpen = !OPEN.isEmpty();
      }
    }
  }

  /** The newest that is not over, or else the one that ended last. */
  public static Optional<Trouble> newest() {
    synchronized (OPEN) {
      return OPEN.values().stream()
          .reduce((former, latter) -> latter)
          .or(() -> Optional.ofNullable(over));
    }
  }

  private static String now() {
    return Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
  }
}
