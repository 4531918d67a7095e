package io.tailrace.table;

import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Tells which rows of a log are meant: {@code column = value} or {@code column != value}.
 *
 * @param log the log
 * @param column one of its columns
 * @param equal whether its value is to be equal, or not equal; nothing is neither
 * @param value as text
 */
public record RowCondition(LogTable log, String column, boolean equal, String value) {

  private static final Pattern FORM = Pattern.compile("\\s*([\\w-]+)\\s*(!?=)\\s*(.*?)\\s*");

  /**
   * Reads a condition; a value may stand in quotes.
   *
   * @throws IllegalArgumentException with what is expected, if it is none
   */
  public static RowCondition parse(LogTable log, String text) {
    List<String> columns = log.schema().getFields().stream().map(LogTable::column).toList();
    Matcher matcher = FORM.matcher(text);
    if (!matcher.matches() || matcher.group(3).isEmpty()) {
      throw new IllegalArgumentException(
          String.format("expected 'column = value' or 'column != value', not '%s'", text));
    }
    String column =
        columns.stream()
            .filter(matcher.group(1)::equalsIgnoreCase)
            .findFirst()
            .orElseThrow(
                () ->
                    new IllegalArgumentException(
                        String.format(
                            "there is no column '%s'; the columns are %s",
                            matcher.group(1), String.join(", ", columns))));
    String value = matcher.group(3).replaceFirst("^(['\"])(.*)\\1$", "$2");
    return new RowCondition(log, column, matcher.group(2).equals("="), value);
  }
}
