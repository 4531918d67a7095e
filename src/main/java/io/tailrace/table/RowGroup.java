package io.tailrace.table;

import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.apache.avro.util.Utf8;
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
 * Rows of a Parquet file that are written together. Columns of the rows and of the file are matched
 * by their places.
 *
 * <p>Texts are written by {@link TextColumn}s, numbers by {@link NumberColumn}s, what has others in
 * it by {@link NestedColumn}s, and decimals of many digits by Parquet's own columns.
 */
final class RowGroup {

  private final MessageType type;
  private final ParquetProperties properties;
  private final HeldRows rows;
  private final int[] order;

  /**
   * @param order which of the rows are in it, in their order
   */
  RowGroup(MessageType type, ParquetProperties properties, HeldRows rows, int[] order) {
    this.type = type;
    this.properties = properties;
    this.rows = rows;
    this.order = order;
  }

  /** Writes it. */
  void writeTo(ParquetFileWriter file, BytesInputCompressor compressor) throws IOException {
    try (ColumnChunkPageWriteStore pages =
        new ColumnChunkPageWriteStore(
            compressor,
            type,
            properties.getAllocator(),
            properties.getColumnIndexTruncateLength(),
            properties.getPageWriteChecksumEnabled())) {
      file.startBlock(order.length);
      for (ColumnDescriptor column : type.getColumns()) {
        int place = type.getFieldIndex(column.getPath()[0]);
        if (isText(type.getType(place))) {
          new TextColumn(column, properties, pages.getPageWriter(column), rows.texts(place), order)
              .write();
        } else if (isNumber(type.getType(place))) {
          new NumberColumn(
                  column, properties, pages.getPageWriter(column), rows.numbers(place), order)
              .write();
        }
      }
      writeOthers(pages);
      pages.flushToFileWriter(file);
      file.endBlock();
    }
  }

  /** Writes the columns that are Parquet's own, which are written row by row. */
  private void writeOthers(ColumnChunkPageWriteStore pages) {
    List<Type> stored = new ArrayList<>(type.getFields());
    stored.removeIf(column -> isText(column) || isNumber(column));
    if (stored.isEmpty()) {
      return;
    }
    try (ColumnWriteStore store =
        properties.newColumnWriteStore(new MessageType(type.getName(), stored), pages)) {
      List<ObjectColumn> columns = new ArrayList<>();
      for (Type column : stored) {
        int place = type.getFieldIndex(column.getName());
        columns.add(column(place, store));
      }
      for (int row : order) {
        columns.forEach(column -> column.add(row));
        store.endRecord();
      }
      store.flush();
    }
  }

  /** A column of objects. */
  @FunctionalInterface
  private interface ObjectColumn {
    void add(int row);
  }

  private ObjectColumn column(int place, ColumnWriteStore store) {
    Type column = type.getType(place);
    if (!column.isPrimitive()) {
      NestedColumn nested = NestedColumn.of(type, place, store);
      return row -> nested.add(rows.object(row, place));
    }
    ColumnWriter writer =
        store.getColumnWriter(type.getColumnDescription(new String[] {column.getName()}));
    return row -> add(writer, column, rows.object(row, place));
  }

  private static boolean isText(Type column) {
    return column.isPrimitive()
        && column.asPrimitiveType().getPrimitiveTypeName() == PrimitiveTypeName.BINARY;
  }

  private static boolean isNumber(Type column) {
    return column.isPrimitive()
        && NumberColumn.isFor(column.asPrimitiveType().getPrimitiveTypeName());
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
      column.write(binary(text), repeated, defined);
    } else {
      throw new IllegalArgumentException("A column cannot have a " + value.getClass());
    }
  }

  private static Binary binary(CharSequence text) {
    return text instanceof Utf8 utf8
        ? Binary.fromConstantByteArray(utf8.getBytes(), 0, utf8.getByteLength())
        : Binary.fromConstantByteArray(text.toString().getBytes(StandardCharsets.UTF_8));
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
}
