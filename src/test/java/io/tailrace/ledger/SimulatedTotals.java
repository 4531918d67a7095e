package io.tailrace.ledger;

import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The totals of a report in a simulation: few additions become a base, and few rows a part. */
public final class SimulatedTotals {

  private final ReportTotals totals;
  private final OpenLogs logs;
  private final Part whole;

  private SimulatedTotals(Ledger ledger, ReportTotals totals, Part whole) {
    this.totals = totals;
    this.logs = new OpenLogs(ledger);
    this.whole = whole;
  }

  /**
   * @param additionsToBase so many additions become a base
   * @param partRows a part with more rows is split
   */
  public static SimulatedTotals of(
      Ledger ledger, Report report, int additionsToBase, int partRows) {
    return new SimulatedTotals(
        ledger,
        ledger.reportTotals(report.name(), new ReportTotals.Limits(additionsToBase, partRows)),
        Part.whole(report.name()));
  }

  /**
   * Adds the values of units, some to the parts that are known, others to whatever parts there are.
   */
  public void add(List<UnitTable> values) throws IOException {
    Map<Part, List<UnitTable>> ofParts = new LinkedHashMap<>();
    for (UnitTable value : values) {
      ReportTable table = value.table();
      List<Part> parts = value.unit() % 2 == 0 ? List.of(whole) : totals.prepareFor(table);
      for (Part part : parts) {
        if (value.unit() == Unit.FOLDED.number() || part.concerns(table.slots())) {
          ofParts
              .computeIfAbsent(part, each -> new ArrayList<>())
              .addAll(UnitTable.of(value.unit(), table, List.of(part)));
        }
      }
    }
    for (Map.Entry<Part, List<UnitTable>> part : ofParts.entrySet()) {
      totals.add(part.getKey(), part.getValue(), logs, true, rows -> {});
    }
  }
}
