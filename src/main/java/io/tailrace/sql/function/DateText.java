package io.tailrace.sql.function;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * Reads dates and times from texts: {@code 2024-02-29}, {@code 2024-02-29 12:30:00.5}, {@code
 * 2024-02-29T12:30:00+01:00} and what else DuckDB takes.
 *
 * <p>An offset from UTC counts in a TIMESTAMP, as it does for DuckDB's TIMESTAMPTZ; its TIMESTAMP
 * would drop it. {@code infinity} is refused, because no function here has a meaning for it, and so
 * are the names of zones other than UTC and GMT. A DATE has the day that is written, whatever the
 * zone.
 */
final class DateText {

  private static final String DATE = "a DATE (YYYY-MM-DD)";
  private static final String TIMESTAMP = "a TIMESTAMP (YYYY-MM-DD HH:MM:SS[.ffffff][+HH:MM])";
  private static final int PLAIN_DATE = "2024-02-29".length();
  private static final int PLAIN_TIMESTAMP = "2024-02-29 12:30:00".length();
  private static final int PLAIN_OFFSET = "+01:00".length();
  private static final int LARGEST_YEAR = 100_000_000;
  private static final int MOST_DIGITS_OF_HOUR = 9;
  private static final int DIGITS_OF_MICROS = 6;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long YEAR_AND_MONTH = form("0000-00-");
  private static final long DASHES = 0x7f00007f00000000L;
  private static final long TIME = form("00:00:00");
  private static final long COLONS = 0x00007f00007f0000L;

  private final Text text;
  private final String type;
  private final byte[] bytes;
  private final int to;
  private int at;

  private DateText(Text text, String type) {
    this.text = text;
    this.type = type;
    this.bytes = text.bytes();
    this.to = text.to();
    this.at = text.from();
  }

  private static long form(String text) {
    return (long) LONGS.get(text.getBytes(StandardCharsets.US_ASCII), 0);
  }

  static int toDate(Text text) {
    if (text.length() == PLAIN_DATE) {
      long day = plainDate(text.bytes(), text.from());
      if (day != Long.MIN_VALUE) {
        return (int) day;
      }
    }
    DateText reader = new DateText(text, DATE);
    int day = reader.date();
    if (Casts.afterBlanks(reader.bytes, reader.at, reader.to) < reader.to) {
      // The day is that of the zone.
      reader.timeOfDay();
      reader.zone(true);
    }
    return day;
  }

  static long toTimestamp(Text text) {
    byte[] bytes = text.bytes();
    int from = text.from();
    int to = text.to();
    if (to - from >= PLAIN_TIMESTAMP) {
      long day = plainDate(bytes, from);
      byte between = bytes[from + PLAIN_DATE];
      long second = plainTime(bytes, from + PLAIN_DATE + 1);
      if (day != Long.MIN_VALUE && (between == ' ' || between == 'T') && second >= 0) {
        int i = from + PLAIN_TIMESTAMP;
        long micros = 0;
        if (i < to && bytes[i] == '.') {
          i++;
          long unit = Calendar.MICROS_PER_SECOND / 10;
          for (; i < to && Casts.isDigit(bytes[i]); i++) {
            micros += unit * (bytes[i] - '0');
            unit /= 10;
          }
        }
        long offset = i == to || i + 1 == to && bytes[i] == 'Z' ? 0 : plainOffset(bytes, i, to);
        if (offset != Long.MIN_VALUE) {
          // Years of four digits are in range.
          long seconds = second - offset;
          return day * Calendar.MICROS_PER_DAY + seconds * Calendar.MICROS_PER_SECOND + micros;
        }
      }
    }
    return new DateText(text, TIMESTAMP).timestamp();
  }

  /** The day of a date in its usual form, or the least number if it is not one. */
  private static long plainDate(byte[] bytes, int from) {
    long pairs = pairs(bytes, from, YEAR_AND_MONTH, DASHES);
    int day = twoDigits(bytes, from + 8);
    if ((pairs | day) < 0) {
      return Long.MIN_VALUE;
    }
    int year = (int) (pairs & 0xff) * 100 + (int) (pairs >>> 16 & 0xff);
    int month = (int) (pairs >>> 40 & 0xff);
    if (month < 1 || month > 12 || day < 1 || day > Calendar.daysOfMonth(year, month)) {
      return Long.MIN_VALUE;
    }
    return Calendar.day(year, month, day);
  }

  /**
   * The numbers of two digits of a text of eight bytes, each in the byte of its first digit; or -1
   * if the text does not have digits where a form has zeros, and the same bytes elsewhere.
   *
   * @param others the bytes of the form that are no digits, with the highest bit missing
   */
  private static long pairs(byte[] bytes, int from, long form, long others) {
    long digits = (long) LONGS.get(bytes, from) ^ form;
    long limits = ONES * (0x7f - 9) & ~others | others;
    if (((digits + limits | digits) & HIGH_BITS) != 0) {
      return -1;
    }
    return digits * 10 + (digits >>> 8);
  }

  /** The seconds of a time in its usual form, or -1. */
  private static int plainTime(byte[] bytes, int from) {
    long pairs = pairs(bytes, from, TIME, COLONS);
    int hour = (int) (pairs & 0xff);
    int minute = (int) (pairs >>> 24 & 0xff);
    int second = (int) (pairs >>> 48 & 0xff);
    if (pairs < 0 || hour > 23 || minute > 59 || second > 59) {
      return -1;
    }
    return (hour * 60 + minute) * 60 + second;
  }

  /** The seconds of an offset in its usual form, or the least number. */
  private static long plainOffset(byte[] bytes, int from, int to) {
    if (to - from != PLAIN_OFFSET || bytes[from + 3] != ':') {
      return Long.MIN_VALUE;
    }
    int hours = twoDigits(bytes, from + 1);
    int minutes = twoDigits(bytes, from + 4);
    boolean west = bytes[from] == '-';
    if ((hours | minutes) < 0 || !west && bytes[from] != '+') {
      return Long.MIN_VALUE;
    }
    int seconds = (hours * 60 + minutes) * 60;
    return west ? -seconds : seconds;
  }

  private static int twoDigits(byte[] bytes, int from) {
    int tens = bytes[from] - '0';
    int ones = bytes[from + 1] - '0';
    return tens < 0 || tens > 9 || ones < 0 || ones > 9 ? -1 : tens * 10 + ones;
  }

  /** The date at the beginning, whatever is behind it, unless that is a digit. */
  private int date() {
    skipBlanks();
    require(at < to);
    if (isWord("epoch")) {
      at += "epoch".length();
      skipBlanks();
      require(at == to);
      return 0;
    }
    boolean before = bytes[at] == '-';
    if (before) {
      at++;
    }
    require(at < to && Casts.isDigit(bytes[at]));
    long year = 0;
    for (; at < to && Casts.isDigit(bytes[at]); at++) {
      require(year < LARGEST_YEAR);
      year = year * 10 + (bytes[at] - '0');
    }
    year = before ? -year : year;
    require(at < to);
    byte separator = bytes[at++];
    require(separator == ' ' || separator == '-' || separator == '/' || separator == '\\');
    int month = oneOrTwoDigits();
    require(at < to && bytes[at] == separator);
    at++;
    int day = oneOrTwoDigits();
    if (to - at >= 5 && Casts.isBlank(bytes[at]) && isWord(at + 1, "(bc)")) {
      require(!before && year != 0);
      year = 1 - year;
      at += 5;
    }
    require(at == to || !Casts.isDigit(bytes[at]));
    require(month >= 1 && month <= 12);
    require(day >= 1 && day <= Calendar.daysOfMonth(year, month));
    long days = Calendar.day(year, month, day);
    require(Calendar.isDay(days));
    return (int) days;
  }

  private long timestamp() {
    int day = date();
    if (at == to) {
      return moment(day, 0);
    }
    long micros = moment(day, timeOfDay());
    long offset = zone(false);
    long utc = micros - offset;
    require(((micros ^ offset) & (micros ^ utc)) >= 0);
    return utc;
  }

  /** The time behind a date. */
  private long timeOfDay() {
    if (bytes[at] == ' ' || bytes[at] == 'T') {
      at++;
    }
    return time();
  }

  /**
   * The offset from UTC, with which the text ends.
   *
   * @param hasNames whether it can be the name of a zone, which is not looked at
   */
  private long zone(boolean hasNames) {
    long offset = 0;
    if (at < to && bytes[at] == 'Z') {
      at++;
    } else if (isOffset()) {
      offset = offset();
    } else if (at < to) {
      require(bytes[at] == ' ');
      at++;
      skipZone(hasNames);
    }
    skipBlanks();
    require(at == to);
    return offset;
  }

  private void skipZone(boolean hasNames) {
    int end = at;
    while (end < to && isOfZone(bytes[end])) {
      end++;
    }
    if (hasNames || end - at == 3 && (isWord("utc") || isWord("gmt"))) {
      at = end;
    }
  }

  private long moment(int day, long time) {
    try {
      return Calendar.moment(day, time);
    } catch (ValueException e) {
      throw Casts.not(text, type);
    }
  }

  private long time() {
    skipBlanks();
    long hour = 0;
    int first = at;
    for (; at < to && Casts.isDigit(bytes[at]); at++) {
      require(at - first < MOST_DIGITS_OF_HOUR);
      hour = hour * 10 + (bytes[at] - '0');
    }
    require(at > first && at < to && bytes[at] == ':');
    at++;
    int minute = at < to && Casts.isDigit(bytes[at]) ? oneOrTwoDigits() : 0;
    require(minute < 60);
    int second = 0;
    boolean hasSeconds = false;
    if (at < to && bytes[at] == ':') {
      at++;
      hasSeconds = at < to && Casts.isDigit(bytes[at]);
      second = hasSeconds ? oneOrTwoDigits() : 0;
      require(second < 60);
    }
    long micros = 0;
    if (hasSeconds && at < to && bytes[at] == '.') {
      at++;
      first = at;
      for (; at < to && Casts.isDigit(bytes[at]); at++) {
        if (at - first < DIGITS_OF_MICROS) {
          micros = micros * 10 + (bytes[at] - '0');
        }
      }
      micros *= PowersOfTen.asLong(Math.max(DIGITS_OF_MICROS - (at - first), 0));
    }
    long time = ((hour * 60 + minute) * 60 + second) * Calendar.MICROS_PER_SECOND + micros;
    require(time <= Calendar.MICROS_PER_DAY);
    return time;
  }

  private boolean isOffset() {
    return to - at >= 3
        && (bytes[at] == '+' || bytes[at] == '-')
        && Casts.isDigit(bytes[at + 1])
        && Casts.isDigit(bytes[at + 2]);
  }

  private long offset() {
    boolean west = bytes[at] == '-';
    long seconds = twoDigits(bytes, at + 1) * 3600L;
    at += 3;
    if (at < to && bytes[at] == ':') {
      at++;
    }
    if (isTwoDigits()) {
      seconds += twoDigits(bytes, at) * 60;
      at += 2;
      if (at < to && bytes[at] == ':') {
        at++;
        require(isTwoDigits());
        seconds += twoDigits(bytes, at);
        at += 2;
      }
    }
    return (west ? -seconds : seconds) * Calendar.MICROS_PER_SECOND;
  }

  private boolean isTwoDigits() {
    return to - at >= 2 && Casts.isDigit(bytes[at]) && Casts.isDigit(bytes[at + 1]);
  }

  private int oneOrTwoDigits() {
    require(at < to && Casts.isDigit(bytes[at]));
    int number = bytes[at++] - '0';
    if (at < to && Casts.isDigit(bytes[at])) {
      number = number * 10 + (bytes[at++] - '0');
    }
    return number;
  }

  private boolean isWord(String word) {
    return isWord(at, word);
  }

  private boolean isWord(int from, String word) {
    if (to - from < word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if (Character.toLowerCase(bytes[from + i]) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  private static boolean isOfZone(byte b) {
    return Casts.isDigit(b)
        || (b | 0x20) >= 'a' && (b | 0x20) <= 'z'
        || b == '_'
        || b == '/'
        || b == '+'
        || b == '-';
  }

  private void skipBlanks() {
    at = Casts.afterBlanks(bytes, at, to);
  }

  private void require(boolean met) {
    if (!met) {
      throw Casts.not(text, type);
    }
  }
}
