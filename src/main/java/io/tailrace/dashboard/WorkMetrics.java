package io.tailrace.dashboard;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tailrace.metrics.ReportLatency;
import io.tailrace.metrics.Retrying;
import io.tailrace.progress.Health;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/** What this process knows without asking the storage: its own work since it was started. */
final class WorkMetrics {

  private WorkMetrics() {}

  static MetricSnapshots toSnapshots(Health health) {
    Map<String, Long> retries = new TreeMap<>();
    for (Retrying.Work work : Retrying.Work.values()) {
      retries.put(work.name().toLowerCase(Locale.ROOT), Retrying.failures(work));
    }
    return new Snapshots()
        .gauge(
            "lease_held",
            "Whether a run holds the lease of the output.",
            health.isLeaseHeld() ? 1 : 0)
        .counters("retries", "What has failed and was tried again.", "work", retries)
        .gauge(
            "retrying_seconds",
            "For how long the work that has failed longest is being tried again; 0 if none is.",
            Retrying.longest().map(work -> work.age().toMillis() / 1e3).orElse(0.0))
        .histogram(
            "report_latency_seconds",
            "From the time of a file, or when a message was found, until it is in the totals of a"
                + " report; of each unit of input and part of a report.",
            ReportLatency.buckets(),
            ReportLatency.sumSeconds())
        .build();
  }
}
