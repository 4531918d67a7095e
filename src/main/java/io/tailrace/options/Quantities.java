package io.tailrace.options;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads the durations and sizes of the command line: {@code 500ms}, {@code 30d}, {@code 32MB}. */
public final class Quantities {

  private static final Pattern NUMBER_AND_UNIT = Pattern.compile("([0-9]{1,15})\\s*([A-Za-z]*)");

  private static final Map<String, Long> MILLIS =
      Map.of("ms", 1L, "s", 1_000L, "m", 60_000L, "h", 3_600_000L, "d", 86_400_000L);

  private static final Map<String, Long> BYTES =
      Map.of("", 1L, "b", 1L, "kb", 1L << 10, "mb", 1L << 20, "gb", 1L << 30);

  private Quantities() {}

  /**
   * Reads a duration with its unit ({@code ms}, {@code s}, {@code m}, {@code h} or {@code d}).
   *
   * @throws UsageException naming the option, if the text is no such duration
   */
  public static Duration duration(String option, String text) {
    return Duration.ofMillis(
        parse(option, text, MILLIS, "a duration such as 500ms, 2s, 5m, 1h or 30d", false));
  }

  /**
   * Reads a number of bytes with an optional unit ({@code B}, {@code KB}, {@code MB}, {@code GB};
   * powers of 1024), at least 1.
   *
   * @throws UsageException naming the option, if the text is no such size
   */
  public static long bytes(String option, String text) {
    return parse(option, text, BYTES, "a size such as 65536, 512KB, 32MB or 1GB", true);
  }

  private static long parse(
      String option, String text, Map<String, Long> units, String expected, boolean positive) {
    Matcher matcher = NUMBER_AND_UNIT.matcher(text == null ? "" : text.trim());
    if (matcher.matches()) {
      long number = Long.parseLong(matcher.group(1));
      Long unit = units.get(matcher.group(2).toLowerCase(java.util.Locale.ROOT));
      if (unit != null && (number > 0 || !positive) && number <= Long.MAX_VALUE / unit) {
        return number * unit;
      }
    }
    throw new UsageException(
        String.format("--%s: '%s' cannot be used; give %s", option, text, expected));
  }
}
