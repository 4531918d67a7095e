package io.tailrace.ledger;

import java.io.IOException;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * The slices that a unit whose receipt is lost had not read: there are notes that ask for them, or
 * later plans have answered such notes. Whoever reads the unit again leaves them out, as they are
 * in other units.
 */
final class AskedAgain {

  private AskedAgain() {}

  /** Looks through the notes and the plans behind the newest checkpoint. */
  static Map<Slice, Receipt.Unread> of(Ledger ledger, Unit unit) throws IOException {
    // Notes first: one is deleted once the plan that answers it is there.
    Map<String, RetryNote> notes = new HashMap<>();
    ledger.retryNotes().forEach(note -> notes.put(note.name(), note));
    Map<Slice, Receipt.Unread> asked = new LinkedHashMap<>();
    Map<String, Slice> slices = new LinkedHashMap<>();
    for (int place = 0; place < unit.slices().size(); place++) {
      String name = RetryNote.name(unit, place);
      Slice slice = unit.slices().get(place);
      slices.put(name, slice);
      RetryNote note = notes.get(name);
      if (note != null) {
        asked.put(slice, new Receipt.Unread(slice, note.reason(), note.damaged()));
      }
    }
    PlanReader plans = ledger.plansFrom(ledger.checkpoint().lastPlan() + 1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (String answered : plan.get().plan().answeredNotes()) {
        Slice slice = slices.get(answered);
        if (slice != null) {
          String reason = "it was planned again in plan " + plan.get().number();
          asked.put(slice, new Receipt.Unread(slice, reason, false));
        }
      }
    }
    return asked;
  }
}
