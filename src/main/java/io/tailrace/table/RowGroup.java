package io.tailrace.table;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.parquet.column.ColumnDescriptor;
import org.apache.parquet.column.ColumnWriteStore;
import org.apache.parquet.column.ColumnWriter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.compression.CompressionCodecFactory.BytesInputCompressor;
import org.apache.parquet.hadoop.ColumnChunkPageWriteStore;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.schema.LogicalTypeAnnotation.DecimalLogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;

/**
 * Rows of a Parquet file that are written together, held by columns. Fields and columns are matched
 * by their places.
 *
 * <p>Texts are in {@link TextColumn}s, numbers in {@link NumberColumn}s, what has others in it in
 * {@link NestedColumn}s; all others are Parquet's own columns.
 */
final class RowGroup {

  /** Asking the columns how much they hold takes longer than adding a row. */
  private static final int ROWS_BETWEEN_LOOKS = 1_000;

  private final MessageType type;
  private final ColumnChunkPageWriteStore pages;
  private final TextColumn[] texts;
  private final NumberColumn[] numbers;
  private final ColumnWriter[] others;
  private final NestedColumn[] nested;
  private final ColumnWriteStore store;
  private int rows;
  private long heldBytes;

  RowGroup(MessageType type, ParquetProperties properties, BytesInputCompressor compressor) {
    this.type = type;
    pages =
        new ColumnChunkPageWriteStore(
            compressor,
            type,
            properties.getAllocator(),
            properties.getColumnIndexTruncateLength(),
            properties.getPageWriteChecksumEnabled());
    List<Type> stored = new ArrayList<>(type.getFields());
    stored.removeIf(column -> isText(column) || isNumber(column));
    store = properties.newColumnWriteStore(new MessageType(type.getName(), stored), pages);
    texts = new TextColumn[type.getFieldCount()];
    numbers = new NumberColumn[type.getFieldCount()];
    others = new ColumnWriter[type.getFieldCount()];
    nested = new NestedColumn[type.getFieldCount()];
    for (ColumnDescriptor column : type.getColumns()) {
      int place = type.getFieldIndex(column.getPath()[0]);
      if (!type.getType(place).isPrimitive()) {
        if (nested[place] == null) {
          nested[place] = NestedColumn.of(type, place, store);
        }
      } else if (isText(type.getType(place))) {
        texts[place] = new TextColumn(column, properties, pages.getPageWriter(column));
      } else if (isNumber(type.getType(place))) {
        numbers[place] = new NumberColumn(column, properties, pages.getPageWriter(column));
      } else {
        others[place] = store.getColumnWriter(column);
      }
    }
  }

  private static boolean isText(Type column) {
    return column.isPrimitive()
        && column.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  private static boolean isNumber(Type column) {
    return column.isPrimitive()
        && NumberColumn.isFor(column.asPrimitiveType().getPrimitiveTypeName());
  }

  void add(GenericRecord row) {
    // A row that came before there were all columns has no more than those of its time.
    int known = Math.min(row.getSchema().getFields().size(), texts.length);
    for (int i = 0; i < texts.length; i++) {
      Object value = i < known ? row.get(i) : null;
      if (value == null && type.getType(i).isRepetition(Type.Repetition.REQUIRED)) {
        throw new IllegalArgumentException("No value in column " + type.getType(i).getName());
      }
      if (texts[i] != null) {
        texts[i].add((CharSequence) value);
      } else if (numbers[i] != null) {
        add(numbers[i], type.getType(i), value);
      } else if (nested[i] != null) {
        nested[i].add(value);
      } else {
        add(others[i], type.getType(i), value);
      }
    }
    store.endRecord();
    rows++;
    if (rows % ROWS_BETWEEN_LOOKS == 0) {
      heldBytes = store.getBufferedSize();
      for (int i = 0; i < texts.length; i++) {
        heldBytes += texts[i] == null ? 0 : texts[i].heldBytes();
        heldBytes += numbers[i] == null ? 0 : numbers[i].heldBytes();
      }
    }
  }

  private static void add(NumberColumn column, Type type, Object value) {
    if (value == null) {
      column.addNull();
    } else if (value instanceof Long number) {
      column.add(number);
    } else if (value instanceof Integer number) {
      column.add(number);
    } else if (value instanceof Double number) {
      column.add(number);
    } else if (value instanceof BigDecimal number) {
      column.add(scaled(type.asPrimitiveType(), number).unscaledValue().longValueExact());
    } else {
      throw new IllegalArgumentException("A column cannot have a " + value.getClass());
    }
  }

  private static void add(ColumnWriter column, Type type, Object value) {
    if (value == null) {
      column.writeNull(0, 0);
    } else {
      write(column, type, value, 0, type.isRepetition(Type.Repetition.REQUIRED) ? 0 : 1);
    }
  }

  /**
   * Writes a value that is not null.
   *
   * @param repeated the level of repetition, 0 where it is not an element of a list
   * @param defined the level of definition: how many of what could be null around it is not
   */
  static void write(ColumnWriter column, Type type, Object value, int repeated, int defined) {
    if (value instanceof Long number) {
      column.write(number, repeated, defined);
    } else if (value instanceof Integer number) {
      column.write(number, repeated, defined);
    } else if (value instanceof Double number) {
      column.write(number, repeated, defined);
    } else if (value instanceof Boolean truth) {
      column.write(truth, repeated, defined);
    } else if (value instanceof BigDecimal number) {
      addDecimal(column, type.asPrimitiveType(), number, repeated, defined);
    } else if (value instanceof CharSequence text) {
      column.write(TextColumn.binary(text), repeated, defined);
    } else {
      throw new IllegalArgumentException("A column cannot have a " + value.getClass());
    }
  }

  private static void addDecimal(
      ColumnWriter column, PrimitiveType type, BigDecimal number, int repeated, int defined) {
    BigDecimal scaled = scaled(type, number);
    switch (type.getPrimitiveTypeName()) {
      case INT32 -> column.write(scaled.unscaledValue().intValueExact(), repeated, defined);
      case INT64 -> column.write(scaled.unscaledValue().longValueExact(), repeated, defined);
      default -> {
        byte[] digits = scaled.unscaledValue().toByteArray();
        byte[] bytes = new byte[type.getTypeLength()];
        int sign = bytes.length - digits.length;
        Arrays.fill(bytes, 0, sign, (byte) (number.signum() < 0 ? -1 : 0));
        System.arraycopy(digits, 0, bytes, sign, digits.length);
        column.write(Binary.fromConstantByteArray(bytes), repeated, defined);
      }
    }
  }

  private static BigDecimal scaled(PrimitiveType type, BigDecimal number) {
    DecimalLogicalTypeAnnotation decimal =
        (DecimalLogicalTypeAnnotation) type.getLogicalTypeAnnotation();
    BigDecimal scaled = number.setScale(decimal.getScale(), RoundingMode.UNNECESSARY);
    if (scaled.precision() > decimal.getPrecision()) {
      throw new IllegalArgumentException(
          String.format("%s has too many digits for column %s", number, type.getName()));
    }
    return scaled;
  }

  /** About how many bytes were held when that was looked at last. */
  long heldBytes() {
    return heldBytes;
  }

  /** Writes the rows, if there are any, and holds nothing any more. */
  void writeTo(ParquetFileWriter file) throws IOException {
    if (rows > 0) {
      file.startBlock(rows);
      store.flush();
      for (int i = 0; i < texts.length; i++) {
        if (texts[i] != null) {
          texts[i].write();
        } else if (numbers[i] != null) {
          numbers[i].write();
        }
      }
      pages.flushToFileWriter(file);
      file.endBlock();
    }
    store.close();
    pages.close();
  }
}
