package io.tailrace.feed;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ReadableByteChannel;

/**
 * Cuts the bytes of a channel into records of JSON, as a stream: the elements of an array over any
 * number of lines, objects one a line, or one object, in any mixture, without allocating for a
 * record.
 *
 * <p>It only looks where a record begins and ends; whoever takes the record finds out whether it is
 * one. What is broken spoils as little as can be: a line feed ends a text, because none has one,
 * and where an object begins where none can be, the record before it was cut off.
 *
 * <p>A reader keeps one buffer for all that it reads, one after the other.
 */
final class JsonReader {

  /** Longer records are not kept whole. */
  static final int MAX_RECORD_BYTES = LineReader.MAX_LINE_BYTES;

  private static final int BUFFER_BYTES = MAX_RECORD_BYTES + (1 << 16);
  private static final int KEPT_BYTES_OF_LONG_RECORD = 1 << 12;

  /** Below this depth it is no longer known what is an object and what an array. */
  private static final int MOST_KNOWN_LEVELS = Long.SIZE;

  /** Takes records. */
  interface Records extends LineReader.Lines {

    /**
     * Takes a record, like a line: the index is the number of line feeds before it.
     *
     * <p>{@inheritDoc}
     */
    @Override
    void line(byte[] bytes, int from, int to, long length, long offset, long index);

    /**
     * Takes note that the bytes ended in an array, between two records.
     *
     * @param offset where
     * @param index the number of line feeds before
     */
    void arrayWithoutEnd(long offset, long index);
  }

  /** What the next byte is in. */
  private enum In {
    /** Between records. */
    NOTHING,
    /** An object, or an array that is itself an element of one. */
    COMPOSITE,
    /** Anything else, to the comma, bracket or line feed that ends it. */
    WORD
  }

  private final byte[] buffer = new byte[BUFFER_BYTES];

  private Records records;
  private In in;
  private boolean inArray;
  private boolean inText;
  private boolean escaped;
  private int depth;

  /** A bit for each level: whether it is an object. */
  private long objects;

  /** The last byte of the record that was no white space. */
  private byte last;

  private long lineFeeds;
  private long lineFeedsBefore;
  private int start;
  private int endOfWord;

  /** Where in the file the buffer begins, but for what was dropped of the record. */
  private long base;

  private long dropped;

  /** Gives all records of a channel, which is read to its end. */
  void read(ReadableByteChannel channel, Records taker) throws IOException {
    begin(taker);
    int end = 0;
    int next = 0;
    boolean first = true;
    while (true) {
      int count = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
      if (count < 0) {
        break;
      }
      end += count;
      if (first) {
        if (end < LineReader.BYTE_ORDER_MARK_BYTES) {
          // What the file begins with is not known yet.
          continue;
        }
        first = false;
        next = LineReader.afterByteOrderMark(buffer, 0, end);
      }
      scan(next, end);
      if (in == In.NOTHING) {
        base += end;
        end = 0;
      } else if (start > 0) {
        System.arraycopy(buffer, start, buffer, 0, end - start);
        base += start;
        end -= start;
        endOfWord -= start;
        start = 0;
      }
      if (end == buffer.length) {
        dropped += end - KEPT_BYTES_OF_LONG_RECORD;
        end = KEPT_BYTES_OF_LONG_RECORD;
        endOfWord = Math.min(endOfWord, end);
      }
      next = end;
    }
    if (first) {
      scan(0, end);
    }
    if (in != In.NOTHING) {
      give(in == In.WORD ? endOfWord : end);
    } else if (inArray) {
      records.arrayWithoutEnd(base + end, lineFeeds);
    }
  }

  private void begin(Records taker) {
    records = taker;
    in = In.NOTHING;
    inArray = false;
    inText = false;
    escaped = false;
    lineFeeds = 0;
    start = 0;
    base = 0;
    dropped = 0;
  }

  private void scan(int from, int to) {
    byte[] bytes = buffer;
    int i = from;
    while (i < to) {
      if (inText) {
        i = afterText(i, to);
        endOfWord = i;
      } else {
        byte b = bytes[i];
        if (b == '\n') {
          lineFeeds++;
          if (in == In.WORD) {
            give(endOfWord);
          }
        } else if (b != ' ' && b != '\t' && b != '\r') {
          significant(b, i);
        }
        i++;
      }
    }
  }

  /** Where a text ends, or at the line feed that should not be there, or where the bytes end. */
  private int afterText(int from, int to) {
    byte[] bytes = buffer;
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
        inText = false;
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

  private void significant(byte b, int i) {
    switch (in) {
      case COMPOSITE -> inComposite(b, i);
      case WORD -> inWord(b, i);
      default -> betweenRecords(b, i);
    }
  }

  private void betweenRecords(byte b, int i) {
    if (b == '[' && !inArray) {
      inArray = true;
    } else if (b == ']' && inArray) {
      inArray = false;
    } else if (b == '{' || b == '[') {
      beginRecord(In.COMPOSITE, i);
      depth = 0;
      objects = 0;
      open(b);
    } else if (b != ',') {
      beginRecord(In.WORD, i);
      inText = b == '"';
    }
  }

  private void beginRecord(In what, int i) {
    in = what;
    start = i;
    endOfWord = i + 1;
    last = buffer[i];
    lineFeedsBefore = lineFeeds;
  }

  /** Outside of an array a line is a word, whatever is in it. */
  private void inWord(byte b, int i) {
    if (inArray && (b == ',' || b == ']' || b == '{' || b == '[')) {
      give(endOfWord);
      betweenRecords(b, i);
    } else {
      inText = b == '"';
      endOfWord = i + 1;
    }
  }

  private void inComposite(byte b, int i) {
    switch (b) {
      case '"' -> inText = true;
      case '{' -> {
        if (canHoldObject()) {
          open(b);
        } else {
          give(i);
          betweenRecords(b, i);
        }
      }
      case '[' -> open(b);
      case '}', ']' -> {
        if (b == ']' && depth == 1 && isObject() && inArray) {
          // The end of the array of which the record is an element that has none.
          give(i);
          betweenRecords(b, i);
        } else if (--depth == 0) {
          give(i + 1);
        }
      }
      default -> {
        // Part of a number or a word, a comma or a colon.
      }
    }
    last = b;
  }

  private void open(byte b) {
    if (depth < MOST_KNOWN_LEVELS) {
      long level = 1L << depth;
      objects = b == '{' ? objects | level : objects & ~level;
    }
    depth++;
  }

  private boolean isObject() {
    return depth <= MOST_KNOWN_LEVELS && (objects >>> (depth - 1) & 1) == 1;
  }

  private boolean canHoldObject() {
    return last == ':' || depth > MOST_KNOWN_LEVELS || !isObject() && (last == '[' || last == ',');
  }

  /** Gives the record that ends before a place in the buffer. */
  private void give(int to) {
    int end = to;
    while (end > start && buffer[end - 1] <= ' ' && buffer[end - 1] >= 0) {
      end--;
    }
    records.line(buffer, start, end, end - start + dropped, base + start, lineFeedsBefore);
    base += dropped;
    dropped = 0;
    in = In.NOTHING;
    inText = false;
    escaped = false;
  }
}
