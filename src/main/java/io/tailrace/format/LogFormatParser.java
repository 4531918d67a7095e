package io.tailrace.format;

import io.tailrace.format.LineLayout.Field;
import io.tailrace.format.LineLayout.Role;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads lines of any LogFormat of Apache and log_format of NGINX, without allocating.
 *
 * <p>A format without a status or a time is refused; any other field that it does not have is
 * absent. Host, time, request, status and bytes must be such; any other field is whatever text is
 * up to the next literal text of the format. With a format that says the same, a line is the same
 * record as to {@link ByteAccessLineParser}:
 *
 * <ul>
 *   <li>The host and the identity are words without white space, the status three digits, the bytes
 *       a number or {@code -}, and the time is in the calendar.
 *   <li>The request ends at the last place behind which the rest of the line is as the format says,
 *       any other text at the first. So does a host before a {@code :}, as an IPv6 address has more
 *       of them.
 *   <li>A quote behind an odd number of backslashes ends no field.
 * </ul>
 *
 * <p>The time for a line is linear in its length: a field looks at a place where it may end once,
 * whatever is tried for the fields before it, since what the rest of the line makes of that place
 * is always the same. Status, bytes and time end where their digits do, after a bounded number of
 * them.
 */
final class LogFormatParser implements AccessLineParser {

  static final String BAD_TIME = "time is not as the LogFormat says, or not in the calendar";
  static final String NO_MATCH = "line is not as the LogFormat says";

  private static final int STATUS_DIGITS = 3;

  /** More digits than any number of 64 bits, with some zeros before it. */
  private static final int MAX_DIGITS = 64;

  private final byte[] before;
  private final Role[] roles;
  private final byte[][] behind;
  private final TimePattern time;
  private final int timeField;
  private final int statusField;
  private final int bytesField;
  private final int requestField;
  private final int[] textFields = new int[AccessField.COUNT];
  private final boolean isEndpointBehindHost;

  private final int[] from = new int[AccessField.COUNT];
  private final int[] to = new int[AccessField.COUNT];
  private byte[] buffer;
  private int requestFrom;
  private int requestTo;
  private boolean isSplit;
  private int status;
  private long bodyBytes;

  // Of the line that is being read.

  private int lineFrom;
  private int end;

  /** See {@link #matches}. */
  private Role anything;

  /** See {@link #isInList}. */
  private boolean areListsWhole;

  private final int[] fieldFrom;
  private final int[] fieldTo;

  /**
   * For each text, from where to where each place has been looked at in vain for its end. Texts
   * reach to the end of the line, words to the next white space.
   */
  private final int[] triedFrom;

  private final int[] triedTo;

  /** The word that was looked at last for each field. */
  private final int[] wordFrom;

  private final int[] wordTo;

  /**
   * @param format as the server understands it, without what its configuration has around it
   * @throws IllegalArgumentException if it is no format, or has no status or time
   */
  LogFormatParser(String format) {
    LineLayout layout = LineLayout.parse(format);
    int fields = layout.fields().size();
    before = layout.before();
    roles = layout.fields().stream().map(Field::role).toArray(Role[]::new);
    behind = layout.fields().stream().map(Field::behind).toArray(byte[][]::new);
    timeField = fieldOf(Role.TIME);
    time = layout.fields().get(timeField).time();
    statusField = fieldOf(Role.STATUS);
    bytesField = fieldOf(Role.BYTES);
    requestField = fieldOf(Role.REQUEST);
    for (AccessField field : AccessField.values()) {
      textFields[field.ordinal()] = fieldOf(Role.valueOf(field.name()));
    }
    isEndpointBehindHost = layout.fields().stream().anyMatch(Field::isBehindHost);
    fieldFrom = new int[fields];
    fieldTo = new int[fields];
    triedFrom = new int[fields];
    triedTo = new int[fields];
    wordFrom = new int[fields];
    wordTo = new int[fields];
  }

  /** Which field has a role, or -1. */
  private int fieldOf(Role role) {
    return Arrays.asList(roles).indexOf(role);
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
      return ByteAccessLineParser.TOO_LONG;
    }
    buffer = bytes;
    lineFrom = from;
    end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    for (int i = from; i < end; i++) {
      if (bytes[i] == '\r') {
        return ByteAccessLineParser.CARRIAGE_RETURN;
      }
    }
    areListsWhole = true;
    boolean isRecord = matches(Role.TEXT);
    if (!isRecord) {
      areListsWhole = false;
      isRecord = matches(Role.TEXT);
    }
    if (!isRecord) {
      return whyNoMatch();
    }
    int user = textFields[AccessField.USER.ordinal()];
    int identity = textFields[AccessField.IDENTITY.ordinal()];
    if (user >= 0
        && !ByteAccessLineParser.isUser(
            bytes,
            fieldFrom[user],
            fieldTo[user],
            identity >= 0 && !isHyphen(fieldFrom[identity], fieldTo[identity]))) {
      return NO_MATCH;
    }
    return keepFields(bytes);
  }

  private String keepFields(byte[] bytes) {
    int at = fieldFrom[statusField];
    status = (bytes[at] - '0') * 100 + (bytes[at + 1] - '0') * 10 + bytes[at + 2] - '0';
    bodyBytes =
        bytesField < 0
            ? -1
            : ByteAccessLineParser.number(bytes, fieldFrom[bytesField], fieldTo[bytesField]);
    if (bodyBytes == ByteAccessLineParser.BEYOND_64_BITS) {
      return ByteAccessLineParser.BIG_BYTES;
    }
    for (int i = 0; i < textFields.length; i++) {
      int field = textFields[i];
      to[i] = field < 0 ? end : fieldTo[field];
      from[i] = field < 0 || isHyphen(fieldFrom[field], to[i]) ? to[i] : fieldFrom[field];
    }
    if (isEndpointBehindHost) {
      int endpoint = AccessField.ENDPOINT.ordinal();
      int path = from[endpoint];
      while (path < to[endpoint] && bytes[path] != '/') {
        path++;
      }
      from[endpoint] = path;
    }
    isSplit = requestField < 0;
    if (!isSplit) {
      requestFrom = fieldFrom[requestField];
      requestTo = fieldTo[requestField];
    }
    return null;
  }

  private boolean isHyphen(int from, int to) {
    return to - from == 1 && buffer[from] == '-';
  }

  private void splitRequest(AccessField asked) {
    if (!isSplit && asked.isOfRequest()) {
      ByteAccessLineParser.splitRequest(buffer, requestFrom, requestTo, from, to);
      isSplit = true;
    }
  }

  /** The field at fault, if the line would be a record with any text in its place. */
  private String whyNoMatch() {
    return matches(Role.STATUS)
        ? ByteAccessLineParser.BAD_STATUS
        : matches(Role.TIME)
            ? BAD_TIME
            : matches(Role.BYTES) ? ByteAccessLineParser.BAD_BYTES : NO_MATCH;
  }

  /**
   * Finds where all fields are, if the line is as the format says.
   *
   * @param anything the role of a field that may be any text, or {@link Role#TEXT}
   */
  private boolean matches(Role anything) {
    this.anything = anything;
    Arrays.fill(triedFrom, Integer.MAX_VALUE);
    Arrays.fill(triedTo, -1);
    Arrays.fill(wordFrom, -1);
    Arrays.fill(wordTo, -2);
    return isHere(before, lineFrom) && matchesFrom(0, lineFrom + before.length);
  }

  /** Whether the rest of the line is this field and those behind it. */
  private boolean matchesFrom(int first, int from) {
    int field = first;
    int at = from;
    for (; field < roles.length && isFixed(roles[field]); field++) {
      int fieldEnd = fixedEnd(field, at);
      if (fieldEnd < 0 || !isHere(behind[field], fieldEnd)) {
        return false;
      }
      fieldFrom[field] = at;
      fieldTo[field] = fieldEnd;
      at = fieldEnd + behind[field].length;
    }
    return field == roles.length ? at == end : textMatchesFrom(field, at);
  }

  /** Whether a field ends in one place, which follows from where it begins. */
  private boolean isFixed(Role role) {
    return (role == Role.TIME || role == Role.STATUS || role == Role.BYTES) && role != anything;
  }

  /** Where a field ends that can end in one place only, or -1. */
  private int fixedEnd(int field, int at) {
    return switch (roles[field]) {
      case TIME -> time.parse(buffer, at, end);
      case STATUS -> {
        int digitsEnd = digitsEnd(at, STATUS_DIGITS);
        yield digitsEnd == at + STATUS_DIGITS ? digitsEnd : -1;
      }
      case BYTES -> {
        int bytesEnd = at < end && buffer[at] == '-' ? at + 1 : digitsEnd(at, MAX_DIGITS);
        yield bytesEnd == at ? -1 : bytesEnd;
      }
      default -> -1;
    };
  }

  private int digitsEnd(int at, int most) {
    int i = at;
    while (i < end && i - at < most && buffer[i] >= '0' && buffer[i] <= '9') {
      i++;
    }
    return i;
  }

  private boolean textMatchesFrom(int field, int at) {
    Role role = roles[field];
    boolean isWord = role == Role.HOST || role == Role.IDENTITY;
    int first = role == Role.IDENTITY ? at + 1 : at;
    int last = Math.min(isWord ? wordEnd(field, at) : end, end - behind[field].length);
    if (field == roles.length - 1) {
      // There is one place where the line can end.
      first = Math.max(first, end - behind[field].length);
    }
    int lastUntried = triedTo[field] == last ? Math.min(last, triedFrom[field] - 1) : last;
    if (isGreedy(field)) {
      for (int i = lastUntried; i >= first; i--) {
        if (mayEndAt(field, i) && restMatches(field, at, i)) {
          return true;
        }
      }
    } else {
      for (int i = first; i <= lastUntried; i++) {
        if (mayEndAt(field, i) && restMatches(field, at, i)) {
          return true;
        }
      }
    }
    if (first <= lastUntried) {
      triedFrom[field] = first;
      triedTo[field] = last;
    }
    return false;
  }

  private boolean restMatches(int field, int from, int to) {
    if (!matchesFrom(field + 1, to + behind[field].length)) {
      return false;
    }
    fieldFrom[field] = from;
    fieldTo[field] = to;
    return true;
  }

  private boolean isGreedy(int field) {
    return switch (roles[field]) {
      case REQUEST -> anything == Role.TEXT;
      case HOST -> behind[field].length > 0 && behind[field][0] == ':';
      default -> false;
    };
  }

  /** Whether the text behind a field is here, and ends it. */
  private boolean mayEndAt(int field, int at) {
    byte[] text = behind[field];
    if (!isHere(text, at)) {
      return false;
    }
    return switch (text.length == 0 ? 0 : text[0]) {
      case '"' -> !ByteAccessLineParser.isEscaped(buffer, lineFrom, at);
      case ' ' -> !areListsWhole || roles[field] != Role.TEXT || !isInList(at);
      default -> true;
    };
  }

  /**
   * Whether a space is one that separates the elements of a list, as NGINX writes it for what has
   * been sent to more than one upstream server: {@code 502, 502 : 200}. Unless the line is no
   * record otherwise, such a list is one field, so that its elements are not taken for the fields
   * behind it.
   */
  private boolean isInList(int at) {
    return at > lineFrom
        && (buffer[at - 1] == ','
            || buffer[at - 1] == ':' && at - 1 > lineFrom && buffer[at - 2] == ' '
            || at + 2 < end && buffer[at + 1] == ':' && buffer[at + 2] == ' ');
  }

  private boolean isHere(byte[] text, int at) {
    if (at + text.length > end) {
      return false;
    }
    for (int i = 0; i < text.length; i++) {
      if (buffer[at + i] != text[i]) {
        return false;
      }
    }
    return true;
  }

  /**
   * Where the word ends that is here; each byte is looked at once as long as it is the same word.
   */
  private int wordEnd(int field, int at) {
    if (at < wordFrom[field] || at > wordTo[field]) {
      int i = at;
      while (i < end && i != wordFrom[field] && !ByteAccessLineParser.isWhiteSpace(buffer[i])) {
        i++;
      }
      wordTo[field] = i == wordFrom[field] ? wordTo[field] : i;
      wordFrom[field] = at;
    }
    return wordTo[field];
  }
}
