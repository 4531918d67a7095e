package io.tailrace.pipelines;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.JsonObjectParser;
import io.tailrace.format.KeyBytes;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.JsonOptions;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.table.Columns;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** Readings of heart rates, from files of JSON, as a Delta table that has a history. */
public final class Tracker implements LogPipeline {

  /** How many recordings each device has made. */
  public static final Report RECORDINGS =
      new Report(
          "recordings",
          List.of(Report.RECORDS),
          List.of(Column.key("device_id"), Column.records("recordings")));

  private static final int READINGS = RECORDINGS.indexOf("records");

  /** All recordings; fields that nobody has foreseen become columns, too. */
  public static final LogTable HEARTBEATS =
      LogTable.of(
              "heartbeat_tracker",
              JsonColumns.parse(
                  "heartbeat_tracker",
                  "device_id int, mrn long, time double, heartrate double",
                  JsonOptions.Types.declared))
          .thatGrows();

  private static final String DEVICE = "device_id";

  @Override
  public String name() {
    return "tracker";
  }

  @Override
  public String description() {
    return "Readings of heart rates from files of JSON, as a Delta table with its history";
  }

  @Override
  public String check() {
    return "that --input has JSON objects, alone, in arrays or one after the other";
  }

  @Override
  public Class<JsonOptions> options() {
    return JsonOptions.class;
  }

  @Override
  public List<Report> reports() {
    return List.of(RECORDINGS);
  }

  @Override
  public List<LogTable> logs() {
    return List.of(HEARTBEATS);
  }

  @Override
  public List<Chart> charts() {
    return List.of(
        Chart.lines(
            "Recordings per device",
            RECORDINGS.name(),
            "SELECT device_id, recordings FROM recordings ORDER BY recordings DESC LIMIT 8"));
  }

  @Override
  public List<LogTable> logs(TailraceOptions options) {
    if (!options.getLogFormat().hasVersions()) {
      throw new UsageException("--logFormat: tracker writes a Delta table; leave it at delta");
    }
    Schema columns = columns(options.as(JsonOptions.class));
    return List.of(LogTable.of(HEARTBEATS.name(), columns).thatGrows());
  }

  private static Schema columns(JsonOptions options) {
    return JsonColumns.parse(HEARTBEATS.name(), options.getSchema(), options.getTypes());
  }

  @Override
  public RecordFunction records(TailraceOptions options) {
    Schema columns = columns(options.as(JsonOptions.class));
    Ledger ledger = Ledger.of(new Folder(options.getOutput()));
    return JsonOptions.infersColumns(options)
        ? (input, output) -> new Recordings(inferred(ledger), true, output)
        : (input, output) -> new Recordings(columns, false, output);
  }

  /** What was found out before the first unit was planned. */
  private static Schema inferred(Ledger ledger) {
    try {
      return JsonColumns.withRescued(
          ledger
              .columns()
              .map(json -> new Schema.Parser().parse(json))
              .orElseGet(() -> Columns.none(HEARTBEATS.name())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static final class Recordings implements RecordFunction.UnitRecords {

    private final ReportTable recordings;
    private final Consumer<GenericRecord> heartbeats;
    private final JsonObjectParser parser = new JsonObjectParser();
    private final KeyBytes device = new KeyBytes();
    private final JsonRows rows;

    Recordings(Schema columns, boolean inferred, UnitOutput output) {
      recordings = output.table(RECORDINGS);
      heartbeats = output.log(HEARTBEATS);
      rows = new JsonRows(columns, inferred, parser);
    }

    @Override
    public Optional<String> record(byte[] bytes, int from, int to) {
      Optional<String> problem = parser.parse(bytes, from, to);
      if (problem.isEmpty()) {
        heartbeats.accept(rows.row());
        count();
      }
      return problem;
    }

    private void count() {
      byte[] bytes = parser.bytes();
      device.set(bytes, 0, 0);
      int field = rows.fieldOf(DEVICE);
      if (field >= 0) {
        device.set(bytes, parser.valueFrom(field), parser.valueTo(field));
      }
      recordings.add(recordings.row(device.bytes(), device.from(), device.to()), READINGS, 1);
    }
  }
}
