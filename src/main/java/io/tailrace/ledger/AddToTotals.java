package io.tailrace.ledger;

import io.tailrace.metrics.ReportLatency;
import io.tailrace.metrics.Retrying;
import io.tailrace.metrics.Troubles;
import io.tailrace.options.UsageException;
import io.tailrace.report.ReportTable;
import io.tailrace.report.UpsertReport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Distribution;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.GroupByKey;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.util.BackOff;
import org.apache.beam.sdk.util.BackOffUtils;
import org.apache.beam.sdk.util.FluentBackoff;
import org.apache.beam.sdk.util.Sleeper;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Adds what units bring to the totals of their reports ({@link ReportTotals}), which the ledger
 * keeps together with the units that are in them.
 *
 * <p>Input: the values of units, keyed by part of a report ({@link #keyed}), so that large reports
 * are merged by many workers; one element for each unit and part. Output: some time after values
 * arrived, the rows that they touch, each with its total over all records so far, in parts that
 * {@code UpsertReport} takes.
 *
 * <p>Unbounded or bounded. Replay-safe, and without any state of the runner: an element may come
 * again, from a checkpoint of any age or from the start, and is added once; its rows come out
 * again. If the totals cannot be written the step waits and tries again; once another run has begun
 * it does nothing any more.
 *
 * <p>What does not add up, but depends on the order of units, is done {@link InOrder}; nothing
 * comes out of it.
 */
public final class AddToTotals
    extends PTransform<
        PCollection<KV<String, UnitTable>>, PCollection<KV<KV<String, Integer>, ReportTable>>> {

  /** Counts the records that came too late for what is done {@link InOrder}. */
  public static final String DROPPED_DUE_TO_LATENESS = "dropped_due_to_lateness";

  /** How long units took from their arrival to the totals, in milliseconds. */
  public static final String REPORT_LATENCY = "report_latency_millis";

  private static final long serialVersionUID = 1L;

  /** What this process adds to, by ledger and run: a runner makes anew all that it runs. */
  private static final Map<List<String>, OpenLogs> OPEN = new ConcurrentHashMap<>();

  private final Ledger ledger;
  private final long run;
  private final Duration refresh;
  private final Map<String, InOrder> inOrder;
  private final boolean givesRows;

  private AddToTotals(
      Ledger ledger, long run, Duration refresh, Map<String, InOrder> inOrder, boolean givesRows) {
    this.ledger = ledger;
    this.run = run;
    this.refresh = refresh;
    this.inOrder = inOrder;
    this.givesRows = givesRows;
  }

  /**
   * @param ledger where the totals are
   * @param run the number of the run whose totals they are
   * @param refresh how long values are gathered before the totals go on
   */
  public static AddToTotals of(Ledger ledger, long run, Duration refresh) {
    return new AddToTotals(ledger, run, refresh, Map.of(), true);
  }

  /**
   * The same, where the values of some names are not added up.
   *
   * @param others what is done with them, by their names
   */
  public AddToTotals inOrder(Map<String, InOrder> others) {
    return new AddToTotals(ledger, run, refresh, Map.copyOf(others), givesRows);
  }

  /** The same where nobody takes rows: none come out. */
  public AddToTotals withoutRows() {
    return new AddToTotals(ledger, run, refresh, inOrder, false);
  }

  @Override
  public PCollection<KV<KV<String, Integer>, ReportTable>> expand(
      PCollection<KV<String, UnitTable>> values) {
    return values
        .apply(
            "EachRefresh",
            Window.<KV<String, UnitTable>>into(new GlobalWindows())
                .triggering(
                    Repeatedly.forever(
                        AfterProcessingTime.pastFirstElementInPane().plusDelayOf(refresh)))
                .withAllowedLateness(Duration.ZERO)
                .discardingFiredPanes())
        // What was merged before it comes here could not be told apart when it comes again.
        .apply("Gather", GroupByKey.create())
        .apply("Add", ParDo.of(new Add(this)))
        .setCoder(UpsertReport.coder());
  }

  private static final class Add
      extends DoFn<KV<String, Iterable<UnitTable>>, KV<KV<String, Integer>, ReportTable>> {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(AddToTotals.class);
    private static final FluentBackoff RETRIES =
        FluentBackoff.DEFAULT
            .withInitialBackoff(Duration.millis(500))
            .withMaxBackoff(Duration.standardSeconds(15));

    private final Ledger ledger;
    private final long run;
    private final Map<String, InOrder> inOrder;
    private final boolean givesRows;
    private final Counter unitsAdded = Metrics.counter(AddToTotals.class, "units_added");
    private final Counter unitsKnown = Metrics.counter(AddToTotals.class, "units_known");
    private final Counter droppedDueToLateness =
        Metrics.counter(AddToTotals.class, DROPPED_DUE_TO_LATENESS);
    private final Counter failures = Metrics.counter(AddToTotals.class, "totals_failures");
    private final Distribution latency = Metrics.distribution(AddToTotals.class, REPORT_LATENCY);

    Add(AddToTotals settings) {
      this.ledger = settings.ledger;
      this.run = settings.run;
      this.inOrder = settings.inOrder;
      this.givesRows = settings.givesRows;
    }

    @ProcessElement
    public void processElement(
        @Element KV<String, Iterable<UnitTable>> pane,
        OutputReceiver<KV<KV<String, Integer>, ReportTable>> out)
        throws InterruptedException, IOException {
      String key = pane.getKey();
      List<UnitTable> values = new ArrayList<>();
      pane.getValue().forEach(values::add);
      if (values.isEmpty()) {
        return;
      }
      String trouble = "totals of " + key;
      BackOff backOff = RETRIES.withMaxRetries(Integer.MAX_VALUE).backoff();
      try (Retrying retrying = Retrying.of(Retrying.Work.TOTALS)) {
        while (!ledger.isSuperseded(run)) {
          try {
            if (inOrder.containsKey(key)) {
              droppedDueToLateness.inc(inOrder.get(key).advance(ledger, run));
            } else {
              add(Part.parse(key).orElse(Part.whole(key)), values, out);
            }
            Troubles.over(trouble);
            return;
          } catch (UsageException e) {
            // Nothing is lost: what is done in order is done again by the next run.
            ledger.requestStop(run, e.getMessage());
            return;
          } catch (IOException | UncheckedIOException e) {
            failures.inc();
            retrying.failed();
            Troubles.warn(
                LOG, trouble, "The totals of '{}' cannot be written yet: {}", key, e.getMessage());
            BackOffUtils.next(Sleeper.DEFAULT, backOff);
          }
        }
      }
    }

    private void add(
        Part part, List<UnitTable> values, OutputReceiver<KV<KV<String, Integer>, ReportTable>> out)
        throws IOException {
      OpenLogs logs = open(ledger, run);
      int added =
          logs.report(part.report())
              .add(
                  part,
                  values,
                  logs,
                  givesRows,
                  touched -> UpsertReport.parts(part.report(), touched).forEach(out::output));
      unitsAdded.inc(added);
      unitsKnown.inc(values.size() - added);
      if (added == values.size()) {
        observe(values);
      }
    }

    /** Of units that come again the time says nothing. */
    private void observe(List<UnitTable> added) {
      long now = System.currentTimeMillis();
      for (UnitTable value : added) {
        if (value.arrived() != Unit.UNKNOWN) {
          long millis = Math.max(0, now - value.arrived());
          latency.update(millis);
          ReportLatency.observe(millis);
        }
      }
    }
  }

  private static OpenLogs open(Ledger ledger, long run) {
    return OPEN.computeIfAbsent(
        List.of(ledger.folder().path(), Long.toString(run)), key -> new OpenLogs(ledger));
  }

  /**
   * The values of a unit in the form of this step's input.
   *
   * @param report a report
   * @param unit the unit, or {@link Unit#FOLDED}
   * @param table the rows of the unit, perhaps none
   */
  public static List<KV<String, UnitTable>> keyed(
      Ledger ledger, long run, String report, Unit unit, ReportTable table) throws IOException {
    BitSet slots = table.slots();
    List<KV<String, UnitTable>> keyed = new ArrayList<>();
    List<Part> parts =
        open(ledger, run).report(report).prepareFor(table).stream()
            .filter(part -> unit.number() == Unit.FOLDED.number() || part.concerns(slots))
            .toList();
    List<UnitTable> values = UnitTable.of(unit.number(), table, parts);
    for (int i = 0; i < parts.size(); i++) {
      keyed.add(KV.of(parts.get(i).name(), values.get(i).arrivedAt(unit.arrived())));
    }
    return keyed;
  }

  /** Forgets the totals of a run that has ended; the ledger has them. */
  public static void forget(Ledger ledger, long run) {
    OPEN.remove(List.of(ledger.folder().path(), Long.toString(run)));
  }
}
