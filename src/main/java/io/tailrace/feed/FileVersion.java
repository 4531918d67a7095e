package io.tailrace.feed;

import io.tailrace.storage.StoredFile;

/**
 * A version of a file, as a listing tells it.
 *
 * @param size its bytes
 * @param modified when it was last modified, in milliseconds since 1970
 */
record FileVersion(long size, long modified) {

  static FileVersion of(StoredFile file) {
    return new FileVersion(file.size(), file.modified());
  }
}
