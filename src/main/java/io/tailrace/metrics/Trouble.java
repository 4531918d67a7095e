package io.tailrace.metrics;

import com.fasterxml.jackson.annotation.JsonInclude;

/**
 * Something that a run waits for or could not read.
 *
 * @param at when that was said last, as ISO 8601 has it
 * @param error what was said, in one line
 * @param over when it worked again, as ISO 8601 has it, or null
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Trouble(String at, String error, String over) {

  /** One line for people. */
  public String toLine() {
    return at + " " + error + (over == null ? "" : " (over since " + over + ")");
  }
}
