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

  private final Literal before;
  private final Role[] roles;
  private final Literal[] behind;
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
   * @param layout of the lines
   */
  LogFormatParser(LineLayout layout) {
    int fields = layout.fields().size();
    before = new Literal(layout.before());
    roles = layout.fields().stream().map(Field::role).toArray(Role[]::new);
    behind =
        layout.fields().stream().map(field -> new Literal(field.behind())).toArray(Literal[]::new);
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
    if (isSplit(field)) {
      return from[field.ordinal()];
    }
    int text = textFields[field.ordinal()];
    if (text < 0 || isHyphen(fieldFrom[text], fieldTo[text])) {
      return to(field);
    }
    int at = fieldFrom[text];
    return field == AccessField.ENDPOINT && isEndpointBehindHost
        ? ByteSearch.next(buffer, (byte) '/', at, fieldTo[text])
        : at;
  }

  @Override
  public int to(AccessField field) {
    if (isSplit(field)) {
      return to[field.ordinal()];
    }
    int text = textFields[field.ordinal()];
    return text < 0 ? end : fieldTo[text];
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
    if (ByteSearch.next(bytes, (byte) '\r', from, end) < end) {
      return ByteAccessLineParser.CARRIAGE_RETURN;
    }
    areListsWhole = true;
    boolean isRecord = matchesAtOnce() || matches(Role.TEXT);
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
    isSplit = false;
    return null;
  }

  private boolean isHyphen(int from, int to) {
    return to - from == 1 && buffer[from] == '-';
  }

  /** Whether a field is a part of the request, which then is taken apart. */
  private boolean isSplit(AccessField asked) {
    if (requestField < 0 || !asked.isOfRequest()) {
      return false;
    }
    if (!isSplit) {
      ByteAccessLineParser.splitRequest(
          buffer, fieldFrom[requestField], fieldTo[requestField], from, to);
      isSplit = true;
    }
    return true;
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
   * Finds where all fields are in a line whose texts end at the first place where each may, as
   * nearly all lines have them, or, if the request does, at the last one behind which there are the
   * numbers. It is the same that {@link #matches} finds, which looks at the other places, too.
   */
  private boolean matchesAtOnce() {
    anything = Role.TEXT;
    if (!isHere(before, lineFrom)) {
      return false;
    }
    int at = lineFrom + before.length();
    for (int field = 0; field < roles.length; field++) {
      int fieldEnd = likelyEnd(field, at);
      if (fieldEnd < 0) {
        return false;
      }
      fieldFrom[field] = at;
      fieldTo[field] = fieldEnd;
      at = fieldEnd + behind[field].length();
    }
    return at == end;
  }

  /** Where a field ends in such a line, or -1. */
  private int likelyEnd(int field, int at) {
    if (isFixed(roles[field])) {
      int fieldEnd = fixedEnd(field, at);
      return fieldEnd >= 0 && isHere(behind[field], fieldEnd) ? fieldEnd : -1;
    }
    return isGreedy(field) ? lastEnd(field, at) : firstEnd(field, at);
  }

  /** The first place where a text may end, or -1. */
  private int firstEnd(int field, int at) {
    int first = firstPlace(field, at);
    int last = lastPlace(field, isWord(field) ? endOfWord(at, end) : end);
    for (int i = first; (i = placeBehind(field, i, last)) <= last; i++) {
      if (mayEndAt(field, i)) {
        return i;
      }
    }
    return -1;
  }

  /**
   * The last place where a text may end and the fields behind it are here that are no texts, or -1.
   */
  private int lastEnd(int field, int at) {
    int first = firstPlace(field, at);
    int last = lastPlace(field, isWord(field) ? endOfWord(at, end) : end);
    for (int i = last; (i = placeBefore(field, first, i)) >= first; i--) {
      if (mayEndAt(field, i) && fixedMatch(field + 1, i + behind[field].length())) {
        return i;
      }
    }
    return -1;
  }

  private boolean fixedMatch(int first, int from) {
    int at = from;
    for (int field = first; field < roles.length && isFixed(roles[field]); field++) {
      int fieldEnd = fixedEnd(field, at);
      if (fieldEnd < 0 || !isHere(behind[field], fieldEnd)) {
        return false;
      }
      at = fieldEnd + behind[field].length();
    }
    return true;
  }

  /** The first place where a text may end that begins here. */
  private int firstPlace(int field, int at) {
    int first = roles[field] == Role.IDENTITY ? at + 1 : at;
    // There is one place where the line can end.
    return field == roles.length - 1 ? Math.max(first, end - behind[field].length()) : first;
  }

  /** The last place where a text may end that reaches to a place at most. */
  private int lastPlace(int field, int most) {
    return Math.min(most, end - behind[field].length());
  }

  private boolean isWord(int field) {
    return roles[field] == Role.HOST || roles[field] == Role.IDENTITY;
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
    return isHere(before, lineFrom) && matchesFrom(0, lineFrom + before.length());
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
      at = fieldEnd + behind[field].length();
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
    int first = firstPlace(field, at);
    int last = lastPlace(field, isWord(field) ? wordEnd(field, at) : end);
    int lastUntried = triedTo[field] == last ? Math.min(last, triedFrom[field] - 1) : last;
    if (isGreedy(field)) {
      for (int i = lastUntried; (i = placeBefore(field, first, i)) >= first; i--) {
        if (mayEndAt(field, i) && restMatches(field, at, i)) {
          return true;
        }
      }
    } else {
      for (int i = first; (i = placeBehind(field, i, lastUntried)) <= lastUntried; i++) {
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

  /** The first place up to {@code last} where the text behind a field may begin, or one later. */
  private int placeBehind(int field, int from, int last) {
    Literal text = behind[field];
    return text.length() == 0 ? from : ByteSearch.next(buffer, text.first(), from, last + 1);
  }

  /**
   * The last place down to {@code first} where the text behind a field may begin, or one earlier.
   */
  private int placeBefore(int field, int first, int last) {
    Literal text = behind[field];
    return text.length() == 0 ? last : ByteSearch.previous(buffer, text.first(), first, last + 1);
  }

  private boolean restMatches(int field, int from, int to) {
    if (!matchesFrom(field + 1, to + behind[field].length())) {
      return false;
    }
    fieldFrom[field] = from;
    fieldTo[field] = to;
    return true;
  }

  private boolean isGreedy(int field) {
    return switch (roles[field]) {
      case REQUEST -> anything == Role.TEXT;
      case HOST -> behind[field].first() == ':';
      default -> false;
    };
  }

  /** Whether the text behind a field is here, and ends it. */
  private boolean mayEndAt(int field, int at) {
    Literal text = behind[field];
    if (!isHere(text, at)) {
      return false;
    }
    return switch (text.first()) {
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

  private boolean isHere(Literal text, int at) {
    return text.isAt(buffer, at, end);
  }

  /**
   * Where the word ends that is here; each byte is looked at once as long as it is the same word.
   */
  private int wordEnd(int field, int at) {
    if (at < wordFrom[field] || at > wordTo[field]) {
      int known = wordFrom[field] > at ? wordFrom[field] : end;
      int i = endOfWord(at, known);
      wordTo[field] = i == wordFrom[field] ? wordTo[field] : i;
      wordFrom[field] = at;
    }
    return wordTo[field];
  }

  private int endOfWord(int at, int to) {
    int i = ByteSearch.nextBlankOrControl(buffer, at, to);
    while (i < to && !ByteAccessLineParser.isWhiteSpace(buffer[i])) {
      i = ByteSearch.nextBlankOrControl(buffer, i + 1, to);
    }
    return i;
  }
}
