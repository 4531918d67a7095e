package io.tailrace.sql.function;

/**
 * The Gregorian calendar, also for years before it was in use; the year before 1 is 0. Dates are
 * days since 1970.
 */
final class Calendar {

  static final long MICROS_PER_SECOND = 1_000_000L;
  static final long MICROS_PER_MINUTE = 60 * MICROS_PER_SECOND;
  static final long MICROS_PER_HOUR = 60 * MICROS_PER_MINUTE;
  static final long MICROS_PER_DAY = 24 * MICROS_PER_HOUR;

  private static final int DAYS_PER_ERA = 146_097;
  private static final int YEARS_PER_ERA = 400;

  /** From March 1st of year 0 to 1970. */
  private static final int DAYS_TO_1970 = 719_468;

  /** What a date that is no date is outside of: DuckDB's infinity and its opposite. */
  private static final int LAST_DAY = Integer.MAX_VALUE - 1;

  /** The years that most dates are in, whose months are known. */
  private static final int FIRST_KNOWN_YEAR = 1900;

  private static final int KNOWN_YEARS = 200;
  private static final int MONTHS = 12;

  /** The first day of each month, and of the one behind them. */
  private static final int[] KNOWN_MONTHS = new int[KNOWN_YEARS * MONTHS + 1];

  static {
    for (int i = 0; i < KNOWN_MONTHS.length; i++) {
      KNOWN_MONTHS[i] = (int) computedDay(FIRST_KNOWN_YEAR + i / MONTHS, i % MONTHS + 1, 1);
    }
  }

  private Calendar() {}

  /**
   * The day of a date that there is. Years are counted from March on, so that the day that a leap
   * year has more is their last one.
   */
  static long day(long year, int month, int day) {
    return isKnown(year)
        ? KNOWN_MONTHS[place((int) year, month)] + day - 1
        : computedDay(year, month, day);
  }

  private static boolean isKnown(long year) {
    return year >= FIRST_KNOWN_YEAR && year < FIRST_KNOWN_YEAR + KNOWN_YEARS;
  }

  private static int place(int year, int month) {
    return (year - FIRST_KNOWN_YEAR) * MONTHS + month - 1;
  }

  private static long computedDay(long year, int month, int day) {
    long y = month <= 2 ? year - 1 : year;
    long era = Math.floorDiv(y, YEARS_PER_ERA);
    long yearOfEra = y - era * YEARS_PER_ERA;
    int dayOfYear = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + day - 1;
    long dayOfEra = yearOfEra * 365 + yearOfEra / 4 - yearOfEra / 100 + dayOfYear;
    return era * DAYS_PER_ERA + dayOfEra - DAYS_TO_1970;
  }

  /** Year, month and day in one number, which {@link #year} and the like take apart. */
  static long date(int day) {
    long days = (long) day + DAYS_TO_1970;
    long era = Math.floorDiv(days, DAYS_PER_ERA);
    int dayOfEra = (int) (days - era * DAYS_PER_ERA);
    int yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365;
    int dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100);
    int monthFromMarch = (5 * dayOfYear + 2) / 153;
    int dayOfMonth = dayOfYear - (153 * monthFromMarch + 2) / 5 + 1;
    int month = monthFromMarch < 10 ? monthFromMarch + 3 : monthFromMarch - 9;
    long year = yearOfEra + era * YEARS_PER_ERA + (month <= 2 ? 1 : 0);
    return year << 9 | month << 5 | dayOfMonth;
  }

  static int year(long date) {
    return (int) (date >> 9);
  }

  static int month(long date) {
    return (int) (date >> 5) & 0xF;
  }

  static int dayOfMonth(long date) {
    return (int) date & 0x1F;
  }

  static boolean isLeapYear(long year) {
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
  }

  static int daysOfMonth(long year, int month) {
    if (isKnown(year)) {
      int place = place((int) year, month);
      return KNOWN_MONTHS[place + 1] - KNOWN_MONTHS[place];
    }
    return switch (month) {
      case 2 -> isLeapYear(year) ? 29 : 28;
      case 4, 6, 9, 11 -> 30;
      default -> 31;
    };
  }

  /** Whether a day is a DATE of DuckDB. */
  static boolean isDay(long day) {
    return day >= -LAST_DAY && day <= LAST_DAY;
  }

  /** The day that a moment is in. */
  static int dayOf(long micros) {
    return (int) Math.floorDiv(micros, MICROS_PER_DAY);
  }

  /** The microseconds of a moment since its day began. */
  static long timeOf(long micros) {
    return Math.floorMod(micros, MICROS_PER_DAY);
  }

  /** The moment at which so much of a day is over. */
  static long moment(long day, long time) {
    if (!isDay(day)) {
      throw new ValueException("date out of range");
    }
    long start = day * MICROS_PER_DAY;
    if (Math.multiplyHigh(day, MICROS_PER_DAY) != start >> 63) {
      throw new ValueException("timestamp out of range");
    }
    long micros = start + time;
    if (((start ^ micros) & (time ^ micros)) < 0
        || micros == Long.MAX_VALUE
        || micros <= -Long.MAX_VALUE) {
      throw new ValueException("timestamp out of range");
    }
    return micros;
  }

  /** The moment of a date at midnight. */
  static long moment(int day) {
    return moment(day, 0);
  }
}
