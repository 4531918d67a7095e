package io.tailrace.ledger;

import java.util.HashMap;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The totals that this process adds to: to read a part takes longer than to add to it. Those that
 * were used last are kept, up to two fifths of the heap; others are read again when they are
 * needed.
 *
 * <p>Two objects may stand for the same part for a while; each finds out what the other adds.
 *
 * <p>Safe for use by many threads.
 */
final class OpenLogs {

  private static final long MOST_BYTES = Runtime.getRuntime().maxMemory() / 5 * 2;

  private final Ledger ledger;
  private final Map<String, ReportTotals> reports = new ConcurrentHashMap<>();
  private final Map<Part, TotalsLog> logs = new LinkedHashMap<>(16, 0.75f, true);
  private final Map<Part, Long> bytes = new HashMap<>();
  private long allBytes;

  OpenLogs(Ledger ledger) {
    this.ledger = ledger;
  }

  /** The totals of a report. */
  ReportTotals report(String report) {
    return reports.computeIfAbsent(report, ledger::reportTotals);
  }

  /** The log of a part. */
  synchronized TotalsLog open(ReportTotals totals, Part part) {
    return logs.computeIfAbsent(part, totals::log);
  }

  /** Notes how large a log is now. Logs that were not used for long are forgotten. */
  void note(Part part, TotalsLog log) {
    long size = log.memory();
    synchronized (this) {
      if (logs.get(part) != log) {
        return;
      }
      allBytes += size - replace(part, size);
      Iterator<Map.Entry<Part, TotalsLog>> oldest = logs.entrySet().iterator();
      while (allBytes > MOST_BYTES && logs.size() > 1) {
        allBytes -= replace(oldest.next().getKey(), 0);
        oldest.remove();
      }
    }
  }

  private long replace(Part part, long size) {
    Long before = size == 0 ? bytes.remove(part) : bytes.put(part, size);
    return before == null ? 0 : before;
  }
}
