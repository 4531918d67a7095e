package io.tailrace.feed;

/**
 * The structure of one object or array of JSON, looked at byte by byte without allocating: where it
 * ends, or where it is broken.
 *
 * <p>It sees what could shift the end: brackets that do not match, a missing comma or colon, a line
 * feed in a text, and anything but a separator behind a text, which is what an unescaped quote
 * leads to. What is wrong inside of a number, a word or a text is for the parser to find.
 */
final class JsonStructure {

  /**
   * What is nested more deeply is taken for broken, which costs it nothing if its brackets match.
   * Records that were cut off look like that, each in the one before it.
   */
  private static final int MOST_LEVELS = Long.SIZE;

  /** What may come next. */
  private enum Place {
    KEY,
    COLON,
    VALUE,
    /** The rest of a number or a word, or what may come after it. */
    WORD,
    SEPARATOR
  }

  /** A bit for each level: whether it is an object. */
  private long objects;

  private Place place;
  private int depth;
  private boolean inObject;
  private boolean inText;
  private boolean escaped;
  private boolean broken;
  private long lineFeeds;

  /** Begins with the bracket or brace that opens a value. */
  void begin(byte open) {
    depth = 0;
    inText = false;
    escaped = false;
    broken = false;
    lineFeeds = 0;
    push(open);
  }

  /** Whether the value is complete. */
  boolean isWhole() {
    return depth == 0;
  }

  /** Whether it cannot become complete any more. */
  boolean isBroken() {
    return broken;
  }

  /** The number of line feeds so far, those in texts left out. */
  long lineFeeds() {
    return lineFeeds;
  }

  /** Looks at more bytes; tells where the value ends, where it is broken, or where they end. */
  int scan(byte[] bytes, int from, int to) {
    int i = from;
    while (i < to) {
      if (inText) {
        i = afterText(bytes, i, to);
      } else {
        byte b = bytes[i];
        if (b == '\n') {
          lineFeeds++;
        } else if (b != ' ' && b != '\t' && b != '\r') {
          if (!takes(b)) {
            broken = true;
          } else if (depth == 0) {
            return i + 1;
          }
        }
        i++;
      }
      if (broken) {
        return i;
      }
    }
    return i;
  }

  /** Where a text ends, or the line feed is that breaks it, or the bytes end. */
  private int afterText(byte[] bytes, int from, int to) {
    int i = from;
    if (escaped) {
      escaped = false;
      i += bytes[i] == '\n' ? 0 : 1;
    }
    for (; i < to; i++) {
      byte b = bytes[i];
      if (b == '"') {
        inText = false;
        return i + 1;
      } else if (b == '\n') {
        broken = true;
        return i;
      } else if (b == '\\') {
        if (i + 1 == to) {
          escaped = true;
        } else if (bytes[i + 1] != '\n') {
          i++;
        }
      }
    }
    return to;
  }

  private boolean takes(byte b) {
    switch (b) {
      case '"':
        inText = true;
        if (place == Place.VALUE) {
          place = Place.SEPARATOR;
          return true;
        }
        boolean isKey = place == Place.KEY;
        place = Place.COLON;
        return isKey;
      case ':':
        boolean afterKey = place == Place.COLON;
        place = Place.VALUE;
        return afterKey;
      case ',':
        boolean afterValue = place != Place.COLON;
        place = inObject ? Place.KEY : Place.VALUE;
        return afterValue;
      case '{', '[':
        return place == Place.VALUE && push(b);
      case '}', ']':
        return inObject == (b == '}') && place != Place.COLON && pop();
      default:
        boolean inWord = place == Place.VALUE || place == Place.WORD;
        place = Place.WORD;
        return inWord;
    }
  }

  private boolean push(byte open) {
    if (depth == MOST_LEVELS) {
      return false;
    }
    inObject = open == '{';
    long level = 1L << depth;
    objects = inObject ? objects | level : objects & ~level;
    depth++;
    place = inObject ? Place.KEY : Place.VALUE;
    return true;
  }

  private boolean pop() {
    depth--;
    inObject = depth > 0 && (objects >>> (depth - 1) & 1) == 1;
    place = Place.SEPARATOR;
    return true;
  }
}
