package io.tailrace.ledger;

import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The totals of a report at one moment: of all units that had receipts then, whether or not a run
 * has added them.
 *
 * <p>The parts are read twice: first the units of all of them, then the rows of one after another,
 * up to the entry that was the last one when the units were read. So all parts are of the same
 * units, and one part at a time is in memory.
 *
 * <p>Of a report that keeps its rows for a time, the newest bucket of all these units tells which
 * rows have expired.
 *
 * <p>Not safe for use by more than one thread.
 */
final class SettledTotals {

  private final Ledger ledger;
  private final Report report;
  private Checkpoint checkpoint;
  private TotalsLook look;

  /** Has no rows, but the newest bucket of all units. */
  private ReportTable newest;

  /** The units that parts may lack: their receipts, by number. */
  private final Map<Long, Ledger.ReceiptHead> pending = new LinkedHashMap<>();

  private final Map<Long, Unit> units = new HashMap<>();
  private final Map<Long, ReportTable> tables = new HashMap<>();

  private SettledTotals(Ledger ledger, Report report) {
    this.ledger = ledger;
    this.report = report;
  }

  static SettledTotals of(Ledger ledger, Report report) {
    return new SettledTotals(ledger, report);
  }

  /**
   * Visits the parts.
   *
   * @throws LostException if a file is damaged that is needed for it
   */
  <E extends Exception> void visit(Ledger.PartRows<E> parts) throws IOException, E {
    look();
    for (int visited = 0; visited < look.logs().size(); ) {
      Optional<ReportTable> rows = rows(look.logs().get(visited));
      if (rows.isPresent()) {
        parts.take(rows.get());
        visited++;
      } else if (visited == 0) {
        look();
      } else {
        throw new IOException(
            String.format(
                "the report %s has been written anew while it was read; ask again", report.name()));
      }
    }
  }

  /** Reads which units the parts have, then which have receipts. */
  private void look() throws IOException {
    do {
      pending.clear();
      units.clear();
      tables.clear();
      checkpoint = ledger.checkpoint();
      look = ledger.reportTotals(report.name()).look();
      Optional<DamagedFileException> lack = look.lack(checkpoint);
      if (lack.isPresent()) {
        throw new LostException(
            lack.get(), "the report " + report.name() + " lacks records", ledger);
      }
    } while (!readTail() || !findNewest());
  }

  /** Whether the receipts of all units that parts may lack were still there. */
  private boolean findNewest() throws IOException {
    newest = look.newest(report.newTable());
    if (report.expiry() == null) {
      return true;
    }
    for (long unit : pending.keySet()) {
      Optional<ReportTable> table = table(unit);
      if (table.isEmpty()) {
        return false;
      }
      newest.noteNewest(table.get());
    }
    return true;
  }

  /** Whether the receipts of all units behind the checkpoint were still there. */
  private boolean readTail() throws IOException {
    PlanReader plans = ledger.plansFrom(checkpoint.lastPlan() + 1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        if (look.hasInAll(unit.number())) {
          continue;
        }
        Optional<Ledger.ReceiptHead> head = ledger.receiptHead(unit);
        if (head.isPresent()) {
          if (!head.get().isIn(look, report.name(), unit.number())) {
            pending.put(unit.number(), head.get());
            units.put(unit.number(), unit);
          }
        } else if (unit.number() > checkpoint.lastUnit() && ledger.isFolded(unit)) {
          // A run has added and folded it meanwhile.
          return false;
        }
      }
    }
    return true;
  }

  /** The rows of a part; nothing if its files have been replaced since the look. */
  private Optional<ReportTable> rows(TotalsLog seen) throws IOException {
    TotalsLog log = seen.asItWas();
    Totals totals = log.totals(report.newTable());
    if (!totals.hasSameUnits(seen.known())) {
      return Optional.empty();
    }
    for (Map.Entry<Long, Ledger.ReceiptHead> each : pending.entrySet()) {
      long unit = each.getKey();
      boolean concerns =
          !each.getValue().slots().containsKey(report.name())
              || seen.part().concerns(each.getValue().slots().get(report.name()));
      if (concerns && !totals.has(unit)) {
        Optional<ReportTable> table = table(unit);
        if (table.isEmpty()) {
          return Optional.empty();
        }
        totals.add(unit, seen.part().rowsOf(table.get()));
      }
    }
    totals.table().noteNewest(newest);
    totals.table().expire();
    return Optional.of(totals.table());
  }

  private Optional<ReportTable> table(long unit) throws IOException {
    if (!tables.containsKey(unit)) {
      Optional<Receipt> receipt = ledger.receipt(units.get(unit));
      if (receipt.isEmpty()) {
        // It has been folded since.
        return Optional.empty();
      }
      tables.put(unit, ledger.table(units.get(unit), receipt.get(), report.name()));
    }
    return Optional.of(tables.get(unit));
  }
}
