package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.arrayContaining;
import static org.hamcrest.Matchers.is;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.Test;

/** Given this line, it is this record, or none for this reason. */
public final class ByteAccessLineParserTest {

  private static final String BEFORE = "10.12.0.7 - - ";
  private static final String TIME = "[10/Oct/2000:13:55:36 -0700]";
  private static final String REQUEST = " \"GET /a HTTP/1.1\"";
  private static final String BEHIND = " \"-\" \"curl/8.5.0\"";

  private final AccessLineParser common = new ByteAccessLineParser(false);
  private final AccessLineParser combined = new ByteAccessLineParser(true);

  @Test
  public void readsAllFieldsOfACombinedLine() {
    parse(
        "client.example.net ident47 frank "
            + TIME
            + " \"GET /apache_pb.gif?size=2 HTTP/1.0\" 200 2326"
            + " \"http://www.example.com/start.html\" \"Mozilla/4.08 [en] (Win98; I ;Nav)\"");
    assertTexts(
        "client.example.net",
        "ident47",
        "frank",
        "GET",
        "/apache_pb.gif?size=2",
        "HTTP/1.0",
        "http://www.example.com/start.html",
        "Mozilla/4.08 [en] (Win98; I ;Nav)");
    assertThat(combined.timeMillis(), is(Instant.parse("2000-10-10T20:55:36Z").toEpochMilli()));
    assertThat(combined.status(), is(200));
    assertThat(combined.bytes(), is(2326L));
  }

  @Test
  public void readsACommonLine() {
    byte[] line = bytes("::1 - - " + TIME + REQUEST + " 404 209");
    assertThat(common.parse(line, 0, line.length), is(Optional.empty()));
    assertThat(common.text(AccessField.HOST), is("::1"));
    assertThat(common.text(AccessField.ENDPOINT), is("/a"));
    assertThat(common.isAbsent(AccessField.REFERER), is(true));
    assertThat(common.isAbsent(AccessField.AGENT), is(true));
    assertThat(common.status(), is(404));
    assertThat(common.bytes(), is(209L));
  }

  @Test
  public void aHyphenAndNoTextAreAbsent() {
    parse("- - - " + TIME + " \"-\" 408 - \"-\" \"\"");
    assertTexts(null, null, null, null, null, null, null, null);
    assertThat(combined.bytes(), is(-1L));
    parse("::1 - \"\" " + TIME + " \"- - HTTP/1.1\" 408 0 \"--\" \" \"");
    assertTexts("::1", null, "\"\"", "-", "-", "HTTP/1.1", "--", " ");
    assertThat(combined.bytes(), is(0L));
  }

  @Test
  public void splitsARequestIntoItsWords() {
    assertRequest("GET / HTTP/1.1", "GET", "/", "HTTP/1.1");
    assertRequest("M-SEARCH * HTTP/10.25", "M-SEARCH", "*", "HTTP/10.25");
    assertRequest("GET /two words HTTP/1.1", "GET", "/two words", "HTTP/1.1");
    assertRequest("GET /old", "GET", "/old", null);
    assertRequest("GET /x HTTP/1.", "GET", "/x HTTP/1.", null);
    assertRequest("GET HTTP/1.1", "GET", "HTTP/1.1", null);
    assertRequest("GET  HTTP/1.1", "GET", null, "HTTP/1.1");
  }

  @Test
  public void whatIsNoProperRequestHasNoWords() {
    for (String request :
        new String[] {"", "-", "GET", " GET /", "\\xb0\\x01", "\\n", "G3T / HTTP/1.1", "\\\\"}) {
      assertRequest(request, null, null, null);
    }
  }

  @Test
  public void aQuoteBehindABackslashIsText() {
    parse(BEFORE + TIME + " \"GET /x\\\" 500 5 \" 200 7 \"a\\\" \" \"\\\\\\\"b\\\\\"");
    assertTexts("10.12.0.7", null, null, "GET", "/x\\\" 500 5 ", null, "a\\\" ", "\\\\\\\"b\\\\");
    assertThat(combined.status(), is(200));
    assertNoRecord(BEFORE + TIME + REQUEST + " 200 7 \"-\" \"b\\\"", ByteAccessLineParser.CUT);
  }

  @Test
  public void quotesThatNoServerEscapedAreText() {
    parse(BEFORE + TIME + " \"GET /\"a\" HTTP/1.1\" 200 7 \"b\"c\" \"the \"best\" agent\"");
    assertTexts("10.12.0.7", null, null, "GET", "/\"a\"", "HTTP/1.1", "b\"c", "the \"best\" agent");
  }

  @Test
  public void theStatusIsWhatFollowsTheRequest() {
    parse(BEFORE + TIME + " \"GET /404 HTTP/1.1\" 200 500 \"404\" \"503\"");
    assertThat(combined.status(), is(200));
    assertThat(combined.bytes(), is(500L));
  }

  @Test
  public void theZoneIsHonoured() {
    assertTime("01/Jan/1970:05:30:00 +0530", "1970-01-01T00:00:00Z");
    assertTime("31/Dec/1969:23:59:59 -0000", "1969-12-31T23:59:59Z");
    assertTime("02/Mar/2026:00:00:00 +1800", "2026-03-01T06:00:00Z");
    assertTime("28/feb/2026:23:59:59 -1800", "2026-03-01T17:59:59Z");
    assertTime("29/FEB/2000:00:00:00 +0000", "2000-02-29T00:00:00Z");
  }

  @Test
  public void refusesATimeThatIsNotInTheCalendar() {
    for (String time :
        new String[] {
          "31/Feb/2026:10:00:00 +0000",
          "29/Feb/2026:10:00:00 +0000",
          "29/Feb/1900:10:00:00 +0000",
          "31/Apr/2026:10:00:00 +0000",
          "00/Mar/2026:10:00:00 +0000",
          "02/Mai/2026:10:00:00 +0000",
          "02/Mar/0926:10:00:00 +0000",
          "02/Mar/2026:24:00:00 +0000",
          "02/Mar/2026:10:60:00 +0000",
          "02/Mar/2026:10:00:60 +0000",
          "02/Mar/2026:10:00:00 +1801",
          "02/Mar/2026:10:00:00 +0060",
          "02/Mar/2026:10:00:00 |0000",
          "02/Mar/2026:10:00:00  0000",
          "2/Mar/2026:10:00:00 +0000",
          "02/03/2026:10:00:00 +0000",
          "\0\0\0\0\0\0\0\0\0\0\0:10:00:00 +0000",
          "",
        }) {
      assertNoRecord(
          BEFORE + "[" + time + "]" + REQUEST + " 200 7" + BEHIND, ByteAccessLineParser.BAD_TIME);
    }
  }

  @Test
  public void refusesALineWithoutABracket() {
    String time = TIME.substring(1, TIME.length() - 1);
    String behind = REQUEST + " 200 7" + BEHIND;
    assertNoRecord(BEFORE + time + "]" + behind, ByteAccessLineParser.NO_OPENING_BRACKET);
    assertNoRecord(BEFORE + "[" + time + behind, ByteAccessLineParser.NO_CLOSING_BRACKET);
    assertNoRecord(BEFORE + TIME + " GET / 200 7", ByteAccessLineParser.NO_REQUEST);
    assertNoRecord("10.12.0.7\t- - " + TIME + behind, ByteAccessLineParser.WHITE_SPACE);
    assertNoRecord("10.12.0.7  - " + TIME + behind, ByteAccessLineParser.WHITE_SPACE);
  }

  @Test
  public void refusesAStatusThatIsNotThreeDigits() {
    for (String status : new String[] {"20", "2000", "1000", "OK", "-", "2x0", "+20", ""}) {
      assertNoRecord(
          BEFORE + TIME + REQUEST + " " + status + " 7" + BEHIND, ByteAccessLineParser.BAD_STATUS);
    }
  }

  @Test
  public void refusesBytesThatAreNoNumber() {
    for (String size : new String[] {"many", "--", "-1", "1k", "+1", ""}) {
      assertNoRecord(
          BEFORE + TIME + REQUEST + " 200 " + size + BEHIND, ByteAccessLineParser.BAD_BYTES);
    }
    parse(BEFORE + TIME + REQUEST + " 200 9223372036854775807" + BEHIND);
    assertThat(combined.bytes(), is(Long.MAX_VALUE));
    assertNoRecord(
        BEFORE + TIME + REQUEST + " 200 9223372036854775808" + BEHIND,
        ByteAccessLineParser.BIG_BYTES);
  }

  @Test
  public void refusesALineThatWasCut() {
    String line = BEFORE + TIME + REQUEST + " 200 1234 \"https://example.org/\" \"curl/8.5.0\"";
    int bytesEnd = line.indexOf(" 1234") + 5;
    for (int length = 0; length < line.length(); length++) {
      boolean isCommon = length > bytesEnd - 4 && length <= bytesEnd;
      assertNoRecord(
          line.substring(0, length),
          isCommon ? ByteAccessLineParser.COMMON_LINE : ByteAccessLineParser.CUT);
    }
    parse(line);
  }

  @Test
  public void refusesALineOfTheOtherFormat() {
    assertNoRecord(BEFORE + TIME + REQUEST + " 200 7", ByteAccessLineParser.COMMON_LINE);
    byte[] line = bytes(BEFORE + TIME + REQUEST + " 200 7" + BEHIND);
    assertThat(
        common.parse(line, 0, line.length), is(Optional.of(ByteAccessLineParser.COMBINED_LINE)));
  }

  @Test
  public void refusesTextBehindTheLastField() {
    String line = BEFORE + TIME + REQUEST + " 200 7";
    assertNoRecord(line + BEHIND + " 0.012", ByteAccessLineParser.TEXT_BEHIND);
    assertNoRecord(line + BEHIND + " ", ByteAccessLineParser.TEXT_BEHIND);
    assertNoRecord(line + " - -", ByteAccessLineParser.NO_REFERER);
    assertNoRecord(line + " \"-\" curl", ByteAccessLineParser.NO_AGENT);
    byte[] commonLine = bytes(line + " 0.012");
    assertThat(
        common.parse(commonLine, 0, commonLine.length),
        is(Optional.of(ByteAccessLineParser.TEXT_BEHIND)));
  }

  @Test
  public void aCarriageReturnMayEndTheLineAndIsNowhereElse() {
    String line = BEFORE + TIME + REQUEST + " 200 7" + BEHIND;
    parse(line + "\r");
    assertThat(combined.text(AccessField.AGENT), is("curl/8.5.0"));
    assertNoRecord(line + "\r" + line, ByteAccessLineParser.CARRIAGE_RETURN);
    assertNoRecord(line.replace("/a", "/\\\r"), ByteAccessLineParser.CARRIAGE_RETURN);
    assertNoRecord(line.replace("\"-\"", "\"\r\""), ByteAccessLineParser.CARRIAGE_RETURN);
  }

  @Test
  public void bytesThatAreNotUtf8StayWhatTheyAre() {
    byte[] line = bytes(BEFORE + TIME + " \"GET /?? HTTP/1.1\" 200 7 \"-\" \"?\u00e9\"");
    for (int i = 0; i < line.length; i++) {
      if (line[i] == '?') {
        line[i] = (byte) 0xff;
      }
    }
    assertThat(combined.parse(line, 0, line.length), is(Optional.empty()));
    assertThat(combined.text(AccessField.ENDPOINT), is("/\ufffd\ufffd"));
    assertThat(combined.text(AccessField.AGENT), is("\ufffd\u00e9"));
  }

  @Test
  public void fieldsMayBeLongAndTheLineUpToAMebibyte() {
    String line = BEFORE + TIME + REQUEST + " 200 7" + BEHIND;
    String padding = "x".repeat(AccessLineParser.MAX_LINE_BYTES - line.length());
    parse(line.replace("/a", "/a" + padding));
    assertThat(combined.text(AccessField.ENDPOINT), is("/a" + padding));
    parse(padding + line);
    parse(line.replace("curl", padding + "curl"));
    assertNoRecord(padding + "x" + line, ByteAccessLineParser.TOO_LONG);
  }

  @Test
  public void looksAtNothingOutsideTheLine() {
    String line = BEFORE + TIME + REQUEST + " 200 7" + BEHIND;
    byte[] among = bytes("1" + line + "\" \"");
    assertThat(combined.parse(among, 1, 1 + line.length()), is(Optional.empty()));
    assertThat(combined.text(AccessField.HOST), is("10.12.0.7"));
    assertThat(combined.text(AccessField.AGENT), is("curl/8.5.0"));
    assertThat(combined.parse(among, 1, line.length()), is(Optional.of(ByteAccessLineParser.CUT)));
  }

  private void assertRequest(String request, String method, String endpoint, String protocol) {
    parse(BEFORE + TIME + " \"" + request + "\" 200 7" + BEHIND);
    assertTexts("10.12.0.7", null, null, method, endpoint, protocol, null, "curl/8.5.0");
  }

  private void assertTime(String time, String instant) {
    parse(BEFORE + "[" + time + "]" + REQUEST + " 200 7" + BEHIND);
    assertThat(Instant.ofEpochMilli(combined.timeMillis()), is(Instant.parse(instant)));
  }

  private void parse(String line) {
    byte[] bytes = bytes(line);
    assertThat(line, combined.parse(bytes, 0, bytes.length), is(Optional.empty()));
  }

  private void assertTexts(String... texts) {
    assertThat(
        Stream.of(AccessField.values()).map(combined::text).toArray(String[]::new),
        arrayContaining(texts));
  }

  private void assertNoRecord(String line, String reason) {
    byte[] bytes = bytes(line);
    assertThat(line, combined.parse(bytes, 0, bytes.length), is(Optional.of(reason)));
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }
}
