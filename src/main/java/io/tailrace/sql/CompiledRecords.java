package io.tailrace.sql;

import java.util.Optional;

/** Takes the records of a unit. Generated classes implement it. Not safe for several threads. */
public interface CompiledRecords {

  /**
   * Takes the record in {@code bytes[from, to)} and adds it to all reports and logs, or to none.
   *
   * @return empty if it was added, otherwise the reason why it is no record
   */
  Optional<String> record(byte[] bytes, int from, int to);
}
