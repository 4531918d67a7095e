package io.tailrace.pipelines;

import io.tailrace.feed.FeedSettings;
import io.tailrace.feed.LineWork;
import io.tailrace.feed.ParseLines;
import io.tailrace.feed.ProcessUnits;
import io.tailrace.feed.ReadUnits;
import io.tailrace.ledger.Folder;
import io.tailrace.ledger.Ledger;
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
    LineWork work =
        LineWork.of(pipeline.lines(), pipeline.reports(), pipeline.logs(), options.getHeader());
    boolean watching = options.getTrigger() == Trigger.continuous;
    PCollection<KV<KV<String, Integer>, ReportTable>> partials =
        options.getReader() == Reader.textio
            ? textPartials(beam, feed, work, output, watching)
            : unitPartials(beam, feed, work, output, watching);
    partials
        .apply("CombineReport", CombineReport.every(refresh))
        .apply("UpsertReport", UpsertReport.to(database, pipeline.reports()));
  }

  private static PCollection<KV<KV<String, Integer>, ReportTable>> unitPartials(
      Pipeline beam, FeedSettings feed, LineWork work, Folder output, boolean watching) {
    Ledger ledger = Ledger.of(output);
    return beam.apply(
            "ReadUnits",
            watching ? ReadUnits.watching(ledger, feed) : ReadUnits.available(ledger, feed))
        .apply("ProcessUnits", ProcessUnits.of(output, work));
  }

  private static PCollection<KV<KV<String, Integer>, ReportTable>> textPartials(
      Pipeline beam, FeedSettings feed, LineWork work, Folder output, boolean watching) {
    ParseLines available = ParseLines.available(feed, work);
    PCollectionTuple parsed =
        beam.apply(
            "ParseLines", watching ? available.watching(feed, Ledger.of(output)) : available);
    for (LogTable log : work.logs()) {
      parsed
          .get(ParseLines.rowsOf(log))
          .apply(
              "Write_" + log.name(),
              WriteRows.of(log, output.folder(log.name()).path(), TEXT_ROWS_WINDOW));
    }
    return parsed.get(ParseLines.TABLES);
  }
}
