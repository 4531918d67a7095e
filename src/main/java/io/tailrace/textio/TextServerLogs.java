package io.tailrace.textio;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.report.ReportConnection;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Glob;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogTable;
import java.util.List;
import org.apache.avro.Schema;
import org.apache.avro.SchemaBuilder;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.extensions.avro.coders.AvroGenericCoder;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.Filter;
import org.apache.beam.sdk.transforms.MapElements;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.WithKeys;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.apache.beam.sdk.values.PDone;
import org.apache.beam.sdk.values.TypeDescriptor;
import org.apache.beam.sdk.values.TypeDescriptors;
import org.joda.time.Duration;

/**
 * The pipeline server-logs as a plain Beam pipeline: from lines to the volume per server in a SQL
 * table, and to files of severe errors and of dead letters.
 *
 * <p>Bounded or unbounded, with the guarantees of Beam and of the runner. There is no ledger: a
 * restart reads everything again.
 */
public final class TextServerLogs extends PTransform<PCollection<String>, PDone> {

  private static final long serialVersionUID = 1L;

  /** Every record of severity 0. */
  private static final LogTable SEV0 =
      LogTable.of(
          "sev0",
          SchemaBuilder.record("sev0")
              .namespace("io.tailrace")
              .fields()
              .optionalString("serverID")
              .optionalLong("timestamp")
              .endRecord());

  private static final Schema SEVERE = SEV0.schema();
  private static final TypeDescriptor<GenericRecord> ROWS = TypeDescriptor.of(GenericRecord.class);

  private final Folder output;
  private final TableFormat logFormat;
  private final Duration refresh;
  private final ReportConnection database;

  private TextServerLogs(
      Folder output, TableFormat logFormat, Duration refresh, ReportConnection database) {
    this.output = output;
    this.logFormat = logFormat;
    this.refresh = refresh;
    this.database = database;
  }

  /**
   * The steps behind the source.
   *
   * @param output the folder of the logs
   * @param database where the report's table is
   */
  public static TextServerLogs to(
      TailraceOptions options, Folder output, ReportConnection database) {
    long refresh = Quantities.duration("refresh", options.getRefresh()).toMillis();
    return new TextServerLogs(output, options.getLogFormat(), Duration.millis(refresh), database);
  }

  /**
   * Refuses what this reader cannot do.
   *
   * @throws UsageException with the remedy
   */
  public static void check(LogPipeline pipeline, TailraceOptions options, Folder output) {
    if (!pipeline.isBuiltIn() || !pipeline.name().equals(Pipelines.SERVER_LOGS.name())) {
      throw new UsageException(
          String.format(
              "--reader=textio: %s has no such form; use --reader=units", pipeline.name()));
    }
    if (options.getLogFormat().hasVersions()) {
      throw new UsageException("--logFormat=delta: a table needs --reader=units");
    }
    List<Glob> inputs = options.getInput().stream().map(Glob::new).toList();
    String written = output.folder(SEV0.name()).file("rows");
    if (inputs.stream().anyMatch(input -> input.pattern().matcher(written).matches())) {
      throw new UsageException(
          "--output: --input has the files in it, too, which --reader=textio would read; give"
              + " another folder");
    }
    for (int i = 1; i < inputs.size(); i++) {
      if (inputs.subList(0, i).stream().anyMatch(inputs.get(i)::mayOverlap)) {
        throw new UsageException(
            "--input: "
                + inputs.get(i).text()
                + " may have files of another input, which --reader=textio would read twice; use"
                + " --reader=units, or inputs in folders of their own");
      }
    }
  }

  /** Adds the whole pipeline. */
  public static void addTo(
      Pipeline beam, TailraceOptions options, Folder output, ReportConnection database) {
    beam.apply("ReadLines", ReadLines.of(options, Ledger.of(output)))
        .apply("ServerLogs", to(options, output, database));
  }

  @Override
  public PDone expand(PCollection<String> lines) {
    PCollectionTuple parsed = lines.apply("ParseServerLogs", new ParseServerLogs());
    PCollection<ServerLog> records = parsed.get(ParseServerLogs.RECORDS);

    // What has an end needs no panes before it.
    PCollection<ServerLog> panes =
        lines.isBounded() == IsBounded.BOUNDED
            ? records
            : records.apply(
                "EachRefresh",
                Window.<ServerLog>into(new GlobalWindows())
                    .triggering(
                        Repeatedly.forever(
                            AfterProcessingTime.pastFirstElementInPane().plusDelayOf(refresh)))
                    .withAllowedLateness(Duration.ZERO)
                    .accumulatingFiredPanes());

    panes
        .apply("KeyByServer", WithKeys.of(ServerLog::server).withKeyType(TypeDescriptors.strings()))
        .apply("VolumePerServer", Combine.perKey(new VolumeFn()))
        .apply("WriteVolume", WriteVolume.to(database));

    records
        .apply("FilterSevere", Filter.by(ServerLog::isSevere))
        .apply("ToRow", MapElements.into(ROWS).via(TextServerLogs::severeRow))
        .setCoder(AvroGenericCoder.of(SEVERE))
        .apply("WriteSevere", WriteRows.of(SEV0.in(logFormat), output));

    parsed
        .get(ParseServerLogs.DEAD_LETTERS)
        .apply("WriteDeadLetters", WriteRows.of(DeadLetter.LOG.in(logFormat), output));
    return PDone.in(lines.getPipeline());
  }

  private static GenericRecord severeRow(ServerLog log) {
    return new GenericRecordBuilder(SEVERE)
        .set("serverID", log.server())
        .set("timestamp", log.timestamp())
        .build();
  }
}
