package io.tailrace.ledger;

import io.tailrace.table.LogTable;
import java.io.IOException;

/** Counts the rows of a file of a log. */
@FunctionalInterface
public interface RowCount {

  /**
   * Reads all of a file.
   *
   * @param file its name in the folder of the log
   * @throws IOException if it cannot be read
   */
  long of(LogTable log, String file) throws IOException;
}
