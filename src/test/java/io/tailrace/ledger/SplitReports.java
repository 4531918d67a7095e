package io.tailrace.ledger;

import io.tailrace.report.Report;
import io.tailrace.storage.Folder;
import java.io.IOException;

/** Splits reports that are too small for that, also while a run of another process adds to them. */
public final class SplitReports {

  private SplitReports() {}

  /**
   * Splits all reports of an output that has been used.
   *
   * @param parts how many parts come of a report, a power of two
   */
  public static void of(Folder output, int parts) throws IOException {
    for (ReportShape report : Ledger.of(output).reports()) {
      split(output, report, parts);
    }
  }

  /** Splits a report of an output that was not used yet. */
  public static void inNew(Folder output, Report report, int parts) throws IOException {
    split(output, ReportShape.of(report), parts);
  }

  private static void split(Folder output, ReportShape report, int parts) throws IOException {
    TotalsLog log = Ledger.of(output).totalsLog(report.name());
    while (!log.split(report.newTable(), Integer.numberOfTrailingZeros(parts))) {
      // The run has added something meanwhile.
      log.totals(report.newTable());
    }
  }

  /** How many parts a report has. */
  public static int count(Folder output, String report) throws IOException {
    return Ledger.of(output).reportTotals(report).leaves().size();
  }
}
