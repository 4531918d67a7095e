package io.tailrace.alert;

import io.tailrace.ledger.DamagedFileException;
import io.tailrace.ledger.InOrder;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.StateLog;
import io.tailrace.ledger.Unit;
import io.tailrace.options.TableFormat;
import io.tailrace.report.BucketKey;
import io.tailrace.report.Report;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogFile;
import io.tailrace.table.LogTable;
import io.tailrace.table.UnitLogWriter;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * Adds units to the state of alerts, in the order of the units, and writes what there is to say to
 * the log of alerts.
 *
 * <p>Replay-safe: what is said of a unit depends on that unit and those before it alone. The files
 * of the log count once the state that names them is in the ledger, and of two who go on from a
 * state one succeeds.
 *
 * @param alerts what they are raised of
 * @param output where the log is
 * @param log the log, in its format
 */
public record RaiseAlerts(Alerts alerts, Folder output, LogTable log) implements InOrder {

  /** Alerts with their log in a format. */
  public static RaiseAlerts of(Alerts alerts, Folder output, TableFormat format) {
    return new RaiseAlerts(alerts, output, alerts.log().inFiles(format));
  }

  @Override
  public long advance(Ledger ledger, long run) throws IOException {
    return advance(ledger, false);
  }

  /**
   * Begins a run: with alerts that are new, and with what a run that was killed could not say any
   * more.
   */
  public void begin(Ledger ledger) throws IOException {
    boolean isDamaged = newest(ledger).isEmpty() && !states(ledger).isEmpty();
    if (!isDamaged) {
      advance(ledger, false);
    }
    while (true) {
      Optional<StateLog.Entry> newest = newest(ledger);
      AlertState state = state(newest);
      // Of states that are damaged all units are added again, and what they had is looked at.
      if (!state.begin(
              (report, bucket) -> isDamaged ? BucketKey.NONE : newest(ledger, report, bucket))
          || states(ledger)
              .append(
                  newest,
                  state.nextUnit(),
                  newest.map(StateLog.Entry::nextPlan).orElse(1L),
                  Map.of(),
                  bytes(state))) {
        break;
      }
    }
    if (isDamaged) {
      advance(ledger, false);
    }
  }

  private static long newest(Ledger ledger, Report report, BucketKey bucket) throws IOException {
    long latest =
        TimeUnit.MILLISECONDS.toMicros(System.currentTimeMillis()) + ViewState.MOST_MICROS_AHEAD;
    AtomicLong newest = new AtomicLong(BucketKey.NONE);
    ledger.settledTotals(
        report,
        rows -> {
          for (int row = 0; row < rows.size(); row++) {
            long time = rows.time(row, bucket);
            if (time <= latest) {
              newest.accumulateAndGet(time, Math::max);
            }
          }
        });
    return newest.get();
  }

  /** Looks at all that is there, because all that there was to read has been read. */
  public void end(Ledger ledger) throws IOException {
    advance(ledger, true);
  }

  /**
   * @param toTheEnd whether to look at all that is there when there is no further unit
   * @return how many records were dropped
   */
  private long advance(Ledger ledger, boolean toTheEnd) throws IOException {
    while (true) {
      Optional<StateLog.Entry> newest = newest(ledger);
      AlertState state = state(newest);
      long droppedBefore = state.droppedRecords();
      long first = state.nextUnit();
      List<LogFile> files = new ArrayList<>();
      long nextPlan = add(ledger, state, newest.map(StateLog.Entry::nextPlan).orElse(1L), files);
      if (toTheEnd) {
        write(ledger, unitName(state.nextUnit() - 1) + "-end", state.end(), files);
      }
      byte[] now = bytes(state);
      if (state.nextUnit() == first
          && Arrays.equals(now, newest.map(StateLog.Entry::state).orElse(now))) {
        return 0;
      }
      if (states(ledger)
          .append(newest, state.nextUnit(), nextPlan, Map.of(log.name(), files), now)) {
        return state.droppedRecords() - droppedBefore;
      }
      // Another run was faster; what it has said counts.
      for (LogFile file : files) {
        output.folder(log.name()).delete(file.name());
      }
    }
  }

  private static byte[] bytes(AlertState state) throws IOException {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    state.writeTo(new DataOutputStream(bytes));
    return bytes.toByteArray();
  }

  /**
   * Adds the units that have receipts, to the first one that has none.
   *
   * @return the plan of that unit
   */
  private long add(Ledger ledger, AlertState state, long firstPlan, List<LogFile> files)
      throws IOException {
    PlanReader plans = ledger.plansFrom(firstPlan);
    long next = firstPlan;
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); next++) {
      for (Unit unit : plan.get().units()) {
        if (unit.number() == state.nextUnit()) {
          Optional<Receipt> receipt = receipt(ledger, plan.get(), unit);
          if (receipt.isEmpty()) {
            return next;
          }
          write(ledger, unitName(unit.number()), state.add(unit, receipt.get().tables()), files);
        }
      }
    }
    return next;
  }

  /**
   * The file of a receipt is kept for a while after it was archived without its tables: if the
   * newest state is damaged, the one before needs it. Older units were of runs without rules.
   */
  private static Optional<Receipt> receipt(Ledger ledger, PlanEntry plan, Unit unit)
      throws IOException {
    Optional<Receipt> whole = ledger.receipt(unit);
    return whole.isEmpty() && plan.archived().isPresent() ? plan.receipt(ledger, unit) : whole;
  }

  private static String unitName(long unit) {
    return String.format("unit-%010d", unit);
  }

  private void write(Ledger ledger, String name, List<Alert> said, List<LogFile> files)
      throws IOException {
    if (said.isEmpty()) {
      return;
    }
    UnitLogWriter writer =
        UnitLogWriter.of(log, name, output.folder(log.name()), ledger.temporary());
    try {
      said.forEach(alert -> writer.write(alert.toRow()));
      files.addAll(writer.commit());
    } finally {
      writer.abandon();
    }
  }

  /** If no state can be read, but all receipts are there, they are computed from the beginning. */
  private Optional<StateLog.Entry> newest(Ledger ledger) throws IOException {
    try {
      return states(ledger).newest();
    } catch (DamagedFileException e) {
      if (ledger.checkpoint().isNone()) {
        return Optional.empty();
      }
      throw e;
    }
  }

  private StateLog states(Ledger ledger) {
    return ledger.states(alerts.table().name());
  }

  private AlertState state(Optional<StateLog.Entry> entry) throws IOException {
    return entry.isEmpty()
        ? alerts.newState()
        : alerts.readState(new DataInputStream(new ByteArrayInputStream(entry.get().state())));
  }

  /** What has been said so far. */
  public AlertState state(Ledger ledger) throws IOException {
    return state(newest(ledger));
  }
}
