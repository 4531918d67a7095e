package io.tailrace.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.LongStream;

/**
 * Reads the plans of a ledger in their order: from the archives as far as a checkpoint has them,
 * behind it from their own files. Behind the newest there is none, until it is written.
 *
 * <p>A newest plan that is damaged is none, as long as nothing came of it: a power cut may leave
 * such a file if plans are not synced. Any other that is damaged or missing is an error. Files of
 * plans are read ever more at a time. For use by one thread.
 */
public final class PlanReader {

  private static final int MOST_AHEAD = 512;

  private final Ledger ledger;
  private final Queue<PlanEntry> read = new ArrayDeque<>();
  private Checkpoint checkpoint = Checkpoint.NONE;

  /** The archive that is being read, or null. */
  private Archive.Lines archive;

  private long lastArchived;

  /** The number behind those that were read. */
  private long unread;

  private long lastUnit = -1;
  private int ahead = 1;
  private boolean endWasChecked;

  PlanReader(Ledger ledger, long first) {
    this.ledger = ledger;
    this.unread = first;
  }

  /**
   * The next plan, if it has been written.
   *
   * @throws DamagedFileException if it is damaged or missing
   */
  public Optional<PlanEntry> next() throws IOException {
    boolean isAtEnd = false;
    while (read.isEmpty() && !isAtEnd) {
      if (archive != null || openArchive()) {
        readLine();
      } else {
        isAtEnd = !readFiles();
      }
    }
    return Optional.ofNullable(read.poll());
  }

  /** Opens the archive with the next plan, if one has it. */
  private boolean openArchive() throws IOException {
    if (ledger.newestCheckpoint() > checkpoint.number()) {
      checkpoint = ledger.checkpoint();
    }
    for (Archive.Ref ref : checkpoint.archives()) {
      if (ref.lastPlan() >= unread) {
        try {
          archive = ledger.archive().read(ref);
        } catch (DamagedFileException e) {
          if (ledger.checkpoint().number() <= checkpoint.number()) {
            throw e;
          }
          // A run has merged it with others meanwhile.
          return openArchive();
        }
        lastArchived = ref.lastPlan();
        return true;
      }
    }
    return false;
  }

  private void readLine() throws IOException {
    Optional<Archive.Line> line = archive.next();
    if (line.isEmpty()) {
      archive = null;
      unread = lastArchived + 1;
      if (unread > checkpoint.lastPlan()) {
        lastUnit = checkpoint.lastUnit();
      }
    } else if (line.get().plan() != null && line.get().number() >= unread) {
      Archive.Line found = line.get();
      read.add(new PlanEntry(found.number(), found.plan(), Optional.of(found.receipts())));
    }
  }

  /** Tells whether there may be a next plan: some were read, or were folded meanwhile. */
  private boolean readFiles() throws IOException {
    int count = ahead;
    ahead = Math.min(2 * ahead, MOST_AHEAD);
    for (Optional<Plan> plan : plans(unread, unread + count)) {
      if (plan.isEmpty()) {
        ahead = 1;
        if (isFolded(unread)) {
          return true;
        }
        checkEnd();
        return !read.isEmpty();
      }
      add(plan.get());
    }
    return true;
  }

  /** Whether a plan is in a checkpoint that was made since the one that is known. */
  private boolean isFolded(long number) throws IOException {
    return ledger.newestCheckpoint() > checkpoint.number()
        && number <= ledger.checkpoint().lastPlan();
  }

  private void add(Plan plan) {
    read.add(PlanEntry.ofFile(unread, plan));
    unread++;
    for (Unit unit : plan.units()) {
      lastUnit = unit.number();
    }
  }

  /** Plans are written in their order, and before their units: the one at the end may be lost. */
  private void checkEnd() throws IOException {
    if (endWasChecked) {
      return;
    }
    endWasChecked = true;
    boolean isMissing = ledger.newestPlan() > unread || somethingCameOf(unread);
    if (isMissing && ledger.checkpoint().number() == checkpoint.number()) {
      Optional<Plan> late = plan(unread);
      if (late.isEmpty()) {
        throw new DamagedFileException(ledger.planPath(unread), "it is missing");
      }
      add(late.get());
    }
  }

  private List<Optional<Plan>> plans(long first, long end) throws IOException {
    if (end == first + 1) {
      return List.of(plan(first));
    }
    try {
      return LongStream.range(first, end).parallel().mapToObj(this::planUnchecked).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Optional<Plan> planUnchecked(long number) {
    try {
      return plan(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<Plan> plan(long number) throws IOException {
    try {
      return ledger.planInFile(number);
    } catch (DamagedFileException e) {
      if (ledger.newestPlan() > number || somethingCameOf(number)) {
        throw e;
      }
      return Optional.empty();
    }
  }

  private boolean somethingCameOf(long number) throws IOException {
    long before = lastUnit;
    if (number != unread || before < 0) {
      before = checkpoint.lastUnit();
      for (long earlier = checkpoint.lastPlan() + 1; earlier < number; earlier++) {
        for (Unit unit : ledger.planInFile(earlier).map(Plan::units).orElse(List.of())) {
          before = unit.number();
        }
      }
    }
    return ledger.newestReceipt() > before;
  }
}
