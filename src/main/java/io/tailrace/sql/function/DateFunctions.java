package io.tailrace.sql.function;

import static io.tailrace.sql.function.Functions.interval;
import static io.tailrace.sql.function.Functions.method;
import static io.tailrace.sql.function.Functions.text;

import io.tailrace.format.SqlType;
import io.tailrace.format.SqlType.Kind;
import io.tailrace.sql.Expression;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.Cast;
import io.tailrace.sql.Expression.Interval;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** The functions of dates and timestamps that there are. */
final class DateFunctions {

  private static final Class<?> DATES = Dates.class;

  /** Monday, January 3rd of 2000, where periods of weeks, days or less are counted from. */
  private static final long FIRST_BUCKET = 10_959 * Calendar.MICROS_PER_DAY;

  private DateFunctions() {}

  private static boolean isDate(Expression value) {
    return value.type().kind() == Kind.DATE;
  }

  private static boolean isTimestamp(Expression value) {
    return value.type().kind() == Kind.TIMESTAMP;
  }

  private static boolean isMoment(Expression value) {
    return isDate(value) || isTimestamp(value);
  }

  static Optional<JavaFunction> plus(Call call) {
    Expression left = call.arguments().get(0);
    Expression right = call.arguments().get(1);
    if (isMoment(right) && !isMoment(left)) {
      return plus(new Call("+", List.of(right, left), call.type()));
    }
    Optional<Interval> interval = interval(right);
    if (isMoment(left) && interval.isPresent() && call.type().kind() == Kind.TIMESTAMP) {
      Interval by = interval.get();
      return method(DATES, "add", List.of(left), by.months(), by.days(), by.micros());
    }
    return isDate(left) && right.type().kind() == Kind.INTEGER
        ? method(DATES, "addDays", call.arguments())
        : Optional.empty();
  }

  static Optional<JavaFunction> minus(Call call) {
    if (call.arguments().size() != 2) {
      return Optional.empty();
    }
    Expression left = call.arguments().get(0);
    Expression right = call.arguments().get(1);
    Optional<Interval> interval = interval(right);
    if (isMoment(left) && interval.isPresent() && call.type().kind() == Kind.TIMESTAMP) {
      Interval by = interval.get();
      return method(DATES, "add", List.of(left), -by.months(), -by.days(), -by.micros());
    }
    if (isDate(left) && isDate(right)) {
      return method(DATES, "daysBetween", call.arguments());
    }
    return isDate(left) && right.type().kind() == Kind.INTEGER
        ? method(DATES, "subtractDays", call.arguments())
        : Optional.empty();
  }

  /** Functions whose first argument says which part of a date they are of. */
  static Optional<JavaFunction> ofPart(Call call) {
    List<Expression> arguments = call.arguments();
    if (call.function().equals("time_bucket")) {
      return timeBucket(call);
    }
    if (arguments.size() < 2 || !arguments.stream().skip(1).allMatch(DateFunctions::isMoment)) {
      return Optional.empty();
    }
    Optional<String> part = text(arguments.get(0)).flatMap(DateFunctions::part);
    List<Expression> values = arguments.subList(1, arguments.size());
    return part.flatMap(
        name ->
            switch (call.function()) {
              case "date_trunc", "datetrunc" -> truncate(name, values, call.type());
              case "date_part", "datepart" -> extract(name, values);
              default -> difference(name, values);
            });
  }

  /** One name for a part that has many. */
  private static Optional<String> part(String text) {
    return switch (text.toLowerCase(Locale.ROOT)) {
      case "year", "yr", "y", "years", "yrs" -> Optional.of("year");
      case "month", "mon", "months", "mons" -> Optional.of("month");
      case "day", "days", "d", "dayofmonth" -> Optional.of("day");
      case "decade", "dec", "decades", "decs" -> Optional.of("decade");
      case "century", "cent", "centuries", "c" -> Optional.of("century");
      case "millennium", "mil", "millenniums", "millennia", "mils", "millenium" ->
          Optional.of("millennium");
      case "microseconds", "microsecond", "us", "usec", "usecs", "usecond", "useconds" ->
          Optional.of("microsecond");
      case "milliseconds", "millisecond", "ms", "msec", "msecs" -> Optional.of("millisecond");
      case "second", "sec", "seconds", "secs", "s" -> Optional.of("second");
      case "minute", "min", "minutes", "mins", "m" -> Optional.of("minute");
      case "hour", "hr", "hours", "hrs", "h" -> Optional.of("hour");
      case "epoch" -> Optional.of("epoch");
      case "dow", "dayofweek", "weekday" -> Optional.of("dow");
      case "isodow" -> Optional.of("isodow");
      case "week", "weeks", "w", "weekofyear" -> Optional.of("week");
      case "doy", "dayofyear" -> Optional.of("doy");
      case "quarter", "quarters" -> Optional.of("quarter");
      case "yearweek" -> Optional.of("yearweek");
      case "isoyear" -> Optional.of("isoyear");
      case "era" -> Optional.of("era");
      default -> Optional.empty();
    };
  }

  private static Optional<JavaFunction> truncate(
      String part, List<Expression> values, SqlType type) {
    if (values.size() != 1) {
      return Optional.empty();
    }
    Expression value = values.get(0);
    if (!value.type().equals(type)) {
      if (!isDate(value) || type.kind() != Kind.TIMESTAMP) {
        return Optional.empty();
      }
      // What it is at midnight.
      value = new Cast(value, SqlType.TIMESTAMP, false);
    }
    List<Expression> one = List.of(value);
    boolean date = isDate(value);
    return switch (part) {
      case "microsecond", "millisecond", "second", "minute", "hour" ->
          date ? Functions.same(one) : method(DATES, "truncate", one, period(part).get());
      case "day", "dow", "isodow", "doy" ->
          date ? Functions.same(one) : method(DATES, "truncate", one, Calendar.MICROS_PER_DAY);
      case "week", "yearweek" -> method(DATES, "truncateToWeek", one);
      case "month" -> method(DATES, "truncateToMonths", one, 1);
      case "quarter" -> method(DATES, "truncateToMonths", one, 3);
      case "year" -> method(DATES, "truncateToYears", one, 1);
      case "decade" -> method(DATES, "truncateToYears", one, 10);
      case "century" -> method(DATES, "truncateToYears", one, 100);
      case "millennium" -> method(DATES, "truncateToYears", one, 1000);
      case "isoyear" -> method(DATES, "truncateToIsoYear", one);
      default -> Optional.empty();
    };
  }

  private static Optional<Long> period(String part) {
    return switch (part) {
      case "microsecond" -> Optional.of(1L);
      case "millisecond" -> Optional.of(1000L);
      case "second" -> Optional.of(Calendar.MICROS_PER_SECOND);
      case "minute" -> Optional.of(Calendar.MICROS_PER_MINUTE);
      case "hour" -> Optional.of(Calendar.MICROS_PER_HOUR);
      default -> Optional.empty();
    };
  }

  private static Optional<JavaFunction> extract(String part, List<Expression> values) {
    if (values.size() != 1) {
      return Optional.empty();
    }
    String method =
        switch (part) {
          case "day" -> "dayOfMonth";
          case "dow" -> "dayOfWeek";
          case "isodow" -> "isoDayOfWeek";
          case "doy" -> "dayOfYear";
          case "yearweek" -> "yearWeek";
          case "isoyear" -> "isoYear";
          default -> part;
        };
    return method(DATES, method, values);
  }

  private static Optional<JavaFunction> difference(String part, List<Expression> values) {
    if (values.size() != 2 || !values.get(0).type().equals(values.get(1).type())) {
      return Optional.empty();
    }
    return switch (part) {
      case "year" -> method(DATES, "yearsBetween", values, 1);
      case "decade" -> method(DATES, "yearsBetween", values, 10);
      case "century" -> method(DATES, "yearsBetween", values, 100);
      case "millennium" -> method(DATES, "yearsBetween", values, 1000);
      case "quarter" -> method(DATES, "monthsBetween", values, 3);
      case "month" -> method(DATES, "monthsBetween", values, 1);
      case "week", "yearweek" -> method(DATES, "weeksBetween", values);
      case "day", "dow", "isodow", "doy" -> method(DATES, "midnightsBetween", values);
      default -> period(part).flatMap(period -> method(DATES, "periodsBetween", values, period));
    };
  }

  private static Optional<JavaFunction> timeBucket(Call call) {
    List<Expression> arguments = call.arguments();
    if (arguments.size() != 2 || !call.type().equals(arguments.get(1).type())) {
      return Optional.empty();
    }
    Expression value = arguments.get(1);
    Optional<Interval> width = interval(arguments.get(0));
    if (!isMoment(value) || width.isEmpty()) {
      return Optional.empty();
    }
    Interval by = width.get();
    if (by.months() > 0 && by.days() == 0 && by.micros() == 0) {
      return method(DATES, "bucketOfMonths", List.of(value), by.months());
    }
    long micros = by.days() * Calendar.MICROS_PER_DAY + by.micros();
    return isTimestamp(value) && by.months() == 0 && micros > 0
        ? method(DATES, "bucket", List.of(value), micros, FIRST_BUCKET)
        : Optional.empty();
  }

  /** The other ones. */
  static Optional<JavaFunction> of(Call call) {
    List<Expression> arguments = call.arguments();
    if (call.function().equals("make_date")) {
      return Functions.isAll(arguments, 3, Kind.BIGINT)
          ? method(DATES, "makeDate", arguments)
          : Optional.empty();
    }
    if (arguments.size() != 1) {
      return Optional.empty();
    }
    Kind kind = arguments.get(0).type().kind();
    if (isMoment(arguments.get(0))) {
      return switch (call.function()) {
        case "dayname" -> method(DATES, "dayName", arguments);
        case "monthname" -> method(DATES, "monthName", arguments);
        case "last_day" -> method(DATES, "lastDay", arguments);
        case "epoch_ms" -> method(DATES, "epochMillis", arguments);
        case "epoch_us" -> method(DATES, "epochMicros", arguments);
        case "millennium",
            "century",
            "decade",
            "year",
            "quarter",
            "month",
            "week",
            "weekofyear",
            "yearweek",
            "isoyear",
            "day",
            "dayofmonth",
            "dayofyear",
            "dayofweek",
            "weekday",
            "isodow",
            "hour",
            "minute",
            "second",
            "millisecond",
            "microsecond",
            "epoch",
            "era" ->
            part(call.function()).flatMap(part -> extract(part, arguments));
        default -> Optional.empty();
      };
    }
    return switch (call.function()) {
      case "epoch_ms" ->
          kind == Kind.BIGINT ? method(DATES, "fromMillis", arguments) : Optional.empty();
      case "make_timestamp" ->
          kind == Kind.BIGINT ? method(DATES, "fromMicros", arguments) : Optional.empty();
      case "to_timestamp" ->
          kind == Kind.DOUBLE ? method(DATES, "fromSeconds", arguments) : Optional.empty();
      default -> Optional.empty();
    };
  }
}
