package io.tailrace.feed;

import io.tailrace.ledger.CleanedInput;
import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves or deletes files that were read, in the order of the plans that have them.
 *
 * <p>A file goes when all of it is in durable receipts and if it is still the version that was
 * read. Whatever is done twice, because the process was killed before that was noted, does no harm:
 * a file that is gone is done. What cannot be done now is tried again, and later plans wait for it.
 *
 * <p>For use by one thread, but for {@link #stop}.
 */
public final class SourceCleaning {

  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  /** A plan that is due later than this is not kept in memory until then. */
  private static final long LONG_WAIT_MILLIS = 600_000;

  /** Of what takes so long a part is noted. */
  private static final int FILES_OF_A_NOTE = 1_000;

  /** After so many files that cannot be moved or deleted, others of the plan are not tried. */
  private static final int MOST_FAILURES = 10;

  private static final long NANOS_BETWEEN_LOOKS = TimeUnit.SECONDS.toNanos(1);

  private static final Logger LOG = LoggerFactory.getLogger(SourceCleaning.class);

  private final Ledger ledger;
  private final long run;
  private final CleanSource settings;
  private CleanedInput done;
  private CleanedInput noted;

  /** The files that went since that was noted. */
  private int files;

  private PlanReader plans;
  private PlanEntry next;
  private long lookedAt = System.nanoTime() - NANOS_BETWEEN_LOOKS;
  private boolean goesOn;
  private volatile boolean stopped;

  /**
   * @param run the number of the run that it belongs to; once that run ends it does nothing
   */
  public SourceCleaning(Ledger ledger, long run, CleanSource settings) {
    this.ledger = ledger;
    this.run = run;
    this.settings = settings;
  }

  /** Ends it after the file that it is at. */
  public void stop() {
    stopped = true;
  }

  /**
   * Moves or deletes the files that are due.
   *
   * @param now milliseconds since 1970
   * @return how long there is nothing to do, in milliseconds
   * @throws IOException if something cannot be done now
   */
  public long clean(long now) throws IOException {
    if (done == null) {
      noted = ledger.cleaned();
      done = noted;
    }
    note();
    while (goesOn() && findNext()) {
      long wait = millisUntilDue(next, now);
      if (wait > 0) {
        note();
        if (wait > LONG_WAIT_MILLIS) {
          forget();
        }
        return Math.min(wait, LONGEST_PAUSE_MILLIS);
      }
      Optional<List<Receipt>> receipts = receipts(next);
      if (receipts.isPresent()) {
        if (!clean(next, receipts.get())) {
          break;
        }
        next = null;
        if (files >= FILES_OF_A_NOTE) {
          note();
        }
      } else if (isFolded(next)) {
        // Its receipts are in an archive now.
        forget();
      } else {
        break;
      }
    }
    note();
    return Math.max(
        settings.pollMillis(), Math.min(settings.afterMillis() / 10, LONGEST_PAUSE_MILLIS));
  }

  private boolean goesOn() throws IOException {
    long now = System.nanoTime();
    if (now - lookedAt >= NANOS_BETWEEN_LOOKS) {
      lookedAt = now;
      goesOn = ledger.goesOn(run);
    }
    return goesOn && !stopped;
  }

  private boolean findNext() throws IOException {
    if (plans == null) {
      plans = ledger.plansFrom(done.lastPlan() + 1);
    }
    if (next == null) {
      next = plans.next().orElse(null);
    }
    return next != null;
  }

  private void forget() {
    plans = null;
    next = null;
  }

  private void note() throws IOException {
    if (done.lastPlan() > noted.lastPlan()) {
      ledger.writeCleaned(done);
      noted = done;
      if (files > 0) {
        LOG.info("{} files were {}", files, settings);
        files = 0;
      }
    }
  }

  private long millisUntilDue(PlanEntry plan, long now) {
    long planned = plan.units().stream().mapToLong(Unit::planned).max().orElse(Unit.UNKNOWN);
    return settings.afterMillis() - (now - planned);
  }

  /** The receipts of all units of a plan, if they have some that can be read. */
  private Optional<List<Receipt>> receipts(PlanEntry plan) throws IOException {
    List<Receipt> receipts = new ArrayList<>();
    for (Unit unit : plan.units()) {
      try {
        Optional<Receipt> receipt = plan.receipt(ledger, unit);
        if (receipt.isEmpty()) {
          return Optional.empty();
        }
        receipts.add(receipt.get());
      } catch (DamagedFileException e) {
        // The next run reads the unit again.
        return Optional.empty();
      }
    }
    if (plan.archived().isEmpty()) {
      ledger.syncReceipts();
    }
    return Optional.of(receipts);
  }

  private boolean isFolded(PlanEntry plan) throws IOException {
    return plan.archived().isEmpty() && ledger.isFolded(plan.units().get(0));
  }

  /** Tells whether all files of a plan are done. */
  private boolean clean(PlanEntry plan, List<Receipt> receipts) throws IOException {
    Map<String, List<Slice>> parts = new LinkedHashMap<>();
    done.parts().forEach(slice -> add(parts, slice));
    List<Slice> whole = new ArrayList<>();
    read(plan, receipts)
        .forEach(
            (source, slices) -> {
              Slice version = slices.get(0);
              List<Slice> all =
                  Stream.concat(
                          parts.getOrDefault(source, List.of()).stream()
                              .filter(part -> part.isVersion(version.size(), version.modified())),
                          slices.stream())
                      .toList();
              if (isWhole(all)) {
                parts.remove(source);
                whole.add(version);
              } else {
                parts.put(source, all);
              }
            });
    IOException failure = null;
    int failures = 0;
    for (Slice file : whole) {
      if (!goesOn() || failures == MOST_FAILURES) {
        break;
      }
      try {
        cleanFile(file);
      } catch (IOException e) {
        failure = failure == null ? e : failure;
        failures++;
      }
    }
    if (failure != null) {
      throw failure;
    }
    if (!goesOn()) {
      return false;
    }
    done = new CleanedInput(plan.number(), parts.values().stream().flatMap(List::stream).toList());
    return true;
  }

  /** The slices of files that the units of a plan have read, by the names of the files. */
  private static Map<String, List<Slice>> read(PlanEntry plan, List<Receipt> receipts) {
    Map<String, List<Slice>> read = new LinkedHashMap<>();
    for (int i = 0; i < receipts.size(); i++) {
      Unit unit = plan.units().get(i);
      // How long ago others were planned is not known.
      if (unit.planned() != Unit.UNKNOWN) {
        for (int place = 0; place < unit.slices().size(); place++) {
          Slice slice = unit.slices().get(place);
          // More may come to a file of which nothing was counted, and it is read again then.
          boolean mayBeReadAgain = slice.isWholeFile() && receipts.get(i).hasCountedNothing(place);
          if (!receipts.get(i).lacks(slice) && !mayBeReadAgain) {
            add(read, slice);
          }
        }
      }
    }
    return read;
  }

  private static void add(Map<String, List<Slice>> byFile, Slice slice) {
    byFile.computeIfAbsent(slice.source(), source -> new ArrayList<>()).add(slice);
  }

  /** Whether slices of a version of a file are all of it. */
  private static boolean isWhole(List<Slice> slices) {
    long end = 0;
    for (Slice slice : slices.stream().sorted(Comparator.comparingLong(Slice::from)).toList()) {
      if (slice.from() > end) {
        return false;
      }
      end = Math.max(end, slice.to());
    }
    return end == slices.get(0).size();
  }

  private void cleanFile(Slice version) throws IOException {
    String path = version.source();
    if (!settings.listing().has(path)) {
      return;
    }
    Storage storage = Storages.of(path);
    StoredFile file;
    try {
      file = storage.stat(path);
    } catch (FileNotFoundException e) {
      // It went before that was noted, or somebody else has taken it.
      return;
    }
    if (!version.isVersion(file.size(), file.modified()) || !storage.isComplete(file)) {
      LOG.debug("{} has changed since it was read, and stays", path);
      return;
    }
    if (settings.archive().isPresent()) {
      move(path, storage);
    } else {
      storage.delete(path);
    }
    files++;
  }

  private void move(String path, Storage storage) throws IOException {
    for (int copy = 0; ; copy++) {
      String target = settings.target(path, copy);
      if (storage.move(path, target)) {
        return;
      }
      if (storage.haveSameContent(path, target)) {
        // A move that was cut short has left both.
        storage.delete(path);
        return;
      }
    }
  }
}
