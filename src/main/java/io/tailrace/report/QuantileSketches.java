package io.tailrace.report;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.datasketches.kll.KllLongsSketch;
import org.apache.datasketches.kll.KllSketch;
import org.apache.datasketches.quantilescommon.QuantileSearchCriteria;

/**
 * The values of each row, as far as quantiles need them: sketches of KLL from Apache DataSketches.
 *
 * <p>With 99 % confidence the value of a quantile has a rank that is off by at most 1.33 % ({@link
 * KllSketch#getNormalizedRankError}). Values come to a sketch some at a time; until then they are a
 * list, and as long as there is no sketch all values are known.
 *
 * <p>Which values a sketch keeps follows from what was added and merged, and in which order: see
 * {@link KllCoins}.
 */
final class QuantileSketches implements RowStates {

  /** How exact a sketch is, and how large. */
  static final int K = 200;

  /** So many values come to a sketch at a time. */
  static final int LIST = 128;

  /** A sketch of many values takes about so many bytes, and as many rows. */
  private static final int SKETCH_BYTES = 5_500;

  private static final int SKETCH_ROWS = SKETCH_BYTES >> 6;

  /** A product that should be whole can be so much more. */
  private static final double ROUNDING = 1e-9;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final LongLists lists = new LongLists();
  private KllLongsSketch[] sketches = {};
  private int sketchCount;

  /**
   * Adds a value to those of a row.
   *
   * @param value a number whose order is that of the values
   */
  void add(int row, long value) {
    lists.add(row, value);
    if (lists.size(row) == LIST) {
      if (sketch(row) == null) {
        set(row, KllLongsSketch.newHeapInstance(K));
      }
      KllCoins.update(sketches[row], lists.numbers(), lists.begin(row), LIST);
      lists.clear(row);
    }
  }

  private KllLongsSketch sketch(int row) {
    return row < sketches.length ? sketches[row] : null;
  }

  private void set(int row, KllLongsSketch sketch) {
    if (row >= sketches.length) {
      sketches = Arrays.copyOf(sketches, Math.max(row + 1, sketches.length * 2));
    }
    sketches[row] = sketch;
    sketchCount++;
  }

  /** How many values a row has. */
  long count(int row) {
    KllLongsSketch sketch = sketch(row);
    return lists.size(row) + (sketch == null ? 0 : sketch.getN());
  }

  /**
   * The least value of a row that is not less than a share of its values, itself among them. There
   * is at least one.
   *
   * @param share from 0 to 1
   */
  long quantile(int row, double share) {
    int from = lists.begin(row);
    int size = lists.size(row);
    KllLongsSketch sketch = sketch(row);
    if (sketch != null) {
      // Looking at a sketch sorts some of it, and so bears on what it keeps later.
      KllLongsSketch all = copy(sketch);
      KllCoins.update(all, lists.numbers(), from, size);
      return all.getQuantile(share, QuantileSearchCriteria.INCLUSIVE);
    }
    long[] sorted = Arrays.copyOfRange(lists.numbers(), from, from + size);
    Arrays.sort(sorted);
    return sorted[Math.max(0, (int) Math.ceil(share * size - ROUNDING) - 1)];
  }

  private static KllLongsSketch copy(KllLongsSketch sketch) {
    return heapify(sketch.toByteArray());
  }

  private static KllLongsSketch heapify(byte[] bytes) {
    return KllLongsSketch.heapify(org.apache.datasketches.memory.Memory.wrap(bytes));
  }

  @Override
  public void merge(int row, RowStates other, int otherRow) {
    QuantileSketches others = (QuantileSketches) other;
    KllLongsSketch sketch = others.sketch(otherRow);
    if (sketch != null) {
      if (sketch(row) == null) {
        set(row, copy(sketch));
      } else {
        KllCoins.merge(sketches[row], sketch);
      }
    }
    int begin = others.lists.begin(otherRow);
    for (int i = 0; i < others.lists.size(otherRow); i++) {
      add(row, others.lists.numbers()[begin + i]);
    }
  }

  @Override
  public int mostBytes(int row) {
    KllLongsSketch sketch = sketch(row);
    return 2 * Varint.MOST_BYTES
        + Long.BYTES * lists.size(row)
        + (sketch == null ? 0 : sketch.getSerializedSizeBytes());
  }

  /** Puts the sketch behind its length, or 0; then the list behind its length. */
  @Override
  public int put(int row, byte[] bytes, int begin) {
    KllLongsSketch sketch = sketch(row);
    int at = begin;
    if (sketch == null) {
      at = Varint.put(bytes, at, 0);
    } else {
      byte[] compact = sketch.toByteArray();
      at = Varint.put(bytes, at, compact.length);
      System.arraycopy(compact, 0, bytes, at, compact.length);
      at += compact.length;
    }
    at = Varint.put(bytes, at, lists.size(row));
    for (int i = 0; i < lists.size(row); i++) {
      LONGS.set(bytes, at, lists.numbers()[lists.begin(row) + i]);
      at += Long.BYTES;
    }
    return at;
  }

  @Override
  public int merge(int row, byte[] bytes, int begin) {
    int length = (int) Varint.get(bytes, begin);
    int at = Varint.after(bytes, begin);
    if (length > 0) {
      KllLongsSketch sketch = heapify(Arrays.copyOfRange(bytes, at, at + length));
      at += length;
      if (sketch(row) == null) {
        set(row, sketch);
      } else {
        KllCoins.merge(sketches[row], sketch);
      }
    }
    int size = (int) Varint.get(bytes, at);
    at = Varint.after(bytes, at);
    for (int i = 0; i < size; i++) {
      add(row, (long) LONGS.get(bytes, at));
      at += Long.BYTES;
    }
    return at;
  }

  @Override
  public long memory() {
    return lists.memory() + (long) Long.BYTES * sketches.length + (long) SKETCH_BYTES * sketchCount;
  }

  @Override
  public long rowsOfTheirSize() {
    return (long) SKETCH_ROWS * sketchCount;
  }

  @Override
  public Object exact(int row) {
    return count(row);
  }
}
