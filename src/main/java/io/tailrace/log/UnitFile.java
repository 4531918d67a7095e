package io.tailrace.log;

import io.tailrace.storage.Folder;
import io.tailrace.storage.NewFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.util.List;
import org.apache.avro.generic.GenericRecord;

/**
 * Writes the rows that one unit adds to one log: a file that {@link #commit} puts in place. A unit
 * without rows makes no file.
 *
 * <p>Replay-safe: a later attempt at the unit replaces the file of an earlier one.
 */
final class UnitFile implements UnitLogWriter {

  private final LogTable log;
  private final String name;
  private final Folder folder;
  private final Folder workshop;
  private NewFile file;
  private LogSink sink;
  private long rows;

  /**
   * @param log where the rows belong
   * @param unit the name of the unit
   * @param folder the folder of the log's files
   * @param workshop where the file may be until it is complete
   */
  UnitFile(LogTable log, String unit, Folder folder, Folder workshop) {
    this.log = log;
    this.name = unit + log.suffix();
    this.folder = folder;
    this.workshop = workshop;
  }

  @Override
  public void write(GenericRecord row) {
    try {
      if (sink == null) {
        file = folder.create(name, workshop);
        sink = LogSink.of(log);
        sink.open(Channels.newChannel(file.out()));
      }
      sink.write(row);
      rows++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public long rows() {
    return rows;
  }

  /** Puts the file in place, or takes away what an attempt that was cut short left there. */
  @Override
  public List<DataFile> commit() throws IOException {
    if (sink == null) {
      folder.delete(name);
    } else {
      sink.flush();
      file.commit();
    }
    return List.of();
  }

  @Override
  public void abandon() throws IOException {
    if (file != null) {
      file.abandon();
    }
  }
}
