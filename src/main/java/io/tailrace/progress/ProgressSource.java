package io.tailrace.progress;

import io.tailrace.alert.AlertState;
import io.tailrace.alert.RaiseAlerts;
import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.report.Report;
import io.tailrace.textio.ParseServerLogs;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;

/** Tells how far a run is. */
@FunctionalInterface
public interface ProgressSource {

  /** How far it is now. */
  Progress read() throws IOException;

  /** From a ledger: it says the same whichever runner does the work, and in whatever process. */
  static ProgressSource ofLedger(Ledger ledger) {
    return new OfLedger(ledger);
  }

  /** From the counters of a run that has no ledger; nothing while its runner has none to show. */
  static ProgressSource ofCounters(Supplier<Optional<PipelineResult>> result) {
    Rate rate = new Rate();
    return () -> {
      long records = counter(result.get(), ParseServerLogs.RECORD_COUNTER);
      long deadLetters = counter(result.get(), ParseServerLogs.DEAD_LETTER_COUNTER);
      return new Progress(
          null,
          null,
          null,
          null,
          null,
          records,
          null,
          deadLetters,
          null,
          null,
          null,
          rate.next(records),
          null);
    };
  }

  /** This one, and what came too late for alerts, or cannot have been yet. */
  default ProgressSource withAlerts(List<RaiseAlerts> alerts, Ledger ledger) {
    return () -> {
      long dropped = 0;
      long ahead = 0;
      for (RaiseAlerts raise : alerts) {
        AlertState state = raise.state(ledger);
        dropped += state.droppedRecords();
        ahead += state.aheadRecords();
      }
      return read().withoutAlerts(dropped, ahead);
    };
  }

  /**
   * This one, and what came too late for reports that drop old rows.
   *
   * @param reports all that are kept
   */
  default ProgressSource withReports(List<Report> reports, Ledger ledger) {
    List<Report> dropping = reports.stream().filter(report -> report.expiry() != null).toList();
    return dropping.isEmpty() ? this : new WithReports(this, dropping, ledger);
  }

  private static long counter(Optional<PipelineResult> result, String name) {
    if (result.isEmpty()) {
      return 0;
    }
    long sum = 0;
    for (MetricResult<Long> counter :
        result
            .get()
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(MetricNameFilter.named(ParseServerLogs.class, name))
                    .build())
            .getCounters()) {
      sum += counter.getAttempted();
    }
    return sum;
  }

  /** Looks at the totals of reports, for at most a fifth of the time. */
  final class WithReports implements ProgressSource {

    private static final int TIMES_AS_LONG_IDLE = 4;

    private final ProgressSource others;
    private final List<Report> reports;
    private final Ledger ledger;
    private long tooLate;
    private long nextLook = System.nanoTime();

    private WithReports(ProgressSource others, List<Report> reports, Ledger ledger) {
      this.others = others;
      this.reports = reports;
      this.ledger = ledger;
    }

    @Override
    public Progress read() throws IOException {
      Progress progress = others.read();
      long began = System.nanoTime();
      if (began - nextLook >= 0) {
        tooLate = 0;
        for (Report report : reports) {
          tooLate += ledger.lateRecords(report);
        }
        long ended = System.nanoTime();
        nextLook = ended + TIMES_AS_LONG_IDLE * (ended - began);
      }
      return progress.withoutReports(tooLate);
    }
  }

  /** Records per second between two readings. */
  final class Rate {

    private long lastRecords = -1;
    private long lastNanos;

    long next(long records) {
      long nanos = System.nanoTime();
      double seconds = (nanos - lastNanos) / 1e9;
      long rate = lastRecords < 0 ? 0 : Math.round((records - lastRecords) / seconds);
      lastRecords = records;
      lastNanos = nanos;
      return rate;
    }
  }

  /** Reads only what the ledger has got since the last time. */
  final class OfLedger implements ProgressSource {

    private record Pending(PlanEntry plan, Unit unit) {}

    private final Ledger ledger;
    private final Rate rate = new Rate();
    private final Set<Pending> pending = new LinkedHashSet<>();
    private Optional<PlanReader> plans = Optional.empty();
    private Checkpoint.Sums sums;
    private long commits;
    private boolean ofTopic;

    private OfLedger(Ledger ledger) {
      this.ledger = ledger;
    }

    @Override
    public Progress read() throws IOException {
      if (plans.isEmpty()) {
        Checkpoint checkpoint = ledger.checkpoint();
        sums = checkpoint.sums();
        commits = checkpoint.lastUnit();
        ofTopic = !checkpoint.offsets().isEmpty();
        plans = Optional.of(ledger.plansFrom(checkpoint.lastPlan() + 1));
      }
      long newFiles = 0;
      for (Optional<PlanEntry> plan; (plan = plans.get().next()).isPresent(); ) {
        for (Unit unit : plan.get().units()) {
          pending.add(new Pending(plan.get(), unit));
          ofTopic |= unit.slices().stream().anyMatch(Slice::isOfTopic);
        }
      }
      boolean news = false;
      for (Iterator<Pending> all = pending.iterator(); all.hasNext(); ) {
        Pending each = all.next();
        Optional<Receipt> receipt = each.plan().receipt(ledger, each.unit());
        if (receipt.isPresent()) {
          all.remove();
          news = true;
          sums = sums.with(each.unit(), receipt.get());
          commits++;
        } else if (ledger.isFolded(each.unit())) {
          // So much has happened since the last look that the receipt is in a checkpoint.
          plans = Optional.empty();
          pending.clear();
          return read();
        } else {
          newFiles += each.unit().newFiles();
        }
      }
      if (news) {
        // What is told survives a power cut.
        ledger.syncReceipts();
      }
      Set<String> left = new HashSet<>();
      long oldest = Long.MAX_VALUE;
      long extent = 0;
      for (Pending each : pending) {
        extent += each.unit().extent();
        for (Slice slice : each.unit().slices()) {
          left.add(slice.source());
          oldest = Math.min(oldest, slice.modified());
        }
      }
      long found = sums.filesFound() + newFiles;
      return new Progress(
          ofTopic ? null : found,
          ofTopic ? null : Math.max(0, found - left.size()),
          ofTopic ? null : (long) left.size(),
          ofTopic ? extent : null,
          commits,
          sums.records(),
          sums.bytes(),
          sums.deadLetters(),
          null,
          null,
          null,
          rate.next(sums.records()),
          left.isEmpty() ? 0 : Math.max(0, System.currentTimeMillis() - oldest) / 1000);
    }
  }
}
