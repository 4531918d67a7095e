package io.tailrace.alert;

import io.tailrace.ledger.InOrder;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.log.LogTable;
import io.tailrace.log.UnitLogWriter;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/**
 * Adds the requests of units to the windows of the rules, in the order of the units, and writes
 * what there is to say to the log of alerts.
 *
 * <p>Replay-safe: what is said of a unit depends on that unit and those before it alone, and goes
 * to a file under its name before the state is written that has the unit in it.
 *
 * @param output where the log is
 * @param log the log, in its format
 */
public record RaiseAlerts(AlertSettings settings, Folder output, LogTable log) implements InOrder {

  private static final String NAME = "alerts";

  @Override
  public long advance(Ledger ledger, long run) throws IOException {
    AlertState state = state(ledger, run);
    long droppedBefore = state.droppedRequests();
    long first = state.nextUnit();
    for (Optional<Receipt> receipt; (receipt = ledger.receipt(state.nextUnit())).isPresent(); ) {
      long unit = state.nextUnit();
      write(
          ledger,
          unitName(unit),
          state.add(Optional.ofNullable(receipt.get().tables().get(AlertCounts.TABLE.name()))));
    }
    if (state.nextUnit() > first) {
      write(ledger, run, state);
    }
    return state.droppedRequests() - droppedBefore;
  }

  /**
   * Says what a run that was killed could not say any more, before there is anything new: a run
   * that was killed at its end may have said that without having noted it.
   */
  public void begin(Ledger ledger, long run) throws IOException {
    AlertState state = state(ledger, run);
    if (!output.folder(log.name()).list(endName(state), "").isEmpty()) {
      end(ledger, run, state);
    }
    advance(ledger, run);
  }

  /** Looks at all windows, because all that there was to read has been read. */
  public void end(Ledger ledger, long run) throws IOException {
    advance(ledger, run);
    end(ledger, run, state(ledger, run));
  }

  private void end(Ledger ledger, long run, AlertState state) throws IOException {
    write(ledger, endName(state), state.end());
    write(ledger, run, state);
  }

  private static String endName(AlertState state) {
    return unitName(state.nextUnit() - 1) + "-end";
  }

  private static String unitName(long unit) {
    return String.format("unit-%010d", unit);
  }

  private void write(Ledger ledger, String name, List<Alert> alerts) throws IOException {
    if (alerts.isEmpty()) {
      return;
    }
    UnitLogWriter writer =
        UnitLogWriter.of(log, name, output.folder(log.name()), ledger.temporary());
    try {
      alerts.forEach(alert -> writer.write(alert.toRow()));
      writer.commit();
    } finally {
      writer.abandon();
    }
  }

  private static void write(Ledger ledger, long run, AlertState state) throws IOException {
    ledger.writeSum(run, NAME, state::writeTo);
  }

  /** What has been said by a run, or by those before it. */
  public AlertState state(Ledger ledger, long run) throws IOException {
    return ledger
        .sum(run, NAME, in -> AlertState.readFrom(in, settings))
        .orElseGet(() -> new AlertState(settings));
  }
}
