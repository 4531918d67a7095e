package io.tailrace.ledger;

import io.tailrace.report.Report;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Begins a run: looks through the ledger behind its newest checkpoint, says what is damaged, and
 * sees that it can be computed again: totals from receipts, receipts from input that is still
 * there.
 */
final class Recovery {

  private static final Logger LOG = LoggerFactory.getLogger(Recovery.class);

  private final Ledger ledger;
  private final List<Report> reports;

  private Recovery(Ledger ledger, List<Report> reports) {
    this.ledger = ledger;
    this.reports = reports;
  }

  /**
   * Begins a run.
   *
   * @param reports the reports that it keeps
   * @throws LostException if something is damaged that cannot be computed again
   */
  static Ledger.Run begin(Ledger ledger, List<Report> reports) throws IOException {
    return new Recovery(ledger, reports).begin();
  }

  private Ledger.Run begin() throws IOException {
    Checkpoint checkpoint = checkpoint();
    List<PlanEntry> tail = tail(checkpoint);
    Map<ReportShape, TotalsLook> totals = totals(checkpoint);
    Set<String> answered = new HashSet<>();
    tail.forEach(plan -> answered.addAll(plan.plan().answeredNotes()));
    Set<Long> asked = asked(answered);
    long firstPlan = checkpoint.lastPlan() + 1;
    boolean before = true;
    Optional<Unit> read = Optional.empty();
    List<Long> again = new ArrayList<>();
    for (PlanEntry plan : tail) {
      List<Look> looks = looks(plan);
      for (Look look : looks) {
        long unit = look.unit().number();
        boolean counts = look.receipt().isPresent() && look.receipt().get().isIn(totals, unit);
        before &= counts;
        if (look.receipt().isEmpty()
            && (look.damage() != null
                || totals.values().stream().anyMatch(some -> some.hasInSome(unit))
                || asked.contains(unit))
            // The run before may still be alive, and may have folded it meanwhile.
            && !ledger.isFolded(look.unit())) {
          requireInput(look);
          again.add(unit);
        }
        if (look.receipt().isPresent()) {
          read = Optional.of(look.unit());
          if (!counts) {
            requireValues(look);
          }
          note(look.unit(), look.receipt().get().receipt(), answered);
        }
      }
      if (before) {
        firstPlan = plan.number() + 1;
      }
    }
    for (RetryNote note : checkpoint.retries()) {
      if (!answered.contains(note.name())) {
        ledger.writeRetryNote(note);
      }
    }
    makeDurable(tail, read);
    return begin(firstPlan, again);
  }

  /** The units of which something was asked for again: they had receipts. */
  private Set<Long> asked(Set<String> answered) throws IOException {
    Set<Long> units = new HashSet<>();
    answered.forEach(note -> units.add(Ledger.unitOf(note)));
    ledger.retryNotes().forEach(note -> units.add(note.unit()));
    return units;
  }

  /**
   * A run that was killed may not have synced the last of its plans and receipts, on which this one
   * goes on. To create what is there syncs all that is beside it.
   */
  private void makeDurable(List<PlanEntry> tail, Optional<Unit> read) throws IOException {
    if (!tail.isEmpty()) {
      PlanEntry last = tail.get(tail.size() - 1);
      ledger.writePlan(last.number(), last.plan());
    }
    if (read.isPresent()) {
      Optional<Receipt> receipt = ledger.readableReceipt(read.get());
      if (receipt.isPresent()) {
        ledger.writeReceipt(read.get(), receipt.get());
      }
    }
  }

  private Ledger.Run begin(long firstPlan, List<Long> again) throws IOException {
    long number = ledger.newestRun() + 1;
    if (!ledger.writeRun(number, firstPlan, again)) {
      throw new IOException("another run has just begun in " + ledger.folder().path());
    }
    ledger.deleteRunsBefore(number);
    ledger.temporary().clear();
    return new Ledger.Run(number, firstPlan, again, false);
  }

  private Checkpoint checkpoint() throws IOException {
    try {
      Checkpoint checkpoint = ledger.checkpoint();
      long newest = ledger.newestCheckpoint();
      if (newest > checkpoint.number()) {
        LOG.warn("Checkpoint {} is damaged; the one before it is used", newest);
      }
      return checkpoint;
    } catch (DamagedFileException e) {
      throw new LostException(e, "which files were read is not known", ledger);
    }
  }

  private List<PlanEntry> tail(Checkpoint checkpoint) throws IOException {
    List<PlanEntry> tail = new ArrayList<>();
    PlanReader plans = ledger.plansFrom(checkpoint.lastPlan() + 1);
    try {
      for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
        tail.add(plan.get());
      }
    } catch (DamagedFileException e) {
      throw new LostException(e, "which files were read is not known", ledger);
    }
    return tail;
  }

  private Map<ReportShape, TotalsLook> totals(Checkpoint checkpoint) throws IOException {
    Map<ReportShape, TotalsLook> all = new LinkedHashMap<>();
    for (Report report : reports) {
      ReportTotals totals = ledger.reportTotals(report.name());
      TotalsLook look = totals.look();
      Optional<DamagedFileException> lack = look.lack(checkpoint);
      if (lack.isPresent()) {
        throw new LostException(
            lack.get(),
            "the report " + report.name() + " lacks records whose receipts are in a checkpoint",
            ledger);
      }
      for (TotalsLog log : look.logs()) {
        if (log.isDamaged()) {
          totals.log(log.part()).mend(report.newTable());
        }
      }
      all.put(ReportShape.of(report), look);
    }
    return all;
  }

  /**
   * What there is of a unit.
   *
   * @param damage what is wrong with its receipt, or null
   */
  private record Look(
      Unit unit, Optional<Ledger.ReceiptHead> receipt, DamagedFileException damage) {}

  private List<Look> looks(PlanEntry plan) throws IOException {
    try {
      return plan.units().parallelStream().map(this::look).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Look look(Unit unit) {
    try {
      return new Look(unit, ledger.receiptHead(unit), null);
    } catch (DamagedFileException e) {
      return new Look(unit, Optional.empty(), e);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void requireValues(Look look) throws LostException {
    for (Report report : reports) {
      if (!look.receipt().orElseThrow().tables().contains(report.name())) {
        throw ledger.withoutValues(look.unit(), report.name());
      }
    }
  }

  /** A unit whose receipt is damaged or missing is read again, if all of its input is there. */
  private void requireInput(Look look) throws IOException {
    DamagedFileException damage =
        look.damage() != null
            ? look.damage()
            : new DamagedFileException(ledger.receiptPath(look.unit()), "it is missing");
    Set<Slice> others = AskedAgain.of(ledger, look.unit()).keySet();
    for (Slice slice : look.unit().slices()) {
      if (!slice.isOfTopic() && !others.contains(slice) && !isThere(slice)) {
        throw new LostException(
            damage, "its input " + slice.source() + " is not there any more", ledger);
      }
    }
    LOG.warn("{}; its input is read again", damage.getMessage());
  }

  private static boolean isThere(Slice slice) throws IOException {
    if (slice.identity() != null) {
      // Whoever reads it looks for it, whatever its name is now.
      return true;
    }
    try {
      StoredFile file = Storages.of(slice.source()).stat(slice.source());
      return slice.isVersion(file.size(), file.modified());
    } catch (FileNotFoundException e) {
      return false;
    }
  }

  private void note(Unit unit, Receipt receipt, Set<String> answered) throws IOException {
    for (RetryNote note : RetryNote.of(unit, receipt)) {
      if (!answered.contains(note.name())) {
        ledger.writeRetryNote(note);
      }
    }
  }
}
