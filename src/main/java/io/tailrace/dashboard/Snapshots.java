package io.tailrace.dashboard;

import io.prometheus.metrics.model.snapshots.ClassicHistogramBuckets;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot;
import io.prometheus.metrics.model.snapshots.HistogramSnapshot.HistogramDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tailrace.metrics.ReportLatency;
import java.util.List;
import java.util.Map;

/**
 * Metrics as they are at one time. Their names get the prefix {@code tailrace_}, and those of
 * counters the suffix {@code _total}.
 */
final class Snapshots {

  private static final String PREFIX = "tailrace_";

  private final MetricSnapshots.Builder all = MetricSnapshots.builder();

  /**
   * Adds a counter.
   *
   * @param value how much there is, or null if that is not known: then it is left out
   */
  Snapshots counter(String name, String help, Long value) {
    if (value != null) {
      all.metricSnapshot(
          CounterSnapshot.builder()
              .name(PREFIX + name)
              .help(help)
              .dataPoint(CounterDataPointSnapshot.builder().value(value).build())
              .build());
    }
    return this;
  }

  /** Adds a counter of several kinds. */
  Snapshots counters(String name, String help, String label, Map<String, Long> values) {
    CounterSnapshot.Builder counter = CounterSnapshot.builder().name(PREFIX + name).help(help);
    values.forEach(
        (kind, value) ->
            counter.dataPoint(
                CounterDataPointSnapshot.builder()
                    .labels(Labels.of(label, kind))
                    .value(value)
                    .build()));
    all.metricSnapshot(counter.build());
    return this;
  }

  /**
   * Adds a gauge.
   *
   * @param value its value, or null if that is not known: then it is left out
   */
  Snapshots gauge(String name, String help, Number value) {
    if (value != null) {
      all.metricSnapshot(
          GaugeSnapshot.builder()
              .name(PREFIX + name)
              .help(help)
              .dataPoint(GaugeDataPointSnapshot.builder().value(value.doubleValue()).build())
              .build());
    }
    return this;
  }

  /** Adds a histogram of seconds. */
  Snapshots histogram(String name, String help, List<ReportLatency.Bucket> buckets, double sum) {
    ClassicHistogramBuckets.Builder counts = ClassicHistogramBuckets.builder();
    buckets.forEach(bucket -> counts.bucket(bucket.upperBoundSeconds(), bucket.count()));
    all.metricSnapshot(
        HistogramSnapshot.builder()
            .name(PREFIX + name)
            .help(help)
            .dataPoint(
                HistogramDataPointSnapshot.builder()
                    .classicHistogramBuckets(counts.build())
                    .sum(sum)
                    .build())
            .build());
    return this;
  }

  MetricSnapshots build() {
    return all.build();
  }
}
