package io.tailrace.metrics;

import java.util.List;
import java.util.concurrent.atomic.AtomicLongArray;
import java.util.concurrent.atomic.LongAdder;

/**
 * How long input takes from its arrival to the totals of a report: a histogram of the units that
 * this process has added.
 *
 * <p>Safe for use by many threads.
 */
public final class ReportLatency {

  /** The upper bounds of the buckets, in milliseconds; a last bucket has no bound. */
  private static final long[] BOUNDS = {
    100, 250, 500, 1_000, 2_500, 5_000, 10_000, 30_000, 60_000, 300_000, 900_000, 3_600_000
  };

  private static final AtomicLongArray COUNTS = new AtomicLongArray(BOUNDS.length + 1);
  private static final LongAdder MILLIS = new LongAdder();

  private ReportLatency() {}

  /**
   * A bucket.
   *
   * @param upperBoundSeconds the longest time that is in it, infinite for the last one
   * @param count how many are in this bucket and in none before it
   */
  public record Bucket(double upperBoundSeconds, long count) {}

  /** Adds a unit. */
  public static void observe(long millis) {
    int bucket = 0;
    while (bucket < BOUNDS.length && millis > BOUNDS[bucket]) {
      bucket++;
    }
    COUNTS.incrementAndGet(bucket);
    MILLIS.add(millis);
  }

  /** The buckets, in the order of their bounds. */
  public static List<Bucket> buckets() {
    Bucket[] buckets = new Bucket[COUNTS.length()];
    for (int i = 0; i < buckets.length; i++) {
      double bound = i < BOUNDS.length ? BOUNDS[i] / 1e3 : Double.POSITIVE_INFINITY;
      buckets[i] = new Bucket(bound, COUNTS.get(i));
    }
    return List.of(buckets);
  }

  /** The sum of all times, in seconds. */
  public static double sumSeconds() {
    return MILLIS.sum() / 1e3;
  }
}
