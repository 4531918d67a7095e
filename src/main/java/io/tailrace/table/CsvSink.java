package io.tailrace.table;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.FileIO;

/**
 * Writes rows in {@link CsvFormat} and UTF-8: a line of names, then a line for each row, ended by a
 * line feed.
 */
final class CsvSink implements FileIO.Sink<GenericRecord> {

  private static final long serialVersionUID = 1L;

  private final CsvFormat format;
  private transient Writer out;

  CsvSink(Schema schema) {
    this.format = CsvFormat.of(schema);
  }

  @Override
  public void open(WritableByteChannel channel) throws IOException {
    out =
        new BufferedWriter(
            new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
    out.append(format.header()).append('\n');
  }

  @Override
  public void write(GenericRecord row) throws IOException {
    out.append(format.line(row)).append('\n');
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
