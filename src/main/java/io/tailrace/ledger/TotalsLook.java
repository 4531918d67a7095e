package io.tailrace.ledger;

import io.tailrace.report.ReportTable;
import java.util.BitSet;
import java.util.List;
import java.util.Optional;

/**
 * Which units the parts of a report have, as they were read once.
 *
 * @param logs the logs of the parts that are not split, of which at least the units were read
 */
record TotalsLook(List<TotalsLog> logs) {

  TotalsLook {
    logs = List.copyOf(logs);
  }

  /**
   * Whether all parts that a unit concerns have it.
   *
   * @param slots the slots in which it has rows
   */
  boolean has(long unit, BitSet slots) {
    return logs.stream().allMatch(log -> !log.part().concerns(slots) || log.known().has(unit));
  }

  /** Whether some part has a unit. */
  boolean hasInSome(long unit) {
    return logs.stream().anyMatch(log -> log.known().has(unit));
  }

  /** Whether every part has a unit, also those that it may not concern. */
  boolean hasInAll(long unit) {
    return logs.stream().allMatch(log -> log.known().has(unit));
  }

  /**
   * What the parts of a report know of time.
   *
   * @param empty a table of the report without rows, which gets to know it
   */
  ReportTable newest(ReportTable empty) {
    logs.forEach(log -> empty.noteNewest(log.known().table()));
    return empty;
  }

  /** How many records came too late for the rows of the report. */
  long late() {
    return logs.stream().mapToLong(log -> log.known().table().late()).sum();
  }

  /** The last unit that some part has; 0 if there is none. */
  long last() {
    return logs.stream().mapToLong(log -> log.known().last()).max().orElse(0);
  }

  /** What is wrong, if a part lacks units that are in a checkpoint. */
  Optional<DamagedFileException> lack(Checkpoint checkpoint) {
    return logs.stream().flatMap(log -> log.lack(checkpoint).stream()).findFirst();
  }

  /** The path of the newest entry of one part. */
  String path() {
    return logs.get(0).path();
  }
}
