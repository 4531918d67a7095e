package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.KnownNames;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.NameHash;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.RetryNote;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.function.ToLongFunction;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds new files.
 *
 * <p>A file is found once it has settled and has bytes, and once: content that later appears under
 * its name is warned of and not read. Only where nothing of a file was counted, because it had
 * nothing but a header, blank lines or the like, its next version is found like a new file: nothing
 * can count twice.
 *
 * <p>Slices that could not be read are looked at again at the next poll and then ever more rarely,
 * up to once a minute, and are found when they can be read: what stays unreadable costs no plans. A
 * damaged file is looked at again when it has changed. The names of files that were planned since
 * the newest checkpoint are held; those of others are in an index on disk.
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

  /** Looking at a slice again takes at most about this part of the time. */
  private static final int PART_OF_TIME = 10;

  /** What a listing had is planned for so long without looking again. */
  private static final long LONGEST_BACKLOG_MILLIS = 60_000;

  private static final Logger LOG = LoggerFactory.getLogger(FileFinder.class);

  private record Version(long size, long modified) {
    static Version of(StoredFile file) {
      return new Version(file.size(), file.modified());
    }
  }

  private record NewFile(String name, Version version) {}

  /**
   * A version of a file that was planned behind the checkpoint, or that was warned of.
   *
   * @param unit the unit that has a slice of it, or null if the version is not read
   * @param place the place of the slice in the unit
   */
  private record Planned(Version version, Unit unit, int place) {

    /** Whether the unit has all of the file. */
    boolean isWhole() {
      return unit != null && unit.slices().get(place).isWholeFile();
    }
  }

  private record Sighting(Version version, long firstSeen) {}

  /** A slice to look at again, and to plan again if it can be read. */
  private static final class Retry {
    private final RetryNote note;
    private long notBefore;
    private int failedLooks;

    /** The version that is known to be damaged, if one is. */
    private Version damaged;

    /** What was said last of why it cannot be read. */
    private String said;

    Retry(RetryNote note, long notBefore) {
      this.note = note;
      this.notBefore = notBefore;
      if (note.damaged()) {
        damaged = new Version(note.slice().size(), note.slice().modified());
      }
    }
  }

  /** Takes what is read in order to see whether that can be done. */
  private static final class Look implements SliceReader.Contents {

    @Override
    public void line(byte[] bytes, int from, int to, long length, long offset, long index) {}

    @Override
    public void arrayWithoutEnd(long offset, long index) {}

    @Override
    public void message(
        ConsumerRecord<ByteBuffer, ByteBuffer> message, byte[] bytes, int from, int to) {}

    @Override
    public void gone(long from, long to) {}

    @Override
    public void damaged(long offset, String reason) {}
  }

  private final Ledger ledger;
  private final FileFeed settings;
  private final Map<String, Planned> planned = new HashMap<>();
  private final Map<String, Version> uncounted = new HashMap<>();
  private Checkpoint checkpoint;
  private KnownNames names;
  private final Set<String> answeredNotes = new HashSet<>();
  private final Map<String, Retry> retries = new TreeMap<>();
  private Map<String, Sighting> unsettled = new HashMap<>();

  /** Settled files without bytes, of which there is nothing to plan. */
  private Map<String, Version> empty = new HashMap<>();

  /** Settled files that the last listing had and no poll has taken yet, in the order of names. */
  private final Deque<NewFile> backlog = new ArrayDeque<>();

  private long listedAt;
  private long listingMillis;
  private SliceReader lookReader;

  FileFinder(Ledger ledger, FileFeed settings) {
    this.ledger = ledger;
    this.settings = settings;
  }

  @Override
  public void remember(Checkpoint newest, KnownNames index) {
    checkpoint = newest;
    names = index;
    uncounted.clear();
    for (Checkpoint.Uncounted file : newest.uncounted()) {
      uncounted.put(file.name(), new Version(file.size(), file.modified()));
    }
    planned
        .values()
        .removeIf(file -> file.unit() != null && file.unit().number() <= newest.lastUnit());
  }

  @Override
  public void remember(Plan plan) {
    for (Unit unit : plan.units()) {
      for (int place = 0; place < unit.slices().size(); place++) {
        Slice slice = unit.slices().get(place);
        Version version = new Version(slice.size(), slice.modified());
        planned.put(slice.source(), new Planned(version, unit, place));
      }
    }
    answeredNotes.addAll(plan.answeredNotes());
    retries.keySet().removeAll(plan.answeredNotes());
  }

  @Override
  public void begin() throws IOException {
    // A new run tries at once what the last one could not read.
    takeRetryNotes(note -> 0, false);
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
      takeRetryNotes(note -> now + waitForUnit(note), true);
      long began = System.nanoTime();
      Map<String, Version> present = list(now);
      packs.addAll(pack(takeBacklog(), 0));
      answered = planRetries(packs, present, now);
      listingMillis = (System.nanoTime() - began) / 1_000_000;
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
    Set<String> wanted = new HashSet<>();
    retries.values().forEach(retry -> wanted.add(retry.note.slice().source()));
    Map<String, Version> present = new HashMap<>();
    Map<String, Sighting> stillUnsettled = new HashMap<>();
    Map<String, Version> stillEmpty = new HashMap<>();
    List<NewFile> settled = new ArrayList<>();
    for (StoredFile file : settings.listing().list()) {
      String name = file.path();
      Version version = Version.of(file);
      if (wanted.contains(name)) {
        present.put(name, version);
      } else if (version.size() == 0 && version.equals(empty.get(name))) {
        stillEmpty.put(name, version);
      } else if (isNew(name, version)) {
        Sighting sighting = unsettled.get(name);
        if (sighting == null || !sighting.version().equals(version)) {
          sighting = new Sighting(version, now);
        }
        if (hasSettled(sighting, now) && Storages.of(name).isComplete(file)) {
          if (version.size() == 0) {
            stillEmpty.put(name, version);
          } else {
            settled.add(new NewFile(name, version));
          }
        } else {
          stillUnsettled.put(name, sighting);
        }
      }
    }
    settled.sort(Comparator.comparing(NewFile::name));
    backlog.clear();
    backlog.addAll(settled);
    unsettled = stillUnsettled;
    empty = stillEmpty;
    listedAt = now;
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
      slices.addAll(slices(file.name(), file.version()));
    }
    return slices;
  }

  /** By its own time, or, should its clock be ahead of ours, by what we have seen. */
  private boolean hasSettled(Sighting sighting, long now) {
    return now - sighting.version().modified() >= settings.settleMillis()
        || now - sighting.firstSeen() >= settings.settleMillis()
            && sighting.version().modified() > now;
  }

  private List<Slice> slices(String name, Version version) {
    List<Slice> slices = new ArrayList<>();
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
    return slices;
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
   * Adds packs of the slices that could not be read and now can.
   *
   * @return the names of the notes that asked for it
   */
  private List<String> planRetries(List<Pack> packs, Map<String, Version> present, long now) {
    List<String> answered = new ArrayList<>();
    Map<Integer, List<Slice>> slicesByAttempt = new TreeMap<>();
    for (Retry retry : retries.values()) {
      RetryNote note = retry.note;
      Slice slice = note.slice();
      Version version = present.get(slice.source());
      if (version == null || version.size() == 0 || now < retry.notBefore) {
        continue;
      }
      if (version.equals(retry.damaged)) {
        say(retry, retry.said == null ? note.reason() : retry.said);
        continue;
      }
      boolean same = slice.isVersion(version.size(), version.modified());
      if (!same && !slice.isWholeFile()) {
        LOG.warn("{} was replaced while it was read: only a part of it counts", slice.source());
        answered.add(note.name());
      } else if (same || now - version.modified() >= settings.settleMillis()) {
        List<Slice> slices = same ? List.of(slice) : slices(slice.source(), version);
        if (canBeRead(slices.get(0), retry, now)) {
          slicesByAttempt
              .computeIfAbsent(note.attempt(), attempt -> new ArrayList<>())
              .addAll(slices);
          answered.add(note.name());
        }
      }
    }
    slicesByAttempt.forEach((attempt, slices) -> packs.addAll(pack(slices, attempt)));
    return answered;
  }

  /** Reads a slice to nowhere: a unit that could not read it would be noted for ever. */
  private boolean canBeRead(Slice slice, Retry retry, long now) {
    if (lookReader == null) {
      lookReader = settings.newReader();
    }
    long began = System.nanoTime();
    String problem;
    boolean damaged = false;
    try {
      lookReader.read(slice, new Look());
      return true;
    } catch (UnreadableException e) {
      problem = e.getMessage();
      damaged = e.isDamaged();
    } catch (IOException e) {
      problem = String.valueOf(e.getMessage());
    }
    long took = (System.nanoTime() - began) / 1_000_000;
    long wait = Math.min(LONGEST_RETRY_MILLIS, doubled(settings.pollMillis(), retry.failedLooks++));
    retry.notBefore = now + Math.max(wait, took * PART_OF_TIME);
    retry.damaged = damaged ? new Version(slice.size(), slice.modified()) : null;
    say(retry, problem);
    return false;
  }

  /** Says why a slice cannot be read, unless that was said last. */
  private static void say(Retry retry, String problem) {
    if (!problem.equals(retry.said)) {
      LOG.warn(
          "{} can still not be read and is tried again{}: {}",
          retry.note.slice().source(),
          retry.damaged == null ? "" : " when it has changed",
          problem);
      retry.said = problem;
    }
  }

  /**
   * @param said whether units of this run have said why slices could not be read
   */
  private void takeRetryNotes(ToLongFunction<RetryNote> notBefore, boolean said)
      throws IOException {
    for (RetryNote note : ledger.retryNotes(retries.keySet())) {
      if (answeredNotes.contains(note.name()) || isStale(note)) {
        ledger.deleteRetryNote(note.name());
      } else {
        Retry retry = new Retry(note, notBefore.applyAsLong(note));
        retry.said = said ? note.reason() : null;
        retries.put(note.name(), retry);
      }
    }
  }

  /** Whether a run that has lost its rights has noted again what was answered long ago. */
  private boolean isStale(RetryNote note) {
    return note.unit() <= checkpoint.lastUnit() && !checkpoint.retries().contains(note);
  }

  /**
   * Nothing after the first unit that could not read a slice, then one poll interval, then twice as
   * long each time: should units fail though looks do not, there is still no end of plans.
   */
  private long waitForUnit(RetryNote note) {
    return note.attempt() < 2 ? 0 : doubled(settings.pollMillis(), note.attempt() - 2);
  }

  private static long doubled(long millis, int times) {
    return millis << Math.min(30, times);
  }

  /** Whether a version of a file is to be read: no other of it has counted. */
  private boolean isNew(String name, Version version) throws IOException {
    Planned behind = planned.get(name);
    if (behind != null) {
      return !behind.version().equals(version) && hasCountedNothing(behind, name, version);
    }
    OptionalLong fingerprint = names.find(name);
    if (fingerprint.isEmpty()) {
      return true;
    }
    if (fingerprint.getAsLong() == NameHash.fingerprint(version.size(), version.modified())) {
      return false;
    }
    return uncounted.containsKey(name) || ignored(name, version);
  }

  /** Whether nothing was counted of a file that has changed since it was planned. */
  private boolean hasCountedNothing(Planned known, String name, Version version)
      throws IOException {
    if (known.isWhole()) {
      Optional<Receipt> receipt = ledger.receiptWithoutTables(known.unit());
      if (receipt.isEmpty() || receipt.get().unread().stream().anyMatch(isOf(name))) {
        // Whoever reads it notices, and asks for it again.
        return false;
      }
      if (receipt.get().hasCountedNothing(known.place())) {
        return true;
      }
    }
    return ignored(name, version);
  }

  /** Says that a version of a file is not read, once. */
  private boolean ignored(String name, Version version) {
    LOG.warn(
        "{} has changed since it was read; the new content ({} bytes now) is ignored, what was read"
            + " under this name counts; give the new content a new name",
        name,
        version.size());
    planned.put(name, new Planned(version, null, 0));
    return false;
  }

  private static Predicate<Receipt.Unread> isOf(String name) {
    return unread -> unread.slice().source().equals(name);
  }

  @Override
  public void close() {
    if (lookReader != null) {
      lookReader.close();
    }
  }
}
