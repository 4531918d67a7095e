package io.tailrace.textio;

import io.tailrace.format.SqlType;
import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportConnection;
import io.tailrace.report.ReportTable;
import io.tailrace.report.UpsertReport;
import java.util.List;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;

/**
 * Writes panes of volumes to the SQL table of the report {@code volume}.
 *
 * <p>Replay-safe: a pane replaces a row only if it has seen at least as many records, so panes may
 * come twice or in any order.
 */
public final class WriteVolume extends PTransform<PCollection<KV<String, Volume>>, PDone> {

  private static final long serialVersionUID = 1L;

  /**
   * Per server: records of severity 2 divided by the time span {@code last - first + 1} of all its
   * records, whatever their severity.
   */
  static final Report VOLUME =
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

  private final ReportConnection database;

  private WriteVolume(ReportConnection database) {
    this.database = database;
  }

  /**
   * @param database where the table is
   */
  public static WriteVolume to(ReportConnection database) {
    return new WriteVolume(database);
  }

  @Override
  public PDone expand(PCollection<KV<String, Volume>> panes) {
    return panes
        .apply("ToRow", ParDo.of(new ToRow()))
        .setCoder(UpsertReport.coder())
        .apply("Upsert", UpsertReport.to(database, List.of(VOLUME)));
  }

  private static final class ToRow
      extends DoFn<KV<String, Volume>, KV<KV<String, Integer>, ReportTable>> {

    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void processElement(
        @Element KV<String, Volume> pane,
        OutputReceiver<KV<KV<String, Integer>, ReportTable>> out) {
      ReportTable table = VOLUME.newTable();
      int row = table.row(pane.getKey());
      for (int measure = 0; measure < VOLUME.measures().size(); measure++) {
        table.add(row, measure, value(VOLUME.measures().get(measure), pane.getValue()));
      }
      UpsertReport.parts(VOLUME.name(), table).forEach(out::output);
    }

    private static long value(Measure measure, Volume volume) {
      return switch (measure.name()) {
        case "records" -> volume.records();
        case "sev0" -> volume.sev0();
        case "sev1" -> volume.sev1();
        case "sev2" -> volume.sev2();
        case "firstTimestamp" -> volume.first();
        case "lastTimestamp" -> volume.last();
        default -> throw new IllegalArgumentException(measure.name());
      };
    }
  }
}
