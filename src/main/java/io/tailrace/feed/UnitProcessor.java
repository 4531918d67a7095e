package io.tailrace.feed;

import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import io.tailrace.table.UnitLogWriter;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.apache.avro.generic.GenericRecord;
import org.apache.kafka.clients.consumer.ConsumerRecord;

/**
 * Reads a unit, puts its rows in place and writes its receipt.
 *
 * <p>May be tried again after any failure, and by several processes at a time: each attempt has
 * files of its own, and the receipt that is created first says which ones count. An attempt deletes
 * its files if they do not.
 */
final class UnitProcessor implements AutoCloseable {

  /** What is longer does not become a row that can be written and queried in every format. */
  private static final int MAX_MESSAGE_BYTES = 16 << 20;

  /** So far the clocks and time zones of those who write a file can be ahead of its own time. */
  private static final long MOST_MILLIS_AHEAD = TimeUnit.DAYS.toMillis(1);

  private final Ledger ledger;
  private final Folder output;
  private final RecordWork work;
  private final SliceReader sliceReader;

  /** The units whose receipts were damaged when this was asked for them. */
  private final Set<Long> damaged = new HashSet<>();

  /** The units whose receipts were lost when the run began; null as long as that is not known. */
  private Set<Long> again;

  UnitProcessor(Ledger ledger, Folder output, Feed feed, RecordWork work) {
    this.ledger = ledger;
    this.sliceReader = feed.newReader();
    this.output = output;
    this.work = work;
  }

  /**
   * The receipt of a unit that has one, which is durable then: who made it may have been killed
   * before it was. One that is damaged is none.
   */
  Optional<Receipt> known(Unit unit) throws IOException {
    try {
      Optional<Receipt> receipt = ledger.receipt(unit);
      if (receipt.isPresent()) {
        ledger.syncReceipts();
      }
      return receipt;
    } catch (DamagedFileException e) {
      damaged.add(unit.number());
      return Optional.empty();
    }
  }

  /**
   * Processes a unit without a receipt. Slices that cannot be read are left out and named in the
   * receipt. A unit that had a receipt, which cannot be read any more, comes to the same again.
   *
   * @throws IOException if the input does not answer or results cannot be written, or if a unit
   *     would not come to the same again; nothing of the unit counts then
   */
  Receipt process(Unit unit) throws IOException {
    boolean again = hadReceipt(unit);
    Map<Slice, Receipt.Unread> unread =
        new LinkedHashMap<>(again ? ledger.askedAgain(unit) : Map.of());
    while (true) {
      Attempt attempt = new Attempt(unit);
      try {
        return attempt.run(unread);
      } catch (UnreadableException e) {
        if (again) {
          // Whether it was read before, and so is in the totals, is not known.
          throw new IOException(
              String.format(
                  "the receipt of %s is damaged and its input %s cannot be read again: %s",
                  unit.name(), e.slice().source(), e.getMessage()),
              e);
        }
        unread.put(e.slice(), e.toUnread(unit));
      } finally {
        attempt.dropWhatDoesNotCount();
      }
    }
  }

  private boolean hadReceipt(Unit unit) throws IOException {
    if (again == null) {
      again = ledger.run().map(Ledger.Run::again).map(Set::copyOf).orElse(Set.of());
    }
    return again.contains(unit.number()) || damaged.contains(unit.number());
  }

  private final class Attempt implements UnitInput, UnitOutput, SliceReader.Contents {

    private final Unit unit;
    private final Map<String, ReportTable> tables = new LinkedHashMap<>();
    private final Map<String, UnitLogWriter> writers = new LinkedHashMap<>();
    private final UnitLogWriter deadLetters;
    private final RecordFunction.UnitRecords unitRecords;
    private final Map<Integer, Receipt.SliceCounts> slices = new HashMap<>();
    private final Map<String, List<LogFile>> files = new HashMap<>();
    private boolean receiptWasSent;
    private boolean filesCount;

    private Slice slice;
    private int partition;
    private String topic = "";
    private long offset;
    private long timestamp;
    private long newestTimestamp = Long.MIN_VALUE;

    /** The message that is being taken; null in a file. */
    private ConsumerRecord<ByteBuffer, ByteBuffer> message;

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
      unitRecords = work.function().begin(this, this);
    }

    Receipt run(Map<Slice, Receipt.Unread> unread) throws IOException, UnreadableException {
      for (int place = 0; place < unit.slices().size(); place++) {
        Slice next = unit.slices().get(place);
        if (!unread.containsKey(next) && !next.isEmpty()) {
          slice = next;
          timestamp = next.modified();
          begin(next);
          if (!next.isOfTopic()) {
            newestTimestamp = Math.max(newestTimestamp, timestamp);
          }
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
      findNewestBuckets();
      Map<String, Long> rows = new HashMap<>();
      for (Map.Entry<String, UnitLogWriter> writer : writers.entrySet()) {
        List<LogFile> written = writer.getValue().commit();
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
      receiptWasSent = true;
      Receipt counts = ledger.writeReceipt(unit, receipt);
      filesCount = counts == receipt;
      return counts;
    }

    /** A bucket counts as the newest one unless it begins so long after its file was written. */
    private void findNewestBuckets() {
      if (newestTimestamp != Long.MIN_VALUE) {
        long latest = TimeUnit.MILLISECONDS.toMicros(newestTimestamp + MOST_MILLIS_AHEAD);
        tables.values().forEach(table -> table.findNewest(latest));
      }
    }

    private void begin(Slice next) {
      if (next.isOfTopic()) {
        Partition of = Partition.of(next.source());
        partition = of.number();
        topic = of.topic().equals(topic) ? topic : of.topic();
      }
    }

    /**
     * Drops files that were not finished, and those that are known not to count: the receipt was
     * not sent, or there is one that names others. Without a receipt they stay, because one that
     * was sent may still arrive, or may be in a checkpoint already.
     */
    void dropWhatDoesNotCount() throws IOException {
      for (UnitLogWriter writer : writers.values()) {
        writer.abandon();
      }
      if (!filesCount && !files.isEmpty() && !mayCount()) {
        for (Map.Entry<String, List<LogFile>> ofLog : files.entrySet()) {
          for (LogFile file : ofLog.getValue()) {
            output.folder(ofLog.getKey()).delete(file.name());
          }
        }
      }
    }

    private boolean mayCount() throws IOException {
      return receiptWasSent
          && ledger.readableReceipt(unit).map(Receipt::files).orElse(files).equals(files);
    }

    @Override
    public ReportTable table(Report report) {
      return tables.get(report.name());
    }

    @Override
    public HeldRows rows(LogTable log) {
      return writers.get(log.name()).held();
    }

    @Override
    public Consumer<GenericRecord> log(LogTable log) {
      return writers.get(log.name())::write;
    }

    @Override
    public String source() {
      return slice.source();
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
    public String topic() {
      return topic;
    }

    @Override
    public ByteBuffer key() {
      return message == null ? null : message.key();
    }

    @Override
    public Map<String, byte[]> headers() {
      Map<String, byte[]> headers = new LinkedHashMap<>();
      if (message != null) {
        message.headers().forEach(header -> headers.put(header.key(), header.value()));
      }
      return headers;
    }

    @Override
    public long plannedMillis() {
      return unit.planned();
    }

    @Override
    public int firstLines() {
      // The first one may begin with a byte order mark.
      return Math.max(1, work.skippedLines());
    }

    @Override
    public void firstLine(byte[] buffer, int from, int to, long length, long begin, long index) {
      if (index >= work.skippedLines()) {
        int first = begin == 0 ? LineReader.afterByteOrderMark(buffer, from, to) : from;
        take(buffer, first, to, length - (first - from), begin, first - from, index);
      }
    }

    @Override
    public void line(byte[] buffer, int from, int to, long length, long begin, long index) {
      take(buffer, from, to, length, begin, 0, index);
    }

    /**
     * Takes a line without its mark.
     *
     * @param mark the length of the mark
     */
    private void take(
        byte[] buffer, int from, int to, long length, long begin, int mark, long index) {
      offset = begin;
      Optional<String> problem;
      if (length + mark > LineReader.MAX_LINE_BYTES) {
        problem = Optional.of("line longer than 1 MiB");
      } else if (to == from || buffer[from] <= ' ' && LineReader.isBlank(buffer, from, to)) {
        return;
      } else {
        problem = unitRecords.record(buffer, from, to);
      }
      if (problem.isEmpty()) {
        records++;
      } else {
        String raw = DeadLetter.raw(buffer, from, to, length);
        deadLetter(index + 1, begin + mark, problem.get(), raw);
      }
    }

    @Override
    public void arrayWithoutEnd(long at, long index) {
      deadLetter(index + 1, at, "the array has no end", "");
    }

    @Override
    public void message(
        ConsumerRecord<ByteBuffer, ByteBuffer> taken, byte[] buffer, int from, int to) {
      message = taken;
      offset = taken.offset();
      timestamp = taken.timestamp();
      newestTimestamp = Math.max(newestTimestamp, timestamp);
      bytes += to - from;
      Optional<String> problem;
      if (buffer == null) {
        problem = Optional.of("no value");
      } else if (to - from > MAX_MESSAGE_BYTES) {
        problem = Optional.of("message longer than 16 MiB");
      } else {
        problem = unitRecords.record(buffer, from, to);
      }
      if (problem.isEmpty()) {
        records++;
      } else {
        String raw = buffer == null ? "" : DeadLetter.raw(buffer, from, to, to - from);
        deadLetters.write(new DeadLetter(slice.source(), null, offset, problem.get(), raw).toRow());
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
              : DeadLetter.inSlice(source, unit.keyOf(slice), line, at, problem, raw).toRow());
    }
  }

  @Override
  public void close() {
    sliceReader.close();
  }
}
