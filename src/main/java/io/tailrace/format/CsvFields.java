package io.tailrace.format;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;

/**
 * Reads records of CSV (<a href="https://www.rfc-editor.org/rfc/rfc4180#section-2">RFC 4180</a>).
 *
 * <p>A field is what is between two delimiters, blanks and all. One that begins with a quote ends
 * with a quote, and delimiters in between are text; blanks around the quotes are not, as in DuckDB.
 * In a field that does not begin with one a quote is text. A record is one line, whose carriage
 * return at the end does not count. With {@link CsvSettings#trim()} spaces and tabs around fields
 * that are not quoted are none of theirs. A record has the fields of a table's columns: no fewer,
 * and no more, unless the table has a column for those that belong to none.
 *
 * <p>All fields of a record are looked at, whichever are asked for, so that what is a record does
 * not depend on the question.
 */
public final class CsvFields implements FieldReader {

  static final Optional<String> OPEN_QUOTE = Optional.of("quoted field does not end in its line");
  static final Optional<String> BEHIND_QUOTE = Optional.of("text behind a quoted field");
  static final Optional<String> INVALID_UTF8 = Optional.of("not valid UTF-8");

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;

  /** Makes one byte of the lowest bits of eight, the first of which becomes the lowest. */
  private static final long GATHER = 0x0102040810204080L;

  /** So many bytes are looked at without asking whether the record has them. */
  private static final int STEP = 2 * Long.BYTES;

  /** In a word of which the record has so many bytes the bits that are its own. */
  private static final long[] OWN = {
    0, 0xffL, 0xffffL, 0xff_ffffL, 0xffff_ffffL, -1L >>> 24, -1L >>> 16, -1L >>> 8, -1L
  };

  private static final byte[] NULL = {'n', 'u', 'l', 'l'};

  private final byte delimiter;
  private final byte quote;
  private final byte escape;
  private final boolean hasQuotes;
  private final boolean trims;
  private final byte[] nullText;
  private final long delimiters;
  private final long quotes;

  private final int fields;
  private final boolean hasRest;
  private final int[] positions;

  /** Of each field of the record; of those behind the last column nothing that is of use. */
  private final int[] starts;

  private final int[] ends;

  /** How many fields the record has. */
  private int count;

  private byte[] source;

  /** Whether a record without quotes is in ASCII. */
  private boolean ascii;

  /** Whether the record has a quoted field; only then the next two say something. */
  private boolean quoted;

  /** Which fields are quoted. */
  private final boolean[] inQuotes;

  /** Which fields are in {@link #unquoted}. */
  private final boolean[] copied;

  /** Which fields are asked for. */
  private final boolean[] asked;

  /** The texts of fields with escaped quotes, one behind the other. */
  private final ByteBuilder unquoted = new ByteBuilder();

  /** The fields that belong to no column. */
  private final ByteBuilder rest = new ByteBuilder();

  /**
   * @param settings how records are written
   * @param fields how many fields a record has
   * @param hasRest whether it may have more
   * @param positions which fields are asked for, the first being 0: the first column is that at the
   *     first position. {@link #RESCUED} is the column of fields that belong to no other, which is
   *     an array of JSON, or nothing
   */
  public CsvFields(CsvSettings settings, int fields, boolean hasRest, int... positions) {
    this.delimiter = (byte) settings.delimiter();
    this.quote = (byte) settings.quote();
    this.escape = (byte) settings.escape();
    this.hasQuotes = settings.quote() != CsvSettings.NONE;
    this.trims = settings.trim();
    this.nullText = settings.nullText().getBytes(StandardCharsets.UTF_8);
    this.delimiters = ONES * settings.delimiter();
    this.quotes = ONES * settings.quote();
    this.fields = fields;
    this.hasRest = hasRest;
    this.positions = positions.clone();
    this.starts = new int[fields + 1];
    this.ends = new int[fields + 1];
    this.inQuotes = new boolean[fields + 1];
    this.copied = new boolean[fields + 1];
    this.asked = new boolean[fields + 1];
    for (int position : positions) {
      asked[position == RESCUED ? fields : position] = true;
    }
  }

  @Override
  public Optional<String> read(byte[] bytes, int from, int to) {
    int end = to > from && bytes[to - 1] == '\r' ? to - 1 : to;
    source = bytes;
    quoted = false;
    boolean isPlain = end <= bytes.length - STEP && isPlain(from, end);
    Optional<String> problem = Optional.empty();
    if (!isPlain || count > fields && hasRest) {
      problem = readAny(from, end);
    } else if (!ascii && !Utf8.isValid(bytes, from, end)) {
      problem = INVALID_UTF8;
    }
    if (problem.isEmpty() && count != fields && (count < fields || !hasRest)) {
      return Optional.of(
          String.format("%d field%s, %d expected", count, count == 1 ? "" : "s", fields));
    }
    if (trims && problem.isEmpty()) {
      trim();
    }
    return problem;
  }

  /** Takes the blanks off the fields that are asked for. */
  private void trim() {
    for (int place : positions) {
      if (place != RESCUED && !(quoted && inQuotes[place])) {
        int from = starts[place];
        int to = ends[place];
        while (from < to && isBlank(source[from])) {
          from++;
        }
        while (from < to && isBlank(source[to - 1])) {
          to--;
        }
        starts[place] = from;
        ends[place] = to;
      }
    }
  }

  private boolean isBlank(byte b) {
    return (b == ' ' || trims && b == '\t') && b != delimiter;
  }

  /**
   * Reads a record without quotes, 64 bytes at a time: how long a field is cannot be foreseen, how
   * many end in a block nearly can.
   *
   * @return whether it is one, whose fields there are then
   */
  private boolean isPlain(int from, int to) {
    starts[0] = from;
    return to - from <= STEP ? isPlainAndShort(from, to) : isPlainAndLong(from, to);
  }

  /** The same for a record of one or two words: which of both it is no processor foresees. */
  private boolean isPlainAndShort(int from, int to) {
    long first = (long) LONGS.get(source, from);
    long second = (long) LONGS.get(source, from + Long.BYTES);
    long firstOwn = OWN[Math.min(to - from, Long.BYTES)];
    long secondOwn = OWN[Math.max(to - from - Long.BYTES, 0)];
    if ((equal(first, quotes) & firstOwn | equal(second, quotes) & secondOwn) != 0) {
      return false;
    }
    long found =
        gathered(equal(first, delimiters) & firstOwn)
            | gathered(equal(second, delimiters) & secondOwn) << Long.BYTES;
    end(split(found, from, 0), to, first & firstOwn | second & secondOwn);
    return true;
  }

  private boolean isPlainAndLong(int from, int to) {
    byte[] bytes = source;
    int field = 0;
    long high = 0;
    for (int block = from; block < to; block += Long.SIZE) {
      int length = Math.min(Long.SIZE, to - block);
      long quoteFound = 0;
      long found = 0;
      for (int i = 0; i < length; i += Long.BYTES) {
        long word = (long) LONGS.get(bytes, block + i);
        long own = OWN[Math.min(length - i, Long.BYTES)];
        high |= word & own;
        quoteFound |= equal(word, quotes) & own;
        found |= gathered(equal(word, delimiters) & own) << i;
      }
      if (quoteFound != 0) {
        return false;
      }
      field = split(found, block, field);
    }
    end(field, to, high);
    return true;
  }

  /**
   * Ends fields where there are delimiters.
   *
   * @param found a bit for each byte from {@code block} on
   * @return the field that is behind the last one
   */
  private int split(long found, int block, int field) {
    int next = field;
    for (long rest = found; rest != 0; rest &= rest - 1) {
      int at = block + Long.numberOfTrailingZeros(rest);
      ends[Math.min(next, fields)] = at;
      next++;
      starts[Math.min(next, fields)] = at + 1;
    }
    return next;
  }

  private void end(int field, int to, long high) {
    ends[Math.min(field, fields)] = to;
    count = field + 1;
    ascii = (high & HIGH_BITS) == 0;
  }

  /** The highest bit of each byte of a word that is the same in a pattern. */
  private static long equal(long word, long pattern) {
    long x = word ^ pattern;
    return ~((x & ~HIGH_BITS) + ~HIGH_BITS | x) & HIGH_BITS;
  }

  /** The highest bits of the bytes of a word, side by side. */
  private static long gathered(long highBits) {
    return (highBits >>> 7) * GATHER >>> 56;
  }

  private Optional<String> readAny(int from, int to) {
    quoted = true;
    unquoted.clear();
    rest.clear();
    count = 0;
    int i = from;
    while (true) {
      int place = Math.min(count, fields);
      int first = afterBlanks(i, to);
      inQuotes[place] = hasQuotes && first < to && source[first] == quote;
      copied[place] = false;
      if (inQuotes[place]) {
        int end = readQuoted(place, first + 1, to);
        if (end == to) {
          return OPEN_QUOTE;
        }
        i = afterBlanks(end + 1, to);
        if (i < to && source[i] != delimiter) {
          return BEHIND_QUOTE;
        }
      } else {
        starts[place] = i;
        i = indexOf(delimiter, delimiters, i, to);
        ends[place] = i;
      }
      if (place == fields && asked[fields]) {
        addToRest();
      }
      count++;
      if (i == to) {
        if (rest.length() > 0) {
          rest.add((byte) ']');
        }
        return Utf8.isValid(source, from, to) ? Optional.empty() : INVALID_UTF8;
      }
      i++;
    }
  }

  /** Reads the field behind a quote; tells where the quote is that ends it, or {@code to}. */
  private int readQuoted(int place, int from, int to) {
    int i = from;
    boolean escapes = false;
    while (true) {
      i = escape == quote ? indexOf(quote, quotes, i, to) : quoteOrEscape(i, to);
      if (i == to || !isEscape(i, to)) {
        break;
      }
      escapes = true;
      i += 2;
    }
    if (i < to && source[i] != quote) {
      // An escape of nothing: the line ends in quotes.
      i = to;
    }
    starts[place] = from;
    ends[place] = i;
    if (escapes && asked[place]) {
      copy(place);
    }
    return i;
  }

  /** Whether a character is none of the field's, but the one behind it is. */
  private boolean isEscape(int at, int to) {
    return source[at] == escape && at + 1 < to && (escape != quote || source[at + 1] == quote);
  }

  private int afterBlanks(int from, int to) {
    int i = from;
    while (i < to && isBlank(source[i])) {
      i++;
    }
    return i;
  }

  private int quoteOrEscape(int from, int to) {
    int i = from;
    while (i < to && source[i] != quote && source[i] != escape) {
      i++;
    }
    return i;
  }

  /** Where a character is the next time, or {@code to}; eight bytes at a time. */
  private int indexOf(byte wanted, long pattern, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long x = (long) LONGS.get(source, i) ^ pattern;
      long zeros = (x - ONES) & ~x & HIGH_BITS;
      if (zeros != 0) {
        return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    while (i < to && source[i] != wanted) {
      i++;
    }
    return i;
  }

  /** Takes what is escaped for itself. */
  private void copy(int place) {
    int start = unquoted.length();
    int end = ends[place];
    for (int i = starts[place]; i < end; i++) {
      if (isEscape(i, end)) {
        i++;
      }
      unquoted.add(source[i]);
    }
    starts[place] = start;
    ends[place] = unquoted.length();
    copied[place] = true;
  }

  private void addToRest() {
    rest.add((byte) (rest.length() == 0 ? '[' : ','));
    if (isNull(fields)) {
      rest.add(NULL, 0, NULL.length);
    } else {
      rest.addJsonText(copied[fields] ? unquoted.bytes() : source, starts[fields], ends[fields]);
    }
  }

  private boolean isNull(int place) {
    int length = ends[place] - starts[place];
    return length == nullText.length
        && !(quoted && inQuotes[place])
        && (length == 0 || Arrays.equals(nullText, 0, length, source, starts[place], ends[place]));
  }

  @Override
  public Content content(int column) {
    int place = positions[column];
    boolean nothing = place == RESCUED ? count <= fields : isNull(place);
    return nothing ? Content.NOTHING : Content.TEXT;
  }

  @Override
  public byte[] bytes(int column) {
    int place = positions[column];
    if (place == RESCUED) {
      return rest.bytes();
    }
    return quoted && copied[place] ? unquoted.bytes() : source;
  }

  @Override
  public int from(int column) {
    int place = positions[column];
    return place == RESCUED ? 0 : starts[place];
  }

  @Override
  public int to(int column) {
    int place = positions[column];
    return place == RESCUED ? rest.length() : ends[place];
  }
}
