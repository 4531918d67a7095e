package io.tailrace.table;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;

/**
 * Writes {@link HeldRows} in {@link CsvFormat} and UTF-8: a line of names, then a line for each
 * row, ended by a line feed.
 */
final class CsvSink implements RowSink {

  private final CsvFormat format;
  private final Writer out;

  /** Begins the file. */
  CsvSink(Schema schema, WritableByteChannel channel) throws IOException {
    format = CsvFormat.of(schema);
    out =
        new BufferedWriter(
            new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
    out.append(format.header()).append('\n');
  }

  @Override
  public void write(HeldRows rows, int[] order) throws IOException {
    for (int row : order) {
      out.append(format.line(rows.row(row))).append('\n');
    }
  }

  @Override
  public void finish() throws IOException {
    out.flush();
  }
}
