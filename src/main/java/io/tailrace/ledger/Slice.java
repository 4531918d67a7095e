package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;

/**
 * A part of a source that can be read again: the bytes {@code [from, to)} of one version of a file,
 * or the messages of these offsets in a partition of a topic.
 *
 * @param source the file, as its file system names it, or the partition
 * @param from the first byte or message
 * @param to the one after the last
 * @param size the file's size in bytes when it was planned, -1 for a partition, -2 for a file that
 *     may grow
 * @param modified when the file had last been modified then, or the messages were found, in
 *     milliseconds since 1970
 * @param identity what the file is known by, if it is followed, or null
 * @param fileKey tells the file from all others that ever were, whatever its name is; null where
 *     nothing does, and in older ledgers
 */
public record Slice(
    String source,
    long from,
    long to,
    long size,
    long modified,
    @JsonInclude(JsonInclude.Include.NON_NULL) FileIdentity identity,
    @JsonInclude(JsonInclude.Include.NON_NULL) String fileKey)
    implements Serializable {

  private static final long NO_FILE = -1;
  private static final long GROWING = -2;

  /** A part of a version of a file, or of a partition. */
  public Slice(String source, long from, long to, long size, long modified) {
    this(source, from, to, size, modified, null, null);
  }

  /** A part of a version of a file that is followed. */
  public Slice(String source, long from, long to, long size, long modified, FileIdentity identity) {
    this(source, from, to, size, modified, identity, null);
  }

  /** Messages of a partition. */
  public static Slice ofMessages(String source, long from, long to, long found) {
    return new Slice(source, from, to, NO_FILE, found);
  }

  /** A part of a file that may grow, of its content when it is unpacked. */
  public static Slice ofGrowingFile(
      String source, long from, long to, long modified, FileIdentity identity) {
    return new Slice(source, from, to, GROWING, modified, identity, null);
  }

  /** The same bytes, of a file that has another name now. */
  public Slice at(String otherSource) {
    return new Slice(otherSource, from, to, size, modified, identity, fileKey);
  }

  /** Whether this is a part of a file that may grow. */
  @JsonIgnore
  public boolean isOfGrowingFile() {
    return size == GROWING;
  }

  /** Whether these are messages of a topic. */
  @JsonIgnore
  public boolean isOfTopic() {
    return size == NO_FILE;
  }

  /**
   * Whether there is nothing in it: older ledgers have slices of empty files, and one of a followed
   * file tells where the file is now.
   */
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
