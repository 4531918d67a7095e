package io.tailrace.pipelines;

import io.tailrace.alert.RaiseAlerts;
import io.tailrace.delta.CommitUnits;
import io.tailrace.delta.DeltaTable;
import io.tailrace.feed.Feed;
import io.tailrace.feed.Planner;
import io.tailrace.feed.ProcessUnits;
import io.tailrace.feed.ReadUnits;
import io.tailrace.feed.RecordWork;
import io.tailrace.ledger.AddToTotals;
import io.tailrace.ledger.InOrder;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.UnitTable;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.report.ReportConnection;
import io.tailrace.report.ReportTable;
import io.tailrace.report.UpsertReport;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/** The steps that every pipeline is made of, in their order. */
public final class Flow {

  private final LogPipeline pipeline;
  private final TailraceOptions options;
  private final Folder output;
  private final Ledger ledger;
  private final Feed feed;
  private final Duration refresh;
  private final RecordWork work;
  private final List<RaiseAlerts> alerts;
  private final Optional<CommitUnits> commits;

  private Flow(LogPipeline pipeline, TailraceOptions options, Folder output, Feed feed) {
    this.pipeline = pipeline;
    this.options = options;
    this.output = output;
    this.ledger = Ledger.of(output);
    this.feed = feed;
    this.refresh = Duration.millis(Quantities.duration("refresh", options.getRefresh()).toMillis());
    this.alerts =
        pipeline.alerts(options).stream()
            .map(of -> RaiseAlerts.of(of, output, options.getLogFormat()))
            .toList();
    List<LogTable> logs = pipeline.logs(options);
    this.commits = commits(options, output, logs);
    this.work =
        RecordWork.of(
            pipeline.records(options),
            Stream.of(
                    pipeline.reports(options).stream(),
                    alerts.stream().map(raise -> raise.alerts().table()),
                    commits.map(tables -> CommitUnits.TRIGGER).stream())
                .flatMap(reports -> reports)
                .toList(),
            logs,
            options.getLogFormat(),
            pipeline.skippedLines(options));
  }

  private static Optional<CommitUnits> commits(
      TailraceOptions options, Folder output, List<LogTable> logs) {
    if (!options.getLogFormat().hasVersions()) {
      return Optional.empty();
    }
    DeltaTable.check(output);
    return Optional.of(new CommitUnits(output, logs, options.getCommitEvery()));
  }

  /**
   * The flow of a pipeline.
   *
   * @param options the options of the run, which become such that workers elsewhere understand them
   * @param output the folder of the logs and of the ledger
   * @throws io.tailrace.options.UsageException if an option cannot be used
   */
  public static Flow of(LogPipeline pipeline, TailraceOptions options, Folder output) {
    options.setSkippedLines(pipeline.skippedLines(options));
    Flow flow = new Flow(pipeline, options, output, Feed.of(options, output.path()));
    flow.feed.prepare(options);
    return flow;
  }

  /** The same of its pipeline as that goes on with the output. */
  public Flow of(LogPipeline kept) {
    return new Flow(kept, options, output, feed);
  }

  /** The logs that units write to. */
  public List<LogTable> logs() {
    return work.logs();
  }

  /** How the input is watched. */
  public Feed feed() {
    return feed;
  }

  /** What raises alerts. */
  public List<RaiseAlerts> alerts() {
    return alerts;
  }

  /** What adds to Delta tables, if logs are such. */
  public Optional<CommitUnits> commits() {
    return commits;
  }

  /**
   * Adds the steps that take what arrives, until the run is asked to stop.
   *
   * @param database where the report tables are
   */
  public void watch(Pipeline beam, ReportConnection database) {
    upsert(totals(units(beam, ReadUnits.watching(ledger, pipeline.options()))), database);
  }

  /**
   * Adds the steps that take what was planned, and end.
   *
   * @param database where the report tables are, if they are anywhere but in the ledger
   */
  public void take(Pipeline beam, Planner.Plans plans, Optional<ReportConnection> database) {
    PCollection<KV<String, UnitTable>> values = units(beam, ReadUnits.planned(ledger, plans));
    if (database.isPresent()) {
      upsert(totals(values), database.get());
    } else {
      values.apply("AddToTotals", addToTotals().withoutRows());
    }
  }

  private PCollection<KV<String, UnitTable>> units(Pipeline beam, ReadUnits read) {
    return beam.apply("ReadUnits", read)
        .apply("ProcessUnits", ProcessUnits.of(output, run(), feed, work));
  }

  private PCollection<KV<KV<String, Integer>, ReportTable>> totals(
      PCollection<KV<String, UnitTable>> values) {
    return values.apply("AddToTotals", addToTotals());
  }

  private AddToTotals addToTotals() {
    return AddToTotals.of(ledger, run(), refresh).inOrder(inOrder());
  }

  private Map<String, InOrder> inOrder() {
    Map<String, InOrder> inOrder = new HashMap<>();
    alerts.forEach(raise -> inOrder.put(raise.alerts().table().name(), raise));
    commits.ifPresent(commit -> inOrder.put(CommitUnits.TRIGGER.name(), commit));
    return inOrder;
  }

  /** The names of what is computed in the order of units. */
  public Set<String> inOrderNames() {
    return inOrder().keySet();
  }

  private long run() {
    return options.getRun();
  }

  private void upsert(
      PCollection<KV<KV<String, Integer>, ReportTable>> rows, ReportConnection database) {
    // Locals, because the condition goes to the workers without the rest.
    Ledger remembered = ledger;
    long run = run();
    rows.apply(
        "UpsertReport",
        UpsertReport.to(database, pipeline.reports(options))
            .until(() -> remembered.isSuperseded(run))
            .whenRefused(reason -> remembered.requestStop(run, reason.getMessage())));
  }
}
