package io.tailrace.feed;

import io.tailrace.storage.Storages;
import io.tailrace.storage.StoredFile;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The files that are there at one look: those that a glob matches, and those beside them. */
final class LookedAt {

  private final FileListing listing;
  private final long now;
  private final long settleMillis;
  private final Map<String, StoredFile> listed = new LinkedHashMap<>();
  private final Map<String, List<StoredFile>> folders = new HashMap<>();
  private long unsettled;

  /**
   * @param now milliseconds since 1970
   * @param settleMillis how long a packed file must not have changed
   */
  LookedAt(FileListing listing, long now, long settleMillis) throws IOException {
    this.listing = listing;
    this.now = now;
    this.settleMillis = settleMillis;
    listing.list().stream()
        .sorted(Comparator.comparing(StoredFile::path))
        // Another name of the same file is none of another file.
        .forEach(file -> listed.putIfAbsent(Track.key(file), file));
  }

  /** The files that a glob matches, one name of each, in the order of names. */
  Collection<StoredFile> listed() {
    return listed.values();
  }

  boolean isListed(String key) {
    return listed.containsKey(key);
  }

  /** The files in a folder, whether a glob matches them or not. */
  List<StoredFile> in(String folder) throws IOException {
    if (!folders.containsKey(folder)) {
      folders.put(folder, listing.files(folder));
    }
    return folders.get(folder);
  }

  /** When the look began, in milliseconds since 1970. */
  long now() {
    return now;
  }

  boolean hasSettled(StoredFile file) {
    return now - file.modified() >= settleMillis || file.modified() > now;
  }

  /** Whether a file has settled; one that has not is counted. */
  boolean hasSettledOrWaits(StoredFile file) {
    boolean settled = hasSettled(file);
    if (!settled) {
      unsettled++;
    }
    return settled;
  }

  /** How many files are left for a later look. */
  long unsettled() {
    return unsettled;
  }

  static Optional<StoredFile> stat(String path) throws IOException {
    try {
      return Optional.of(Storages.of(path).stat(path));
    } catch (FileNotFoundException e) {
      return Optional.empty();
    }
  }

  static boolean isUnderItsName(StoredFile file) throws IOException {
    return stat(file.path()).filter(there -> Track.key(there).equals(Track.key(file))).isPresent();
  }
}
