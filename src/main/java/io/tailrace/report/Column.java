package io.tailrace.report;

import io.tailrace.format.SqlType;
import java.io.Serializable;

/**
 * A column of a report as people see it.
 *
 * @param name its name in SQL
 * @param type its type in SQL
 * @param value its value, from a row
 * @param role what else it is
 */
public record Column(String name, SqlType type, Value value, Role role) implements Serializable {

  /** Separates the parts of a key; has no place in any of them. */
  private static final char PART_END = '\u001f';

  /** The name of a column that {@link #hiddenKey} makes. */
  private static final String HIDDEN_KEY = "_key";

  /** The name of a column that {@link #hiddenRecords} makes. */
  private static final String HIDDEN_RECORDS = "_records";

  /** What a column is to its table. */
  public enum Role {
    /** All of these together are the key. */
    KEY,
    /** Shows a part of a key that is hidden: some part can be NULL, or is not shown. */
    PART,
    /** Shows {@link Report#RECORDS}. */
    RECORDS,
    /** Shows a count, of records of some kind or of different values. */
    COUNT,
    OTHER
  }

  /** Computes a column from a row. */
  @FunctionalInterface
  public interface Value extends Serializable {
    /**
     * @return null, or as the column's type says: a {@link Boolean}, {@link Integer}, {@link Long},
     *     {@link java.math.BigDecimal} (of the type's scale), {@link Double}, {@link String},
     *     {@link java.time.LocalDate}, or, for a TIMESTAMP, a {@link java.time.LocalDateTime} in
     *     UTC; of a HUGEINT a {@link Long} or a {@link java.math.BigInteger}
     * @throws io.tailrace.options.UsageException if the row has no value of the column
     */
    Object of(ReportRow row);
  }

  /**
   * The key of a report whose other columns do not tell rows from each other: parts of the key can
   * be NULL, are not shown, or there is none. The database needs it; people do not see it.
   */
  public static Column hiddenKey() {
    return key(HIDDEN_KEY);
  }

  /** {@link Report#RECORDS} of a report that does not show it. As {@link #hiddenKey}. */
  public static Column hiddenRecords() {
    return records(HIDDEN_RECORDS);
  }

  /** Whether the column is in the database alone, and nobody is shown it. */
  public boolean isHidden() {
    return role == Role.KEY && name.equals(HIDDEN_KEY)
        || role == Role.RECORDS && name.equals(HIDDEN_RECORDS);
  }

  /** Whether a name is that of a column which people do not see, so that no other can have it. */
  public static boolean isHiddenName(String name) {
    return name.equalsIgnoreCase(HIDDEN_KEY) || name.equalsIgnoreCase(HIDDEN_RECORDS);
  }

  /** The name as a statement for the database has it. */
  public String sqlName() {
    return SqlName.of(name);
  }

  /** A column that shows the key. */
  public static Column key(String name) {
    return new Column(name, SqlType.VARCHAR, ReportRow::key, Role.KEY);
  }

  /** A column that shows the key, which is an integer. */
  public static Column numericKey(String name) {
    return new Column(name, SqlType.BIGINT, row -> Long.valueOf(row.key()), Role.KEY);
  }

  /**
   * A column that shows a part of the key.
   *
   * @param part 0 for the first
   */
  public static Column keyPart(String name, int part) {
    return new Column(name, SqlType.VARCHAR, row -> part(row.key(), part), Role.KEY);
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

  /** A key with another part instead of one of its own. */
  static String withPart(String key, int part, String other) {
    String[] parts = key.split(String.valueOf(PART_END), -1);
    parts[part] = other;
    return keyOf(parts);
  }

  /** Where the part of a key ends that begins at a place of {@code bytes[from, to)}. */
  static int endOfPart(byte[] bytes, int from, int to) {
    int end = from;
    while (end < to && bytes[end] != PART_END) {
      end++;
    }
    return end;
  }

  /** A column that shows {@link Report#RECORDS}, which each report has. */
  public static Column records(String name) {
    return new Column(
        name, SqlType.BIGINT, row -> row.measure(Report.RECORDS.name()), Role.RECORDS);
  }

  /** A column that shows the measure of its name, which is a sum. */
  public static Column sum(String name) {
    return new Column(name, SqlType.HUGEINT, row -> row.measure(name), Role.OTHER);
  }

  /** A column that shows the measure of its name, which counts records of some kind. */
  public static Column count(String name) {
    return new Column(name, SqlType.BIGINT, row -> row.measure(name), Role.COUNT);
  }

  /** A column that shows the measure of its name, which is a value that is in the records. */
  public static Column measure(String name) {
    return new Column(name, SqlType.BIGINT, row -> row.measure(name), Role.OTHER);
  }

  /** A column that is computed from the measures. */
  public static Column derived(String name, SqlType type, Value value) {
    return new Column(name, type, value, Role.OTHER);
  }
}
