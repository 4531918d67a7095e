package io.tailrace.report;

import java.io.Serializable;
import java.util.List;

/**
 * Conditions on the rows of a report with a time bucket, of which is told when they begin and cease
 * to hold.
 *
 * @param report the report; its rows of one bucket are of different series
 * @param clock a report with the latest time of each bucket, of the same records, in its first
 *     column: a {@link java.time.LocalDateTime} or a {@link java.time.LocalDate}
 * @param bucket where the bucket is in keys of the report
 * @param length from the beginning of a bucket to that of the next one
 * @param key the columns that tell series from each other
 * @param measures what else is shown of a row
 * @param all the conditions
 */
public record Conditions(
    Report report,
    Report clock,
    BucketKey bucket,
    Span length,
    List<Column> key,
    List<Column> measures,
    List<Condition> all)
    implements Serializable {

  public Conditions {
    key = List.copyOf(key);
    measures = List.copyOf(measures);
    all = List.copyOf(all);
  }

  /**
   * A condition.
   *
   * @param name what it is called
   * @param text the condition as it is written
   * @param duration how long it must hold
   * @param holds whether a row meets it: a {@link Boolean}, or null, which is no
   */
  public record Condition(String name, String text, Span duration, Column.Value holds)
      implements Serializable {}
}
