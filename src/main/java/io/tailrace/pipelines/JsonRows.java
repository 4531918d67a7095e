package io.tailrace.pipelines;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.format.JsonObjectParser;
import io.tailrace.format.JsonObjectParser.Kind;
import io.tailrace.format.NumberText;
import io.tailrace.log.ColumnType;
import io.tailrace.log.Columns;
import io.tailrace.log.LogTable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/**
 * Makes rows of objects of JSON, those of one unit.
 *
 * <p>A value goes to the column of its field's name, in whatever case, if it is one of the column's
 * type, whether it is written as a number or as a text. What does not fit is kept in the column
 * {@value io.tailrace.log.Columns#RESCUED}, as the JSON of an object with the field's name. A field
 * without a column gets one, of texts, at the end.
 *
 * <p>Not safe for use by more than one thread.
 */
final class JsonRows {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int NO_COLUMN = -1;

  private final JsonObjectParser object;
  private final NumberText number = new NumberText();
  private final Map<String, Integer> byName = new HashMap<>();
  private final List<ColumnType> types = new ArrayList<>();
  private Schema columns;
  private final int rescuedColumn;

  /** The names of the fields of the last object, and their columns: most objects are alike. */
  private byte[][] lastNames = new byte[0][];

  private int[] lastColumns = new int[0];

  /**
   * @param columns the columns there are, one of which is {@value io.tailrace.log.Columns#RESCUED}
   * @param object reads the objects
   */
  JsonRows(Schema columns, JsonObjectParser object) {
    this.columns = columns;
    this.object = object;
    for (Schema.Field field : columns.getFields()) {
      byName.put(Columns.key(LogTable.column(field)), field.pos());
      types.add(ColumnType.of(field.schema()));
    }
    this.rescuedColumn = byName.remove(Columns.RESCUED);
  }

  /** The row of the object that was read last. */
  GenericRecord row() {
    findColumns();
    GenericRecord row = new GenericData.Record(columns);
    StringWriter rescued = null;
    JsonGenerator json = null;
    try {
      for (int field = 0; field < object.size(); field++) {
        if (object.kind(field) != Kind.NULL) {
          int column = lastColumns[field];
          Object value = column == NO_COLUMN ? null : value(field, types.get(column));
          if (value != null) {
            row.put(column, value);
          } else {
            if (json == null) {
              rescued = new StringWriter();
              json = JSON.createGenerator(rescued);
              json.writeStartObject();
            }
            rescue(field, json);
          }
        }
      }
      if (json != null) {
        json.writeEndObject();
        json.close();
        row.put(rescuedColumn, rescued.toString());
      }
    } catch (IOException e) {
      // It is written to memory.
      throw new UncheckedIOException(e);
    }
    return row;
  }

  private void findColumns() {
    int size = object.size();
    if (lastColumns.length < size) {
      lastNames = Arrays.copyOf(lastNames, size);
      lastColumns = Arrays.copyOf(lastColumns, size);
    }
    byte[] bytes = object.bytes();
    for (int field = 0; field < size; field++) {
      int from = object.nameFrom(field);
      int to = object.nameTo(field);
      byte[] known = lastNames[field];
      if (known == null || !Arrays.equals(bytes, from, to, known, 0, known.length)) {
        int column = column(text(from, to), object.kind(field));
        // What is null now may be a reason for a column later.
        lastNames[field] =
            column == NO_COLUMN && object.kind(field) == Kind.NULL
                ? null
                : Arrays.copyOfRange(bytes, from, to);
        lastColumns[field] = column;
      }
    }
  }

  private int column(String name, Kind kind) {
    Integer known = byName.get(Columns.key(name));
    if (known != null) {
      return known;
    }
    boolean canHaveOne =
        kind != Kind.NULL && Columns.canBeNamed(name) && types.size() < Columns.MOST;
    if (!canHaveOne) {
      return NO_COLUMN;
    }
    int column = types.size();
    columns = Columns.with(columns, name, ColumnType.STRING);
    types.add(ColumnType.STRING);
    byName.put(Columns.key(name), column);
    return column;
  }

  /** The value of a field as one of a type, or null if it is none. */
  private Object value(int field, ColumnType type) {
    byte[] bytes = object.bytes();
    int from = object.valueFrom(field);
    int to = object.valueTo(field);
    Kind kind = object.kind(field);
    if (type == ColumnType.STRING) {
      return new Utf8(Arrays.copyOfRange(bytes, from, to));
    }
    if (type == ColumnType.BOOLEAN) {
      String text = kind == Kind.TRUTH || kind == Kind.TEXT ? text(from, to) : "";
      return text.equals("true") ? Boolean.TRUE : text.equals("false") ? Boolean.FALSE : null;
    }
    if (kind != Kind.NUMBER && kind != Kind.TEXT) {
      return null;
    }
    return switch (type) {
      case INT ->
          number.isInteger(bytes, from, to, Integer.MIN_VALUE, Integer.MAX_VALUE)
              ? (Object) (int) number.integer()
              : null;
      case LONG ->
          number.isInteger(bytes, from, to, Long.MIN_VALUE, Long.MAX_VALUE)
              ? (Object) number.integer()
              : null;
      default -> number.isDecimal(bytes, from, to) ? (Object) number.decimal() : null;
    };
  }

  private void rescue(int field, JsonGenerator json) throws IOException {
    String value = text(object.valueFrom(field), object.valueTo(field));
    json.writeFieldName(text(object.nameFrom(field), object.nameTo(field)));
    if (object.kind(field) == Kind.TEXT) {
      json.writeString(value);
    } else {
      json.writeRawValue(value);
    }
  }

  private String text(int from, int to) {
    return new String(object.bytes(), from, to - from, StandardCharsets.UTF_8);
  }
}
