package io.tailrace.ledger;

import io.tailrace.report.Report;
import java.io.IOException;
import java.util.List;

/** The totals of a report in a simulation: few additions become a base. */
public final class SimulatedTotals {

  private final TotalsLog log;

  private SimulatedTotals(TotalsLog log) {
    this.log = log;
  }

  /**
   * @param additionsToBase so many additions become a base
   */
  public static SimulatedTotals of(Ledger ledger, Report report, int additionsToBase) {
    return new SimulatedTotals(ledger.totalsLog(report.name(), additionsToBase));
  }

  /** Adds the values of units. */
  public void add(List<UnitTable> values) throws IOException {
    log.add(values);
  }
}
