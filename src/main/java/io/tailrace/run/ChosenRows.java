package io.tailrace.run;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.query.LogFileReader;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;

/**
 * Notices of the rows of a log that meet a condition, unit by unit. The position is the number of a
 * unit.
 */
final class ChosenRows implements Notices {

  private final Ledger ledger;
  private final Folder output;
  private final RowCondition condition;
  private final LogFileReader reader = new LogFileReader();
  private final Queue<PlannedUnit> units = new ArrayDeque<>();
  private PlanReader plans;

  /** The position up to which everything was read. */
  private long at;

  private record PlannedUnit(PlanEntry plan, Unit unit) {}

  ChosenRows(Ledger ledger, Folder output, RowCondition condition) {
    this.ledger = ledger;
    this.output = output;
    this.condition = condition;
  }

  @Override
  public Batch after(long position) throws IOException {
    LogTable log = condition.log();
    long last = position;
    if (plans == null || position != at) {
      Checkpoint checkpoint = ledger.checkpoint();
      plans = ledger.plansFrom(position >= checkpoint.lastUnit() ? checkpoint.lastPlan() + 1 : 1);
      units.clear();
    }
    while (true) {
      if (units.isEmpty()) {
        Optional<PlanEntry> plan = plans.next();
        if (plan.isEmpty()) {
          at = last;
          return new Batch(List.of(), last);
        }
        for (Unit unit : plan.get().units()) {
          units.add(new PlannedUnit(plan.get(), unit));
        }
        continue;
      }
      PlannedUnit next = units.peek();
      if (next.unit().number() <= last) {
        units.poll();
        continue;
      }
      Optional<Receipt> receipt = next.plan().receipt(ledger, next.unit());
      if (receipt.isEmpty()) {
        if (ledger.isFolded(next.unit())) {
          // So much has happened since the last look that the receipt is in an archive.
          plans = null;
          return after(last);
        }
        at = last;
        return new Batch(List.of(), last);
      }
      units.poll();
      last = next.unit().number();
      List<Map<String, String>> rows = new ArrayList<>();
      for (LogFile file : receipt.get().filesOf(log.name())) {
        rows.addAll(reader.rows(output.folder(log.name()), file.name(), condition));
      }
      if (!rows.isEmpty()) {
        at = last;
        return new Batch(notices(last, rows), last);
      }
    }
  }

  /** Before the last row of a unit is told, one is at the unit before. */
  private static List<Notice> notices(long unit, List<Map<String, String>> rows) {
    List<Notice> notices = new ArrayList<>();
    for (int row = 1; row <= rows.size(); row++) {
      notices.add(
          new Notice(
              unit + "-" + row,
              row < rows.size() ? unit - 1 : unit,
              null,
              new LinkedHashMap<>(rows.get(row - 1))));
    }
    return notices;
  }

  @Override
  public void close() {
    reader.close();
  }
}
