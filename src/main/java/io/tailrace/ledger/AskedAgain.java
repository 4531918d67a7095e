package io.tailrace.ledger;

import java.io.IOException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * The slices that a unit whose receipt is lost had not read: there are notes that ask for them, or
 * later plans have answered such notes. Whoever reads the unit again leaves them out, as they are
 * in other units.
 */
final class AskedAgain {

  private AskedAgain() {}

  /** Looks through the notes and the plans behind the newest checkpoint. */
  static Map<Slice, Receipt.Unread> of(Ledger ledger, Unit unit) throws IOException {
    Map<Slice, Receipt.Unread> asked = new LinkedHashMap<>();
    // Notes first: one is deleted once the plan that answers it is there.
    for (RetryNote note : ledger.retryNotes()) {
      if (note.unit() == unit.number()) {
        asked.put(
            note.slice(),
            new Receipt.Unread(note.slice(), note.reason(), note.damaged(), note.name()));
      }
    }
    PlanReader plans = ledger.plansFrom(ledger.checkpoint().lastPlan() + 1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (String note : plan.get().plan().answeredNotes()) {
        if (Ledger.unitOf(note) == unit.number()) {
          Optional<Slice> slice = answered(unit, note, plan.get().plan(), asked.keySet());
          if (slice.isPresent()) {
            String reason = "it was planned again in plan " + plan.get().number();
            asked.put(slice.get(), new Receipt.Unread(slice.get(), reason, false, note));
          }
        }
      }
    }
    return asked;
  }

  /** The slice of a unit for which a note asked that a plan has answered. */
  private static Optional<Slice> answered(Unit unit, String note, Plan answer, Set<Slice> others) {
    for (Slice slice : unit.slices()) {
      if (RetryNote.name(unit, slice).equals(note)) {
        return Optional.of(slice);
      }
    }
    // Older notes do not say. Which of those that a plan has answered is which makes no difference.
    Set<String> sources =
        answer.units().stream()
            .flatMap(again -> again.slices().stream())
            .map(Slice::source)
            .collect(Collectors.toSet());
    return unit.slices().stream()
        .filter(slice -> sources.contains(slice.source()) && !others.contains(slice))
        .findFirst();
  }
}
