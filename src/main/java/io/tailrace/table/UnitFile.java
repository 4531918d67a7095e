package io.tailrace.table;

import io.tailrace.storage.Folder;
import io.tailrace.storage.NewFile;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/**
 * Writes the rows that one unit adds to one log: a file that {@link #commit} puts in place. A unit
 * without rows makes no file.
 *
 * <p>Each attempt at a unit has a file of its own, which counts once a receipt names it. So an
 * attempt that was frozen, or that another worker makes at the same time, cannot replace a file
 * that counts.
 */
final class UnitFile implements UnitLogWriter {

  private final String name;
  private final Folder folder;
  private final Folder workshop;
  private NewFile file;
  private CheckedOutput out;
  private final LogSink sink;

  /**
   * @param log where the rows belong
   * @param unit the name of the unit
   * @param folder the folder of the log's files
   * @param workshop where the file may be until it is complete
   */
  UnitFile(LogTable log, String unit, Folder folder, Folder workshop) {
    this.sink = LogSink.of(log, this::open);
    this.name = unit + "-" + UnitLogWriter.attempt() + log.suffix();
    this.folder = folder;
    this.workshop = workshop;
  }

  private WritableByteChannel open() throws IOException {
    file = folder.create(name, workshop);
    out = new CheckedOutput(file.out());
    return Channels.newChannel(out);
  }

  @Override
  public void write(GenericRecord row) {
    sink.write(row);
  }

  @Override
  public HeldRows held() {
    return sink.rows();
  }

  @Override
  public long rows() {
    return sink.count();
  }

  @Override
  public List<LogFile> commit() throws IOException {
    if (rows() == 0) {
      return List.of();
    }
    sink.finish();
    file.commit();
    return List.of(out.toLogFile(name, rows(), null));
  }

  @Override
  public void abandon() throws IOException {
    if (file != null) {
      file.abandon();
    }
  }
}
