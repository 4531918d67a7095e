package io.tailrace.feed;

import java.io.Serializable;

/** What a pipeline makes of the lines or messages of a unit; a pure function of them. */
@FunctionalInterface
public interface LineFunction extends Serializable {

  /**
   * Begins a unit.
   *
   * @param input tells where each line comes from while it is taken
   */
  UnitLines begin(UnitInput input, UnitOutput output);

  /** Takes the lines or messages of one unit. */
  @FunctionalInterface
  interface UnitLines {

    /**
     * Takes the line in {@code bytes[from, to)}, without its line feed, or the value of a message;
     * the bytes are valid until the call returns.
     *
     * @return null if it is a record, otherwise the reason why it is none
     */
    String line(byte[] bytes, int from, int to);
  }
}
