package io.tailrace.alert;

import io.tailrace.ledger.Unit;
import io.tailrace.report.ReportTable;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What the requests of all units so far have come to, in the windows of the rules.
 *
 * <p>The watermark is a delay behind the latest time that was seen and could be. Not safe for use
 * by more than one thread.
 */
public final class ShareState implements AlertState {

  private static final long BEGIN = Long.MIN_VALUE / 2;

  /** Stands where the first version wrote the number of a unit. */
  private static final long HAS_AHEAD = -1;

  private final Map<String, ShareRule> rules = new HashMap<>();
  private final ShareAlerts settings;

  /** By rule and host. */
  private final Map<List<String>, ShareWindows> windows = new HashMap<>();

  private long nextUnit = 1;
  private long lastTime = BEGIN;
  private long ended = BEGIN;
  private long droppedRequests;
  private long aheadRequests;

  private final SaidAlerts said = new SaidAlerts();

  /** The state before the first unit. */
  public ShareState(ShareAlerts settings) {
    this.settings = settings;
    settings.rules().forEach(rule -> rules.put(rule.text(), rule));
  }

  /** Rules begin with the units that come. */
  @Override
  public boolean begin(NewestBucket newest) {
    return false;
  }

  @Override
  public long nextUnit() {
    return nextUnit;
  }

  @Override
  public void skipTo(long unit) {
    nextUnit = Math.max(nextUnit, unit);
  }

  /**
   * Requests that came when all windows that they belong to were over for good, rule by rule: one
   * that was too late for two rules counts twice.
   */
  @Override
  public long droppedRecords() {
    return droppedRequests;
  }

  @Override
  public long aheadRecords() {
    return aheadRequests;
  }

  @Override
  public List<Alert> add(Unit unit, Map<String, ReportTable> tables) {
    return add(Optional.ofNullable(tables.get(ShareCounts.TABLE.name())));
  }

  /**
   * Adds the next unit.
   *
   * @param counts its {@link ShareCounts}, or empty if it has none
   */
  List<Alert> add(Optional<ReportTable> counts) {
    nextUnit++;
    List<ShareCounts.Row> rows = counts.map(ShareCounts::rows).orElse(List.of());
    for (ShareCounts.Row row : rows) {
      if (row.isAhead()) {
        aheadRequests += row.requests();
        beginAnewIfAheadOf(row.slot());
      }
    }
    long over = over();
    for (ShareCounts.Row row : rows) {
      ShareRule rule = rules.get(row.rule());
      if (row.isAhead() || rule == null) {
        // A rule of an earlier run.
        continue;
      }
      boolean added =
          windows
              .computeIfAbsent(key(row), key -> new ShareWindows(rule, row.host()))
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

  private static List<String> key(ShareCounts.Row row) {
    return row.host() == null ? List.of(row.rule()) : List.of(row.rule(), row.host());
  }

  @Override
  public List<Alert> end() {
    long end = ended;
    for (ShareWindows some : windows.values()) {
      end = Math.max(end, some.lastEnd());
    }
    return look(end);
  }

  private List<Alert> look(long nowEnded) {
    long over = over();
    List<ShareAlert> alerts = new ArrayList<>();
    for (Iterator<ShareWindows> all = windows.values().iterator(); all.hasNext(); ) {
      ShareWindows some = all.next();
      alerts.addAll(some.look(ended, nowEnded, over, settings.minimumRequests()));
      if (some.forget(nowEnded - settings.lateness().toMillis())) {
        all.remove();
      }
    }
    ended = nowEnded;
    alerts.sort(
        Comparator.comparingLong(ShareAlert::windowEnd)
            .thenComparing(ShareAlert::rule)
            .thenComparing(ShareAlert::host, Comparator.nullsFirst(Comparator.naturalOrder()))
            .thenComparing(ShareAlert::raised));
    said.add(alerts);
    return List.copyOf(alerts);
  }

  @Override
  public SaidAlerts said() {
    return said;
  }

  private long over() {
    return ended - settings.lateness().toMillis();
  }

  @Override
  public void writeTo(DataOutputStream out) throws IOException {
    out.writeLong(HAS_AHEAD);
    out.writeLong(aheadRequests);
    out.writeLong(nextUnit);
    out.writeLong(lastTime);
    out.writeLong(ended);
    out.writeLong(droppedRequests);
    said.writeTo(out, (alert, to) -> ((ShareAlert) alert).writeTo(to));
    out.writeInt(windows.size());
    for (Map.Entry<List<String>, ShareWindows> some : windows.entrySet()) {
      out.writeInt(some.getKey().size());
      for (String part : some.getKey()) {
        out.writeUTF(part);
      }
      some.getValue().writeTo(out);
    }
    out.flush();
  }

  /** Reads a state; what it knows of rules that are not there any more is forgotten. */
  static ShareState readFrom(DataInputStream in, ShareAlerts settings) throws IOException {
    ShareState state = new ShareState(settings);
    long first = in.readLong();
    if (first == HAS_AHEAD) {
      state.aheadRequests = in.readLong();
      first = in.readLong();
    }
    state.nextUnit = first;
    state.lastTime = in.readLong();
    state.ended = in.readLong();
    state.droppedRequests = in.readLong();
    state.said.readFrom(in, ShareAlert::readFrom);
    for (int i = in.readInt(); i > 0; i--) {
      List<String> key = new ArrayList<>();
      for (int part = in.readInt(); part > 0; part--) {
        key.add(in.readUTF());
      }
      ShareRule rule = state.rules.get(key.get(0));
      ShareWindows some =
          new ShareWindows(
              rule == null ? ShareRule.parse(key.get(0)) : rule,
              key.size() > 1 ? key.get(1) : null);
      some.readFrom(in);
      if (rule != null) {
        state.windows.put(List.copyOf(key), some);
      }
    }
    return state;
  }
}
