package io.tailrace.dashboard;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.alert.Alert;
import io.tailrace.delta.TableHistory;
import io.tailrace.ledger.RunNote;
import io.tailrace.log.DeadLetter;
import io.tailrace.log.LogTable;
import io.tailrace.options.TailraceOptions.LogFormat;
import io.tailrace.options.UsageException;
import io.tailrace.progress.Progress;
import io.tailrace.query.QueryEngine;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Looks at an output from when the first viewer comes, and tells viewers what has changed.
 *
 * <p>It reads the reports when the ledger says that something was read, and for some seconds more,
 * until they have it, otherwise every few seconds; and never for more than a tenth of the time.
 */
final class Watch implements Runnable {

  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(300);

  /** Each look asks the storage's server. */
  private static final Duration BETWEEN_LOOKS_ELSEWHERE = Duration.ofSeconds(1);

  private static final Duration BETWEEN_LOOKS_AT_LOGS = Duration.ofSeconds(1);

  /** What was read is in the reports after this, unless a run refreshes them more seldom. */
  private static final Duration UNTIL_REPORTED = Duration.ofSeconds(8);

  /** How often it looks while nobody else does, and at what should be as it was. */
  private static final Duration BETWEEN_IDLE_LOOKS = Duration.ofSeconds(5);

  private static final int TIMES_AS_LONG_IDLE = 9;
  private static final int NEWEST_ROWS = 20;
  private static final int MOST_REASONS = 50;
  private static final int MOST_VERSIONS = 50;
  private static final int MOST_MARKS = 50;
  private static final ObjectMapper JSON =
      new ObjectMapper().setSerializationInclusion(JsonInclude.Include.NON_NULL);

  private static final String REASONS =
      "SELECT reason, count(*) AS count FROM dead_letters GROUP BY ALL ORDER BY count DESC, reason"
          + " LIMIT "
          + MOST_REASONS;

  /**
   * A run as the page shows it.
   *
   * @param runner null if nothing runs on this machine
   * @param since when it was started
   */
  record Run(String pipeline, String description, String output, String runner, String since) {}

  /**
   * A report.
   *
   * @param value the column that bars show
   * @param rows the values of the columns, and last what the value was at the start
   */
  record ShownReport(
      String name, List<Table.Column> columns, int keys, int value, List<List<Object>> rows) {}

  record ShownChart(
      String title,
      String kind,
      List<Long> times,
      Map<String, List<Object>> lines,
      List<List<Object>> bars) {}

  record ShownLog(String name, Table newest) {}

  private final Shown shown;
  private final Viewers viewers;
  private final Map<String, Object> all = new LinkedHashMap<>();
  private final Map<String, ShownReport> reports = new LinkedHashMap<>();
  private final Map<String, ShownChart> charts = new LinkedHashMap<>();
  private final Map<String, ShownLog> logs = new LinkedHashMap<>();
  private final List<List<Object>> marks = new ArrayList<>();
  private final Map<String, Lines> lines = new HashMap<>();
  private final Map<String, Map<String, Object>> starts = new HashMap<>();
  private Progress lastProgress;
  private long reportedUntil;
  private long lastReports = System.nanoTime() - BETWEEN_IDLE_LOOKS.toNanos();
  private long reportsTook;
  private long lastLogs = lastReports;
  private long logsTook;
  private volatile boolean closed;

  Watch(Shown shown, Viewers viewers) {
    this.shown = shown;
    this.viewers = viewers;
  }

  /** Ends it. */
  void close() {
    closed = true;
  }

  @Override
  public void run() {
    while (!closed) {
      try (QueryEngine engine = QueryEngine.open(shown.output(), shown.pipeline())) {
        remember(engine.reports());
        while (!closed) {
          look(engine);
          Thread.sleep(pause().toMillis());
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      } catch (IOException | SQLException | UsageException e) {
        // The next attempt begins from what is there then.
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

  /** What the values were at the start. */
  private void remember(List<Report> known) {
    for (Report report : known) {
      ReportTable table = shown.atStart().get(report.name());
      Map<String, Object> values = new HashMap<>();
      Column value = report.columns().get(valueColumn(report));
      for (int row = 0; table != null && row < table.size(); row++) {
        String key = table.key(row);
        long[] measures = table.measures(row);
        String id =
            report.columns().stream()
                .filter(column -> column.role() == Column.Role.KEY)
                .map(column -> String.valueOf(column.value().of(key, measures)))
                .collect(Collectors.joining("\u001f"));
        values.put(id, value.value().of(key, measures));
      }
      starts.put(report.name(), values);
    }
  }

  /** The first column that is no part of the key. */
  private static int valueColumn(Report report) {
    return keys(report);
  }

  private static int keys(Report report) {
    return (int)
        report.columns().stream().filter(column -> column.role() == Column.Role.KEY).count();
  }

  private void look(QueryEngine engine) throws IOException, SQLException {
    Map<String, Object> change = new LinkedHashMap<>();
    Run run = ofRun();
    if (!run.equals(all.get("run"))) {
      change.put("run", run);
    }
    if (all.containsKey("problem")) {
      change.put("problem", "");
    }
    Progress progress = shown.progress().read();
    long now = System.nanoTime();
    if (lastProgress == null || !progress.isIdleSince(lastProgress) || change.containsKey("run")) {
      reportedUntil = now + UNTIL_REPORTED.toNanos();
    }
    if (!progress.equals(lastProgress)) {
      change.put("progress", progress);
      lastProgress = progress;
    }
    // What is not expected to change may have: a run can refresh its reports seldom.
    long idle = now < reportedUntil ? 0 : BETWEEN_IDLE_LOOKS.toNanos();
    if (now >= lastReports + Math.max(idle, reportsTook * TIMES_AS_LONG_IDLE)) {
      lookAtReports(engine, change);
      lastReports = now;
      reportsTook = System.nanoTime() - now;
    }
    long then = System.nanoTime();
    long atLeast = Math.max(idle, BETWEEN_LOOKS_AT_LOGS.toNanos());
    if (!viewers.isEmpty() && then >= lastLogs + Math.max(atLeast, logsTook * TIMES_AS_LONG_IDLE)) {
      lookAtLogs(engine, change);
      lastLogs = then;
      logsTook = System.nanoTime() - then;
    }
    tell(change);
  }

  private Run ofRun() throws IOException {
    Optional<RunNote> note = RunNote.read(shown.ledger());
    return new Run(
        shown.pipeline().name(),
        shown.pipeline().description(),
        shown.output().path(),
        note.map(RunNote::runner).orElse(null),
        note.flatMap(known -> ProcessHandle.of(known.process()))
            .flatMap(process -> process.info().startInstant())
            .map(Instant::toString)
            .orElse(null));
  }

  private void lookAtReports(QueryEngine engine, Map<String, Object> change)
      throws IOException, SQLException {
    String names = engine.reports().stream().map(Report::name).collect(Collectors.joining(" "));
    engine.define(names);
    List<ShownReport> changed = new ArrayList<>();
    for (Report report : engine.reports()) {
      ShownReport found = read(engine, report);
      ShownReport known = reports.put(report.name(), found);
      List<List<Object>> rows = known == null ? found.rows() : changedRows(known, found);
      if (known == null || !rows.isEmpty()) {
        changed.add(
            new ShownReport(found.name(), found.columns(), found.keys(), found.value(), rows));
      }
    }
    if (!changed.isEmpty()) {
      change.put("reports", changed);
    }
    List<ShownChart> drawn = new ArrayList<>();
    for (Chart chart : Chart.of(shown.pipeline().name())) {
      if (chart.kind() == Chart.Kind.LINES
          && (changed.stream().anyMatch(report -> report.name().equals(chart.table()))
              || !charts.containsKey(chart.title()))) {
        drawn.add(drawLines(engine, chart));
      }
    }
    if (!drawn.isEmpty()) {
      change.put("charts", drawn);
    }
  }

  private ShownReport read(QueryEngine engine, Report report) throws SQLException {
    Table[] found = new Table[1];
    engine.answer("SELECT * FROM \"" + report.name() + '"', rows -> found[0] = Table.of(rows));
    int keys = keys(report);
    Map<String, Object> start = starts.get(report.name());
    for (List<Object> row : found[0].rows()) {
      row.add(start.get(id(row, keys)));
    }
    return new ShownReport(
        report.name(), found[0].columns(), keys, valueColumn(report), found[0].rows());
  }

  private static String id(List<Object> row, int keys) {
    return row.subList(0, keys).stream().map(String::valueOf).collect(Collectors.joining("\u001f"));
  }

  private static List<List<Object>> changedRows(ShownReport known, ShownReport found) {
    Map<String, List<Object>> before = new HashMap<>();
    for (List<Object> row : known.rows()) {
      before.put(id(row, known.keys()), row);
    }
    return found.rows().stream()
        .filter(row -> !row.equals(before.get(id(row, found.keys()))))
        .toList();
  }

  /** Gives what is to be sent, which is one time more or everything. */
  private ShownChart drawLines(QueryEngine engine, Chart chart) throws SQLException {
    Map<String, Object> now = new LinkedHashMap<>();
    engine.answer(
        chart.sql(),
        rows -> {
          while (rows.next()) {
            now.put(rows.getString(1), rows.getObject(2));
          }
        });
    Lines known = lines.computeIfAbsent(chart.title(), title -> new Lines());
    boolean anew = known.add(System.currentTimeMillis(), now);
    ShownChart whole = new ShownChart(chart.title(), "lines", known.times(), known.values(), null);
    charts.put(chart.title(), whole);
    if (anew) {
      return whole;
    }
    int last = known.times().size() - 1;
    Map<String, List<Object>> lastValues = new LinkedHashMap<>();
    known.values().forEach((name, values) -> lastValues.put(name, values.subList(last, last + 1)));
    return new ShownChart(
        chart.title(), "more", known.times().subList(last, last + 1), lastValues, null);
  }

  @SuppressWarnings("unchecked")
  private void lookAtLogs(QueryEngine engine, Map<String, Object> change)
      throws IOException, SQLException {
    List<ShownLog> changed = new ArrayList<>();
    for (LogTable log : engine.logs()) {
      Table[] newest = new Table[1];
      engine.newest(log, NEWEST_ROWS, rows -> newest[0] = Table.of(rows));
      ShownLog found = new ShownLog(log.name(), newest[0]);
      ShownLog known = logs.put(log.name(), found);
      if (!found.equals(known)) {
        changed.add(found);
        if (log.name().equals(Alert.LOG.name()) && known != null) {
          mark(known.newest(), newest[0]);
          change.put("marks", List.copyOf(marks));
        }
        if (log.name().equals(DeadLetter.LOG.name())) {
          Table[] reasons = new Table[1];
          engine.answer(REASONS, rows -> reasons[0] = Table.of(rows));
          change.put("deadLetters", reasons[0].rows());
        }
      }
    }
    if (!changed.isEmpty()) {
      change.put("logs", changed);
    }
    List<ShownChart> drawn =
        new ArrayList<>((List<ShownChart>) change.getOrDefault("charts", List.of()));
    for (Chart chart : Chart.of(shown.pipeline().name())) {
      if (chart.kind() == Chart.Kind.BARS) {
        Table[] bars = new Table[1];
        engine.query(chart.sql(), rows -> bars[0] = Table.of(rows));
        ShownChart found = new ShownChart(chart.title(), "bars", null, null, bars[0].rows());
        if (!found.equals(charts.put(chart.title(), found))) {
          drawn.add(found);
        }
      }
    }
    if (!drawn.isEmpty()) {
      change.put("charts", drawn);
    }
    lookAtVersions(engine, change);
  }

  /** Keeps when alerts were seen that had not been there before. */
  private void mark(Table before, Table now) {
    for (List<Object> row : now.rows()) {
      if (!before.rows().contains(row)) {
        marks.add(List.of(System.currentTimeMillis(), row.get(0), "raised".equals(row.get(2))));
      }
    }
    while (marks.size() > MOST_MARKS) {
      marks.remove(0);
    }
  }

  private void lookAtVersions(QueryEngine engine, Map<String, Object> change) throws IOException {
    for (LogTable log : engine.logs()) {
      if (log.format() == LogFormat.delta) {
        List<List<Object>> versions =
            TableHistory.of(shown.output().folder(log.name()), shown.ledger()).stream()
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
                .toList();
        if (!versions.equals(all.get("versions"))) {
          change.put("versions", versions);
        }
      }
    }
  }

  private void tell(Map<String, Object> change) {
    for (Map.Entry<String, Object> part : change.entrySet()) {
      switch (part.getKey()) {
        case "reports" -> all.put("reports", reports.values());
        case "charts" -> all.put("charts", charts.values());
        case "logs" -> all.put("logs", logs.values());
        default -> all.put(part.getKey(), part.getValue());
      }
    }
    if (!change.isEmpty() && !viewers.isEmpty()) {
      viewers.sendChange(message("change", change));
    }
    boolean complete = Objects.nonNull(all.get("logs")) || all.containsKey("problem");
    if (complete && viewers.anyBehind()) {
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
