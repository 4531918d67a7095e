package io.tailrace.table;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Writes one file of a log, in the log's order, in the log's format.
 *
 * <p>The rows of a sorted log are held until the file is finished. Those of another log are held
 * until they fill a row group of Parquet, or {@value #CSV_BYTES} bytes of CSV.
 */
public final class LogSink {

  private static final long CSV_BYTES = 4L << 20;

  private final LogTable log;
  private final List<Integer> sortColumns;
  private final Opening opening;
  private final HeldRows held;
  private RowSink file;
  private long written;

  /** Makes the file when there are rows for it. */
  @FunctionalInterface
  public interface Opening {
    WritableByteChannel open() throws IOException;
  }

  private LogSink(LogTable log, Opening opening) {
    this.log = log;
    this.opening = opening;
    Schema schema = log.schema();
    this.sortColumns =
        log.sortColumns().stream().map(column -> LogTable.field(schema, column).pos()).toList();
    this.held = new HeldRows(schema, mostBytes(log), this::writeFull);
  }

  private static long mostBytes(LogTable log) {
    if (!log.sortColumns().isEmpty()) {
      return Long.MAX_VALUE;
    }
    return switch (log.format()) {
      case parquet, delta -> ParquetSink.ROW_GROUP_BYTES;
      case csv -> CSV_BYTES;
    };
  }

  /**
   * A sink for one file of a log.
   *
   * @param opening makes the file, at the first rows that are written
   */
  public static LogSink of(LogTable log, Opening opening) {
    return new LogSink(log, opening);
  }

  /**
   * Writes a file with a row to nowhere. The first file of a process takes a second or so of
   * loading classes, which the first report of a run need not wait for.
   */
  public static void warmUp(LogTable log) {
    try {
      LogSink sink = of(log, () -> Channels.newChannel(OutputStream.nullOutputStream()));
      sink.rows().addBlank();
      sink.finish();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Takes the rows of the file, column by column. */
  public HeldRows rows() {
    return held;
  }

  /** Adds a row. */
  public void write(GenericRecord row) {
    held.add(row);
  }

  /** The number of rows so far. */
  public long count() {
    return written + held.rows();
  }

  private void writeFull() {
    try {
      writeHeld();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void writeHeld() throws IOException {
    if (file == null) {
      file = open();
    }
    file.write(held, RowOrder.of(held, sortColumns));
    written += held.rows();
    held.clear();
  }

  private RowSink open() throws IOException {
    WritableByteChannel channel = opening.open();
    return switch (log.format()) {
      case parquet, delta -> new ParquetSink(log, channel);
      case csv -> new CsvSink(log.schema(), channel);
    };
  }

  /** Writes what is left. The file has all rows then. */
  public void finish() throws IOException {
    writeHeld();
    file.finish();
  }

  /** What a Delta table is told of the file, which is finished and Parquet. */
  DataFile dataFile(String name) {
    return ((ParquetSink) file).dataFile(name);
  }
}
