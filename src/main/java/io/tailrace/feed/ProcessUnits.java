package io.tailrace.feed;

import io.tailrace.ledger.AddToTotals;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.ledger.UnitTable;
import io.tailrace.metrics.Retrying;
import io.tailrace.metrics.Troubles;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
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
 * Turns units into partial reports, and writes their rows and dead letters, in one step: bytes are
 * read, parsed, filtered and pre-aggregated, the unit's files are put in place, then its receipt is
 * written, and only then its values go on.
 *
 * <p>Replay-safe: a unit with a receipt is not read, its values come from there; a unit without one
 * is processed, with the same results however often. Once the run is asked to stop, units are left
 * for the next run. If the input does not answer or results cannot be written, for example to a
 * full disk, the step waits and tries again.
 */
public final class ProcessUnits
    extends PTransform<PCollection<Unit>, PCollection<KV<String, UnitTable>>> {

  private static final long serialVersionUID = 1L;

  /** Counts the units that were read. */
  public static final String UNITS_READ = "units_read";

  /** Counts the units whose values came from their receipts. */
  public static final String UNITS_RESTORED = "units_restored";

  private final Ledger ledger;
  private final long run;
  private final Folder output;
  private final Feed feed;
  private final RecordWork work;

  private ProcessUnits(Folder output, long run, Feed feed, RecordWork work) {
    this.ledger = Ledger.of(output);
    this.run = run;
    this.output = output;
    this.feed = feed;
    this.work = work;
  }

  /**
   * @param output the folder of the logs and of the ledger
   * @param run the number of the run; once it is over, no unit is begun
   * @param feed the input
   * @param work what is to be done with the records
   */
  public static ProcessUnits of(Folder output, long run, Feed feed, RecordWork work) {
    return new ProcessUnits(output, run, feed, work);
  }

  @Override
  public PCollection<KV<String, UnitTable>> expand(PCollection<Unit> units) {
    return units
        .apply("Process", ParDo.of(new Process(this)))
        .setCoder(KvCoder.of(StringUtf8Coder.of(), UnitTable.Coder.of()));
  }

  private static final class Process extends DoFn<Unit, KV<String, UnitTable>> {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ProcessUnits.class);
    private static final FluentBackoff RETRIES =
        FluentBackoff.DEFAULT
            .withInitialBackoff(Duration.millis(500))
            .withMaxBackoff(Duration.standardSeconds(15));

    private final ProcessUnits settings;
    private final Counter unitsRead = Metrics.counter(ProcessUnits.class, UNITS_READ);
    private final Counter unitsRestored = Metrics.counter(ProcessUnits.class, UNITS_RESTORED);
    private final Counter unitsLeft = Metrics.counter(ProcessUnits.class, "units_left");
    private final Counter slicesUnread = Metrics.counter(ProcessUnits.class, "slices_unread");
    private final Counter unitFailures = Metrics.counter(ProcessUnits.class, "unit_failures");
    private final Counter bytes = Metrics.counter(ProcessUnits.class, "bytes");
    private final Counter records = Metrics.counter(ProcessUnits.class, "records");
    private final Counter deadLetters = Metrics.counter(ProcessUnits.class, "dead_letters");
    private transient UnitProcessor processor;

    /** The reports whose totals the ledger keeps; other values are done in order. */
    private transient Set<String> reports;

    Process(ProcessUnits settings) {
      this.settings = settings;
    }

    @ProcessElement
    public void processElement(@Element Unit unit, OutputReceiver<KV<String, UnitTable>> out)
        throws IOException, InterruptedException {
      Optional<Receipt> known = processor().known(unit);
      if (known.isPresent()) {
        unitsRestored.inc();
      } else if (settings.ledger.isFolded(unit)) {
        // A runner that begins again from an old state wants what it has given long ago.
        for (Report report : settings.work.reports()) {
          give(report.name(), Unit.FOLDED, report.newTable(), out);
        }
        return;
      } else {
        known = read(unit);
      }
      if (known.isEmpty()) {
        unitsLeft.inc();
        return;
      }
      Receipt receipt = known.get();
      settings.ledger.writeRetryNotes(unit, receipt);
      for (Map.Entry<String, ReportTable> table : receipt.tables().entrySet()) {
        give(table.getKey(), unit, table.getValue(), out);
      }
    }

    private void give(
        String name, Unit unit, ReportTable table, OutputReceiver<KV<String, UnitTable>> out)
        throws IOException {
      if (reports == null) {
        reports = settings.ledger.reportNames();
      }
      if (reports.contains(name)) {
        AddToTotals.keyed(settings.ledger, settings.run, name, unit, table).forEach(out::output);
      } else {
        out.output(KV.of(name, UnitTable.of(unit.number(), table)));
      }
    }

    @Teardown
    public void teardown() {
      if (processor != null) {
        processor.close();
      }
    }

    /** Reads a unit, however long that fails, but not once asked to stop. */
    private Optional<Receipt> read(Unit unit) throws IOException, InterruptedException {
      BackOff backOff = RETRIES.withMaxRetries(Integer.MAX_VALUE).backoff();
      try (Retrying retrying = Retrying.of(Retrying.Work.UNIT)) {
        while (settings.ledger.goesOn(settings.run)) {
          try {
            Receipt receipt = processor().process(unit);
            count(receipt);
            Troubles.over(unit.name());
            return Optional.of(receipt);
          } catch (IOException | UncheckedIOException e) {
            unitFailures.inc();
            retrying.failed();
            Troubles.warn(
                LOG,
                unit.name(),
                "{} cannot be finished yet and is tried again: {}",
                unit.name(),
                e.getMessage());
            BackOffUtils.next(Sleeper.DEFAULT, backOff);
          }
        }
      }
      return Optional.empty();
    }

    private void count(Receipt receipt) {
      unitsRead.inc();
      bytes.inc(receipt.counts().bytes());
      records.inc(receipt.counts().records());
      deadLetters.inc(receipt.counts().deadLetters());
      slicesUnread.inc(receipt.unread().size());
      Retrying.left(Retrying.Work.FILE, receipt.unread().size());
      for (Receipt.Unread unread : receipt.unread()) {
        Troubles.warn(
            LOG,
            unread.slice().source(),
            "{} could not be read and is tried again{}: {}",
            unread.slice().source(),
            unread.damaged() ? " when it has changed" : "",
            unread.reason());
      }
    }

    private UnitProcessor processor() {
      if (processor == null) {
        processor =
            new UnitProcessor(settings.ledger, settings.output, settings.feed, settings.work);
      }
      return processor;
    }
  }
}
