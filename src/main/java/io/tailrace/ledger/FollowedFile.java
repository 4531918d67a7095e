package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.util.ArrayList;
import java.util.List;

/**
 * How far a file that is followed was planned.
 *
 * @param number its number
 * @param firstSource its name when it was found
 * @param source its name when it was planned last
 * @param key its device and inode then
 * @param packed whether it was found packed, and read whole
 * @param end the byte behind those that were planned
 * @param modified when it had last been modified then, in milliseconds since 1970
 * @param head the fingerprint of its first bytes
 * @param tails the fingerprint at the end, and before it those where copies of the file end, or
 *     where it ended before
 */
public record FollowedFile(
    long number,
    String firstSource,
    String source,
    String key,
    boolean packed,
    long end,
    long modified,
    Fingerprint head,
    List<Fingerprint> tails) {

  private static final int MOST_TAILS = 8;

  public FollowedFile {
    tails = List.copyOf(tails);
  }

  /** The file that a slice with an identity is the first one of. */
  static FollowedFile of(Slice slice) {
    FileIdentity identity = slice.identity();
    return new FollowedFile(
        identity.file(),
        slice.source(),
        slice.source(),
        identity.key(),
        !slice.isOfGrowingFile(),
        end(slice),
        slice.modified(),
        identity.head(),
        List.of(identity.tail()));
  }

  /**
   * What is known of a file with another slice of it.
   *
   * @param known what was known before, or null
   */
  public static FollowedFile with(FollowedFile known, Slice slice) {
    if (known == null || known.packed()) {
      return of(slice);
    }
    FileIdentity identity = slice.identity();
    List<Fingerprint> tails = new ArrayList<>(known.tails());
    tails.remove(identity.tail());
    if (end(slice) < known.end()) {
      // Where a copy ends, or what could not be read and is planned again.
      tails.add(tails.size() - 1, identity.tail());
      return known.withTails(tails);
    }
    tails.add(identity.tail());
    return new FollowedFile(
        known.number(),
        known.firstSource(),
        slice.source(),
        identity.key(),
        false,
        end(slice),
        slice.modified(),
        identity.head(),
        last(tails));
  }

  private static List<Fingerprint> last(List<Fingerprint> tails) {
    return tails.subList(Math.max(0, tails.size() - MOST_TAILS), tails.size());
  }

  private FollowedFile withTails(List<Fingerprint> others) {
    return new FollowedFile(
        number, firstSource, source, key, packed, end, modified, head, last(others));
  }

  /** Of a file that is read in pieces, each piece has the end of all. */
  private static long end(Slice slice) {
    return slice.isOfGrowingFile() ? slice.identity().tail().at() : slice.size();
  }

  /** The fingerprint at its end. */
  @JsonIgnore
  public Fingerprint tail() {
    return tails.get(tails.size() - 1);
  }
}
