package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Optional;

/**
 * Reads lines of the formats {@code common} and {@code combined}, without allocating.
 *
 * <pre>
 * host identity user [day/month/year:hour:minute:second zone] "request" status bytes
 * host identity user [day/month/year:hour:minute:second zone] "request" status bytes "referer" "agent"
 * </pre>
 *
 * <p>One space is between two fields. Host and identity are words without white space. The user is
 * what is between them and the first time, and may have blanks, as names in directories do; but see
 * {@link #isUser}. The time is one that is in the calendar, its zone at most 18 hours from UTC. The
 * status is what follows the request, whatever the bytes behind it look like: three digits, as each
 * status has by RFC 9110, section 15; also those that it does not define, such as the 000 of NGINX
 * for a request without an answer. A carriage return may end the line and is nowhere else in it.
 *
 * <p>What is in the request, the referer and the agent is the client's choice. Apache writes a
 * quote in it as {@code \"}, a backslash as {@code \\}, and what is not printable as {@code \n} or
 * {@code \xhh} (<a
 * href="https://httpd.apache.org/docs/current/mod/mod_log_config.html#formats">mod_log_config,
 * Format Notes</a>); NGINX writes all of these as {@code \xHH}. A quote behind an odd number of
 * backslashes is text. Servers that escape nothing leave quotes in the text: then the request ends
 * at the last quote that all other fields are behind, the referer at the first that a quoted text
 * is behind, and the agent with the line. So a request may be anything, also nothing. Its method is
 * letters, {@code -} and {@code _}, its protocol {@code HTTP/} and two numbers with a point, its
 * endpoint all between; without a method and a space all three are absent.
 *
 * <p>The time for a line is linear in its length. {@link LogFormatParser} makes the same of a line.
 */
final class ByteAccessLineParser implements AccessLineParser {

  static final String TOO_LONG = "line longer than 1 MiB";
  static final String CUT = "line ends before its last field does";
  static final String WHITE_SPACE = "white space other than one space between fields";
  static final String CARRIAGE_RETURN = "carriage return inside the line";
  static final String NO_OPENING_BRACKET = "no [ behind host, identity and user";
  static final String NO_CLOSING_BRACKET = "no ] behind the time";
  static final String BAD_TIME = "time is not day/month/year:hour:minute:second zone";
  static final String NO_REQUEST = "no quoted request behind the time";
  static final String BAD_STATUS = "status is not a number of three digits";
  static final String BAD_BYTES = "bytes are neither a number nor -";
  static final String BIG_BYTES = "bytes are beyond 64 bits";
  static final String COMBINED_LINE = "quoted text behind the bytes; is the format combined?";
  static final String COMMON_LINE = "nothing behind the bytes; is the format common?";
  static final String NO_REFERER = "no quoted referer behind the bytes";
  static final String NO_AGENT = "no quoted agent behind the referer";
  static final String TEXT_BEHIND = "text behind the last field";

  /** What {@link #number} says of a number that is too large. */
  static final long BEYOND_64_BITS = -2;

  private static final int TIME_BYTES = "[10/Oct/2000:13:55:36 -0700]".length();
  private static final int TIME_AND_QUOTE_BYTES = " ".length() + TIME_BYTES + " \"".length();

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** The bytes of {@code HTTP/0.0}, the first the lowest. */
  private static final long HTTP_0_0 = 0x302e302f50545448L;

  /**
   * What digits may have instead of 0, what takes those above 9 beyond it, and where that shows.
   */
  private static final long HTTP_DIGITS = 0x0f000f0000000000L;

  private static final long HTTP_6_6 = 0x0600060000000000L;
  private static final long HTTP_CARRIES = 0x1000100000000000L;

  private final boolean combined;
  private final CommonLogTime time = new CommonLogTime();
  private final int[] from = new int[AccessField.COUNT];
  private final int[] to = new int[AccessField.COUNT];
  private byte[] buffer;
  private int requestFrom;
  private int requestTo;

  /** Whether the request has been taken apart, which is done for those who ask. */
  private boolean isSplit;

  private int status;
  private long bodyBytes;

  /**
   * @param combined whether lines have a referer and an agent
   */
  ByteAccessLineParser(boolean combined) {
    this.combined = combined;
  }

  @Override
  public byte[] buffer(AccessField field) {
    return buffer;
  }

  @Override
  public int from(AccessField field) {
    splitRequest(field);
    return from[field.ordinal()];
  }

  @Override
  public int to(AccessField field) {
    splitRequest(field);
    return to[field.ordinal()];
  }

  @Override
  public long timeMillis() {
    return time.millis();
  }

  @Override
  public int status() {
    return status;
  }

  @Override
  public long bytes() {
    return bodyBytes;
  }

  @Override
  public Optional<String> parse(byte[] bytes, int from, int to) {
    return Optional.ofNullable(parseLine(bytes, from, to));
  }

  /** Null if the line is a record, otherwise the reason why not. */
  private String parseLine(byte[] bytes, int from, int to) {
    if (to - from > MAX_LINE_BYTES) {
      return TOO_LONG;
    }
    buffer = bytes;
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    int hostEnd = endOfWord(bytes, from, end);
    int identityEnd = endOfWord(bytes, hostEnd + 1, end);
    int userEnd = endOfWord(bytes, identityEnd + 1, end);
    int request = userEnd + TIME_AND_QUOTE_BYTES;
    if (request > end
        || bytes[hostEnd] != ' '
        || bytes[identityEnd] != ' '
        || identityEnd == hostEnd + 1
        || !isTimeAndQuote(bytes, userEnd)) {
      return parseBlankUser(bytes, from, end);
    }
    setText(AccessField.HOST, from, hostEnd);
    setText(AccessField.IDENTITY, hostEnd + 1, identityEnd);
    setText(AccessField.USER, identityEnd + 1, userEnd);
    return parseRequest(bytes, request, end);
  }

  /** Looks for the first time behind host and identity; what is before it is the user. */
  private String parseBlankUser(byte[] bytes, int from, int end) {
    int hostEnd = endOfWord(bytes, from, end);
    int identityEnd = endOfWord(bytes, hostEnd + 1, end);
    int user = identityEnd + 1;
    if (identityEnd >= end
        || bytes[hostEnd] != ' '
        || bytes[identityEnd] != ' '
        || identityEnd == hostEnd + 1) {
      return whyNoRequest(bytes, from, end);
    }
    int userEnd = user;
    while (userEnd + TIME_AND_QUOTE_BYTES <= end && !isTimeAndQuote(bytes, userEnd)) {
      userEnd++;
    }
    int request = userEnd + TIME_AND_QUOTE_BYTES;
    if (request > end) {
      return whyNoRequest(bytes, from, end);
    }
    for (int i = user; i < userEnd; i++) {
      if (bytes[i] == '\r') {
        return CARRIAGE_RETURN;
      }
    }
    setText(AccessField.HOST, from, hostEnd);
    setText(AccessField.IDENTITY, hostEnd + 1, identityEnd);
    setText(AccessField.USER, user, userEnd);
    return isUser(bytes, user, userEnd, !isAbsent(AccessField.IDENTITY))
        ? parseRequest(bytes, request, end)
        : NO_OPENING_BRACKET;
  }

  /**
   * Whether this is a user, who may have blanks, and not what comes from a field too many before
   * the host, or from a line that was cut and runs into the next one: then a {@code -} is among the
   * words, and before it an identity that is none, or a time.
   */
  static boolean isUser(byte[] bytes, int from, int to, boolean hasIdentity) {
    boolean hasBlank = false;
    boolean hasHyphen = false;
    boolean hasBracket = false;
    boolean hasQuote = false;
    for (int i = from; i < to; i++) {
      boolean isFirst = i == from || bytes[i - 1] == ' ';
      boolean isLast = i + 1 == to || bytes[i + 1] == ' ';
      hasBlank |= bytes[i] == ' ';
      hasHyphen |= bytes[i] == '-' && isFirst && isLast;
      hasBracket |= bytes[i] == '[' && isFirst;
      hasQuote |= bytes[i] == '"' && !isEscaped(bytes, from, i);
    }
    return !hasBlank || !(hasHyphen && (hasIdentity || hasBracket) || hasQuote && hasBracket);
  }

  /** Looks for the end of the request from behind. */
  private String parseRequest(byte[] bytes, int request, int end) {
    int last = end - 1;
    if (combined && (bytes[last] != '"' || isEscaped(bytes, request, last))) {
      return whyNoEnd(bytes, request, end);
    }
    int lastRefererEnd = -1;
    int quotesBefore = 0;
    for (int i = last; (i = previousQuoteOrControl(bytes, request, i)) >= request; i--) {
      if (bytes[i] == '\r') {
        return CARRIAGE_RETURN;
      }
      if (bytes[i] != '"') {
        continue;
      }
      quotesBefore++;
      if (i == last || bytes[i + 1] != ' ' || isEscaped(bytes, request, i)) {
        continue;
      }
      if (combined && lastRefererEnd < 0) {
        if (startsQuote(bytes, i + 1, last)) {
          lastRefererEnd = i;
          quotesBefore = 0;
        }
        continue;
      }
      int statusEnd = endOfWord(bytes, i + 2, end);
      int bytesEnd = endOfBytes(bytes, statusEnd + 1, end);
      boolean numbers =
          bytesEnd > statusEnd + 1 && bytes[statusEnd] == ' ' && isStatus(bytes, i + 2, statusEnd);
      if (!combined) {
        if (numbers && bytesEnd == end) {
          return keepRequest(bytes, request, i, statusEnd, bytesEnd);
        }
      } else if (numbers && startsQuote(bytes, bytesEnd, end) && bytesEnd + 2 <= lastRefererEnd) {
        int referer = bytesEnd + 2;
        // Only quotes in the referer itself can make it end before the last place where it may.
        int refererEnd = quotesBefore == 2 ? lastRefererEnd : endOfReferer(bytes, referer, last);
        setText(AccessField.REFERER, referer, refererEnd);
        setText(AccessField.AGENT, refererEnd + 3, last);
        return keepRequest(bytes, request, i, statusEnd, bytesEnd);
      }
    }
    return whyNoEnd(bytes, request, end);
  }

  /** Where the first quote is behind which the agent may begin, or {@code last}. */
  private static int endOfReferer(byte[] bytes, int referer, int last) {
    int i = referer;
    while (i < last
        && (bytes[i] != '"' || !startsQuote(bytes, i + 1, last) || isEscaped(bytes, referer, i))) {
      i++;
    }
    return i;
  }

  private String keepRequest(
      byte[] bytes, int request, int requestEnd, int statusEnd, int bytesEnd) {
    for (int i = requestEnd; (i = previousQuoteOrControl(bytes, request, i - 1)) >= request; ) {
      if (bytes[i] == '\r') {
        return CARRIAGE_RETURN;
      }
    }
    requestFrom = request;
    requestTo = requestEnd;
    isSplit = false;
    return parseNumbers(bytes, requestEnd + 2, statusEnd, bytesEnd);
  }

  private String parseNumbers(byte[] bytes, int statusFrom, int statusEnd, int bytesEnd) {
    status =
        (bytes[statusFrom] - '0') * 100
            + (bytes[statusFrom + 1] - '0') * 10
            + (bytes[statusFrom + 2] - '0');
    bodyBytes = number(bytes, statusEnd + 1, bytesEnd);
    return bodyBytes == BEYOND_64_BITS ? BIG_BYTES : null;
  }

  /** The number that digits are, or -1 for a {@code -}. */
  static long number(byte[] bytes, int from, int to) {
    long value = 0;
    for (int i = from; i < to; i++) {
      int digit = bytes[i] - '0';
      if (digit < 0) {
        value = -1;
      } else if (value > (Long.MAX_VALUE - digit) / 10) {
        return BEYOND_64_BITS;
      } else {
        value = value * 10 + digit;
      }
    }
    return value;
  }

  private static boolean isStatus(byte[] bytes, int from, int to) {
    return to - from == 3
        && isDigit(bytes[from])
        && isDigit(bytes[from + 1])
        && isDigit(bytes[from + 2]);
  }

  /** Reads a space, a time in brackets, a space and a quote. */
  private boolean isTimeAndQuote(byte[] bytes, int at) {
    return bytes[at] == ' '
        && bytes[at + 1] == '['
        && bytes[at + TIME_BYTES] == ']'
        && bytes[at + TIME_BYTES + 1] == ' '
        && bytes[at + TIME_BYTES + 2] == '"'
        && time.parse(bytes, at + 2);
  }

  private void splitRequest(AccessField asked) {
    if (!isSplit && asked.isOfRequest()) {
      splitRequest(buffer, requestFrom, requestTo, from, to);
      isSplit = true;
    }
  }

  /** Takes a request apart: tells where each of its fields is, by the fields' ordinals. */
  static void splitRequest(byte[] bytes, int from, int to, int[] fieldFrom, int[] fieldTo) {
    int methodEnd = from;
    while (methodEnd < to && isOfMethod(bytes[methodEnd])) {
      methodEnd++;
    }
    int method = from;
    int endpoint = methodEnd + 1;
    int endpointEnd = to;
    int protocol = to;
    if (methodEnd == from || methodEnd == to || bytes[methodEnd] != ' ') {
      method = methodEnd;
      endpoint = to;
    } else {
      protocol = startOfProtocol(bytes, endpoint, to);
      endpointEnd = protocol < to ? protocol - 1 : to;
    }
    fieldFrom[AccessField.METHOD.ordinal()] = method;
    fieldTo[AccessField.METHOD.ordinal()] = methodEnd;
    fieldFrom[AccessField.ENDPOINT.ordinal()] = endpoint;
    fieldTo[AccessField.ENDPOINT.ordinal()] = endpointEnd;
    fieldFrom[AccessField.PROTOCOL.ordinal()] = protocol;
    fieldTo[AccessField.PROTOCOL.ordinal()] = to;
  }

  /** Where {@code HTTP/1.1} begins that ends the request behind a space, or {@code to}. */
  private static int startOfProtocol(byte[] bytes, int endpoint, int to) {
    int usual = to - Long.BYTES;
    if (usual > endpoint) {
      // All but the two digits is as expected, and these are at most 9.
      long others = (long) LONGS.get(bytes, usual) ^ HTTP_0_0;
      if ((others & ~HTTP_DIGITS) == 0
          && (others + HTTP_6_6 & HTTP_CARRIES) == 0
          && bytes[usual - 1] == ' ') {
        return usual;
      }
    }
    int minor = startOfDigits(bytes, endpoint, to);
    if (minor == to || minor == endpoint || bytes[minor - 1] != '.') {
      return to;
    }
    int major = startOfDigits(bytes, endpoint, minor - 1);
    int protocol = major - 5;
    return major < minor - 1
            && protocol > endpoint
            && bytes[protocol - 1] == ' '
            && bytes[protocol] == 'H'
            && bytes[protocol + 1] == 'T'
            && bytes[protocol + 2] == 'T'
            && bytes[protocol + 3] == 'P'
            && bytes[protocol + 4] == '/'
        ? protocol
        : to;
  }

  private static int startOfDigits(byte[] bytes, int from, int to) {
    int i = to;
    while (i > from && isDigit(bytes[i - 1])) {
      i--;
    }
    return i;
  }

  /** A field where {@code -} means that there is nothing. */
  private void setText(AccessField field, int from, int to) {
    set(field, to - from == 1 && buffer[from] == '-' ? to : from, to);
  }

  private void set(AccessField field, int from, int to) {
    this.from[field.ordinal()] = from;
    this.to[field.ordinal()] = to;
  }

  private static String whyNoRequest(byte[] bytes, int from, int end) {
    int user = from;
    for (int word = 0; word < 2; word++) {
      int wordEnd = endOfWord(bytes, user, end);
      if (wordEnd == end) {
        return CUT;
      }
      if (bytes[wordEnd] != ' ' || word == 1 && wordEnd == user) {
        return WHITE_SPACE;
      }
      user = wordEnd + 1;
    }
    int bracket = user;
    boolean isCut = true;
    while (bracket < end
        && (bytes[bracket] != '[' || bytes[bracket - 1] != ' ' || bracket == user)) {
      isCut &= bytes[bracket] != ']' && bytes[bracket] != '"';
      bracket++;
    }
    if (bracket == end) {
      return isCut ? CUT : NO_OPENING_BRACKET;
    }
    int closing = bracket;
    while (closing < end && bytes[closing] != ']' && bytes[closing] != '"') {
      closing++;
    }
    if (closing == end) {
      return end - bracket < TIME_BYTES ? CUT : NO_CLOSING_BRACKET;
    }
    if (bytes[closing] == '"') {
      return NO_CLOSING_BRACKET;
    }
    if (closing != bracket + TIME_BYTES - 1) {
      return BAD_TIME;
    }
    if (startsQuote(bytes, closing + 1, end)) {
      return BAD_TIME;
    }
    boolean ends = closing + 1 == end || closing + 2 == end && bytes[closing + 1] == ' ';
    return ends ? CUT : NO_REQUEST;
  }

  /** Follows the fields behind the first quote that may end the request, to the one at fault. */
  private String whyNoEnd(byte[] bytes, int request, int end) {
    int quote = request;
    while (quote < end && !endsField(bytes, request, quote, end)) {
      quote++;
    }
    if (quote + 1 >= end) {
      return CUT;
    }
    int statusEnd = endOfWord(bytes, quote + 2, end);
    int bytesEnd = endOfBytes(bytes, statusEnd + 1, end);
    if (!isStatus(bytes, quote + 2, statusEnd)) {
      return statusEnd == end ? CUT : BAD_STATUS;
    }
    if (statusEnd + 1 >= end) {
      return CUT;
    }
    if (bytes[statusEnd] != ' ') {
      return WHITE_SPACE;
    }
    if (bytesEnd == statusEnd + 1 || (bytesEnd < end && bytes[bytesEnd] != ' ')) {
      return BAD_BYTES;
    }
    if (!combined) {
      return startsQuote(bytes, bytesEnd, end) ? COMBINED_LINE : TEXT_BEHIND;
    }
    if (bytesEnd == end) {
      return COMMON_LINE;
    }
    return startsQuote(bytes, bytesEnd, end)
        ? whyNoAgent(bytes, bytesEnd + 2, end)
        : bytesEnd + 1 == end ? CUT : NO_REFERER;
  }

  private static String whyNoAgent(byte[] bytes, int referer, int end) {
    int refererEnd = endOfReferer(bytes, referer, end);
    if (refererEnd < end) {
      return hasQuote(bytes, refererEnd + 3, end) ? TEXT_BEHIND : CUT;
    }
    int quote = referer;
    while (quote < end && !endsField(bytes, referer, quote, end)) {
      quote++;
    }
    return quote + 2 < end ? NO_AGENT : CUT;
  }

  /** Whether a quote is here that is not escaped, and behind it a space or nothing. */
  private static boolean endsField(byte[] bytes, int field, int at, int end) {
    return bytes[at] == '"'
        && (at + 1 == end || bytes[at + 1] == ' ')
        && !isEscaped(bytes, field, at);
  }

  private static boolean hasQuote(byte[] bytes, int from, int end) {
    for (int i = from; i < end; i++) {
      if (bytes[i] == '"' && !isEscaped(bytes, from, i)) {
        return true;
      }
    }
    return false;
  }

  /** Whether a space and a quote are here. */
  private static boolean startsQuote(byte[] bytes, int at, int end) {
    return at + 1 < end && bytes[at] == ' ' && bytes[at + 1] == '"';
  }

  /** Whether an odd number of backslashes is before a quote, from where its field begins. */
  static boolean isEscaped(byte[] bytes, int field, int quote) {
    int i = quote;
    while (i > field && bytes[i - 1] == '\\') {
      i--;
    }
    return (quote - i & 1) == 1;
  }

  /**
   * Where the last quote or control character is from {@code to} back to {@code from}, or a place
   * before that. Eight bytes at a time: with 2 in each byte flipped, these are the ones below 33,
   * so that adding 95 leaves their highest bits clear (after H. S. Warren, Hacker's Delight,
   * section 6-1).
   */
  private static int previousQuoteOrControl(byte[] bytes, int from, int to) {
    int i = to;
    for (; i - Long.BYTES + 1 >= from; i -= Long.BYTES) {
      long x = (long) LONGS.get(bytes, i - Long.BYTES + 1) ^ ONES * 2;
      long found = ~((x & ~HIGH_BITS) + ONES * 95 | x) & HIGH_BITS;
      if (found != 0) {
        return i - (Long.numberOfLeadingZeros(found) >>> 3);
      }
    }
    while (i >= from && bytes[i] != '"' && (bytes[i] < 0 || bytes[i] >= ' ')) {
      i--;
    }
    return i;
  }

  /** Where the next white space is, or {@code end}. */
  private static int endOfWord(byte[] bytes, int from, int end) {
    int i = from;
    while (i < end && !isWhiteSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  /** Where digits or one {@code -} end that begin here. */
  private static int endOfBytes(byte[] bytes, int from, int end) {
    if (from < end && bytes[from] == '-') {
      return from + 1;
    }
    int i = from;
    while (i < end && isDigit(bytes[i])) {
      i++;
    }
    return i;
  }

  private static boolean isDigit(byte b) {
    return b >= '0' && b <= '9';
  }

  private static boolean isOfMethod(byte b) {
    int lowerCase = b | 0x20;
    return lowerCase >= 'a' && lowerCase <= 'z' || b == '-' || b == '_';
  }

  static boolean isWhiteSpace(byte b) {
    return b == ' ' || b >= '\t' && b <= '\r';
  }
}
