package io.tailrace.table;

import io.tailrace.storage.Folder;
import io.tailrace.storage.NewFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.ArrayList;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * Writes the rows of one unit to files of a Delta table, which has them only once a version names
 * them. Each attempt has names of its own, because what a version names must never change; files of
 * an attempt that was cut short are in no version.
 *
 * <p>Rows may have more columns than those before them. So many rows are held before a file is
 * begun that it mostly has all columns of the unit; columns that come later begin another file.
 */
final class UnitTableFiles implements UnitLogWriter {

  private static final int HELD_ROWS = 10_000;

  private final LogTable log;
  private final String prefix;
  private final Folder folder;
  private final Folder workshop;
  private final List<GenericRecord> held = new ArrayList<>();
  private final List<LogFile> files = new ArrayList<>();
  private Schema columns;
  private NewFile file;
  private String name;
  private CheckedOutput out;
  private LogSink sink;
  private long rowsOfFiles;

  UnitTableFiles(LogTable log, String unit, Folder folder, Folder workshop) {
    this.log = log;
    this.prefix = unit + "-" + UnitLogWriter.attempt();
    this.folder = folder;
    this.workshop = workshop;
  }

  @Override
  public void write(GenericRecord row) {
    try {
      if (row.getSchema() != columns) {
        if (sink != null) {
          finish();
        }
        columns = row.getSchema();
      }
      if (sink == null) {
        held.add(row);
        if (held.size() == HELD_ROWS) {
          begin();
        }
      } else {
        sink.write(row);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public HeldRows held() {
    if (log.growing()) {
      throw new IllegalStateException("The columns of " + log.name() + " are not known before");
    }
    if (sink == null) {
      sink = LogSink.of(log, this::open);
    }
    return sink.rows();
  }

  private void begin() {
    sink = LogSink.of(log.with(columns), this::open);
    held.forEach(sink::write);
    held.clear();
  }

  private WritableByteChannel open() throws IOException {
    name = prefix + "-" + files.size() + log.suffix();
    file = folder.create(name, workshop);
    out = new CheckedOutput(file.out());
    return Channels.newChannel(out);
  }

  private void finish() throws IOException {
    if (!held.isEmpty()) {
      begin();
    }
    if (sink != null && sink.count() > 0) {
      sink.finish();
      file.commit();
      files.add(out.toLogFile(name, sink.count(), sink.dataFile(name)));
      rowsOfFiles += sink.count();
    }
    sink = null;
    file = null;
  }

  @Override
  public long rows() {
    return rowsOfFiles + held.size() + (sink == null ? 0 : sink.count());
  }

  @Override
  public List<LogFile> commit() throws IOException {
    finish();
    return List.copyOf(files);
  }

  @Override
  public void abandon() throws IOException {
    if (file != null) {
      file.abandon();
    }
  }
}
