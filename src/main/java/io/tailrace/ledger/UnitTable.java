package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/**
 * What one unit adds to one report; it may be nothing.
 *
 * <p>The table stays encoded from where the unit was read to where its values are added: runners
 * copy what they gather by encoding and decoding it, the Direct runner at each new element all that
 * it has gathered, and a table with many rows makes that dear.
 */
public final class UnitTable {

  private final long unit;
  private final long arrived;
  private final byte[] table;

  private UnitTable(long unit, long arrived, byte[] table) {
    this.unit = unit;
    this.arrived = arrived;
    this.table = table;
  }

  /**
   * @param unit the unit's number
   * @param table its values
   */
  public static UnitTable of(long unit, ReportTable table) {
    return new UnitTable(unit, Unit.UNKNOWN, table.toBytes());
  }

  /**
   * The same of a unit whose input arrived at some time.
   *
   * @param millis since 1970, or {@link Unit#UNKNOWN}
   */
  UnitTable arrivedAt(long millis) {
    return new UnitTable(unit, millis, table);
  }

  /**
   * The rows of a unit in parts of its report.
   *
   * @param unit the unit's number
   * @param table its values
   * @param parts parts without rows in common; what is in none of them is left out
   */
  static List<UnitTable> of(long unit, ReportTable table, List<Part> parts) {
    int bits = parts.stream().mapToInt(Part::bits).max().orElse(0);
    int[] numbers = new int[1 << bits];
    Arrays.fill(numbers, parts.size());
    for (int number = 0; number < parts.size(); number++) {
      int more = bits - parts.get(number).bits();
      int first = parts.get(number).index() << more;
      Arrays.fill(numbers, first, first + (1 << more), number);
    }
    return table.toBytes(bits, numbers, parts.size() + 1).stream()
        .limit(parts.size())
        .map(bytes -> new UnitTable(unit, Unit.UNKNOWN, bytes))
        .toList();
  }

  /** The unit's number. */
  public long unit() {
    return unit;
  }

  /** When its input arrived, in milliseconds since 1970, or {@link Unit#UNKNOWN}. */
  long arrived() {
    return arrived;
  }

  /** The unit's values, decoded anew by each call. */
  public ReportTable table() throws IOException {
    return ReportTable.readFrom(ByteBuffer.wrap(table));
  }

  /** A table of its report without rows. */
  ReportTable emptyTable() throws IOException {
    return ReportTable.emptyFrom(ByteBuffer.wrap(table));
  }

  /** Merges the unit's values into a table of its report. */
  void mergeInto(ReportTable sums) throws IOException {
    sums.mergeFrom(ByteBuffer.wrap(table));
  }

  /**
   * Encodes the number, then the table. Where the time of arrival is known the number is negative
   * and followed by that: savepoints of earlier versions have none.
   */
  public static final class Coder extends AtomicCoder<UnitTable> {

    private static final long serialVersionUID = 1L;
    private static final Coder INSTANCE = new Coder();

    private Coder() {}

    public static Coder of() {
      return INSTANCE;
    }

    @Override
    public void encode(UnitTable value, OutputStream out) throws IOException {
      if (value.arrived == Unit.UNKNOWN) {
        VarLongCoder.of().encode(value.unit, out);
      } else {
        VarLongCoder.of().encode(-value.unit, out);
        VarLongCoder.of().encode(value.arrived, out);
      }
      ByteArrayCoder.of().encode(value.table, out);
    }

    @Override
    public UnitTable decode(InputStream in) throws IOException {
      long unit = VarLongCoder.of().decode(in);
      long arrived = unit < 0 ? VarLongCoder.of().decode(in) : Unit.UNKNOWN;
      return new UnitTable(Math.abs(unit), arrived, ByteArrayCoder.of().decode(in));
    }

    private Object readResolve() {
      return INSTANCE;
    }
  }
}
