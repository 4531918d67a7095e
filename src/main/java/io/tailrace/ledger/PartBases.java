package io.tailrace.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The bases of the parts of a split report: sees that each part has a base of all that was added,
 * and remembers which units are in it, so that only parts that have changed are read again.
 *
 * <p>For use by one thread.
 */
final class PartBases {

  private final ReportTotals totals;
  private final ReportShape report;
  private final Map<Part, TotalsLog> known = new HashMap<>();

  PartBases(ReportTotals totals, ReportShape report) {
    this.totals = totals;
    this.report = report;
  }

  /**
   * Writes the bases that are missing.
   *
   * @param checkpoint whose units are in all parts that they concern
   * @return what the bases have; nothing if one cannot be written, because something is missing
   */
  Optional<TotalsLook> write(Checkpoint checkpoint) throws IOException {
    Map<Part, Long> newest = totals.newestEntries();
    known.keySet().retainAll(newest.keySet());
    List<Part> changed =
        newest.entrySet().stream()
            .filter(
                part ->
                    !known.containsKey(part.getKey())
                        || known.get(part.getKey()).last() != part.getValue())
            .map(Map.Entry::getKey)
            .toList();
    try {
      changed.parallelStream()
          .map(part -> based(part, checkpoint))
          .toList()
          .forEach(log -> known.put(log.part(), log));
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
    Collection<TotalsLog> logs = known.values();
    return logs.stream().allMatch(TotalsLog::isBased)
        ? Optional.of(new TotalsLook(List.copyOf(logs)))
        : Optional.empty();
  }

  private TotalsLog based(Part part, Checkpoint checkpoint) {
    try {
      TotalsLog log = totals.log(part);
      log.totals(report.newTable());
      log.writeFirstBases();
      log.writeBase(report.newTable(), log.lack(checkpoint).isEmpty() ? checkpoint.lastUnit() : 0);
      return log.withoutRows();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
