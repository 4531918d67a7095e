package io.tailrace.ledger;

import java.io.Serializable;
import java.util.List;

/**
 * What one poll of the source decided.
 *
 * @param units the units to process, of consecutive numbers
 * @param answeredNotes the names of the {@link RetryNote}s whose slices are in these units
 */
public record Plan(List<Unit> units, List<String> answeredNotes) implements Serializable {

  public Plan {
    units = List.copyOf(units);
    answeredNotes = List.copyOf(answeredNotes);
  }
}
