package io.tailrace.ledger;

import java.io.IOException;

/** Something in a ledger is damaged that cannot be computed again. */
public final class LostException extends IOException {

  private static final long serialVersionUID = 1L;

  /**
   * @param damage the file, and what is wrong with it
   * @param consequence what is affected, or why there is no other way
   */
  LostException(DamagedFileException damage, String consequence, Ledger ledger) {
    super(
        String.format(
            "%s, and %s; restore the file from a backup of %s, or give another --output and read"
                + " all input again",
            damage.getMessage(), consequence, ledger.folder().path()),
        damage);
  }
}
