package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deletes files of logs that attempts have left that were cut short, for those who read the folders
 * of logs without the manifest. A file goes once its unit has a receipt that does not name it;
 * before that, the receipt that an attempt still writes could name it.
 */
final class LeftoverFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(LeftoverFiles.class);
  private static final long MILLIS_BETWEEN_LOOKS = 1_000;
  private static final int UNIT_NAME_LENGTH = new Unit(0, List.of(), 0).name().length();

  private record Leftover(String log, String file) {}

  private final Folder output;
  private final Ledger ledger;
  private final Map<String, List<Leftover>> byUnit = new HashMap<>();
  private final List<PlanEntry> plans = new ArrayList<>();
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "leftovers");
            thread.setDaemon(true);
            return thread;
          });

  private LeftoverFiles(Folder output, Ledger ledger) {
    this.output = output;
    this.ledger = ledger;
  }

  /**
   * Begins to delete what a run has left that did not end well.
   *
   * @param logs the logs that units write to
   */
  static LeftoverFiles start(Folder output, Ledger ledger, List<LogTable> logs) throws IOException {
    LeftoverFiles leftovers = new LeftoverFiles(output, ledger);
    leftovers.find(logs);
    leftovers.scheduler.scheduleWithFixedDelay(
        leftovers::delete, 0, MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
    return leftovers;
  }

  private void find(List<LogTable> logs) throws IOException {
    PlanReader tail = ledger.plansFrom(ledger.checkpoint().lastPlan() + 1);
    for (Optional<PlanEntry> plan; (plan = tail.next()).isPresent(); ) {
      plans.add(plan.get());
      plan.get().units().forEach(unit -> byUnit.put(unit.name(), new ArrayList<>()));
    }
    if (byUnit.isEmpty()) {
      return;
    }
    for (LogTable log : logs) {
      for (String file : output.folder(log.name()).list("unit-", log.suffix())) {
        List<Leftover> ofUnit = byUnit.get(file.substring(0, UNIT_NAME_LENGTH));
        if (ofUnit != null) {
          ofUnit.add(new Leftover(log.name(), file));
        }
      }
    }
    byUnit.values().removeIf(List::isEmpty);
  }

  private synchronized void delete() {
    try {
      for (PlanEntry plan : plans) {
        for (Unit unit : plan.units()) {
          if (byUnit.containsKey(unit.name())) {
            Optional<Receipt> receipt = ledger.readableReceipt(unit);
            if (receipt.isPresent()) {
              delete(byUnit.remove(unit.name()), receipt.get());
            } else if (ledger.isFolded(unit)) {
              // Too late to know; check --repair compares with the archives.
              byUnit.remove(unit.name());
            }
          }
        }
      }
      if (byUnit.isEmpty()) {
        scheduler.shutdown();
      }
    } catch (IOException e) {
      LOG.debug("Files of attempts that were cut short cannot be deleted now", e);
    }
  }

  private void delete(List<Leftover> leftovers, Receipt receipt) throws IOException {
    for (Leftover leftover : leftovers) {
      Set<String> named = new HashSet<>();
      receipt.filesOf(leftover.log()).stream().map(LogFile::name).forEach(named::add);
      if (!named.contains(leftover.file())) {
        output.folder(leftover.log()).delete(leftover.file());
      }
    }
  }

  /** Deletes what can be deleted at the end of the run. */
  @Override
  public void close() {
    scheduler.shutdown();
    delete();
  }
}
