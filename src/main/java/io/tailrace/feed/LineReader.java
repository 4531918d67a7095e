package io.tailrace.feed;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.ReadableByteChannel;
import java.util.Arrays;

/**
 * Cuts the bytes of a channel into lines that end with a line feed or with the channel, without
 * allocating for a line.
 *
 * <p>A line belongs to the part of a file in which its first byte is, so that the parts of a file
 * have every line once wherever they are cut.
 *
 * <p>A reader keeps one buffer for all that it reads, one after the other.
 */
final class LineReader {

  /** Longer lines are not kept whole. */
  static final int MAX_LINE_BYTES = 1 << 20;

  private static final int BUFFER_BYTES = MAX_LINE_BYTES + (1 << 16);
  private static final int KEPT_BYTES_OF_LONG_LINE = 1 << 12;

  /** What is read at a time is still in the processor's cache when it is looked at. */
  private static final int READ_BYTES = 1 << 18;

  private static final VarHandle LONGS =
      MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
  private static final long ONES = 0x0101010101010101L;
  private static final long HIGH_BITS = 0x8080808080808080L;
  private static final long LINE_FEEDS = ONES * '\n';

  /** Takes lines. */
  interface Lines {
    /**
     * Takes a line.
     *
     * @param bytes holds the line, until this call returns
     * @param from where it begins
     * @param to where it ends, without its line feed
     * @param length its bytes; more than {@code to - from} if it was too long to be kept whole
     * @param offset where it begins in the file
     * @param index how many lines came before it from the same channel
     */
    void line(byte[] bytes, int from, int to, long length, long offset, long index);

    /** How many of the first lines of a file are special. */
    default int firstLines() {
      return 0;
    }

    /**
     * Takes one of the {@link #firstLines()}, like {@link #line}.
     *
     * <p>Such a line has a method of its own so that {@link #line} need not look for it: Java
     * compiles what it has seen, and would have to compile the loop anew at each file.
     */
    default void firstLine(byte[] bytes, int from, int to, long length, long offset, long index) {
      line(bytes, from, to, length, offset, index);
    }
  }

  /** Behind what is read there is room to look at a block of bytes, whatever they are. */
  private final byte[] buffer = new byte[BUFFER_BYTES + Long.SIZE];

  /** How many lines have come from the channel. */
  private long index;

  /**
   * Gives all lines that begin before a limit.
   *
   * @param channel read from its position to its end, or to the end of the last line
   * @param position where in the file the channel stands
   * @param begun whether the channel stands in a line that belongs to the part before; the byte
   *     before the first own line is then the line feed that is looked for
   * @param limit lines that begin at or after this place in the file are left out
   * @return the number of these lines
   */
  long read(ReadableByteChannel channel, long position, boolean begun, long limit, Lines lines)
      throws IOException {
    byte[] bytes = buffer;
    boolean skipping = begun;
    long base = position;
    int start = 0;
    int end = 0;
    long dropped = 0;
    int special = position == 0 && !begun ? lines.firstLines() : 0;
    index = 0;
    while (true) {
      int scanned = end;
      int most = Math.min(READ_BYTES, BUFFER_BYTES - end);
      int count = channel.read(ByteBuffer.wrap(bytes, end, most));
      if (count < 0) {
        break;
      }
      end += count;
      if (skipping || dropped > 0) {
        int feed = indexOfLineFeed(bytes, scanned, end);
        scanned = feed;
        if (feed < end) {
          if (!skipping) {
            long length = feed - start + dropped;
            give(start, KEPT_BYTES_OF_LONG_LINE, length, base + start, special, lines);
          }
          skipping = false;
          base += dropped;
          dropped = 0;
          start = feed + 1;
          scanned = start;
        }
      }
      while (index < special && scanned < end && base + start < limit) {
        scanned = indexOfLineFeed(bytes, scanned, end);
        if (scanned < end) {
          give(start, scanned, scanned - start, base + start, special, lines);
          start = ++scanned;
        }
      }
      if (scanned < end && base + start < limit) {
        start = wholeLines(start, scanned, end, base, limit, lines);
      }
      if (base + start >= limit) {
        return index;
      }
      if (start > 0) {
        System.arraycopy(bytes, start, bytes, 0, end - start);
        base += start;
        end -= start;
        start = 0;
      }
      if (end == BUFFER_BYTES) {
        dropped += end - KEPT_BYTES_OF_LONG_LINE;
        end = KEPT_BYTES_OF_LONG_LINE;
      }
    }
    if (end > start && !skipping) {
      give(start, end, end - start + dropped, base + start, special, lines);
    }
    return index;
  }

  private void give(int from, int to, long length, long offset, int special, Lines lines) {
    if (index < special) {
      lines.firstLine(buffer, from, to, length, offset, index++);
    } else {
      lines.line(buffer, from, to, length, offset, index++);
    }
  }

  /**
   * Gives the lines that end in a part of the buffer, and begin before the limit. The loop that all
   * lines go through is a method of its own, so that Java compiles it once: what else happens while
   * a channel is read would make it begin anew.
   *
   * @param from where the first line begins
   * @param scanned where to look for its end, behind what was looked through before
   * @return where the first line begins that was not given
   */
  private int wholeLines(int from, int scanned, int end, long base, long limit, Lines lines) {
    byte[] bytes = buffer;
    int start = from;
    for (int block = scanned; block < end; block += Long.SIZE) {
      long own = -1L >>> Long.SIZE - Math.min(end - block, Long.SIZE);
      // All line feeds of a block first: where the next one is cannot be foreseen, how many follow
      // each other nearly can. One place takes lines, because what it does is compiled into it.
      for (long feeds = lineFeeds(bytes, block) & own; feeds != 0; feeds &= feeds - 1) {
        int feed = block + Long.numberOfTrailingZeros(feeds);
        lines.line(bytes, start, feed, feed - start, base + start, index++);
        start = feed + 1;
        if (base + start >= limit) {
          return start;
        }
      }
    }
    return start;
  }

  /** Which of the 64 bytes from here are line feeds, the lowest bit for the first. */
  private static long lineFeeds(byte[] bytes, int from) {
    long feeds = 0;
    for (int i = 0; i < Long.SIZE; i += Long.BYTES) {
      long x = (long) LONGS.get(bytes, from + i) ^ LINE_FEEDS;
      long zeros = ~((x & ~HIGH_BITS) + ~HIGH_BITS | x | ~HIGH_BITS);
      // One bit from each byte, next to each other in the highest byte of the product.
      feeds |= (zeros >>> 7) * 0x0102040810204080L >>> 56 << i;
    }
    return feeds;
  }

  /**
   * Where the next line feed is, or {@code to}. Eight bytes at a time: a byte of {@code x} is zero
   * exactly where {@code (x - 0x01..) & ~x & 0x80..} has its lowest bit set (H. S. Warren, Hacker's
   * Delight, section 6-1).
   */
  private static int indexOfLineFeed(byte[] bytes, int from, int to) {
    int i = from;
    for (; i <= to - Long.BYTES; i += Long.BYTES) {
      long x = (long) LONGS.get(bytes, i) ^ LINE_FEEDS;
      long zeros = (x - ONES) & ~x & HIGH_BITS;
      if (zeros != 0) {
        return i + (Long.numberOfTrailingZeros(zeros) >>> 3);
      }
    }
    while (i < to && bytes[i] != '\n') {
      i++;
    }
    return i;
  }

  /** Whether a line has nothing but spaces, tabs and carriage returns. */
  static boolean isBlank(byte[] bytes, int from, int to) {
    for (int i = from; i < to; i++) {
      byte b = bytes[i];
      if (b != ' ' && b != '\t' && b != '\r') {
        return false;
      }
    }
    return true;
  }

  /** Where a line begins behind the byte order mark that it may begin with. */
  static int afterByteOrderMark(byte[] bytes, int from, int to) {
    boolean marked = to - from >= 3 && Arrays.equals(bytes, from, from + 3, BYTE_ORDER_MARK, 0, 3);
    return marked ? from + 3 : from;
  }

  private static final byte[] BYTE_ORDER_MARK = {(byte) 0xef, (byte) 0xbb, (byte) 0xbf};

  static final int BYTE_ORDER_MARK_BYTES = 3;
}
