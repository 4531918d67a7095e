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
 * @param columns what is shown, those of the key first
 */
public record Report(String name, List<Measure> measures, List<Column> columns)
    implements Serializable {

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

  /** An empty table of this report's measures. */
  public ReportTable newTable() {
    return new ReportTable(measures.stream().map(Measure::merge).toArray(Measure.Merge[]::new));
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

  /** A row of one of its tables. */
  public ReportRow row(ReportTable table, int row) {
    return new ReportRow(this, table, row);
  }

  /** The name of the column that shows {@link #RECORDS}. */
  public String recordsColumn() {
    return names(Column.Role.RECORDS);
  }

  /** The names of the key's columns, with commas between them. */
  public String keyColumns() {
    return names(Column.Role.KEY);
  }

  private String names(Column.Role role) {
    return columns.stream()
        .filter(column -> column.role() == role)
        .map(Column::name)
        .collect(Collectors.joining(", "));
  }
}
