package io.tailrace.report;

import java.io.Serializable;
import java.util.List;
import java.util.stream.Collectors;

/**
 * What a report is: a small table with one row a key, replaced in place.
 *
 * <p>The first measure is always {@link #RECORDS}, the number of records behind a row: of two
 * states of a row, the one with more records is the newer.
 *
 * @param name the table's name in SQL
 * @param measures what is kept for each key, {@link #RECORDS} first
 * @param columns what is shown; those of the key tell each row from all others
 * @param expiry when its rows are dropped, or null: never
 */
public record Report(String name, List<Measure> measures, List<Column> columns, Expiry expiry)
    implements Serializable {

  /**
   * When rows are dropped.
   *
   * @param column the column that shows the time bucket
   * @param retention how long its buckets are kept
   */
  public record Expiry(Column column, Retention retention) implements Serializable {}

  /** The measure that every report begins with. */
  public static final Measure RECORDS = Measure.count("records");

  public Report {
    measures = List.copyOf(measures);
    columns = List.copyOf(columns);
    if (!measures.get(0).equals(RECORDS)) {
      throw new IllegalArgumentException(name + ": the first measure must be " + RECORDS);
    }
    if (columns.stream().filter(column -> column.role() == Column.Role.RECORDS).count() != 1) {
      throw new IllegalArgumentException(name + ": one column must show " + RECORDS);
    }
  }

  /** A report that keeps its rows for ever. */
  public Report(String name, List<Measure> measures, List<Column> columns) {
    this(name, measures, columns, null);
  }

  /** An empty table of this report's measures. */
  public ReportTable newTable() {
    return new ReportTable(measures.stream().map(Measure::merge).toArray(Measure.Merge[]::new))
        .keeping(expiry == null ? null : expiry.retention());
  }

  /**
   * The place of a measure in tables of this report.
   *
   * @throws IllegalArgumentException if there is none of this name
   */
  public int indexOf(String measure) {
    for (int i = 0; i < measures.size(); i++) {
      if (measures.get(i).name().equals(measure)) {
        return i;
      }
    }
    throw new IllegalArgumentException(name + " has no measure " + measure);
  }

  /**
   * Makes sure that what is kept exactly up to a limit is within it, which the columns of a row say
   * when they are computed.
   */
  public void requireShown(ReportTable table) {
    table
        .rowsBeyondLimits()
        .forEach(row -> columns.forEach(column -> column.value().of(row(table, row))));
  }

  /** A row of one of its tables. */
  public ReportRow row(ReportTable table, int row) {
    return new ReportRow(this, table, row);
  }

  /** The name of its table as a statement for the database has it. */
  public String sqlName() {
    return SqlName.of(name);
  }

  /** The columns that people see. */
  public List<Column> shownColumns() {
    return columns.stream().filter(column -> !column.isHidden()).toList();
  }

  /** The columns by which people see it sorted: those of the key, unless they cannot see them. */
  public List<Column> sortColumns() {
    List<Column> keys =
        shownColumns().stream().filter(column -> column.role() == Column.Role.KEY).toList();
    return keys.isEmpty() ? shownColumns() : keys;
  }

  /** The name of the column that shows {@link #RECORDS}, as a statement has it. */
  public String recordsColumn() {
    return names(columns.stream().filter(column -> column.role() == Column.Role.RECORDS).toList());
  }

  /** The names of the key's columns, as a statement has them, with commas between them. */
  public String keyColumns() {
    return names(columns.stream().filter(column -> column.role() == Column.Role.KEY).toList());
  }

  /** Names of columns, as a statement has them, with commas between them. */
  public static String names(List<Column> columns) {
    return columns.stream().map(Column::sqlName).collect(Collectors.joining(", "));
  }
}
