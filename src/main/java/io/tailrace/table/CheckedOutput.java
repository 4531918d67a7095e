package io.tailrace.table;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.zip.CRC32C;

/** Counts the bytes of a file that is being written, and computes their checksum. */
final class CheckedOutput extends FilterOutputStream {

  private final CRC32C crc = new CRC32C();
  private long bytes;

  CheckedOutput(OutputStream out) {
    super(out);
  }

  @Override
  public void write(int b) throws IOException {
    out.write(b);
    crc.update(b);
    bytes++;
  }

  @Override
  public void write(byte[] source, int from, int length) throws IOException {
    out.write(source, from, length);
    crc.update(source, from, length);
    bytes += length;
  }

  /** The file that was written. */
  LogFile toLogFile(String name, long rows, DataFile table) {
    return new LogFile(name, bytes, rows, crc.getValue(), table);
  }
}
