package io.tailrace.table;

import java.util.Arrays;
import java.util.BitSet;

/**
 * The numbers of a column of {@link HeldRows}: whole numbers as they are, doubles as their bits,
 * decimals as their unscaled values, truth values as 0 and 1.
 */
final class HeldNumbers {

  private final BitSet nulls = new BitSet();
  private long[] values = new long[1 << 4];
  private int rows;

  /** Adds the number of the next row. */
  void add(long value) {
    if (rows == values.length) {
      values = Arrays.copyOf(values, 2 * rows);
    }
    values[rows++] = value;
  }

  /** Adds that the next row has no number. */
  void addNull() {
    nulls.set(rows);
    add(0L);
  }

  long get(int row) {
    return values[row];
  }

  boolean isNull(int row) {
    return nulls.get(row);
  }

  boolean hasNulls() {
    return !nulls.isEmpty();
  }

  /** Forgets all rows. */
  void clear() {
    nulls.clear();
    rows = 0;
  }
}
