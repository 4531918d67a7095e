package io.tailrace.format;

import java.io.Serializable;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * How CSV is written.
 *
 * <p>The first {@link #skippedLines()} lines of a file are no records. A {@link CsvFields} sees
 * records alone and knows nothing of them: the feed leaves them out, in the slice of a file that
 * begins at byte 0. Messages of a topic have no such lines.
 *
 * @param delimiter what is between fields, a character of ASCII
 * @param quote what is around a field that has delimiters or quotes, a character of ASCII, or
 *     {@link #NONE}
 * @param escape what makes a quote in quotes a part of the field; the quote itself where two of
 *     them are one
 * @param nullText what is NULL where it is not in quotes; the empty text for nothing at all
 * @param header whether a line with the names of columns comes before the records
 * @param skip how many lines come before that
 * @param trim whether spaces and tabs around a value that is not in quotes are none of its own
 */
public record CsvSettings(
    char delimiter,
    char quote,
    char escape,
    String nullText,
    boolean header,
    int skip,
    boolean trim)
    implements Serializable {

  /** In the place of a quote: there is none, and each delimiter ends a field. */
  public static final char NONE = 0;

  /** RFC 4180: commas and double quotes, records from the first line on. */
  public static final CsvSettings RFC_4180 = new CsvSettings(',', '"', '"', "", false, 0, false);

  private static final List<String> KEYS =
      List.of("delimiter", "delim", "quote", "escape", "nullstr", "null", "header", "skip", "trim");

  public CsvSettings {
    if (delimiter == quote || delimiter == escape || delimiter == NONE || isLineEnd(delimiter)) {
      throw new IllegalArgumentException(
          "the delimiter is another character than quote and escape, and no end of a line");
    }
    if (isLineEnd(quote) || isLineEnd(escape)) {
      throw new IllegalArgumentException("neither quote nor escape is an end of a line");
    }
    if (nullText.indexOf(delimiter) >= 0) {
      throw new IllegalArgumentException("the null text has no delimiter in it");
    }
    if (skip < 0) {
      throw new IllegalArgumentException("skip: give a number from 0");
    }
  }

  /**
   * Reads properties of a table.
   *
   * @param properties {@code delimiter} or {@code delim}, {@code quote}, {@code escape}, {@code
   *     nullstr} or {@code null}, {@code header}, {@code skip} and {@code trim}; what is not there
   *     is as in {@link #RFC_4180}
   * @throws PropertyException if one is unknown or cannot be used
   * @throws IllegalArgumentException if two do not go together
   */
  public static CsvSettings of(Map<String, String> properties) {
    Map<String, String> rest = new HashMap<>(properties);
    rest.keySet().removeAll(KEYS);
    if (!rest.isEmpty()) {
      String unknown = rest.keySet().stream().sorted().findFirst().orElseThrow();
      throw new PropertyException(
          unknown,
          String.format(
              "csv has no property '%s'; there are %s", unknown, String.join(", ", KEYS)));
    }
    char quote = character("quote", properties.getOrDefault("quote", "\""));
    char escape =
        properties.containsKey("escape") ? character("escape", properties.get("escape")) : quote;
    return new CsvSettings(
        character(
            properties.containsKey("delim") ? "delim" : "delimiter",
            either(properties, "delimiter", "delim", ",")),
        quote,
        escape == NONE ? quote : escape,
        either(properties, "nullstr", "null", ""),
        truth("header", properties.getOrDefault("header", "false")),
        number("skip", properties.getOrDefault("skip", "0")),
        truth("trim", properties.getOrDefault("trim", "false")));
  }

  private static boolean isLineEnd(char c) {
    return c == '\n' || c == '\r';
  }

  private static String either(
      Map<String, String> properties, String name, String other, String otherwise) {
    if (properties.containsKey(name) && properties.containsKey(other)) {
      throw new PropertyException(
          other, String.format("%s and %s are the same; give one", name, other));
    }
    return properties.getOrDefault(name, properties.getOrDefault(other, otherwise));
  }

  /** A tab may be written as people write it. */
  private static char character(String name, String value) {
    if (value.equals("\\t")) {
      return '\t';
    }
    if (value.isEmpty() && !name.startsWith("delim")) {
      return NONE;
    }
    if (value.length() != 1 || !StandardCharsets.US_ASCII.newEncoder().canEncode(value)) {
      throw new PropertyException(
          name, String.format("%s: give one character of ASCII, not '%s'", name, value));
    }
    return value.charAt(0);
  }

  private static boolean truth(String name, String value) {
    if (!value.equalsIgnoreCase("true") && !value.equalsIgnoreCase("false")) {
      throw new PropertyException(
          name, String.format("%s: give true or false, not '%s'", name, value));
    }
    return Boolean.parseBoolean(value);
  }

  private static int number(String name, String value) {
    if (!value.matches("\\d{1,9}")) {
      throw new PropertyException(
          name, String.format("%s: give a number from 0, not '%s'", name, value));
    }
    return Integer.parseInt(value);
  }

  /** How many lines of a file come before its first record. */
  public int skippedLines() {
    return skip + (header ? 1 : 0);
  }
}
