package io.tailrace.format;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Reads lines of logfmt: {@code level=info msg="took long" took=3.5 retried}. Values belong to
 * columns by their keys, which match exactly.
 *
 * <p>A key is followed by {@code =} and a value, or stands alone and is {@code true}. A value ends
 * before the next space, or is in double quotes, in which a backslash escapes as in JSON. A value
 * without a character is nothing, {@code ""} is the empty text. There is no standard; this is what
 * <a href="https://pkg.go.dev/github.com/kr/logfmt">kr/logfmt</a> and its users agree on. A line
 * without any {@code =} is no record, and neither is one that has a column twice.
 *
 * <p>Allocates nothing per record that it can read. Not safe for use by more than one thread.
 */
public final class LogfmtFields implements FieldReader {

  static final Optional<String> NO_PAIR = Optional.of("no key with a value");
  static final Optional<String> NO_KEY = Optional.of("a value without a key");
  static final Optional<String> OPEN_QUOTE = Optional.of("quoted value does not end in its line");
  static final Optional<String> BEHIND_QUOTE = Optional.of("text behind a quoted value");
  static final Optional<String> BAD_ESCAPE = Optional.of("unknown escape in a quoted value");

  private static final String ESCAPED = "\"\\/bfnrt";
  private static final String ESCAPES = "\"\\/\b\f\n\r\t";
  private static final int HEX_DIGITS = 4;
  private static final int HEX = 16;
  private static final byte[] TRUE = {'t', 'r', 'u', 'e'};

  /** In the place of the array of a value that is in {@link #unescaped}. */
  private static final byte[] NO_BYTES = {};

  private final byte[][] keys;
  private final int[] places;
  private final Content[] contents;
  private final byte[][] sources;
  private final int[] starts;
  private final int[] ends;
  private final boolean hasRest;

  /** Values with escapes, one behind the other. */
  private final ByteBuilder unescaped = new ByteBuilder();

  private final ByteBuilder rest = new ByteBuilder();

  private byte[] bytes;
  private int limit;

  /** Of the value that was read last. */
  private byte[] source;

  private int start;
  private int end;
  private Optional<String> problem;

  /**
   * @param keys those that are columns
   * @param places which of them are asked for: the first column is that of the key at the first
   *     place. {@link #RESCUED} is the column of those that belong to no other, which is an object
   *     of JSON, or nothing
   */
  public LogfmtFields(List<String> keys, int... places) {
    this.keys =
        keys.stream().map(key -> key.getBytes(StandardCharsets.UTF_8)).toArray(byte[][]::new);
    this.places = places.clone();
    this.contents = new Content[keys.size()];
    this.sources = new byte[keys.size()][];
    this.starts = new int[keys.size()];
    this.ends = new int[keys.size()];
    this.hasRest = Arrays.stream(places).anyMatch(place -> place == RESCUED);
  }

  @Override
  public Optional<String> read(byte[] line, int from, int to) {
    bytes = line;
    limit = to > from && line[to - 1] == '\r' ? to - 1 : to;
    if (!Utf8.isValid(line, from, limit)) {
      return CsvFields.INVALID_UTF8;
    }
    Arrays.fill(contents, Content.NOTHING);
    Arrays.fill(sources, null);
    unescaped.clear();
    rest.clear();
    boolean hasPair = false;
    int next = 0;
    int i = afterSpace(from);
    while (i < limit) {
      int keyFrom = i;
      while (i < limit && !isSpace(bytes[i]) && bytes[i] != '=' && bytes[i] != '"') {
        i++;
      }
      int keyTo = i;
      if (keyTo == keyFrom) {
        return NO_KEY;
      }
      boolean isPair = i < limit && bytes[i] == '=';
      hasPair |= isPair;
      i = isPair ? value(i + 1) : alone(i);
      if (i < 0) {
        return problem;
      }
      int key = key(keyFrom, keyTo, next);
      if (key >= 0) {
        if (sources[key] != null) {
          return Optional.of(
              "key '" + new String(keys[key], StandardCharsets.UTF_8) + "' comes twice");
        }
        take(key);
        next = key + 1;
      } else if (hasRest) {
        addToRest(keyFrom, keyTo);
      }
      i = afterSpace(i);
    }
    if (rest.length() > 0) {
      rest.add((byte) '}');
    }
    return hasPair ? Optional.empty() : NO_PAIR;
  }

  private static boolean isSpace(byte b) {
    return b >= 0 && b <= ' ';
  }

  private int afterSpace(int from) {
    int i = from;
    while (i < limit && isSpace(bytes[i])) {
      i++;
    }
    return i;
  }

  /** Reads a value; tells where the line goes on, or -1: there is a problem. */
  private int value(int from) {
    if (from < limit && bytes[from] == '"') {
      return quoted(from + 1);
    }
    int i = from;
    while (i < limit && !isSpace(bytes[i])) {
      i++;
    }
    set(bytes, from, i);
    return i;
  }

  private int alone(int at) {
    if (at < limit && bytes[at] == '"') {
      return problem(NO_KEY);
    }
    set(TRUE, 0, TRUE.length);
    return at;
  }

  private int quoted(int from) {
    boolean escapes = false;
    int i = from;
    while (i < limit && bytes[i] != '"') {
      escapes |= bytes[i] == '\\';
      i += bytes[i] == '\\' ? 2 : 1;
    }
    if (i >= limit) {
      return problem(OPEN_QUOTE);
    }
    if (i + 1 < limit && !isSpace(bytes[i + 1])) {
      return problem(BEHIND_QUOTE);
    }
    if (!escapes) {
      set(bytes, from, i);
      return i + 1;
    }
    int begin = unescaped.length();
    if (!unescape(from, i)) {
      return problem(BAD_ESCAPE);
    }
    // The array may grow yet, so it is asked for when the line is read.
    set(null, begin, unescaped.length());
    return i + 1;
  }

  private boolean unescape(int from, int to) {
    int i = from;
    while (i < to) {
      if (bytes[i] != '\\') {
        unescaped.add(bytes[i++]);
        continue;
      }
      int known = ESCAPED.indexOf(bytes[i + 1]);
      if (known >= 0) {
        unescaped.add((byte) ESCAPES.charAt(known));
        i += 2;
        continue;
      }
      int unit = unit(i, to);
      i += 2 + HEX_DIGITS;
      int character = unit;
      if (unit >= 0 && Character.isHighSurrogate((char) unit)) {
        int low = unit(i, to);
        i += 2 + HEX_DIGITS;
        character =
            low >= 0 && Character.isLowSurrogate((char) low)
                ? Character.toCodePoint((char) unit, (char) low)
                : -1;
      }
      if (character < 0 || character <= 0xffff && Character.isSurrogate((char) character)) {
        return false;
      }
      unescaped.addCharacter(character);
    }
    return true;
  }

  /** The unit of UTF-16 that is escaped here, as in {@code \\u00e9}, or -1 if none is. */
  private int unit(int backslash, int to) {
    int digits = backslash + 2;
    if (digits + HEX_DIGITS > to || bytes[backslash] != '\\' || bytes[backslash + 1] != 'u') {
      return -1;
    }
    int unit = 0;
    for (int i = digits; i < digits + HEX_DIGITS; i++) {
      int digit = Character.digit(bytes[i], HEX);
      if (digit < 0) {
        return -1;
      }
      unit = unit * HEX + digit;
    }
    return unit;
  }

  private void set(byte[] of, int from, int to) {
    source = of;
    start = from;
    end = to;
  }

  private int problem(Optional<String> reason) {
    problem = reason;
    return -1;
  }

  /**
   * The number of a key, or -1.
   *
   * @param likely that of the one behind the last, which comes next as a rule
   */
  private int key(int from, int to, int likely) {
    if (likely < keys.length && isKey(likely, from, to)) {
      return likely;
    }
    for (int key = 0; key < keys.length; key++) {
      if (isKey(key, from, to)) {
        return key;
      }
    }
    return -1;
  }

  private boolean isKey(int key, int from, int to) {
    return Arrays.equals(keys[key], 0, keys[key].length, bytes, from, to);
  }

  private void take(int key) {
    boolean isNothing = source == bytes && start == end && !(start > 0 && bytes[start - 1] == '"');
    contents[key] = isNothing ? Content.NOTHING : Content.TEXT;
    sources[key] = source == null ? NO_BYTES : source;
    starts[key] = start;
    ends[key] = end;
  }

  private void addToRest(int keyFrom, int keyTo) {
    rest.add((byte) (rest.length() == 0 ? '{' : ','));
    rest.addJsonText(bytes, keyFrom, keyTo);
    rest.add((byte) ':');
    rest.addJsonText(source == null ? unescaped.bytes() : source, start, end);
  }

  @Override
  public Content content(int column) {
    int place = places[column];
    if (place == RESCUED) {
      return rest.length() == 0 ? Content.NOTHING : Content.TEXT;
    }
    return contents[place];
  }

  @Override
  public byte[] bytes(int column) {
    int place = places[column];
    if (place == RESCUED) {
      return rest.bytes();
    }
    return sources[place] == NO_BYTES ? unescaped.bytes() : sources[place];
  }

  @Override
  public int from(int column) {
    int place = places[column];
    return place == RESCUED ? 0 : starts[place];
  }

  @Override
  public int to(int column) {
    int place = places[column];
    return place == RESCUED ? rest.length() : ends[place];
  }
}
