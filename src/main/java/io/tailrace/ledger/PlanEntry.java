package io.tailrace.ledger;

import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * A plan, as a reader of the ledger finds it.
 *
 * @param number its number
 * @param plan the plan
 * @param archived the receipts of its units, without tables, in the order of the units, if it is in
 *     an archive; otherwise they are in the ledger, or are not written yet
 */
public record PlanEntry(long number, Plan plan, Optional<List<Receipt>> archived) {

  /** A plan in a file of its own. */
  public static PlanEntry ofFile(long number, Plan plan) {
    return new PlanEntry(number, plan, Optional.empty());
  }

  /** The units of the plan. */
  public List<Unit> units() {
    return plan.units();
  }

  /**
   * The receipt of one of its units, without tables, if it has one now.
   *
   * @param ledger where the plan was read
   */
  public Optional<Receipt> receipt(Ledger ledger, Unit unit) throws IOException {
    return archived.isPresent()
        ? Optional.of(archived.get().get((int) (unit.number() - plan.units().get(0).number())))
        : ledger.receiptWithoutTables(unit);
  }
}
