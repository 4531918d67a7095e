package io.tailrace.table;

import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.List;
import java.util.UUID;
import org.apache.avro.generic.GenericRecord;

/**
 * Writes the rows that one unit adds to one log, to files that {@link #commit} puts in place. A
 * unit without rows makes no file.
 *
 * <p>Replay-safe: files count once the ledger names them, and each attempt has files of its own.
 */
public interface UnitLogWriter {

  /**
   * @param log where the rows belong
   * @param unit the name of the unit
   * @param folder the folder of the log's files
   * @param workshop where files may be until they are complete
   */
  static UnitLogWriter of(LogTable log, String unit, Folder folder, Folder workshop) {
    return log.format().hasVersions()
        ? new UnitTableFiles(log, unit, folder, workshop)
        : new UnitFile(log, unit, folder, workshop);
  }

  /** A name for an attempt at a unit, which no other attempt has. */
  static String attempt() {
    return UUID.randomUUID().toString();
  }

  /**
   * Adds a row.
   *
   * @throws java.io.UncheckedIOException if it cannot be written, for example to a full disk
   */
  void write(GenericRecord row);

  /**
   * Takes rows column by column, which is much faster; of a log that grows there is none. A row
   * that cannot be written is told as by {@link #write}.
   */
  HeldRows held();

  /** The number of rows so far. */
  long rows();

  /**
   * Puts the files in place. They are durable when this returns.
   *
   * @return the files, for the manifest
   */
  List<LogFile> commit() throws IOException;

  /** Drops what has not been committed. */
  void abandon() throws IOException;
}
