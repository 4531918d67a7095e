package io.tailrace.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.RunNote;
import io.tailrace.options.UsageException;
import io.tailrace.progress.Progress;
import io.tailrace.progress.ProgressSource;
import io.tailrace.query.QueryEngine;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Looks at an output from when the first viewer comes, and tells viewers what has changed.
 *
 * <p>It reads reports and logs when the ledger says that something was read, and for some seconds
 * more, until they have it; otherwise every few seconds; and never for more than a fifth of the
 * time.
 */
final class OutputWatcher implements Runnable {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(200);

  /** Each look asks the storage's server. */
  private static final Duration BETWEEN_LOOKS_ELSEWHERE = Duration.ofSeconds(1);

  private static final Duration BETWEEN_LOOKS_AT_LOGS = Duration.ofSeconds(1);

  /** What was read is in the reports after this, unless a run refreshes them more seldom. */
  private static final Duration UNTIL_REPORTED = Duration.ofSeconds(8);

  /** How often it looks while nobody else does, and at what should be as it was. */
  private static final Duration BETWEEN_IDLE_LOOKS = Duration.ofSeconds(5);

  private static final int TIMES_AS_LONG_IDLE = 4;
  private static final ObjectMapper JSON =
      new ObjectMapper().setSerializationInclusion(JsonInclude.Include.NON_NULL);

  /**
   * A run as the page shows it.
   *
   * @param runner null if nothing runs on this machine
   * @param since when it was started
   * @param remedy what to do where no data has come
   */
  record Run(
      String pipeline,
      String description,
      String output,
      String runner,
      String since,
      String remedy) {}

  private final Shown shown;
  private final Viewers viewers;
  private final ProgressSource progressSource;
  private final ReportsView reports;
  private final ChartsView charts;
  private final LogsView logs;
  private final Thread thread = new Thread(this, "dashboard-watch");

  /** What is sent to who comes anew, by the names that changes have, too. */
  private final Map<String, Object> all = new LinkedHashMap<>();

  private Progress lastProgress;
  private long changedUntil;
  private long lastReports = System.nanoTime() - BETWEEN_IDLE_LOOKS.toNanos();
  private long reportsTook;
  private long lastLogs = lastReports;
  private long logsTook;
  private volatile boolean closed;

  private OutputWatcher(Shown shown, Viewers viewers) {
    this.shown = shown;
    this.viewers = viewers;
    progressSource = shown.progress().get();
    reports = new ReportsView(shown.atStart());
    charts = new ChartsView(shown.pipeline().charts());
    logs = new LogsView(shown);
    thread.setDaemon(true);
  }

  /** Begins to look. */
  static OutputWatcher start(Shown shown, Viewers viewers) {
    OutputWatcher watcher = new OutputWatcher(shown, viewers);
    watcher.thread.start();
    return watcher;
  }

  /** Looks at once. */
  void wake() {
    LockSupport.unpark(thread);
  }

  /** Ends it. */
  void close() {
    closed = true;
    wake();
  }

  @Override
  public void run() {
    while (!closed) {
      try (QueryEngine engine = QueryEngine.open(shown.output(), shown.pipeline())) {
        while (!closed) {
          tell(look(engine));
          LockSupport.parkNanos(pause().toNanos());
        }
      } catch (IOException | SQLException | UsageException e) {
        // Some of what has changed may have been seen and not been told.
        viewers.needAll();
        tell(Map.of("problem", String.valueOf(e.getMessage())));
        LockSupport.parkNanos(BETWEEN_LOOKS_AT_LOGS.toNanos());
      }
    }
  }

  private Duration pause() {
    if (viewers.isEmpty()) {
      return BETWEEN_IDLE_LOOKS;
    }
    return shown.output().isLocal() ? BETWEEN_LOOKS : BETWEEN_LOOKS_ELSEWHERE;
  }

  /** Gives what has changed. */
  private Map<String, Object> look(QueryEngine engine) throws IOException, SQLException {
    Map<String, Object> change = new LinkedHashMap<>();
    Run run = readRun();
    if (!run.equals(all.get("run"))) {
      change.put("run", run);
    }
    if (!"".equals(all.getOrDefault("problem", ""))) {
      change.put("problem", "");
    }
    Progress progress = progressSource.read();
    long now = System.nanoTime();
    if (lastProgress == null || !progress.isIdleSince(lastProgress) || change.containsKey("run")) {
      changedUntil = now + UNTIL_REPORTED.toNanos();
    }
    if (!progress.equals(lastProgress)) {
      change.put("progress", progress);
      lastProgress = progress;
    }
    // What is not expected to change may have: a run can refresh its reports seldom.
    long idle = now < changedUntil ? 0 : BETWEEN_IDLE_LOOKS.toNanos();
    List<ChartsView.View> drawn = new ArrayList<>();
    if (now >= lastReports + Math.max(idle, reportsTook * TIMES_AS_LONG_IDLE)) {
      List<ReportsView.View> changed = reports.look(engine);
      if (!changed.isEmpty()) {
        change.put("reports", changed);
      }
      drawn.addAll(
          charts.lookAtLines(
              engine, changed.stream().map(ReportsView.View::name).collect(Collectors.toSet())));
      lastReports = now;
      reportsTook = System.nanoTime() - now;
    }
    long then = System.nanoTime();
    long atLeast = Math.max(idle, BETWEEN_LOOKS_AT_LOGS.toNanos());
    if (!viewers.isEmpty() && then >= lastLogs + Math.max(atLeast, logsTook * TIMES_AS_LONG_IDLE)) {
      logs.look(engine, change);
      List<String> views = List.copyOf(shown.ledger().views().keySet());
      if (!views.equals(all.get("views"))) {
        change.put("views", views);
      }
      drawn.addAll(charts.lookAtBars(engine));
      lastLogs = then;
      logsTook = System.nanoTime() - then;
    }
    if (!drawn.isEmpty()) {
      change.put("charts", drawn);
    }
    return change;
  }

  private Run readRun() throws IOException {
    Optional<RunNote> note = RunNote.read(shown.ledger());
    return new Run(
        shown.pipeline().name(),
        shown.pipeline().description(),
        shown.output().path(),
        note.map(RunNote::runner).orElse(null),
        note.flatMap(known -> ProcessHandle.of(known.process()))
            .flatMap(process -> process.info().startInstant())
            .map(Instant::toString)
            .orElse(null),
        shown.remedy());
  }

  private void tell(Map<String, Object> change) {
    all.putAll(change);
    // Of these a change has only a part.
    all.put("reports", reports.all());
    all.put("charts", charts.all());
    all.put("logs", logs.all());
    if (!change.isEmpty()) {
      viewers.sendChange(message("change", change));
    }
    boolean complete = !logs.all().isEmpty() || change.containsKey("problem");
    if (complete && viewers.anyNeedsAll()) {
      viewers.sendAll(message("state", all));
    }
  }

  private static String message(String event, Map<String, Object> data) {
    try {
      return "event: " + event + "\ndata: " + JSON.writeValueAsString(data) + "\n\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
  }
}
