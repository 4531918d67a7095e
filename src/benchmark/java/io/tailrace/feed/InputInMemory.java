package io.tailrace.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * The bytes of a file in memory, to be read as often as one likes by what reads the files of units,
 * without an allocation for that.
 */
public final class InputInMemory {

  private final Bytes bytes;
  private final Records records;
  private final LineReader lineReader = new LineReader();
  private final JsonReader jsonReader = new JsonReader();

  /**
   * @param unitRecords takes the lines or records
   */
  public InputInMemory(byte[] bytes, RecordFunction.UnitRecords unitRecords) {
    this.bytes = new Bytes(bytes);
    this.records = new Records(unitRecords);
  }

  /** Gives all lines, and returns how many were records. */
  public long readLines() throws IOException {
    bytes.position = 0;
    records.count = 0;
    lineReader.read(bytes, 0, false, Long.MAX_VALUE, records);
    return records.count;
  }

  /** Gives all records of JSON, and returns how many were records. */
  public long readJson() throws IOException {
    bytes.position = 0;
    records.count = 0;
    jsonReader.read(bytes, records);
    return records.count;
  }

  /** What {@link UnitProcessor} does with a line that may be a record. */
  private static final class Records implements JsonReader.Records {

    private final RecordFunction.UnitRecords unitRecords;
    private long count;

    Records(RecordFunction.UnitRecords unitRecords) {
      this.unitRecords = unitRecords;
    }

    @Override
    public void line(byte[] buffer, int from, int to, long length, long offset, long index) {
      int first = offset == 0 ? LineReader.afterByteOrderMark(buffer, from, to) : from;
      if (to == first || buffer[first] <= ' ' && LineReader.isBlank(buffer, first, to)) {
        return;
      }
      if (unitRecords.record(buffer, first, to).isEmpty()) {
        count++;
      }
    }

    @Override
    public void arrayWithoutEnd(long offset, long index) {
      throw new IllegalStateException("The array has no end");
    }
  }

  private static final class Bytes implements ReadableByteChannel {

    private final byte[] bytes;
    private int position;

    Bytes(byte[] bytes) {
      this.bytes = bytes;
    }

    @Override
    public int read(ByteBuffer to) {
      if (position == bytes.length) {
        return -1;
      }
      int count = Math.min(to.remaining(), bytes.length - position);
      to.put(bytes, position, count);
      position += count;
      return count;
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public void close() {
      // There is nothing to close.
    }
  }
}
