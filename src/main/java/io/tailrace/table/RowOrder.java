package io.tailrace.table;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.function.IntPredicate;
import java.util.stream.IntStream;
import org.apache.avro.Schema;

/**
 * The order of rows inside a file: by the first sort column first, nulls last, as in SQL. Texts are
 * in the order of their bytes. Rows that are equal stay in the order in which they came.
 */
final class RowOrder {

  private RowOrder() {}

  /** A column by which rows are sorted, as numbers that are in the same order. */
  private record Key(long[] ofRow, long least, long greatest) {

    static Key of(long[] ofRow) {
      long least = Long.MAX_VALUE;
      long greatest = Long.MIN_VALUE;
      for (long key : ofRow) {
        least = Math.min(least, key);
        greatest = Math.max(greatest, key);
      }
      return new Key(ofRow, least, greatest);
    }
  }

  /** The rows in the order of these columns; an empty list leaves them as they are. */
  static int[] of(HeldRows rows, List<Integer> columns) {
    int[] order = new int[rows.rows()];
    Arrays.setAll(order, row -> row);
    // The sort is stable, so that the first column, which decides, comes last.
    for (int i = columns.size() - 1; i >= 0 && order.length > 1; ) {
      i = sortBy(rows, columns, i, order);
    }
    return order;
  }

  /**
   * Sorts by a column, and by as many of those before it as fit into a number with it.
   *
   * @return the place in the list of the next column to sort by
   */
  private static int sortBy(HeldRows rows, List<Integer> columns, int last, int[] order) {
    // Each row is a number: its keys, and below them its place in the order so far.
    int bitsOfPlace = Long.SIZE - Long.numberOfLeadingZeros(order.length - 1L);
    long[] packed = new long[order.length];
    int bits = bitsOfPlace;
    int next = last;
    while (next >= 0) {
      Key key = Key.of(keys(rows, columns.get(next)));
      long range = key.greatest - key.least;
      int width = range < 0 ? Long.SIZE : Long.SIZE - Long.numberOfLeadingZeros(range);
      if (bits + width >= Long.SIZE) {
        if (next == last) {
          sortByWide(key, order);
          return next - 1;
        }
        break;
      }
      for (int place = 0; place < order.length; place++) {
        packed[place] |= key.ofRow[order[place]] - key.least << bits;
      }
      bits += width;
      next--;
    }
    int[] before = order.clone();
    for (int place = 0; place < order.length; place++) {
      packed[place] |= place;
    }
    Arrays.sort(packed);
    long mask = (1L << bitsOfPlace) - 1;
    for (int place = 0; place < order.length; place++) {
      order[place] = before[(int) (packed[place] & mask)];
    }
    return next;
  }

  /** Sorts by a column whose numbers leave no bits for the place of a row. */
  private static void sortByWide(Key key, int[] order) {
    Integer[] sorted = Arrays.stream(order).boxed().toArray(Integer[]::new);
    Arrays.sort(sorted, Comparator.comparingLong(row -> key.ofRow[row]));
    Arrays.setAll(order, place -> sorted[place]);
  }

  /** Numbers that are in the order of a column's values. */
  private static long[] keys(HeldRows rows, int column) {
    if (rows.texts(column) != null) {
      return keysOfTexts(rows.texts(column), rows.rows());
    }
    if (rows.numbers(column) == null) {
      return keysOfObjects(rows, column);
    }
    HeldNumbers numbers = rows.numbers(column);
    boolean isDouble = rows.type(column).getType() == Schema.Type.DOUBLE;
    long[] keys = new long[rows.rows()];
    long greatest = Long.MIN_VALUE;
    for (int row = 0; row < keys.length; row++) {
      keys[row] = isDouble ? ordered(numbers.get(row)) : numbers.get(row);
      greatest = numbers.isNull(row) ? greatest : Math.max(greatest, keys[row]);
    }
    if (!numbers.hasNulls()) {
      return keys;
    }
    if (greatest == Long.MAX_VALUE) {
      return ranks(rows.rows(), numbers::isNull, (a, b) -> Long.compare(keys[a], keys[b]));
    }
    for (int row = 0; row < keys.length; row++) {
      keys[row] = numbers.isNull(row) ? greatest + 1 : keys[row];
    }
    return keys;
  }

  /** The bits of a double as a number in the order of {@link Double#compare}. */
  private static long ordered(long bits) {
    return bits ^ bits >> Long.SIZE - 1 & Long.MAX_VALUE;
  }

  private static long[] keysOfTexts(HeldTexts texts, int rows) {
    long[] ranks =
        ranks(
            texts.places(),
            place -> false,
            (a, b) ->
                Arrays.compareUnsigned(
                    texts.bytes(a),
                    texts.from(a),
                    texts.from(a) + texts.length(a),
                    texts.bytes(b),
                    texts.from(b),
                    texts.from(b) + texts.length(b)));
    long[] keys = new long[rows];
    for (int row = 0; row < rows; row++) {
      int place = texts.place(row);
      keys[row] = place == HeldTexts.NONE ? ranks.length : ranks[place];
    }
    return keys;
  }

  /** Of those that are no numbers and no texts, decimals of many digits alone have an order. */
  private static long[] keysOfObjects(HeldRows rows, int column) {
    return ranks(
        rows.rows(),
        row -> rows.object(row, column) == null,
        (a, b) ->
            ((BigDecimal) rows.object(a, column)).compareTo((BigDecimal) rows.object(b, column)));
  }

  /** For each of some values how many different ones are before it; nulls come last. */
  private static long[] ranks(int count, IntPredicate isNull, Comparator<Integer> order) {
    Comparator<Integer> nullsLast =
        (a, b) ->
            isNull.test(a) || isNull.test(b)
                ? Boolean.compare(isNull.test(a), isNull.test(b))
                : order.compare(a, b);
    Integer[] sorted = IntStream.range(0, count).boxed().toArray(Integer[]::new);
    Arrays.sort(sorted, nullsLast);
    long[] ranks = new long[count];
    long rank = 0;
    for (int i = 1; i < count; i++) {
      rank += nullsLast.compare(sorted[i - 1], sorted[i]) == 0 ? 0 : 1;
      ranks[sorted[i]] = rank;
    }
    return ranks;
  }
}
