package io.tailrace.pipelines;

import io.tailrace.feed.FeedSettings;
import io.tailrace.feed.ParseLines;
import io.tailrace.feed.ProcessUnits;
import io.tailrace.feed.ReadUnits;
import io.tailrace.ledger.Folder;
import io.tailrace.ledger.Ledger;
import io.tailrace.log.DeadLetter;
import io.tailrace.log.LogTable;
import io.tailrace.log.WriteRows;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.report.CombineReport;
import io.tailrace.report.ReportConnection;
import io.tailrace.report.ReportTable;
import io.tailrace.report.UpsertReport;
import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollectionTuple;
import org.joda.time.Duration;

/** The steps that every pipeline is made of, in their order. */
public final class Flow {

  /** How long {@code --reader=textio} gathers the rows of a log for a file. */
  private static final Duration TEXT_ROWS_WINDOW = Duration.standardSeconds(5);

  private Flow() {}

  /**
   * Adds the steps of a pipeline.
   *
   * @param output the folder of the logs and of the ledger
   * @param database where the report tables are
   * @throws io.tailrace.options.UsageException if an option cannot be used
   */
  public static void build(
      Pipeline beam,
      LogPipeline pipeline,
      TailraceOptions options,
      Folder output,
      ReportConnection database) {
    FeedSettings feed = FeedSettings.of(options, output.path());
    Duration refresh =
        Duration.millis(Quantities.duration("refresh", options.getRefresh()).toMillis());
    PCollection<KV<KV<String, Integer>, ReportTable>> partials =
        options.getReader() == Reader.textio
            ? textPartials(beam, pipeline, options, output, feed)
            : unitPartials(beam, pipeline, options, output, feed);
    partials
        .apply("CombineReport", CombineReport.every(refresh))
        .apply("UpsertReport", UpsertReport.to(database, pipeline.reports()));
  }

  private static PCollection<KV<KV<String, Integer>, ReportTable>> unitPartials(
      Pipeline beam,
      LogPipeline pipeline,
      TailraceOptions options,
      Folder output,
      FeedSettings feed) {
    Ledger ledger = Ledger.of(output);
    return beam.apply(
            "ReadUnits",
            options.getTrigger() == Trigger.availableNow
                ? ReadUnits.available(ledger, feed)
                : ReadUnits.watching(ledger, feed))
        .apply(
            "ProcessUnits",
            ProcessUnits.of(
                output,
                pipeline.lines(),
                pipeline.reports(),
                pipeline.logs(),
                options.getHeader()));
  }

  private static PCollection<KV<KV<String, Integer>, ReportTable>> textPartials(
      Pipeline beam,
      LogPipeline pipeline,
      TailraceOptions options,
      Folder output,
      FeedSettings feed) {
    ParseLines parse =
        ParseLines.available(
            feed, pipeline.lines(), pipeline.reports(), pipeline.logs(), options.getHeader());
    if (options.getTrigger() == Trigger.continuous) {
      parse = parse.watching(feed, Ledger.of(output));
    }
    PCollectionTuple parsed = beam.apply("ParseLines", parse);
    List<LogTable> logs = new ArrayList<>(pipeline.logs());
    logs.add(DeadLetter.LOG);
    for (LogTable log : logs) {
      parsed
          .get(ParseLines.rowsOf(log))
          .apply(
              "Write_" + log.name(),
              WriteRows.of(log, output.folder(log.name()).path(), TEXT_ROWS_WINDOW));
    }
    return parsed.get(ParseLines.TABLES);
  }
}
