package io.tailrace.run;

import java.io.IOException;
import java.util.List;
import java.util.Map;

/** What somebody elsewhere is to be told of, in an order that never changes. */
@FunctionalInterface
interface Notices extends AutoCloseable {

  /**
   * One of them.
   *
   * @param id what tells it from all others of the same source, however often it is told
   * @param position how far one is, at least, who has been told this one and those before it
   * @param line one line for people, or null
   * @param fields what it says, by names: texts, numbers, truth values, null, and maps of these
   */
  record Notice(String id, long position, String line, Map<String, Object> fields) {}

  /**
   * Some of them.
   *
   * @param notices what is to be told
   * @param position how far one is who has been told that
   */
  record Batch(List<Notice> notices, long position) {}

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
