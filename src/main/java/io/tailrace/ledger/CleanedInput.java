package io.tailrace.ledger;

import java.util.List;

/**
 * How far the files of an input were moved or deleted after they had been read.
 *
 * @param lastPlan nothing is left to do with the files of the plans up to this one
 * @param parts slices that were read of files of which others could not be read yet
 */
public record CleanedInput(long lastPlan, List<Slice> parts) {

  /** Nothing was cleaned. */
  static final CleanedInput NONE = new CleanedInput(0, List.of());

  public CleanedInput {
    parts = List.copyOf(parts);
  }
}
