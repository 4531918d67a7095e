package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import io.tailrace.report.ReportTableCoder;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.util.CoderUtils;

/**
 * What one unit adds to one report; it may be nothing.
 *
 * <p>The table stays encoded from where the unit was read to where its values are added: runners
 * copy what they gather by encoding and decoding it, the Direct runner at each new element all that
 * it has gathered, and a table with many rows makes that dear.
 */
public final class UnitTable {

  private final long unit;
  private final byte[] table;

  private UnitTable(long unit, byte[] table) {
    this.unit = unit;
    this.table = table;
  }

  /**
   * @param unit the unit's number
   * @param table its values
   */
  public static UnitTable of(long unit, ReportTable table) throws CoderException {
    return new UnitTable(unit, CoderUtils.encodeToByteArray(ReportTableCoder.of(), table));
  }

  /**
   * The rows of one part.
   *
   * @param unit the unit's number
   * @param table its values
   */
  static UnitTable of(long unit, ReportTable table, Part part) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    table.writeTo(new DataOutputStream(bytes), part.bits(), part.index());
    return new UnitTable(unit, bytes.toByteArray());
  }

  /** The unit's number. */
  public long unit() {
    return unit;
  }

  /** The unit's values, decoded anew by each call. */
  public ReportTable table() throws CoderException {
    return CoderUtils.decodeFromByteArray(ReportTableCoder.of(), table);
  }

  /** A table of its report without rows. */
  ReportTable emptyTable() throws IOException {
    return ReportTable.emptyFrom(new DataInputStream(new ByteArrayInputStream(table)));
  }

  /** Merges the unit's values into a table of its report. */
  void mergeInto(ReportTable sums) throws IOException {
    sums.mergeFrom(new DataInputStream(new ByteArrayInputStream(table)));
  }

  /** Encodes the number, then the table. */
  public static final class Coder extends AtomicCoder<UnitTable> {

    private static final long serialVersionUID = 1L;
    private static final Coder INSTANCE = new Coder();

    private Coder() {}

    public static Coder of() {
      return INSTANCE;
    }

    @Override
    public void encode(UnitTable value, OutputStream out) throws IOException {
      VarLongCoder.of().encode(value.unit, out);
      ByteArrayCoder.of().encode(value.table, out);
    }

    @Override
    public UnitTable decode(InputStream in) throws IOException {
      return new UnitTable(VarLongCoder.of().decode(in), ByteArrayCoder.of().decode(in));
    }

    private Object readResolve() {
      return INSTANCE;
    }
  }
}
