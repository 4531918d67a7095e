package io.tailrace.sql;

import io.tailrace.report.Span;
import io.tailrace.sql.Duck.RefusedException;
import io.tailrace.sql.Expression.Interval;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Lengths of time, as DuckDB reads intervals. */
final class Spans {

  private Spans() {}

  /** The length that a text such as {@code 7 days} means, or nothing if it is none. */
  static Optional<Span> parse(Duck duck, String text) throws SQLException {
    return evaluate(duck, "'" + text.replace("'", "''") + "'");
  }

  /**
   * The length that an expression without columns means, or nothing if it is none: an INTERVAL, or
   * a text.
   */
  static Optional<Span> evaluate(Duck duck, String expression) throws SQLException {
    try {
      Object value =
          new ConstantValues(duck)
              .of(
                  List.of(
                      duck.parse("SELECT CAST((" + expression + "\n) AS INTERVAL)")
                          .at("/statements/0/node/select_list/0")),
                  List.of("INTERVAL"))
              .get(0)
              .value();
      return value instanceof Interval interval ? Optional.of(of(interval)) : Optional.empty();
    } catch (RefusedException e) {
      return Optional.empty();
    }
  }

  /** A length in words: {@code 5 minutes}, {@code 1 month 12 hours}. */
  static String inWords(Span span) {
    StringBuilder words = new StringBuilder();
    add(span.months() / 12, "year", words);
    add(span.months() % 12, "month", words);
    add(span.days(), "day", words);
    long micros = span.micros();
    for (Unit unit : Unit.values()) {
      add(micros / unit.micros, unit.name().toLowerCase(Locale.ROOT), words);
      micros %= unit.micros;
    }
    return words.toString();
  }

  private static void add(long count, String unit, StringBuilder words) {
    if (count > 0) {
      words.append(words.isEmpty() ? "" : " ").append(count).append(' ').append(unit);
      words.append(count == 1 ? "" : "s");
    }
  }

  private enum Unit {
    HOUR(3_600_000_000L),
    MINUTE(60_000_000L),
    SECOND(1_000_000L),
    MILLISECOND(1_000L),
    MICROSECOND(1L);

    private final long micros;

    Unit(long micros) {
      this.micros = micros;
    }
  }

  /** An interval of an expression as a length. */
  static Span of(Interval interval) {
    return new Span(interval.months(), interval.days(), interval.micros());
  }
}
