package io.tailrace.feed;

import io.tailrace.storage.StoredFile;
import java.util.HashMap;
import java.util.Map;

/**
 * Files that are there and are not followed, because they have no line yet or are copies. They are
 * looked at again when they have changed.
 */
final class PassedOver {

  private Map<String, FileVersion> before = new HashMap<>();
  private Map<String, FileVersion> now = new HashMap<>();

  void add(StoredFile file) {
    now.put(Track.key(file), FileVersion.of(file));
  }

  /** Whether this version was passed over at the last look, as it is now. */
  boolean hasStill(StoredFile file) {
    boolean has = FileVersion.of(file).equals(before.get(Track.key(file)));
    if (has) {
      add(file);
    }
    return has;
  }

  /** All are looked at again. */
  void clear() {
    before.clear();
  }

  /** A look is over: what it has not met is not there any more. */
  void endLook() {
    before = now;
    now = new HashMap<>();
  }
}
