package io.tailrace.table;

import java.io.Serializable;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * The CSV of rows: values are separated by commas and quoted as in RFC 4180 where that is needed.
 * Null is nothing at all; an empty text is {@code ""}.
 */
public final class CsvFormat implements Serializable {

  private static final long serialVersionUID = 1L;

  private final List<String> names;
  private final boolean[] times;

  private CsvFormat(Schema schema) {
    this.names = schema.getFields().stream().map(LogTable::column).toList();
    this.times = new boolean[names.size()];
    for (Schema.Field field : schema.getFields()) {
      times[field.pos()] = field.schema().getLogicalType() != null;
    }
  }

  /** The format of the rows of a schema. */
  public static CsvFormat of(Schema schema) {
    return new CsvFormat(schema);
  }

  /** The line of the columns' names, without its end. */
  public String header() {
    return names.stream().map(CsvFormat::quoted).collect(Collectors.joining(","));
  }

  /** The line of a row, without its end. */
  public String line(GenericRecord row) {
    StringBuilder line = new StringBuilder();
    for (int i = 0; i < names.size(); i++) {
      if (i > 0) {
        line.append(',');
      }
      Object value = row.get(i);
      if (value != null) {
        line.append(
            quoted(times[i] ? Instant.ofEpochMilli((Long) value).toString() : value.toString()));
      }
    }
    return line.toString();
  }

  private static String quoted(String value) {
    return value.isEmpty() || value.chars().anyMatch(c -> ",\"\r\n".indexOf(c) >= 0)
        ? '"' + value.replace("\"", "\"\"") + '"'
        : value;
  }
}
