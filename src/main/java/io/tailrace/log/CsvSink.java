package io.tailrace.log;

import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.FileIO;

/**
 * Writes rows as CSV in UTF-8: a line of names, then a line for each row, ended by a line feed.
 * Values are quoted as in RFC 4180 where that is needed. Nothing at all is null; an empty text is
 * {@code ""}.
 */
final class CsvSink implements FileIO.Sink<GenericRecord> {

  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final boolean[] times;
  private transient Writer out;

  CsvSink(Schema schema) {
    this.names = schema.getFields().stream().map(LogTable::column).toList();
    this.times = new boolean[names.size()];
    for (Schema.Field field : schema.getFields()) {
      times[field.pos()] = field.schema().getLogicalType() != null;
    }
  }

  @Override
  public void open(WritableByteChannel channel) throws IOException {
    out =
        new BufferedWriter(
            new OutputStreamWriter(Channels.newOutputStream(channel), StandardCharsets.UTF_8));
    for (int i = 0; i < names.size(); i++) {
      write(i, names.get(i));
    }
    out.write('\n');
  }

  @Override
  public void write(GenericRecord row) throws IOException {
    for (int i = 0; i < names.size(); i++) {
      write(i, text(row.get(i), times[i]));
    }
    out.write('\n');
  }

  private static String text(Object value, boolean isTime) {
    if (value == null) {
      return null;
    }
    return isTime ? Instant.ofEpochMilli((Long) value).toString() : value.toString();
  }

  private void write(int column, String value) throws IOException {
    if (column > 0) {
      out.write(',');
    }
    if (value != null && isToBeQuoted(value)) {
      out.write('"');
      out.write(value.replace("\"", "\"\""));
      out.write('"');
    } else if (value != null) {
      out.write(value);
    }
  }

  private static boolean isToBeQuoted(String value) {
    return value.isEmpty() || value.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0);
  }

  @Override
  public void flush() throws IOException {
    out.flush();
  }
}
