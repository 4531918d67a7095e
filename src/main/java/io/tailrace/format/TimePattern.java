package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.time.Month;
import java.time.Year;
import java.time.format.TextStyle;
import java.util.Locale;
import java.util.Map;

/**
 * A time as a log has it: numbers, names and texts in a fixed order, given as for strftime.
 *
 * <p>Names are English, in whatever case. Numbers have the digits that strftime writes, so that
 * where a time ends follows from where it begins, after a bounded number of steps. The time is in
 * the calendar, its year from 1000 on, its zone at most 18 hours from UTC; without a zone it is one
 * in UTC.
 *
 * <p>A pattern holds the time that it read last. It allocates nothing for a time, and is not safe
 * for use by more than one thread.
 */
final class TimePattern {

  /** {@code 10/Oct/2000:13:55:36 -0700}. */
  static final String LOCAL = "%d/%b/%Y:%H:%M:%S %z";

  /** {@code 2000-10-10T13:55:36-07:00}. */
  static final String ISO_8601 = "%Y-%m-%dT%H:%M:%S%:";

  static final String SECONDS = "%s";
  static final String SECONDS_AND_MILLISECONDS = "%s.%L";
  static final String MILLISECONDS = "%Q";
  static final String MICROSECONDS = "%q";

  /** What stands for more than one of the others, in the locale C. */
  private static final Map<Character, String> COMPOSED =
      Map.of(
          'c', "%a %b %e %H:%M:%S %Y",
          'D', "%m/%d/%y",
          'F', "%Y-%m-%d",
          'R', "%H:%M",
          'r', "%I:%M:%S %p",
          'T', "%H:%M:%S",
          'x', "%m/%d/%y",
          'X', "%H:%M:%S",
          'n', "\n",
          't', "\t");

  /** All that is read by itself. The last four are none of strftime's. */
  private static final String SIMPLE = "aAbBhdeHkIlmMSpyYjzZs%" + ":LQq";

  private static final int MAX_ZONE_MINUTES = 18 * 60;
  private static final int MAX_EPOCH_DIGITS = 19;
  private static final int LONGEST_WEEKDAY = "Wednesday".length();
  private static final long MINUTE_MILLIS = 60_000;
  private static final long DAY_MILLIS = 24 * 60 * MINUTE_MILLIS;

  private static final byte[][] MONTHS = new byte[12][];

  static {
    for (Month month : Month.values()) {
      MONTHS[month.ordinal()] =
          month
              .getDisplayName(TextStyle.FULL, Locale.ENGLISH)
              .toLowerCase(Locale.ROOT)
              .getBytes(StandardCharsets.US_ASCII);
    }
  }

  /** Directives as their letters, and texts as their bytes behind a {@code '}. */
  private final String steps;

  /** Reads a time of the Common Log Format, or null: the steps do. */
  private final CommonLogTime common;

  /** The bytes before such a time, and behind it: a bracket or none. */
  private final int bracket;

  private boolean hasEpoch;
  private int year;
  private int month;
  private int day;
  private int dayOfYear;
  private int hour;
  private int hourOfHalf;
  private int half;
  private int minute;
  private int second;
  private int fraction;
  private int zoneMinutes;
  private long epochMillis;

  private int cachedDate = -1;
  private long cachedDay;
  private long millis;

  /**
   * @param pattern as for strftime
   * @throws IllegalArgumentException if it has a directive that cannot be read, or is no time that
   *     is complete
   */
  TimePattern(String pattern) {
    StringBuilder all = new StringBuilder();
    addSteps(pattern, pattern, all);
    this.steps = all.toString();
    this.bracket = pattern.equals(LOCAL) ? 0 : 1;
    this.common =
        pattern.equals(LOCAL) || pattern.equals("[" + LOCAL + "]") ? new CommonLogTime() : null;
    String directives = steps.replaceAll("(?s)'.", "");
    boolean hasDay = has(directives, "j") || has(directives, "mbBh") && has(directives, "de");
    boolean hasDate = has(directives, "yY") && hasDay;
    boolean hasHour = has(directives, "Hk") || has(directives, "Il") && has(directives, "p");
    if (!has(directives, "sQq") && !(hasDate && hasHour)) {
      throw new IllegalArgumentException("'" + pattern + "' is not a date and a time of the day");
    }
  }

  private static boolean has(String directives, String any) {
    return any.chars().anyMatch(letter -> directives.indexOf(letter) >= 0);
  }

  private static void addSteps(String whole, String pattern, StringBuilder steps) {
    for (int i = 0; i < pattern.length(); i++) {
      char c = pattern.charAt(i);
      if (c != '%') {
        for (byte b : String.valueOf(c).getBytes(StandardCharsets.UTF_8)) {
          steps.append('\'').append((char) (b & 0xff));
        }
        continue;
      }
      char directive = ++i < pattern.length() ? pattern.charAt(i) : 0;
      if (COMPOSED.containsKey(directive)) {
        addSteps(whole, COMPOSED.get(directive), steps);
      } else if (directive == '%') {
        steps.append("'%");
      } else if (directive != 0 && SIMPLE.indexOf(directive) >= 0) {
        steps.append(directive);
      } else {
        throw new IllegalArgumentException(
            "'" + whole + "' has a directive that cannot be read: %" + directive);
      }
    }
  }

  /** Whether another pattern reads the same texts. */
  boolean isSameAs(TimePattern other) {
    return steps.equals(other.steps);
  }

  /** The time that was read last, in milliseconds since 1970-01-01T00:00:00Z. */
  long millis() {
    return millis;
  }

  /**
   * Reads the time that begins at {@code from}.
   *
   * @return where it ends, or -1 if there is none before {@code end}
   */
  int parse(byte[] bytes, int from, int end) {
    int time = from + bracket;
    int timeEnd = time + CommonLogTime.BYTES;
    if (common == null
        || timeEnd + bracket > end
        || time + CommonLogTime.LOOKED_AT > bytes.length) {
      return parseSteps(bytes, from, end);
    }
    if (bracket > 0 && (bytes[from] != '[' || bytes[timeEnd] != ']')
        || !common.parse(bytes, time)) {
      return -1;
    }
    millis = common.millis();
    return timeEnd + bracket;
  }

  private int parseSteps(byte[] bytes, int from, int end) {
    hasEpoch = false;
    dayOfYear = 0;
    month = 0;
    day = 0;
    hour = -1;
    half = -1;
    minute = 0;
    second = 0;
    fraction = 0;
    zoneMinutes = 0;
    int at = from;
    for (int i = 0; i < steps.length() && at >= 0; i++) {
      char step = steps.charAt(i);
      if (step == '\'') {
        at = at < end && (bytes[at] & 0xff) == steps.charAt(++i) ? at + 1 : -1;
      } else {
        at = read(step, bytes, at, end);
      }
    }
    return at >= 0 && complete() ? at : -1;
  }

  /** Reads what a directive wrote; returns where that ends, or -1. */
  private int read(char step, byte[] bytes, int at, int end) {
    switch (step) {
      case 'a':
        return afterLetters(bytes, at, Math.min(end, at + 3)) == at + 3 ? at + 3 : -1;
      case 'A':
        int nameEnd = afterLetters(bytes, at, Math.min(end, at + LONGEST_WEEKDAY));
        return nameEnd == at ? -1 : nameEnd;
      case 'b', 'h':
        return readMonth(bytes, at, end, true);
      case 'B':
        return readMonth(bytes, at, end, false);
      case 'd', 'e':
        day = number(bytes, at, end, 2, step == 'e');
        return after(at, 2, day);
      case 'H', 'k':
        hour = number(bytes, at, end, 2, step == 'k');
        return after(at, 2, hour);
      case 'I', 'l':
        hourOfHalf = number(bytes, at, end, 2, step == 'l');
        return hourOfHalf >= 1 && hourOfHalf <= 12 ? at + 2 : -1;
      case 'm':
        month = number(bytes, at, end, 2, false);
        return after(at, 2, month);
      case 'M':
        minute = number(bytes, at, end, 2, false);
        return after(at, 2, minute);
      case 'S':
        second = number(bytes, at, end, 2, false);
        return after(at, 2, second);
      case 'p':
        return readHalf(bytes, at, end);
      case 'y':
        int ofCentury = number(bytes, at, end, 2, false);
        year = ofCentury + (ofCentury < 69 ? 2000 : 1900);
        return after(at, 2, ofCentury);
      case 'Y':
        year = number(bytes, at, end, 4, false);
        return after(at, 4, year);
      case 'j':
        dayOfYear = number(bytes, at, end, 3, false);
        return dayOfYear < 1 ? -1 : at + 3;
      case 'z', ':':
        return readZone(bytes, at, end, step == ':');
      case 'Z':
        return isWord(bytes, at, end, "utc") || isWord(bytes, at, end, "gmt") ? at + 3 : -1;
      case 'L':
        fraction = number(bytes, at, end, 3, false);
        return after(at, 3, fraction);
      default:
        return readEpoch(step, bytes, at, end);
    }
  }

  private static int after(int at, int length, int number) {
    return number < 0 ? -1 : at + length;
  }

  /** The number that so many digits are, or -1; instead of the first there may be a space. */
  private static int number(byte[] bytes, int at, int end, int digits, boolean spacePadded) {
    if (at + digits > end) {
      return -1;
    }
    int value = 0;
    for (int i = at; i < at + digits; i++) {
      int digit = spacePadded && i == at && bytes[i] == ' ' ? 0 : bytes[i] - '0';
      if (digit < 0 || digit > 9) {
        return -1;
      }
      value = value * 10 + digit;
    }
    return value;
  }

  private static int afterLetters(byte[] bytes, int at, int end) {
    int i = at;
    while (i < end && (bytes[i] | 0x20) >= 'a' && (bytes[i] | 0x20) <= 'z') {
      i++;
    }
    return i;
  }

  private int readMonth(byte[] bytes, int at, int end, boolean isShort) {
    for (int i = 0; i < MONTHS.length; i++) {
      int length = isShort ? 3 : MONTHS[i].length;
      int same = 0;
      while (same < length && at + same < end && (bytes[at + same] | 0x20) == MONTHS[i][same]) {
        same++;
      }
      if (same == length) {
        month = i + 1;
        return at + length;
      }
    }
    return -1;
  }

  private static boolean isWord(byte[] bytes, int at, int end, String lowerCase) {
    int same = 0;
    while (same < lowerCase.length()
        && at + same < end
        && (bytes[at + same] | 0x20) == lowerCase.charAt(same)) {
      same++;
    }
    return same == lowerCase.length();
  }

  private int readHalf(byte[] bytes, int at, int end) {
    half = isWord(bytes, at, end, "am") ? 0 : isWord(bytes, at, end, "pm") ? 1 : -1;
    return half < 0 ? -1 : at + 2;
  }

  private int readZone(byte[] bytes, int at, int end, boolean isIso) {
    if (at >= end) {
      return -1;
    }
    if (isIso && bytes[at] == 'Z') {
      return at + 1;
    }
    int colon = isIso ? 1 : 0;
    int hours = number(bytes, at + 1, end, 2, false);
    int minutes = number(bytes, at + 3 + colon, end, 2, false);
    int ahead = hours * 60 + minutes;
    if (bytes[at] != '+' && bytes[at] != '-'
        || isIso && at + 3 < end && bytes[at + 3] != ':'
        || (hours | minutes) < 0
        || minutes > 59
        || ahead > MAX_ZONE_MINUTES) {
      return -1;
    }
    zoneMinutes = bytes[at] == '+' ? ahead : -ahead;
    return at + 5 + colon;
  }

  private int readEpoch(char step, byte[] bytes, int at, int end) {
    long unit = step == 's' ? 1_000 : 1;
    long value = 0;
    int i = at;
    for (; i < end && i - at < MAX_EPOCH_DIGITS && bytes[i] >= '0' && bytes[i] <= '9'; i++) {
      value = value * 10 + bytes[i] - '0';
    }
    if (i == at || value < 0 || value > Long.MAX_VALUE / unit - 1) {
      return -1;
    }
    epochMillis = step == 'q' ? value / 1_000 : value * unit;
    hasEpoch = true;
    return i;
  }

  private boolean complete() {
    if (hasEpoch) {
      millis = epochMillis + fraction;
      return true;
    }
    if (hour < 0 && half >= 0) {
      hour = hourOfHalf % 12 + 12 * half;
    }
    if (hour < 0 || hour > 23 || minute > 59 || second > 59 || year < 1_000) {
      return false;
    }
    int date = dayOfYear > 0 ? -2 - (year << 9 | dayOfYear) : year << 9 | month << 5 | day;
    if (date != cachedDate) {
      if (dayOfYear > 0) {
        if (dayOfYear > (Year.isLeap(year) ? 366 : 365)) {
          return false;
        }
        cachedDay = LocalDate.ofYearDay(year, dayOfYear).toEpochDay() * DAY_MILLIS;
      } else if (month < 1
          || month > 12
          || day < 1
          || day > Month.of(month).length(Year.isLeap(year))) {
        return false;
      } else {
        cachedDay = LocalDate.of(year, month, day).toEpochDay() * DAY_MILLIS;
      }
      cachedDate = date;
    }
    millis =
        cachedDay + (hour * 60 + minute - zoneMinutes) * MINUTE_MILLIS + second * 1_000L + fraction;
    return true;
  }
}
