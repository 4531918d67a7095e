package io.tailrace.report;

import java.io.Serializable;

/**
 * A value that a report keeps for each key, and how two of them become one.
 *
 * @param name what it is called in the report
 * @param merge how the values of two partial reports are put together
 * @param definition what it is of the records of a key, as an aggregate in SQL; null in ledgers of
 *     a time when that was not noted
 */
public record Measure(String name, Merge merge, String definition) implements Serializable {

  /**
   * Ways to put two values together; each is associative and commutative, with doubles but for
   * rounding, with sketches within their errors. Ledgers have their places in this list: new ones
   * go behind.
   */
  public enum Merge {
    SUM(0),
    MIN(Long.MAX_VALUE),
    MAX(Long.MIN_VALUE),
    /** A sum of doubles, as the bits of a double. */
    SUM_DOUBLE(Double.doubleToRawLongBits(0)),
    /** The least byte string, compared unsigned. */
    MIN_BYTES(ByteArena.NONE),
    /** The greatest byte string, compared unsigned. */
    MAX_BYTES(ByteArena.NONE),
    /** {@link Moments} of doubles. */
    MOMENTS(ByteArena.NONE),
    /** {@link DistinctValues}. */
    DISTINCT(0),
    /** {@link DistinctSketches}. */
    DISTINCT_SKETCH(0),
    /** {@link QuantileSketches}. */
    QUANTILE_SKETCH(0);

    private final long identity;

    Merge(long identity) {
      this.identity = identity;
    }

    /** The value that changes no other. */
    public long identity() {
      return identity;
    }

    /** Whether values are integers, which a {@link ReportTable} has as they are. */
    boolean isOfIntegers() {
      return this == SUM || this == MIN || this == MAX;
    }

    /** Whether values are byte strings, which a {@link ReportTable} has elsewhere. */
    boolean isOfBytes() {
      return this == MIN_BYTES || this == MAX_BYTES || this == MOMENTS;
    }

    /** What a {@link ReportTable} has instead of values, or null. */
    RowStates newStates() {
      return switch (this) {
        case DISTINCT -> new DistinctValues();
        case DISTINCT_SKETCH -> new DistinctSketches();
        case QUANTILE_SKETCH -> new QuantileSketches();
        default -> null;
      };
    }
  }

  /** The number of all records. */
  public static Measure count(String name) {
    return new Measure(name, Merge.SUM, "COUNT(*)");
  }

  /** The number of the records that meet a condition. */
  public static Measure count(String name, String condition) {
    return new Measure(name, Merge.SUM, "COUNT(*) FILTER (WHERE " + condition + ")");
  }

  /** The sum of a field or an expression, which never wraps around. */
  public static Measure sum(String name, String of) {
    return new Measure(name, Merge.SUM, "SUM(" + of + ")");
  }

  /** The least value of a field or an expression. */
  public static Measure min(String name, String of) {
    return new Measure(name, Merge.MIN, "MIN(" + of + ")");
  }

  /** The greatest value of a field or an expression. */
  public static Measure max(String name, String of) {
    return new Measure(name, Merge.MAX, "MAX(" + of + ")");
  }

  /** Whether totals of this measure are totals of another one, as far as is known of both. */
  public boolean isSameAs(Measure other) {
    return name.equals(other.name)
        && merge == other.merge
        && (definition == null || other.definition == null || definition.equals(other.definition));
  }

  /** The measure for people: its aggregate, with its name if that is another word. */
  @Override
  public String toString() {
    if (definition == null) {
      return name + " = " + merge;
    }
    boolean isNamedByIt = name.equals(definition) || name.startsWith(definition + " #");
    return isNamedByIt ? definition : name + " = " + definition;
  }
}
