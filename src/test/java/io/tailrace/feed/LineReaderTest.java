package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Every line is given once, with its place, wherever a file is cut. */
public final class LineReaderTest {

  private final LineReader reader = new LineReader();

  @Test
  public void cutsAtLineFeeds() throws IOException {
    assertThat(read("a\nbb\n\nccc"), contains("0:a", "2:bb", "5:", "6:ccc"));
    assertThat(read("a\r\nb\r\n"), contains("0:a\r", "3:b\r"));
    assertThat(read("").isEmpty(), is(true));
    assertThat(read("\n"), contains("0:"));
  }

  @Test
  public void everyCutOfACrlfFileGivesEveryLineOnce() throws IOException {
    String text = "\r\na,1\r\n\r\nbb,22\r\n,\n\nccc,3\r\nlast";
    List<String> whole = read(text);
    for (int first = 1; first < text.length(); first++) {
      for (int second = first; second <= text.length(); second++) {
        List<String> parts = new ArrayList<>(readPart(text, 0, first));
        parts.addAll(readPart(text, first, second));
        if (second < text.length()) {
          parts.addAll(readPart(text, second, text.length()));
        }
        assertThat("cut at " + first + " and " + second, parts, is(whole));
      }
    }
  }

  @Test
  public void shortAndEmptyLinesAreGivenOnceWhateverTheirBytes() throws IOException {
    Random random = new Random(9);
    for (int i = 0; i < 300; i++) {
      StringBuilder text = new StringBuilder();
      int length = random.nextInt(1_000);
      int feeds = 1 + random.nextInt(30);
      while (text.length() < length) {
        // The neighbours of a line feed in the table of characters, and those with its low bits.
        text.append(
            random.nextInt(feeds) == 0
                ? '\n'
                : "\t\u000b\u000cJ*\u0000x".charAt(random.nextInt(7)));
      }
      List<String> expected = new ArrayList<>();
      int from = 0;
      for (int feed; (feed = text.indexOf("\n", from)) >= 0; from = feed + 1) {
        expected.add(from + ":" + text.substring(from, feed));
      }
      if (from < text.length()) {
        expected.add(from + ":" + text.substring(from));
      }
      assertThat(read(text.toString()), is(expected));
      int cut = random.nextInt(length + 1);
      if (cut > 0 && cut < text.length()) {
        List<String> parts = new ArrayList<>(readPart(text.toString(), 0, cut));
        parts.addAll(readPart(text.toString(), cut, text.length()));
        assertThat(parts, is(expected));
      }
    }
  }

  @Test
  public void linesAcrossBuffersAreWhole() throws IOException {
    Random random = new Random(7);
    List<String> expected = new ArrayList<>();
    StringBuilder text = new StringBuilder();
    while (text.length() < 4 << 20) {
      String line = "x".repeat(random.nextInt(300_000));
      expected.add(text.length() + ":" + line);
      text.append(line).append('\n');
    }
    assertThat(read(text.toString()), is(expected));
  }

  @Test
  public void aLongerLineThanIsKeptHasItsLengthAndSoHaveTheLinesAfterIt() throws IOException {
    int length = 5 * LineReader.MAX_LINE_BYTES + 3;
    String text = "a\n" + "y".repeat(length) + "\nb\n" + "z".repeat(length);
    List<String> places = new ArrayList<>();
    reader.read(
        channel(text, 0),
        0,
        false,
        Long.MAX_VALUE,
        (bytes, from, to, lineLength, offset, index) ->
            places.add(index + "@" + offset + ":" + (char) bytes[from] + "x" + lineLength));
    assertThat(
        places,
        contains(
            "0@0:ax1",
            "1@2:yx" + length,
            "2@" + (3 + length) + ":bx1",
            "3@" + (5 + length) + ":zx" + length));
  }

  private List<String> read(String text) throws IOException {
    return readPart(text, 0, Math.max(1, text.length()));
  }

  /** Reads the lines that begin in {@code [from, to)}, as they are read from a file. */
  private List<String> readPart(String text, int from, int to) throws IOException {
    List<String> lines = new ArrayList<>();
    int position = Math.max(0, from - 1);
    long count =
        reader.read(
            channel(text, position),
            position,
            from > 0,
            to,
            (bytes, first, end, length, offset, index) ->
                lines.add(
                    offset + ":" + new String(bytes, first, end - first, StandardCharsets.UTF_8)));
    assertThat(count, is((long) lines.size()));
    return lines;
  }

  private static ReadableByteChannel channel(String text, int position) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    return Channels.newChannel(
        new ByteArrayInputStream(Arrays.copyOfRange(bytes, position, bytes.length)));
  }
}
