package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Map;

/**
 * What the first plans of a ledger and their receipts have come to, so that a start reads this and
 * a short tail. The units of these plans all have receipts and are in the bases of all totals.
 *
 * @param number 1 for the first checkpoint of a ledger, then one more each
 * @param lastPlan the last of the plans
 * @param lastUnit the last of their units
 * @param sums what was found and read in all
 * @param names segments of the index of files that were taken
 * @param archives files with the plans and receipts themselves, without the tables
 * @param offsets the first message of each partition that was not planned
 * @param uncounted the files of which nothing was counted, whose next version is a new file
 * @param retries slices that could not be read and that no plan has had since
 * @param states the newest state of each name whose files are in the archives
 * @param parts the number of the base of each part of a split report that has the units
 * @param followed the files that are followed, and how far they were planned
 */
public record Checkpoint(
    long number,
    long lastPlan,
    long lastUnit,
    Sums sums,
    List<NameSegment.Ref> names,
    List<Archive.Ref> archives,
    Map<String, Long> offsets,
    List<Uncounted> uncounted,
    List<RetryNote> retries,
    Map<String, Long> states,
    Map<String, Long> parts,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<FollowedFile> followed) {

  /**
   * Sums over the plans and receipts.
   *
   * @param filesFound files that were planned for the first time
   * @param records lines that were records
   * @param bytes bytes that were read
   * @param deadLetters lines that were no records
   */
  public record Sums(long filesFound, long records, long bytes, long deadLetters) {

    static final Sums NONE = new Sums(0, 0, 0, 0);

    /** These and those of a unit with its receipt. */
    public Sums with(Unit unit, Receipt receipt) {
      Receipt.Counts counts = receipt.counts();
      return new Sums(
          filesFound + unit.newFiles(),
          records + counts.records(),
          bytes + counts.bytes(),
          deadLetters + counts.deadLetters());
    }
  }

  /**
   * A file of which nothing was counted.
   *
   * @param name the file
   * @param size its size when it was read
   * @param modified when it had last been modified then
   */
  public record Uncounted(String name, long size, long modified) {}

  /** The checkpoint of a ledger that has none yet: of no plans. */
  static final Checkpoint NONE =
      new Checkpoint(
          0, 0, 0, Sums.NONE, List.of(), List.of(), Map.of(), List.of(), List.of(), Map.of(),
          Map.of(), List.of());

  public Checkpoint {
    names = List.copyOf(names);
    archives = List.copyOf(archives);
    offsets = Map.copyOf(offsets);
    uncounted = List.copyOf(uncounted);
    retries = List.copyOf(retries);
    states = Map.copyOf(states);
    // There were none at first.
    parts = parts == null ? Map.of() : Map.copyOf(parts);
    followed = followed == null ? List.of() : List.copyOf(followed);
  }

  /** Whether it is of no plans. */
  @JsonIgnore
  public boolean isNone() {
    return number == 0;
  }

  /** The same under the next number. */
  Checkpoint next() {
    return withNames(names);
  }

  /** The same with another index of names, under the next number. */
  Checkpoint withNames(List<NameSegment.Ref> others) {
    return new Checkpoint(
        number + 1,
        lastPlan,
        lastUnit,
        sums,
        others,
        archives,
        offsets,
        uncounted,
        retries,
        states,
        parts,
        followed);
  }
}
