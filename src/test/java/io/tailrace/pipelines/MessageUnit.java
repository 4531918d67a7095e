package io.tailrace.pipelines;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogTable;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;

/**
 * A unit of messages of partition 2 of the topic {@code orders}: what comes with the message that
 * is taken next, and what has become of those that were taken.
 */
final class MessageUnit implements UnitInput, UnitOutput {

  private final Map<String, ReportTable> tables = new HashMap<>();
  private final List<HeldRows> logs = new ArrayList<>();
  private final Map<String, byte[]> headers = new LinkedHashMap<>();
  private ByteBuffer key;
  private long offset;
  private long timestamp = 1_767_225_600_123L;

  /** Takes a message, which has other bytes before and behind it. */
  static Optional<String> take(RecordFunction.UnitRecords records, String message) {
    byte[] bytes = ("[" + message + "]").getBytes(StandardCharsets.UTF_8);
    return records.record(bytes, 1, bytes.length - 1);
  }

  void setKey(ByteBuffer key) {
    this.key = key;
  }

  void setOffset(long offset) {
    this.offset = offset;
  }

  void setTimestamp(long timestamp) {
    this.timestamp = timestamp;
  }

  /** The rows of all logs. */
  List<String> rows() {
    List<String> shown = new ArrayList<>();
    for (HeldRows log : logs) {
      for (int row = 0; row < log.rows(); row++) {
        GenericRecord values = log.row(row);
        shown.add(
            IntStream.range(0, values.getSchema().getFields().size())
                .mapToObj(column -> String.valueOf(values.get(column)))
                .collect(Collectors.joining("|")));
      }
    }
    return shown;
  }

  @Override
  public ReportTable table(Report report) {
    return tables.computeIfAbsent(report.name(), name -> report.newTable());
  }

  @Override
  public HeldRows rows(LogTable log) {
    logs.add(HeldRows.of(log));
    return logs.get(logs.size() - 1);
  }

  @Override
  public Consumer<GenericRecord> log(LogTable log) {
    throw new IllegalArgumentException("No log grows");
  }

  @Override
  public String source() {
    return "orders-2@id";
  }

  @Override
  public String topic() {
    return "orders";
  }

  @Override
  public int partition() {
    return 2;
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
  public ByteBuffer key() {
    return key;
  }

  @Override
  public Map<String, byte[]> headers() {
    return headers;
  }

  @Override
  public long plannedMillis() {
    return 0;
  }
}
