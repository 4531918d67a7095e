package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.FileIdentity;
import io.tailrace.ledger.Fingerprint;
import io.tailrace.ledger.FollowedFile;
import io.tailrace.ledger.KnownNames;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.RetryNote;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.EOFException;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Finds new lines at the ends of files that others append to, and new files.
 *
 * <p>A file is known by its device and inode and by fingerprints of its bytes: of the first ones,
 * and of those before the end that was planned. As long as a file has both, it has grown and
 * nothing else. One that has lost them has been truncated or replaced and is a new file, and what
 * is missing of the old one is looked for in files beside it whose names rotation may have made,
 * also in packed ones. So a copy of a followed file is recognized by its name and its bytes, a
 * renamed one by its inode and its bytes, wherever it is.
 *
 * <p>Packed files are found once they have settled and are read whole, unless they are a followed
 * file packed.
 *
 * <p>Nothing is decided by what is only in memory: what a plan says of a file is all that a later
 * run needs.
 */
final class FollowFinder implements Finder {

  /** So many files that are not there any more are remembered, should copies of them turn up. */
  private static final int MOST_GONE = 10_000;

  /** A poll takes about this many full units at most: what it plans is worked off together. */
  private static final int FULL_UNITS_A_POLL = 64;

  private static final long LONGEST_LOOK_MILLIS = 60_000;

  /** A file that nobody has written to is looked at again after this part of that time. */
  private static final int PART_OF_IDLE_TIME = 10;

  /** So often a file is looked for before a warning says that it is gone. */
  private static final int LOOKS_BEFORE_WARNING = 3;

  private static final Logger LOG = LoggerFactory.getLogger(FollowFinder.class);

  private record Version(long size, long modified) {
    static Version of(StoredFile file) {
      return new Version(file.size(), file.modified());
    }
  }

  /** A file that is followed, and what this run knows of it. */
  private static final class Track {
    private FollowedFile file;

    /** Where it is, or null if that is not known. */
    private StoredFile place;

    /** The version in which all whole lines were planned, or null. */
    private Version seen;

    /** Up to here there is no line feed behind the end that was planned. */
    private long looked;

    /** Where it was found last; of those that had a name before, only the last one is there. */
    private String lastPath;

    private boolean wasRenamed;
    private int failedLooks;
    private long lookAgain;

    private Track(FollowedFile file) {
      this.file = file;
    }

    private boolean mayBe(String name) {
      return RotatedNames.areRelated(RotatedNames.ofPath(file.source()), name)
          || RotatedNames.areRelated(RotatedNames.ofPath(file.firstSource()), name);
    }

    private String folder() {
      String path = lastPath == null ? file.source() : lastPath;
      return path.substring(0, path.lastIndexOf('/'));
    }
  }

  private final Ledger ledger;
  private final FollowFeed settings;
  private final Packs packs;
  private final UnreadSlices unread;

  private final Map<Long, Track> tracks = new TreeMap<>();
  private final Map<String, Track> tracksByKey = new HashMap<>();

  /** Files that are not followed, because they have no line yet or are copies: by their keys. */
  private Map<String, Version> passedOver = new HashMap<>();

  private final Set<String> warnedOf = new HashSet<>();

  /** Where the files that the last plan begins to follow were found. */
  private Map<Long, StoredFile> begun = Map.of();

  /** The files that were not there at the last look: where it changes, copies may count. */
  private Set<Long> goneBefore = Set.of();

  /** The sizes of the files that were there at the start of a run that takes nothing else. */
  private Map<String, Long> sizesAtStart;

  private boolean more;
  private long waiting;
  private long pollingMillis;

  FollowFinder(Ledger ledger, FollowFeed settings) {
    this.ledger = ledger;
    this.settings = settings;
    this.packs = new Packs(settings.files().unitBytes(), settings.files().apart());
    this.unread = new UnreadSlices(ledger, settings, packs);
  }

  private static String key(StoredFile file) {
    return file.key() == null ? file.path() : file.key().toString();
  }

  @Override
  public void remember(Checkpoint newest, KnownNames index) {
    unread.remember(newest);
    for (FollowedFile file : newest.followed()) {
      Track known = tracks.get(file.number());
      if (known == null) {
        follow(new Track(file));
      } else if (known.file.end() < file.end()) {
        tracksByKey.remove(known.file.key(), known);
        known.file = file;
        follow(known);
      }
    }
  }

  /** Of several files that had an inode, the last one has it. */
  private void follow(Track track) {
    tracks.put(track.file.number(), track);
    tracksByKey.merge(
        track.file.key(),
        track,
        (one, other) -> one.file.number() > other.file.number() ? one : other);
  }

  @Override
  public void remember(Plan plan) {
    for (Unit unit : plan.units()) {
      for (Slice slice : unit.slices()) {
        if (slice.identity() != null) {
          remember(slice);
        }
      }
    }
    for (long number : plan.forgotten()) {
      Track track = tracks.remove(number);
      if (track != null) {
        tracksByKey.remove(track.file.key(), track);
      }
    }
    begun = Map.of();
    unread.remember(plan);
  }

  private void remember(Slice slice) {
    long number = slice.identity().file();
    Track track = tracks.get(number);
    if (track == null) {
      track = new Track(FollowedFile.with(null, slice));
      track.place = begun.get(number);
      track.looked = track.file.end();
      follow(track);
      return;
    }
    String keyBefore = track.file.key();
    track.file = FollowedFile.with(track.file, slice);
    if (!track.file.key().equals(keyBefore)) {
      tracksByKey.remove(keyBefore, track);
      tracksByKey.put(track.file.key(), track);
    }
  }

  @Override
  public void begin() throws IOException {
    unread.begin();
    Map<String, Track> last = new HashMap<>();
    tracks.values().forEach(track -> last.put(track.file.source(), track));
    last.forEach((source, track) -> track.lastPath = source);
  }

  @Override
  public void forget() {
    begun = Map.of();
    passedOver.clear();
    for (Track track : tracks.values()) {
      track.seen = null;
      track.looked = 0;
    }
  }

  @Override
  public long waiting() {
    return waiting;
  }

  /** Looking takes half the time at most. */
  @Override
  public long pauseMillis() {
    return more ? 0 : Math.max(settings.pollMillis(), pollingMillis);
  }

  @Override
  public Found find(long now) throws IOException {
    long began = System.nanoTime();
    unread.takeNotes(now);
    Poll poll = new Poll(now);
    poll.look(settings.files().listing().list());
    List<Pack> found = new ArrayList<>(packs.pack(poll.slices, 0));
    List<String> answered = unread.plan(found, poll::again, now);
    begun = poll.begun;
    passedOver = poll.passedOver;
    more = poll.more;
    waiting = poll.waiting;
    goneBefore = poll.goneNumbers();
    if (settings.once() && sizesAtStart == null) {
      sizesAtStart = poll.sizes;
    }
    pollingMillis = (System.nanoTime() - began) / 1_000_000;
    return new Found(found, answered, poll.forgotten());
  }

  /** One look at all files. */
  private final class Poll {

    private final long now;
    private final List<Slice> slices = new ArrayList<>();

    /** Empty slices with the fingerprints at which copies end, behind what is planned. */
    private final List<Slice> ends = new ArrayList<>();

    private final Map<Long, StoredFile> begun = new HashMap<>();
    private final Map<String, Version> passedOver = new HashMap<>();
    private final Map<String, Long> sizes = new HashMap<>();
    private final Map<String, StoredFile> listed = new LinkedHashMap<>();
    private final Map<String, List<StoredFile>> folders = new HashMap<>();
    private final Set<Track> placed = new HashSet<>();
    private final Set<String> wanted = unread.sources();
    private long nextNumber = 1;
    private long bytes;
    private int files;
    private boolean more;
    private long waiting;

    Poll(long now) {
      this.now = now;
      tracks.keySet().forEach(number -> nextNumber = Math.max(nextNumber, number + 1));
    }

    void look(Collection<StoredFile> listing) throws IOException {
      listing.stream()
          .sorted(Comparator.comparing(StoredFile::path))
          // Another name of the same file is none of another file.
          .forEach(file -> listed.putIfAbsent(key(file), file));
      listed.forEach((key, file) -> sizes.put(key, file.size()));
      List<StoredFile> unknown = new ArrayList<>();
      List<StoredFile> reappeared = new ArrayList<>();
      for (StoredFile file : listed.values()) {
        Track track = tracksByKey.get(key(file));
        if (track == null) {
          unknown.add(file);
        } else if (track.place == null) {
          reappeared.add(file);
        } else if (!lookAtKnown(track, file)) {
          unknown.add(file);
        }
      }
      // The name of a copy is longer than that of what it was made of.
      reappeared.sort(Comparator.comparing((StoredFile file) -> file.name().length()));
      for (StoredFile file : reappeared) {
        Track track = tracksByKey.get(key(file));
        if (isCopyUnderAnOldInode(track, file)) {
          lose(track, file);
          unknown.add(file);
        } else if (!lookAtKnown(track, file)) {
          unknown.add(file);
        }
      }
      List<Track> missing = gone();
      for (Track track : missing) {
        lookOutside(track);
      }
      if (!goneNumbers().equals(goneBefore)) {
        FollowFinder.this.passedOver.clear();
      }
      unknown.sort(Comparator.comparing((StoredFile file) -> file.name().length()));
      for (StoredFile file : unknown) {
        lookAtUnknown(file);
      }
      for (Track track : missing) {
        if (!placed.contains(track)) {
          lookForCopy(track);
        }
      }
      slices.sort(
          Comparator.comparing(Slice::source)
              .thenComparing(slice -> slice.identity().file())
              .thenComparing(Slice::from));
      slices.addAll(ends);
    }

    /** Whether a file that has the inode of a followed one is that; what is new is planned. */
    private boolean lookAtKnown(Track track, StoredFile file) throws IOException {
      if (!isStill(track, file)) {
        lose(track, file);
        return false;
      }
      put(track, file);
      return true;
    }

    /**
     * Whether an inode that was free for a while has a copy of a file that is there: it may begin
     * with all that the former file of the inode had, which was not more than a header perhaps.
     */
    private boolean isCopyUnderAnOldInode(Track track, StoredFile file) throws IOException {
      if (file.size() <= track.file.end() || FileSliceReader.isPacked(file.path())) {
        return false;
      }
      try (FollowedContent content = FollowedContent.open(file.path())) {
        return isCopy(RotatedNames.origins(file.name()), content);
      } catch (IOException e) {
        // Whoever looks at it next tells.
        return false;
      }
    }

    private void put(Track track, StoredFile file) {
      placed.add(track);
      track.wasRenamed |=
          track.lastPath != null
              && !track.lastPath.equals(file.path())
              && !FileSliceReader.isPacked(file.path());
      track.place = file;
      track.lastPath = file.path();
      track.failedLooks = 0;
      sizes.put(key(file), file.size());
    }

    /** Whether a file that has the inode of a followed one has its bytes, too. */
    private boolean isStill(Track track, StoredFile file) throws IOException {
      Version version = Version.of(file);
      if (version.equals(track.seen)) {
        if (track.wasRenamed) {
          track.wasRenamed = false;
          tellUnfinished(file, track.file.end());
        }
        return true;
      }
      boolean packed = FileSliceReader.isPacked(file.path());
      if (track.file.packed() || packed) {
        return packed && isStillPacked(track, file);
      }
      try (FollowedContent content = FollowedContent.open(file.path())) {
        if (content.has(track.file.head()) && content.has(track.file.tail())) {
          grow(track, file, content);
          return true;
        }
      } catch (IOException e) {
        later(file, e);
        return true;
      }
      // It may have got another name since it was listed, and another file has its name.
      return !isUnderItsName(file);
    }

    private boolean isStillPacked(Track track, StoredFile file) throws IOException {
      boolean same =
          file.modified() == track.file.modified()
              && (!track.file.packed() || file.size() == track.file.end());
      if (same || wanted.contains(track.file.source()) || wanted.contains(file.path())) {
        track.seen = same ? Version.of(file) : null;
        return true;
      }
      if (!hasSettled(file)) {
        waiting++;
        return true;
      }
      Head head;
      try {
        head = new Head(UnpackedLook.head(file.path()));
        if (!track.file.packed()) {
          return head.is(track.file.head()) && adoptPacked(track, file);
        }
      } catch (IOException e) {
        later(file, e);
        return true;
      }
      if (!head.is(track.file.head())) {
        return false;
      }
      LOG.warn(
          "{} has changed since it was read; the new content ({} bytes now) is ignored, what was"
              + " read of it counts; give the new content a new name",
          file.path(),
          file.size());
      track.seen = Version.of(file);
      return true;
    }

    private boolean hasSettled(StoredFile file) {
      return now - file.modified() >= settings.settleMillis() || file.modified() > now;
    }

    /** A file has an inode that was another's, or has lost the bytes that it had. */
    private void lose(Track track, StoredFile file) {
      tracksByKey.remove(key(file), track);
      track.seen = null;
      track.place = null;
      track.lookAgain = now;
      boolean sameName =
          file.path().equals(track.file.source()) || file.path().equals(track.lastPath);
      if (sameName) {
        LOG.warn(
            "{} {}: it is read from its beginning as a new file; of what it had before, bytes from"
                + " {} on were not read and are missing, unless a copy beside it has them",
            file.path(),
            file.size() < track.file.end() ? "was truncated" : "has other content than it had",
            track.file.end());
      }
    }

    /** Looks for a file that no glob matches, perhaps because it was renamed, by its inode. */
    private void lookOutside(Track track) throws IOException {
      if (track.place != null && !listed.containsKey(track.file.key())) {
        if (track.seen != null && now < track.lookAgain) {
          placed.add(track);
          return;
        }
        Optional<StoredFile> there = stat(track.place.path());
        if (there.isPresent()
            && key(there.get()).equals(track.file.key())
            && isStill(track, there.get())) {
          put(track, there.get());
          // Nobody writes to what was rotated away long ago.
          long idle = now - there.get().modified();
          track.lookAgain = now + Math.min(LONGEST_LOOK_MILLIS, idle / PART_OF_IDLE_TIME);
          return;
        }
        track.place = null;
        track.lookAgain = now;
      }
      if (now < track.lookAgain || tracksByKey.get(track.file.key()) != track) {
        return;
      }
      for (StoredFile file : neighbours(track.folder())) {
        if (key(file).equals(track.file.key())) {
          if (isStill(track, file)) {
            put(track, file);
          } else {
            lose(track, file);
          }
          return;
        }
      }
    }

    /** Looks for a copy of a file that is gone which no glob matches. */
    private void lookForCopy(Track track) throws IOException {
      track.place = null;
      if (now < track.lookAgain) {
        return;
      }
      for (StoredFile file : neighbours(track.folder())) {
        if (!listed.containsKey(key(file))
            && !tracksByKey.containsKey(key(file))
            && track.mayBe(file.name())
            && isCopyOf(track, file)) {
          return;
        }
      }
      track.failedLooks++;
      track.lookAgain =
          now
              + Math.min(
                  LONGEST_LOOK_MILLIS,
                  UnreadSlices.doubled(Math.max(1, settings.pollMillis()), track.failedLooks));
      if (track.failedLooks == LOOKS_BEFORE_WARNING
          && tracksByKey.get(track.file.key()) == track
          && listed.values().stream().anyMatch(file -> file.path().equals(track.lastPath))) {
        LOG.warn(
            "{} is another file now, which is read from its beginning; of the former one, bytes from"
                + " {} on were not read and are missing, if it had any",
            track.lastPath,
            track.file.end());
      }
    }

    private boolean isCopyOf(Track track, StoredFile file) throws IOException {
      Version version = Version.of(file);
      if (file.size() == 0 || version.equals(FollowFinder.this.passedOver.get(key(file)))) {
        passedOver.put(key(file), version);
        return false;
      }
      try {
        if (!FileSliceReader.isPacked(file.path())) {
          try (FollowedContent content = FollowedContent.open(file.path())) {
            return !track.file.packed() && adopt(track, file, content);
          }
        }
        if (!hasSettled(file)) {
          waiting++;
          return false;
        }
        Head head = new Head(UnpackedLook.head(file.path()));
        if (head.mayBe(track.file) && adoptPacked(track, file)) {
          return true;
        }
      } catch (IOException e) {
        later(file, e);
      }
      return false;
    }

    /** Looks at a file that is listed and that no inode tells. */
    private void lookAtUnknown(StoredFile file) throws IOException {
      Version version = Version.of(file);
      if (version.size() == 0) {
        return;
      }
      if (version.equals(FollowFinder.this.passedOver.get(key(file)))) {
        passedOver.put(key(file), version);
        return;
      }
      try {
        if (FileSliceReader.isPacked(file.path())) {
          lookAtPacked(file);
        } else {
          try (FollowedContent content = FollowedContent.open(file.path())) {
            lookAtPlain(file, content);
          }
        }
      } catch (IOException e) {
        later(file, e);
      }
    }

    private void lookAtPlain(StoredFile file, FollowedContent content) throws IOException {
      Head head = new Head(content.head());
      if (isCopy(RotatedNames.origins(file.name()), content)
          || isShortCopy(file, content.fingerprint(content.size()))) {
        return;
      }
      for (Track track : gone()) {
        if (!track.file.packed()
            && head.is(track.file.head())
            && track.mayBe(file.name())
            && adopt(track, file, content)) {
          return;
        }
      }
      for (Track track : tracks.values()) {
        if (track.file.packed()
            && isUnpacked(track, file, head, content.fingerprint(content.size()))) {
          return;
        }
      }
      begin(file, content);
    }

    /** The files that are not there; a copy is of the one of which most was read. */
    private List<Track> gone() {
      return tracks.values().stream()
          .filter(track -> !placed.contains(track))
          .sorted(Comparator.comparing((Track track) -> -track.file.end()))
          .toList();
    }

    private Set<Long> goneNumbers() {
      return gone().stream().map(track -> track.file.number()).collect(Collectors.toSet());
    }

    /** Whether a file is a copy that was made before the last lines were written that were read. */
    private boolean isShortCopy(StoredFile file, Fingerprint end) {
      return tracks.values().stream()
          .anyMatch(
              track ->
                  !track.file.packed()
                      && !isThere(track)
                      && end.at() < track.file.end()
                      && track.file.tails().contains(end)
                      && track.mayBe(file.name()));
    }

    /** Whether a file can be compared with others byte by byte. */
    private boolean isThere(Track track) {
      return placed.contains(track) && !FileSliceReader.isPacked(track.place.path());
    }

    /** Whether a file is what somebody has unpacked of a packed one that was read. */
    private boolean isUnpacked(Track track, StoredFile file, Head head, Fingerprint end)
        throws IOException {
      if (!head.is(track.file.head())
          || !RotatedNames.origins(RotatedNames.ofPath(track.file.source()))
              .contains(file.name())) {
        return false;
      }
      // Who unpacks a file gives it the time of the packed one before he deletes that.
      boolean unpacked =
          placed.contains(track)
              ? UnpackedLook.at(track.place.path(), List.of(end)).has(end)
              : file.modified() / 1_000 == track.file.modified() / 1_000;
      if (unpacked) {
        warnOnce(file, "is the unpacked content of a file that was read, and is not read");
      }
      return unpacked;
    }

    /** The files that are there, not packed, of whose names rotation may have made others. */
    private Map<Long, StoredFile> originals(Set<String> names) {
      Map<Long, StoredFile> originals = new TreeMap<>();
      for (Track track : tracks.values()) {
        if (isThere(track)
            && (names.contains(track.place.name())
                || names.contains(RotatedNames.ofPath(track.file.source()))
                || names.contains(RotatedNames.ofPath(track.file.firstSource())))) {
          originals.put(track.file.number(), track.place);
        }
      }
      begun.forEach(
          (number, file) -> {
            if (names.contains(file.name()) && !FileSliceReader.isPacked(file.path())) {
              originals.put(number, file);
            }
          });
      return originals;
    }

    /** Whether a file is a copy of one that is there and has one of these names. */
    private boolean isCopy(Set<String> origins, FollowedContent content) throws IOException {
      for (Map.Entry<Long, StoredFile> original : originals(origins).entrySet()) {
        if (isCopy(original.getKey(), original.getValue(), content)) {
          return true;
        }
      }
      return false;
    }

    /** Whether a file has the first bytes of one that is there, and no others. */
    private boolean isCopy(long number, StoredFile other, FollowedContent content)
        throws IOException {
      try (FollowedContent original = FollowedContent.open(other.path())) {
        long size = content.size();
        Fingerprint end = content.fingerprint(size);
        if (!original.has(end) || !original.has(content.fingerprint(Fingerprint.length(size)))) {
          return false;
        }
        noteEnd(number, other, end);
        return true;
      } catch (NoSuchFileException e) {
        // It gets another name at this moment: the next look tells.
        return true;
      }
    }

    /**
     * Notes where a copy ends of a file that was read beyond: should the file be truncated now, the
     * copy is known by that.
     */
    private void noteEnd(long number, StoredFile other, Fingerprint end) {
      Track track = tracks.get(number);
      boolean isNew = track == null || !track.file.tails().contains(end);
      long planned =
          slices.stream()
              .filter(slice -> slice.identity().file() == number)
              .mapToLong(Slice::to)
              .max()
              .orElse(track == null ? 0 : track.file.end());
      if (isNew && end.at() < planned) {
        FileIdentity identity = new FileIdentity(number, key(other), end, end);
        ends.add(Slice.ofGrowingFile(other.path(), end.at(), end.at(), other.modified(), identity));
      }
    }

    /** Goes on with a followed file in a copy of it, if that has what was planned of it. */
    private boolean adopt(Track track, StoredFile file, FollowedContent content)
        throws IOException {
      FollowedFile known = track.file;
      if (!content.has(known.head()) || !content.has(known.tail())) {
        return false;
      }
      int before = slices.size();
      track.looked = 0;
      track.seen = null;
      grow(track, file, content);
      if (slices.size() == before) {
        move(track, file, known.tail());
      } else {
        put(track, file);
      }
      return true;
    }

    /** Notes that a followed file is to be known by another inode. */
    private void move(Track track, StoredFile file, Fingerprint tail) {
      put(track, file);
      if (!key(file).equals(track.file.key())) {
        FileIdentity identity =
            new FileIdentity(track.file.number(), key(file), track.file.head(), tail);
        slices.add(
            Slice.ofGrowingFile(file.path(), tail.at(), tail.at(), file.modified(), identity));
      } else {
        tracksByKey.put(key(file), track);
      }
    }

    private void lookAtPacked(StoredFile file) throws IOException {
      if (wanted.contains(file.path())) {
        return;
      }
      if (!hasSettled(file)) {
        waiting++;
        return;
      }
      Head head;
      try {
        head = new Head(UnpackedLook.head(file.path()));
      } catch (IOException e) {
        head = new Head(new byte[0]);
      }
      Map<Long, StoredFile> originals = originals(RotatedNames.origins(file.name()));
      for (Map.Entry<Long, StoredFile> original : originals.entrySet()) {
        if (isPackedCopy(original.getKey(), original.getValue(), file)) {
          passedOver.put(key(file), Version.of(file));
          return;
        }
      }
      boolean mayBeCopy = !originals.isEmpty();
      for (Track track : gone()) {
        boolean named = track.mayBe(file.name());
        mayBeCopy |= named && !track.file.packed();
        if (named && head.mayBe(track.file) && adoptPacked(track, file)) {
          return;
        }
      }
      if (head.bytes.length == 0 && mayBeCopy) {
        warnOnce(file, "cannot be unpacked yet and is looked at again when it has changed");
        passedOver.put(key(file), Version.of(file));
        return;
      }
      beginPacked(file, head);
    }

    private boolean adoptPacked(Track track, StoredFile file) throws IOException {
      FollowedFile known = track.file;
      if (known.packed()) {
        boolean same = file.size() == known.end();
        if (same) {
          put(track, file);
          slices.add(whole(known.number(), file, known.head(), true));
        }
        return same;
      }
      UnpackedLook look = UnpackedLook.at(file.path(), known.tails());
      if (look.size() < known.end()) {
        boolean isShort = isShortCopy(file, look.fingerprints().get(look.size()));
        if (isShort) {
          passedOver.put(key(file), Version.of(file));
        }
        return isShort;
      }
      if (!look.has(known.tail())) {
        return false;
      }
      if (look.lineEnd() <= known.end()) {
        move(track, file, known.tail());
      } else {
        UnpackedLook at = UnpackedLook.at(file.path(), List.of(new Fingerprint(look.lineEnd(), 0)));
        Fingerprint tail = at.fingerprints().get(look.lineEnd());
        FileIdentity identity = new FileIdentity(known.number(), key(file), known.head(), tail);
        slices.add(
            Slice.ofGrowingFile(file.path(), known.end(), tail.at(), file.modified(), identity));
        put(track, file);
      }
      if (look.lineEnd() < look.size()) {
        LOG.warn(
            "{} ends with {} bytes that have no line end; they are not read",
            file.path(),
            look.size() - Math.max(look.lineEnd(), known.end()));
      }
      return true;
    }

    /**
     * Whether a packed file has the bytes of one that is there, or may have them once it is whole.
     */
    private boolean isPackedCopy(long number, StoredFile other, StoredFile file)
        throws IOException {
      try (FollowedContent original = FollowedContent.open(other.path())) {
        UnpackedLook look = UnpackedLook.at(file.path(), List.of());
        Fingerprint end = look.fingerprints().get(look.size());
        if (look.size() == 0 || !original.has(end)) {
          return false;
        }
        noteEnd(number, other, end);
        return true;
      } catch (DamagedException | EOFException e) {
        warnOnce(file, "cannot be unpacked yet and is looked at again when it has changed");
        return true;
      } catch (NoSuchFileException e) {
        return true;
      }
    }

    private boolean hasRoom() {
      boolean room =
          files < settings.files().maxFilesPerPoll()
              && bytes < FULL_UNITS_A_POLL * settings.files().unitBytes();
      more |= !room;
      return room;
    }

    /** The size up to which a file is read: a run that takes what is there leaves what comes. */
    private long sizeOf(StoredFile file, long size) {
      return sizesAtStart == null ? size : Math.min(size, sizesAtStart.getOrDefault(key(file), 0L));
    }

    /** Plans the whole lines behind what was planned of a file. */
    private void grow(Track track, StoredFile file, FollowedContent content) throws IOException {
      FollowedFile known = track.file;
      long size = sizeOf(file, content.size());
      long from = Math.max(known.end(), track.looked);
      if (size <= from) {
        track.seen = Version.of(file);
        return;
      }
      if (!hasRoom()) {
        return;
      }
      Lines lines = lines(content, known.end(), from, size);
      if (lines.end() >= 0) {
        List<Slice> planned = cut(known.number(), file, known.end(), lines.end(), content);
        if (!content.has(known.head()) || !content.has(known.tail())) {
          // It was truncated this moment: the next look tells.
          return;
        }
        take(planned, lines.end() - known.end());
      }
      tellUnfinishedAtStart(file, lines, known.end(), size);
      track.looked = lines.looked();
      track.seen = lines.looked() < size ? null : Version.of(file);
    }

    /**
     * Whole lines that a poll takes of a file.
     *
     * @param end where the last one ends, or -1 if there is none
     * @param looked the place up to which was looked
     */
    private record Lines(long end, long looked) {}

    /**
     * @param begin where the first line begins
     * @param from where to look for line ends
     */
    private Lines lines(FollowedContent content, long begin, long from, long size)
        throws IOException {
      long most = FULL_UNITS_A_POLL * settings.files().unitBytes() - bytes;
      if (size - begin > most) {
        long end = content.lineEnd(Math.min(from, begin + most), begin + most);
        if (end >= 0) {
          more = true;
          return new Lines(end, begin + most);
        }
      }
      return new Lines(content.lineEnd(from, size), size);
    }

    private void take(List<Slice> planned, long length) {
      slices.addAll(planned);
      bytes += length;
      files++;
    }

    /** Says what a run does not read that takes what is there. */
    private void tellUnfinishedAtStart(StoredFile file, Lines lines, long begin, long size) {
      long end = Math.max(lines.end(), begin);
      if (settings.once() && lines.looked() == size && end < size) {
        tellUnfinished(file, end);
      }
    }

    private void tellUnfinished(StoredFile file, long end) {
      if (file.size() > end) {
        LOG.warn(
            "{} ends with {} bytes that have no line end yet; they are read when it comes",
            file.path(),
            file.size() - end);
      }
    }

    private List<Slice> cut(
        long number, StoredFile file, long from, long to, FollowedContent content)
        throws IOException {
      FileIdentity identity =
          new FileIdentity(
              number,
              key(file),
              content.fingerprint(Fingerprint.length(to)),
              content.fingerprint(to));
      List<Slice> pieces = new ArrayList<>();
      long begin = from;
      for (long end : packs.cuts(from, to)) {
        pieces.add(Slice.ofGrowingFile(file.path(), begin, end, file.modified(), identity));
        begin = end;
      }
      return pieces;
    }

    /** Begins to follow a file. */
    private void begin(StoredFile file, FollowedContent content) throws IOException {
      long size = sizeOf(file, content.size());
      if (size == 0 || !hasRoom()) {
        return;
      }
      Lines lines = lines(content, 0, 0, size);
      tellUnfinishedAtStart(file, lines, 0, size);
      long to = lines.end();
      if (to < 0 || !content.hasLines(settings.skippedLines(), to)) {
        passedOver.put(key(file), Version.of(file));
        return;
      }
      List<Slice> planned = cut(nextNumber, file, 0, to, content);
      if (isUnderItsName(file) && content.size() >= to) {
        take(planned, to);
        begun.put(nextNumber++, file);
      }
    }

    private void beginPacked(StoredFile file, Head head) {
      if (sizeOf(file, file.size()) == file.size() && hasRoom()) {
        take(List.of(whole(nextNumber, file, head.fingerprint(), false)), file.size());
        begun.put(nextNumber++, file);
      }
    }

    /** A packed file, or, if it was read under another inode, only where it is. */
    private Slice whole(long number, StoredFile file, Fingerprint head, boolean known) {
      return new Slice(
          file.path(),
          known ? file.size() : 0,
          file.size(),
          file.size(),
          file.modified(),
          new FileIdentity(number, key(file), head, head));
    }

    /** What is read in place of a slice that could not be read. */
    Optional<List<Slice>> again(RetryNote note) throws IOException {
      Slice slice = note.slice();
      if (slice.identity() == null) {
        return Optional.of(List.of(slice));
      }
      Track track = tracks.get(slice.identity().file());
      StoredFile place = track == null ? null : track.place;
      if (slice.isOfGrowingFile()) {
        return Optional.of(List.of(place == null ? slice : slice.at(place.path())));
      }
      if (place == null || place.size() == 0 || !hasSettled(place)) {
        return Optional.empty();
      }
      Head head;
      try {
        head = new Head(UnpackedLook.head(place.path()));
      } catch (IOException e) {
        head = new Head(new byte[0]);
      }
      return Optional.of(List.of(whole(slice.identity().file(), place, head.fingerprint(), false)));
    }

    /** The files that are not there any more, but for the last ones. */
    List<Long> forgotten() {
      List<Long> gone = gone().stream().map(track -> track.file.number()).sorted().toList();
      return gone.subList(0, Math.max(0, gone.size() - MOST_GONE));
    }

    private List<StoredFile> neighbours(String folder) throws IOException {
      if (!folders.containsKey(folder)) {
        folders.put(folder, settings.files().listing().files(folder));
      }
      return folders.get(folder);
    }
  }

  /** The first bytes of a file. */
  private static final class Head {

    private final byte[] bytes;
    private final Map<Long, Fingerprint> fingerprints = new HashMap<>();

    Head(byte[] bytes) {
      this.bytes = bytes;
    }

    /** Whether it begins with bytes that were found before: with some. */
    boolean is(Fingerprint fingerprint) {
      long at = fingerprint.at();
      return at > 0
          && at <= bytes.length
          && fingerprints
              .computeIfAbsent(at, place -> Fingerprint.of(place, bytes, place.intValue()))
              .equals(fingerprint);
    }

    /** Whether it may be that of a file that was followed, or of a copy of its first lines. */
    boolean mayBe(FollowedFile file) {
      return is(file.head()) || !file.packed() && bytes.length < file.head().at();
    }

    Fingerprint fingerprint() {
      return Fingerprint.of(bytes.length, bytes, bytes.length);
    }
  }

  private static Optional<StoredFile> stat(String path) throws IOException {
    try {
      return Optional.of(Storages.of(path).stat(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  private static boolean isUnderItsName(StoredFile file) throws IOException {
    return stat(file.path()).filter(now -> key(now).equals(key(file))).isPresent();
  }

  /** Leaves a file that cannot be looked at now to the next poll. */
  private void later(StoredFile file, IOException problem) {
    if (!(problem instanceof NoSuchFileException || problem instanceof FileNotFoundException)) {
      String reason =
          problem instanceof AccessDeniedException ? "permission denied" : problem.getMessage();
      warnOnce(file, "cannot be read and is tried again: " + reason);
    }
  }

  private void warnOnce(StoredFile file, String problem) {
    if (warnedOf.add(file.path() + " " + problem)) {
      LOG.warn("{} {}", file.path(), problem);
    }
  }

  @Override
  public void close() {
    unread.close();
  }
}
