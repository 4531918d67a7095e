package io.tailrace.ledger;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;
import java.util.stream.LongStream;

/**
 * A set of unit numbers from 1 that is nearly an interval: all up to {@link #through}, and some
 * behind. Its size in a file depends on how far those behind are from one another, and not on how
 * many units there were before.
 *
 * <p>Not safe for use by more than one thread.
 */
final class UnitSet {

  /** All up to this one are in the set. */
  private final long offset;

  /** The unit that the first bit stands for; it is behind the offset. */
  private long first;

  private BitSet behind;

  private UnitSet(long offset, long first, BitSet behind) {
    this.offset = offset;
    this.first = first;
    this.behind = behind;
  }

  /** A set of all units up to a number. */
  static UnitSet upTo(long through) {
    return new UnitSet(through, through + 1, new BitSet());
  }

  /** The last unit before which none is missing; 0 if the first one is. */
  long through() {
    return offset + bitsThrough();
  }

  /** How many of the bits are of units before which none is missing. */
  private int bitsThrough() {
    return first == offset + 1 ? behind.nextClearBit(0) : 0;
  }

  /** The last unit; 0 if there is none. */
  long last() {
    return behind.isEmpty() ? offset : first - 1 + behind.length();
  }

  boolean has(long unit) {
    return unit <= offset || unit >= first && behind.get(bit(unit));
  }

  void add(long unit) {
    if (unit <= offset) {
      return;
    }
    if (behind.isEmpty()) {
      first = unit;
    } else if (unit < first) {
      BitSet moved = new BitSet();
      int distance = Math.toIntExact(first - unit);
      behind.stream().forEach(bit -> moved.set(bit + distance));
      first = unit;
      behind = moved;
    }
    behind.set(bit(unit));
  }

  private int bit(long unit) {
    return Math.toIntExact(unit - first);
  }

  private LongStream unitsBehind() {
    return behind.stream().mapToLong(bit -> first + bit);
  }

  boolean isEmpty() {
    return offset == 0 && behind.isEmpty();
  }

  /** Whether one of the units of the other set is in this one. */
  boolean intersects(UnitSet other) {
    return offset > 0 && other.offset > 0
        || other.unitsBehind().anyMatch(this::has)
        || unitsBehind().anyMatch(other::has);
  }

  void addAll(UnitSet other) {
    for (long unit = offset + 1; unit <= other.offset; unit++) {
      add(unit);
    }
    other.unitsBehind().forEach(this::add);
  }

  boolean isSameAs(UnitSet other) {
    return through() == other.through()
        && last() == other.last()
        && unitsBehind().allMatch(other::has)
        && other.unitsBehind().allMatch(this::has);
  }

  UnitSet copy() {
    return new UnitSet(offset, first, (BitSet) behind.clone());
  }

  /** The same with all units up to one. */
  UnitSet withAllThrough(long unit) {
    if (unit <= through()) {
      return copy();
    }
    UnitSet all = upTo(unit);
    unitsBehind().forEach(all::add);
    return all;
  }

  void writeTo(DataOutputStream out) throws IOException {
    int from = behind.nextSetBit(bitsThrough());
    byte[] rest = from < 0 ? new byte[0] : behind.get(from, behind.length()).toByteArray();
    out.writeLong(through());
    out.writeLong(from < 0 ? through() + 1 : first + from);
    out.writeInt(rest.length);
    out.write(rest);
  }

  static UnitSet readFrom(DataInputStream in) throws IOException {
    long through = in.readLong();
    long first = in.readLong();
    byte[] rest = new byte[in.readInt()];
    in.readFully(rest);
    return new UnitSet(through, first, BitSet.valueOf(rest));
  }
}
