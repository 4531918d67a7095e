package io.tailrace;

import io.tailrace.options.UsageException;
import java.util.List;

/** What is logged to standard error: {@code --logLevel=error|warn|info|debug|trace}. */
final class LogLevel {

  private static final String OPTION = "--logLevel";
  private static final List<String> LEVELS = List.of("error", "warn", "info", "debug", "trace");

  private LogLevel() {}

  /** Whether a word of a command line sets the level. */
  static boolean isIn(String word) {
    return word.equals(OPTION) || word.startsWith(OPTION + "=");
  }

  /**
   * Sets the level that a command line names last, if there is one. To be called before anything is
   * logged: the logger reads its level once.
   *
   * @throws UsageException if it is none
   */
  static void set(List<String> words) {
    words.stream()
        .filter(LogLevel::isIn)
        .reduce((former, latter) -> latter)
        .ifPresent(
            word -> {
              String level = word.substring(Math.min(word.length(), OPTION.length() + 1));
              if (!LEVELS.contains(level)) {
                throw new UsageException(
                    String.format(
                        "%s: '%s' cannot be used; it is %s or %s",
                        OPTION,
                        level,
                        String.join(", ", LEVELS.subList(0, LEVELS.size() - 1)),
                        LEVELS.get(LEVELS.size() - 1)));
              }
              System.setProperty("org.slf4j.simpleLogger.defaultLogLevel", level);
            });
  }
}
