package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Optional;
import java.util.Random;
import org.junit.Test;

/** Given this line, it is this record, or none for this reason. */
public final class ServerLogParserTest {

  private final ServerLogParser parser = new ServerLogParser();
  private final ServerLogParser alone = new ServerLogParser();

  @Test
  public void readsTheThreeFields() {
    assertRecord("s1,2,5", "s1", 2, 5);
    assertRecord("s1,1,1", "s1", 1, 1);
    assertRecord("web-17.example,0,9223372036854775807", "web-17.example", 0, Long.MAX_VALUE);
    assertRecord("s1,2,007", "s1", 2, 7);
    assertRecord("s1,2,0000000000000000000000000012", "s1", 2, 12);
    assertRecord("Zürich-é中😀,2,5", "Zürich-é中😀", 2, 5);
  }

  @Test
  public void ignoresSpacesAroundFieldsAndACarriageReturn() {
    assertRecord("s1,2,5\r", "s1", 2, 5);
    assertRecord(" s1 ,\t2 , 5  \r", "s1", 2, 5);
    assertRecord("\ts1,2,5", "s1", 2, 5);
    assertRecord("the server,2,5", "the server", 2, 5);
  }

  @Test
  public void readsQuotedFields() {
    assertRecord("\"s1\",2,4", "s1", 2, 4);
    assertRecord("\"s1\",\"2\",\"4\"", "s1", 2, 4);
    assertRecord("s1,\"2\",4", "s1", 2, 4);
    assertRecord("s1,2,\"12345678\"\r", "s1", 2, 12345678);
    assertRecord(" \"s1\"\t, \" 2 \" , \" 4 \" \r", "s1", 2, 4);
    assertRecord("\"rack 7, host 3\",0,4", "rack 7, host 3", 0, 4);
    assertRecord("\"a,0,1\",2,4", "a,0,1", 2, 4);
    assertRecord("\"the \"\"old\"\" one\",2,4", "the \"old\" one", 2, 4);
    assertRecord("\"\"\"\",2,4", "\"", 2, 4);
    assertRecord("\" s1 \",2,4", " s1 ", 2, 4);
    assertRecord("\"Zürich-é中😀\",2,5", "Zürich-é中😀", 2, 5);
    assertRecord("\"" + "\"\"".repeat(256) + "\",2,5", "\"".repeat(256), 2, 5);
  }

  @Test
  public void refusesQuotesThatAreNotInPairs() {
    for (String line :
        new String[] {
          "\"s1,2,4", "\"s1", "\"", "\"\"\",2,4", "s1,\"2,4", "s1,2,\"4", "s1,\"", "\"s1\"\",2,4"
        }) {
      assertNoRecord(line, ServerLogParser.OPEN_QUOTE);
    }
    for (String line :
        new String[] {"\"s1\"x,2,4", "\"s1\" \"s2\",2,4", "s1,\"2\"2,4", "s1,2,\"4\"5"}) {
      assertNoRecord(line, ServerLogParser.BEHIND_QUOTE);
    }
    // Such as the second half of a record with a line feed in its quotes.
    for (String line :
        new String[] {"s1\",2,4", "s\"1,2,4", "12\" disk,2,4", "s\"1\",\"2\",4", "s1,2\",4"}) {
      assertNoRecord(line, ServerLogParser.STRAY_QUOTE);
    }
  }

  @Test
  public void refusesQuotedFieldsForTheSameReasonsAsOthers() {
    assertNoRecord("\"s1\"", ServerLogParser.TOO_FEW_FIELDS);
    assertNoRecord("\"s1,2,4\"", ServerLogParser.TOO_FEW_FIELDS);
    assertNoRecord("\"s1\",2,4,", ServerLogParser.TOO_MANY_FIELDS);
    assertNoRecord("\"\",2,4", ServerLogParser.EMPTY_SERVER);
    assertNoRecord("\" \",2,4", ServerLogParser.EMPTY_SERVER);
    assertNoRecord(",\"2\",4", ServerLogParser.EMPTY_SERVER);
    assertNoRecord("\"s\t1\",2,4", ServerLogParser.CONTROL_CHARACTER);
    assertNoRecord("\"" + "s".repeat(257) + "\",2,5", ServerLogParser.LONG_SERVER);
    assertNoRecord("\"s1\",\"3\",4", ServerLogParser.BAD_SEVERITY);
    assertNoRecord("\"s1\",\"\",4", ServerLogParser.BAD_SEVERITY);
    assertNoRecord("\"s1\",2,\"4\"\"\"", ServerLogParser.BAD_TIMESTAMP);
    assertNoRecord("\"s1\",2,\"\"", ServerLogParser.BAD_TIMESTAMP);
    assertNoRecord("s1,2,\"9223372036854775808\"", ServerLogParser.BIG_TIMESTAMP);
    assertNoRecord("\"serverID\",\"severity\",\"timestamp\"", ServerLogParser.BAD_SEVERITY);
  }

  /** Whatever a writer of RFC 4180 quotes, it is the record that the writer was given. */
  @Test
  public void quotedFieldsAreThoseThatWereWritten() {
    Random random = new Random(5);
    String pieces = "s1,\" é\t";
    for (int i = 0; i < 100_000; i++) {
      StringBuilder server = new StringBuilder();
      for (int length = random.nextInt(10); length >= 0; length--) {
        server.append(pieces.charAt(random.nextInt(pieces.length() - 1)));
      }
      boolean plain = server.indexOf(",") < 0 && server.indexOf("\"") < 0 && random.nextBoolean();
      String name = plain ? server.toString().strip() : server.toString();
      if (name.isBlank()) {
        continue;
      }
      int severity = random.nextInt(3);
      int timestamp = 1 + random.nextInt(20_000_000);
      String line =
          (plain ? name : quoted(name))
              + ","
              + quotedPerhaps(random, severity)
              + ","
              + quotedPerhaps(random, timestamp);
      assertRecord(line, name, severity, timestamp);
    }
  }

  private static String quotedPerhaps(Random random, int number) {
    return random.nextBoolean() ? quoted(Integer.toString(number)) : Integer.toString(number);
  }

  private static String quoted(String text) {
    return '"' + text.replace("\"", "\"\"") + '"';
  }

  @Test
  public void refusesAWrongNumberOfFields() {
    assertNoRecord("s1", ServerLogParser.TOO_FEW_FIELDS);
    assertNoRecord("s1,2", ServerLogParser.TOO_FEW_FIELDS);
    assertNoRecord("s1,", ServerLogParser.TOO_FEW_FIELDS);
    assertNoRecord("s1,7", ServerLogParser.TOO_FEW_FIELDS);
    assertNoRecord("s1,2,5,", ServerLogParser.TOO_MANY_FIELDS);
    assertNoRecord("s1,2,5,6", ServerLogParser.TOO_MANY_FIELDS);
    assertNoRecord("s1,x,5,6", ServerLogParser.TOO_MANY_FIELDS);
  }

  @Test
  public void refusesAServerThatIsNone() {
    assertNoRecord(",2,5", ServerLogParser.EMPTY_SERVER);
    assertNoRecord("  ,2,5", ServerLogParser.EMPTY_SERVER);
    assertNoRecord("\t\r,2,5", ServerLogParser.EMPTY_SERVER);
    assertNoRecord("s\u00001,2,5", ServerLogParser.CONTROL_CHARACTER);
    assertRecord("s".repeat(256) + ",2,5", "s".repeat(256), 2, 5);
    assertNoRecord("s".repeat(257) + ",2,5", ServerLogParser.LONG_SERVER);
  }

  @Test
  public void refusesASeverityOtherThan012() {
    for (String severity : new String[] {"3", "-1", "", "x", "22", "2.0", "02", "/"}) {
      assertNoRecord("s1," + severity + ",5", ServerLogParser.BAD_SEVERITY);
    }
  }

  @Test
  public void refusesATimestampThatIsNoIntegerFrom1() {
    for (String timestamp : new String[] {"0", "-5", "", "x", "5x", "5 6", "+5", "1e3", "0x10"}) {
      assertNoRecord("s1,2," + timestamp, ServerLogParser.BAD_TIMESTAMP);
    }
    assertNoRecord("s1,2,9223372036854775808", ServerLogParser.BIG_TIMESTAMP);
    assertNoRecord("s1,2,99999999999999999999999 ", ServerLogParser.BIG_TIMESTAMP);
    assertNoRecord("s1,2,99999999999999999999999x", ServerLogParser.BAD_TIMESTAMP);
  }

  @Test
  public void refusesWhatIsNotUtf8() {
    byte[][] malformed = {
      {(byte) 0xff},
      {(byte) 0xc0, (byte) 0x80},
      {(byte) 0xed, (byte) 0xa0, (byte) 0x80},
      {(byte) 0xf5, (byte) 0x80, (byte) 0x80, (byte) 0x80},
      {(byte) 0xe4, (byte) 0xb8},
    };
    for (byte[] bytes : malformed) {
      byte[] line = Arrays.copyOf(bytes, bytes.length + 4);
      System.arraycopy(",2,5".getBytes(StandardCharsets.US_ASCII), 0, line, bytes.length, 4);
      assertThat(parser.parse(line, 0, line.length), is(Optional.of(ServerLogParser.INVALID_UTF8)));
    }
  }

  @Test
  public void refusesALineThatIsTooLong() {
    assertNoRecord("s1,2,5" + " ".repeat(ServerLogParser.MAX_LINE_BYTES), ServerLogParser.TOO_LONG);
  }

  @Test
  public void looksAtNothingOutsideTheLine() {
    byte[] bytes = "9,s1,2,55,1".getBytes(StandardCharsets.US_ASCII);
    assertThat(parser.parse(bytes, 2, 8), is(Optional.empty()));
    assertThat(parser.timestamp(), is(5L));
  }

  @Test
  public void aShortRecordIsReadLikeAnyOther() {
    Random random = new Random(3);
    String[] servers = {
      "s1",
      "s10",
      "server7",
      "server88",
      "",
      " s1",
      "s\u00001",
      "é1",
      "\u007f",
      "a b",
      "\"s1\"",
      "\"s1",
      "s\"1",
      "\"a,0\"",
      "\"\"",
      "\"\"\"\""
    };
    String[] severities = {"0", "1", "2", "3", "/", "", " 2", "22", "\"2\"", "\""};
    String[] timestamps = {
      "5", "12345678", "123456789", "0", "00000007", "1:", "1/", "-1", "", "7 ", "\"7\"", "\""
    };
    String[] ends = {"", "", "\r", " ", ",", "\r\r"};
    int records = 0;
    for (int i = 0; i < 300_000; i++) {
      String line =
          any(random, servers)
              + ","
              + any(random, severities)
              + ","
              + (random.nextBoolean() ? any(random, timestamps) : random.nextInt(200_000_000))
              + any(random, ends);
      byte[] before = "1,1,1\n".getBytes(StandardCharsets.UTF_8);
      byte[] own = line.getBytes(StandardCharsets.UTF_8);
      int from = random.nextInt(before.length + 1);
      byte[] bytes = Arrays.copyOf(before, from + own.length + random.nextInt(9));
      System.arraycopy(own, 0, bytes, from, own.length);
      Optional<String> problem = parser.parse(bytes, from, from + own.length);
      assertThat(line, problem, is(Optional.ofNullable(alone.parseAny(own, 0, own.length))));
      if (problem.isEmpty()) {
        records++;
        assertThat(line, parser.severity(), is(alone.severity()));
        assertThat(line, parser.timestamp(), is(alone.timestamp()));
        assertThat(line, server(parser), is(server(alone)));
      }
    }
    assertThat(records, greaterThan(10_000));
  }

  private static String any(Random random, String... texts) {
    return texts[random.nextInt(texts.length)];
  }

  private void assertRecord(String line, String server, int severity, long timestamp) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    assertThat(line, parser.parse(bytes, 0, bytes.length), is(Optional.empty()));
    assertThat(line, server(parser), is(server));
    assertThat(line, parser.severity(), is(severity));
    assertThat(line, parser.timestamp(), is(timestamp));
  }

  private static String server(ServerLogParser parser) {
    int length = parser.serverTo() - parser.serverFrom();
    return new String(parser.bytes(), parser.serverFrom(), length, StandardCharsets.UTF_8);
  }

  private void assertNoRecord(String line, String reason) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    assertThat(line, parser.parse(bytes, 0, bytes.length), is(Optional.of(reason)));
  }
}
