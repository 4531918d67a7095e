package io.tailrace.dashboard;

import io.tailrace.alert.Alert;
import io.tailrace.delta.TableHistory;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The newest rows of the logs, dead letters by reason, alerts, and the versions of Delta tables.
 */
final class LogsView {

  private static final int NEWEST_ROWS = 100;
  private static final int MOST_VERSIONS = 50;
  private static final String REASONS =
      "SELECT reason, count(*) AS count FROM dead_letters GROUP BY ALL ORDER BY count DESC, reason"
          + " LIMIT 50";

  record View(String name, Table newest) {}

  private final Shown shown;
  private final Map<String, View> views = new LinkedHashMap<>();
  private final Map<String, List<String>> commits = new LinkedHashMap<>();

  LogsView(Shown shown) {
    this.shown = shown;
  }

  /** All of them. */
  Collection<View> all() {
    return views.values();
  }

  /** Looks at them, and puts what has changed into a change. */
  void look(QueryEngine engine, Map<String, Object> change) throws IOException, SQLException {
    List<View> changed = new ArrayList<>();
    Map<String, View> looked = new LinkedHashMap<>();
    for (LogTable log : engine.logs()) {
      Table[] newest = new Table[1];
      engine.newest(log, NEWEST_ROWS, rows -> newest[0] = Table.of(rows));
      View now = new View(log.name(), newest[0]);
      looked.put(log.name(), now);
      if (!now.equals(views.get(log.name()))) {
        changed.add(now);
        if (log.name().equals(DeadLetter.LOG.name())) {
          change.put("deadLetters", Table.of(engine, REASONS).rows());
        }
        if (log.name().equals(Alert.LOG_NAME)) {
          change.put("alerts", AlertsView.of(engine, log));
        }
      }
      if (log.format().hasVersions()) {
        lookAtVersions(log, change);
      }
    }
    if (!changed.isEmpty()) {
      change.put("logs", changed);
    }
    // Not before all of the change is there: of a look that fails nothing is told.
    views.putAll(looked);
  }

  private void lookAtVersions(LogTable log, Map<String, Object> change) throws IOException {
    Folder table = shown.output().folder(log.name());
    List<String> now = table.folder("_delta_log").list("0", ".json");
    if (now.equals(commits.put(log.name(), now))) {
      return;
    }
    change.put(
        "versions",
        TableHistory.of(table, shown.ledger()).stream()
            .limit(MOST_VERSIONS)
            .map(
                entry ->
                    List.<Object>of(
                        entry.version(),
                        entry.time().toString(),
                        entry.operation(),
                        entry.filesAdded(),
                        entry.rowsAdded(),
                        String.join(", ", entry.inputFiles())))
            .toList());
  }
}
