package io.tailrace.ledger;

import io.tailrace.table.LogFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What a ledger says at one time, as far as its files can be read: totals, checkpoint, plans,
 * receipts and manifest.
 *
 * <p>Totals are read first, then plans, then receipts: whatever is in the totals must have a plan
 * and a receipt then, even while a run writes them. Not safe for use by more than one thread.
 */
final class LedgerLook {

  /**
   * A unit behind the checkpoint.
   *
   * @param receipt its receipt, if it has one that can be read
   * @param damage what is wrong with its receipt, or null
   */
  record Seen(Unit unit, Optional<Ledger.ReceiptHead> receipt, DamagedFileException damage) {}

  private final Ledger ledger;
  private final Map<ReportShape, TotalsLook> totals = new LinkedHashMap<>();
  private final Set<String> referenced = new HashSet<>();
  private boolean referencesAreKnown = true;
  private Checkpoint checkpoint;
  private final List<DamagedFileException> damages = new ArrayList<>();
  private DamagedFileException planDamage;
  private final List<PlanEntry> tail = new ArrayList<>();
  private final List<Seen> units = new ArrayList<>();
  private long lastUnit;
  private final Map<String, Map<String, LogFile>> manifest = new HashMap<>();
  private final Set<String> unitLogs = new HashSet<>();

  /** Looks at a ledger that has an identity. */
  static LedgerLook at(Ledger ledger) throws IOException {
    LedgerLook look = new LedgerLook(ledger);
    look.readTotals();
    look.readCheckpoints();
    if (look.checkpoint != null) {
      look.readArchives();
      look.readTail();
      look.readStates();
    }
    return look;
  }

  private LedgerLook(Ledger ledger) {
    this.ledger = ledger;
  }

  private void readTotals() throws IOException {
    for (ReportShape report : ledger.reports()) {
      totals.put(report, ledger.reportTotals(report.name()).look());
    }
  }

  private void readCheckpoints() throws IOException {
    try {
      checkpoint = ledger.checkpoint();
    } catch (DamagedFileException e) {
      referencesAreKnown = false;
      return;
    }
    for (long number = checkpoint.number() - 1; number <= ledger.newestCheckpoint(); number++) {
      try {
        ledger.checkpoint(number).ifPresent(this::refer);
      } catch (DamagedFileException e) {
        referencesAreKnown = false;
      }
    }
  }

  private void refer(Checkpoint some) {
    some.archives().forEach(ref -> referenced.add(ref.name()));
    some.names().forEach(ref -> referenced.add(ref.file()));
  }

  private void readArchives() throws IOException {
    lastUnit = checkpoint.lastUnit();
    for (Archive.Ref ref : checkpoint.archives()) {
      try {
        Archive.Lines lines = ledger.archive().read(ref);
        for (Optional<Archive.Line> line; (line = lines.next()).isPresent(); ) {
          if (line.get().receipts() != null) {
            line.get().receipts().forEach(this::addFiles);
          }
          if (line.get().files() != null) {
            line.get().files().forEach(this::addFiles);
          }
        }
      } catch (DamagedFileException e) {
        damages.add(e);
      }
    }
  }

  private void readTail() throws IOException {
    PlanReader plans = ledger.plansFrom(checkpoint.lastPlan() + 1);
    try {
      for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
        tail.add(plan.get());
      }
    } catch (DamagedFileException e) {
      planDamage = e;
    }
    for (PlanEntry plan : tail) {
      List<Seen> seen;
      try {
        seen = plan.units().parallelStream().map(this::see).toList();
      } catch (UncheckedIOException e) {
        throw e.getCause();
      }
      for (Seen each : seen) {
        units.add(each);
        lastUnit = each.unit().number();
        each.receipt().ifPresent(head -> addFiles(head.receipt()));
      }
    }
  }

  private Seen see(Unit unit) {
    try {
      return new Seen(unit, ledger.receiptHead(unit), null);
    } catch (DamagedFileException e) {
      return new Seen(unit, Optional.empty(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void readStates() throws IOException {
    for (String name : ledger.stateNames()) {
      for (StateLog.Entry state : ledger.states(name).after(0)) {
        state.files().forEach(this::addFiles);
      }
    }
  }

  private void addFiles(Receipt receipt) {
    unitLogs.addAll(receipt.rows().keySet());
    receipt.files().forEach(this::addFiles);
  }

  private void addFiles(String log, List<LogFile> files) {
    Map<String, LogFile> ofLog = manifest.computeIfAbsent(log, name -> new LinkedHashMap<>());
    files.forEach(file -> ofLog.put(file.name(), file));
  }

  /** The totals of each report. */
  Map<ReportShape, TotalsLook> totals() {
    return totals;
  }

  /** The newest checkpoint that can be read; nothing if there are some, and none can. */
  Optional<Checkpoint> checkpoint() {
    return Optional.ofNullable(checkpoint);
  }

  /** The archives that are damaged or missing. */
  List<DamagedFileException> damagedArchives() {
    return damages;
  }

  /** The first plan that cannot be read, and must have been. */
  Optional<DamagedFileException> planDamage() {
    return Optional.ofNullable(planDamage);
  }

  /** The plans behind the checkpoint. */
  List<PlanEntry> tail() {
    return tail;
  }

  /** Their units. */
  List<Seen> units() {
    return units;
  }

  /** The last unit that was planned. */
  long lastUnit() {
    return lastUnit;
  }

  /** Whether any totals have a unit. */
  boolean isInSomeTotals(Unit unit) {
    return totals.values().stream().anyMatch(some -> some.hasInSome(unit.number()));
  }

  /** Whether all parts of all totals have a unit. */
  boolean isInAllTotals(Unit unit) {
    return !totals.isEmpty()
        && totals.values().stream().allMatch(all -> all.hasInAll(unit.number()));
  }

  /** The files of logs that count, by log and name. */
  Map<String, Map<String, LogFile>> manifest() {
    return manifest;
  }

  /** Whether units write to a log; others are written with states. */
  boolean isOfUnits(String log) {
    return unitLogs.contains(log);
  }

  /** Whether all of the manifest is known. */
  boolean isManifestKnown() {
    return checkpoint != null
        && damages.isEmpty()
        && planDamage == null
        && units.stream()
            .allMatch(
                seen ->
                    seen.receipt().isPresent()
                        || !isInSomeTotals(seen.unit()) && seen.damage() == null);
  }

  /** Whether a checkpoint needs an archive or a segment, or may need it. */
  boolean isReferenced(String name) {
    return !referencesAreKnown || referenced.contains(name);
  }

  /** The notes of what could not be read and no plan has had since. */
  List<RetryNote> retryNotes() {
    Map<String, RetryNote> notes = new LinkedHashMap<>();
    checkpoint.retries().forEach(note -> notes.put(note.name(), note));
    for (Seen seen : units) {
      seen.receipt()
          .ifPresent(
              head ->
                  RetryNote.of(seen.unit(), head.receipt())
                      .forEach(note -> notes.put(note.name(), note)));
    }
    tail.forEach(plan -> plan.plan().answeredNotes().forEach(notes::remove));
    return List.copyOf(notes.values());
  }

  /** The first number of a unit whose receipt is not folded away. */
  long firstReceipt() throws IOException {
    List<String> names = ledger.entries(SealedContent.Kind.receipt).names(Ledger.UNIT);
    return names.isEmpty() ? lastUnit + 1 : Ledger.unitOf(names.get(0));
  }
}
