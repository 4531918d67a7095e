package io.tailrace.report;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.apache.datasketches.hll.HllSketch;
import org.apache.datasketches.hll.TgtHllType;
import org.apache.datasketches.hll.Union;

/**
 * About how many different values each row has: sketches of HyperLogLog from Apache DataSketches.
 * What is estimated follows from the values alone, whatever their order and the merges: it is made
 * of the registers, not of how they came about, as {@link HllSketch#getEstimate} is for a sketch
 * that was never merged.
 *
 * <p>The relative standard error is 1.62 % ({@link HllSketch#getRelErr}). Few values are a list of
 * numbers, which is exact and costs no object.
 */
final class DistinctSketches implements RowStates {

  /** The logarithm of the number of registers. */
  static final int LG_K = 12;

  /** So many values are counted without a sketch. */
  private static final int MOST_IN_LIST = 16;

  /** What a sketch is put behind, in place of how long the list is. */
  private static final int PUT_SKETCH = MOST_IN_LIST + 1;

  /** A sketch takes about so many bytes, once it is no list inside, and as many rows. */
  private static final int SKETCH_BYTES = 2_300;

  private static final int SKETCH_ROWS = SKETCH_BYTES >> 6;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  private final LongLists lists = new LongLists();
  private HllSketch[] sketches = {};
  private int sketchCount;

  /**
   * Adds a value to those of a row.
   *
   * @param value a number, or a hash of what is none
   */
  void add(int row, long value) {
    HllSketch sketch = sketch(row);
    if (sketch != null) {
      sketch.update(value);
    } else if (!lists.contains(row, value)) {
      if (lists.size(row) < MOST_IN_LIST) {
        lists.add(row, value);
      } else {
        sketchOf(row).update(value);
      }
    }
  }

  private HllSketch sketch(int row) {
    return row < sketches.length ? sketches[row] : null;
  }

  /** The sketch of a row, which gets what is in its list. */
  private HllSketch sketchOf(int row) {
    HllSketch sketch = sketch(row);
    if (sketch == null) {
      sketch = new HllSketch(LG_K, TgtHllType.HLL_4);
      int begin = lists.begin(row);
      for (int i = 0; i < lists.size(row); i++) {
        sketch.update(lists.numbers()[begin + i]);
      }
      set(row, sketch);
    }
    return sketch;
  }

  private void set(int row, HllSketch sketch) {
    if (row >= sketches.length) {
      sketches = Arrays.copyOf(sketches, Math.max(row + 1, sketches.length * 2));
    }
    if (sketches[row] == null) {
      sketchCount++;
      lists.release(row);
    }
    sketches[row] = sketch;
  }

  /** About how many different values a row has. */
  long estimate(int row) {
    HllSketch sketch = sketch(row);
    return sketch == null ? lists.size(row) : Math.round(sketch.getCompositeEstimate());
  }

  @Override
  public void merge(int row, RowStates other, int otherRow) {
    DistinctSketches others = (DistinctSketches) other;
    HllSketch sketch = others.sketch(otherRow);
    if (sketch != null) {
      // What is merged is copied, and what is taken as it is would change with the other row.
      merge(row, isEmpty(row) ? sketch.copy() : sketch);
      return;
    }
    int begin = others.lists.begin(otherRow);
    for (int i = 0; i < others.lists.size(otherRow); i++) {
      add(row, others.lists.numbers()[begin + i]);
    }
  }

  private boolean isEmpty(int row) {
    return sketch(row) == null && lists.size(row) == 0;
  }

  private void merge(int row, HllSketch sketch) {
    if (isEmpty(row)) {
      set(row, sketch);
      return;
    }
    Union union = new Union(LG_K);
    union.update(sketchOf(row));
    union.update(sketch);
    set(row, union.getResult(TgtHllType.HLL_4));
  }

  @Override
  public int mostBytes(int row) {
    HllSketch sketch = sketch(row);
    return 2 * Varint.MOST_BYTES
        + (sketch == null ? Long.BYTES * lists.size(row) : sketch.getCompactSerializationBytes());
  }

  /** Puts the list behind its length; or the sketch behind {@link #PUT_SKETCH} and its length. */
  @Override
  public int put(int row, byte[] bytes, int begin) {
    HllSketch sketch = sketch(row);
    if (sketch != null) {
      byte[] compact = sketch.toCompactByteArray();
      int at = Varint.put(bytes, Varint.put(bytes, begin, PUT_SKETCH), compact.length);
      System.arraycopy(compact, 0, bytes, at, compact.length);
      return at + compact.length;
    }
    int at = Varint.put(bytes, begin, lists.size(row));
    for (int i = 0; i < lists.size(row); i++) {
      LONGS.set(bytes, at, lists.numbers()[lists.begin(row) + i]);
      at += Long.BYTES;
    }
    return at;
  }

  @Override
  public int merge(int row, byte[] bytes, int begin) {
    int first = (int) Varint.get(bytes, begin);
    int at = Varint.after(bytes, begin);
    if (first == PUT_SKETCH) {
      int length = (int) Varint.get(bytes, at);
      at = Varint.after(bytes, at);
      merge(row, HllSketch.heapify(Arrays.copyOfRange(bytes, at, at + length)));
      return at + length;
    }
    for (int i = 0; i < first; i++) {
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
    return estimate(row);
  }
}
