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
 * one. A broken record spoils no others: {@link JsonResync} finds where the next one begins.
 *
 * <p>A reader keeps one buffer for all that it reads, one after the other.
 */
final class JsonReader {

  /** Longer records are not kept whole. */
  static final int MAX_RECORD_BYTES = LineReader.MAX_LINE_BYTES;

  private static final int BUFFER_BYTES = MAX_RECORD_BYTES + (1 << 16);
  private static final int KEPT_BYTES_OF_LONG_RECORD = 1 << 12;

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
    /** Behind one, where a comma or a line feed is to come. */
    COMPLETE,
    /** Anything else, to the comma, bracket or line feed that ends it. */
    WORD,
    /** A record that is broken, or too long, whose end is looked for. */
    BROKEN
  }

  private final byte[] buffer = new byte[BUFFER_BYTES];
  private final JsonStructure structure = new JsonStructure();
  private final JsonResync resync = new JsonResync();

  private Records records;
  private In in;
  private boolean inArray;

  /** Whether the bytes are in a text that is an element of an array, and behind a backslash. */
  private boolean inText;

  private boolean escaped;

  private long lineFeeds;

  /** Where in the file the line begins, or -1 if something is before the next byte in it. */
  private long lineBegin;

  /** Of the record: where it is in the buffer and in the file, and what is before it. */
  private int start;

  private long offset;
  private long column;
  private long lineFeedsBefore;
  private int endOfRecord;

  /** Where in the file the buffer begins, if nothing had been dropped of the record. */
  private long base;

  private long dropped;

  /** Gives all records of a channel, which is read to its end. */
  void read(ReadableByteChannel channel, Records taker) throws IOException {
    begin(taker);
    int end = 0;
    int next = 0;
    boolean first = true;
    boolean ended = false;
    while (!ended) {
      int count = channel.read(ByteBuffer.wrap(buffer, end, buffer.length - end));
      ended = count < 0;
      end += Math.max(0, count);
      if (first) {
        if (!ended && end < LineReader.BYTE_ORDER_MARK_BYTES) {
          // What the file begins with is not known yet.
          continue;
        }
        first = false;
        next = LineReader.afterByteOrderMark(buffer, 0, end);
        lineBegin = next;
      }
      next = scan(next, end, ended);
      while (in == In.COMPOSITE && (ended || end - start == buffer.length)) {
        // It has no end, or too late a one; it may have swallowed others.
        next = scan(breakOff((byte) 0), end, ended);
      }
      if (in == In.COMPLETE && (ended || end - start == buffer.length)) {
        give(endOfRecord);
      }
      int unused = in == In.NOTHING ? next : start;
      if (unused > 0) {
        System.arraycopy(buffer, unused, buffer, 0, end - unused);
      }
      base += unused;
      start -= unused;
      next -= unused;
      end -= unused;
      endOfRecord -= unused;
      if (end == buffer.length) {
        int drop = next - KEPT_BYTES_OF_LONG_RECORD;
        System.arraycopy(buffer, next, buffer, KEPT_BYTES_OF_LONG_RECORD, end - next);
        base += drop;
        dropped += drop;
        next -= drop;
        end -= drop;
        endOfRecord = Math.min(endOfRecord, end);
      }
    }
    if (in != In.NOTHING) {
      give(in == In.WORD ? endOfRecord : end);
    } else if (inArray) {
      records.arrayWithoutEnd(base + end, lineFeeds);
    }
  }

  private void begin(Records taker) {
    records = taker;
    in = In.NOTHING;
    inArray = false;
    lineFeeds = 0;
    start = 0;
    base = 0;
    dropped = 0;
  }

  /** Takes bytes; tells where the first one is that cannot be taken before more are there. */
  private int scan(int from, int to, boolean ended) {
    int i = from;
    while (i < to) {
      switch (in) {
        case COMPOSITE -> {
          i = structure.scan(buffer, i, to);
          if (structure.isBroken()) {
            i = breakOff((byte) 0);
          } else if (structure.isWhole()) {
            lineFeeds += structure.lineFeeds();
            in = In.COMPLETE;
            endOfRecord = i;
          }
        }
        case BROKEN -> {
          i = resync.look(buffer, i, to, start, base, ended);
          if (!resync.isFound()) {
            return i;
          }
          lineFeeds = lineFeedsBefore + resync.lineFeeds();
          lineBegin = resync.indentation() < 0 ? -1 : base + i - resync.indentation();
          give(i);
        }
        case COMPLETE -> i = afterRecord(i);
        case WORD -> i = inWord(i);
        default -> {
          betweenRecords(buffer[i], i);
          i++;
        }
      }
    }
    return i;
  }

  private void betweenRecords(byte b, int i) {
    if (b == '\n') {
      lineFeeds++;
      lineBegin = base + i + 1;
    } else if (b == '[' && !inArray) {
      inArray = true;
    } else if (b == ']' && inArray) {
      inArray = false;
    } else if (b == '{' || b == '[') {
      beginRecord(In.COMPOSITE, i);
      structure.begin(b);
    } else if (b != ',' && b != ' ' && b != '\t' && b != '\r') {
      beginRecord(In.WORD, i);
      inText = b == '"';
      escaped = false;
    }
  }

  private void beginRecord(In what, int i) {
    in = what;
    start = i;
    offset = base + i;
    column = lineBegin < 0 ? -1 : offset - lineBegin;
    lineBegin = -1;
    lineFeedsBefore = lineFeeds;
    endOfRecord = i + 1;
  }

  private int afterRecord(int i) {
    switch (buffer[i]) {
      case ' ', '\t', '\r':
        return i + 1;
      case ',', '\n', ']':
        give(endOfRecord);
        return i;
      default:
        boolean next = !inArray && (buffer[i] == '{' || buffer[i] == '[');
        if (next || JsonResync.isClosed(buffer, start, endOfRecord)) {
          give(endOfRecord);
          return i;
        }
        // A brace in a text has ended it, behind a quote that has ended the text.
        lineFeeds = lineFeedsBefore;
        return breakOff((byte) 0);
    }
  }

  /** Outside of an array a line is a word, whatever is in it. */
  private int inWord(int i) {
    byte b = buffer[i];
    if (b == '\n') {
      give(endOfRecord);
      return i;
    }
    if (inText && inArray) {
      endOfRecord = i + 1;
      inText = escaped || b != '"';
      escaped = !escaped && b == '\\';
    } else if (inArray && (b == ',' || b == ']' || b == '{' || b == '[')) {
      give(endOfRecord);
      return i;
    } else if (inArray && (b == ':' || b == '"')) {
      // Fields of an object that has lost its brace.
      return breakOff((byte) '{');
    } else if (b != ' ' && b != '\t' && b != '\r') {
      endOfRecord = i + 1;
    }
    return i + 1;
  }

  /**
   * Gives up on what the record's quotes seem to be, and begins anew in it.
   *
   * @param missing what it should have begun with, or 0
   * @return where to look on
   */
  private int breakOff(byte missing) {
    in = In.BROKEN;
    resync.begin(missing == 0 ? buffer[start] : missing, inArray, column);
    return missing == 0 ? start + 1 : start;
  }

  /** Gives the record that ends before a place in the buffer. */
  private void give(int to) {
    int end = to;
    while (end > start && buffer[end - 1] <= ' ' && buffer[end - 1] >= 0) {
      end--;
    }
    records.line(buffer, start, end, end - start + dropped, offset, lineFeedsBefore);
    dropped = 0;
    in = In.NOTHING;
  }
}
