package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.KnownNames;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Slice;
import java.io.IOException;
import java.util.List;

/**
 * Finds what is new in an input. Belongs to one {@link Planner}, which tells it what was planned.
 */
interface Finder extends AutoCloseable {

  /**
   * Slices that make a unit.
   *
   * @param slices what to read
   * @param attempt 0, or how often they were in units that could not read them
   */
  record Pack(List<Slice> slices, int attempt) {}

  /**
   * What was found.
   *
   * @param packs the units to be, in their order
   * @param answeredNotes the names of the notes whose slices are in them
   * @param forgotten the numbers of followed files that need not be remembered any longer
   * @param otherNames names of files that were planned under other names
   */
  record Found(
      List<Pack> packs,
      List<String> answeredNotes,
      List<Long> forgotten,
      List<Plan.OtherName> otherNames) {

    /** What was found where there are no files. */
    Found(List<Pack> packs, List<String> answeredNotes) {
      this(packs, answeredNotes, List.of(), List.of());
    }

    boolean isEmpty() {
      return packs.isEmpty()
          && answeredNotes.isEmpty()
          && forgotten.isEmpty()
          && otherNames.isEmpty();
    }
  }

  /**
   * Takes note of a checkpoint: what is in it need not be remembered in any other way.
   *
   * @param names the index of the files that its plans have taken
   */
  void remember(Checkpoint checkpoint, KnownNames names);

  /** Notes what is in a plan behind the checkpoint. */
  void remember(Plan plan);

  /** All plans there are were remembered; a new run begins. */
  void begin() throws IOException;

  /**
   * Looks for what is new.
   *
   * @param now milliseconds since 1970
   */
  Found find(long now) throws IOException;

  /** What was found last was not planned; it must be found again. */
  void forget();

  /** The number of files or messages that were seen and left for a later look. */
  long waiting();

  /** How long to wait before the next look, in milliseconds. */
  long pauseMillis();

  @Override
  void close();
}
