package io.tailrace.report;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * The different values of each row, exactly and up to a number of them. What the state of a row is
 * follows from its values alone, whatever their order and the merges: a row that has had more
 * values than that keeps none of them, for good.
 *
 * <p>The values of all rows are in one table whose keys are the number of the row and the value, so
 * that a row with few of them costs no object.
 */
final class DistinctValues implements RowStates {

  /** So many values of a row are counted. */
  static final int MOST = 10_000;

  /** Stands for the number of values of a row that has had more of them. */
  static final int TOO_MANY = -1;

  /** What a row is put as, before the numbers of values that are counted. */
  private static final int PUT_TOO_MANY = 1;

  private static final int FIRST_COUNT = 2;

  /** About so many values take as much memory as eight rows. */
  private static final int VALUES_TO_ROWS = 3;

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);

  private ReportTable pairs = new ReportTable();

  /** For each pair the one before it of the same row, plus 1; 0 for the first one. */
  private int[] before = {};

  /** For each row its last pair, plus 1; 0 if it has none. */
  private int[] lasts = {};

  private int[] counts = {};
  private byte[] pair = new byte[64];

  /** How many pairs are of rows that keep none. */
  private int garbage;

  /** Adds {@code bytes[from, to)} to the values of a row. */
  void add(int row, byte[] bytes, int from, int to) {
    int count = count(row);
    if (count == TOO_MANY) {
      return;
    }
    makeRoom(row);
    int length = Integer.BYTES + to - from;
    if (length > pair.length) {
      pair = new byte[Math.max(length, pair.length * 2)];
    }
    INTS.set(pair, 0, row);
    System.arraycopy(bytes, from, pair, Integer.BYTES, to - from);
    int known = pairs.size();
    int added = pairs.row(pair, 0, length);
    if (added < known) {
      return;
    }
    if (count == MOST) {
      garbage++;
      setTooMany(row);
      return;
    }
    if (added >= before.length) {
      before = Arrays.copyOf(before, Math.max(added + 1, before.length * 2));
    }
    before[added] = lasts[row];
    lasts[row] = added + 1;
    counts[row] = count + 1;
  }

  private void makeRoom(int row) {
    if (row >= counts.length) {
      int rows = Math.max(row + 1, counts.length * 2);
      counts = Arrays.copyOf(counts, rows);
      lasts = Arrays.copyOf(lasts, rows);
    }
  }

  private void setTooMany(int row) {
    makeRoom(row);
    garbage += Math.max(0, counts[row]);
    counts[row] = TOO_MANY;
    lasts[row] = 0;
    if (garbage > pairs.size() / 2) {
      compact();
    }
  }

  private void compact() {
    DistinctValues compact = new DistinctValues();
    for (int row = 0; row < counts.length; row++) {
      compact.merge(row, this, row);
    }
    pairs = compact.pairs;
    before = compact.before;
    lasts = compact.lasts;
    garbage = 0;
  }

  /** How many values a row has, or {@link #TOO_MANY}. */
  int count(int row) {
    return row < counts.length ? counts[row] : 0;
  }

  private int last(int row) {
    return row < lasts.length ? lasts[row] : 0;
  }

  /** Takes the number of values alone. */
  @Override
  public void copyShown(int row, RowStates other, int otherRow) {
    setCount(row, ((DistinctValues) other).count(otherRow));
  }

  private void setCount(int row, int count) {
    if (count(row) != 0) {
      throw new IllegalStateException("Numbers of values cannot be merged");
    }
    makeRoom(row);
    counts[row] = count;
  }

  @Override
  public void merge(int row, RowStates other, int otherRow) {
    DistinctValues values = (DistinctValues) other;
    int count = values.count(otherRow);
    if (count == TOO_MANY) {
      setTooMany(row);
    } else if (count > 0 && values.last(otherRow) == 0) {
      setCount(row, count);
    } else {
      for (int each = values.last(otherRow); each > 0; each = values.before[each - 1]) {
        byte[] keys = values.pairs.keyBytes();
        add(
            row,
            keys,
            values.pairs.keyFrom(each - 1) + Integer.BYTES,
            values.pairs.keyTo(each - 1));
      }
    }
  }

  @Override
  public int mostBytes(int row) {
    int bytes = Varint.MOST_BYTES;
    for (int each = last(row); each > 0; each = before[each - 1]) {
      bytes += Varint.MOST_BYTES + pairs.keyTo(each - 1) - pairs.keyFrom(each - 1);
    }
    return bytes;
  }

  /** Puts how many values there are, and whether they follow; then each behind its length. */
  @Override
  public int put(int row, byte[] bytes, int begin) {
    int count = count(row);
    if (count <= 0) {
      return Varint.put(bytes, begin, count == 0 ? 0 : PUT_TOO_MANY);
    }
    int follow = last(row) == 0 ? 0 : 1;
    int at = Varint.put(bytes, begin, FIRST_COUNT + 2L * count + follow);
    for (int each = last(row); each > 0; each = before[each - 1]) {
      int from = pairs.keyFrom(each - 1) + Integer.BYTES;
      int length = pairs.keyTo(each - 1) - from;
      at = Varint.put(bytes, at, length);
      System.arraycopy(pairs.keyBytes(), from, bytes, at, length);
      at += length;
    }
    return at;
  }

  @Override
  public int merge(int row, byte[] bytes, int begin) {
    long first = Varint.get(bytes, begin);
    int at = Varint.after(bytes, begin);
    if (first == PUT_TOO_MANY) {
      setTooMany(row);
    }
    if (first < FIRST_COUNT) {
      return at;
    }
    int count = (int) (first - FIRST_COUNT >> 1);
    if ((first & 1) == 0) {
      setCount(row, count);
      return at;
    }
    for (int i = 0; i < count; i++) {
      int length = (int) Varint.get(bytes, at);
      at = Varint.after(bytes, at);
      add(row, bytes, at, at + length);
      at += length;
    }
    return at;
  }

  @Override
  public long memory() {
    return pairs.memory() + (long) Integer.BYTES * (before.length + lasts.length + counts.length);
  }

  @Override
  public long rowsOfTheirSize() {
    return pairs.size() >> VALUES_TO_ROWS;
  }

  @Override
  public Object exact(int row) {
    return count(row);
  }
}
