package io.tailrace.pipelines;

import io.tailrace.feed.RecordFunction;
import java.util.Optional;

/**
 * Takes messages whose values are lines: each is one record, and a line feed at its end does not
 * belong to it.
 *
 * @param records takes the lines
 * @param severalLines whether a line feed in the middle may belong to a record
 */
record MessageLine(RecordFunction.UnitRecords records, boolean severalLines)
    implements RecordFunction.UnitRecords {

  private static final Optional<String> NOTHING = Optional.of("an empty message");
  private static final Optional<String> SEVERAL =
      Optional.of("several lines in a message, which is one record");

  @Override
  public Optional<String> record(byte[] bytes, int from, int to) {
    int end = to > from && bytes[to - 1] == '\n' ? to - 1 : to;
    boolean isBlank = true;
    for (int i = from; i < end; i++) {
      byte b = bytes[i];
      isBlank &= b == ' ' || b == '\t' || b == '\r';
      if (b == '\n' && !severalLines) {
        return SEVERAL;
      }
    }
    return isBlank ? NOTHING : records.record(bytes, from, end);
  }
}
