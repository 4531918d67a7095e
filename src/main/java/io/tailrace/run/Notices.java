package io.tailrace.run;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What somebody elsewhere is to be told of, in an order that never changes. */
@FunctionalInterface
interface Notices extends AutoCloseable {

  /**
   * Some of them.
   *
   * @param entries what is to be told
   * @param position how far one is who has been told that
   */
  record Batch(List<Map<String, String>> entries, long position) {}

  /**
   * What comes next, if it is there.
   *
   * @param position how far one is, 0 at the beginning
   */
  Batch after(long position) throws IOException;

  /** Gives back what it had; nothing, unless it says otherwise. */
  @Override
  default void close() {}
}
