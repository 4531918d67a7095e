package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.FollowedFile;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.StoredFile;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The files that are followed, whether they are there or not, by their numbers and inodes. */
final class Tracks {

  private final Map<Long, Track> byNumber = new TreeMap<>();
  private final Map<String, Track> byKey = new HashMap<>();

  /** In the order of their numbers. */
  Collection<Track> all() {
    return byNumber.values();
  }

  /** The one of a number, or null. */
  Track of(long number) {
    return byNumber.get(number);
  }

  /** The one that has an inode, or null. */
  Track withKey(String key) {
    return byKey.get(key);
  }

  /** Whether its inode was not found with another file in it. */
  boolean hasItsKey(Track track) {
    return byKey.get(track.file().key()) == track;
  }

  long nextNumber() {
    return byNumber.keySet().stream().mapToLong(Long::longValue).max().orElse(0) + 1;
  }

  void remember(Checkpoint newest) {
    for (FollowedFile file : newest.followed()) {
      Track known = byNumber.get(file.number());
      if (known == null) {
        add(new Track(file));
      } else if (known.file().end() < file.end()) {
        removeKey(known.file().key(), known);
        known.become(file);
        add(known);
      }
    }
  }

  /**
   * @param begun where the files were found that the plan begins to follow
   */
  void remember(Plan plan, Map<Long, StoredFile> begun) {
    for (Unit unit : plan.units()) {
      for (Slice slice : unit.slices()) {
        if (slice.identity() != null) {
          remember(slice, begun);
        }
      }
    }
    for (long number : plan.forgotten()) {
      Track track = byNumber.remove(number);
      if (track != null) {
        removeKey(track.file().key(), track);
      }
    }
  }

  private void remember(Slice slice, Map<Long, StoredFile> begun) {
    long number = slice.identity().file();
    Track track = byNumber.get(number);
    if (track == null) {
      add(Track.begun(FollowedFile.with(null, slice), begun.get(number)));
      return;
    }
    String keyBefore = track.file().key();
    track.add(slice);
    if (!track.file().key().equals(keyBefore)) {
      removeKey(keyBefore, track);
      giveItsKey(track);
    }
  }

  /** Of several files that had an inode, the last one has it. */
  private void add(Track track) {
    byNumber.put(track.number(), track);
    byKey.merge(
        track.file().key(), track, (one, other) -> one.number() > other.number() ? one : other);
  }

  void giveItsKey(Track track) {
    byKey.put(track.file().key(), track);
  }

  /** An inode has another file now, unless another one has it anyway. */
  void removeKey(String key, Track track) {
    byKey.remove(key, track);
  }

  /** A new run begins: of the files that had a name, only the last one can be there. */
  void begin() {
    Map<String, Track> last = new HashMap<>();
    all().forEach(track -> last.put(track.file().source(), track));
    last.forEach((source, track) -> track.wasLastAt(source));
  }
}
