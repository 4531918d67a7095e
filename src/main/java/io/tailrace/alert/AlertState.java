package io.tailrace.alert;

import io.tailrace.report.ReportTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the requests of all units so far have come to. Units are added in the order of their
 * numbers, each once; what is said of them is a pure function of that order, whoever says it and
 * how often.
 *
 * <p>The watermark is a delay behind the latest time that was seen and could be. Not safe for use
 * by more than one thread.
 */
public final class AlertState {

  private static final int KEPT = 1_000;
  private static final long BEGIN = Long.MIN_VALUE / 2;

  /** Stands where the first version wrote the number of a unit. */
  private static final long HAS_AHEAD = -1;

  private final Map<String, AlertRule> rules = new HashMap<>();
  private final AlertSettings settings;

  /** By rule and host. */
  private final Map<List<String>, AlertWindows> windows = new HashMap<>();

  private long nextUnit = 1;
  private long lastTime = BEGIN;
  private long ended = BEGIN;
  private long droppedRequests;
  private long aheadRequests;

  /** What was said last, and how much was said in all. */
  private final ArrayDeque<Alert> said = new ArrayDeque<>();

  private long saidCount;

  /** The state before the first unit. */
  public AlertState(AlertSettings settings) {
    this.settings = settings;
    settings.rules().forEach(rule -> rules.put(rule.text(), rule));
  }

  /** The number of the unit that comes next. */
  public long nextUnit() {
    return nextUnit;
  }

  /**
   * Requests that came when all windows that they belong to were over for good, rule by rule: one
   * that was too late for two rules counts twice.
   */
  public long droppedRequests() {
    return droppedRequests;
  }

  /** Requests that are in no window, because their time is later than it could be. */
  public long aheadRequests() {
    return aheadRequests;
  }

  /**
   * Adds the next unit.
   *
   * @param counts its {@link AlertCounts}, or empty if it has none
   * @return what there is to say now, in the order of the windows
   */
  public List<Alert> add(Optional<ReportTable> counts) {
    nextUnit++;
    List<AlertCounts.Row> rows = counts.map(AlertCounts::rows).orElse(List.of());
    for (AlertCounts.Row row : rows) {
      if (row.isAhead()) {
        aheadRequests += row.requests();
        beginAnewIfAheadOf(row.slot());
      }
    }
    long over = over();
    for (AlertCounts.Row row : rows) {
      AlertRule rule = rules.get(row.rule());
      if (row.isAhead() || rule == null) {
        // A rule of an earlier run.
        continue;
      }
      boolean added =
          windows
              .computeIfAbsent(key(row), key -> new AlertWindows(rule, row.host()))
              .add(row.slot(), row.requests(), row.counted(), over);
      droppedRequests += added ? 0 : row.requests();
      lastTime = Math.max(lastTime, row.lastTime());
    }
    return look(Math.max(ended, lastTime - settings.delay().toMillis()));
  }

  /**
   * Forgets a time that cannot have been: that of a wrong clock, which units had that were read
   * before such requests were left out. Nothing would be looked at any more until then.
   */
  private void beginAnewIfAheadOf(long latest) {
    if (lastTime > latest) {
      lastTime = BEGIN;
      ended = BEGIN;
      windows.clear();
    }
  }

  private static List<String> key(AlertCounts.Row row) {
    return row.host() == null ? List.of(row.rule()) : List.of(row.rule(), row.host());
  }

  /** Looks at all windows, because nothing more comes now. What comes later is late. */
  public List<Alert> end() {
    long end = ended;
    for (AlertWindows some : windows.values()) {
      end = Math.max(end, some.lastEnd());
    }
    return look(end);
  }

  private List<Alert> look(long nowEnded) {
    long over = over();
    List<Alert> alerts = new ArrayList<>();
    for (Iterator<AlertWindows> all = windows.values().iterator(); all.hasNext(); ) {
      AlertWindows some = all.next();
      alerts.addAll(some.look(ended, nowEnded, over, settings.minimumRequests()));
      if (some.forget(nowEnded - settings.lateness().toMillis())) {
        all.remove();
      }
    }
    ended = nowEnded;
    alerts.sort(
        Comparator.comparingLong(Alert::windowEnd)
            .thenComparing(Alert::rule)
            .thenComparing(Alert::host, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(Alert::raised));
    saidCount += alerts.size();
    said.addAll(alerts);
    while (said.size() > KEPT) {
      said.removeFirst();
    }
    return alerts;
  }

  /**
   * What was said behind the first so many alerts, as far as it is still known: the last {@value
   * #KEPT}.
   */
  public List<Alert> saidSince(long count) {
    return said.stream().skip(Math.max(0, said.size() - (saidCount - count))).toList();
  }

  /** How many alerts have been said. */
  public long saidCount() {
    return saidCount;
  }

  private long over() {
    return ended - settings.lateness().toMillis();
  }

  /** Writes the state in the form that {@link #readFrom} reads. */
  public void writeTo(DataOutputStream out) throws IOException {
    out.writeLong(HAS_AHEAD);
    out.writeLong(aheadRequests);
    out.writeLong(nextUnit);
    out.writeLong(lastTime);
    out.writeLong(ended);
    out.writeLong(droppedRequests);
    out.writeLong(saidCount);
    out.writeInt(said.size());
    for (Alert alert : said) {
      alert.writeTo(out);
    }
    out.writeInt(windows.size());
    for (Map.Entry<List<String>, AlertWindows> some : windows.entrySet()) {
      out.writeInt(some.getKey().size());
      for (String part : some.getKey()) {
        out.writeUTF(part);
      }
      some.getValue().writeTo(out);
    }
    out.flush();
  }

  /** Reads a state; what it knows of rules that are not there any more is forgotten. */
  public static AlertState readFrom(DataInputStream in, AlertSettings settings) throws IOException {
    AlertState state = new AlertState(settings);
    long first = in.readLong();
    if (first == HAS_AHEAD) {
      state.aheadRequests = in.readLong();
      first = in.readLong();
    }
    state.nextUnit = first;
    state.lastTime = in.readLong();
    state.ended = in.readLong();
    state.droppedRequests = in.readLong();
    state.saidCount = in.readLong();
    for (int i = in.readInt(); i > 0; i--) {
      state.said.add(Alert.readFrom(in));
    }
    for (int i = in.readInt(); i > 0; i--) {
      List<String> key = new ArrayList<>();
      for (int part = in.readInt(); part > 0; part--) {
        key.add(in.readUTF());
      }
      AlertRule rule = state.rules.get(key.get(0));
      AlertWindows some =
          new AlertWindows(
              rule == null ? AlertRule.parse(key.get(0)) : rule,
              key.size() > 1 ? key.get(1) : null);
      some.readFrom(in);
      if (rule != null) {
        state.windows.put(List.copyOf(key), some);
      }
    }
    return state;
  }
}
