package io.tailrace.ledger;

import io.tailrace.format.SqlType;
import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.Serializable;
import java.util.List;
import java.util.Optional;

/**
 * What a report is made of. Columns are computed from measures, so another version may have others;
 * the measures are what totals keep.
 *
 * @param name the report
 * @param measures what is kept for each key
 * @param columns what is shown
 */
public record ReportShape(String name, List<Measure> measures, List<ShownColumn> columns)
    implements Serializable {

  /**
   * A column.
   *
   * @param name its name
   * @param type the type of its values as DuckDB writes it; but TEXT, as it was once, for VARCHAR
   * @param role what it is for
   */
  public record ShownColumn(String name, String type, Column.Role role) implements Serializable {

    private static ShownColumn of(Column column) {
      String type = column.type().equals(SqlType.VARCHAR) ? "TEXT" : column.type().toString();
      return new ShownColumn(column.name(), type, column.role());
    }
  }

  public ReportShape {
    measures = List.copyOf(measures);
    columns = List.copyOf(columns);
  }

  /** The shape of a report. */
  static ReportShape of(Report report) {
    return new ReportShape(
        report.name(), report.measures(), report.columns().stream().map(ShownColumn::of).toList());
  }

  /**
   * What cannot be computed of another shape from tables of this one: they have numbers without
   * names. Columns are computed from measures, so they may change.
   *
   * @return how it was computed, in words that follow "was computed", or nothing
   */
  Optional<String> changeTo(ReportShape other) {
    List<Measure> gone = without(measures, other.measures);
    List<Measure> added = without(other.measures, measures);
    if (!gone.isEmpty()) {
      String instead = added.isEmpty() ? "" : ", not with " + added.get(0);
      return Optional.of("with " + gone.get(0) + instead);
    }
    if (!added.isEmpty()) {
      return Optional.of("without " + added.get(0));
    }
    for (int i = 0; i < measures.size(); i++) {
      if (!measures.get(i).isSameAs(other.measures.get(i))) {
        return Optional.of("with " + measures.get(i) + " before " + other.measures.get(i));
      }
    }
    return Optional.empty();
  }

  private static List<Measure> without(List<Measure> all, List<Measure> others) {
    return all.stream().filter(measure -> others.stream().noneMatch(measure::isSameAs)).toList();
  }

  /** An empty table of its measures. */
  ReportTable newTable() {
    return new ReportTable(measures.stream().map(Measure::merge).toArray(Measure.Merge[]::new));
  }
}
