package io.tailrace.alert;

import io.tailrace.report.BucketKey;
import io.tailrace.report.Span;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;

/**
 * The time buckets of one series in which a condition holds, and what has been said of them. Times
 * are in microseconds since 1970; a bucket is told by its beginning.
 *
 * <p>Buckets that follow each other are a run. A run that is as long as the condition must hold
 * raises an alert, which ends when the bucket behind the run is complete. A bucket in which the
 * condition has held once stays in its run, whatever late records make of it. A run that late
 * records complete raises an alert of its own only if none was raised in it.
 *
 * <p>Not safe for use by more than one thread.
 */
final class FiringBuckets {

  /** What there is to say. */
  enum Kind {
    RAISED,
    ENDED
  }

  /**
   * Something to say.
   *
   * @param bucket the one that tells: the first one with which the condition has held for long
   *     enough, or the first one behind those in which it has
   * @param isLate whether that was complete before, without that
   */
  record Change(Kind kind, long bucket, boolean isLate) {}

  private final TreeSet<Long> firing = new TreeSet<>();

  /** Those of them in whose run an alert was raised. */
  private final TreeSet<Long> said = new TreeSet<>();

  /** A bucket of the run whose alert has not ended, or none. */
  private long open = BucketKey.NONE;

  /** Notes that the condition holds in a bucket, which is complete. */
  void add(long bucket) {
    firing.add(bucket);
  }

  /**
   * Looks at the runs.
   *
   * @param length of buckets
   * @param duration how long a run must be
   * @param endedBefore the end of the last bucket that was complete before
   * @param ended the end of the last one that is complete now
   */
  List<Change> look(Span length, Span duration, long endedBefore, long ended) {
    List<Change> changes = new ArrayList<>();
    List<Long> run = new ArrayList<>();
    for (long bucket : List.copyOf(firing)) {
      if (!run.isEmpty() && length.after(run.get(run.size() - 1)) != bucket) {
        look(run, length, duration, endedBefore, ended, changes);
        run.clear();
      }
      run.add(bucket);
    }
    if (!run.isEmpty()) {
      look(run, length, duration, endedBefore, ended, changes);
    }
    return changes;
  }

  private void look(
      List<Long> run,
      Span length,
      Span duration,
      long endedBefore,
      long ended,
      List<Change> changes) {
    long last = run.get(run.size() - 1);
    long next = length.after(last);
    boolean isOpen = run.contains(open);
    boolean isOver = length.after(next) <= ended;
    long raisedBy = BucketKey.NONE;
    for (long bucket : run) {
      if (raisedBy == BucketKey.NONE && length.after(bucket) >= duration.after(run.get(0))) {
        raisedBy = bucket;
      }
    }
    boolean isKnown = run.stream().anyMatch(said::contains);
    if (!isOpen && raisedBy != BucketKey.NONE && !(isOver && isKnown)) {
      changes.add(new Change(Kind.RAISED, raisedBy, length.after(raisedBy) <= endedBefore));
      isOpen = true;
    }
    if (isOpen || isKnown) {
      said.addAll(run);
    }
    if (isOpen) {
      open = isOver ? BucketKey.NONE : last;
    }
    if (isOpen && isOver) {
      changes.add(new Change(Kind.ENDED, next, length.after(next) <= endedBefore));
    }
  }

  /**
   * Forgets the buckets that begin before a time, with which no run can change any more.
   *
   * @return whether nothing is left
   */
  boolean forget(long time) {
    firing.headSet(time, false).clear();
    said.headSet(time, false).clear();
    return firing.isEmpty();
  }

  void writeTo(DataOutputStream out) throws IOException {
    out.writeLong(open);
    write(firing, out);
    write(said, out);
  }

  private static void write(TreeSet<Long> times, DataOutputStream out) throws IOException {
    out.writeInt(times.size());
    for (long time : times) {
      out.writeLong(time);
    }
  }

  static FiringBuckets readFrom(DataInputStream in) throws IOException {
    FiringBuckets buckets = new FiringBuckets();
    buckets.open = in.readLong();
    read(buckets.firing, in);
    read(buckets.said, in);
    return buckets;
  }

  private static void read(TreeSet<Long> times, DataInputStream in) throws IOException {
    for (int i = in.readInt(); i > 0; i--) {
      times.add(in.readLong());
    }
  }
}
