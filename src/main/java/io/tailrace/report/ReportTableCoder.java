package io.tailrace.report;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import org.apache.beam.sdk.coders.AtomicCoder;
import org.apache.beam.sdk.coders.ByteArrayCoder;

/** Encodes a {@link ReportTable}: the length, then what is kept in a receipt. */
public final class ReportTableCoder extends AtomicCoder<ReportTable> {

  private static final long serialVersionUID = 1L;
  private static final ReportTableCoder INSTANCE = new ReportTableCoder();

  private ReportTableCoder() {}

  public static ReportTableCoder of() {
    return INSTANCE;
  }

  @Override
  public void encode(ReportTable value, OutputStream out) throws IOException {
    ByteArrayCoder.of().encode(value.toBytes(), out);
  }

  @Override
  public ReportTable decode(InputStream in) throws IOException {
    return ReportTable.readFrom(ByteBuffer.wrap(ByteArrayCoder.of().decode(in)));
  }

  private Object readResolve() {
    return INSTANCE;
  }
}
