package io.tailrace.delta;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.options.TailraceOptions.CommitEvery;
import io.tailrace.table.DataFile;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Adds the files of units to one table, and remembers how far that is. */
final class TableProgress {

  private static final long UNKNOWN = -1;

  private final DeltaTable table;
  private final String log;
  private String writer;

  /** The last unit whose files are in the table, as the table says. */
  private long committed = UNKNOWN;

  /** The last unit that needs no look: it is in the table, or has nothing for it. */
  private long done;

  private long plan = 1;

  TableProgress(DeltaTable table, LogTable log) {
    this.table = table;
    this.log = log.name();
  }

  /** Goes on to the first unit without a receipt, unless another run has begun. */
  synchronized void advance(Ledger ledger, long run, CommitEvery every) throws IOException {
    try {
      if (committed == UNKNOWN) {
        writer = ledger.identity().orElseThrow().id();
        committed = table.position(writer);
        done = committed;
        // What is in a checkpoint is in the table.
        plan = ledger.checkpoint().lastPlan() + 1;
      }
      // Read anew each time: a plan without receipts may still be replaced by its planner.
      PlanReader plans = ledger.plansFrom(plan);
      for (Optional<PlanEntry> next; (next = plans.next()).isPresent(); plan++) {
        if (!addPlan(next.get(), ledger, run, every)) {
          return;
        }
      }
    } catch (IOException | RuntimeException e) {
      committed = UNKNOWN;
      throw e;
    }
  }

  /** The last unit that is in the table, or has nothing for it. */
  synchronized long done() {
    return done;
  }

  /** The first plan that may have a unit behind it. */
  synchronized long plan() {
    return plan;
  }

  /** Tells whether all units of a plan are done. */
  private boolean addPlan(PlanEntry units, Ledger ledger, long run, CommitEvery every)
      throws IOException {
    List<DataFile> files = new ArrayList<>();
    long last = done;
    boolean complete = true;
    for (Unit unit : units.units()) {
      if (unit.number() > done) {
        Optional<Receipt> receipt = units.receipt(ledger, unit);
        if (receipt.isEmpty()) {
          complete = false;
          break;
        }
        receipt.get().filesOf(log).stream().map(LogFile::table).forEach(files::add);
        last = unit.number();
        if (every == CommitEvery.file) {
          if (!add(files, last, ledger, run)) {
            return false;
          }
          files.clear();
        }
      }
    }
    return add(files, last, ledger, run) && complete;
  }

  private boolean add(List<DataFile> files, long last, Ledger ledger, long run) throws IOException {
    if (!files.isEmpty()) {
      if (ledger.isSuperseded(run)) {
        return false;
      }
      if (!table.append(files, writer, committed, last)) {
        // A run that has lost its rights has added some: what, the table says.
        throw new IOException("another run has just added to " + log);
      }
      committed = last;
    }
    done = last;
    return true;
  }
}
