package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads lines of {@code serverID,severity,timestamp}, without allocating.
 *
 * <p>Spaces, tabs and a carriage return around a field are ignored. A field may be quoted as in <a
 * href="https://www.rfc-editor.org/rfc/rfc4180#section-2">RFC 4180</a>: a comma in the quotes is
 * text, two quotes are one, and blanks are part of a server; a record is one line. Elsewhere there
 * is no quote. The server is 1 to {@value #MAX_SERVER_BYTES} bytes of UTF-8 without control
 * characters, not all of them blanks; the severity is 0, 1 or 2; the timestamp is a decimal integer
 * from 1 to {@link Long#MAX_VALUE}. A line of more than {@value #MAX_LINE_BYTES} bytes is refused.
 *
 * <p>A parser holds the fields of the line that it read last; it is not safe for use by more than
 * one thread.
 */
public final class ServerLogParser {

  /** The longest line that can be a record. */
  public static final int MAX_LINE_BYTES = 1 << 20;

  /** The longest server name; well under what a database can index. */
  public static final int MAX_SERVER_BYTES = 256;

  static final String TOO_LONG = "line longer than 1 MiB";
  static final String TOO_FEW_FIELDS = "fewer than 3 fields";
  static final String TOO_MANY_FIELDS = "more than 3 fields";
  static final String OPEN_QUOTE = "quoted field does not end in its line";
  static final String BEHIND_QUOTE = "text behind a quoted field";
  static final String STRAY_QUOTE = "quote inside a field that is not quoted";
  static final String EMPTY_SERVER = "empty server";
  static final String LONG_SERVER = "server longer than 256 bytes";
  static final String CONTROL_CHARACTER = "control character in the server";
  static final String INVALID_UTF8 = "server is not valid UTF-8";
  static final String BAD_SEVERITY = "severity is not 0, 1 or 2";
  static final String BAD_TIMESTAMP = "timestamp is not an integer from 1";
  static final String BIG_TIMESTAMP = "timestamp is beyond 64 bits";

  private static final int MAX_SAFE_DIGITS = 18;
  private static final int FIELDS = 3;

  /** Behind the blank and the quote, in the order of ASCII. */
  private static final char FIRST_ORDINARY = '#';

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long COMMAS = ONES * ',';
  private static final long ZEROS = ONES * '0';

  /** The text of a server that has quotes in its quotes. */
  private final byte[] unquoted = new byte[MAX_SERVER_BYTES];

  private byte[] bytes;
  private int serverFrom;
  private int serverTo;
  private int severity;
  private long timestamp;

  /** The array that holds the server of the last line. */
  public byte[] bytes() {
    return bytes;
  }

  /** Where the server of the last line begins in {@link #bytes()}. */
  public int serverFrom() {
    return serverFrom;
  }

  /** Where the server of the last line ends in {@link #bytes()}, exclusive. */
  public int serverTo() {
    return serverTo;
  }

  /** 0 (severe), 1 (minor) or 2 (service call). */
  public int severity() {
    return severity;
  }

  /** At least 1. */
  public long timestamp() {
    return timestamp;
  }

  /**
   * Reads the line in {@code bytes[from, to)}, which holds no line feed.
   *
   * @return empty if the line is a record, whose fields can then be asked for; otherwise the reason
   *     why it is none
   */
  public Optional<String> parse(byte[] bytes, int from, int to) {
    if (isShortRecord(bytes, from, to)) {
      this.bytes = bytes;
      return Optional.empty();
    }
    return Optional.ofNullable(parseAny(bytes, from, to));
  }

  /**
   * Reads what most lines are: a server of up to seven characters of ASCII from {@code #} on (no
   * quote is one), a timestamp of up to eight digits, and nothing around a field. Servers and
   * numbers of any length come in any order, so that a loop over their bytes would end where the
   * processor does not expect it; here eight bytes are looked at at once (after H. S. Warren,
   * Hacker's Delight, section 6-1).
   *
   * @return whether the line is such a record, whose fields can then be asked for
   */
  private boolean isShortRecord(byte[] bytes, int from, int to) {
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    if (end < Long.BYTES || from > bytes.length - Long.BYTES) {
      return false;
    }
    long text = (long) LONGS.get(bytes, from);
    long commas = text ^ COMMAS;
    int length = Long.numberOfTrailingZeros((commas - ONES) & ~commas & HIGH_BITS) >>> 3;
    int digits = end - from - length - 3;
    if (length == 0
        || length == Long.BYTES
        || digits <= 0
        || digits > Long.BYTES
        || bytes[from + length + 2] != ',') {
      return false;
    }
    int digit = bytes[from + length + 1] - '0';
    int behindServer = Long.SIZE - (length << 3);
    long server = text << behindServer;
    long visible = (server & ~HIGH_BITS) + ONES * (0x80 - FIRST_ORDINARY) & ~server & HIGH_BITS;
    int beforeTimestamp = Long.SIZE - (digits << 3);
    long number =
        ((long) LONGS.get(bytes, end - Long.BYTES) ^ ZEROS) >>> beforeTimestamp << beforeTimestamp;
    if (digit < 0
        || digit > 2
        || visible >>> behindServer != HIGH_BITS >>> behindServer
        || ((number + ONES * (0x7f - 9) | number) & HIGH_BITS) != 0
        || number == 0) {
      return false;
    }
    serverFrom = from;
    serverTo = from + length;
    severity = digit;
    timestamp = number(number);
    return true;
  }

  /** The number of eight digits, the first of which is the lowest byte: first pairs are added. */
  private static long number(long digits) {
    long pairs = digits * 10 + (digits >>> 8) & 0x00ff00ff00ff00ffL;
    long fours = pairs * 100 + (pairs >>> 16) & 0x0000ffff0000ffffL;
    return (int) (fours * 10_000 + (fours >>> 32));
  }

  /** Reads any line, byte by byte; null if it is a record, otherwise the reason why not. */
  String parseAny(byte[] bytes, int from, int to) {
    if (to - from > MAX_LINE_BYTES) {
      return TOO_LONG;
    }
    this.bytes = bytes;
    int firstComma = from;
    int nonAscii = 0;
    int suspect = 0;
    while (firstComma < to && bytes[firstComma] != ',') {
      byte b = bytes[firstComma++];
      nonAscii |= b;
      suspect |= (b & 0xff) - FIRST_ORDINARY;
    }
    if (suspect < 0 && isQuote(bytes, skipBlanks(bytes, from, to), to)) {
      return parseQuoted(bytes, from, to);
    }
    if (firstComma == to) {
      return TOO_FEW_FIELDS;
    }

    int position = skipBlanks(bytes, firstComma + 1, to);
    if (position == to) {
      return TOO_FEW_FIELDS;
    }
    int digit = bytes[position] - '0';
    int secondComma = skipBlanks(bytes, position + 1, to);
    if (digit < 0 || digit > 2 || secondComma == to || bytes[secondComma] != ',') {
      return parseOthers(bytes, from, firstComma, to, BAD_SEVERITY);
    }
    severity = digit;

    String problem = parseTimestamp(bytes, skipBlanks(bytes, secondComma + 1, to), to);
    if (problem != null) {
      return parseOthers(bytes, from, firstComma, to, problem);
    }
    return checkServer(bytes, from, firstComma, nonAscii < 0, suspect < 0);
  }

  /** Reads a line whose severity or timestamp is not a plain number. */
  private String parseOthers(byte[] bytes, int from, int firstComma, int to, String problem) {
    for (int i = firstComma; i < to; i++) {
      if (bytes[i] == '"') {
        return parseQuoted(bytes, from, to);
      }
    }
    return whyNotThreeFields(bytes, firstComma, to, problem);
  }

  /** Reads a line with quotes. */
  private String parseQuoted(byte[] bytes, int from, int to) {
    int fields = 0;
    boolean isServerQuoted = false;
    boolean hasStray = false;
    int severityFrom = 0;
    int severityTo = 0;
    int timestampFrom = 0;
    int timestampTo = 0;
    int position = from;
    do {
      int first = skipBlanks(bytes, position, to);
      boolean isQuoted = first < to && bytes[first] == '"';
      int end;
      if (isQuoted) {
        first++;
        end = closingQuote(bytes, first, to);
        if (end == to) {
          return OPEN_QUOTE;
        }
        position = skipBlanks(bytes, end + 1, to);
        if (position < to && bytes[position] != ',') {
          return BEHIND_QUOTE;
        }
      } else {
        position = first;
        while (position < to && bytes[position] != ',') {
          hasStray |= bytes[position] == '"';
          position++;
        }
        end = skipBlanksBack(bytes, first, position);
      }
      switch (fields) {
        case 0 -> {
          serverFrom = first;
          serverTo = end;
        }
        case 1 -> {
          severityFrom = skipBlanks(bytes, first, end);
          severityTo = skipBlanksBack(bytes, severityFrom, end);
        }
        default -> {
          timestampFrom = skipBlanks(bytes, first, end);
          timestampTo = end;
        }
      }
      isServerQuoted |= fields == 0 && isQuoted;
      fields++;
    } while (position++ < to);

    if (fields != FIELDS) {
      return fields < FIELDS ? TOO_FEW_FIELDS : TOO_MANY_FIELDS;
    }
    if (hasStray) {
      return STRAY_QUOTE;
    }
    int digit = severityTo - severityFrom == 1 ? bytes[severityFrom] - '0' : -1;
    if (digit < 0 || digit > 2) {
      return BAD_SEVERITY;
    }
    severity = digit;
    String problem = parseTimestamp(bytes, timestampFrom, timestampTo);
    if (problem != null) {
      return problem;
    }
    return isServerQuoted
        ? unquoteServer(bytes, serverFrom, serverTo)
        : checkServer(bytes, serverFrom, serverTo, true, true);
  }

  /** Where the quote is that ends a field, or {@code to}. */
  private static int closingQuote(byte[] bytes, int from, int to) {
    int position = from;
    while (position < to && (bytes[position] != '"' || isQuote(bytes, position + 1, to))) {
      position += bytes[position] == '"' ? 2 : 1;
    }
    return position;
  }

  private static boolean isQuote(byte[] bytes, int at, int to) {
    return at < to && bytes[at] == '"';
  }

  /** Takes two quotes for one, and what is left for the server. */
  private String unquoteServer(byte[] bytes, int from, int to) {
    int length = 0;
    for (int i = from; i < to; i += bytes[i] == '"' ? 2 : 1) {
      if (length == MAX_SERVER_BYTES) {
        return LONG_SERVER;
      }
      unquoted[length++] = bytes[i];
    }
    this.bytes = unquoted;
    if (skipBlanks(unquoted, 0, length) == length) {
      return EMPTY_SERVER;
    }
    return checkCharacters(unquoted, 0, length, true, true);
  }

  private String parseTimestamp(byte[] bytes, int from, int to) {
    int position = from;
    long value = 0;
    while (position < to) {
      int digit = bytes[position] - '0';
      if (digit < 0 || digit > 9) {
        break;
      }
      if (position - from >= MAX_SAFE_DIGITS && value > (Long.MAX_VALUE - digit) / 10) {
        return skipBlanks(bytes, skipDigits(bytes, position, to), to) == to
            ? BIG_TIMESTAMP
            : BAD_TIMESTAMP;
      }
      value = value * 10 + digit;
      position++;
    }
    if (value == 0 || skipBlanks(bytes, position, to) != to) {
      return BAD_TIMESTAMP;
    }
    timestamp = value;
    return null;
  }

  /**
   * Takes a server that is not quoted.
   *
   * @param suspect whether it may have blanks, quotes or control characters
   */
  private String checkServer(byte[] bytes, int from, int to, boolean nonAscii, boolean suspect) {
    this.bytes = bytes;
    int first = from;
    int end = to;
    if (suspect) {
      first = skipBlanks(bytes, from, to);
      end = skipBlanksBack(bytes, first, to);
    }
    if (first == end) {
      return EMPTY_SERVER;
    }
    if (end - first > MAX_SERVER_BYTES) {
      return LONG_SERVER;
    }
    for (int i = first; suspect && i < end; i++) {
      if (bytes[i] == '"') {
        return STRAY_QUOTE;
      }
    }
    return checkCharacters(bytes, first, end, nonAscii, suspect);
  }

  private String checkCharacters(
      byte[] bytes, int from, int to, boolean nonAscii, boolean suspect) {
    for (int i = from; suspect && i < to; i++) {
      if ((bytes[i] & 0xff) < ' ') {
        return CONTROL_CHARACTER;
      }
    }
    if (nonAscii && !Utf8.isValid(bytes, from, to)) {
      return INVALID_UTF8;
    }
    serverFrom = from;
    serverTo = to;
    return null;
  }

  /** A wrong number of fields explains more than what it did to one of them. */
  private static String whyNotThreeFields(byte[] bytes, int firstComma, int to, String otherwise) {
    int commas = 0;
    for (int i = firstComma; i < to; i++) {
      if (bytes[i] == ',') {
        commas++;
      }
    }
    return commas < 2 ? TOO_FEW_FIELDS : commas > 2 ? TOO_MANY_FIELDS : otherwise;
  }

  private static int skipDigits(byte[] bytes, int from, int to) {
    int position = from;
    while (position < to && bytes[position] >= '0' && bytes[position] <= '9') {
      position++;
    }
    return position;
  }

  private static int skipBlanks(byte[] bytes, int from, int to) {
    int position = from;
    while (position < to && isBlank(bytes[position])) {
      position++;
    }
    return position;
  }

  private static int skipBlanksBack(byte[] bytes, int from, int to) {
    int position = to;
    while (position > from && isBlank(bytes[position - 1])) {
      position--;
    }
    return position;
  }

  private static boolean isBlank(byte b) {
    return b == ' ' || b == '\t' || b == '\r';
  }
}
