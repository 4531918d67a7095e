package io.tailrace.pipelines;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.tailrace.format.JsonObjectParser;
import io.tailrace.format.JsonObjectParser.Kind;
import io.tailrace.format.NumberText;
import io.tailrace.table.ColumnType;
import io.tailrace.table.Columns;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.util.Utf8;

/**
 * Makes rows of objects of JSON, those of one unit.
 *
 * <p>A value goes to the column of its field's name, in whatever case, if it is one of the column's
 * type, whether it is written as a number or as a text. What does not fit, or is the second one for
 * a column, is kept in the column {@value io.tailrace.table.Columns#RESCUED} as it came, in the
 * JSON of an object with the field's name. A field without a column gets one, of texts, at the end.
 *
 * <p>Not safe for use by more than one thread.
 */
final class JsonRows {

  private static final JsonFactory JSON = new JsonFactory();
  private static final int NO_COLUMN = -1;

  /**
   * More than a table has: some of them it may have already, behind others that it cannot get any
   * more. Which those are is known when the unit is added to it.
   */
  private static final int MOST_COLUMNS = 2 * Columns.MOST;

  private final JsonObjectParser object;
  private final NumberText number = new NumberText();
  private final Map<String, Integer> byName = new HashMap<>();
  private final List<ColumnType> types = new ArrayList<>();
  private Schema columns;

  /** Those that the last object needs, too. */
  private final List<String> newColumns = new ArrayList<>();

  private final int givenColumns;
  private final int rescuedColumn;

  /** Where {@link Columns#RAW} is, if any value needs it. */
  private int rawColumn = NO_COLUMN;

  /** The columns that are in it, and its text: most rows are alike. */
  private BitSet raw = new BitSet();

  private BitSet lastRaw = new BitSet();
  private Utf8 lastRawText = new Utf8();

  /** Whether a number must be printed as it came, not only be the same one. */
  private final boolean asPrinted;

  /** The names of the fields of the last object, and their columns: most objects are alike. */
  private byte[][] lastNames = new byte[0][];

  private int[] lastColumns = new int[0];

  /** Which of its fields are in their columns. */
  private boolean[] stored = new boolean[0];

  /**
   * @param columns the columns there are, one of which is {@value
   *     io.tailrace.table.Columns#RESCUED}
   * @param filled how many of them, the first ones, are filled here; no field goes to the others
   * @param asPrinted whether doubles fit only if they are printed as they came, because nobody but
   *     the data has said that they are doubles
   * @param object reads the objects
   */
  JsonRows(Schema columns, int filled, boolean asPrinted, JsonObjectParser object) {
    this.asPrinted = asPrinted;
    this.columns = columns;
    this.object = object;
    for (Schema.Field field : columns.getFields()) {
      boolean isFilled = field.pos() < filled;
      byName.put(Columns.key(LogTable.column(field)), isFilled ? field.pos() : NO_COLUMN);
      types.add(isFilled ? ColumnType.of(field.schema()) : ColumnType.STRING);
    }
    this.givenColumns = types.size();
    this.rescuedColumn = byName.remove(Columns.RESCUED);
  }

  /** The row of the object that was read last. */
  GenericData.Record row() {
    findColumns();
    GenericData.Record row = new GenericData.Record(columns);
    raw.clear();
    StringWriter rescued = null;
    JsonGenerator json = null;
    try {
      for (int field = 0; field < object.size(); field++) {
        stored[field] = false;
        if (object.kind(field) != Kind.NULL) {
          int column = lastColumns[field];
          boolean free = column != NO_COLUMN && row.get(column) == null;
          Object value = free ? value(field, types.get(column)) : null;
          if (value != null) {
            row.put(column, value);
            stored[field] = true;
            if (isRaw(field)) {
              raw.set(column);
            }
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
      if (!raw.isEmpty()) {
        row.put(rawColumn, rawText());
      }
      if (json != null) {
        json.writeEndObject();
        json.close();
        row.put(rescuedColumn, new Utf8(rescued.toString()));
      }
    } catch (IOException e) {
      // It is written to memory.
      throw new UncheckedIOException(e);
    }
    return row;
  }

  /** Which field of the object that was read last is the value of a column, or -1. */
  int fieldOf(int column) {
    for (int field = 0; field < object.size(); field++) {
      if (lastColumns[field] == column && stored[field]) {
        return field;
      }
    }
    return -1;
  }

  private void findColumns() {
    int size = object.size();
    if (lastColumns.length < size) {
      lastNames = Arrays.copyOf(lastNames, size);
      lastColumns = Arrays.copyOf(lastColumns, size);
      stored = Arrays.copyOf(stored, size);
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
      if (rawColumn == NO_COLUMN && isRaw(field)) {
        rawColumn = types.size();
        newColumns.add(Columns.RAW);
        types.add(ColumnType.STRING);
      }
    }
    if (!newColumns.isEmpty()) {
      columns = Columns.with(columns, newColumns, ColumnType.STRING);
      newColumns.clear();
    }
  }

  /** Whether a field has a column that came later, of texts, and is none. */
  private boolean isRaw(int field) {
    Kind kind = object.kind(field);
    return lastColumns[field] >= givenColumns && kind != Kind.TEXT && kind != Kind.NULL;
  }

  private Utf8 rawText() {
    if (!raw.equals(lastRaw)) {
      BitSet before = lastRaw;
      lastRaw = raw;
      raw = before;
      lastRawText =
          new Utf8(lastRaw.stream().mapToObj(String::valueOf).collect(Collectors.joining(",")));
    }
    return lastRawText;
  }

  private int column(String name, Kind kind) {
    Integer known = byName.get(Columns.key(name));
    if (known != null) {
      return known;
    }
    boolean canHaveOne =
        kind != Kind.NULL && Columns.canBeNamed(name) && types.size() < MOST_COLUMNS;
    if (!canHaveOne) {
      return NO_COLUMN;
    }
    int column = types.size();
    newColumns.add(name);
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
    if (kind == Kind.HALF_PAIR) {
      return null;
    }
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
      default -> isDouble(bytes, from, to) ? (Object) number.decimal() : null;
    };
  }

  private boolean isDouble(byte[] bytes, int from, int to) {
    return asPrinted ? number.isPrintedDecimal(bytes, from, to) : number.isDecimal(bytes, from, to);
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
