package io.tailrace.report;

import java.math.BigDecimal;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;

/**
 * The first rows of a report in the order that people see, chosen from parts that are given one
 * after another. Memory is bounded by the number of rows that are wanted.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class FirstRows {

  private final Report report;
  private final int limit;
  private final List<Column> sortColumns;
  private ReportTable first;
  private long total;

  /**
   * @param limit how many rows are wanted at most
   */
  public FirstRows(Report report, int limit) {
    this.report = report;
    this.limit = limit;
    this.sortColumns = report.sortColumns();
    this.first = report.newTable();
  }

  /** Chooses among the rows of another part, too. */
  public void add(ReportTable part) {
    total += part.size();
    firstOf(part).forEach(row -> row.copyTo(first));
    ReportTable chosen = report.newTable();
    rows().forEach(row -> row.copyTo(chosen));
    first = chosen;
  }

  /** The rows, in their order. */
  public List<ReportRow> rows() {
    return firstOf(first);
  }

  /** How many rows there were in all. */
  public long total() {
    return total;
  }

  private List<ReportRow> firstOf(ReportTable table) {
    Comparator<ReportRow> order = this::compare;
    // The last of the rows so far is at its head.
    PriorityQueue<ReportRow> chosen = new PriorityQueue<>(order.reversed());
    for (int row = 0; row < table.size(); row++) {
      ReportRow candidate = report.row(table, row);
      if (chosen.size() == limit && order.compare(candidate, chosen.element()) < 0) {
        chosen.remove();
      }
      if (chosen.size() < limit) {
        chosen.add(candidate);
      }
    }
    List<ReportRow> sorted = new ArrayList<>(chosen);
    sorted.sort(order);
    return sorted;
  }

  private int compare(ReportRow one, ReportRow other) {
    for (Column column : sortColumns) {
      int order = compareValues(column.value().of(one), column.value().of(other));
      if (order != 0) {
        return order;
      }
    }
    return 0;
  }

  /** Compares values of a column; NULLs are last. */
  @SuppressWarnings("unchecked")
  private static int compareValues(Object one, Object other) {
    if (one == null || other == null) {
      return Boolean.compare(one == null, other == null);
    }
    // The values of a HUGEINT can be of both classes.
    return one.getClass() == other.getClass()
        ? ((Comparable<Object>) one).compareTo(other)
        : new BigDecimal(one.toString()).compareTo(new BigDecimal(other.toString()));
  }
}
