package io.tailrace.feed;

import java.io.Serializable;
import java.util.Optional;

/**
 * A pure function from the records of a unit to its output. Lines of a file, elements of a JSON
 * array and values of Kafka messages are records alike.
 */
@FunctionalInterface
public interface RecordFunction extends Serializable {

  /**
   * Begins a unit.
   *
   * @param input tells where each record comes from while it is taken
   */
  UnitRecords begin(UnitInput input, UnitOutput output);

  /** The taker of the records of one unit. */
  @FunctionalInterface
  interface UnitRecords {

    /**
     * Takes what is in {@code bytes[from, to)}: a line without its line feed, an element of a JSON
     * array, or the value of a Kafka message. The bytes are valid until the call returns.
     *
     * @return empty if it is a record, otherwise the reason why it is not
     */
    Optional<String> record(byte[] bytes, int from, int to);
  }
}
