package io.tailrace.log;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.WritableByteChannel;
import java.util.List;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.fs.ResourceId;
import org.apache.beam.sdk.util.MimeTypes;

/**
 * Writes the rows that one unit adds to one log: a file under a temporary name, which {@link
 * #commit} puts in place. A unit without rows makes no file.
 *
 * <p>Replay-safe: a later attempt at the unit replaces the file of an earlier one.
 */
public final class UnitLogWriter {

  private final LogTable log;
  private final ResourceId temporary;
  private final ResourceId destination;
  private LogSink sink;
  private WritableByteChannel channel;
  private long rows;

  /**
   * @param log where the rows belong
   * @param temporary the file to write to
   * @param destination the file to put it in place of
   */
  public UnitLogWriter(LogTable log, ResourceId temporary, ResourceId destination) {
    this.log = log;
    this.temporary = temporary;
    this.destination = destination;
  }

  /**
   * Adds a row.
   *
   * @throws UncheckedIOException if it cannot be written, for example to a full disk
   */
  public void write(GenericRecord row) {
    try {
      if (sink == null) {
        channel = FileSystems.create(temporary, MimeTypes.BINARY);
        sink = LogSink.of(log);
        sink.open(channel);
      }
      sink.write(row);
      rows++;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The number of rows so far. */
  public long rows() {
    return rows;
  }

  /** Puts the file in place, or takes away what an attempt that was cut short left there. */
  public void commit() throws IOException {
    if (sink == null) {
      FileSystems.delete(List.of(destination));
      return;
    }
    sink.flush();
    channel.close();
    FileSystems.rename(List.of(temporary), List.of(destination));
  }

  /** Deletes what has been written. */
  public void abandon() throws IOException {
    if (channel != null) {
      channel.close();
      FileSystems.delete(List.of(temporary));
    }
  }
}
