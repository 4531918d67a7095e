package io.tailrace.run;

import io.tailrace.alert.Alert;
import io.tailrace.alert.RaiseAlerts;
import io.tailrace.alert.SaidAlerts;
import io.tailrace.ledger.Ledger;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Notices of alerts, in the order in which they were said. The position is how many were said. */
final class AlertNotices implements Notices {

  private final RaiseAlerts alerts;
  private final Ledger ledger;

  AlertNotices(RaiseAlerts alerts, Ledger ledger) {
    this.alerts = alerts;
    this.ledger = ledger;
  }

  @Override
  public Batch after(long position) throws IOException {
    SaidAlerts said = alerts.state(ledger).said();
    List<Alert> later = said.since(position);
    List<Notice> notices = new ArrayList<>();
    for (Alert alert : later) {
      long number = said.count() - later.size() + notices.size() + 1;
      notices.add(new Notice(Long.toString(number), number, alert.toLine(), alert.toFields()));
    }
    return new Batch(notices, said.count());
  }
}
