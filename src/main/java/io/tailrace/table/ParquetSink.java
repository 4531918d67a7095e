package io.tailrace.table;

import io.tailrace.format.SqlType;
import java.io.IOException;
import java.io.OutputStream;
import java.math.BigInteger;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.column.ParquetProperties;
import org.apache.parquet.hadoop.CodecFactory;
import org.apache.parquet.hadoop.ParquetFileWriter;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.schema.GroupType;
import org.apache.parquet.schema.LogicalTypeAnnotation;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.PrimitiveType.PrimitiveTypeName;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Writes {@link HeldRows} as Parquet, compressed with snappy.
 *
 * <p>Beam's {@code ParquetIO.sink} does the same, but allows no names of columns that are no names
 * in Avro, like {@code User-Agent}, and takes several times as long: Parquet's own Avro writer asks
 * anew for the type of each value, and hashes and compares the whole of each text.
 */
final class ParquetSink implements RowSink {

  /** About how much of a file is held until it is written. */
  static final long ROW_GROUP_BYTES = 64L << 20;

  /** The most digits of a DECIMAL in 32 bits. */
  private static final int INT_DIGITS = 9;

  private final LogTable log;
  private final MessageType type;
  private final ParquetProperties properties;
  private final CodecFactory codecs;
  private final Output output;
  private final ParquetFileWriter file;

  /** Begins the file. */
  ParquetSink(LogTable log, WritableByteChannel channel) throws IOException {
    this.log = log;
    Schema schema = log.schema();
    type = type(schema);
    properties = properties(schema);
    codecs = new CodecFactory(new Configuration(), properties.getPageSizeThreshold());
    output = new Output(Channels.newOutputStream(channel));
    file =
        new ParquetFileWriter(
            output, type, ParquetFileWriter.Mode.CREATE, ROW_GROUP_BYTES, 0, null, properties);
    file.start();
  }

  private MessageType type(Schema schema) {
    List<Type> columns = new ArrayList<>();
    for (Schema.Field field : schema.getFields()) {
      columns.add(type(field.schema(), log.columnInFiles(field)));
    }
    return new MessageType(schema.getFullName(), columns);
  }

  private static Type type(Schema schema, String name) {
    Schema values = LogTable.withoutNull(schema);
    Type.Repetition repetition =
        values.equals(schema) ? Type.Repetition.REQUIRED : Type.Repetition.OPTIONAL;
    return switch (values.getType()) {
      case ARRAY ->
          Types.list(repetition).element(type(values.getElementType(), "element")).named(name);
      case MAP ->
          Types.map(repetition)
              .key(
                  Types.required(PrimitiveTypeName.BINARY)
                      .as(LogicalTypeAnnotation.stringType())
                      .named("key"))
              .value(type(values.getValueType(), "value"))
              .named(name);
      case RECORD -> {
        List<Type> fields = new ArrayList<>();
        for (Schema.Field field : values.getFields()) {
          fields.add(type(field.schema(), LogTable.column(field)));
        }
        yield new GroupType(repetition, name, fields);
      }
      default ->
          values.getLogicalType() instanceof LogicalTypes.Decimal decimal
              ? decimal(decimal, repetition, name)
              : renamed(values, repetition, name);
    };
  }

  private static Type renamed(Schema values, Type.Repetition repetition, String name) {
    Schema only =
        Schema.createRecord("Row", null, null, false, List.of(new Schema.Field("value", values)));
    PrimitiveType type = new AvroSchemaConverter().convert(only).getType(0).asPrimitiveType();
    return Types.primitive(type.getPrimitiveTypeName(), repetition)
        .as(type.getLogicalTypeAnnotation())
        .named(name);
  }

  /** As few bytes as its digits need, of which all readers know that form. */
  private static Type decimal(LogicalTypes.Decimal type, Type.Repetition repetition, String name) {
    int precision = type.getPrecision();
    PrimitiveTypeName primitive =
        precision <= INT_DIGITS
            ? PrimitiveTypeName.INT32
            : precision <= SqlType.MAX_LONG_DIGITS
                ? PrimitiveTypeName.INT64
                : PrimitiveTypeName.FIXED_LEN_BYTE_ARRAY;
    return Types.primitive(primitive, repetition)
        .length(bytesOf(precision))
        .as(LogicalTypeAnnotation.decimalType(type.getScale(), precision))
        .named(name);
  }

  /** How many bytes a number of so many digits needs, its sign among them. */
  private static int bytesOf(int digits) {
    return BigInteger.TEN.pow(digits).bitLength() / Byte.SIZE + 1;
  }

  private ParquetProperties properties(Schema schema) {
    ParquetProperties.Builder builder = ParquetProperties.builder();
    for (Schema.Field field : schema.getFields()) {
      if (field.getObjectProp(LogTable.UNORDERED) != null) {
        builder.withStatisticsEnabled(log.columnInFiles(field), false);
      }
      if (LogTable.withoutNull(field.schema()).getType() == Schema.Type.DOUBLE) {
        // What is measured is seldom the same twice: a dictionary would be begun and dropped.
        builder.withDictionaryEncoding(log.columnInFiles(field), false);
      }
    }
    return builder.build();
  }

  /** Writes rows, as one row group if they are not many. */
  @Override
  public void write(HeldRows rows, int[] order) throws IOException {
    int groups = (int) (1 + rows.bytes() / (ROW_GROUP_BYTES + ROW_GROUP_BYTES / 4));
    int rowsOfGroup = (order.length + groups - 1) / groups;
    for (int from = 0; from < order.length; from += rowsOfGroup) {
      int to = Math.min(order.length, from + rowsOfGroup);
      new RowGroup(type, properties, rows, Arrays.copyOfRange(order, from, to))
          .writeTo(file, codecs.getCompressor(CompressionCodecName.SNAPPY));
    }
  }

  @Override
  public void finish() throws IOException {
    codecs.release();
    file.end(Map.of());
    file.close();
  }

  /** What a Delta table is told of the file, which is finished. */
  DataFile dataFile(String name) {
    return new DataFile(
        name,
        log.schemaJson(),
        log.growing(),
        output.bytes(),
        System.currentTimeMillis(),
        FileStatistics.of(file.getFooter()));
  }

  /** A stream that only goes forward. */
  private static final class Output implements OutputFile {

    private final Counting out;

    Output(OutputStream out) {
      this.out = new Counting(out);
    }

    /** How many were written. */
    long bytes() {
      return out.getPos();
    }

    @Override
    public PositionOutputStream create(long blockSizeHint) {
      return out;
    }

    @Override
    public PositionOutputStream createOrOverwrite(long blockSizeHint) {
      return create(blockSizeHint);
    }

    @Override
    public boolean supportsBlockSize() {
      return false;
    }

    @Override
    public long defaultBlockSize() {
      return 0;
    }
  }

  private static final class Counting extends PositionOutputStream {

    private final OutputStream out;
    private long position;

    Counting(OutputStream out) {
      this.out = out;
    }

    @Override
    public long getPos() {
      return position;
    }

    @Override
    public void write(int b) throws IOException {
      out.write(b);
      position++;
    }

    @Override
    public void write(byte[] bytes, int from, int length) throws IOException {
      out.write(bytes, from, length);
      position += length;
    }

    @Override
    public void flush() throws IOException {
      out.flush();
    }
  }
}
