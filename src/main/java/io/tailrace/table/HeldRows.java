package io.tailrace.table;

import io.tailrace.format.SqlType;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;

/**
 * Rows of a log that are held by columns until they are written: numbers as primitives, texts as
 * bytes, all others as objects.
 *
 * <p>For each row, each column is put once, in any order, and then {@link #endRow} is called.
 */
public final class HeldRows {

  /** What is done when many rows are held. */
  @FunctionalInterface
  interface Full {
    /** Takes the rows and {@linkplain HeldRows#clear clears} them. */
    void write();
  }

  private final Schema schema;
  private final List<Schema> types = new ArrayList<>();
  private final boolean[] required;
  private final HeldNumbers[] numbers;
  private final HeldTexts[] texts;
  private final List<List<Object>> objects = new ArrayList<>();
  private final long mostBytes;
  private final Full full;
  private int rows;
  private long bytes;

  /**
   * Holds no rows yet.
   *
   * @param mostBytes about how many bytes are held before {@code full} is called
   */
  HeldRows(Schema schema, long mostBytes, Full full) {
    this.schema = schema;
    this.mostBytes = mostBytes;
    this.full = full;
    int columns = schema.getFields().size();
    required = new boolean[columns];
    numbers = new HeldNumbers[columns];
    texts = new HeldTexts[columns];
    for (Schema.Field field : schema.getFields()) {
      Schema type = LogTable.withoutNull(field.schema());
      types.add(type);
      required[field.pos()] = type.equals(field.schema());
      boolean isNumber = isNumber(type);
      numbers[field.pos()] = isNumber ? new HeldNumbers() : null;
      objects.add(isNumber || isText(type) ? null : new ArrayList<>());
    }
    newTexts();
  }

  /** Holds all rows of a log. */
  public static HeldRows of(LogTable log) {
    return new HeldRows(
        log.schema(),
        Long.MAX_VALUE,
        () -> {
          throw new IllegalStateException("It holds all rows");
        });
  }

  private void newTexts() {
    for (int column = 0; column < texts.length; column++) {
      texts[column] = isText(types.get(column)) ? new HeldTexts() : null;
    }
  }

  private static boolean isText(Schema type) {
    return type.getType() == Schema.Type.STRING;
  }

  private static boolean isNumber(Schema type) {
    return switch (type.getType()) {
      case INT, LONG, DOUBLE, BOOLEAN -> true;
      case BYTES ->
          type.getLogicalType() instanceof LogicalTypes.Decimal decimal
              && decimal.getPrecision() <= SqlType.MAX_LONG_DIGITS;
      default -> false;
    };
  }

  /** Puts a whole number, a date, a time, or the unscaled value of a decimal of up to 18 digits. */
  public void putLong(int column, long value) {
    numbers[column].add(value);
  }

  /** Puts a double. */
  public void putDouble(int column, double value) {
    numbers[column].add(Double.doubleToLongBits(value));
  }

  /** Puts a truth value. */
  public void putBoolean(int column, boolean value) {
    numbers[column].add(value ? 1L : 0L);
  }

  /** Puts the text {@code text[from, to)} of UTF-8, which is copied. */
  public void putText(int column, byte[] text, int from, int to) {
    bytes += texts[column].add(text, from, to);
  }

  /** Puts a value of any other type. */
  public void putObject(int column, Object value) {
    objects.get(column).add(value);
    bytes += size(value);
  }

  /** Puts that a column has no value. */
  public void putNull(int column) {
    if (required[column]) {
      throw new IllegalArgumentException(
          "No value in column " + LogTable.column(schema.getFields().get(column)));
    }
    if (numbers[column] != null) {
      numbers[column].addNull();
    } else if (texts[column] != null) {
      texts[column].addNull();
    } else {
      objects.get(column).add(null);
    }
  }

  /** Ends a row of which all columns were put. */
  public void endRow() {
    rows++;
    bytes += (long) Long.BYTES * types.size();
    if (bytes > mostBytes) {
      full.write();
    }
  }

  /** Adds a row; columns that it does not have yet are null. */
  void add(GenericRecord row) {
    int known = Math.min(row.getSchema().getFields().size(), types.size());
    for (int column = 0; column < types.size(); column++) {
      Object value = column < known ? row.get(column) : null;
      if (value == null) {
        putNull(column);
      } else {
        put(column, value);
      }
    }
    endRow();
  }

  /** Adds a row without values: 0 or an empty text in columns that must have one. */
  void addBlank() {
    for (int column = 0; column < types.size(); column++) {
      if (!required[column]) {
        putNull(column);
      } else if (texts[column] != null) {
        putText(column, new byte[0], 0, 0);
      } else {
        putLong(column, 0);
      }
    }
    endRow();
  }

  private void put(int column, Object value) {
    Schema type = types.get(column);
    if (texts[column] != null) {
      byte[] text =
          value instanceof Utf8 utf8
              ? utf8.getBytes()
              : value.toString().getBytes(StandardCharsets.UTF_8);
      putText(column, text, 0, value instanceof Utf8 utf8 ? utf8.getByteLength() : text.length);
    } else if (numbers[column] == null) {
      putObject(column, value);
    } else if (value instanceof Double number) {
      putDouble(column, number);
    } else if (value instanceof Boolean truth) {
      putBoolean(column, truth);
    } else if (value instanceof BigDecimal number) {
      putLong(column, unscaled((LogicalTypes.Decimal) type.getLogicalType(), column, number));
    } else if (value instanceof Long || value instanceof Integer) {
      putLong(column, ((Number) value).longValue());
    } else {
      throw new IllegalArgumentException("A column cannot have a " + value.getClass());
    }
  }

  private long unscaled(LogicalTypes.Decimal type, int column, BigDecimal number) {
    BigDecimal scaled = number.setScale(type.getScale(), RoundingMode.UNNECESSARY);
    if (scaled.precision() > type.getPrecision()) {
      throw new IllegalArgumentException(
          String.format(
              "%s has too many digits for column %s",
              number, LogTable.column(schema.getFields().get(column))));
    }
    return scaled.unscaledValue().longValueExact();
  }

  /** About how many bytes an object needs. */
  private static long size(Object value) {
    if (value instanceof CharSequence text) {
      return text.length();
    } else if (value instanceof List<?> list) {
      return list.stream().mapToLong(HeldRows::size).sum();
    } else if (value instanceof Object[] fields) {
      return Arrays.stream(fields).mapToLong(HeldRows::size).sum();
    } else if (value instanceof Map<?, ?> map) {
      return map.entrySet().stream()
          .mapToLong(entry -> size(entry.getKey()) + size(entry.getValue()))
          .sum();
    } else {
      return Long.BYTES;
    }
  }

  /** The number of rows. */
  public int rows() {
    return rows;
  }

  /** About how many bytes they need. */
  long bytes() {
    return bytes;
  }

  /** The type of a column's values that are not null. */
  Schema type(int column) {
    return types.get(column);
  }

  /** A column of numbers, or null. */
  HeldNumbers numbers(int column) {
    return numbers[column];
  }

  /** A column of texts, or null. */
  HeldTexts texts(int column) {
    return texts[column];
  }

  /** A value of a column of neither, or null. */
  Object object(int row, int column) {
    return objects.get(column).get(row);
  }

  /** A row as an object. */
  public GenericRecord row(int row) {
    GenericData.Record values = new GenericData.Record(schema);
    for (int column = 0; column < types.size(); column++) {
      values.put(column, value(row, column));
    }
    return values;
  }

  private Object value(int row, int column) {
    if (texts[column] != null) {
      int place = texts[column].place(row);
      return place == HeldTexts.NONE ? null : new Utf8(texts[column].binary(place).getBytes());
    }
    if (numbers[column] == null) {
      return object(row, column);
    }
    if (numbers[column].isNull(row)) {
      return null;
    }
    long number = numbers[column].get(row);
    return switch (types.get(column).getType()) {
      case INT -> (int) number;
      case LONG -> number;
      case DOUBLE -> Double.longBitsToDouble(number);
      case BOOLEAN -> number != 0;
      default ->
          BigDecimal.valueOf(
              number, ((LogicalTypes.Decimal) types.get(column).getLogicalType()).getScale());
    };
  }

  /** Forgets all rows. */
  void clear() {
    for (HeldNumbers column : numbers) {
      if (column != null) {
        column.clear();
      }
    }
    newTexts();
    objects.stream().filter(column -> column != null).forEach(List::clear);
    rows = 0;
    bytes = 0;
  }
}
