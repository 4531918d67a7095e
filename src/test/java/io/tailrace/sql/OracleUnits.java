package io.tailrace.sql;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.sql.RandomTable.Line;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.IntStream;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/**
 * A pipeline that takes the lines of a case in random units. Some of them are processed twice, as
 * after a crash, and their tables are merged in a random order.
 */
final class OracleUnits {

  static final String FILE = "file:/input";
  static final long MODIFIED_MILLIS = 1_700_000_000_123L;

  private static final int MOST_LINES = 40;

  private final SqlPipeline pipeline;
  private final RecordFunction function;
  private final Random random;
  private final List<ReportTable> totals;
  private final List<GenericRecord> rows = new ArrayList<>();
  private int deadLetters;

  private OracleUnits(SqlPipeline pipeline, Random random) {
    this.pipeline = pipeline;
    this.function = pipeline.records(null);
    this.random = random;
    this.totals = pipeline.reports().stream().map(Report::newTable).toList();
  }

  static OracleUnits of(SqlPipeline pipeline, List<Line> lines, Random random) {
    OracleUnits units = new OracleUnits(pipeline, random);
    List<int[]> slices = new ArrayList<>();
    for (int from = 0; from < lines.size(); ) {
      int to = Math.min(lines.size(), from + 1 + random.nextInt(MOST_LINES));
      slices.add(new int[] {from, to});
      from = to;
    }
    Collections.shuffle(slices, random);
    slices.forEach(slice -> units.process(lines, slice[0], slice[1]));
    return units;
  }

  private void process(List<Line> lines, int from, int to) {
    if (random.nextInt(5) == 0) {
      new Attempt(lines, from, to);
    }
    Attempt attempt = new Attempt(lines, from, to);
    deadLetters += attempt.deadLetters;
    attempt.logs.forEach(
        log -> IntStream.range(0, log.rows()).mapToObj(log::row).forEach(rows::add));
    for (int i = 0; i < totals.size(); i++) {
      byte[] receipt = attempt.tables.get(i).toBytes();
      try {
        totals.get(i).merge(ReportTable.readFrom(ByteBuffer.wrap(receipt)));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  int deadLetters() {
    return deadLetters;
  }

  /** The rows of a report as a query shows them. */
  List<List<Object>> report(int place) {
    Report report = pipeline.reports().get(place);
    ReportTable table = totals.get(place);
    return IntStream.range(0, table.size())
        .mapToObj(
            row -> {
              List<Object> values = new ArrayList<>();
              for (Column column : report.columns()) {
                if (!column.isHidden()) {
                  values.add(comparable(column.value().of(report.row(table, row))));
                }
              }
              return values;
            })
        .toList();
  }

  /** The rows of a log. */
  List<List<Object>> log(int place) {
    LogTable log = pipeline.logs().get(place);
    List<List<Object>> shown = new ArrayList<>();
    for (GenericRecord row : rows) {
      List<Object> values = new ArrayList<>();
      for (Schema.Field field : log.schema().getFields()) {
        values.add(comparable(typed(row.get(field.pos()), LogTable.withoutNull(field.schema()))));
      }
      shown.add(values);
    }
    return shown;
  }

  private static Object typed(Object value, Schema schema) {
    if (value instanceof List<?> elements) {
      return texts(elements, place -> schema.getElementType());
    }
    if (value instanceof Object[] fields) {
      return texts(Arrays.asList(fields), place -> schema.getFields().get(place).schema());
    }
    if (value == null || schema.getLogicalType() == null) {
      return value;
    }
    if (schema.getLogicalType().equals(LogicalTypes.date())) {
      return LocalDate.ofEpochDay((Integer) value);
    }
    if (schema.getLogicalType().equals(LogicalTypes.timestampMicros())) {
      long micros = (Long) value;
      return LocalDateTime.ofEpochSecond(
          Math.floorDiv(micros, 1_000_000L),
          (int) Math.floorMod(micros, 1_000_000L) * 1_000,
          ZoneOffset.UTC);
    }
    return value;
  }

  private static String texts(List<?> values, IntFunction<Schema> schema) {
    List<String> texts = new ArrayList<>();
    for (int i = 0; i < values.size(); i++) {
      Object value = typed(values.get(i), LogTable.withoutNull(schema.apply(i)));
      texts.add(value == null ? "null" : String.valueOf(comparable(value)));
    }
    return texts.toString();
  }

  private static Object comparable(Object value) {
    if (value == null || value instanceof Double) {
      return value;
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  /** An attempt at a unit. */
  private final class Attempt implements UnitOutput, UnitInput {

    private final List<ReportTable> tables =
        pipeline.reports().stream().map(Report::newTable).toList();
    private final List<HeldRows> logs = new ArrayList<>();
    private int deadLetters;
    private int offset;

    Attempt(List<Line> lines, int from, int to) {
      RecordFunction.UnitRecords records = function.begin(this, this);
      for (offset = from; offset < to; offset++) {
        byte[] bytes = lines.get(offset).bytes();
        if (records.record(bytes, 0, bytes.length).isPresent()) {
          deadLetters++;
        }
      }
    }

    @Override
    public ReportTable table(Report report) {
      return tables.get(pipeline.reports().indexOf(report));
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
      return FILE;
    }

    @Override
    public int partition() {
      return 0;
    }

    @Override
    public long offset() {
      return offset;
    }

    @Override
    public long timestampMillis() {
      return MODIFIED_MILLIS;
    }

    @Override
    public long plannedMillis() {
      return 0;
    }
  }
}
