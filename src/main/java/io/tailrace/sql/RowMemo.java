package io.tailrace.sql;

import io.tailrace.sql.function.Text;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Remembers in which row of a unit's table the records with some keys are, by the values of these
 * keys: most records have keys of an earlier one, and so need no key written as text, hashed and
 * compared. Texts of more than {@value #MOST_BYTES} bytes are not remembered.
 *
 * <p>A table with one place for each hash, which has the keys that were there last. It grows up to
 * a bound while there are more keys than places, and gives up where most keys are new.
 *
 * <p>Allocates nothing per record. Not safe for use by more than one thread.
 */
final class RowMemo {

  /** The row of keys that are not known. */
  static final int UNKNOWN = -1;

  /** A longer text is not remembered: its length is in the last byte of two words. */
  private static final int MOST_BYTES = 2 * Long.BYTES - 1;

  private static final int FIRST_BITS = 8;
  private static final int MOST_BITS = 14;
  private static final int GROWTH_BITS = 2;
  private static final int LENGTH_SHIFT = Long.SIZE - Byte.SIZE;

  /** In the place of the length of a text. */
  private static final long NULL_LENGTH = 0xffL << LENGTH_SHIFT;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);

  /** 2 to the power of 64 over the golden ratio, for multiplicative hashing (Knuth, TAOCP 6.4). */
  private static final long GOLDEN = 0x9e3779b97f4a7c15L;

  /** The keys of the record, then the row that they were found in, plus one. */
  private final long[] record;

  private int words;
  private boolean isShort;
  private long hash;

  private int bits = FIRST_BITS;

  /** As the record's: those of the keys, then the row plus one. */
  private long[] places;

  private int misses;
  private int hits;

  /**
   * @param words how many words the keys have: two for a text, one for another key, and one for
   *     those that are NULL
   */
  RowMemo(int words) {
    record = new long[words + 1];
    places = new long[record.length << bits];
  }

  /** Begins with a record. */
  void begin() {
    words = 0;
    hash = 0;
    isShort = true;
  }

  /** Adds a key that is a number, or held as one. */
  void add(long value) {
    addWord(value);
  }

  /** Adds a key that is true or false. */
  void add(boolean value) {
    addWord(value ? 1 : 0);
  }

  /** Adds a key that is a floating-point number. */
  void add(double value) {
    addWord(SqlValues.ordered(value));
  }

  /** Adds a key that is a text. */
  void add(Text text) {
    byte[] bytes = text.bytes();
    int from = text.from();
    int length = text.length();
    if (length > MOST_BYTES || from > bytes.length - 2 * Long.BYTES) {
      isShort = false;
      return;
    }
    long first = (long) LONGS.get(bytes, from);
    long second = (long) length << LENGTH_SHIFT;
    if (length < Long.BYTES) {
      first &= (1L << (length << 3)) - 1;
    } else if (length > Long.BYTES) {
      second |= (long) LONGS.get(bytes, from + Long.BYTES) & (1L << (length - Long.BYTES << 3)) - 1;
    }
    addWord(first);
    addWord(second);
  }

  /** Adds a key that is NULL, where others are numbers. */
  void addNull() {
    addWord(0);
  }

  /** Adds a key that is NULL, where others are texts. */
  void addNullText() {
    addWord(0);
    addWord(NULL_LENGTH);
  }

  /** Adds which keys are NULL, in its bits, because a number does not tell that. */
  void addWhichAreNull(long nulls) {
    addWord(nulls);
  }

  private void addWord(long word) {
    record[words++] = word;
    long product = (hash ^ word) * GOLDEN;
    hash = product ^ product >>> 32;
  }

  /** The row that the keys were in before, or {@link #UNKNOWN}. */
  int row() {
    if (!isShort || places.length == 0) {
      return UNKNOWN;
    }
    int place = place();
    int last = record.length - 1;
    for (int i = 0; i < last; i++) {
      if (places[place + i] != record[i]) {
        return UNKNOWN;
      }
    }
    int row = (int) places[place + last] - 1;
    hits += row < 0 ? 0 : 1;
    return row;
  }

  private int place() {
    return (int) (hash * GOLDEN >>> Long.SIZE - bits) * record.length;
  }

  /** Remembers the row of keys that were not known. */
  void put(int row) {
    if (!isShort || places.length == 0) {
      return;
    }
    if (++misses == 1 << bits) {
      if (hits < misses) {
        bits += GROWTH_BITS;
        places = new long[bits <= MOST_BITS ? record.length << bits : 0];
      }
      misses = 0;
      hits = 0;
    }
    if (places.length > 0) {
      record[words] = row + 1;
      System.arraycopy(record, 0, places, place(), record.length);
    }
  }
}
