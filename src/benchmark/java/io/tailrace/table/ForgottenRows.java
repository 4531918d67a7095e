package io.tailrace.table;

/** Rows that are held until they are many and are then forgotten, as if they were written. */
public final class ForgottenRows {

  private static final long MOST_BYTES = 1 << 20;

  private final HeldRows rows;

  private ForgottenRows(LogTable log) {
    rows = new HeldRows(log.schema(), MOST_BYTES, this::forget);
  }

  private void forget() {
    rows.clear();
  }

  /** Takes the rows of a log. */
  public static HeldRows of(LogTable log) {
    return new ForgottenRows(log).rows;
  }
}
