package io.tailrace.table;

import java.io.IOException;

/** Writes {@link HeldRows} to a file that was begun. */
sealed interface RowSink permits CsvSink, ParquetSink {

  /**
   * Writes rows.
   *
   * @param order the rows, in their order
   */
  void write(HeldRows rows, int[] order) throws IOException;

  /** Writes what is left of the file. */
  void finish() throws IOException;
}
