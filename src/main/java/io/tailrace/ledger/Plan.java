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
 * @param otherNames names of files that were planned under other names
 */
public record Plan(
    List<Unit> units,
    List<String> answeredNotes,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<Long> forgotten,
    @JsonInclude(JsonInclude.Include.NON_EMPTY) List<OtherName> otherNames)
    implements Serializable {

  /**
   * A further name of a version of a file.
   *
   * @param name the name
   * @param size the size of the file
   * @param modified when it was last modified, in milliseconds since 1970
   */
  public record OtherName(String name, long size, long modified) implements Serializable {}

  public Plan {
    units = List.copyOf(units);
    answeredNotes = List.copyOf(answeredNotes);
    forgotten = forgotten == null ? List.of() : List.copyOf(forgotten);
    otherNames = otherNames == null ? List.of() : List.copyOf(otherNames);
  }

  /** A plan that forgets no file. */
  public Plan(List<Unit> units, List<String> answeredNotes) {
    this(units, answeredNotes, List.of(), List.of());
  }
}
