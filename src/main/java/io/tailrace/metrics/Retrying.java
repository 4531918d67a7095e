package io.tailrace.metrics;

import java.time.Duration;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/**
 * Work that this process tries again after each failure, until it succeeds. It costs nothing before
 * its first failure.
 *
 * <p>For use by one thread at a time; the static methods are safe for use by many.
 */
public final class Retrying implements AutoCloseable {

  /** What is tried again. */
  public enum Work {
    /** Looking at the input and planning its units. */
    INPUT,
    /** Reading a file that could not be read, or a piece of one, with a later unit. */
    FILE,
    /** Reading a unit, and writing its files and its receipt. */
    UNIT,
    /** Adding units to the totals of a report. */
    TOTALS,
    /** Writing rows to the report database. */
    REPORT,
    /** A request to a storage, or a write to a disk that is full. */
    STORAGE,
    /** Telling somebody elsewhere of alerts or of chosen events. */
    NOTICE
  }

  private static final Map<Work, LongAdder> FAILURES = new EnumMap<>(Work.class);
  private static final Set<Retrying> FAILING = ConcurrentHashMap.newKeySet();

  static {
    for (Work work : Work.values()) {
      FAILURES.put(work, new LongAdder());
    }
  }

  private final Work work;
  private long failingSince;

  private Retrying(Work work) {
    this.work = work;
  }

  /** Work that has not failed yet. */
  public static Retrying of(Work work) {
    return new Retrying(work);
  }

  /** Notes a failure, after which the work is tried again. */
  public void failed() {
    FAILURES.get(work).increment();
    if (!FAILING.contains(this)) {
      failingSince = System.nanoTime();
      FAILING.add(this);
    }
  }

  /** Notes failures of work that somebody else does again, some time. */
  public static void left(Work work, int failures) {
    FAILURES.get(work).add(failures);
  }

  /** Notes that the work has succeeded, or is given up. */
  @Override
  public void close() {
    FAILING.remove(this);
  }

  /** What is tried again. */
  public Work work() {
    return work;
  }

  /** How long ago the first of the failures was that no success has followed. */
  public Duration age() {
    return Duration.ofNanos(System.nanoTime() - failingSince);
  }

  /** How often work of this process has failed and was to be tried again. */
  public static long failures(Work work) {
    return FAILURES.get(work).sum();
  }

  /** The work that fails for the longest time now, if some does. */
  public static Optional<Retrying> longest() {
    return FAILING.stream().max(Comparator.comparing(Retrying::age));
  }
}
