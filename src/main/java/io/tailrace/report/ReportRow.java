package io.tailrace.report;

import java.util.OptionalLong;

/**
 * A row of a report, from which its columns are computed.
 *
 * <p>It shows its table as that is when it is asked.
 */
public final class ReportRow {

  private final Report report;
  private final ReportTable table;
  private final int row;

  ReportRow(Report report, ReportTable table, int row) {
    this.report = report;
    this.table = table;
    this.row = row;
  }

  /** Copies the row to another table of its report, which does not have it. */
  void copyTo(ReportTable other) {
    other.copyRow(table, row);
  }

  /** The row's key. */
  public String key() {
    return table.key(row);
  }

  /**
   * A measure of the row that is an integer.
   *
   * @return a {@link Long}, or a {@link java.math.BigInteger} if it is no long
   * @throws IllegalArgumentException if the report has no measure of this name
   */
  public Number measure(String name) {
    return table.number(row, report.indexOf(name));
  }

  /** A measure of the row that is a sum of doubles. */
  public double doubleMeasure(String name) {
    return table.doubleValue(row, report.indexOf(name));
  }

  /** A measure of the row that is the least or greatest byte string, or null: there was none. */
  public byte[] bytesMeasure(String name) {
    return table.bytes(row, report.indexOf(name));
  }

  /**
   * A measure of the row that is how many different values there are.
   *
   * @return nothing if there are more than {@link ReportTable#MOST_DISTINCT_VALUES}
   */
  public OptionalLong distinctValues(String name) {
    return table.distinctValues(row, report.indexOf(name));
  }

  /** A measure of the row that is about how many different values there are. */
  public long estimatedDistinctValues(String name) {
    return table.estimatedDistinctValues(row, report.indexOf(name));
  }

  /**
   * The value of a quantile of a measure of the row that is of a sketch.
   *
   * @param share from 0 to 1
   * @return nothing if there are no values
   */
  public OptionalLong quantile(String name, double share) {
    return table.quantile(row, report.indexOf(name), share);
  }

  /** A measure of the row that is the moments of numbers. */
  public Moments moments(String name) {
    return table.moments(row, report.indexOf(name));
  }
}
