package io.tailrace.ledger;

import io.tailrace.table.LogFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The files of the logs of an output that count, as receipts, states and archives name them. A file
 * in the folder of a log that is not in the manifest is of an attempt that was cut short, or is
 * still under way.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class Manifest {

  private static final Logger LOG = LoggerFactory.getLogger(Manifest.class);

  private record Pending(PlanEntry plan, Unit unit) {}

  private final Ledger ledger;
  private PlanReader plans;
  private final Map<String, Map<String, LogFile>> files = new HashMap<>();
  private final Map<Long, Pending> pending = new TreeMap<>();
  private final Map<String, Long> states = new HashMap<>();
  private long archived;

  /** The totals of all reports, where a look needs them. */
  private final List<TotalsLook> totals = new ArrayList<>();

  public Manifest(Ledger ledger) {
    this.ledger = ledger;
    this.plans = ledger.plansFrom(1);
  }

  /**
   * Reads what is new in the ledger.
   *
   * @param ignoresMissing whether to leave out units whose receipts are missing or damaged, with a
   *     warning
   * @throws DamagedFileException if a file of it is damaged, so that the manifest is not known
   */
  public void refresh(boolean ignoresMissing) throws IOException {
    totals.clear();
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        pending.put(unit.number(), new Pending(plan.get(), unit));
      }
    }
    for (Pending each : new ArrayList<>(pending.values())) {
      Optional<Receipt> receipt = receipt(each, ignoresMissing);
      if (receipt.isPresent()) {
        receipt.get().files().forEach(this::add);
        pending.remove(each.unit().number());
      } else if (ledger.isFolded(each.unit())) {
        // So much has happened since the last look that the receipt is in an archive.
        plans = ledger.plansFrom(each.plan().number());
        pending.clear();
        refresh(ignoresMissing);
        return;
      }
    }
    readStates();
  }

  private Optional<Receipt> receipt(Pending each, boolean ignoresMissing) throws IOException {
    DamagedFileException damage;
    try {
      Optional<Receipt> receipt = each.plan().receipt(ledger, each.unit());
      if (receipt.isPresent() || ledger.isFolded(each.unit()) || !isInTotals(each.unit())) {
        return receipt;
      }
      damage = new DamagedFileException(ledger.receiptPath(each.unit()), "it is missing");
    } catch (DamagedFileException e) {
      damage = e;
    }
    if (!ignoresMissing) {
      throw new DamagedFileException(
          damage.file(),
          damage.reason()
              + "; which files of logs its unit has is not known: run the pipeline again, which"
              + " reads the unit again, or ask with --ignoreMissing");
    }
    LOG.warn("{}; the rows of its unit are left out", damage.getMessage());
    return Optional.empty();
  }

  /** Whether a unit without a receipt must have had one. */
  private boolean isInTotals(Unit unit) throws IOException {
    if (totals.isEmpty()) {
      for (ReportShape report : ledger.reports()) {
        totals.add(ledger.reportTotals(report.name()).look());
      }
    }
    return totals.stream().anyMatch(all -> all.hasInSome(unit.number()));
  }

  /** Files that are of no unit: some are in archives, the newest are with their states. */
  private void readStates() throws IOException {
    Checkpoint checkpoint = ledger.checkpoint();
    if (checkpoint.number() > archived) {
      archived = checkpoint.number();
      for (Archive.Ref ref :
          checkpoint.states().isEmpty() ? List.<Archive.Ref>of() : checkpoint.archives()) {
        Archive.Lines lines = ledger.archive().read(ref);
        for (Optional<Archive.Line> line; (line = lines.next()).isPresent(); ) {
          if (line.get().files() != null) {
            line.get().files().forEach(this::add);
          }
        }
      }
    }
    for (String name : ledger.stateNames()) {
      for (StateLog.Entry state : ledger.states(name).after(states.getOrDefault(name, 0L))) {
        state.files().forEach(this::add);
        states.put(name, state.number());
      }
    }
  }

  private void add(String log, Collection<LogFile> some) {
    Map<String, LogFile> ofLog = files.computeIfAbsent(log, name -> new LinkedHashMap<>());
    some.forEach(file -> ofLog.put(file.name(), file));
  }

  /** The logs that have files. */
  public Set<String> logs() {
    return new TreeSet<>(files.keySet());
  }

  /** The files of a log, in the order of their units. */
  public List<LogFile> files(String log) {
    return List.copyOf(files.getOrDefault(log, Map.of()).values());
  }
}
