package io.tailrace.pipelines;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.ServerLogParser;
import io.tailrace.format.SqlType;
import io.tailrace.options.TailraceOptions;
import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.LogTable;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericData;
import org.apache.avro.generic.GenericRecord;

/**
 * The volume of service calls per server, and the log of severe errors, from files of {@code
 * serverID,severity,timestamp} lines.
 */
public final class ServerLogs implements LogPipeline {

  /**
   * Per server: records of severity 2 divided by the time span {@code last - first + 1} of all its
   * records, whatever their severity.
   */
  public static final Report VOLUME =
      new Report(
          "volume",
          List.of(
              Report.RECORDS,
              Measure.count("sev0", "severity = 0"),
              Measure.count("sev1", "severity = 1"),
              Measure.count("sev2", "severity = 2"),
              Measure.min("firstTimestamp", "timestamp"),
              Measure.max("lastTimestamp", "timestamp")),
          List.of(
              Column.key("serverID"),
              Column.derived(
                  "avgVolume",
                  SqlType.DOUBLE,
                  row ->
                      row.measure("sev2").doubleValue()
                          / (row.measure("lastTimestamp").longValue()
                              - row.measure("firstTimestamp").longValue()
                              + 1)),
              Column.count("sev0"),
              Column.count("sev1"),
              Column.count("sev2"),
              Column.measure("firstTimestamp"),
              Column.measure("lastTimestamp"),
              Column.records("records")));

  private static final int RECORDS = VOLUME.indexOf("records");

  /** Those of the other severities are behind it. */
  private static final int SEVERITY_0 = VOLUME.indexOf("sev0");

  private static final int FIRST_TIMESTAMP = VOLUME.indexOf("firstTimestamp");
  private static final int LAST_TIMESTAMP = VOLUME.indexOf("lastTimestamp");

  /** Every record of severity 0, sorted by timestamp and then by server inside each file. */
  public static final LogTable SEV0 =
      LogTable.of(
              "sev0",
              SchemaBuilder.record("Sev0")
                  .namespace("io.tailrace")
                  .fields()
                  .requiredString("serverID")
                  .requiredLong("timestamp")
                  .endRecord())
          .sortedBy("timestamp", "serverID");

  private static final Schema SEV0_SCHEMA = SEV0.schema();
  private static final int SERVER_ID = SEV0_SCHEMA.getField("serverID").pos();
  private static final int TIMESTAMP = SEV0_SCHEMA.getField("timestamp").pos();

  @Override
  public String name() {
    return "server-logs";
  }

  @Override
  public String description() {
    return "Volume per server and the log of severe errors, from serverID,severity,timestamp lines";
  }

  @Override
  public String check() {
    return "that --input has lines of serverID,severity,timestamp";
  }

  @Override
  public List<Report> reports() {
    return List.of(VOLUME);
  }

  @Override
  public List<LogTable> logs() {
    return List.of(SEV0);
  }

  @Override
  public List<Chart> charts() {
    return List.of(
        Chart.lines(
            "Average volume of the servers with most records",
            VOLUME.name(),
            "SELECT serverID, avgVolume FROM volume ORDER BY records DESC, serverID LIMIT 8"),
        Chart.bars(
            "Errors of severity 0 per time unit",
            SEV0.name(),
            """
            WITH span AS (SELECT min(timestamp) AS first, max(timestamp) AS last FROM sev0),
            width AS (SELECT first, greatest(1, (last - first) // 60 + 1) AS width FROM span)
            SELECT first + (timestamp - first) // width * width AS unit, count(*)
            FROM sev0, width GROUP BY ALL ORDER BY ALL"""));
  }

  @Override
  public RecordFunction records(TailraceOptions options) {
    return (input, output) -> new Records(output);
  }

  private static final class Records implements RecordFunction.UnitRecords {

    private final ReportTable volume;
    private final Consumer<GenericRecord> sev0;
    private final ServerLogParser parser = new ServerLogParser();

    Records(UnitOutput output) {
      volume = output.table(VOLUME);
      sev0 = output.log(SEV0);
    }

    @Override
    public Optional<String> record(byte[] bytes, int from, int to) {
      Optional<String> problem = parser.parse(bytes, from, to);
      if (problem.isEmpty()) {
        int row = volume.row(parser.bytes(), parser.serverFrom(), parser.serverTo());
        volume.addToSum(row, RECORDS, 1);
        volume.addToSum(row, SEVERITY_0 + parser.severity(), 1);
        volume.addToRange(row, FIRST_TIMESTAMP, LAST_TIMESTAMP, parser.timestamp());
        if (parser.severity() == 0) {
          GenericRecord record = new GenericData.Record(SEV0_SCHEMA);
          record.put(SERVER_ID, volume.key(row));
          record.put(TIMESTAMP, parser.timestamp());
          sev0.accept(record);
        }
      }
      return problem;
    }
  }
}
