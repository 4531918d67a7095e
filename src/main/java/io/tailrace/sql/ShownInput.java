package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.report.Moments;
import io.tailrace.report.Report;
import io.tailrace.report.ReportRow;
import io.tailrace.report.ReportTable;
import io.tailrace.sql.function.ValueException;
import java.io.Serializable;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.OptionalLong;

/** A key or the result of an aggregate, from which the columns of a report are computed. */
sealed interface ShownInput extends Serializable {

  /** Its type. */
  SqlType type();

  /** Its value in a row, as it is shown, or null. */
  Object of(ReportRow row);

  /** Whether it is a part of the key, or all of it. */
  default boolean isKey() {
    return this instanceof WholeKey || this instanceof KeyPart;
  }

  /** The whole key, which is a text. */
  record WholeKey() implements ShownInput {
    @Override
    public SqlType type() {
      return SqlType.VARCHAR;
    }

    @Override
    public Object of(ReportRow row) {
      return row.key();
    }
  }

  /**
   * A part of the key.
   *
   * @param part 0 for the first
   */
  record KeyPart(int part, SqlType type) implements ShownInput {
    @Override
    public Object of(ReportRow row) {
      return KeyWriter.part(row.key(), part, type);
    }
  }

  /** A count. */
  record Count(String measure) implements ShownInput {
    @Override
    public SqlType type() {
      return SqlType.BIGINT;
    }

    @Override
    public Object of(ReportRow row) {
      return row.measure(measure).longValue();
    }
  }

  /**
   * A sum.
   *
   * @param count the measure that has the number of its values
   */
  record Sum(String measure, String count, SqlType type) implements ShownInput {
    @Override
    public Object of(ReportRow row) {
      if (isZero(row, count)) {
        return null;
      }
      return switch (type.kind()) {
        case DOUBLE -> row.doubleMeasure(measure);
        case DECIMAL -> decimal(new BigDecimal(integer(row.measure(measure)), type.scale()));
        case BIGINT -> integer(row.measure(measure)).longValueExact();
        default -> integer(row.measure(measure));
      };
    }

    private BigDecimal decimal(BigDecimal sum) {
      if (sum.precision() > type.precision()) {
        throw new ArithmeticException("the sum has more than " + type.precision() + " digits");
      }
      return sum;
    }
  }

  /**
   * A mean.
   *
   * @param measure the sum
   * @param count the measure that has the number of its values
   * @param of the type of its values
   */
  record Average(String measure, String count, SqlType of) implements ShownInput {
    @Override
    public SqlType type() {
      return SqlType.DOUBLE;
    }

    @Override
    public Object of(ReportRow row) {
      if (isZero(row, count)) {
        return null;
      }
      double sum =
          of.kind() == SqlType.Kind.DOUBLE
              ? row.doubleMeasure(measure)
              : new BigDecimal(integer(row.measure(measure)), of.scale()).doubleValue();
      return sum / row.measure(count).longValue();
    }
  }

  /**
   * The least or greatest value, which is a number or held as one.
   *
   * @param count the measure that has the number of the values
   */
  record Extreme(String measure, String count, SqlType type) implements ShownInput {
    @Override
    public Object of(ReportRow row) {
      return isZero(row, count) ? null : SqlValues.object(type, row.measure(measure).longValue());
    }
  }

  /** The least or greatest value, which is bytes. */
  record ExtremeBytes(String measure, SqlType type) implements ShownInput {
    @Override
    public Object of(ReportRow row) {
      byte[] bytes = row.bytesMeasure(measure);
      return bytes == null ? null : OrderedBytes.last(bytes, type);
    }
  }

  /**
   * The value where another one is least or greatest.
   *
   * @param compared the type of the other one
   */
  record ValueAtExtreme(String measure, SqlType compared, SqlType type) implements ShownInput {
    @Override
    public Object of(ReportRow row) {
      byte[] bytes = row.bytesMeasure(measure);
      return bytes == null ? null : OrderedBytes.last(bytes, compared, type);
    }
  }

  /**
   * A variance or a standard deviation.
   *
   * @param isRoot whether it is a standard deviation
   * @param isOfSample whether the values are a sample of others
   */
  record Spread(String measure, boolean isRoot, boolean isOfSample) implements ShownInput {
    @Override
    public SqlType type() {
      return SqlType.DOUBLE;
    }

    @Override
    public Object of(ReportRow row) {
      Moments moments = row.moments(measure);
      long divisor = isOfSample ? moments.count() - 1 : moments.count();
      if (divisor <= 0) {
        return null;
      }
      double variance = moments.count() == 1 ? 0 : moments.m2() / divisor;
      return isRoot ? Math.sqrt(variance) : variance;
    }
  }

  /**
   * How many different values there are.
   *
   * @param argument the values as they are written
   */
  record DistinctCount(String measure, String argument) implements ShownInput {
    @Override
    public SqlType type() {
      return SqlType.BIGINT;
    }

    @Override
    public Object of(ReportRow row) {
      return row.distinctValues(measure)
          .orElseThrow(
              () ->
                  new ValueException(
                      String.format(
                          "COUNT(DISTINCT %1$s) has more than %2$,d values;"
                              + " use approx_count_distinct(%1$s)",
                          argument, ReportTable.MOST_DISTINCT_VALUES)));
    }
  }

  /** About how many different values there are. */
  record ApproximateDistinctCount(String measure) implements ShownInput {
    @Override
    public SqlType type() {
      return SqlType.BIGINT;
    }

    @Override
    public Object of(ReportRow row) {
      return row.estimatedDistinctValues(measure);
    }
  }

  /**
   * The value that a share of the values does not exceed.
   *
   * @param share from 0 to 1
   */
  record Quantile(String measure, double share, SqlType type) implements ShownInput {
    @Override
    public Object of(ReportRow row) {
      OptionalLong value = row.quantile(measure, share);
      return value.isEmpty() ? null : SqlValues.object(type, value.getAsLong());
    }
  }

  private static boolean isZero(ReportRow row, String count) {
    return !count.equals(Report.RECORDS.name()) && row.measure(count).longValue() == 0;
  }

  private static BigInteger integer(Number number) {
    return number instanceof BigInteger big ? big : BigInteger.valueOf(number.longValue());
  }
}
