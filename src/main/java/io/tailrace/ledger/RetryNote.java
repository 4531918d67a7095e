package io.tailrace.ledger;

import java.util.ArrayList;
import java.util.List;

/**
 * Asks for a slice that a unit could not read to be planned again.
 *
 * @param name the note's name, made of the unit and of the slice's place in it, or, in older
 *     ledgers, among its unread ones
 * @param unit the number of the unit
 * @param attempt how often the slice has been in a unit that could not read it, at least 1
 * @param slice the slice
 * @param reason why it could not be read
 * @param damaged whether the bytes themselves are to blame
 */
public record RetryNote(
    String name, long unit, int attempt, Slice slice, String reason, boolean damaged) {

  /** The notes of what a unit could not read. */
  static List<RetryNote> of(Unit unit, Receipt receipt) {
    List<RetryNote> notes = new ArrayList<>();
    for (int i = 0; i < receipt.unread().size(); i++) {
      Receipt.Unread unread = receipt.unread().get(i);
      notes.add(
          new RetryNote(
              unread.note() == null ? unit.name() + "-" + i : unread.note(),
              unit.number(),
              unit.attempt() + 1,
              unread.slice(),
              unread.reason(),
              unread.damaged()));
    }
    return notes;
  }

  /** The name of the note of a slice, whichever others could not be read. */
  public static String name(Unit unit, Slice slice) {
    return unit.name() + "-slice-" + unit.slices().indexOf(slice);
  }
}
