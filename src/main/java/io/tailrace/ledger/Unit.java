package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import java.io.Serializable;
import java.util.List;

/**
 * A piece of input that can be read again, and by whose number its results are named: a part of a
 * large file, or a pack of small ones.
 *
 * @param number 1 for the first unit of a ledger, then one more each
 * @param slices what to read
 * @param attempt 0, or how often its slices were in units that could not read them
 * @param planned when it was planned, in milliseconds since 1970, or {@link #UNKNOWN}
 */
public record Unit(long number, List<Slice> slices, int attempt, long planned)
    implements Serializable {

  /** The time of plans that were noted before plans had one. */
  public static final long UNKNOWN = 0;

  /** Stands for all units that are in a checkpoint: their values are wanted again. */
  public static final Unit FOLDED = new Unit(0, List.of(), 0);

  public Unit {
    slices = List.copyOf(slices);
  }

  /** A unit of which nobody asks when it was planned. */
  public Unit(long number, List<Slice> slices, int attempt) {
    this(number, slices, attempt, UNKNOWN);
  }

  /** The name that the unit's files begin with. */
  @JsonIgnore
  public String name() {
    return String.format("unit-%010d", number);
  }

  /**
   * Tells this unit from any other of its number: a run that has lost its rights may have planned
   * one that never counted.
   */
  @JsonIgnore
  public String fingerprint() {
    StringBuilder text = new StringBuilder();
    text.append(number).append(' ').append(attempt).append(' ').append(planned);
    for (Slice slice : slices) {
      text.append('\n')
          .append(slice.from())
          .append(' ')
          .append(slice.to())
          .append(' ')
          .append(slice.size())
          .append(' ')
          .append(slice.modified())
          .append(' ')
          .append(slice.source());
      if (slice.identity() != null) {
        text.append(' ').append(slice.identity());
      }
    }
    return String.format("%016x", NameHash.of(text.toString()).high());
  }

  /**
   * What tells a slice behind the first of its file from others of the same name: the place where
   * it begins, or, as several files that are followed may have had the name, the number of the
   * unit, which has no other slice of that name.
   */
  public long keyOf(Slice slice) {
    return slice.isOfGrowingFile() ? number : slice.from();
  }

  /** How many of its files were found when it was planned: those that begin in it. */
  @JsonIgnore
  public long newFiles() {
    return attempt > 0 ? 0 : slices.stream().filter(slice -> slice.from() == 0).count();
  }

  /**
   * When the input that has waited longest in it arrived, in milliseconds since 1970: when the file
   * was last modified, or the messages were found. {@link #UNKNOWN} if it has no input.
   */
  @JsonIgnore
  public long arrived() {
    return slices.stream().mapToLong(Slice::modified).min().orElse(UNKNOWN);
  }

  /** The bytes or messages of its slices. */
  @JsonIgnore
  public long extent() {
    return slices.stream().mapToLong(slice -> slice.to() - slice.from()).sum();
  }
}
