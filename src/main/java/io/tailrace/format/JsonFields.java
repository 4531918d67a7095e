package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads records that are objects of JSON (RFC 8259), as DuckDB reads them.
 *
 * <p>A column is the value at a path of names, one or several that lead into objects. A field has a
 * name if it is exactly the same. A record is refused where the field of a column comes twice, and
 * where the path of one leads into what is no object. A value of {@code null}, and one at a path
 * that is not there, is nothing. Numbers are given as they are written; objects and arrays without
 * white space between their parts, and with no more escapes in their texts than are needed.
 *
 * <p>All of a record is looked at, whichever columns are asked for, so that what is a record does
 * not depend on the question.
 */
public final class JsonFields implements FieldReader {

  /** The most objects and arrays inside of each other. */
  static final int MOST_LEVELS = 1_000;

  private static final Optional<String> GOOD = Optional.empty();
  private static final Optional<String> NO_OBJECT = Optional.of("not a JSON object");
  private static final Optional<String> MORE = Optional.of("more than one JSON object");
  private static final Optional<String> INVALID_UTF8 = Optional.of("not valid UTF-8");
  private static final Optional<String> OPEN = notJson("it ends too early");
  private static final Optional<String> BAD_NAME = notJson("a name in quotes is missing");
  private static final Optional<String> BAD_COLON = notJson("a colon is missing");
  private static final Optional<String> BAD_VALUE = notJson("a value is missing or none of JSON");
  private static final Optional<String> BAD_COMMA = notJson("a comma or bracket is missing");
  private static final Optional<String> BAD_CONTROL = notJson("control character in a text");
  private static final Optional<String> BAD_ESCAPE = notJson("unknown escape in a text");
  private static final Optional<String> HALF_PAIR = notJson("half a surrogate pair in a text");
  private static final Optional<String> TOO_DEEP =
      notJson("more than " + MOST_LEVELS + " levels of objects and arrays");

  private static final VarHandle INTS =
      MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.LITTLE_ENDIAN);
  private static final int TRUE = letters("true");
  private static final int FALSE_WITHOUT_F = letters("alse");
  private static final int NULL = letters("null");

  /** What may be behind a backslash, but for the u, and what each of them means. */
  private static final String ESCAPED = "\"\\/bfnrt";

  private static final String MEANT = "\"\\/\b\f\n\r\t";

  private static final int HEX = 16;

  /** The length of an escaped unit of UTF-16. */
  private static final int UNIT_BYTES = 6;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long QUOTES = ONES * '"';
  private static final long BACKSLASHES = ONES * '\\';
  private static final long BLANKS = ONES * ' ';
  private static final long ZEROS = ONES * '0';

  /** No column of those that are asked for. */
  private static final int NOT_ASKED = -1;

  private static final Content[] CONTENTS = Content.values();

  // What changes with each field is a number: a reference would cost the garbage collector's
  // barrier.
  private static final byte NOTHING = (byte) Content.NOTHING.ordinal();
  private static final byte TEXT = (byte) Content.TEXT.ordinal();
  private static final byte INTEGER = (byte) Content.INTEGER.ordinal();
  private static final byte REAL = (byte) Content.REAL.ordinal();
  private static final byte TRUTH = (byte) Content.TRUTH.ordinal();
  private static final byte NESTED = (byte) Content.NESTED.ordinal();

  /** Added to the content of a value that is among our own. */
  private static final byte COPIED = 8;

  private final Node root = new Node(null, new byte[0]);

  /** The column with the fields that belong to no other one, or none. */
  private final int rescuedColumn;

  /** Of each column that is asked for the number of its content, with {@link #COPIED} or not. */
  private final byte[] contents;

  private final int[] starts;
  private final int[] ends;

  /** Values that are not as they are written, one behind the other. */
  private final ByteBuilder own = new ByteBuilder();

  private final ByteBuilder rescued = new ByteBuilder();

  private final ByteBuilder unescaped = new ByteBuilder();

  /** Which of the levels that are open are objects. */
  private final boolean[] objects = new boolean[MOST_LEVELS];

  private byte[] bytes;
  private int limit;

  /** Why it is no record, once that is known. */
  private Optional<String> problem = GOOD;

  /** How much there has been so far that is left out where values are given. */
  private int excess;

  /** Whether the text that was looked at last has escapes. */
  private boolean escapes;

  /** What the value is that was looked at last: the number of a {@link Content}. */
  private byte kind;

  /**
   * @param table the paths of all columns that a record has fields for
   * @param positions which of them are asked for, the first being 0: the first column is that at
   *     the first position. {@link #RESCUED} is the column of fields that belong to none of the
   *     table's, which is an object of JSON, or nothing
   */
  public JsonFields(List<List<String>> table, int... positions) {
    contents = new byte[positions.length];
    starts = new int[positions.length];
    ends = new int[positions.length];
    List<Integer> asked = Arrays.stream(positions).boxed().toList();
    rescuedColumn = asked.indexOf(RESCUED);
    for (int i = 0; i < table.size(); i++) {
      root.add(table.get(i), 0, asked.indexOf(i));
    }
  }

  private static Optional<String> notJson(String why) {
    return Optional.of("not JSON: " + why);
  }

  private static int letters(String four) {
    return (int) INTS.get(four.getBytes(StandardCharsets.US_ASCII), 0);
  }

  @Override
  public Optional<String> read(byte[] bytes, int from, int to) {
    if (this.bytes != bytes) {
      this.bytes = bytes;
    }
    limit = to;
    if (problem != GOOD) {
      problem = GOOD;
    }
    own.clear();
    rescued.clear();
    Arrays.fill(contents, NOTHING);
    int i = afterSpace(from);
    if (i == to || bytes[i] != '{') {
      return NO_OBJECT;
    }
    i = object(root, i + 1);
    if (i >= 0 && afterSpace(i) != to) {
      return MORE;
    }
    if (rescuedColumn != NOT_ASKED && rescued.length() > 0) {
      contents[rescuedColumn] = TEXT;
      ends[rescuedColumn] = rescued.length();
    }
    return problem;
  }

  /** Reads what is behind the brace of an object; tells where it ends, or -1. */
  private int object(Node node, int from) {
    node.begin();
    int i = afterSpace(from);
    if (i < limit && bytes[i] == '}') {
      return i + 1;
    }
    for (int place = 0; ; place++) {
      if (i == limit || bytes[i] != '"') {
        return broken(i == limit ? OPEN : BAD_NAME);
      }
      int name = i + 1;
      KnownName known = node.known(place);
      int nameEnd = known.end(bytes, name, limit);
      Node child;
      if (nameEnd >= 0) {
        child = known.field();
      } else {
        nameEnd = endOfText(name);
        if (nameEnd < 0) {
          return -1;
        }
        child = named(node, known, name, nameEnd);
      }
      i = afterColon(nameEnd);
      if (i < 0) {
        return -1;
      }
      i = child == null ? other(node, name, nameEnd, i) : field(node, child, i);
      if (i < 0) {
        return -1;
      }
      i = afterSpace(i);
      if (i == limit) {
        return broken(OPEN);
      }
      if (bytes[i] == '}') {
        close(node);
        return i + 1;
      }
      if (bytes[i] != ',') {
        return broken(BAD_COMMA);
      }
      i = afterSpace(i + 1);
    }
  }

  /**
   * The field of a node that has a name, or null. It is remembered, because the next record has it,
   * too.
   */
  private Node named(Node node, KnownName known, int from, int to) {
    if (escapes) {
      unescaped.clear();
      unescape(from, to, unescaped);
      return node.named(unescaped.bytes(), 0, unescaped.length());
    }
    Node child = node.named(bytes, from, to);
    known.set(bytes, from, to, child);
    return child;
  }

  /** Looks at a value that belongs to no column; tells where it ends, or -1. */
  private int other(Node node, int name, int nameEnd, int from) {
    int before = excess;
    int end = value(from);
    if (end >= 0 && rescuedColumn != NOT_ASKED) {
      rescue(node, name, nameEnd, from, end, excess > before);
    }
    return end;
  }

  /** Takes a value at a path; tells where it ends, or -1. */
  private int field(Node parent, Node node, int from) {
    if (node.foundIn == parent.objects) {
      return broken(node.twice);
    }
    node.foundIn = parent.objects;
    int before = excess;
    int end;
    if (bytes[from] == '{' && node.children.length > 0) {
      end = object(node, from + 1);
      kind = NESTED;
    } else {
      end = value(from);
      if (end >= 0 && kind != NOTHING && node.children.length > 0) {
        return broken(node.noObject);
      }
    }
    if (end >= 0 && node.column != NOT_ASKED) {
      take(node.column, from, end, excess > before);
    }
    return end;
  }

  private void take(int column, int from, int to, boolean altered) {
    if (kind == TEXT && escapes || kind == NESTED && altered) {
      contents[column] = (byte) (kind | COPIED);
      starts[column] = own.length();
      if (kind == TEXT) {
        unescape(from + 1, to - 1, own);
      } else {
        addShort(from, to, own);
      }
      ends[column] = own.length();
    } else {
      contents[column] = kind;
      int quote = kind == TEXT ? 1 : 0;
      starts[column] = from + quote;
      ends[column] = to - quote;
    }
  }

  private void rescue(Node node, int name, int nameEnd, int from, int to, boolean altered) {
    open(node);
    addComma();
    rescued.add(bytes, name - 1, nameEnd + 1);
    rescued.add((byte) ':');
    if (altered) {
      addShort(from, to, rescued);
    } else {
      rescued.add(bytes, from, to);
    }
  }

  /** Begins the object of a node among what is rescued, unless that is begun. */
  private void open(Node node) {
    if (node.opened) {
      return;
    }
    if (node.parent != null) {
      open(node.parent);
      addComma();
      rescued.addJsonText(node.name, 0, node.name.length);
      rescued.add((byte) ':');
    }
    rescued.add((byte) '{');
    node.opened = true;
  }

  private void addComma() {
    if (rescued.last() != '{') {
      rescued.add((byte) ',');
    }
  }

  private void close(Node node) {
    if (node.opened) {
      rescued.add((byte) '}');
    }
  }

  /** Finds out what a value is that begins here; tells where it ends, or -1. */
  private int value(int from) {
    if (bytes[from] == '{' || bytes[from] == '[') {
      int end = nested(from);
      kind = NESTED;
      return end;
    }
    return scalar(from);
  }

  private int scalar(int from) {
    byte first = bytes[from];
    if (first == '"') {
      kind = TEXT;
      int quote = endOfText(from + 1);
      return quote < 0 ? -1 : quote + 1;
    }
    return first >= 'a' ? word(from) : number(from);
  }

  private int word(int from) {
    int letters = from + Integer.BYTES <= limit ? (int) INTS.get(bytes, from) : 0;
    if (letters == TRUE || letters == NULL) {
      kind = letters == TRUE ? TRUTH : NOTHING;
      return from + Integer.BYTES;
    }
    boolean isFalse =
        bytes[from] == 'f'
            && from + 1 + Integer.BYTES <= limit
            && (int) INTS.get(bytes, from + 1) == FALSE_WITHOUT_F;
    kind = TRUTH;
    return isFalse ? from + 1 + Integer.BYTES : broken(BAD_VALUE);
  }

  /** Finds out which number begins here; tells where it ends, or -1. */
  private int number(int from) {
    // Where a loop over the digits of a short number would end is what no processor foresees.
    int end = afterFewDigits(from);
    boolean hasDecimals = end > from && bytes[end] == '.';
    if (hasDecimals) {
      int decimals = end + 1;
      end = afterFewDigits(decimals);
      end = end > decimals ? end : from;
    }
    boolean isShort = end > from && end < limit && endsNumber(bytes[end]);
    if (isShort && (bytes[from] != '0' || end == from + 1 || bytes[from + 1] == '.')) {
      kind = hasDecimals ? REAL : INTEGER;
      return end;
    }
    end = NumberText.endOfNumber(bytes, from, limit);
    if (end < 0) {
      return broken(BAD_VALUE);
    }
    kind = NumberText.isReal(bytes, from, end) ? REAL : INTEGER;
    return end;
  }

  private static boolean endsNumber(byte next) {
    return next == ',' || next == '}' || next == ']';
  }

  /**
   * Where up to eight digits end that begin here, with a byte behind them, or -1. What is behind
   * the record may be looked at.
   */
  private int afterFewDigits(int from) {
    if (from >= bytes.length - Long.BYTES) {
      return -1;
    }
    long digits = (long) LONGS.get(bytes, from) ^ ZEROS;
    long others = ((digits & ~HIGH_BITS) + ONES * (0x7f - 9) | digits) & HIGH_BITS;
    return from + (Long.numberOfTrailingZeros(others) >>> 3);
  }

  private int afterWord(byte[] word, int from) {
    int end = from + word.length;
    boolean isWord = end <= limit && Arrays.equals(bytes, from, end, word, 0, word.length);
    return isWord ? end : broken(BAD_VALUE);
  }

  /** Reads an object or an array and all that is in it; tells where it ends, or -1. */
  private int nested(int from) {
    int depth = 0;
    int i = from;
    while (true) {
      boolean opens = bytes[i] == '{' || bytes[i] == '[';
      int end = i + 1;
      if (!opens) {
        end = scalar(i);
      } else if (depth == MOST_LEVELS) {
        return broken(TOO_DEEP);
      } else {
        objects[depth++] = bytes[i] == '{';
      }
      if (end < 0) {
        return -1;
      }
      i = afterSpace(end);
      if (i < limit && (!opens || bytes[i] == closing(depth))) {
        while (i < limit && bytes[i] == closing(depth)) {
          depth--;
          if (depth == 0) {
            return i + 1;
          }
          i = afterSpace(i + 1);
        }
        if (i < limit && bytes[i] != ',') {
          return broken(BAD_COMMA);
        }
        i = i < limit ? afterSpace(i + 1) : i;
      }
      if (i == limit) {
        return broken(OPEN);
      }
      i = objects[depth - 1] ? afterName(i) : i;
      if (i < 0) {
        return -1;
      }
    }
  }

  private byte closing(int depth) {
    return (byte) (objects[depth - 1] ? '}' : ']');
  }

  /** Where the value begins behind a name that begins here, or -1. */
  private int afterName(int from) {
    if (bytes[from] != '"') {
      return broken(BAD_NAME);
    }
    int end = endOfText(from + 1);
    return end < 0 ? -1 : afterColon(end);
  }

  /** Where the value begins behind a name that ends here, or -1. */
  private int afterColon(int nameEnd) {
    int i = nameEnd + 1;
    if (i + 1 < limit && bytes[i] == ':' && bytes[i + 1] > ' ') {
      return i + 1;
    }
    i = afterSpace(i);
    if (i < limit && bytes[i] != ':') {
      return broken(BAD_COLON);
    }
    i = i < limit ? afterSpace(i + 1) : i;
    return i < limit ? i : broken(OPEN);
  }

  /** Where the quote is that ends a text that begins here, or -1; eight bytes at a time. */
  private int endOfText(int from) {
    escapes = false;
    long nonAscii = 0;
    int i = from;
    while (true) {
      while (i <= limit - Long.BYTES) {
        long word = (long) LONGS.get(bytes, i);
        long quote = word ^ QUOTES;
        long backslash = word ^ BACKSLASHES;
        // A subtraction borrows from what is behind such a byte, so that the first one is right.
        long special =
            ((quote - ONES) & ~quote | (backslash - ONES) & ~backslash | (word - BLANKS) & ~word)
                & HIGH_BITS;
        nonAscii |= word;
        if (special != 0) {
          i += Long.numberOfTrailingZeros(special) >>> 3;
          break;
        }
        i += Long.BYTES;
      }
      if (i >= limit) {
        return broken(OPEN);
      }
      byte b = bytes[i];
      if (b == '"') {
        boolean isText = (nonAscii & HIGH_BITS) == 0 || Utf8.isValid(bytes, from, i);
        return isText ? i : broken(INVALID_UTF8);
      } else if (b == '\\') {
        escapes = true;
        excess++;
        i = afterEscape(i);
        if (i < 0) {
          return -1;
        }
      } else if (b >= 0 && b < ' ') {
        return broken(BAD_CONTROL);
      } else {
        nonAscii |= b;
        i++;
      }
    }
  }

  /** Where a text goes on behind a backslash and what it escapes, or -1. */
  private int afterEscape(int backslash) {
    if (backslash + 1 >= limit) {
      return broken(OPEN);
    }
    byte escaped = bytes[backslash + 1];
    if (escaped != 'u') {
      return ESCAPED.indexOf(escaped) >= 0 ? backslash + 2 : broken(BAD_ESCAPE);
    }
    int unit = unit(backslash);
    if (unit < 0) {
      return broken(BAD_ESCAPE);
    }
    if (!Character.isSurrogate((char) unit)) {
      return backslash + UNIT_BYTES;
    }
    int low = unit(backslash + UNIT_BYTES);
    boolean isPair = low >= 0 && Character.isSurrogatePair((char) unit, (char) low);
    return isPair ? backslash + 2 * UNIT_BYTES : broken(HALF_PAIR);
  }

  /** The unit of UTF-16 that is escaped here, as in {@code \\u00e9}, or -1 if none is. */
  private int unit(int backslash) {
    if (backslash + UNIT_BYTES > limit || bytes[backslash] != '\\' || bytes[backslash + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = backslash + 2; i < backslash + UNIT_BYTES; i++) {
      int digit = Character.digit(bytes[i], HEX);
      if (digit < 0) {
        return -1;
      }
      unit = unit << 4 | digit;
    }
    return unit;
  }

  /** Adds a text that is good, without its escapes. */
  private void unescape(int from, int to, ByteBuilder out) {
    int i = from;
    while (i < to) {
      byte b = bytes[i];
      if (b != '\\') {
        out.add(b);
        i++;
      } else if (bytes[i + 1] != 'u') {
        out.add((byte) MEANT.charAt(ESCAPED.indexOf(bytes[i + 1])));
        i += 2;
      } else {
        int unit = unit(i);
        i += UNIT_BYTES;
        if (Character.isSurrogate((char) unit)) {
          out.addCharacter(Character.toCodePoint((char) unit, (char) unit(i)));
          i += UNIT_BYTES;
        } else {
          out.addCharacter(unit);
        }
      }
    }
  }

  /** Adds JSON that is good without white space between its parts, and with few escapes. */
  private void addShort(int from, int to, ByteBuilder out) {
    for (int i = from; i < to; i++) {
      if (bytes[i] == '"') {
        int end = endOfText(i + 1);
        unescaped.clear();
        unescape(i + 1, end, unescaped);
        out.addJsonText(unescaped.bytes(), 0, unescaped.length());
        i = end;
      } else if (!isSpace(bytes[i])) {
        out.add(bytes[i]);
      }
    }
  }

  private int afterSpace(int from) {
    if (from < limit && bytes[from] > ' ') {
      return from;
    }
    int i = from;
    while (i < limit && isSpace(bytes[i])) {
      i++;
    }
    excess += i - from;
    return i;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }

  private int broken(Optional<String> why) {
    problem = why;
    return -1;
  }

  @Override
  public Content content(int column) {
    return CONTENTS[contents[column] & COPIED - 1];
  }

  @Override
  public byte[] bytes(int column) {
    if (contents[column] >= COPIED) {
      return own.bytes();
    }
    return column == rescuedColumn ? rescued.bytes() : bytes;
  }

  @Override
  public int from(int column) {
    return starts[column];
  }

  @Override
  public int to(int column) {
    return ends[column];
  }

  /** The fields of an object that are columns or lead to some. */
  private static final class Node {

    /** So many fields of an object are remembered by their places. */
    private static final int PLACES = 64;

    final Node parent;
    final byte[] name;
    final Optional<String> twice;
    final Optional<String> noObject;
    Node[] children = {};
    int column = NOT_ASKED;

    /** How many such objects there have been. */
    long objects;

    /** In which of its parent's objects the field was last. */
    long foundIn;

    /** Whether the object is begun among what is rescued. */
    boolean opened;

    /** Of each place in the object the name that was there in another record; others share one. */
    private final KnownName[] known = new KnownName[PLACES + 1];

    Node(Node parent, byte[] name) {
      this.parent = parent;
      this.name = name;
      String text = new String(name, StandardCharsets.UTF_8);
      this.twice = Optional.of("field " + text + " comes twice");
      this.noObject = Optional.of("field " + text + " is not an object");
      Arrays.setAll(known, place -> new KnownName());
    }

    /**
     * Adds the field at a path, whose names up to a depth have led here.
     *
     * @param asked which of the columns that are asked for it is
     */
    void add(List<String> path, int depth, int asked) {
      if (depth == path.size()) {
        column = asked;
        return;
      }
      byte[] next = path.get(depth).getBytes(StandardCharsets.UTF_8);
      Node child = named(next, 0, next.length);
      if (child == null) {
        child = new Node(this, next);
        children = Arrays.copyOf(children, children.length + 1);
        children[children.length - 1] = child;
      }
      child.add(path, depth + 1, asked);
    }

    /** Begins with the first field of an object. */
    void begin() {
      opened = false;
      objects++;
    }

    /** The field that has a name, or null. */
    Node named(byte[] bytes, int from, int to) {
      for (Node child : children) {
        if (Arrays.equals(bytes, from, to, child.name, 0, child.name.length)) {
          return child;
        }
      }
      return null;
    }

    KnownName known(int place) {
      return known[Math.min(place, PLACES)];
    }
  }

  /** A name that was at a place in an earlier object, with the quote behind it, and its field. */
  private static final class KnownName {

    /** Longer names are not remembered. */
    private static final int LONGEST = 64;

    private byte[] name = {};

    /** How long it is, or longer than any record if none is remembered. */
    private int length = Integer.MAX_VALUE / 2;

    /** The first eight bytes of it, or all of it, and which bytes these are. */
    private long first;

    private long mask;

    /** The last eight bytes of it, if there are more than eight. */
    private long last;

    private Node field;

    /** Remembers the name in {@code bytes[from, to)}, behind which its quote is. */
    void set(byte[] bytes, int from, int to, Node named) {
      int size = to + 1 - from;
      if (size > LONGEST) {
        return;
      }
      if (name.length == 0) {
        name = new byte[LONGEST];
      }
      System.arraycopy(bytes, from, name, 0, size);
      length = size;
      field = named;
      mask = size < Long.BYTES ? (1L << (size << 3)) - 1 : -1L;
      first = (long) LONGS.get(name, 0) & mask;
      last = size > Long.BYTES ? (long) LONGS.get(name, size - Long.BYTES) : 0;
    }

    /** The field that has the name, or null: it belongs to no column. */
    Node field() {
      return field;
    }

    /**
     * Where the quote is behind a name that is the one that is remembered, or -1 if it is not. What
     * is behind the record may be looked at, but does not count.
     */
    int end(byte[] bytes, int from, int limit) {
      int end = from + length;
      boolean isKnown =
          end <= limit
              && from <= bytes.length - Long.BYTES
              && ((long) LONGS.get(bytes, from) & mask) == first
              && (length <= Long.BYTES
                  || (long) LONGS.get(bytes, end - Long.BYTES) == last
                      && (length <= 2 * Long.BYTES
                          || Arrays.equals(bytes, from, end, name, 0, length)));
      return isKnown ? end - 1 : -1;
    }
  }
}
