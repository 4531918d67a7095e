package io.tailrace.sql.function;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.math.BigInteger;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.regex.Pattern;

/**
 * Casts from VARCHAR, which also read the fields of an input. What is commonly written costs no
 * object; what is rare goes through a {@link Numeral}.
 */
public final class Casts {

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long ZEROS = ONES * '0';

  /** The decimal point when {@link #ZEROS} are taken from it. */
  private static final byte POINT = '.' ^ '0';

  /** How many decimals there are, beside a number in a long. */
  private static final int DECIMALS_BITS = 3;

  private static final long DECIMALS = (1L << DECIMALS_BITS) - 1;

  /** A number of eight digits with so many zeros behind it is one of a long. */
  private static final int MOST_MORE_DIGITS = 10;

  /** Integers of so many digits fit into a long. */
  private static final int SAFE_DIGITS = 18;

  /** Integers of so many digits fit into 64 bits without a sign. */
  private static final int DIGITS_OF_UNSIGNED = 19;

  /** An exponent of more digits makes zero or infinity of a number, or has zeros in front. */
  private static final int DIGITS_OF_EXPONENT = 5;

  /** Integers up to this one are doubles. */
  private static final long LAST_EXACT_INTEGER = 1L << 53;

  private static final double[] POWERS_OF_TEN = {
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16,
    1e17, 1e18, 1e19, 1e20, 1e21, 1e22
  };

  /** NaN, maybe with what C has in parentheses behind it. */
  private static final Pattern NAN = Pattern.compile("(?i)nan(\\([a-z0-9_]*\\))?");

  private static final int SHOWN_CHARACTERS = 40;

  private Casts() {}

  /** The text as an INTEGER. */
  public static int toInteger(Text text) {
    byte[] bytes = text.bytes();
    int few = fewDigits(bytes, text.from(), text.to());
    if (few >= 0) {
      return few;
    }
    int from = afterBlanks(bytes, text.from(), text.to());
    int to = beforeBlanks(bytes, from, text.to());
    int i = from < to && bytes[from] == '-' ? from + 1 : from;
    if (i == to || to - i > SAFE_DIGITS) {
      return (int) Numeral.of(text, "an INTEGER").toLong(text, "an INTEGER", Integer.MAX_VALUE);
    }
    long sum = 0;
    for (int p = i; p < to; p++) {
      int digit = bytes[p] - '0';
      if (digit < 0 || digit > 9) {
        return (int) Numeral.of(text, "an INTEGER").toLong(text, "an INTEGER", Integer.MAX_VALUE);
      }
      sum = sum * 10 + digit;
    }
    long value = i == from ? sum : -sum;
    if (value != (int) value) {
      throw not(text, "an INTEGER");
    }
    return (int) value;
  }

  /** The text as a BIGINT. */
  public static long toBigint(Text text) {
    byte[] bytes = text.bytes();
    int few = fewDigits(bytes, text.from(), text.to());
    if (few >= 0) {
      return few;
    }
    int from = afterBlanks(bytes, text.from(), text.to());
    int to = beforeBlanks(bytes, from, text.to());
    int i = from < to && bytes[from] == '-' ? from + 1 : from;
    if (i == to || to - i > SAFE_DIGITS) {
      return Numeral.of(text, "a BIGINT").toLong(text, "a BIGINT", Long.MAX_VALUE);
    }
    long sum = 0;
    for (int p = i; p < to; p++) {
      int digit = bytes[p] - '0';
      if (digit < 0 || digit > 9) {
        return Numeral.of(text, "a BIGINT").toLong(text, "a BIGINT", Long.MAX_VALUE);
      }
      sum = sum * 10 + digit;
    }
    return i == from ? sum : -sum;
  }

  /**
   * The number that one to eight digits are, or -1 if there is anything else. They are taken
   * together: where a loop over them would end is what no processor foresees.
   */
  private static int fewDigits(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length <= 0 || length > Long.BYTES || from > bytes.length - Long.BYTES) {
      return -1;
    }
    int before = Long.SIZE - (length << 3);
    long digits = ((long) LONGS.get(bytes, from) ^ ZEROS) << before;
    if (((digits + ONES * (0x7f - 9) | digits) & HIGH_BITS) != 0) {
      return -1;
    }
    return number(digits);
  }

  /** The number that eight digits are, each in a byte, the first one in the lowest. */
  private static int number(long digits) {
    // Neighbours make numbers of two digits, those numbers of four, and those one of eight.
    long pairs = (digits * 10 + (digits >>> 8)) & 0x00ff00ff00ff00ffL;
    long fours = (pairs * 100 + (pairs >>> 16)) & 0x0000ffff0000ffffL;
    return (int) (fours * 10_000 + (fours >>> 32));
  }

  /**
   * The number that up to eight bytes are without their decimal point, times 8, and how many of
   * them are behind it; or -1 if there is anything but digits and at most one point.
   */
  private static long fewDecimals(byte[] bytes, int from, int to) {
    int length = to - from;
    if (length <= 0 || length > Long.BYTES || from > bytes.length - Long.BYTES) {
      return -1;
    }
    int before = Long.SIZE - (length << 3);
    long digits = ((long) LONGS.get(bytes, from) ^ ZEROS) << before;
    long others = ((digits & ~HIGH_BITS) + ONES * (0x7f - 9) | digits) & HIGH_BITS;
    if (others == 0) {
      return (long) number(digits) << DECIMALS_BITS;
    }
    int point = Long.numberOfTrailingZeros(others) - (Byte.SIZE - 1);
    if (length == 1 || (others & others - 1) != 0 || (byte) (digits >>> point) != POINT) {
      return -1;
    }
    long behind = digits & -1L << point << Byte.SIZE;
    long without = (digits ^ behind) << Byte.SIZE & ~(-1L << point << Byte.SIZE) | behind;
    int decimals = Long.BYTES - 1 - (point >>> 3);
    return (long) number(without) << DECIMALS_BITS | decimals;
  }

  /** The text as a HUGEINT. */
  public static BigInteger toHugeint(Text text) {
    return Numeral.of(text, "a HUGEINT").toHugeint(text);
  }

  /** The unscaled value of the text as a DECIMAL of at most 18 digits, rounded half up. */
  public static long toDecimal(Text text, int precision, int scale) {
    byte[] bytes = text.bytes();
    long few = fewDecimals(bytes, text.from(), text.to());
    if (few >= 0 && scale <= MOST_MORE_DIGITS) {
      int more = scale - (int) (few & DECIMALS);
      long scaled = more < 0 ? Long.MAX_VALUE : (few >> DECIMALS_BITS) * PowersOfTen.asLong(more);
      if (scaled < PowersOfTen.asLong(precision)) {
        return scaled;
      }
    }
    int from = afterBlanks(bytes, text.from(), text.to());
    int to = beforeBlanks(bytes, from, text.to());
    int first = from < to && bytes[from] == '-' ? from + 1 : from;
    long unscaled = 0;
    int i = first;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      unscaled = unscaled * 10 + (bytes[i++] - '0');
    }
    if (i == first || i - first > SAFE_DIGITS) {
      return slowDecimal(text, precision, scale).longValue();
    }
    if (unscaled >= PowersOfTen.asLong(precision - scale)) {
      throw not(text, decimal(precision, scale));
    }
    int decimals = 0;
    boolean roundUp = false;
    if (i < to && bytes[i] == '.') {
      i++;
      while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
        int digit = bytes[i++] - '0';
        if (decimals < scale) {
          unscaled = unscaled * 10 + digit;
        } else if (decimals == scale) {
          roundUp = digit >= 5;
        }
        decimals++;
      }
    }
    if (i < to) {
      return slowDecimal(text, precision, scale).longValue();
    }
    if (decimals < scale) {
      unscaled *= PowersOfTen.asLong(scale - decimals);
    }
    if (roundUp && ++unscaled == PowersOfTen.asLong(precision)) {
      throw not(text, decimal(precision, scale));
    }
    return first == from ? unscaled : -unscaled;
  }

  /** The unscaled value of the text as a DECIMAL of more than 18 digits, rounded half up. */
  public static BigInteger toWideDecimal(Text text, int precision, int scale) {
    return slowDecimal(text, precision, scale);
  }

  private static BigInteger slowDecimal(Text text, int precision, int scale) {
    String type = decimal(precision, scale);
    return Numeral.of(text, type).toDecimal(text, type, precision, scale);
  }

  private static String decimal(int precision, int scale) {
    return "a DECIMAL(" + precision + "," + scale + ")";
  }

  /**
   * The text as a DOUBLE. The quotient or product of two numbers that a double has exactly is
   * rounded once, and so is right (W. D. Clinger, How to Read Floating Point Numbers Accurately,
   * 1990).
   */
  public static double toDouble(Text text) {
    byte[] bytes = text.bytes();
    long few = fewDecimals(bytes, text.from(), text.to());
    if (few >= 0) {
      return (few >> DECIMALS_BITS) / POWERS_OF_TEN[(int) (few & DECIMALS)];
    }
    int from = afterBlanks(bytes, text.from(), text.to());
    int to = beforeBlanks(bytes, from, text.to());
    int first = from < to && bytes[from] == '-' ? from + 1 : from;
    long digits = 0;
    int i = first;
    while (i < to && isDigit(bytes[i])) {
      digits = digits * 10 + (bytes[i++] - '0');
    }
    int count = i - first;
    int power = 0;
    if (i < to && bytes[i] == '.') {
      int decimals = ++i;
      while (i < to && isDigit(bytes[i])) {
        digits = digits * 10 + (bytes[i++] - '0');
      }
      power = decimals - i;
      count -= power;
    }
    if (count == 0 || count > DIGITS_OF_UNSIGNED && !isShort(bytes, first, count)) {
      return slowDouble(text, from, to);
    }
    if (i < to && (bytes[i] == 'e' || bytes[i] == 'E')) {
      i++;
      boolean negative = i < to && bytes[i] == '-';
      i += negative || i < to && bytes[i] == '+' ? 1 : 0;
      int start = i;
      int exponent = 0;
      while (i < to && isDigit(bytes[i]) && i - start < DIGITS_OF_EXPONENT) {
        exponent = exponent * 10 + (bytes[i++] - '0');
      }
      if (i == start) {
        throw not(text, "a DOUBLE");
      }
      power += negative ? -exponent : exponent;
    }
    if (i < to) {
      return slowDouble(text, from, to);
    }
    double value;
    if (digits >= 0 && digits <= LAST_EXACT_INTEGER && Math.abs(power) < POWERS_OF_TEN.length) {
      value = power < 0 ? digits / POWERS_OF_TEN[-power] : digits * POWERS_OF_TEN[power];
    } else {
      value = DecimalToDouble.of(digits, power);
      if (value != value) {
        return slowDouble(text, from, to);
      }
    }
    return first == from ? value : -value;
  }

  /** Whether there are few digits but for zeros in front. */
  private static boolean isShort(byte[] bytes, int first, int count) {
    int significant = count;
    for (int i = first; bytes[i] == '0' || bytes[i] == '.'; i++) {
      significant -= bytes[i] == '0' ? 1 : 0;
      if (significant == 0) {
        return true;
      }
    }
    return significant <= DIGITS_OF_UNSIGNED;
  }

  private static double slowDouble(Text text, int from, int to) {
    byte[] bytes = text.bytes();
    int start = from < to && bytes[from] == '+' ? from + 1 : from;
    int i = start < to && bytes[start] == '-' ? start + 1 : start;
    if (i < to && isLetter(bytes[i])) {
      return special(text, bytes, start, i, to);
    }
    StringBuilder plain = new StringBuilder();
    plain.append(i > start ? "-" : "");
    int digits = i;
    i = copyDigits(bytes, i, to, plain);
    int count = i - digits;
    if (i < to && bytes[i] == '.') {
      plain.append('.');
      digits = i + 1;
      i = copyDigits(bytes, digits, to, plain);
      count += i - digits;
    }
    if (count == 0) {
      throw not(text, "a DOUBLE");
    }
    if (i < to && (bytes[i] == 'e' || bytes[i] == 'E')) {
      plain.append('e');
      i++;
      if (i < to && (bytes[i] == '+' || bytes[i] == '-')) {
        plain.append((char) bytes[i++]);
      }
      digits = i;
      i = copyDigits(bytes, i, to, plain);
      if (i == digits) {
        throw not(text, "a DOUBLE");
      }
    }
    if (i < to) {
      throw not(text, "a DOUBLE");
    }
    return Double.parseDouble(plain.toString());
  }

  private static int copyDigits(byte[] bytes, int from, int to, StringBuilder copy) {
    int i = from;
    while (i < to && bytes[i] >= '0' && bytes[i] <= '9') {
      copy.append((char) bytes[i++]);
      boolean between = i > from && i + 1 < to && bytes[i + 1] >= '0' && bytes[i + 1] <= '9';
      if (i < to && bytes[i] == '_' && between) {
        i++;
      }
    }
    return i;
  }

  private static double special(Text text, byte[] bytes, int start, int from, int to) {
    String word = new String(bytes, from, to - from, StandardCharsets.ISO_8859_1);
    if (word.equalsIgnoreCase("inf") || word.equalsIgnoreCase("infinity")) {
      return from > start ? Double.NEGATIVE_INFINITY : Double.POSITIVE_INFINITY;
    }
    if (NAN.matcher(word).matches()) {
      return Double.NaN;
    }
    throw not(text, "a DOUBLE");
  }

  private static boolean isLetter(byte b) {
    return (b | 0x20) >= 'a' && (b | 0x20) <= 'z';
  }

  /** The text as a BOOLEAN: true, t, yes, y, 1, or their opposites. */
  public static boolean toBoolean(Text text) {
    if (isWord(text, "true") || isWord(text, "t") || isWord(text, "yes") || isWord(text, "y")) {
      return true;
    }
    if (isWord(text, "false") || isWord(text, "f") || isWord(text, "no") || isWord(text, "n")) {
      return false;
    }
    byte digit = text.length() == 1 ? text.bytes()[text.from()] : 0;
    if (digit != '0' && digit != '1') {
      throw not(text, "a BOOLEAN");
    }
    return digit == '1';
  }

  /** Whether it is a word, in whatever case. */
  private static boolean isWord(Text text, String word) {
    if (text.length() != word.length()) {
      return false;
    }
    for (int i = 0; i < word.length(); i++) {
      if ((text.bytes()[text.from() + i] | 0x20) != word.charAt(i)) {
        return false;
      }
    }
    return true;
  }

  /** The text as a DATE: the days since 1970. */
  public static int toDate(Text text) {
    return DateText.toDate(text);
  }

  /** The text as a TIMESTAMP: the microseconds since 1970 in UTC. */
  public static long toTimestamp(Text text) {
    return DateText.toTimestamp(text);
  }

  /** Where the blanks end that a text begins with. */
  static int afterBlanks(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to && isBlank(bytes[i])) {
      i++;
    }
    return i;
  }

  private static int beforeBlanks(byte[] bytes, int from, int to) {
    int i = to;
    while (i > from && isBlank(bytes[i - 1])) {
      i--;
    }
    return i;
  }

  static boolean isBlank(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r';
  }

  static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  /** Says that a text is not of a type. */
  static ValueException not(Text text, String type) {
    String whole = text.toString();
    String shown =
        whole.length() <= SHOWN_CHARACTERS ? whole : whole.substring(0, SHOWN_CHARACTERS) + "…";
    return new ValueException("'" + shown + "' is not " + type);
  }
}
