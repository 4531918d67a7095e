package io.tailrace.report;

import java.io.Serializable;

/**
 * A number that a report keeps for each key, and how two of them become one.
 *
 * @param name its column in the report
 * @param merge how the values of two partial reports are put together
 */
public record Measure(String name, Merge merge) implements Serializable {

  /** Ways to put two values together; each is associative and commutative. */
  public enum Merge {
    SUM(0),
    MIN(Long.MAX_VALUE),
    MAX(Long.MIN_VALUE);

    private final long identity;

    Merge(long identity) {
      this.identity = identity;
    }

    /** The value that changes no other. */
    public long identity() {
      return identity;
    }
  }

  /** A sum, which never wraps around. */
  public static Measure sum(String name) {
    return new Measure(name, Merge.SUM);
  }

  public static Measure min(String name) {
    return new Measure(name, Merge.MIN);
  }

  public static Measure max(String name) {
    return new Measure(name, Merge.MAX);
  }
}
