package io.tailrace.feed;

/**
 * Finds the end of a broken record of JSON, so that the records behind it are read.
 *
 * <p>Quotes cannot be trusted in such a record, so only brackets count, those in texts, too. Where
 * they match, the record ends with the brace that closes it. Where they do not, the evidence is the
 * next object: a record is followed by another one or by the end of the array, and a piece of the
 * broken record by more of that. Two records that begin their lines alike are of one kind.
 *
 * <p>It looks at each byte once, and at most {@value #LOOKAHEAD} bytes ahead; what it finds does
 * not depend on where buffers end.
 */
final class JsonResync {

  static final int LOOKAHEAD = 1 << 16;

  /** Of more deeply nested brackets only the number is known. */
  private static final int MOST_LEVELS = 1_000;

  /** What an object and those behind it say of the place where it begins. */
  private enum Evidence {
    /** They go on to the end of the array or file, or need no comma. */
    RECORDS,
    /** They are good as far as can be seen. */
    OBJECTS,
    /** They are inside of something else. */
    PIECES,
    /** The first one is broken itself. */
    NONE
  }

  private final JsonStructure probe = new JsonStructure();
  private final boolean[] objects = new boolean[MOST_LEVELS];

  private boolean inArray;

  /** How far the record is from the beginning of its line, or -1 if it is not the first there. */
  private long column;

  private int depth;
  private int arrays;

  /** Levels that are too deep to be remembered. */
  private int deeper;

  /** Whether all brackets have matched. */
  private boolean matching;

  /** The last byte that was no white space. */
  private byte last;

  /** How far it is from the beginning of the line if that has only white space, otherwise -1. */
  private long indentation;

  private long lineFeeds;

  /** Up to this place in the file objects were looked at. */
  private long lookedTo;

  /** Up to this place in the file they were seen to be pieces. */
  private long piecesTo;

  private boolean found;

  private byte[] bytes;
  private int limit;
  private boolean endInSight;

  /** How far the objects are that were looked at last, and whether there are several. */
  private int seenTo;

  private boolean several;

  /**
   * Begins in a record.
   *
   * @param open the bracket or brace that the record begins with, or should
   * @param inside whether it is an element of an array
   * @param recordColumn how far it is from the beginning of its line, or -1 if something else is
   *     before it there
   */
  void begin(byte open, boolean inside, long recordColumn) {
    inArray = inside;
    column = recordColumn;
    depth = 0;
    arrays = 0;
    deeper = 0;
    matching = true;
    indentation = -1;
    lineFeeds = 0;
    lookedTo = 0;
    piecesTo = 0;
    found = false;
    push(open == '{');
    last = open;
  }

  /** Whether the end of the record was found. */
  boolean isFound() {
    return found;
  }

  /** The line feeds between the beginning and the end. */
  long lineFeeds() {
    return lineFeeds;
  }

  /** How far the end is from the beginning of its line, or -1 if something else is before it. */
  long indentation() {
    return indentation;
  }

  /** Whether as many brackets close in a record as open, those in texts counted, too. */
  static boolean isClosed(byte[] buffer, int from, int to) {
    int open = 0;
    for (int i = from; i < to; i++) {
      byte b = buffer[i];
      if (b == '{' || b == '[') {
        open++;
      } else if (b == '}' || b == ']') {
        open--;
      }
    }
    return open == 0;
  }

  /**
   * Looks on.
   *
   * @param buffer holds the bytes {@code [from, to)}, and the beginning of the record
   * @param record where the record begins in it
   * @param base where the file has the byte 0 of the buffer
   * @param ended whether the file has no more bytes
   * @return where the record ends, if that is found; otherwise up to where was looked
   */
  int look(byte[] buffer, int from, int to, int record, long base, boolean ended) {
    bytes = buffer;
    for (int i = from; i < to; i++) {
      byte b = buffer[i];
      if (b == '\n') {
        lineFeeds++;
        indentation = 0;
        continue;
      }
      if (b == ' ' || b == '\t' || b == '\r') {
        indentation += indentation < 0 ? 0 : 1;
        continue;
      }
      if (b == '{' || b == '[' || b == '}' || b == ']') {
        if (!ended && to - i <= LOOKAHEAD) {
          return i;
        }
        limit = Math.min(to, i + LOOKAHEAD);
        endInSight = ended && limit == to;
        if (isEnd(b, i, record, base)) {
          found = true;
          if (depth > 0) {
            return i;
          }
          indentation = -1;
          return i + 1;
        }
      }
      last = b;
      indentation = b == ',' && indentation >= 0 ? indentation + 1 : -1;
    }
    return to;
  }

  /** Whether the record ends with a closing bracket, or before one or before an opening brace. */
  private boolean isEnd(byte b, int i, int record, long base) {
    switch (b) {
      case '{':
        if (beginsRecord(i, record, base)) {
          return true;
        }
        push(true);
        return false;
      case '[':
        push(false);
        return false;
      case '}':
        return depth > arrays && closes(true, i, record, base);
      default:
        if (arrays > 0) {
          return closes(false, i, record, base);
        }
        matching = false;
        return inArray && isEndOfArray(i);
    }
  }

  private boolean beginsRecord(int i, int record, long base) {
    boolean firstInLine = column >= 0 && indentation >= 0 && indentation <= column;
    boolean alike = beginAlike(record, i);
    boolean element = !objects[depth - 1] && (last == '[' || last == ',');
    boolean nested = last == ':' && !(firstInLine && alike) || element && !(firstInLine || alike);
    if (nested || base + i < lookedTo) {
      return false;
    }
    Evidence evidence = look(record, i);
    boolean begins =
        arrays == 0
            ? switch (evidence) {
              case RECORDS -> true;
              case OBJECTS -> several || isBetweenRecords() || firstInLine;
              case PIECES -> false;
              case NONE -> (last == ',' || firstInLine) && afterQuote(i) >= 0;
            }
            : alike
                && switch (evidence) {
                  case RECORDS -> true;
                  case OBJECTS -> firstInLine || several;
                  case PIECES -> false;
                  case NONE -> firstInLine;
                };
    if (!begins) {
      lookedTo = base + seenTo;
    }
    if (evidence == Evidence.PIECES) {
      piecesTo = base + seenTo;
    }
    return begins;
  }

  /** Whether the last byte was no part of a text, as far as can be seen. */
  private boolean isBetweenRecords() {
    return last == ',' || last == '{' || last == '}' || last == ']' || last >= '0' && last <= '9';
  }

  /** Closes the innermost object or array, with all in it, and tells whether that is the end. */
  private boolean closes(boolean object, int i, int record, long base) {
    if (deeper > 0) {
      deeper--;
      return false;
    }
    while (objects[depth - 1] != object) {
      matching = false;
      pop();
    }
    pop();
    if (depth > 0) {
      return false;
    }
    if (base + i < piecesTo || !isBehindRecord(record, i + 1)) {
      // It was in a text, or one that belongs to it is missing.
      matching = false;
      push(object);
      return false;
    }
    return true;
  }

  private void push(boolean object) {
    if (depth == objects.length) {
      deeper++;
    } else {
      objects[depth++] = object;
      arrays += object ? 0 : 1;
    }
  }

  private void pop() {
    depth--;
    arrays -= objects[depth] ? 0 : 1;
  }

  /** Whether what follows can follow a record. */
  private boolean isBehindRecord(int record, int from) {
    int i = afterSpace(from);
    if (i == limit) {
      return true;
    }
    boolean afterComma = bytes[i] == ',';
    if (afterComma && !inArray) {
      return false;
    }
    if (afterComma) {
      i = afterSpace(i + 1);
      if (i == limit) {
        return true;
      }
    }
    return switch (bytes[i]) {
      case '{' -> matching || look(record, i) != Evidence.PIECES;
      case '[' -> true;
      case ']' -> inArray && (matching || isEndOfArray(i));
      case '"', ':', '}', ',' -> false;
      default -> inArray ? afterComma && matching : hasLineFeed(from, i);
    };
  }

  private boolean hasLineFeed(int from, int to) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '\n') {
        return true;
      }
    }
    return false;
  }

  /** Looks at an object and those behind it. */
  private Evidence look(int record, int object) {
    int i = object;
    Evidence soFar = Evidence.NONE;
    several = false;
    while (true) {
      seenTo = i;
      probe.begin(bytes[i]);
      i = probe.scan(bytes, i + 1, limit);
      if (!probe.isWhole()) {
        boolean tooLong = !probe.isBroken() && !endInSight;
        return soFar == Evidence.NONE && tooLong ? Evidence.OBJECTS : soFar;
      }
      several = soFar == Evidence.OBJECTS;
      soFar = Evidence.OBJECTS;
      i = afterSpace(i);
      boolean afterComma = i < limit && bytes[i] == ',';
      if (afterComma) {
        i = afterSpace(i + 1);
      }
      seenTo = i;
      if (i == limit) {
        return endInSight && !afterComma ? Evidence.RECORDS : Evidence.OBJECTS;
      }
      byte b = bytes[i];
      if (b == ']') {
        return isEndOfArray(i) ? Evidence.RECORDS : Evidence.PIECES;
      } else if (!afterComma || b != '{') {
        if (!afterComma && (b == '{' || b == '[')) {
          return Evidence.RECORDS;
        }
        boolean field = afterComma ? !beginAlike(record, i) : b == '}' || b == '"' || b == ':';
        return field ? Evidence.PIECES : Evidence.OBJECTS;
      }
    }
  }

  /** Whether a closing bracket ends the array of records. */
  private boolean isEndOfArray(int bracket) {
    int i = afterSpace(bracket + 1);
    return inArray && (i == limit || bytes[i] == '{' || bytes[i] == '[');
  }

  private int afterSpace(int from) {
    int i = from;
    while (i < limit
        && (bytes[i] == ' ' || bytes[i] == '\n' || bytes[i] == '\r' || bytes[i] == '\t')) {
      i++;
    }
    return i;
  }

  /** Whether two objects begin with the same name. */
  private boolean beginAlike(int record, int other) {
    int i = afterQuote(record);
    int k = afterQuote(other);
    if (i < 0 || k < 0) {
      return false;
    }
    while (k < limit && bytes[i] == bytes[k]) {
      if (bytes[i] == '"') {
        return true;
      }
      i++;
      k++;
    }
    return false;
  }

  /** Where the first name of an object begins, behind its quote, or -1. */
  private int afterQuote(int object) {
    int i = bytes[object] == '{' ? afterSpace(object + 1) : object;
    return i < limit && bytes[i] == '"' ? i + 1 : -1;
  }
}
