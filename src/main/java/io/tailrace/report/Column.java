package io.tailrace.report;

import java.io.Serializable;

/**
 * A column of a report as people see it.
 *
 * @param name its name in SQL
 * @param type its type in SQL
 * @param value its value, from a row
 * @param role what else it is
 */
public record Column(String name, Type type, Value value, Role role) implements Serializable {

  /** Separates the parts of a key; has no place in any of them. */
  private static final char PART_END = '\u001f';

  /** What a column is to its table. */
  public enum Role {
    /** All of these together are the key. */
    KEY,
    /** Shows {@link Report#RECORDS}. */
    RECORDS,
    /** Shows how many of the records are of some kind. */
    COUNT,
    OTHER
  }

  /** The types a report can show. */
  public enum Type {
    TEXT,
    /** A count, or an integer that is in the records as it is. */
    BIGINT,
    /** A sum of integers, which can have more digits than any of them. */
    HUGEINT,
    DOUBLE
  }

  /** Computes a column from a row. */
  @FunctionalInterface
  public interface Value extends Serializable {
    /**
     * @return a {@link String}, {@link Long} or {@link Double}, as the column's type says; of a
     *     {@link Type#HUGEINT} a {@link Long} or a {@link java.math.BigInteger}
     */
    Object of(ReportRow row);
  }

  /** A column that shows the key. */
  public static Column key(String name) {
    return new Column(name, Type.TEXT, ReportRow::key, Role.KEY);
  }

  /** A column that shows the key, which is an integer. */
  public static Column numericKey(String name) {
    return new Column(name, Type.BIGINT, row -> Long.valueOf(row.key()), Role.KEY);
  }

  /**
   * A column that shows a part of the key.
   *
   * @param part 0 for the first
   */
  public static Column keyPart(String name, int part) {
    return new Column(name, Type.TEXT, row -> part(row.key(), part), Role.KEY);
  }

  /** A key of several parts, none of which has control characters. */
  public static String keyOf(String... parts) {
    return String.join(String.valueOf(PART_END), parts);
  }

  private static String part(String key, int part) {
    int from = 0;
    for (int i = 0; i < part; i++) {
      from = key.indexOf(PART_END, from) + 1;
    }
    int to = key.indexOf(PART_END, from);
    return key.substring(from, to < 0 ? key.length() : to);
  }

  /** A column that shows {@link Report#RECORDS}, which each report has. */
  public static Column records(String name) {
    return new Column(name, Type.BIGINT, row -> row.measure(Report.RECORDS.name()), Role.RECORDS);
  }

  /** A column that shows the measure of its name, which is a sum. */
  public static Column sum(String name) {
    return new Column(name, Type.HUGEINT, row -> row.measure(name), Role.OTHER);
  }

  /** A column that shows the measure of its name, which counts records of some kind. */
  public static Column count(String name) {
    return new Column(name, Type.BIGINT, row -> row.measure(name), Role.COUNT);
  }

  /** A column that shows the measure of its name, which is a value that is in the records. */
  public static Column measure(String name) {
    return new Column(name, Type.BIGINT, row -> row.measure(name), Role.OTHER);
  }

  /** A column that is computed from the measures. */
  public static Column derived(String name, Type type, Value value) {
    return new Column(name, type, value, Role.OTHER);
  }
}
