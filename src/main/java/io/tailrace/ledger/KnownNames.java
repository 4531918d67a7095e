package io.tailrace.ledger;

import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.OptionalLong;
import java.util.PriorityQueue;

/**
 * An index on disk of the files that were taken: the hash of each name, and of the key of each file
 * that has one, with the fingerprint of the version that was taken last. It is a log-structured
 * merge tree: a list of immutable {@linkplain NameSegment segments}, of which a later one is newer.
 *
 * <p>Segments are of tiers by their size, each tier {@value #FAN_OUT} times as large as the one
 * before. No segment has one of a smaller tier before it, and at most {@value #FAN_OUT} - 1 are of
 * the same tier: one more, and they become one. So the number of segments is logarithmic, and so is
 * how often a name is written. Heap use does not depend on the number of names; the filters take
 * 1.5 bytes per name off the heap.
 *
 * <p>{@link #find} is safe for use by many threads; {@link #add} belongs to one. There is nothing
 * to close: garbage collection releases maps and filters.
 */
public final class KnownNames {

  private static final int FAN_OUT = 8;

  /** Makes 96 KiB: a smaller file costs no less to create and write. */
  private static final long FIRST_TIER_ENTRIES = 4_096;

  private static final long LARGEST_MERGED_ENTRIES = (1L << 30) / NameSegment.ENTRY_BYTES;

  private final Folder folder;
  private final long largestMergedEntries;
  private volatile List<NameSegment> segments;

  /**
   * The segments after an addition.
   *
   * @param refs those that are the index now
   * @param replaced those that are in it no more; their files are still there
   */
  public record Change(List<NameSegment.Ref> refs, List<NameSegment.Ref> replaced) {}

  private KnownNames(Folder folder, long largestMergedEntries, List<NameSegment> segments) {
    this.folder = folder;
    this.largestMergedEntries = largestMergedEntries;
    this.segments = segments;
  }

  /**
   * Opens an index and verifies all of its files.
   *
   * @param refs its segments, as {@link #refs} gave them
   * @throws DamagedFileException if a file is missing or is not the one that was written
   */
  public static KnownNames open(Folder folder, List<NameSegment.Ref> refs) throws IOException {
    return open(folder, refs, LARGEST_MERGED_ENTRIES);
  }

  /** The same with a limit for the entries of segments that are merged. */
  static KnownNames open(Folder folder, List<NameSegment.Ref> refs, long largestMergedEntries)
      throws IOException {
    List<NameSegment> segments = new ArrayList<>();
    for (NameSegment.Ref ref : refs) {
      segments.add(NameSegment.open(folder, ref));
    }
    return new KnownNames(folder, largestMergedEntries, List.copyOf(segments));
  }

  /** The segments, the oldest first. */
  public List<NameSegment.Ref> refs() {
    return refs(segments);
  }

  private static List<NameSegment.Ref> refs(List<NameSegment> segments) {
    return segments.stream().map(NameSegment::ref).toList();
  }

  /** The fingerprint of the version of a file that was taken last, if one was. */
  public OptionalLong find(String name) {
    return find(NameHash.of(name));
  }

  /** The same by the hash of its name or of {@linkplain NameHash#ofFileKey its key}. */
  public OptionalLong find(NameHash hash) {
    List<NameSegment> now = segments;
    for (int i = now.size() - 1; i >= 0; i--) {
      OptionalLong fingerprint = now.get(i).find(hash);
      if (fingerprint.isPresent()) {
        return fingerprint;
      }
    }
    return OptionalLong.empty();
  }

  /**
   * Adds names, or newer versions of names, by writing one file. Deletes no file: the index as it
   * was can be opened until its files are deleted. If it fails, the index is as it was.
   *
   * @param workshop where the file may be until it is complete
   * @param unique a text for the name of the file, which no addition to this folder had
   * @param news the fingerprints by the hashes of the names
   */
  public Change add(Folder workshop, String unique, Map<NameHash, Long> news) throws IOException {
    if (news.isEmpty()) {
      return new Change(refs(), List.of());
    }
    String file = "names-" + unique + ".seg";
    List<NameSegment> before = segments;
    if (before.stream().anyMatch(segment -> segment.ref().file().equals(file))) {
      throw new IllegalArgumentException(file + " is in use");
    }
    int kept = kept(before, news.size());
    List<NameSegment> merged = before.subList(kept, before.size());
    NameSegment.Ref ref =
        NameSegment.write(folder, workshop, file, new Merge(sources(merged, news)));
    List<NameSegment> after = new ArrayList<>(before.subList(0, kept));
    after.add(NameSegment.open(folder, ref));
    segments = List.copyOf(after);
    return new Change(refs(), refs(merged));
  }

  /** How many segments stay as they are, the others being merged with so many new entries. */
  private int kept(List<NameSegment> before, long newEntries) {
    int kept = before.size();
    long entries = newEntries;
    while (true) {
      int tier = tier(entries);
      int from = kept;
      // Before the new one, segments of a smaller tier could not be merged with later ones.
      while (from > 0 && canMerge(before.get(from - 1)) && tier(before.get(from - 1)) < tier) {
        from--;
      }
      int full = from;
      while (full > 0 && canMerge(before.get(full - 1)) && tier(before.get(full - 1)) == tier) {
        full--;
      }
      if (from - full >= FAN_OUT - 1) {
        from = full;
      }
      if (from == kept) {
        return kept;
      }
      for (NameSegment segment : before.subList(from, kept)) {
        entries += segment.ref().entries();
      }
      kept = from;
    }
  }

  private boolean canMerge(NameSegment segment) {
    return segment.ref().entries() <= largestMergedEntries;
  }

  private static int tier(NameSegment segment) {
    return tier(segment.ref().entries());
  }

  private static int tier(long entries) {
    int tier = 0;
    for (long limit = FIRST_TIER_ENTRIES; entries > limit; limit *= FAN_OUT) {
      tier++;
    }
    return tier;
  }

  private static List<Iterator<NameSegment.Entry>> sources(
      List<NameSegment> merged, Map<NameHash, Long> news) {
    List<Iterator<NameSegment.Entry>> sources = new ArrayList<>();
    for (NameSegment segment : merged) {
      sources.add(segment.iterator());
    }
    sources.add(
        news.entrySet().stream()
            .sorted(Map.Entry.comparingByKey())
            .map(entry -> new NameSegment.Entry(entry.getKey(), entry.getValue()))
            .iterator());
    return sources;
  }

  /** A merge of sorted sources. For equal names the last source wins. */
  private static final class Merge implements Iterator<NameSegment.Entry> {

    /** A source and its next entry. */
    private record Head(NameSegment.Entry entry, int source) {}

    private final List<Iterator<NameSegment.Entry>> sources;
    private final PriorityQueue<Head> heads =
        new PriorityQueue<>(
            Comparator.comparing((Head head) -> head.entry().hash())
                .thenComparing(Head::source, Comparator.reverseOrder()));

    Merge(List<Iterator<NameSegment.Entry>> sources) {
      this.sources = sources;
      for (int source = 0; source < sources.size(); source++) {
        advance(source);
      }
    }

    private void advance(int source) {
      Iterator<NameSegment.Entry> entries = sources.get(source);
      if (entries.hasNext()) {
        heads.add(new Head(entries.next(), source));
      }
    }

    @Override
    public boolean hasNext() {
      return !heads.isEmpty();
    }

    @Override
    public NameSegment.Entry next() {
      if (!hasNext()) {
        throw new NoSuchElementException();
      }
      NameSegment.Entry newest = take();
      while (hasNext() && heads.peek().entry().hash().equals(newest.hash())) {
        take();
      }
      return newest;
    }

    private NameSegment.Entry take() {
      Head head = heads.remove();
      advance(head.source());
      return head.entry();
    }
  }
}
