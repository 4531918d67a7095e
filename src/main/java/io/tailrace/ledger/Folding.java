package io.tailrace.ledger;

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
import java.util.TreeMap;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Folds plans and receipts that nothing waits for any more into checkpoints, and deletes their
 * files, so that the number of files in a ledger is bounded and a start reads one checkpoint and a
 * short tail.
 *
 * <p>The files since the checkpoint before the newest are kept, in case the newest is damaged.
 * Checkpoints are created if they are absent, and what is deleted is in a checkpoint that is
 * durable, so it does not matter who folds, and how often.
 *
 * <p>For use by one thread.
 */
public final class Folding {

  /**
   * When and how much is folded.
   *
   * @param duePlans so many plans are worth a checkpoint
   * @param dueUnits so many units are, too
   * @param mostUnits so many units are folded at a time
   */
  public record Limits(int duePlans, int dueUnits, int mostUnits) {

    /** At most a second or so of work at a time. */
    public static final Limits DEFAULT = new Limits(64, 128, 10_000);
  }

  /** So many names are indexed at a time. */
  private static final int MOST_NAMES = 1_000_000;

  private static final Logger LOG = LoggerFactory.getLogger(Folding.class);

  private final Ledger ledger;
  private final Limits limits;
  private Checkpoint checkpoint;
  private KnownNames names;
  private final Map<String, PartBases> partBases = new HashMap<>();

  /** The newest bases of the parts of reports that are split. */
  private final Map<String, Long> parts = new HashMap<>();

  private Folding(Ledger ledger, Limits limits, Checkpoint checkpoint, KnownNames names) {
    this.ledger = ledger;
    this.limits = limits;
    this.checkpoint = checkpoint;
    this.names = names;
  }

  /** What folds a ledger on from its newest checkpoint. */
  public static Folding of(Ledger ledger) throws IOException {
    return of(ledger, Limits.DEFAULT);
  }

  /** The same with limits of its own. */
  public static Folding of(Ledger ledger, Limits limits) throws IOException {
    Checkpoint newest = ledger.checkpoint();
    try {
      return new Folding(ledger, limits, newest, KnownNames.open(ledger.names(), newest.names()));
    } catch (DamagedFileException e) {
      if (ledger.checkpoint().number() > newest.number()) {
        // Another run has folded on meanwhile, and has deleted files of this checkpoint.
        return of(ledger, limits);
      }
      LOG.warn("{}; the index of files that were taken is made again", e.getMessage());
      Folding folding =
          new Folding(ledger, limits, newest, KnownNames.open(ledger.names(), List.of()));
      folding.indexAgain();
      return folding;
    }
  }

  /** The newest checkpoint. */
  public Checkpoint checkpoint() {
    return checkpoint;
  }

  /** The index of the files that were taken by its plans. */
  public KnownNames names() {
    return names;
  }

  /**
   * Folds plans, if there are enough of them.
   *
   * @param plans the plans behind the checkpoint, and perhaps some that are in it already
   * @return whether there is a new checkpoint, of this folding or of another run's
   */
  public boolean fold(List<PlanEntry> plans) throws IOException {
    List<PlanEntry> tail =
        plans.stream().filter(plan -> plan.number() > checkpoint.lastPlan()).toList();
    if (!isDue(tail)) {
      return false;
    }
    if (followOthers()) {
      return true;
    }
    List<PlanEntry> done = done(tail);
    if (!isDue(done)) {
      return false;
    }
    // Whoever has made a base or a state may have failed to sync its name.
    ledger.syncTotals();
    Checkpoint next = next(done);
    if (!ledger.writeCheckpoint(next)) {
      return followOthers();
    }
    boolean large = next.lastUnit() - checkpoint.lastUnit() > 4 * limits.dueUnits();
    moveTo(next);
    if (large && ledger.writeCheckpoint(next.next())) {
      // Many files would be kept until the next one.
      moveTo(next.next());
    }
    return true;
  }

  /** Goes on from a checkpoint that another run has made, if there is one. */
  private boolean followOthers() throws IOException {
    Checkpoint newest = ledger.checkpoint();
    if (newest.number() <= checkpoint.number()) {
      return false;
    }
    names = KnownNames.open(ledger.names(), newest.names());
    checkpoint = newest;
    return true;
  }

  private boolean isDue(List<PlanEntry> plans) {
    return plans.size() >= limits.duePlans()
        || plans.stream().mapToInt(plan -> plan.units().size()).sum() >= limits.dueUnits();
  }

  /** The first plans whose units nothing waits for; they have their receipts with them then. */
  private List<PlanEntry> done(List<PlanEntry> tail) throws IOException {
    FoldedTotals totals = foldTotals(tail);
    if (!totals.areComplete()) {
      return List.of();
    }
    // What is in totals waits for nothing else.
    Map<String, Long> nextUnits = new HashMap<>();
    ledger.reports().forEach(report -> nextUnits.put(report.name(), Long.MAX_VALUE));
    List<PlanEntry> done = new ArrayList<>();
    int units = 0;
    for (PlanEntry plan : tail) {
      if (units > 0 && units + plan.units().size() > limits.mostUnits()
          || !plan.units().stream().allMatch(unit -> unit.number() <= totals.through())) {
        break;
      }
      units += plan.units().size();
      List<Ledger.ReceiptHead> heads = heads(plan);
      if (heads.size() < plan.units().size()) {
        break;
      }
      for (int i = 0; i < heads.size(); i++) {
        if (!heads.get(i).isIn(totals.bases(), plan.units().get(i).number())
            || !isInStates(plan.units().get(i), heads.get(i).tables(), nextUnits)) {
          return done;
        }
      }
      List<Receipt> receipts = heads.stream().map(Ledger.ReceiptHead::receipt).toList();
      done.add(new PlanEntry(plan.number(), plan.plan(), Optional.of(receipts)));
    }
    return done;
  }

  /**
   * What the bases of all totals have, so that it survives a power cut.
   *
   * @param through all units up to this one, where reports are not split
   * @param bases the units that the parts have of reports that are split
   * @param areComplete whether all parts have bases
   */
  private record FoldedTotals(
      long through, Map<ReportShape, TotalsLook> bases, boolean areComplete) {}

  /** Sees that bases have the units that may be folded. */
  private FoldedTotals foldTotals(List<PlanEntry> tail) throws IOException {
    long wanted = 0;
    for (PlanEntry plan : tail) {
      for (Unit unit : plan.units()) {
        wanted = unit.number();
      }
    }
    wanted = Math.min(wanted, checkpoint.lastUnit() + limits.mostUnits());
    long through = Long.MAX_VALUE;
    Map<ReportShape, TotalsLook> bases = new LinkedHashMap<>();
    for (ReportShape report : ledger.reports()) {
      ReportTotals totals = ledger.reportTotals(report.name());
      if (totals.leaves().size() > 1) {
        Optional<TotalsLook> all =
            partBases
                .computeIfAbsent(report.name(), name -> new PartBases(totals, report))
                .write(checkpoint);
        if (all.isEmpty()) {
          return new FoldedTotals(0, Map.of(), false);
        }
        bases.put(report, all.get());
      } else {
        TotalsLog whole = ledger.totalsLog(report.name());
        if (whole.throughInBase() < wanted) {
          whole.writeBase(report.newTable(), 0);
        }
        through = Math.min(through, whole.throughInBase());
      }
    }
    parts.clear();
    bases.values().stream()
        .flatMap(look -> look.logs().stream())
        .forEach(log -> parts.put(log.part().name(), log.last()));
    return new FoldedTotals(through, bases, true);
  }

  /** Fewer than there are units if one has none that can be read. */
  private List<Ledger.ReceiptHead> heads(PlanEntry plan) throws IOException {
    try {
      return plan.units().parallelStream().map(this::head).flatMap(Optional::stream).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Optional<Ledger.ReceiptHead> head(Unit unit) {
    try {
      return ledger.receiptHead(unit);
    } catch (DamagedFileException e) {
      // The next run mends it.
      return Optional.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Whether what is computed in the order of units has a unit, where it needs something of it. */
  private boolean isInStates(Unit unit, List<String> tables, Map<String, Long> nextUnits)
      throws IOException {
    for (String name : tables) {
      if (!nextUnits.containsKey(name)) {
        nextUnits.put(name, ledger.states(name).newest().map(StateLog.Entry::nextUnit).orElse(1L));
      }
      if (unit.number() >= nextUnits.get(name)) {
        return false;
      }
    }
    return true;
  }

  private Checkpoint next(List<PlanEntry> plans) throws IOException {
    Checkpoint.Sums sums = checkpoint.sums();
    Map<NameHash, Long> taken = new HashMap<>();
    Map<String, Long> offsets = new HashMap<>(checkpoint.offsets());
    Map<String, Checkpoint.Uncounted> uncounted = new LinkedHashMap<>();
    checkpoint.uncounted().forEach(file -> uncounted.put(file.name(), file));
    Map<String, RetryNote> retries = new LinkedHashMap<>();
    checkpoint.retries().forEach(note -> retries.put(note.name(), note));
    Map<Long, FollowedFile> followed = new TreeMap<>();
    checkpoint.followed().forEach(file -> followed.put(file.number(), file));
    List<Archive.Line> lines = new ArrayList<>();
    long lastUnit = checkpoint.lastUnit();
    for (PlanEntry plan : plans) {
      plan.plan().answeredNotes().forEach(retries::remove);
      List<Receipt> receipts = plan.archived().orElseThrow();
      for (int i = 0; i < receipts.size(); i++) {
        Unit unit = plan.units().get(i);
        lastUnit = unit.number();
        sums = sums.with(unit, receipts.get(i));
        RetryNote.of(unit, receipts.get(i)).forEach(note -> retries.put(note.name(), note));
        take(unit, receipts.get(i), taken, offsets, uncounted);
        unit.slices().stream()
            .filter(slice -> slice.identity() != null)
            .forEach(
                slice ->
                    followed.compute(
                        slice.identity().file(), (number, file) -> FollowedFile.with(file, slice)));
      }
      plan.plan().forgotten().forEach(followed::remove);
      take(plan.plan().otherNames(), taken, uncounted);
      lines.add(Archive.Line.of(plan.number(), plan.plan(), receipts));
    }
    Map<String, Long> states = new HashMap<>(checkpoint.states());
    for (String name : ledger.stateNames()) {
      List<StateLog.Entry> all = ledger.states(name).after(states.getOrDefault(name, 0L));
      for (StateLog.Entry state : all.subList(0, Math.max(0, all.size() - 1))) {
        states.put(name, state.number());
        if (!state.files().isEmpty()) {
          lines.add(Archive.Line.of(state.files()));
        }
      }
    }
    String unique = UUID.randomUUID().toString();
    long first = plans.get(0).number();
    long last = plans.get(plans.size() - 1).number();
    List<Archive.Ref> archives = new ArrayList<>(checkpoint.archives());
    archives.add(ledger.archive().write("plans-" + unique, first, last, lines));
    return new Checkpoint(
        checkpoint.number() + 1,
        last,
        lastUnit,
        sums,
        taken.isEmpty() ? names.refs() : names.add(ledger.temporary(), unique, taken).refs(),
        ledger.archive().merge(archives, "merged-" + unique),
        offsets,
        List.copyOf(uncounted.values()),
        List.copyOf(retries.values()),
        states,
        Map.copyOf(parts),
        List.copyOf(followed.values()));
  }

  private static void take(
      Unit unit,
      Receipt receipt,
      Map<NameHash, Long> taken,
      Map<String, Long> offsets,
      Map<String, Checkpoint.Uncounted> uncounted) {
    for (int place = 0; place < unit.slices().size(); place++) {
      Slice slice = unit.slices().get(place);
      if (slice.isOfTopic()) {
        offsets.merge(slice.source(), slice.to(), Math::max);
      }
      if (slice.isOfTopic() || slice.identity() != null) {
        continue;
      }
      long fingerprint = NameHash.fingerprint(slice.size(), slice.modified());
      taken.put(NameHash.of(slice.source()), fingerprint);
      if (slice.fileKey() != null) {
        taken.put(NameHash.ofFileKey(slice.fileKey()), fingerprint);
      }
      if (slice.isWholeFile() && receipt.hasCountedNothing(place) && !receipt.lacks(slice)) {
        uncounted.put(
            slice.source(),
            new Checkpoint.Uncounted(slice.source(), slice.size(), slice.modified()));
      } else {
        uncounted.remove(slice.source());
      }
    }
  }

  private static void take(
      List<Plan.OtherName> others,
      Map<NameHash, Long> taken,
      Map<String, Checkpoint.Uncounted> uncounted) {
    for (Plan.OtherName other : others) {
      taken.put(NameHash.of(other.name()), NameHash.fingerprint(other.size(), other.modified()));
      uncounted.remove(other.name());
    }
  }

  /**
   * Puts the same checkpoint under the next number, so that none counts that another run, which may
   * be frozen, has prepared.
   */
  void renew() throws IOException {
    if (!ledger.writeCheckpoint(checkpoint.next())) {
      throw anotherFolds();
    }
    moveTo(checkpoint.next());
  }

  private IOException anotherFolds() {
    return new IOException("another run has just made a checkpoint in " + ledger.folder().path());
  }

  private void moveTo(Checkpoint next) {
    Checkpoint kept = checkpoint;
    checkpoint = next;
    try {
      clearUpTo(kept, next);
    } catch (IOException e) {
      // The new checkpoint counts all the same.
      LOG.warn("Files that are folded cannot be deleted yet: {}", e.getMessage());
    }
  }

  /** Deletes what the checkpoint before and the new one do not need. */
  private void clearUpTo(Checkpoint kept, Checkpoint next) throws IOException {
    Optional<Checkpoint> old = ledger.readableCheckpoint(kept.number() - 1);
    for (ReportShape report : ledger.reports()) {
      ledger.reportTotals(report.name()).deleteSplit();
    }
    ledger.deletePlans(kept.lastPlan());
    ledger.deleteReceipts(kept.lastUnit());
    for (RetryNote note : ledger.retryNotes()) {
      if (note.unit() <= next.lastUnit() && !next.retries().contains(note)) {
        ledger.deleteRetryNote(note.name());
      }
    }
    for (Map.Entry<String, Long> state : kept.states().entrySet()) {
      ledger.states(state.getKey()).delete(state.getValue());
    }
    if (old.isPresent()) {
      Set<String> files = files(old.get());
      files.removeAll(files(kept));
      files.removeAll(files(next));
      for (String file : files) {
        ledger.names().delete(file);
      }
      Set<String> archives = archives(old.get());
      archives.removeAll(archives(kept));
      archives.removeAll(archives(next));
      ledger.archive().entries().delete("", archives::contains);
    }
    ledger.deleteCheckpointsBefore(kept.number());
  }

  private static Set<String> files(Checkpoint checkpoint) {
    Set<String> files = new HashSet<>();
    checkpoint.names().forEach(ref -> files.add(ref.file()));
    return files;
  }

  private static Set<String> archives(Checkpoint checkpoint) {
    Set<String> archives = new HashSet<>();
    checkpoint.archives().forEach(ref -> archives.add(ref.name()));
    return archives;
  }

  /** Makes the index of names from the archives, in a new checkpoint. */
  private void indexAgain() throws IOException {
    Map<NameHash, Long> taken = new HashMap<>();
    for (Archive.Ref ref : checkpoint.archives()) {
      Archive.Lines lines = ledger.archive().read(ref);
      for (Optional<Archive.Line> line; (line = lines.next()).isPresent(); ) {
        if (line.get().plan() != null) {
          List<Unit> units = line.get().plan().units();
          for (int i = 0; i < units.size(); i++) {
            Receipt receipt = line.get().receipts().get(i);
            take(units.get(i), receipt, taken, new HashMap<>(), new HashMap<>());
          }
          take(line.get().plan().otherNames(), taken, new HashMap<>());
        }
      }
      if (taken.size() >= MOST_NAMES) {
        names.add(ledger.temporary(), UUID.randomUUID().toString(), taken);
        taken.clear();
      }
    }
    if (!taken.isEmpty()) {
      names.add(ledger.temporary(), UUID.randomUUID().toString(), taken);
    }
    Checkpoint next = checkpoint.withNames(names.refs());
    if (!ledger.writeCheckpoint(next)) {
      throw anotherFolds();
    }
    moveTo(next);
  }
}
