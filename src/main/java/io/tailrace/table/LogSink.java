package io.tailrace.table;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.FileIO;

/**
 * Writes one file of a log, in the log's order, in the log's format.
 *
 * <p>The rows of a sorted log are held until the file is finished. Those of another log are written
 * some hundred at a time: what writes them is much code, and would be compiled into the loop that
 * makes them.
 */
public final class LogSink implements FileIO.Sink<GenericRecord> {

  private static final long serialVersionUID = 1L;

  private static final int ROWS_AT_A_TIME = 256;

  private final LogTable log;
  private transient FileIO.Sink<GenericRecord> file;
  private transient List<GenericRecord> held;

  private LogSink(LogTable log) {
    this.log = log;
  }

  /** A sink for one file after the other of a log. */
  public static LogSink of(LogTable log) {
    return new LogSink(log);
  }

  /**
   * Writes a file without rows to nowhere. The first file of a process takes a second or so of
   * loading classes, which the first report of a run need not wait for.
   */
  public static void warmUp(LogTable log) {
    try {
      LogSink sink = of(log);
      sink.open(Channels.newChannel(OutputStream.nullOutputStream()));
      sink.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void open(WritableByteChannel channel) throws IOException {
    file =
        switch (log.format()) {
          case parquet, delta -> new ParquetSink(log);
          case csv -> new CsvSink(log.schema());
        };
    file.open(channel);
    held = new ArrayList<>();
  }

  @Override
  public void write(GenericRecord row) throws IOException {
    held.add(row);
    if (held.size() >= ROWS_AT_A_TIME && log.sortColumns().isEmpty()) {
      writeHeld();
    }
  }

  @Override
  public void flush() throws IOException {
    if (!log.sortColumns().isEmpty()) {
      held.sort(log.order());
    }
    writeHeld();
    file.flush();
  }

  private void writeHeld() throws IOException {
    for (GenericRecord row : held) {
      file.write(row);
    }
    held.clear();
  }

  /** What a Delta table is told of the file, which is finished and Parquet. */
  DataFile dataFile(String name) {
    return ((ParquetSink) file).dataFile(name);
  }
}
