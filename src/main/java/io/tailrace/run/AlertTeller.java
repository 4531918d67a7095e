package io.tailrace.run;

import io.tailrace.alert.AlertState;
import io.tailrace.alert.RaiseAlerts;
import io.tailrace.ledger.Ledger;
import java.io.IOException;
import java.io.PrintStream;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints each alert that is raised or ends while the run lasts. */
final class AlertTeller implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(AlertTeller.class);
  private static final long MILLIS_BETWEEN_LOOKS = 500;

  private final RaiseAlerts alerts;
  private final Ledger ledger;
  private final PrintStream out;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "alerts");
            thread.setDaemon(true);
            return thread;
          });
  private long printed;

  private AlertTeller(RaiseAlerts alerts, Ledger ledger, PrintStream out) throws IOException {
    this.alerts = alerts;
    this.ledger = ledger;
    this.out = out;
    this.printed = alerts.state(ledger).said().count();
  }

  /** Begins to tell; what was printed by earlier runs is not printed again. */
  static AlertTeller start(RaiseAlerts alerts, Ledger ledger, PrintStream out) throws IOException {
    AlertTeller teller = new AlertTeller(alerts, ledger, out);
    teller.scheduler.scheduleWithFixedDelay(
        teller::tell, 0, MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
    return teller;
  }

  private synchronized void tell() {
    try {
      AlertState state = alerts.state(ledger);
      state.said().since(printed).forEach(alert -> out.println(alert.toLine()));
      out.flush();
      printed = state.said().count();
    } catch (IOException e) {
      LOG.warn("Alerts cannot be told now: {}", e.getMessage());
    }
  }

  /** Tells what is left. */
  @Override
  public void close() {
    scheduler.shutdown();
    tell();
  }
}
