package io.tailrace.report;

/**
 * What a {@link ReportTable} keeps of a measure for each of its rows, where that is more than a
 * number or a byte string. Rows have numbers from 0 on; one that nothing was added to has the state
 * of no values.
 *
 * <p>Not safe for use by more than one thread.
 */
sealed interface RowStates permits DistinctValues, DistinctSketches, QuantileSketches {

  /** Merges the state of a row of another table, which is of the same measure. */
  void merge(int row, RowStates other, int otherRow);

  /** Takes the state of a row of another table, for somebody who shows it and merges it no more. */
  default void copyShown(int row, RowStates other, int otherRow) {
    merge(row, other, otherRow);
  }

  /** How many bytes {@link #put} needs at most. */
  int mostBytes(int row);

  /** Puts the state of a row into an array, and gives where it ends. */
  int put(int row, byte[] bytes, int at);

  /** Merges a state that {@link #put} has put into an array, and gives where it ends. */
  int merge(int row, byte[] bytes, int at);

  /** About how many bytes all states take in memory. */
  long memory();

  /** About how many rows without such a state take as much memory as the states do. */
  long rowsOfTheirSize();

  /** What the states of the same values have in common, whatever the order and the merges. */
  Object exact(int row);
}
