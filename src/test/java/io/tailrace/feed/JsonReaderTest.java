package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.Test;

/** Given these bytes, these are the records, with the line feeds and the bytes before each. */
public final class JsonReaderTest {

  private final JsonReader reader = new JsonReader();

  @Test
  public void anArrayOverManyLines() throws IOException {
    assertThat(
        records("[\n  {\n    \"a\": 1\n  },\n  {\"b\": [1, {\"c\": \"}\"}]}\n]\n"),
        contains("1@4 {\n    \"a\": 1\n  }", "4@24 {\"b\": [1, {\"c\": \"}\"}]}"));
  }

  @Test
  public void objectsOneALine() throws IOException {
    assertThat(
        records("{\"a\": 1}\r\n\r\n{\"a\": 2}\n{\"a\": 3}"),
        contains("0@0 {\"a\": 1}", "2@12 {\"a\": 2}", "3@21 {\"a\": 3}"));
  }

  @Test
  public void oneObjectAndAByteOrderMark() throws IOException {
    assertThat(records("\ufeff{\n\"a\": \"\u00e9\"\n}"), contains("0@3 {\n\"a\": \"\u00e9\"\n}"));
    assertThat(records("{}"), contains("0@0 {}"));
  }

  @Test
  public void severalArraysAndEmptyOnes() throws IOException {
    assertThat(records("[]\n[ {\"a\": 1} ]\n[{\"a\": 2},{\"a\": 3}]").size(), is(3));
    assertThat(records("  \n "), is(empty()));
    assertThat(records(""), is(empty()));
  }

  @Test
  public void whatIsNoObjectIsARecordAllTheSame() throws IOException {
    assertThat(
        records("[1, \"a,]\\\"\", null , [2, 3], {\"b\": 4}]"),
        contains("0@1 1", "0@4 \"a,]\\\"\"", "0@13 null", "0@20 [2, 3]", "0@28 {\"b\": 4}"));
    assertThat(
        records("{\"a\": 1}\nnonsense, and [more]\n{\"a\": 2}\n}"),
        contains("0@0 {\"a\": 1}", "1@9 nonsense, and [more]", "2@30 {\"a\": 2}", "3@39 }"));
  }

  @Test
  public void whatIsBrokenSpoilsNoOthers() throws IOException {
    assertThat(
        records("{\"a\": 1\n{\"a\": 2}\n{\"a\": \"x\n{\"a\": 3}\n"),
        contains("0@0 {\"a\": 1", "1@8 {\"a\": 2}", "2@17 {\"a\": \"x", "3@26 {\"a\": 3}"));
    assertThat(
        records("[{\"a\": 1, {\"a\": 2}, {\"a\": 3 ]\n{\"a\": 4}"),
        contains("0@1 {\"a\": 1,", "0@10 {\"a\": 2}", "0@20 {\"a\": 3", "1@30 {\"a\": 4}"));
  }

  @Test
  public void anUnescapedQuoteSpoilsNoOthers() throws IOException {
    assertThat(
        records("[{\"a\": \"12\" wheel\"}, {\"a\": \"{\"b\": 1}\"}, {\"a\": 2}]"),
        contains("0@1 {\"a\": \"12\" wheel\"}", "0@21 {\"a\": \"{\"b\": 1}\"}", "0@40 {\"a\": 2}"));
    assertThat(
        records("[{\"a\": \"{v\"}\"}, {\"a\": [{\"b\": \"x\"y\"}, {\"b\": 1}]}, {\"a\": 2}]"),
        contains(
            "0@1 {\"a\": \"{v\"}\"}",
            "0@16 {\"a\": [{\"b\": \"x\"y\"}, {\"b\": 1}]}",
            "0@49 {\"a\": 2}"));
  }

  @Test
  public void aMissingBracketSpoilsNoOthers() throws IOException {
    assertThat(
        records("[\"a\": {\"b\": 1}, \"c\": 2}, {\"a\": {\"b\": 1}, \"c\": [{}}, {\"a\": 3}]"),
        contains(
            "0@1 \"a\": {\"b\": 1}, \"c\": 2}",
            "0@25 {\"a\": {\"b\": 1}, \"c\": [{}}",
            "0@52 {\"a\": 3}"));
    assertThat(
        records("{\"a\": [{\"b\": 1},\n{\"a\": 2}\n{\"a\": {\n{\"a\": 3}\n"),
        contains(
            "0@0 {\"a\": [{\"b\": 1},", "1@17 {\"a\": 2}", "2@26 {\"a\": {", "3@34 {\"a\": 3}"));
  }

  @Test
  public void garbageBetweenRecordsIsOneOfItsOwn() throws IOException {
    assertThat(
        records("[{\"a\": 1} x {\"a\": 2},, {\"a\": 3}}, {\"a\": 4}]"),
        contains(
            "0@1 {\"a\": 1}",
            "0@10 x",
            "0@12 {\"a\": 2}",
            "0@23 {\"a\": 3}",
            "0@31 }",
            "0@34 {\"a\": 4}"));
  }

  @Test
  public void aLongRecordThatWasCutOffSwallowsNothing() throws IOException {
    String others = ",{\"id\": 2}".repeat(300_000);
    List<String> found = records("[{\"id\": 1, \"list\": [{\"x\": 1}" + others + "]");
    assertThat(found.size(), is(300_001));
    assertThat(found.get(0), is("0@1 {\"id\": 1, \"list\": [{\"x\": 1},"));
  }

  @Test
  public void whatIsCutOffIsTold() throws IOException {
    assertThat(records("[{\"a\": 1},\n{\"a\""), contains("0@1 {\"a\": 1}", "1@11 {\"a\""));
    assertThat(records("[{\"a\": 1},\n"), contains("0@1 {\"a\": 1}", "1@11 no end"));
    assertThat(records("[1"), contains("0@1 1"));
  }

  @Test
  public void aRecordThatIsTooLongIsCutAndTheNextIsWhole() throws IOException {
    String text = "x".repeat(3 * JsonReader.MAX_RECORD_BYTES);
    List<String> found = new ArrayList<>();
    String json = "[{\"a\": 1}, {\"long\": \"" + text + "\"},\n{\"a\": 2}]";
    reader.read(
        channel(json, new Random(1)),
        new Records() {
          @Override
          public void line(byte[] bytes, int from, int to, long length, long offset, long index) {
            found.add(length + " of " + (to - from) + " at " + offset);
          }
        });
    assertThat(
        found,
        contains(
            "8 of 8 at 1",
            (text.length() + 12) + " of " + found.get(1).split(" ")[2] + " at 11",
            "8 of 8 at " + (json.length() - 9)));
  }

  @Test
  public void wherePiecesOfTheChannelEndMakesNoDifference() throws IOException {
    String json =
        "[\n {\"a\": \"\\\\\\\"}\", \"b\": [{\"c\": 1}, {}]},\n 17 ,\n {\"d\": {\"e\": {}}}\n]\n{\"f\": 1}\n";
    List<String> whole = records(json);
    for (int seed = 0; seed < 200; seed++) {
      assertThat(records(channel(json, new Random(seed))), is(whole));
    }
  }

  private abstract static class Records implements JsonReader.Records {
    @Override
    public void arrayWithoutEnd(long offset, long index) {
      throw new AssertionError("it has an end");
    }
  }

  private List<String> records(String json) throws IOException {
    return records(
        Channels.newChannel(new ByteArrayInputStream(json.getBytes(StandardCharsets.UTF_8))));
  }

  private List<String> records(ReadableByteChannel channel) throws IOException {
    List<String> found = new ArrayList<>();
    reader.read(
        channel,
        new JsonReader.Records() {
          @Override
          public void line(byte[] bytes, int from, int to, long length, long offset, long index) {
            String text = new String(bytes, from, to - from, StandardCharsets.UTF_8);
            found.add(index + "@" + offset + " " + text);
          }

          @Override
          public void arrayWithoutEnd(long offset, long index) {
            found.add(index + "@" + offset + " no end");
          }
        });
    return found;
  }

  /** Gives a few bytes at a time. */
  private static ReadableByteChannel channel(String json, Random random) {
    int most = json.length() > 1_000 ? 100_000 : 5;
    return pieces(json.getBytes(StandardCharsets.UTF_8), random, most);
  }

  /** Gives fewer bytes than this at a time, and none now and then. */
  static ReadableByteChannel pieces(byte[] content, Random random, int most) {
    InputStream bytes = new ByteArrayInputStream(content);
    return new ReadableByteChannel() {
      @Override
      public int read(ByteBuffer buffer) throws IOException {
        byte[] piece = new byte[Math.min(buffer.remaining(), random.nextInt(most))];
        int count = bytes.read(piece);
        if (count > 0) {
          buffer.put(piece, 0, count);
        }
        return count;
      }

      @Override
      public boolean isOpen() {
        return true;
      }

      @Override
      public void close() {
        // Nothing is open.
      }
    };
  }
}
