package io.tailrace.feed;

import io.tailrace.storage.StoredFile;
import java.util.HashMap;
import java.util.Map;

/** Up to where files are read: a run that takes what is there at its start leaves what comes. */
final class ReadLimits {

  private final boolean onlyWhatIsThere;
  private final Map<String, Long> sizes = new HashMap<>();
  private boolean started;

  /**
   * @param onlyWhatIsThere whether only bytes count that the first look has found
   */
  ReadLimits(boolean onlyWhatIsThere) {
    this.onlyWhatIsThere = onlyWhatIsThere;
  }

  /** Notes a file that is there. */
  void note(StoredFile file) {
    if (onlyWhatIsThere && !started) {
      sizes.put(Track.key(file), file.size());
    }
  }

  /** The first look is over. */
  void start() {
    started = true;
  }

  /**
   * The size up to which a file is read.
   *
   * @param size the size that it has now
   */
  long of(StoredFile file, long size) {
    return onlyWhatIsThere && started
        ? Math.min(size, sizes.getOrDefault(Track.key(file), 0L))
        : size;
  }
}
