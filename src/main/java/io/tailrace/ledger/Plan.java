package io.tailrace.ledger;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.Serializable;
import java.util.List;

/**
 * What one poll of the source decided.
 *
 * @param units the units to process, of consecutive numbers
 * @param answeredNotes the names of the {@link RetryNote}s whose slices are in these units
 * @param forgotten the numbers of followed files that are not there any more, and are forgotten
 */
public record Plan(
    List<Unit> units,
    List<String> answeredNotes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> forgotten)
    implements Serializable {

  public Plan {
    units = List.copyOf(units);
    answeredNotes = List.copyOf(answeredNotes);
    forgotten = forgotten == null ? List.of() : List.copyOf(forgotten);
  }

  /** A plan that forgets no file. */
  public Plan(List<Unit> units, List<String> answeredNotes) {
    this(units, answeredNotes, List.of());
  }
}
