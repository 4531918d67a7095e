package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.time.LocalDate;
import java.time.Month;
import java.time.Year;

/**
 * The time of the Common Log Format, {@code 10/Oct/2000:13:55:36 -0700}, read eight bytes at a
 * time.
 *
 * <p>The month is English, in whatever case. The time is in the calendar, its year from 1000 on,
 * its zone at most 18 hours from UTC.
 *
 * <p>An instance holds the time that it read last. It allocates nothing for a time of the day of
 * the time before, and is not safe for use by more than one thread.
 */
final class CommonLogTime {

  /** The bytes of a time. */
  static final int BYTES = "10/Oct/2000:13:55:36 -0700".length();

  /** The bytes that are looked at: a zone is compared together with what is behind it. */
  static final int LOOKED_AT = BYTES + 2;

  private static final int MAX_ZONE_MINUTES = 18 * 60;
  private static final long MINUTE_MILLIS = 60_000;
  private static final long DAY_MILLIS = 24 * 60 * MINUTE_MILLIS;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** The bytes of {@code 00:00:00}, and where its colons are. */
  private static final long CLOCK = 0x30303a30303a3030L;

  private static final long COLONS = 0x0000ff0000ff0000L;

  private long millis;

  /**
   * The date that was read last, as its bytes 0 to 7 and 7 to 10, and when that day began in UTC:
   * most lines are of the day of the line before. At first, byte 7 is two things, as in no line.
   */
  private long dateStart = -1;

  private int dateEnd = 0;
  private long dayMillis;

  /** The zone that was read last, as bytes, and the minutes that it is ahead of UTC. */
  private long zone = 0;

  private int zoneMinutes;

  /** The time that was read last, in milliseconds since 1970-01-01T00:00:00Z. */
  long millis() {
    return millis;
  }

  /**
   * Reads a time.
   *
   * @param at where it begins, with at least {@link #LOOKED_AT} bytes of the array behind it
   * @return whether it is one
   */
  boolean parse(byte[] bytes, int at) {
    // Eight digits, the first the lowest byte; nothing where the colons belong.
    long digits = (long) LONGS.get(bytes, at + 12) ^ CLOCK;
    // Each digit tens, and with it the next one.
    long pairs = digits * 10 + (digits >>> Byte.SIZE);
    int hour = (int) pairs & 0xff;
    int minute = (int) (pairs >>> 3 * Byte.SIZE) & 0xff;
    int second = (int) (pairs >>> 6 * Byte.SIZE) & 0xff;
    if (bytes[at + 11] != ':'
        || ((digits + ONES * (0x7f - 9) | digits) & HIGH_BITS) != 0
        || (digits & COLONS) != 0
        || hour > 23
        || minute > 59
        || second > 59
        || !parseZone(bytes, at + 20)
        || !parseDate(bytes, at)) {
      return false;
    }
    millis = dayMillis + (hour * 60 + minute - zoneMinutes) * MINUTE_MILLIS + second * 1_000;
    return true;
  }

  /** Reads a space and {@code -0700}; two bytes of any kind follow. */
  private boolean parseZone(byte[] bytes, int at) {
    long text = (long) LONGS.get(bytes, at);
    if (text == zone) {
      return true;
    }
    int sign = bytes[at + 1];
    int hours = twoDigits(bytes, at + 2);
    int minutes = twoDigits(bytes, at + 4);
    int ahead = hours * 60 + minutes;
    if (bytes[at] != ' '
        || (sign != '+' && sign != '-')
        || (hours | minutes) < 0
        || minutes > 59
        || ahead > MAX_ZONE_MINUTES) {
      return false;
    }
    zone = text;
    zoneMinutes = sign == '+' ? ahead : -ahead;
    return true;
  }

  /** Reads {@code 10/Oct/2000}. */
  private boolean parseDate(byte[] bytes, int at) {
    long start = (long) LONGS.get(bytes, at);
    int end = (int) INTS.get(bytes, at + 7);
    if (start == dateStart && end == dateEnd) {
      return true;
    }
    int day = twoDigits(bytes, at);
    int month = month(bytes, at + 3);
    int century = twoDigits(bytes, at + 7);
    int ofCentury = twoDigits(bytes, at + 9);
    int year = century * 100 + ofCentury;
    if (bytes[at + 2] != '/'
        || bytes[at + 6] != '/'
        || day < 1
        || month < 1
        || century < 10
        || ofCentury < 0
        || day > Month.of(month).length(Year.isLeap(year))) {
      return false;
    }
    dayMillis = LocalDate.of(year, month, day).toEpochDay() * DAY_MILLIS;
    dateStart = start;
    dateEnd = end;
    return true;
  }

  /** The month of an English abbreviation in whatever case, or 0. */
  private static int month(byte[] bytes, int at) {
    return switch ((bytes[at] << 16 | bytes[at + 1] << 8 | bytes[at + 2]) | 0x202020) {
      case 'j' << 16 | 'a' << 8 | 'n' -> 1;
      case 'f' << 16 | 'e' << 8 | 'b' -> 2;
      case 'm' << 16 | 'a' << 8 | 'r' -> 3;
      case 'a' << 16 | 'p' << 8 | 'r' -> 4;
      case 'm' << 16 | 'a' << 8 | 'y' -> 5;
      case 'j' << 16 | 'u' << 8 | 'n' -> 6;
      case 'j' << 16 | 'u' << 8 | 'l' -> 7;
      case 'a' << 16 | 'u' << 8 | 'g' -> 8;
      case 's' << 16 | 'e' << 8 | 'p' -> 9;
      case 'o' << 16 | 'c' << 8 | 't' -> 10;
      case 'n' << 16 | 'o' << 8 | 'v' -> 11;
      case 'd' << 16 | 'e' << 8 | 'c' -> 12;
      default -> 0;
    };
  }

  /** The number that two digits are, or less than 0. */
  private static int twoDigits(byte[] bytes, int at) {
    int tens = bytes[at] - '0';
    int ones = bytes[at + 1] - '0';
    return tens >= 0 && tens <= 9 && ones >= 0 && ones <= 9 ? tens * 10 + ones : -1;
  }
}
