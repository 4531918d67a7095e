package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * A part of a report: the rows whose keys have hashes that begin with the same bits. The parts of a
 * report are a tree; the whole report is its root, and a part that has grown is split into parts of
 * more bits.
 *
 * @param report the report's name
 * @param bits how many bits the hashes have in common, from 0 to {@value #MAX_BITS}
 * @param index these bits
 */
record Part(String report, int bits, int index) {

  static final int MAX_BITS = 20;

  private static final Pattern NAME = Pattern.compile("(.+)\\.(\\d+)of(\\d+)");

  /** The only part of a report that is not split. */
  static Part whole(String report) {
    return new Part(report, 0, 0);
  }

  /** The part of a name; nothing if it is not the name of a part. */
  static Optional<Part> parse(String name) {
    Matcher matcher = NAME.matcher(name);
    if (!matcher.matches()) {
      return Optional.empty();
    }
    int parts = Integer.parseInt(matcher.group(3));
    return Optional.of(
        new Part(
            matcher.group(1),
            Integer.numberOfTrailingZeros(parts),
            Integer.parseInt(matcher.group(2))));
  }

  /** Its name, which names the number of parts that a report of such parts has. */
  String name() {
    return report + "." + index + "of" + (1 << bits);
  }

  boolean isWhole() {
    return bits == 0;
  }

  /** The parts that it is split into. */
  List<Part> children(int moreBits) {
    return IntStream.range(0, 1 << moreBits)
        .mapToObj(child -> new Part(report, bits + moreBits, index << moreBits | child))
        .toList();
  }

  /** The part of fewer bits that it is in. */
  Part ancestor(int fewerBits) {
    return new Part(report, fewerBits, index >> bits - fewerBits);
  }

  /** Whether another part is in this one, or is this one. */
  boolean contains(Part other) {
    return other.bits >= bits && other.ancestor(bits).index == index;
  }

  /**
   * Whether a unit is to be added to this part: the unit has rows in its slots. The whole report
   * has all units, also those without rows. A part that is smaller than a slot may have units
   * without rows in it.
   */
  boolean concerns(BitSet slots) {
    if (isWhole()) {
      return true;
    }
    int more = ReportTable.SLOT_BITS - bits;
    int first = more >= 0 ? index << more : index >> -more;
    int next = slots.nextSetBit(first);
    return next >= 0 && next < first + (more >= 0 ? 1 << more : 1);
  }

  /** Whether units may concern it that have no rows in it. */
  boolean isSmallerThanSlot() {
    return bits > ReportTable.SLOT_BITS;
  }

  /** The rows of a table that are in this part. */
  ReportTable rowsOf(ReportTable table) {
    return isWhole() ? table : table.withPrefix(bits, index);
  }
}
