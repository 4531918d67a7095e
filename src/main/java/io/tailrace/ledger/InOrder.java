package io.tailrace.ledger;

import java.io.IOException;
import java.io.Serializable;

/**
 * Does something with the receipts of a ledger in the order of their units, each once. It keeps in
 * the ledger how far it is, together with what came of it.
 */
@FunctionalInterface
public interface InOrder extends Serializable {

  /**
   * Goes on with the units that have receipts, to the first one that has none.
   *
   * @param run the number of the run; called by one thread at a time
   * @return how many records came too late for it
   */
  long advance(Ledger ledger, long run) throws IOException;
}
