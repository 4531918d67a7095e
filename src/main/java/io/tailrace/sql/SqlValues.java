package io.tailrace.sql;

import io.tailrace.format.SqlType;
import io.tailrace.sql.function.Text;
import io.tailrace.sql.function.ValueException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import org.apache.avro.util.Utf8;
import org.apache.datasketches.memory.XxHash;

/** Values in the forms that generated code, tables of reports, rows of logs and people have. */
final class SqlValues {

  private static final long MICROS_PER_SECOND = 1_000_000;
  private static final int NANOS_PER_MICRO = 1_000;
  private static final int MICROS_PER_MILLI = 1_000;

  /** The first millisecond that SQL's times no longer have: that of the year 10000. */
  private static final long AFTER_ALL_TIMES = 253_402_300_800_000L;

  private static final int MAX_DIGITS = 38;
  private static final BigInteger TOO_MANY_DIGITS = BigInteger.TEN.pow(MAX_DIGITS);

  private SqlValues() {}

  /** Whether a value of a type becomes a number of 64 bits and back. */
  static boolean isHeldInLong(SqlType type) {
    return switch (type.kind()) {
      case BOOLEAN, INTEGER, BIGINT, DOUBLE, DATE, TIMESTAMP -> true;
      case DECIMAL -> type.isShortDecimal();
      case HUGEINT, VARCHAR, INTERVAL, ARRAY, ROW, MAP -> false;
    };
  }

  /** Such a value as it is shown. */
  static Object object(SqlType type, long value) {
    return switch (type.kind()) {
      case BOOLEAN -> value != 0;
      case INTEGER -> Math.toIntExact(value);
      case BIGINT -> value;
      case DOUBLE -> ofOrdered(value);
      case DATE -> LocalDate.ofEpochDay(value);
      case TIMESTAMP -> timestamp(value);
      case DECIMAL -> BigDecimal.valueOf(value, type.scale());
      case HUGEINT, VARCHAR, INTERVAL, ARRAY, ROW, MAP ->
          throw new IllegalArgumentException(type.toString());
    };
  }

  /**
   * A number whose order among others is that of a floating-point number: NaN is greater than all
   * others, and there is one zero.
   */
  static long ordered(double value) {
    // -0.0 + 0.0 is 0.0.
    return turned(Double.doubleToLongBits(value + 0.0));
  }

  /** The floating-point number that became a number by {@link #ordered}. */
  static double ofOrdered(long value) {
    return Double.longBitsToDouble(turned(value));
  }

  /** Negative numbers have their order turned, and so they have it back. */
  private static long turned(long bits) {
    return bits ^ bits >> 63 & Long.MAX_VALUE;
  }

  /** A hash of {@code bytes[from, to)} of 64 bits, the same on every machine. */
  static long hash(byte[] bytes, int from, int to) {
    return XxHash.hashByteArr(bytes, from, to - from, 0);
  }

  /** A TIMESTAMP as it is shown. */
  static LocalDateTime timestamp(long micros) {
    return LocalDateTime.ofEpochSecond(
        Math.floorDiv(micros, MICROS_PER_SECOND),
        (int) Math.floorMod(micros, MICROS_PER_SECOND) * NANOS_PER_MICRO,
        ZoneOffset.UTC);
  }

  /** A TIMESTAMP that is shown. */
  static long micros(LocalDateTime timestamp) {
    return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), timestamp);
  }

  /**
   * When a record was written as a TIMESTAMP. A message can have any time.
   *
   * @throws ValueException if no database has the time
   */
  static long ofMillis(long millis) {
    if (millis >= AFTER_ALL_TIMES) {
      throw new ValueException("the timestamp " + millis + " ms is after the year 9999");
    }
    return millis * MICROS_PER_MILLI;
  }

  /** A copy of a text for a row of a log. */
  static Utf8 utf8(Text text) {
    return new Utf8(Arrays.copyOfRange(text.bytes(), text.from(), text.to()));
  }

  /** Makes sure that a HUGEINT can be in a row of a log, which has it as a DECIMAL. */
  static void requireDigits(BigInteger value) {
    if (value.abs().compareTo(TOO_MANY_DIGITS) >= 0) {
      throw new ValueException(value + " has more than " + MAX_DIGITS + " digits");
    }
  }

  /** Whether a field of JSON that is true or false is true. */
  static boolean isTrue(Text text) {
    return text.bytes()[text.from()] == 't';
  }
}
