package io.tailrace.ledger;

import java.nio.ByteBuffer;

/**
 * A blocked Bloom filter of hashes with less than 1 % false positives. All bits of a hash are in
 * one cache line, so a question costs one memory access. The filter has 12 bits per hash, off the
 * heap.
 */
final class NameFilter {

  private static final int LINE_BYTES = 64;
  private static final int HASHES_PER_LINE = 42;
  private static final int BITS_PER_HASH = 5;

  /** A line has 512 bits, so the number of a bit takes 9 bits of the hash. */
  private static final int BIT_NUMBER_BITS = 9;

  private static final int BIT_NUMBER_MASK = (1 << BIT_NUMBER_BITS) - 1;

  private final ByteBuffer bits;
  private final long lines;

  /** An empty filter, sized for a number of hashes. */
  NameFilter(long hashes) {
    lines = hashes / HASHES_PER_LINE + 1;
    int bytes = Math.toIntExact((lines + 1) * LINE_BYTES);
    bits = ByteBuffer.allocateDirect(bytes).alignedSlice(LINE_BYTES);
  }

  /** Adds a hash. */
  void add(long high, long low) {
    int line = line(high);
    for (int i = 0; i < BITS_PER_HASH; i++) {
      int bit = bit(low, i);
      int at = line + bit / Long.SIZE * Long.BYTES;
      bits.putLong(at, bits.getLong(at) | 1L << bit);
    }
  }

  /** Whether a hash may have been added. */
  boolean mayHave(NameHash hash) {
    int line = line(hash.high());
    for (int i = 0; i < BITS_PER_HASH; i++) {
      int bit = bit(hash.low(), i);
      if ((bits.getLong(line + bit / Long.SIZE * Long.BYTES) & 1L << bit) == 0) {
        return false;
      }
    }
    return true;
  }

  /** Ascending hashes have ascending lines, so that a sorted file is added quickly. */
  private int line(long high) {
    return (int) ((high >>> Integer.SIZE) * lines >>> Integer.SIZE) * LINE_BYTES;
  }

  private static int bit(long low, int number) {
    return (int) (low >>> number * BIT_NUMBER_BITS) & BIT_NUMBER_MASK;
  }
}
