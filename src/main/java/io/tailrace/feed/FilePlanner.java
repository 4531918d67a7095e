package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.RetryNote;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Storage;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, poll by poll, which units the files of an input become, and notes it in the ledger
 * before anyone reads them.
 *
 * <p>A file is planned once it has settled, and once: content that later appears under its name is
 * warned of and not read. Slices that could not be read are planned again at the next poll and then
 * ever more rarely, up to once a minute.
 *
 * <p>One planner at a time works on a ledger. It holds the names of all files that were planned.
 */
public final class FilePlanner {

  /** Opening a file costs about as much as reading so many of its bytes. */
  static final long OPEN_COST_BYTES = 1 << 16;

  /** A poll's files become at least this many units, if that does not make the units tiny. */
  private static final int UNITS_A_POLL = 16;

  private static final long TINY_UNIT_BYTES = 4L << 20;

  /** A poll takes about this many full units at most: what it plans is worked off together. */
  private static final int FULL_UNITS_A_POLL = 64;

  /** For this many times the time to settle, files that change are waited for. */
  private static final int SETTLE_PATIENCE = 10;

  /** Unpacked data is about this many times as large, as far as planning is concerned. */
  private static final int PACKED_FACTOR = 4;

  private static final long LONGEST_RETRY_MILLIS = 60_000;

  /** What a listing had is planned for so long without looking again. */
  private static final long LONGEST_BACKLOG_MILLIS = 60_000;

  private static final Logger LOG = LoggerFactory.getLogger(FilePlanner.class);

  /**
   * What a poll found.
   *
   * @param planned whether units were planned
   * @param unsettled the number of files that were left for a later poll because they changed
   */
  public record Poll(boolean planned, int unsettled) {}

  /** Numbers of consecutive plans; none if the last comes before the first. */
  public record Plans(long first, long last) {}

  private record Version(long size, long modified) {
    static Version of(StoredFile file) {
      return new Version(file.size(), file.modified());
    }
  }

  private record NewFile(String name, Version version) {}

  private record Sighting(Version version, long firstSeen) {}

  /** A slice to plan again, not before a time. */
  private record Retry(RetryNote note, long notBefore) {}

  private final Ledger ledger;
  private final long run;
  private final FeedSettings settings;
  private final Map<String, Version> planned = new HashMap<>();
  private final Set<String> answeredNotes = new HashSet<>();
  private final Map<String, Retry> retries = new TreeMap<>();
  private Map<String, Sighting> unsettled = new HashMap<>();

  /** Settled files that the last listing had and no poll has taken yet, in the order of names. */
  private final Deque<NewFile> backlog = new ArrayDeque<>();

  private long listedAt;
  private long listingMillis;
  private int failures;
  private long failedUntil;
  private long lastPlan;
  private long lastUnit;

  private FilePlanner(Ledger ledger, long run, FeedSettings settings) {
    this.ledger = ledger;
    this.run = run;
    this.settings = settings;
  }

  /**
   * A planner that knows what the ledger's plans say.
   *
   * @param run the number of the run that it plans for; once that run is over it plans nothing
   */
  public static FilePlanner open(Ledger ledger, long run, FeedSettings settings)
      throws IOException {
    FilePlanner planner = new FilePlanner(ledger, run, settings);
    Optional<Plan> plan;
    while ((plan = ledger.plan(planner.lastPlan + 1)).isPresent()) {
      planner.remember(plan.get());
    }
    // A new run tries at once what the last one could not read.
    planner.takeRetryNotes(note -> 0);
    return planner;
  }

  private void remember(Plan plan) {
    lastPlan++;
    for (Unit unit : plan.units()) {
      lastUnit = unit.number();
      for (Slice slice : unit.slices()) {
        planned.put(slice.source(), new Version(slice.size(), slice.modified()));
      }
    }
    answeredNotes.addAll(plan.answeredNotes());
  }

  /** The number of the newest plan, 0 if there is none. */
  public long lastPlan() {
    return lastPlan;
  }

  /** Plans all that is there now, and waits for what has not settled, but not for ever. */
  public void planAvailable() throws InterruptedException {
    Poll poll;
    int waits = 0;
    do {
      poll = poll(System.currentTimeMillis());
      if (failures > 0) {
        Thread.sleep(settings.pollMillis());
      } else if (!poll.planned() && poll.unsettled() > 0) {
        Thread.sleep(Math.max(1, settings.settleMillis()));
        waits++;
      }
    } while (failures > 0 || poll.planned() || poll.unsettled() > 0 && waits < SETTLE_PATIENCE);
    if (poll.unsettled() > 0) {
      LOG.warn("{} files kept changing and are left for the next run", poll.unsettled());
    }
  }

  /**
   * Plans what is new in the input, which is listed unless an earlier listing had more than one
   * poll takes. If it cannot be listed or the plan cannot be written, that is tried again at a
   * later poll.
   *
   * @param now milliseconds since 1970
   */
  public Poll poll(long now) {
    if (now < failedUntil) {
      return new Poll(false, unsettled.size());
    }
    try {
      boolean planned = plan(now);
      failures = 0;
      failedUntil = 0;
      return new Poll(planned, unsettled.size());
    } catch (IOException e) {
      failedUntil = now + Math.min(LONGEST_RETRY_MILLIS, 1_000L << Math.min(failures, 6));
      failures++;
      // What was taken of it is only found by listing again; and there is nothing to hurry for.
      backlog.clear();
      LOG.warn("{} cannot be planned for yet: {}", settings.listing().glob(), e.getMessage());
      return new Poll(false, unsettled.size());
    }
  }

  /**
   * How long to wait before the next poll, in milliseconds: listing takes half the time at most.
   */
  public long pauseMillis() {
    return backlog.isEmpty() ? Math.max(settings.pollMillis(), listingMillis) : 0;
  }

  /** Tells whether there was something to plan. */
  private boolean plan(long now) throws IOException {
    List<Unit> units = new ArrayList<>();
    List<String> answered = List.of();
    if (backlog.isEmpty() || now - listedAt > LONGEST_BACKLOG_MILLIS) {
      takeRetryNotes(note -> now + wait(note));
      Map<String, Version> present = list(now);
      units.addAll(pack(takeBacklog(), 0));
      answered = planRetries(units, present, now);
    } else {
      units.addAll(pack(takeBacklog(), 0));
    }
    // Asked last of all, because a run that has followed plans under the same numbers.
    boolean anything = (!units.isEmpty() || !answered.isEmpty()) && ledger.goesOn(run);
    if (anything) {
      Plan plan = new Plan(units, answered);
      ledger.writePlan(lastPlan + 1, plan);
      remember(plan);
      retries.keySet().removeAll(answered);
    }
    return anything;
  }

  /**
   * Lists the input for new files.
   *
   * @return those files that are asked for again
   */
  private Map<String, Version> list(long now) throws IOException {
    long began = System.nanoTime();
    Set<String> wanted = new HashSet<>();
    retries.values().forEach(retry -> wanted.add(retry.note().slice().source()));
    Map<String, Version> present = new HashMap<>();
    Map<String, Sighting> stillUnsettled = new HashMap<>();
    List<NewFile> settled = new ArrayList<>();
    Storage storage = Storages.of(settings.listing().glob());
    for (StoredFile file : settings.listing().list()) {
      String name = file.path();
      Version version = Version.of(file);
      Version known = planned.get(name);
      if (wanted.contains(name)) {
        present.put(name, version);
      } else if (known != null) {
        warnIfReplaced(name, known, version);
      } else {
        Sighting sighting = unsettled.get(name);
        if (sighting == null || !sighting.version().equals(version)) {
          sighting = new Sighting(version, now);
        }
        if (hasSettled(sighting, now) && storage.isComplete(file)) {
          settled.add(new NewFile(name, version));
        } else {
          stillUnsettled.put(name, sighting);
        }
      }
    }
    settled.sort(Comparator.comparing(NewFile::name));
    backlog.clear();
    backlog.addAll(settled);
    unsettled = stillUnsettled;
    listedAt = now;
    listingMillis = (System.nanoTime() - began) / 1_000_000;
    return present;
  }

  private List<Slice> takeBacklog() {
    List<Slice> slices = new ArrayList<>();
    long bytes = 0;
    for (int taken = 0;
        !backlog.isEmpty()
            && taken < settings.maxFilesPerPoll()
            && bytes < FULL_UNITS_A_POLL * settings.unitBytes();
        taken++) {
      NewFile file = backlog.poll();
      bytes += file.version().size();
      addSlices(slices, file.name(), file.version());
    }
    return slices;
  }

  /** By its own time, or, should its clock be ahead of ours, by what we have seen. */
  private boolean hasSettled(Sighting sighting, long now) {
    return now - sighting.version().modified() >= settings.settleMillis()
        || now - sighting.firstSeen() >= settings.settleMillis()
            && sighting.version().modified() > now;
  }

  private void addSlices(List<Slice> slices, String name, Version version) {
    long pieces =
        SliceReader.isSplittable(name)
            ? Math.max(1, ceilDiv(version.size(), settings.unitBytes()))
            : 1;
    for (long piece = 0; piece < pieces; piece++) {
      slices.add(
          new Slice(
              name,
              cut(version.size(), piece, pieces),
              cut(version.size(), piece + 1, pieces),
              version.size(),
              version.modified()));
    }
  }

  private static long ceilDiv(long dividend, long divisor) {
    return dividend / divisor + (dividend % divisor == 0 ? 0 : 1);
  }

  private static long cut(long size, long piece, long pieces) {
    return size / pieces * piece + Math.min(piece, size % pieces);
  }

  /** Packs slices, in their order, into units of about the same weight. */
  private List<Unit> pack(List<Slice> slices, int attempt) {
    long total = slices.stream().mapToLong(FilePlanner::weight).sum();
    long target =
        Math.min(settings.unitBytes(), Math.max(TINY_UNIT_BYTES, ceilDiv(total, UNITS_A_POLL)));
    List<Unit> units = new ArrayList<>();
    List<Slice> pack = new ArrayList<>();
    long weight = 0;
    for (Slice slice : slices) {
      if (!pack.isEmpty() && weight + weight(slice) > target) {
        units.add(new Unit(++lastUnit, pack, attempt));
        pack = new ArrayList<>();
        weight = 0;
      }
      pack.add(slice);
      weight += weight(slice);
    }
    if (!pack.isEmpty()) {
      units.add(new Unit(++lastUnit, pack, attempt));
    }
    return units;
  }

  private static long weight(Slice slice) {
    long bytes = slice.to() - slice.from();
    return OPEN_COST_BYTES
        + (SliceReader.isSplittable(slice.source()) ? bytes : bytes * PACKED_FACTOR);
  }

  /**
   * Adds units for the slices that could not be read, where their files are there again.
   *
   * @return the names of the notes that asked for it
   */
  private List<String> planRetries(List<Unit> units, Map<String, Version> present, long now) {
    List<String> answered = new ArrayList<>();
    Map<Integer, List<Slice>> slicesByAttempt = new TreeMap<>();
    for (Retry retry : retries.values()) {
      RetryNote note = retry.note();
      Slice slice = note.slice();
      Version version = present.get(slice.source());
      if (version == null || now < retry.notBefore()) {
        continue;
      }
      List<Slice> slices =
          slicesByAttempt.computeIfAbsent(note.attempt(), attempt -> new ArrayList<>());
      if (slice.isVersion(version.size(), version.modified())) {
        slices.add(slice);
      } else if (!slice.isWholeFile()) {
        LOG.warn("{} was replaced while it was read: only a part of it counts", slice.source());
      } else if (now - version.modified() >= settings.settleMillis()) {
        addSlices(slices, slice.source(), version);
      } else {
        continue;
      }
      answered.add(note.name());
    }
    slicesByAttempt.forEach((attempt, slices) -> units.addAll(pack(slices, attempt)));
    return answered;
  }

  private void takeRetryNotes(ToLongFunction<RetryNote> notBefore) throws IOException {
    for (RetryNote note : ledger.retryNotes()) {
      if (answeredNotes.contains(note.name())) {
        ledger.deleteRetryNote(note.name());
      } else {
        retries.computeIfAbsent(note.name(), name -> new Retry(note, notBefore.applyAsLong(note)));
      }
    }
  }

  /** Nothing before the first retry, then one poll interval, then twice as long each time. */
  private long wait(RetryNote note) {
    int doublings = Math.min(20, note.attempt() - 2);
    return doublings < 0 ? 0 : Math.min(LONGEST_RETRY_MILLIS, settings.pollMillis() << doublings);
  }

  private void warnIfReplaced(String name, Version known, Version version) {
    if (!known.equals(version)) {
      LOG.warn(
          "{} has changed since it was found ({} bytes then, {} now); what was read under this name"
              + " counts, new content needs a new name",
          name,
          known.size(),
          version.size());
      planned.put(name, version);
    }
  }
}
