package io.tailrace.feed;

import io.tailrace.storage.Glob;
import io.tailrace.storage.Relisting;
import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Lists the files of an input at each poll, at a cost that depends on what is new.
 *
 * <p>Where there are so many files that it takes long to list them, all are listed only now and
 * then, and names that are new, which a storage may know at once, in between. So a file whose
 * content changes under a name that is known may be in the listing later than others.
 */
final class RepeatedListing {

  /** All files are listed whenever that takes no longer. */
  private static final long SHORT_NANOS = 2_000_000;

  /** Otherwise it takes at most about this part of the time. */
  private static final int PART_OF_TIME = 30;

  private final FileListing listing;
  private final long shortNanos;
  private final int partOfTime;
  private final List<Relisting> parts = new ArrayList<>();
  private long allAt;
  private long allNanos;

  RepeatedListing(FileListing listing) {
    this(listing, SHORT_NANOS, PART_OF_TIME);
  }

  /** One with other limits. */
  RepeatedListing(FileListing listing, long shortNanos, int partOfTime) {
    this.listing = listing;
    this.shortNanos = shortNanos;
    this.partOfTime = partOfTime;
    for (String glob : listing.globs()) {
      parts.add(Storages.of(glob).relisting(new Glob(glob)));
    }
  }

  /** All files are listed next. */
  void forget() {
    allNanos = 0;
  }

  /**
   * The files that are there now, but perhaps for some whose names are known.
   *
   * @param isKnown whether a name is known
   * @param watched names whose versions are wanted in any case, if they are there
   */
  Collection<StoredFile> list(Predicate<String> isKnown, Set<String> watched) throws IOException {
    long begin = System.nanoTime();
    if (allNanos <= shortNanos || begin - allAt >= allNanos * partOfTime) {
      Collection<StoredFile> all = listing.filter(each(Relisting::all));
      allAt = System.nanoTime();
      allNanos = allAt - begin;
      return all;
    }
    List<List<StoredFile>> changed =
        each(part -> part.changed(name -> watched.contains(name) || isKnown.test(name)));
    Map<String, StoredFile> files = new LinkedHashMap<>();
    listing.filter(changed).forEach(file -> files.put(file.path(), file));
    Set<String> others = new HashSet<>(watched);
    others.removeAll(files.keySet());
    for (String name : others) {
      if (listing.has(name)) {
        try {
          files.put(name, Storages.of(name).stat(name));
        } catch (FileNotFoundException e) {
          // It is not there now.
        }
      }
    }
    return files.values();
  }

  @FunctionalInterface
  private interface Lister {
    List<StoredFile> list(Relisting part) throws IOException;
  }

  /** What is listed for each of the globs. */
  private List<List<StoredFile>> each(Lister lister) throws IOException {
    List<List<StoredFile>> all = new ArrayList<>();
    for (Relisting part : parts) {
      all.add(lister.list(part));
    }
    return all;
  }
}
