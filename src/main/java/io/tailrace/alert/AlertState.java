package io.tailrace.alert;

import io.tailrace.ledger.Unit;
import io.tailrace.report.BucketKey;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/**
 * What all units so far have come to. Units are added in the order of their numbers, each once;
 * what is said of them is a pure function of that order, whoever says it and how often.
 *
 * <p>Not safe for use by more than one thread.
 */
public interface AlertState {

  /** Tells how new a report is. */
  @FunctionalInterface
  interface NewestBucket {
    /**
     * The beginning of the newest time bucket that a report has by now, in microseconds since 1970,
     * or {@link BucketKey#NONE}.
     */
    long of(Report report, BucketKey bucket) throws IOException;
  }

  /**
   * Begins with alerts that the state does not know yet. What the reports have by now is not told
   * of: it is not known which of their records are in the units that follow.
   *
   * @return whether there are some
   */
  boolean begin(NewestBucket newest) throws IOException;

  /** The number of the unit that comes next. */
  long nextUnit();

  /** Leaves out units up to one: they were read by runs without these alerts. */
  void skipTo(long unit);

  /**
   * Adds the next unit.
   *
   * @param tables those of its receipt; none if it was archived without them
   * @return what there is to say now, in the order of time
   */
  List<Alert> add(Unit unit, Map<String, ReportTable> tables);

  /** All has been read that there was; what comes later may be late. */
  List<Alert> end();

  /** What was said. */
  SaidAlerts said();

  /** How many records came too late for alerts. */
  long droppedRecords();

  /** How many records are in no alerts, because their time is later than it could be. */
  long aheadRecords();

  /** Writes the state in the form that {@link Alerts#readState} reads. */
  void writeTo(DataOutputStream out) throws IOException;
}
