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
import java.io.FileNotFoundException;
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
import java.util.OptionalLong;
import java.util.Set;
import java.util.function.Predicate;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds new files.
 *
 * <p>A file is found once it has settled and has bytes, and once: content that later appears under
 * its name is warned of and not read. Only where nothing of a file was counted, because it had
 * nothing but a header, blank lines or the like, its next version is found like a new file: nothing
 * can count twice. Nor is a file found again under another name, where its storage tells which file
 * it is.
 *
 * <p>The names and keys of files that were planned since the newest checkpoint are held; those of
 * others are in an index on disk.
 */
final class FileFinder implements Finder {

  /** A poll takes about this many full units at most: what it plans is worked off together. */
  private static final int FULL_UNITS_A_POLL = 64;

  /** What a listing had is planned for so long without looking again. */
  private static final long LONGEST_BACKLOG_MILLIS = 60_000;

  /** So often files are looked at in a poll interval, at most, if some settle in it. */
  private static final int POLLS_WHILE_SETTLING = 5;

  private static final Logger LOG = LoggerFactory.getLogger(FileFinder.class);

  /**
   * A version of a file that is there.
   *
   * @param fileKey tells it from all others, whatever its name is, or null
   */
  private record NamedFile(String name, FileVersion version, String fileKey) {

    static NamedFile of(StoredFile file) {
      Object key = file.lastingKey();
      return new NamedFile(file.path(), FileVersion.of(file), key == null ? null : key.toString());
    }

    boolean isIn(Slice slice) {
      return slice.isVersion(version.size(), version.modified());
    }
  }

  /**
   * What is there of files that could not be read and are asked for again.
   *
   * @param byName those that have their names
   * @param byKey those that have other names now, by what tells them from all others
   */
  private record Wanted(Map<String, NamedFile> byName, Map<String, NamedFile> byKey) {}

  /** What a poll takes: slices, and names of files that are in these or were planned before. */
  private record Taken(List<Slice> slices, List<Plan.OtherName> otherNames) {}

  /**
   * A version of a file that was planned behind the checkpoint, or that was warned of.
   *
   * @param unit the unit that has a slice of it, or null if the version is not read
   * @param place the place of the slice in the unit
   */
  private record Planned(FileVersion version, Unit unit, int place) {

    /** Whether the unit has all of the file. */
    boolean isWhole() {
      return unit != null && unit.slices().get(place).isWholeFile();
    }

    boolean isIn(Checkpoint checkpoint) {
      return unit != null && unit.number() <= checkpoint.lastUnit();
    }
  }

  private record Sighting(FileVersion version, long firstSeen) {}

  private final Ledger ledger;
  private final FileFeed settings;
  private final RepeatedListing listing;
  private final Map<String, Planned> planned = new HashMap<>();

  /** The same by what tells the files from all others, where something does. */
  private final Map<String, Planned> plannedKeys = new HashMap<>();

  /** Whether somebody was told that a name is read once. */
  private boolean hasExplained;

  private final Map<String, FileVersion> uncounted = new HashMap<>();
  private KnownNames names;
  private final Packs packs;
  private final UnreadSlices unread;
  private Map<String, Sighting> unsettled = new HashMap<>();

  /** Settled files without bytes, of which there is nothing to plan. */
  private Map<String, FileVersion> empty = new HashMap<>();

  /** Settled files that the last listing had and no poll has taken yet, in the order of names. */
  private final Deque<NamedFile> backlog = new ArrayDeque<>();

  private long listedAt;
  private long listingMillis;

  /** When the first of the unsettled files may have settled, after the last listing. */
  private long settlesInMillis = Long.MAX_VALUE;

  FileFinder(Ledger ledger, FileFeed settings) {
    this(ledger, settings, new RepeatedListing(settings.listing()));
  }

  /** One with a listing of its own. */
  FileFinder(Ledger ledger, FileFeed settings, RepeatedListing listing) {
    this.ledger = ledger;
    this.settings = settings;
    this.listing = listing;
    this.packs = new Packs(settings.unitBytes(), settings.apart());
    this.unread = new UnreadSlices(ledger, settings, packs);
  }

  @Override
  public void remember(Checkpoint newest, KnownNames index) {
    unread.remember(newest);
    names = index;
    uncounted.clear();
    for (Checkpoint.Uncounted file : newest.uncounted()) {
      uncounted.put(file.name(), new FileVersion(file.size(), file.modified()));
    }
    planned
        .entrySet()
        .removeIf(
            file -> file.getValue().isIn(newest) || isIndexed(file.getKey(), file.getValue()));
    plannedKeys.values().removeIf(file -> file.isIn(newest));
  }

  /** Whether a name that has no unit is in the index with the same version. */
  private boolean isIndexed(String name, Planned file) {
    FileVersion version = file.version();
    return file.unit() == null
        && names
            .find(name)
            .equals(OptionalLong.of(NameHash.fingerprint(version.size(), version.modified())));
  }

  @Override
  public void remember(Plan plan) {
    for (Unit unit : plan.units()) {
      for (int place = 0; place < unit.slices().size(); place++) {
        Slice slice = unit.slices().get(place);
        FileVersion version = new FileVersion(slice.size(), slice.modified());
        Planned file = new Planned(version, unit, place);
        planned.put(slice.source(), file);
        if (slice.fileKey() != null) {
          plannedKeys.put(slice.fileKey(), file);
        }
      }
    }
    for (Plan.OtherName other : plan.otherNames()) {
      FileVersion version = new FileVersion(other.size(), other.modified());
      planned.put(other.name(), new Planned(version, null, 0));
    }
    unread.remember(plan);
  }

  @Override
  public void begin() throws IOException {
    unread.begin();
  }

  @Override
  public void forget() {
    // What was taken of it is only found by listing again; and there is nothing to hurry for.
    backlog.clear();
    listing.forget();
  }

  @Override
  public long waiting() {
    return unsettled.size();
  }

  /**
   * Listing takes half the time at most. A file that will have settled before the next poll is due
   * is not kept waiting for that.
   */
  @Override
  public long pauseMillis() {
    long settling = Math.max(settlesInMillis, settings.pollMillis() / POLLS_WHILE_SETTLING);
    long pause = Math.min(settings.pollMillis(), settling);
    return backlog.isEmpty() ? Math.max(pause, listingMillis) : 0;
  }

  /** The input is listed, unless an earlier listing had more than one poll takes. */
  @Override
  public Found find(long now) throws IOException {
    List<Pack> found = new ArrayList<>();
    List<String> answered = List.of();
    Taken taken;
    if (backlog.isEmpty() || now - listedAt > LONGEST_BACKLOG_MILLIS) {
      unread.takeNotes(now);
      long began = System.nanoTime();
      Wanted wanted = list(now);
      taken = takeBacklog();
      found.addAll(packs.pack(taken.slices(), 0));
      answered = unread.plan(found, note -> again(note, wanted, now), now);
      listingMillis = (System.nanoTime() - began) / 1_000_000;
    } else {
      taken = takeBacklog();
      found.addAll(packs.pack(taken.slices(), 0));
    }
    return new Found(found, answered, List.of(), taken.otherNames());
  }

  /**
   * Lists the input for new files. Of files that wait for something, such as that they settle or
   * get bytes, the versions are always listed.
   *
   * @return those files that are asked for again
   */
  private Wanted list(long now) throws IOException {
    if (!backlog.isEmpty()) {
      // What is left of it is in folders that have not changed.
      listing.forget();
    }
    Set<String> names = unread.sources();
    Set<String> keys = unread.fileKeys();
    Set<String> watched = new HashSet<>(names);
    watched.addAll(unsettled.keySet());
    watched.addAll(empty.keySet());
    Wanted wanted = new Wanted(new HashMap<>(), new HashMap<>());
    Map<String, Sighting> stillUnsettled = new HashMap<>();
    Map<String, FileVersion> stillEmpty = new HashMap<>();
    settlesInMillis = Long.MAX_VALUE;
    List<NamedFile> settled = new ArrayList<>();
    for (StoredFile file : listing.list(this::isKnown, watched)) {
      String name = file.path();
      FileVersion version = FileVersion.of(file);
      if (names.contains(name)) {
        wanted.byName().put(name, NamedFile.of(file));
      } else if (!keys.isEmpty() && keys.contains(String.valueOf(file.lastingKey()))) {
        wanted.byKey().put(file.lastingKey().toString(), NamedFile.of(file));
      } else if (version.size() == 0 && version.equals(empty.get(name))) {
        stillEmpty.put(name, version);
      } else if (isNew(name, version)) {
        Sighting sighting = unsettled.get(name);
        if (sighting == null || !sighting.version().equals(version)) {
          sighting = new Sighting(version, now);
        }
        long left = millisToSettle(sighting, now);
        if (left > 0) {
          settlesInMillis = Math.min(settlesInMillis, left);
        }
        if (left <= 0 && Storages.of(name).isComplete(file)) {
          if (version.size() == 0) {
            stillEmpty.put(name, version);
          } else {
            settled.add(NamedFile.of(file));
          }
        } else {
          stillUnsettled.put(name, sighting);
        }
      }
    }
    settled.sort(Comparator.comparing(NamedFile::name));
    backlog.clear();
    backlog.addAll(settled);
    unsettled = stillUnsettled;
    empty = stillEmpty;
    listedAt = now;
    return wanted;
  }

  private boolean isKnown(String name) {
    return planned.containsKey(name) || names.find(name).isPresent();
  }

  private Taken takeBacklog() throws IOException {
    List<Slice> slices = new ArrayList<>();
    Map<String, NamedFile> keys = new HashMap<>();
    List<Plan.OtherName> otherNames = new ArrayList<>();
    String said = null;
    long bytes = 0;
    for (int taken = 0;
        !backlog.isEmpty()
            && taken < settings.maxFilesPerPoll()
            && bytes < FULL_UNITS_A_POLL * settings.unitBytes();
        taken++) {
      NamedFile file = backlog.poll();
      FileVersion version = file.version();
      Optional<KnownAs> known = knownAs(file, keys);
      if (known.isPresent()) {
        otherNames.add(new Plan.OtherName(file.name(), version.size(), version.modified()));
        said = said == null ? known.get().describe(file) : said;
      } else {
        bytes += version.size();
        slices.addAll(slices(file));
        if (file.fileKey() != null) {
          keys.put(file.fileKey(), file);
        }
      }
    }
    if (said != null) {
      int more = otherNames.size() - 1;
      LOG.warn("{}, and is not read again{}", said, more == 0 ? "" : "; nor are " + more + " more");
    }
    return new Taken(slices, otherNames);
  }

  /**
   * The name under which a version of a file was planned.
   *
   * @param name the name, or null if it is not known any more
   */
  private record KnownAs(String name) {

    String describe(NamedFile file) throws IOException {
      if (name == null) {
        return file.name() + " was read before under another name";
      }
      return isStillThere(file)
          ? file.name() + " is the same file as " + name
          : file.name() + " is " + name + " under a new name";
    }

    private boolean isStillThere(NamedFile file) throws IOException {
      try {
        Object key = Storages.of(name).stat(name).lastingKey();
        return key != null && key.toString().equals(file.fileKey());
      } catch (FileNotFoundException e) {
        return false;
      }
    }
  }

  /**
   * Whether a version of a file was planned under another name.
   *
   * @param taken the files that this poll takes
   */
  private Optional<KnownAs> knownAs(NamedFile file, Map<String, NamedFile> taken) {
    if (file.fileKey() == null) {
      return Optional.empty();
    }
    NamedFile other = taken.get(file.fileKey());
    if (other != null) {
      return Optional.of(new KnownAs(other.name()))
          .filter(as -> other.version().equals(file.version()));
    }
    Planned behind = plannedKeys.get(file.fileKey());
    if (behind != null) {
      String name = behind.unit().slices().get(behind.place()).source();
      return Optional.of(new KnownAs(name)).filter(as -> behind.version().equals(file.version()));
    }
    OptionalLong fingerprint = names.find(NameHash.ofFileKey(file.fileKey()));
    return fingerprint.isPresent()
            && fingerprint.getAsLong()
                == NameHash.fingerprint(file.version().size(), file.version().modified())
        ? Optional.of(new KnownAs(null))
        : Optional.empty();
  }

  /** By its own time, or, should its clock be ahead of ours, by what we have seen. */
  private long millisToSettle(Sighting sighting, long now) {
    long modified = sighting.version().modified();
    return settings.settleMillis() - (now - (modified > now ? sighting.firstSeen() : modified));
  }

  private List<Slice> slices(NamedFile file) {
    String name = file.name();
    FileVersion version = file.version();
    List<Slice> slices = new ArrayList<>();
    long from = 0;
    List<Long> ends =
        settings.isSplittable(name) ? packs.cuts(0, version.size()) : List.of(version.size());
    for (long end : ends) {
      slices.add(
          new Slice(name, from, end, version.size(), version.modified(), null, file.fileKey()));
      from = end;
    }
    return slices;
  }

  /** What is read in place of a slice that could not be read. */
  private Optional<List<Slice>> again(RetryNote note, Wanted wanted, long now) {
    Slice slice = note.slice();
    NamedFile there = wanted.byName().get(slice.source());
    NamedFile renamed = wanted.byKey().get(slice.fileKey());
    if (there != null && there.isIn(slice)) {
      return there.version().size() == 0 ? Optional.empty() : Optional.of(List.of(slice));
    }
    if (renamed == null || there != null && !renamed.isIn(slice)) {
      return there == null ? Optional.empty() : otherVersion(slice, there, now);
    }
    if (!renamed.isIn(slice)) {
      return otherVersion(slice, renamed, now);
    }
    List<Slice> slices = new ArrayList<>(List.of(slice.at(renamed.name())));
    if (there == null || !slice.isWholeFile()) {
      return Optional.of(slices);
    }
    // Under the name of the one that was renamed there is a new file.
    Optional<List<Slice>> others = otherVersion(slice, there, now);
    others.ifPresent(slices::addAll);
    return others.map(more -> slices);
  }

  /** What is read of another version of a file in place of a slice, which was not read. */
  private Optional<List<Slice>> otherVersion(Slice slice, NamedFile file, long now) {
    if (file.version().size() == 0) {
      return Optional.empty();
    }
    if (!slice.isWholeFile()) {
      LOG.warn("{} was replaced while it was read: only a part of it counts", slice.source());
      return Optional.of(List.of());
    }
    return now - file.version().modified() >= settings.settleMillis()
        ? Optional.of(slices(file))
        : Optional.empty();
  }

  /** Whether a version of a file is to be read: no other of it has counted. */
  private boolean isNew(String name, FileVersion version) throws IOException {
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
  private boolean hasCountedNothing(Planned known, String name, FileVersion version)
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
  private boolean ignored(String name, FileVersion version) {
    if (hasExplained) {
      LOG.warn("{} was read before, and is not read again", name);
    } else {
      LOG.warn(
          "{} was read before, and has been changed or copied once more since. Each name is read"
              + " once: the records that were read count, what the file has now ({} bytes) does not."
              + " If it has something new, give it a new name",
          name,
          version.size());
    }
    hasExplained = true;
    planned.put(name, new Planned(version, null, 0));
    return false;
  }

  private static Predicate<Receipt.Unread> isOf(String name) {
    return unread -> unread.slice().source().equals(name);
  }

  @Override
  public void close() {
    unread.close();
  }
}
