package io.tailrace.feed;

import io.tailrace.ledger.FileIdentity;
import io.tailrace.ledger.Fingerprint;
import io.tailrace.ledger.FollowedFile;
import io.tailrace.ledger.Slice;
import io.tailrace.storage.StoredFile;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The slices that one look plans: whole lines behind what was planned, up to a few units. */
final class FollowPlan {

  /** A look takes about this many full units at most: what it plans is worked off together. */
  private static final int FULL_UNITS = 64;

  private final FollowFeed settings;
  private final Packs packs;
  private final ReadLimits limits;
  private final FollowWarnings warnings;

  private final List<Slice> slices = new ArrayList<>();

  /** Empty slices with the fingerprints at which copies end, behind what is planned. */
  private final List<Slice> ends = new ArrayList<>();

  private final Map<Long, StoredFile> begun = new HashMap<>();
  private long nextNumber;
  private long bytes;
  private int files;
  private boolean more;

  /**
   * @param nextNumber the number of the first file that it begins to follow
   */
  FollowPlan(
      FollowFeed settings,
      Packs packs,
      ReadLimits limits,
      FollowWarnings warnings,
      long nextNumber) {
    this.settings = settings;
    this.packs = packs;
    this.limits = limits;
    this.warnings = warnings;
    this.nextNumber = nextNumber;
  }

  /** The slices in the order in which they are to be read. */
  List<Slice> slices() {
    List<Slice> all = new ArrayList<>(slices);
    all.sort(
        Comparator.comparing(Slice::source)
            .thenComparing(slice -> slice.identity().file())
            .thenComparing(Slice::from));
    all.addAll(ends);
    return all;
  }

  /** Where the files were found that it begins to follow, by their numbers. */
  Map<Long, StoredFile> begun() {
    return begun;
  }

  /** Whether there is more than one look takes. */
  boolean leavesMore() {
    return more;
  }

  private long mostBytes() {
    return FULL_UNITS * settings.files().unitBytes();
  }

  private boolean hasRoom() {
    boolean room = files < settings.files().maxFilesPerPoll() && bytes < mostBytes();
    more |= !room;
    return room;
  }

  /**
   * Plans the whole lines behind what was planned of a file.
   *
   * @return whether there are some
   */
  boolean grow(Track track, StoredFile file, FollowedContent content) throws IOException {
    FollowedFile known = track.file();
    long size = limits.of(file, content.size());
    long from = Math.max(known.end(), track.looked());
    if (size <= from) {
      track.see(FileVersion.of(file));
      return false;
    }
    if (!hasRoom()) {
      return false;
    }
    Lines lines = lines(content, known.end(), from, size);
    boolean hasLines = lines.end() >= 0;
    if (hasLines) {
      List<Slice> planned = cut(known.number(), file, known.end(), lines.end(), content);
      if (!content.has(known.head()) || !content.has(known.tail())) {
        // It was truncated this moment: the next look tells.
        return false;
      }
      take(planned, lines.end() - known.end());
    }
    tellUnfinishedAtStart(file, lines, known.end(), size);
    track.look(lines.looked());
    track.see(lines.looked() < size ? null : FileVersion.of(file));
    return hasLines;
  }

  /**
   * Begins to follow a file, from its first line.
   *
   * @return false if it has no whole line yet
   */
  boolean begin(StoredFile file, FollowedContent content) throws IOException {
    long size = limits.of(file, content.size());
    if (size == 0 || !hasRoom()) {
      return true;
    }
    Lines lines = lines(content, 0, 0, size);
    tellUnfinishedAtStart(file, lines, 0, size);
    long to = lines.end();
    if (to < 0 || !content.hasLines(settings.skippedLines(), to)) {
      return false;
    }
    List<Slice> planned = cut(nextNumber, file, 0, to, content);
    if (LookedAt.isUnderItsName(file) && content.size() >= to) {
      take(planned, to);
      begun.put(nextNumber++, file);
    }
    return true;
  }

  /** Begins to follow a packed file, which is read whole. */
  void beginPacked(StoredFile file, FirstBytes first) {
    if (limits.of(file, file.size()) == file.size() && hasRoom()) {
      take(List.of(whole(nextNumber, file, first.fingerprint())), file.size());
      begun.put(nextNumber++, file);
    }
  }

  /** Notes that a followed file is to be known by another inode, of a packed file perhaps. */
  void move(FollowedFile known, StoredFile file) {
    if (known.packed()) {
      FileIdentity identity =
          new FileIdentity(known.number(), Track.key(file), known.head(), known.head());
      slices.add(
          new Slice(file.path(), file.size(), file.size(), file.size(), file.modified(), identity));
    } else {
      addUnpacked(known, file, known.tail().at(), known.tail());
    }
  }

  /**
   * Plans what a packed copy of a followed file has behind what was planned of that.
   *
   * @param tail the fingerprint behind its last line
   */
  void growPacked(FollowedFile known, StoredFile file, Fingerprint tail) {
    addUnpacked(known, file, known.end(), tail);
  }

  private void addUnpacked(FollowedFile known, StoredFile file, long from, Fingerprint tail) {
    FileIdentity identity = new FileIdentity(known.number(), Track.key(file), known.head(), tail);
    slices.add(Slice.ofGrowingFile(file.path(), from, tail.at(), file.modified(), identity));
  }

  /**
   * Notes where a copy ends of a file that was read beyond: should the file be truncated now, the
   * copy is known by that.
   *
   * @param track the file, or null if it is one of those that this plan begins to follow
   */
  void noteEnd(long number, Track track, StoredFile file, Fingerprint end) {
    boolean isNew = track == null || !track.file().tails().contains(end);
    long planned =
        slices.stream()
            .filter(slice -> slice.identity().file() == number)
            .mapToLong(Slice::to)
            .max()
            .orElse(track == null ? 0 : track.file().end());
    if (isNew && end.at() < planned) {
      FileIdentity identity = new FileIdentity(number, Track.key(file), end, end);
      ends.add(Slice.ofGrowingFile(file.path(), end.at(), end.at(), file.modified(), identity));
    }
  }

  /** A packed file. */
  static Slice whole(long number, StoredFile file, Fingerprint head) {
    return new Slice(
        file.path(),
        0,
        file.size(),
        file.size(),
        file.modified(),
        new FileIdentity(number, Track.key(file), head, head));
  }

  /**
   * Whole lines that a look takes of a file.
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
    long most = mostBytes() - bytes;
    if (size - begin > most) {
      long end = content.lineEnd(Math.min(from, begin + most), begin + most);
      if (end >= 0) {
        more = true;
        return new Lines(end, begin + most);
      }
    }
    return new Lines(content.lineEnd(from, size), size);
  }

  private List<Slice> cut(long number, StoredFile file, long from, long to, FollowedContent content)
      throws IOException {
    FileIdentity identity =
        new FileIdentity(
            number,
            Track.key(file),
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

  private void take(List<Slice> planned, long length) {
    slices.addAll(planned);
    bytes += length;
    files++;
  }

  /** Says what a run does not read that takes what is there. */
  private void tellUnfinishedAtStart(StoredFile file, Lines lines, long begin, long size) {
    long end = Math.max(lines.end(), begin);
    if (settings.once() && lines.looked() == size && end < size) {
      warnings.isUnfinished(file, end);
    }
  }
}
