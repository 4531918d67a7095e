package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Values of a report together with the units that they are the sum of.
 *
 * <p>Because a unit is added at most once, its values may come any number of times and in any
 * order: after a restart, from a runner that tries again, from two at a time.
 *
 * <p>Not safe for use by more than one thread.
 */
public final class Totals {

  private final UnitSet units;
  private final ReportTable table;

  private Totals(UnitSet units, ReportTable table) {
    this.units = units;
    this.table = table;
  }

  /**
   * Totals of no units.
   *
   * @param table an empty table of the report
   */
  public static Totals empty(ReportTable table) {
    return new Totals(UnitSet.upTo(0), table);
  }

  /**
   * Totals of the units whose bits are set.
   *
   * @param table their values
   */
  static Totals of(BitSet bits, ReportTable table) {
    UnitSet units = UnitSet.upTo(0);
    bits.stream().forEach(units::add);
    return new Totals(units, table);
  }

  /** Whether a unit has been added. */
  public boolean has(long unit) {
    return units.has(unit);
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
    units.add(unit);
    return true;
  }

  /**
   * Adds the values of a unit, unless they are there.
   *
   * @return whether they were new
   */
  boolean add(UnitTable values) throws IOException {
    if (has(values.unit())) {
      return false;
    }
    values.mergeInto(table);
    units.add(values.unit());
    return true;
  }

  /** The rows of a part, with the same units. */
  Totals of(Part part) {
    return new Totals(units.copy(), part.rowsOf(table));
  }

  /** The same units without the rows. */
  Totals withoutRows() {
    return new Totals(units.copy(), table.withoutRows());
  }

  /** The same with all units up to one. */
  Totals withAllThrough(long unit) {
    return new Totals(units.withAllThrough(unit), table);
  }

  /**
   * Adds totals of other units.
   *
   * @return whether they were added; they are not if a unit is in both
   */
  boolean addAll(Totals other) {
    if (units.intersects(other.units)) {
      return false;
    }
    table.merge(other.table);
    units.addAll(other.units);
    return true;
  }

  /** The last unit before which none is missing; 0 if the first one is. */
  long through() {
    return units.through();
  }

  /** The last unit; 0 if there is none. */
  long last() {
    return units.last();
  }

  /** Whether no unit has been added. */
  boolean isEmpty() {
    return units.isEmpty();
  }

  /** Whether other totals are of the same units. */
  boolean hasSameUnits(Totals other) {
    return units.isSameAs(other.units);
  }

  /**
   * Whether the rows of other totals are the same, in whatever order, as far as they do not depend
   * on the order of the units.
   */
  boolean hasSameRows(Totals other) {
    return rows(table).equals(rows(other.table));
  }

  private static Map<String, List<Object>> rows(ReportTable table) {
    Map<String, List<Object>> rows = new HashMap<>();
    for (int row = 0; row < table.size(); row++) {
      rows.put(table.key(row), table.exactMeasures(row));
    }
    return rows;
  }

  /** The totals themselves. */
  public ReportTable table() {
    return table;
  }

  byte[] toBytes() throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    DataOutputStream out = new DataOutputStream(bytes);
    units.writeTo(out);
    out.write(table.toBytes());
    out.flush();
    return bytes.toByteArray();
  }

  static Totals fromBytes(byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    UnitSet units = UnitSet.readFrom(new DataInputStream(in));
    int rows = bytes.length - in.available();
    return new Totals(
        units, ReportTable.readFrom(ByteBuffer.wrap(bytes, rows, bytes.length - rows)));
  }

  /** The same without rows. */
  static Totals unitsFromBytes(byte[] bytes) throws IOException {
    ByteArrayInputStream in = new ByteArrayInputStream(bytes);
    UnitSet units = UnitSet.readFrom(new DataInputStream(in));
    int rows = bytes.length - in.available();
    return new Totals(
        units, ReportTable.withoutRowsFrom(ByteBuffer.wrap(bytes, rows, bytes.length - rows)));
  }
}
