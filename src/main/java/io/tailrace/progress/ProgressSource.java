package io.tailrace.progress;

import io.tailrace.alert.AlertState;
import io.tailrace.alert.RaiseAlerts;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Slice;
import io.tailrace.ledger.Unit;
import io.tailrace.textio.ParseServerLogs;
import java.io.IOException;
import java.util.HashSet;
import java.util.Iterator;
import java.util.LinkedHashSet;
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
          null, null, null, null, records, null, deadLetters, null, null, rate.next(records), null);
    };
  }

  /**
   * This one, and what came too late for alerts, or cannot have been yet.
   *
   * @param run the number of the run
   */
  default ProgressSource withAlerts(RaiseAlerts alerts, Ledger ledger, long run) {
    return () -> {
      AlertState state = alerts.state(ledger, run);
      return read().withoutAlerts(state.droppedRequests(), state.aheadRequests());
    };
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

    private final Ledger ledger;
    private final PlanReader plans;
    private final Rate rate = new Rate();
    private final Set<Unit> pending = new LinkedHashSet<>();
    private long filesFound;
    private long records;
    private long bytes;
    private long deadLetters;
    private boolean ofTopic;

    private OfLedger(Ledger ledger) {
      this.ledger = ledger;
      this.plans = ledger.plansFrom(1);
    }

    @Override
    public Progress read() throws IOException {
      Optional<Plan> plan;
      while ((plan = plans.next()).isPresent()) {
        for (Unit unit : plan.get().units()) {
          pending.add(unit);
          ofTopic |= unit.slices().stream().anyMatch(Slice::isOfTopic);
          if (unit.attempt() == 0) {
            filesFound += unit.slices().stream().filter(slice -> slice.from() == 0).count();
          }
        }
      }
      for (Iterator<Unit> units = pending.iterator(); units.hasNext(); ) {
        Optional<Receipt> receipt = ledger.receiptWithoutTables(units.next());
        if (receipt.isPresent()) {
          units.remove();
          Receipt.Counts counts = receipt.get().counts();
          records += counts.records();
          bytes += counts.bytes();
          deadLetters += counts.deadLetters();
        }
      }
      Set<String> left = new HashSet<>();
      long oldest = Long.MAX_VALUE;
      for (Unit unit : pending) {
        for (Slice slice : unit.slices()) {
          left.add(slice.source());
          oldest = Math.min(oldest, slice.modified());
        }
      }
      return new Progress(
          ofTopic ? null : filesFound,
          ofTopic ? null : Math.max(0, filesFound - left.size()),
          ofTopic ? null : (long) left.size(),
          ofTopic ? pending.stream().mapToLong(Unit::extent).sum() : null,
          records,
          bytes,
          deadLetters,
          null,
          null,
          rate.next(records),
          left.isEmpty() ? 0 : Math.max(0, System.currentTimeMillis() - oldest) / 1000);
    }
  }
}
