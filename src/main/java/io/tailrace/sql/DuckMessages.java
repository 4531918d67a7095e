package io.tailrace.sql;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** Says what DuckDB says of a statement, in our words where we have any. */
final class DuckMessages {

  private DuckMessages() {}

  /**
   * The message of an error.
   *
   * @param error the error as JSON
   */
  static String of(JsonNode error) {
    String name = error.path("name").asText();
    List<String> candidates =
        Arrays.stream(error.path("candidates").asText().split(","))
            .map(String::strip)
            .filter(candidate -> !candidate.isEmpty())
            .toList();
    String type = error.path("type").asText();
    return switch (error.path("error_subtype").asText()) {
      case "COLUMN_NOT_FOUND" ->
          "column '" + name + "' does not exist" + Suggestion.of(name, candidates);
      case "MISSING_ENTRY" ->
          (type.endsWith("Function") ? "function" : type.toLowerCase(Locale.ROOT))
              + " '"
              + name
              + "' does not exist"
              + Suggestion.closest(name, candidates);
      default -> firstLine(error.path("exception_message").asText());
    };
  }

  static String firstLine(String message) {
    return message.lines().findFirst().orElse(message);
  }
}
