package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.RetryNote;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
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
import java.util.Set;
import java.util.TreeMap;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds new files.
 *
 * <p>A file is found once it has settled, and once: content that later appears under its name is
 * warned of and not read. Slices that could not be read are found again at the next poll and then
 * ever more rarely, up to once a minute. The names of all files that were planned are held.
 */
final class FileFinder implements Finder {

  /** Opening a file costs about as much as reading so many of its bytes. */
  static final long OPEN_COST_BYTES = 1 << 16;

  /** A poll's files become at least this many units, if that does not make the units tiny. */
  private static final int UNITS_A_POLL = 16;

  private static final long TINY_UNIT_BYTES = 4L << 20;

  /** A poll takes about this many full units at most: what it plans is worked off together. */
  private static final int FULL_UNITS_A_POLL = 64;

  /** Unpacked data is about this many times as large, as far as planning is concerned. */
  private static final int PACKED_FACTOR = 4;

  private static final long LONGEST_RETRY_MILLIS = 60_000;

  /** What a listing had is planned for so long without looking again. */
  private static final long LONGEST_BACKLOG_MILLIS = 60_000;

  private static final Logger LOG = LoggerFactory.getLogger(FileFinder.class);

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
  private final FileFeed settings;
  private final Map<String, Version> planned = new HashMap<>();
  private final Set<String> answeredNotes = new HashSet<>();
  private final Map<String, Retry> retries = new TreeMap<>();
  private Map<String, Sighting> unsettled = new HashMap<>();

  /** Settled files that the last listing had and no poll has taken yet, in the order of names. */
  private final Deque<NewFile> backlog = new ArrayDeque<>();

  private long listedAt;
  private long listingMillis;

  FileFinder(Ledger ledger, FileFeed settings) {
    this.ledger = ledger;
    this.settings = settings;
  }

  @Override
  public void remember(Plan plan) {
    for (Unit unit : plan.units()) {
      for (Slice slice : unit.slices()) {
        planned.put(slice.source(), new Version(slice.size(), slice.modified()));
      }
    }
    answeredNotes.addAll(plan.answeredNotes());
    retries.keySet().removeAll(plan.answeredNotes());
  }

  @Override
  public void begin() throws IOException {
    // A new run tries at once what the last one could not read.
    takeRetryNotes(note -> 0);
  }

  @Override
  public void forget() {
    // What was taken of it is only found by listing again; and there is nothing to hurry for.
    backlog.clear();
  }

  @Override
  public long waiting() {
    return unsettled.size();
  }

  /** Listing takes half the time at most. */
  @Override
  public long pauseMillis() {
    return backlog.isEmpty() ? Math.max(settings.pollMillis(), listingMillis) : 0;
  }

  /** The input is listed unless an earlier listing had more than one poll takes. */
  @Override
  public Found find(long now) throws IOException {
    List<Pack> packs = new ArrayList<>();
    List<String> answered = List.of();
    if (backlog.isEmpty() || now - listedAt > LONGEST_BACKLOG_MILLIS) {
      takeRetryNotes(note -> now + wait(note));
      Map<String, Version> present = list(now);
      packs.addAll(pack(takeBacklog(), 0));
      answered = planRetries(packs, present, now);
    } else {
      packs.addAll(pack(takeBacklog(), 0));
    }
    return new Found(packs, answered);
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
        if (hasSettled(sighting, now) && Storages.of(name).isComplete(file)) {
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
        settings.isSplittable(name)
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

  /** Packs slices, in their order, to about the same weight. */
  private List<Pack> pack(List<Slice> slices, int attempt) {
    long total = slices.stream().mapToLong(FileFinder::weight).sum();
    long target =
        Math.min(settings.unitBytes(), Math.max(TINY_UNIT_BYTES, ceilDiv(total, UNITS_A_POLL)));
    List<Pack> packs = new ArrayList<>();
    List<Slice> pack = new ArrayList<>();
    long weight = 0;
    for (Slice slice : slices) {
      boolean isFull = settings.apart() || weight + weight(slice) > target;
      if (!pack.isEmpty() && isFull) {
        packs.add(new Pack(pack, attempt));
        pack = new ArrayList<>();
        weight = 0;
      }
      pack.add(slice);
      weight += weight(slice);
    }
    if (!pack.isEmpty()) {
      packs.add(new Pack(pack, attempt));
    }
    return packs;
  }

  private static long weight(Slice slice) {
    long bytes = slice.to() - slice.from();
    return OPEN_COST_BYTES
        + (FileSliceReader.isPacked(slice.source()) ? bytes * PACKED_FACTOR : bytes);
  }

  /**
   * Adds packs of the slices that could not be read, where their files are there again.
   *
   * @return the names of the notes that asked for it
   */
  private List<String> planRetries(List<Pack> packs, Map<String, Version> present, long now) {
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
    slicesByAttempt.forEach((attempt, slices) -> packs.addAll(pack(slices, attempt)));
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

  @Override
  public void close() {
    // It holds nothing open.
  }
}
