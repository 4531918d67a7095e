package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;

/**
 * A part of a source that can be read again: the bytes {@code [from, to)} of one version of a file,
 * or the messages of these offsets in a partition of a topic.
 *
 * @param source the file, as its file system names it, or the partition
 * @param from the first byte or message
 * @param to the one after the last
 * @param size the file's size in bytes when it was planned, -1 for a partition
 * @param modified when the file had last been modified then, or the messages were found, in
 *     milliseconds since 1970
 */
public record Slice(String source, long from, long to, long size, long modified)
    implements Serializable {

  private static final long NO_FILE = -1;

  /** Messages of a partition. */
  public static Slice ofMessages(String source, long from, long to, long found) {
    return new Slice(source, from, to, NO_FILE, found);
  }

  /** Whether these are messages of a topic. */
  @JsonIgnore
  public boolean isOfTopic() {
    return size == NO_FILE;
  }

  /** Whether there is nothing in it; older ledgers have slices of empty files. */
  @JsonIgnore
  public boolean isEmpty() {
    return from == to;
  }

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
