package io.tailrace.storage;

import java.io.IOException;
import java.util.List;
import java.util.function.Predicate;

/**
 * Lists the files of a glob again and again, as a poll does. Not safe for use by many threads.
 *
 * <p>A storage that cannot tell what has changed lists everything.
 */
@FunctionalInterface
public interface Relisting {

  /** All files that match now, in no order. */
  List<StoredFile> all() throws IOException;

  /**
   * At least the files whose names have appeared since {@link #all} or this was called last. A file
   * that has only other content may be missing.
   *
   * @param isKnown names that need not be in it; whether it is asked depends on the storage
   */
  default List<StoredFile> changed(Predicate<String> isKnown) throws IOException {
    return all();
  }
}
