package io.tailrace.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.util.Utf8;
import org.apache.beam.sdk.io.FileIO;
import org.apache.hadoop.conf.Configuration;
import org.apache.parquet.avro.AvroSchemaConverter;
import org.apache.parquet.hadoop.ParquetWriter;
import org.apache.parquet.hadoop.api.WriteSupport;
import org.apache.parquet.hadoop.metadata.CompressionCodecName;
import org.apache.parquet.io.OutputFile;
import org.apache.parquet.io.PositionOutputStream;
import org.apache.parquet.io.api.Binary;
import org.apache.parquet.io.api.RecordConsumer;
import org.apache.parquet.schema.MessageType;
import org.apache.parquet.schema.PrimitiveType;
import org.apache.parquet.schema.Type;
import org.apache.parquet.schema.Types;

/**
 * Writes rows as Parquet, compressed with snappy.
 *
 * <p>Beam's {@code ParquetIO.sink} does the same, but allows no names of columns that are no names
 * in Avro, like {@code User-Agent}, and Parquet's own Avro writer asks anew for the type of each
 * value.
 */
final class ParquetSink implements FileIO.Sink<GenericRecord> {

  private static final long serialVersionUID = 1L;

  private final LogTable log;
  private transient ParquetWriter<GenericRecord> writer;
  private transient Output output;

  ParquetSink(LogTable log) {
    this.log = log;
  }

  @Override
  public void open(WritableByteChannel channel) throws IOException {
    output = new Output(Channels.newOutputStream(channel));
    Builder builder = new Builder(output, log).withCompressionCodec(CompressionCodecName.SNAPPY);
    for (Schema.Field field : log.schema().getFields()) {
      if (field.getObjectProp(LogTable.UNORDERED) != null) {
        builder.withStatisticsEnabled(log.columnInFiles(field), false);
      }
      if (LogTable.withoutNull(field.schema()).getType() == Schema.Type.DOUBLE) {
        // What is measured is seldom the same twice: a dictionary would be begun and dropped.
        builder.withDictionaryEncoding(log.columnInFiles(field), false);
      }
    }
    writer = builder.build();
  }

  @Override
  public void write(GenericRecord row) throws IOException {
    writer.write(row);
  }

  @Override
  public void flush() throws IOException {
    writer.close();
  }

  /** What a Delta table is told of the file, which is finished. */
  DataFile dataFile(String name) {
    return new DataFile(
        name,
        log.schemaJson(),
        log.growing(),
        output.bytes(),
        System.currentTimeMillis(),
        FileStatistics.of(writer.getFooter()));
  }

  private static final class Builder extends ParquetWriter.Builder<GenericRecord, Builder> {

    private final LogTable log;

    Builder(OutputFile file, LogTable log) {
      super(file);
      this.log = log;
    }

    @Override
    protected Builder self() {
      return this;
    }

    /** Deprecated, but the only one that is abstract; the other calls it. */
    @Override
    @SuppressWarnings("deprecation")
    protected WriteSupport<GenericRecord> getWriteSupport(Configuration configuration) {
      Schema schema = log.schema();
      MessageType named = new AvroSchemaConverter().convert(schema);
      List<Type> columns = new ArrayList<>();
      for (Schema.Field field : schema.getFields()) {
        columns.add(
            renamed(named.getType(field.pos()).asPrimitiveType(), log.columnInFiles(field)));
      }
      return new FlatRows(new MessageType(named.getName(), columns));
    }

    private static Type renamed(PrimitiveType type, String name) {
      return Types.primitive(type.getPrimitiveTypeName(), type.getRepetition())
          .as(type.getLogicalTypeAnnotation())
          .named(name);
    }
  }

  /** Rows of texts, numbers and truth values; fields and columns are matched by their places. */
  private static final class FlatRows extends WriteSupport<GenericRecord> {

    private final MessageType type;
    private RecordConsumer file;

    FlatRows(MessageType type) {
      this.type = type;
    }

    /** Deprecated, but the only one that is abstract. */
    @Override
    @SuppressWarnings("deprecation")
    public WriteContext init(Configuration configuration) {
      return new WriteContext(type, Map.of());
    }

    @Override
    public void prepareForWrite(RecordConsumer consumer) {
      file = consumer;
    }

    @Override
    public void write(GenericRecord row) {
      // A row that came before there were all columns has no more than those of its time.
      int known = row.getSchema().getFields().size();
      file.startMessage();
      for (int i = 0; i < type.getFieldCount(); i++) {
        Object value = i < known ? row.get(i) : null;
        Type column = type.getType(i);
        if (value != null) {
          file.startField(column.getName(), i);
          add(value);
          file.endField(column.getName(), i);
        } else if (column.isRepetition(Type.Repetition.REQUIRED)) {
          throw new IllegalArgumentException("No value in column " + column.getName());
        }
      }
      file.endMessage();
    }

    private void add(Object value) {
      if (value instanceof Utf8 text) {
        file.addBinary(Binary.fromReusedByteArray(text.getBytes(), 0, text.getByteLength()));
      } else if (value instanceof CharSequence text) {
        byte[] bytes = text.toString().getBytes(StandardCharsets.UTF_8);
        file.addBinary(Binary.fromConstantByteArray(bytes));
      } else if (value instanceof Long number) {
        file.addLong(number);
      } else if (value instanceof Integer number) {
        file.addInteger(number);
      } else if (value instanceof Double number) {
        file.addDouble(number);
      } else if (value instanceof Boolean truth) {
        file.addBoolean(truth);
      } else {
        throw new IllegalArgumentException("A column cannot have a " + value.getClass());
      }
    }
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
