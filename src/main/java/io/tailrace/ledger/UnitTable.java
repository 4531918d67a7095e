package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import io.tailrace.report.ReportTableCoder;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.VarLongCoder;

/**
 * What one unit adds to one report; it may be nothing.
 *
 * @param unit the unit's number
 * @param table its values
 */
public record UnitTable(long unit, ReportTable table) {

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
      VarLongCoder.of().encode(value.unit(), out);
      ReportTableCoder.of().encode(value.table(), out);
    }

    @Override
    public UnitTable decode(InputStream in) throws IOException {
      return new UnitTable(VarLongCoder.of().decode(in), ReportTableCoder.of().decode(in));
    }

    private Object readResolve() {
      return INSTANCE;
    }
  }
}
