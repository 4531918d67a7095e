package io.tailrace.sql.function;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.stream.Stream;

/** The functions of DATEs, which are days, and TIMESTAMPs, which are microseconds in UTC. */
public final class Dates {

  private static final int MONTHS_PER_YEAR = 12;
  private static final int DAYS_PER_WEEK = 7;

  /** 1970 began on a Thursday. */
  private static final int FIRST_DAY_OF_WEEK = 4;

  private static final List<byte[]> DAYS =
      Stream.of("Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday")
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toList();

  private static final List<byte[]> MONTHS =
      Stream.of(
              "January",
              "February",
              "March",
              "April",
              "May",
              "June",
              "July",
              "August",
              "September",
              "October",
              "November",
              "December")
          .map(name -> name.getBytes(StandardCharsets.US_ASCII))
          .toList();

  private Dates() {}

  /** The name of a date's day in English. */
  public static void dayName(int day, Text out) {
    byte[] name = DAYS.get((int) dayOfWeek(day));
    out.set(name, 0, name.length);
  }

  public static void dayName(long micros, Text out) {
    dayName(Calendar.dayOf(micros), out);
  }

  /** The name of a date's month in English. */
  public static void monthName(int day, Text out) {
    byte[] name = MONTHS.get(Calendar.month(Calendar.date(day)) - 1);
    out.set(name, 0, name.length);
  }

  public static void monthName(long micros, Text out) {
    monthName(Calendar.dayOf(micros), out);
  }

  /** A moment later by a length of time: months, then days, then microseconds. */
  public static long add(long micros, int months, int days, long more) {
    long day = later(Calendar.dayOf(micros), months, days, more);
    long time = Calendar.timeOf(micros) + more % Calendar.MICROS_PER_DAY;
    if (time >= Calendar.MICROS_PER_DAY) {
      time -= Calendar.MICROS_PER_DAY;
      day++;
    } else if (time < 0) {
      time += Calendar.MICROS_PER_DAY;
      day--;
    }
    return Calendar.moment(day, time);
  }

  /** The midnight of a day, later by a length of time. */
  public static long add(int day, int months, int days, long more) {
    return add(Calendar.moment(day), months, days, more);
  }

  /** The day, moved by the months, the days and the full days of a length of time. */
  private static long later(int day, int months, int days, long more) {
    long result = day;
    if (months != 0) {
      long date = Calendar.date(day);
      long year = Calendar.year(date) + months / MONTHS_PER_YEAR;
      int month = Calendar.month(date) + months % MONTHS_PER_YEAR;
      if (month > MONTHS_PER_YEAR) {
        year++;
        month -= MONTHS_PER_YEAR;
      } else if (month < 1) {
        year--;
        month += MONTHS_PER_YEAR;
      }
      int last = Calendar.daysOfMonth(year, month);
      result = Calendar.day(year, month, Math.min(Calendar.dayOfMonth(date), last));
    }
    result += days + more / Calendar.MICROS_PER_DAY;
    if (!Calendar.isDay(result)) {
      throw new ValueException("date out of range");
    }
    return result;
  }

  /** The day so many days later. */
  public static int addDays(int day, int days) {
    return date((long) day + days);
  }

  public static int subtractDays(int day, int days) {
    return date((long) day - days);
  }

  private static int date(long day) {
    if (!Calendar.isDay(day)) {
      throw new ValueException("date out of range");
    }
    return (int) day;
  }

  /** The days from one date to another one. */
  public static long daysBetween(int later, int earlier) {
    return (long) later - earlier;
  }

  /** The beginning of the period, of so many microseconds, that a moment is in. */
  public static long truncate(long micros, long period) {
    return micros - Math.floorMod(micros, period);
  }

  /** The Monday of a date's week. */
  public static int truncateToWeek(int day) {
    return date(day - (isoDayOfWeek(day) - 1));
  }

  public static long truncateToWeek(long micros) {
    return Calendar.moment(truncateToWeek(Calendar.dayOf(micros)));
  }

  /** The first day of a period of so many months, which divide a year. */
  public static int truncateToMonths(int day, int months) {
    long date = Calendar.date(day);
    int month = (Calendar.month(date) - 1) / months * months + 1;
    return date(Calendar.day(Calendar.year(date), month, 1));
  }

  public static long truncateToMonths(long micros, int months) {
    return Calendar.moment(truncateToMonths(Calendar.dayOf(micros), months));
  }

  /** The first day of a period of so many years. */
  public static int truncateToYears(int day, int years) {
    return date(Calendar.day(Calendar.year(Calendar.date(day)) / years * years, 1, 1));
  }

  public static long truncateToYears(long micros, int years) {
    return Calendar.moment(truncateToYears(Calendar.dayOf(micros), years));
  }

  /** The Monday on which the year of ISO 8601 begins. */
  public static int truncateToIsoYear(int day) {
    int weeks = (int) week(day) - 1;
    return date(truncateToWeek(day) - (long) weeks * DAYS_PER_WEEK);
  }

  public static long truncateToIsoYear(long micros) {
    return Calendar.moment(truncateToIsoYear(Calendar.dayOf(micros)));
  }

  public static long year(int day) {
    return Calendar.year(Calendar.date(day));
  }

  public static long year(long micros) {
    return year(Calendar.dayOf(micros));
  }

  public static long quarter(int day) {
    return (Calendar.month(Calendar.date(day)) - 1) / 3 + 1;
  }

  public static long quarter(long micros) {
    return quarter(Calendar.dayOf(micros));
  }

  public static long month(int day) {
    return Calendar.month(Calendar.date(day));
  }

  public static long month(long micros) {
    return month(Calendar.dayOf(micros));
  }

  public static long dayOfMonth(int day) {
    return Calendar.dayOfMonth(Calendar.date(day));
  }

  public static long dayOfMonth(long micros) {
    return dayOfMonth(Calendar.dayOf(micros));
  }

  public static long dayOfYear(int day) {
    return day - Calendar.day(Calendar.year(Calendar.date(day)), 1, 1) + 1;
  }

  public static long dayOfYear(long micros) {
    return dayOfYear(Calendar.dayOf(micros));
  }

  /** Sunday is 0. */
  public static long dayOfWeek(int day) {
    return Math.floorMod((long) day + FIRST_DAY_OF_WEEK, DAYS_PER_WEEK);
  }

  public static long dayOfWeek(long micros) {
    return dayOfWeek(Calendar.dayOf(micros));
  }

  /** Monday is 1, Sunday is 7. */
  public static long isoDayOfWeek(int day) {
    return Math.floorMod((long) day + FIRST_DAY_OF_WEEK - 1, DAYS_PER_WEEK) + 1L;
  }

  public static long isoDayOfWeek(long micros) {
    return isoDayOfWeek(Calendar.dayOf(micros));
  }

  /** The week of ISO 8601: the first one of a year has its first Thursday. */
  public static long week(int day) {
    long thursday = thursday(day);
    return (thursday - Calendar.day(Calendar.year(Calendar.date((int) thursday)), 1, 1))
            / DAYS_PER_WEEK
        + 1;
  }

  public static long week(long micros) {
    return week(Calendar.dayOf(micros));
  }

  /** The year of ISO 8601 that a date's week is of. */
  public static long isoYear(int day) {
    return Calendar.year(Calendar.date((int) thursday(day)));
  }

  public static long isoYear(long micros) {
    return isoYear(Calendar.dayOf(micros));
  }

  private static long thursday(int day) {
    return day - isoDayOfWeek(day) + FIRST_DAY_OF_WEEK;
  }

  /** The year of ISO 8601 and the week, as one number like 202401. */
  public static long yearWeek(int day) {
    long year = isoYear(day);
    return year * 100 + (year > 0 ? week(day) : -week(day));
  }

  public static long yearWeek(long micros) {
    return yearWeek(Calendar.dayOf(micros));
  }

  public static long decade(int day) {
    return year(day) / 10;
  }

  public static long decade(long micros) {
    return decade(Calendar.dayOf(micros));
  }

  /** There is none between the first before our era, -1, and the first of it. */
  public static long century(int day) {
    long year = year(day);
    return year > 0 ? (year - 1) / 100 + 1 : year / 100 - 1;
  }

  public static long century(long micros) {
    return century(Calendar.dayOf(micros));
  }

  public static long millennium(int day) {
    long year = year(day);
    return year > 0 ? (year - 1) / 1000 + 1 : year / 1000 - 1;
  }

  public static long millennium(long micros) {
    return millennium(Calendar.dayOf(micros));
  }

  /** 1, or 0 before our era. */
  public static long era(int day) {
    return year(day) > 0 ? 1 : 0;
  }

  public static long era(long micros) {
    return era(Calendar.dayOf(micros));
  }

  public static long hour(long micros) {
    return Calendar.timeOf(micros) / Calendar.MICROS_PER_HOUR;
  }

  public static long minute(long micros) {
    return Calendar.timeOf(micros) / Calendar.MICROS_PER_MINUTE % 60;
  }

  public static long second(long micros) {
    return Calendar.timeOf(micros) / Calendar.MICROS_PER_SECOND % 60;
  }

  /** The milliseconds of a minute. */
  public static long millisecond(long micros) {
    return Calendar.timeOf(micros) % Calendar.MICROS_PER_MINUTE / 1000;
  }

  /** The microseconds of a minute. */
  public static long microsecond(long micros) {
    return Calendar.timeOf(micros) % Calendar.MICROS_PER_MINUTE;
  }

  public static long hour(int day) {
    return 0;
  }

  public static long minute(int day) {
    return 0;
  }

  public static long second(int day) {
    return 0;
  }

  public static long millisecond(int day) {
    return 0;
  }

  public static long microsecond(int day) {
    return 0;
  }

  /** The seconds since 1970, with fractions. */
  public static double epoch(long micros) {
    return micros / (double) Calendar.MICROS_PER_SECOND;
  }

  public static double epoch(int day) {
    return day * 86_400.0;
  }

  /** The milliseconds since 1970; half is rounded away from zero. */
  public static long epochMillis(long micros) {
    long halves = micros / 500;
    return (halves + (halves < 0 ? -1 : 1)) / 2;
  }

  public static long epochMillis(int day) {
    return day * (Calendar.MICROS_PER_DAY / 1000);
  }

  /** The microseconds since 1970. */
  public static long epochMicros(long micros) {
    return micros;
  }

  public static long epochMicros(int day) {
    return Calendar.moment(day);
  }

  /** The moment so many milliseconds after 1970. */
  public static long fromMillis(long millis) {
    return finite(Arithmetic.multiply(millis, 1000L));
  }

  /** The moment so many microseconds after 1970. */
  public static long fromMicros(long micros) {
    return finite(micros);
  }

  private static long finite(long micros) {
    // These are DuckDB's infinity and its opposite.
    if (Math.abs(micros) == Long.MAX_VALUE) {
      throw new ValueException("timestamp out of range");
    }
    return micros;
  }

  /** The moment so many seconds after 1970. */
  public static long fromSeconds(double seconds) {
    return finite(NumberCasts.toBigint(seconds * Calendar.MICROS_PER_SECOND));
  }

  /** The last day of a date's month. */
  public static int lastDay(int day) {
    long date = Calendar.date(day);
    int year = Calendar.year(date);
    int month = Calendar.month(date);
    return date(Calendar.day(year, month, Calendar.daysOfMonth(year, month)));
  }

  public static int lastDay(long micros) {
    return lastDay(Calendar.dayOf(micros));
  }

  /** The date of a year, a month and a day. */
  public static int makeDate(long year, long month, long day) {
    if (month < 1
        || month > MONTHS_PER_YEAR
        || Math.abs(year) > Integer.MAX_VALUE
        || day < 1
        || day > Calendar.daysOfMonth(year, (int) month)) {
      throw new ValueException("there is no date " + year + "-" + month + "-" + day);
    }
    return date(Calendar.day(year, (int) month, (int) day));
  }

  /** How many years of so many years begin between two dates. */
  public static long yearsBetween(int from, int to, int years) {
    return year(to) / years - year(from) / years;
  }

  public static long yearsBetween(long from, long to, int years) {
    return yearsBetween(Calendar.dayOf(from), Calendar.dayOf(to), years);
  }

  /** How many periods of so many months begin between two dates. */
  public static long monthsBetween(int from, int to, int months) {
    return months(to) / months - months(from) / months;
  }

  public static long monthsBetween(long from, long to, int months) {
    return monthsBetween(Calendar.dayOf(from), Calendar.dayOf(to), months);
  }

  private static long months(int day) {
    long date = Calendar.date(day);
    return (long) Calendar.year(date) * MONTHS_PER_YEAR + Calendar.month(date) - 1;
  }

  /** How many weeks are between two dates, whatever the days they begin on. */
  public static long weeksBetween(int from, int to) {
    return ((long) to - from) / DAYS_PER_WEEK;
  }

  public static long weeksBetween(long from, long to) {
    return weeksBetween(Calendar.dayOf(from), Calendar.dayOf(to));
  }

  /** How many days begin between two moments. */
  public static long midnightsBetween(int from, int to) {
    return (long) to - from;
  }

  public static long midnightsBetween(long from, long to) {
    return (long) Calendar.dayOf(to) - Calendar.dayOf(from);
  }

  /** How many periods of so many microseconds begin between two moments. */
  public static long periodsBetween(long from, long to, long period) {
    return Arithmetic.subtract(Math.floorDiv(to, period), Math.floorDiv(from, period));
  }

  public static long periodsBetween(int from, int to, long period) {
    if (period < Calendar.MICROS_PER_SECOND) {
      return periodsBetween(Calendar.moment(from), Calendar.moment(to), period);
    }
    return ((long) to - from) * (Calendar.MICROS_PER_DAY / period);
  }

  /** The beginning of the period that a moment is in, if one of them begins at another moment. */
  public static long bucket(long micros, long period, long origin) {
    long since = Arithmetic.subtract(micros, origin);
    return finite(Arithmetic.add(since - Math.floorMod(since, period), origin));
  }

  /** The beginning of the period of so many months that a moment is in, counted from 2000. */
  public static long bucketOfMonths(long micros, int months) {
    return Calendar.moment(bucketOfMonths(Calendar.dayOf(micros), months));
  }

  public static int bucketOfMonths(int day, int months) {
    long since = months(day) - 2000L * MONTHS_PER_YEAR;
    long first = since - Math.floorMod(since, months) + 2000L * MONTHS_PER_YEAR;
    long year = Math.floorDiv(first, MONTHS_PER_YEAR);
    return date(Calendar.day(year, (int) (first - year * MONTHS_PER_YEAR) + 1, 1));
  }
}
