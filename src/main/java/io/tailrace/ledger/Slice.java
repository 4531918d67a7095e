package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;

/**
 * A part of a source that can be read again: the bytes {@code [from, to)} of one version of a file.
 *
 * @param source the file, as its file system names it
 * @param from the first byte
 * @param to the byte after the last one
 * @param size the file's size in bytes when it was planned
 * @param modified when the file had last been modified then, in milliseconds since 1970
 */
public record Slice(String source, long from, long to, long size, long modified)
    implements Serializable {

  /** Whether this is all of the file. */
  @JsonIgnore
  public boolean isWholeFile() {
    return from == 0 && to == size;
  }

  /** Whether a file of this size and time is the version that was planned. */
  public boolean isVersion(long otherSize, long otherModified) {
    return size == otherSize && modified == otherModified;
  }
}
