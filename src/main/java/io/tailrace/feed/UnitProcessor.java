package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.log.DataFile;
import io.tailrace.log.DeadLetter;
import io.tailrace.log.LogTable;
import io.tailrace.log.UnitLogWriter;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;

/**
 * Reads a unit, puts its rows in place and writes its receipt.
 *
 * <p>May be tried again after any failure, and by another process: the files of a unit have names
 * of their own and each attempt puts the same ones in place.
 */
final class UnitProcessor implements AutoCloseable {

  /** What is longer does not become a row that can be written and queried in every format. */
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  private final Ledger ledger;
  private final Folder output;
  private final LineWork work;
  private final SliceReader sliceReader;

  UnitProcessor(Ledger ledger, Folder output, Feed feed, LineWork work) {
    this.ledger = ledger;
    this.sliceReader = feed.newReader();
    this.output = output;
    this.work = work;
  }

  /**
   * Processes a unit without a receipt. Slices that cannot be read are left out and named in the
   * receipt.
   *
   * @throws IOException if the input does not answer or results cannot be written; nothing of the
   *     unit counts then
   */
  Receipt process(Unit unit) throws IOException {
    Map<Slice, Receipt.Unread> unread = new LinkedHashMap<>();
    while (true) {
      Attempt attempt = new Attempt(unit);
      try {
        return attempt.run(unread);
      } catch (UnreadableException e) {
        unread.put(e.slice(), e.toUnread());
      } finally {
        attempt.abandonUncommitted();
      }
    }
  }

  private final class Attempt implements UnitInput, UnitOutput, SliceReader.Contents {

    private final Unit unit;
    private final Map<String, ReportTable> tables = new LinkedHashMap<>();
    private final Map<String, UnitLogWriter> writers = new LinkedHashMap<>();
    private final UnitLogWriter deadLetters;
    private final LineFunction.UnitLines lines;
    private final Map<Integer, Receipt.SliceCounts> slices = new HashMap<>();

    private Slice slice;
    private int partition;
    private long offset;
    private long timestamp;
    private long bytes;
    private long records;

    Attempt(Unit unit) {
      this.unit = unit;
      for (Report report : work.reports()) {
        tables.put(report.name(), report.newTable());
      }
      for (LogTable log : work.logs()) {
        writers.put(
            log.name(),
            UnitLogWriter.of(log, unit.name(), output.folder(log.name()), ledger.temporary()));
      }
      deadLetters = writers.get(DeadLetter.LOG.name());
      lines = work.function().begin(this, this);
    }

    Receipt run(Map<Slice, Receipt.Unread> unread) throws IOException, UnreadableException {
      for (int place = 0; place < unit.slices().size(); place++) {
        Slice next = unit.slices().get(place);
        if (!unread.containsKey(next) && !next.isEmpty()) {
          slice = next;
          timestamp = next.modified();
          partition = next.isOfTopic() ? Partition.of(next.source()).number() : 0;
          long countedBefore = records + deadLetters.rows();
          long linesBegun = sliceReader.read(next, this);
          if (!next.isOfTopic()) {
            bytes += next.to() - next.from();
            long counted = records + deadLetters.rows() - countedBefore;
            if (!next.isWholeFile() || counted == 0) {
              slices.put(place, new Receipt.SliceCounts(linesBegun, counted));
            }
          }
        }
      }
      Map<String, Long> rows = new HashMap<>();
      Map<String, List<DataFile>> files = new HashMap<>();
      for (Map.Entry<String, UnitLogWriter> writer : writers.entrySet()) {
        List<DataFile> written = writer.getValue().commit();
        if (!written.isEmpty()) {
          files.put(writer.getKey(), written);
        }
        rows.put(writer.getKey(), writer.getValue().rows());
      }
      Receipt receipt =
          new Receipt(
              new Receipt.Counts(bytes, records, deadLetters.rows()),
              rows,
              files,
              new ArrayList<>(unread.values()),
              slices,
              tables);
      ledger.writeReceipt(unit, receipt);
      return receipt;
    }

    void abandonUncommitted() throws IOException {
      for (UnitLogWriter writer : writers.values()) {
        writer.abandon();
      }
    }

    @Override
    public ReportTable table(Report report) {
      return tables.get(report.name());
    }

    @Override
    public Consumer<GenericRecord> log(LogTable log) {
      return writers.get(log.name())::write;
    }

    @Override
    public int partition() {
      return partition;
    }

    @Override
    public long offset() {
      return offset;
    }

    @Override
    public long timestampMillis() {
      return timestamp;
    }

    @Override
    public long plannedMillis() {
      return unit.planned();
    }

    @Override
    public void line(byte[] buffer, int from, int to, long length, long begin, long index) {
      offset = begin;
      int first = offset == 0 ? LineReader.afterByteOrderMark(buffer, from, to) : from;
      if (offset == 0 && work.header()) {
        return;
      }
      String problem;
      if (length > LineReader.MAX_LINE_BYTES) {
        problem = "line longer than 1 MiB";
      } else if (to == first || buffer[first] <= ' ' && LineReader.isBlank(buffer, first, to)) {
        return;
      } else {
        problem = lines.line(buffer, first, to);
      }
      if (problem == null) {
        records++;
      } else {
        String raw = DeadLetter.raw(buffer, first, to, length - (first - from));
        deadLetter(index + 1, offset + (first - from), problem, raw);
      }
    }

    @Override
    public void arrayWithoutEnd(long at, long index) {
      deadLetter(index + 1, at, "the array has no end", "");
    }

    @Override
    public void message(byte[] buffer, int from, int to, long at, long written) {
      offset = at;
      timestamp = written;
      bytes += to - from;
      String problem;
      if (buffer == null) {
        problem = "no value";
      } else if (to - from > MAX_MESSAGE_BYTES) {
        problem = "message longer than 16 MiB";
      } else {
        problem = lines.line(buffer, from, to);
      }
      if (problem == null) {
        records++;
      } else {
        String raw = buffer == null ? "" : DeadLetter.raw(buffer, from, to, to - from);
        deadLetters.write(new DeadLetter(slice.source(), null, at, problem, raw).toRow());
      }
    }

    @Override
    public void gone(long from, long to) {
      String problem = String.format("the topic has no longer offsets %d to %d", from, to - 1);
      deadLetters.write(new DeadLetter(slice.source(), null, from, problem, "").toRow());
    }

    @Override
    public void damaged(long at, String reason) {
      String problem = "damaged in the topic: " + reason;
      deadLetters.write(new DeadLetter(slice.source(), null, at, problem, "").toRow());
    }

    private void deadLetter(long line, long at, String problem, String raw) {
      String source = slice.source();
      deadLetters.write(
          slice.from() == 0
              ? new DeadLetter(source, line, at, problem, raw).toRow()
              : DeadLetter.inSlice(source, slice.from(), line, at, problem, raw).toRow());
    }
  }

  @Override
  public void close() {
    sliceReader.close();
  }
}
