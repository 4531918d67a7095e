package io.tailrace.table;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.BitSet;
import org.apache.parquet.bytes.BytesInput;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.column.page.PageWriter;
import org.apache.parquet.column.statistics.Statistics;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;

/**
 * A column of numbers of 32 or 64 bits, or of truth values, in a row group of a Parquet file.
 * Numbers are written with a dictionary where that is less, and as they are where it is not.
 *
 * <p>Parquet's own column puts each number into a linked hash map until a page is full, which took
 * half of the time of a log whose numbers are all different.
 */
final class NumberColumn {

  /** So many rows tell whether numbers come again. */
  private static final int ROWS_TO_LOOK_AT = 1_000;

  private final PrimitiveTypeName type;
  private final ColumnPages pages;
  private final boolean canBeDictionary;
  private final int mostBytesOfDictionary;

  /** What the rows have; of a double its bits, of a truth value 0 or 1. */
  private final long[] values;

  private final BitSet nulls;
  private final int rows;

  /**
   * A column of some of the rows.
   *
   * @param order the rows of the column, in their order
   */
  NumberColumn(
      ColumnDescriptor column,
      ParquetProperties properties,
      PageWriter pages,
      HeldNumbers held,
      int[] order) {
    this.type = column.getPrimitiveType().getPrimitiveTypeName();
    this.canBeDictionary =
        type != PrimitiveTypeName.BOOLEAN && properties.isDictionaryEnabled(column);
    this.mostBytesOfDictionary = properties.getDictionaryPageSizeThreshold();
    this.rows = order.length;
    this.values = new long[rows];
    this.nulls = new BitSet();
    for (int row = 0; row < rows; row++) {
      values[row] = held.get(order[row]);
      if (held.isNull(order[row])) {
        nulls.set(row);
      }
    }
    this.pages = new ColumnPages(column, properties, pages, nulls::get);
  }

  /** Whether a column can be one. */
  static boolean isFor(PrimitiveTypeName type) {
    return switch (type) {
      case INT32, INT64, DOUBLE, BOOLEAN -> true;
      default -> false;
    };
  }

  private int bytesOfOne() {
    return type == PrimitiveTypeName.INT32 ? Integer.BYTES : Long.BYTES;
  }

  /** Writes all of it. */
  void write() throws IOException {
    Dictionary dictionary = canBeDictionary ? dictionary() : null;
    for (int from = 0; from < rows; from += pages.rowsOfPage()) {
      int to = Math.min(rows, from + pages.rowsOfPage());
      if (dictionary == null) {
        pages.writePlain(from, to, plain(values, from, to, nulls), statistics(from, to));
      } else {
        int width = ColumnPages.width(dictionary.distinct);
        pages.writePlaces(from, to, dictionary.placeOfRow, width, statistics(from, to));
      }
    }
    if (dictionary != null) {
      BytesInput all = plain(dictionary.numbers, 0, dictionary.distinct, new BitSet());
      pages.writeDictionary(all, dictionary.distinct);
    }
  }

  private BytesInput plain(long[] numbers, int from, int to, BitSet without) {
    if (type == PrimitiveTypeName.BOOLEAN) {
      return BytesInput.from(bits(numbers, from, to, without));
    }
    ByteBuffer bytes =
        ByteBuffer.allocate((to - from) * bytesOfOne()).order(ByteOrder.LITTLE_ENDIAN);
    for (int i = from; i < to; i++) {
      if (without.get(i)) {
        continue;
      }
      if (type == PrimitiveTypeName.INT32) {
        bytes.putInt((int) numbers[i]);
      } else {
        bytes.putLong(numbers[i]);
      }
    }
    return BytesInput.from(bytes.flip());
  }

  /** A bit for each truth value, the first one the lowest. */
  private static byte[] bits(long[] numbers, int from, int to, BitSet without) {
    byte[] bits = new byte[(to - from - without.get(from, to).cardinality() + 7) / Byte.SIZE];
    int count = 0;
    for (int i = from; i < to; i++) {
      if (!without.get(i)) {
        bits[count / Byte.SIZE] |= (byte) (numbers[i] << count % Byte.SIZE);
        count++;
      }
    }
    return bits;
  }

  private Statistics<?> statistics(int from, int to) {
    Statistics<?> statistics = pages.newStatistics();
    statistics.incrementNumNulls(nulls.get(from, to).cardinality());
    if (type == PrimitiveTypeName.DOUBLE) {
      // Each of them, because one that is no number is seen there.
      for (int row = nulls.nextClearBit(from); row < to; row = nulls.nextClearBit(row + 1)) {
        statistics.updateStats(Double.longBitsToDouble(values[row]));
      }
      return statistics;
    }
    long least = Long.MAX_VALUE;
    long greatest = Long.MIN_VALUE;
    boolean isEmpty = true;
    for (int row = nulls.nextClearBit(from); row < to; row = nulls.nextClearBit(row + 1)) {
      least = Math.min(least, values[row]);
      greatest = Math.max(greatest, values[row]);
      isEmpty = false;
    }
    if (isEmpty) {
      return statistics;
    }
    if (type == PrimitiveTypeName.INT32) {
      statistics.updateStats((int) least);
      statistics.updateStats((int) greatest);
    } else if (type == PrimitiveTypeName.BOOLEAN) {
      statistics.updateStats(least != 0);
      statistics.updateStats(greatest != 0);
    } else {
      statistics.updateStats(least);
      statistics.updateStats(greatest);
    }
    return statistics;
  }

  /** The numbers, if they come so often that places in them are less, or null. */
  private Dictionary dictionary() {
    int most = Math.min(rows / 2, mostBytesOfDictionary / bytesOfOne());
    Dictionary dictionary = new Dictionary(rows, most);
    for (int row = 0; row < rows; row++) {
      if (nulls.get(row)) {
        continue;
      }
      if (!dictionary.add(row, values[row])
          || row == ROWS_TO_LOOK_AT && dictionary.distinct > ROWS_TO_LOOK_AT / 2) {
        return null;
      }
    }
    long bytesOfPlaces = (long) rows * ColumnPages.width(dictionary.distinct) / Byte.SIZE;
    long bytes = (long) dictionary.distinct * bytesOfOne() + bytesOfPlaces;
    return bytes < (long) (rows - nulls.cardinality()) * bytesOfOne() ? dictionary : null;
  }

  /** Numbers in the order in which they came first, and in which place that of each row is. */
  private static final class Dictionary {

    /** 2 to the power of 64 over the golden ratio, for multiplicative hashing. */
    private static final long GOLDEN = 0x9e3779b97f4a7c15L;

    private final int[] placeOfRow;
    private final int most;
    private long[] numbers = new long[1 << 7];
    private int distinct;

    /** Open addressing with linear probing: a place plus one, or 0. */
    private int[] table = new int[1 << 8];

    Dictionary(int rows, int most) {
      this.placeOfRow = new int[rows];
      this.most = most;
    }

    /** Tells whether there are not too many. */
    boolean add(int row, long number) {
      int at = index(number);
      while (table[at] != 0) {
        if (numbers[table[at] - 1] == number) {
          placeOfRow[row] = table[at] - 1;
          return true;
        }
        at = at + 1 & table.length - 1;
      }
      if (distinct == most) {
        return false;
      }
      placeOfRow[row] = distinct;
      if (distinct == numbers.length) {
        grow();
      }
      numbers[distinct] = number;
      put(distinct);
      distinct++;
      return true;
    }

    private int index(long number) {
      return (int) (number * GOLDEN >>> Long.numberOfLeadingZeros(table.length) + 1);
    }

    private void put(int place) {
      int at = index(numbers[place]);
      while (table[at] != 0) {
        at = at + 1 & table.length - 1;
      }
      table[at] = place + 1;
    }

    private void grow() {
      numbers = Arrays.copyOf(numbers, 2 * numbers.length);
      table = new int[2 * numbers.length];
      for (int place = 0; place < distinct; place++) {
        put(place);
      }
    }
  }
}
