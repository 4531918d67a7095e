package io.tailrace.ledger;

import io.tailrace.table.LogFile;
import java.io.IOException;
import java.io.InputStream;
import java.util.zip.CRC32C;

/**
 * The size and checksum of the bytes of a file.
 *
 * @param bytes how many there are
 * @param crc32c their CRC32C, without sign
 */
public record ContentSum(long bytes, long crc32c) {

  private static final int READ_BYTES = 1 << 18;

  /** Reads to the end. */
  public static ContentSum of(InputStream in) throws IOException {
    CRC32C crc = new CRC32C();
    long bytes = 0;
    byte[] buffer = new byte[READ_BYTES];
    for (int count; (count = in.read(buffer)) >= 0; ) {
      crc.update(buffer, 0, count);
      bytes += count;
    }
    return new ContentSum(bytes, crc.getValue());
  }

  /**
   * Compares it with the manifest.
   *
   * @param path where the file is
   * @throws DamagedFileException if this is another content
   */
  public void requireThatOf(LogFile file, String path) throws DamagedFileException {
    if (bytes != file.bytes()) {
      throw new DamagedFileException(
          path, String.format("it has %d bytes, not %d", bytes, file.bytes()));
    }
    if (crc32c != file.crc32c()) {
      throw new DamagedFileException(path, "its checksum does not match its content");
    }
  }
}
