package io.tailrace.report;

import java.io.Serializable;

/**
 * A column of a report as people see it.
 *
 * @param name its name in SQL
 * @param type its type in SQL
 * @param value its value, from the key and the measures of a row
 * @param records whether it shows {@link Report#RECORDS}
 */
public record Column(String name, Type type, Value value, boolean records) implements Serializable {

  /** The types a report can show. */
  public enum Type {
    TEXT,
    BIGINT,
    DOUBLE
  }

  /** Computes a column from a row. */
  @FunctionalInterface
  public interface Value extends Serializable {
    /**
     * @param key the row's key
     * @param measures the row's measures, in the order of {@link Report#measures()}
     * @return a {@link String}, {@link Long} or {@link Double}, as the column's type says
     */
    Object of(String key, long[] measures);
  }

  /** A column that shows the key. */
  public static Column key(String name) {
    return new Column(name, Type.TEXT, (key, measures) -> key, false);
  }

  /** A column that shows the key, which is an integer. */
  public static Column numericKey(String name) {
    return new Column(name, Type.BIGINT, (key, measures) -> Long.valueOf(key), false);
  }

  /** A column that shows {@link Report#RECORDS}, which each report has. */
  public static Column records(String name) {
    return new Column(name, Type.BIGINT, (key, measures) -> measures[0], true);
  }

  /** A column that shows the measure of an index. */
  public static Column measure(String name, int index) {
    return new Column(name, Type.BIGINT, (key, measures) -> measures[index], false);
  }

  /** A column that is computed from the measures. */
  public static Column derived(String name, Type type, Value value) {
    return new Column(name, type, value, false);
  }
}
