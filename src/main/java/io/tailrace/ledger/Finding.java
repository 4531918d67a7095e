package io.tailrace.ledger;

import java.util.Locale;

/**
 * A line about an output that was checked.
 *
 * @param severity what it means
 * @param text what was found, what it means and what the remedy is
 */
public record Finding(Severity severity, String text) {

  /** What a finding means. */
  public enum Severity {
    /** An answer lacks something, or is refused. */
    PROBLEM,
    /** Damage that something else makes good. */
    HARMLESS,
    /** Files that do not belong to the output. */
    FOREIGN
  }

  /** A finding that an answer lacks something, or is refused. */
  public static Finding problem(String text) {
    return new Finding(Severity.PROBLEM, text);
  }

  static Finding harmless(String text) {
    return new Finding(Severity.HARMLESS, text);
  }

  static Finding foreign(String text) {
    return new Finding(Severity.FOREIGN, text);
  }

  /** Whether it is a problem. */
  public boolean isProblem() {
    return severity == Severity.PROBLEM;
  }

  @Override
  public String toString() {
    return severity.name().toLowerCase(Locale.ROOT) + ": " + text;
  }
}
