package io.tailrace.report;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import org.apache.beam.sdk.coders.AtomicCoder;

/** Encodes a {@link ReportTable} as it is kept in a receipt. */
public final class ReportTableCoder extends AtomicCoder<ReportTable> {

  private static final long serialVersionUID = 1L;
  private static final ReportTableCoder INSTANCE = new ReportTableCoder();

  private ReportTableCoder() {}

  public static ReportTableCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(ReportTable value, OutputStream out) throws IOException {
    DataOutputStream data = new DataOutputStream(out);
    value.writeTo(data);
    data.flush();
  }

  @Override
  public ReportTable decode(InputStream in) throws IOException {
    return ReportTable.readFrom(new DataInputStream(in));
  }

  private Object readResolve() {
    return INSTANCE;
  }
}
