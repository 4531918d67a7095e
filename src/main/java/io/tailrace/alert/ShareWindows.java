package io.tailrace.alert;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The windows of one rule, for all hosts together or for one of them: what is counted in them and
 * what has been said about them.
 *
 * <p>A window has ended when the watermark has passed its end. It is looked at then, and again when
 * late records change it, until the allowed lateness is over as well. An alert is raised at the
 * first window that fires, and ends at the first one behind it that ends when none has fired for
 * the length of a window: what goes up and down around the limit is one alert. It is resolved if
 * one of those windows had enough requests to tell that it is below. Windows that late records make
 * fire raise an alert of their own only if none was raised so near to them.
 *
 * <p>Not safe for use by more than one thread.
 */
final class ShareWindows {

  private static final class Counts {
    private long requests;
    private long counted;
  }

  private final ShareRule rule;
  private final String host;
  private final long slotMillis;
  private final long windowMillis;

  /** By the beginning of the slot. */
  private final TreeMap<Long, Counts> slots = new TreeMap<>();

  /** The ends of the windows that have fired. */
  private final TreeSet<Long> fired = new TreeSet<>();

  /** The slots that have changed since windows were looked at. */
  private final TreeSet<Long> changed = new TreeSet<>();

  ShareWindows(ShareRule rule, String host) {
    this.rule = rule;
    this.host = host;
    this.slotMillis = rule.slotMillis();
    this.windowMillis = rule.window().toMillis();
  }

  /**
   * Adds records to a slot, unless all of its windows are over for good.
   *
   * @param over the end of the last window that nothing is added to any more
   * @return whether they were added
   */
  boolean add(long slot, long requests, long counted, long over) {
    if (slot + windowMillis <= over) {
      return false;
    }
    Counts counts = slots.computeIfAbsent(slot, begin -> new Counts());
    counts.requests += requests;
    counts.counted += counted;
    changed.add(slot);
    return true;
  }

  /**
   * Looks at the windows that have ended and are new or have changed.
   *
   * @param endedBefore the end of the last window that had ended before
   * @param ended the end of the last one that has ended now
   * @param over the end of the last window that nothing is added to any more
   * @param minimumRequests fewer raise no alert
   */
  List<ShareAlert> look(long endedBefore, long ended, long over, long minimumRequests) {
    TreeSet<Long> ends = candidates(ended);
    List<ShareAlert> alerts =
        lookAgain(ends.subSet(over, false, endedBefore, true), endedBefore, minimumRequests);
    for (long end : fired.tailSet(endedBefore - windowMillis, false)) {
      ends.add(end + windowMillis);
    }
    ends.headSet(endedBefore, true).clear();
    while (!ends.isEmpty() && ends.first() <= ended) {
      long end = ends.pollFirst();
      Counts counts = counts(end);
      boolean firedBefore = !fired.subSet(end - windowMillis, false, end, false).isEmpty();
      if (fires(counts, minimumRequests)) {
        if (!firedBefore && !fired.contains(end - windowMillis)) {
          alerts.add(alert(Alert.State.RAISED, end, counts, false));
        }
        fired.add(end);
        ends.add(end + windowMillis);
      } else if (!firedBefore && fired.contains(end - windowMillis)) {
        alerts.add(alert(stateAtEnd(end, minimumRequests), end, counts, false));
      }
    }
    changed.removeIf(slot -> slot + windowMillis <= ended);
    return alerts;
  }

  /** Looks at windows that had ended before. */
  private List<ShareAlert> lookAgain(
      NavigableSet<Long> ends, long endedBefore, long minimumRequests) {
    TreeSet<Long> late = new TreeSet<>();
    for (long end : ends) {
      if (!fired.contains(end) && fires(counts(end), minimumRequests)) {
        late.add(end);
      }
    }
    fired.addAll(late);
    List<ShareAlert> alerts = new ArrayList<>();
    while (!late.isEmpty()) {
      long first = late.first();
      long last = first;
      for (Long next; (next = fired.higher(last)) != null && next <= last + windowMillis; ) {
        last = next;
      }
      NavigableSet<Long> together = late.headSet(last, true);
      boolean known =
          together.size() < fired.subSet(first, true, last, true).size()
              || !fired.subSet(first - windowMillis, true, first, false).isEmpty();
      if (!known) {
        alerts.add(alert(Alert.State.RAISED, first, counts(first), true));
        if (last + windowMillis <= endedBefore) {
          long end = last + windowMillis;
          alerts.add(alert(stateAtEnd(end, minimumRequests), end, counts(end), true));
        }
      }
      together.clear();
    }
    return alerts;
  }

  private boolean fires(Counts counts, long minimumRequests) {
    return rule.fires(counts.requests, counts.counted, minimumRequests);
  }

  /** The ends of the windows that have changed. Where nothing was requested nothing fires. */
  private TreeSet<Long> candidates(long ended) {
    TreeSet<Long> ends = new TreeSet<>();
    for (long slot : changed) {
      for (long end = slot + slotMillis; end <= slot + windowMillis; end += slotMillis) {
        if (end <= ended) {
          ends.add(end);
        }
      }
    }
    return ends;
  }

  /** The end of the last window in which there may be something to say, or a number before all. */
  long lastEnd() {
    return slots.isEmpty() ? Long.MIN_VALUE : slots.lastKey() + 2 * windowMillis;
  }

  private Counts counts(long end) {
    Counts sum = new Counts();
    for (Counts counts : slots.subMap(end - windowMillis, end).values()) {
      sum.requests += counts.requests;
      sum.counted += counts.counted;
    }
    return sum;
  }

  /** How an alert ends, of which the last window that has fired is a window before an end. */
  private Alert.State stateAtEnd(long end, long minimumRequests) {
    for (long before = end; before > end - windowMillis; before -= slotMillis) {
      if (rule.tells(counts(before).requests, minimumRequests)) {
        return Alert.State.RESOLVED;
      }
    }
    return Alert.State.TOO_FEW;
  }

  private ShareAlert alert(Alert.State state, long end, Counts counts, boolean late) {
    return new ShareAlert(
        rule.text(), host, state, end - windowMillis, end, counts.requests, counts.counted, late);
  }

  /**
   * Forgets what no window needs any more.
   *
   * @param over the end of the last window that nothing is added to any more
   * @return whether nothing is left
   */
  boolean forget(long over) {
    // The windows since the last one that has fired tell how an alert ends.
    slots.headMap(over - 2 * windowMillis, true).clear();
    // The last of them tell whether a window is the first that fires, or the alert is over.
    fired.headSet(over - 2 * windowMillis, false).clear();
    return slots.isEmpty() && fired.isEmpty() && changed.isEmpty();
  }

  void writeTo(DataOutputStream out) throws IOException {
    out.writeInt(slots.size());
    for (Map.Entry<Long, Counts> slot : slots.entrySet()) {
      out.writeLong(slot.getKey());
      out.writeLong(slot.getValue().requests);
      out.writeLong(slot.getValue().counted);
    }
    write(fired, out);
    write(changed, out);
  }

  private static void write(TreeSet<Long> values, DataOutputStream out) throws IOException {
    out.writeInt(values.size());
    for (long value : values) {
      out.writeLong(value);
    }
  }

  void readFrom(DataInputStream in) throws IOException {
    for (int i = in.readInt(); i > 0; i--) {
      Counts counts = slots.computeIfAbsent(in.readLong(), begin -> new Counts());
      counts.requests = in.readLong();
      counts.counted = in.readLong();
    }
    for (int i = in.readInt(); i > 0; i--) {
      fired.add(in.readLong());
    }
    for (int i = in.readInt(); i > 0; i--) {
      changed.add(in.readLong());
    }
  }
}
