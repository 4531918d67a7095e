package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.BitSet;

/**
 * The totals of a report, and the units whose values are in them.
 *
 * <p>Because a unit is added at most once, its values may come any number of times and in any
 * order: after a restart, from a runner that tries again, from two at a time.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class Totals {

  private final BitSet units;
  private final ReportTable table;

  private Totals(BitSet units, ReportTable table) {
    this.units = units;
    this.table = table;
  }

  /**
   * Totals of no units.
   *
   * @param table an empty table of the report
   */
  public static Totals empty(ReportTable table) {
    return new Totals(new BitSet(), table);
  }

  /** Whether a unit has been added. */
  public boolean has(long unit) {
    return units.get(Math.toIntExact(unit));
  }

  /**
   * Adds the values of a unit, unless they are there.
   *
   * @return whether they were new
   */
  public boolean add(long unit, ReportTable values) {
    if (has(unit)) {
      return false;
    }
    table.merge(values);
    units.set(Math.toIntExact(unit));
    return true;
  }

  /** The totals themselves. */
  public ReportTable table() {
    return table;
  }

  void writeTo(DataOutputStream out) throws IOException {
    byte[] bits = units.toByteArray();
    out.writeInt(bits.length);
    out.write(bits);
    table.writeTo(out);
    out.flush();
  }

  static Totals readFrom(DataInputStream in) throws IOException {
    byte[] bits = new byte[in.readInt()];
    in.readFully(bits);
    return new Totals(BitSet.valueOf(bits), ReportTable.readFrom(in));
  }
}
