package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;
import static org.junit.Assert.assertThrows;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import nl.basjes.parse.core.Parser;
import nl.basjes.parse.core.exceptions.DissectionFailure;
import nl.basjes.parse.httpdlog.HttpdLoglineParser;
import nl.basjes.parse.httpdlog.Utils;
import org.junit.Test;

/** Given this LogFormat and this line, it is this record, or none. */
public final class LogFormatParserTest {

  private static final String NGINX =
      "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
          + " \"$http_referer\" \"$http_user_agent\"";

  @Test
  public void readsApachesCombinedFormat() {
    AccessLineParser line =
        parse(
            AccessLines.COMBINED,
            "client.example.net - frank [10/Oct/2000:13:55:36 -0700] \"GET /a\\\"b?c HTTP/1.0\" 200"
                + " 2326 \"http://example.com/\" \"Mozilla/4.08 \\xb0\"");
    assertThat(line.text(AccessField.HOST), is("client.example.net"));
    assertThat(line.isAbsent(AccessField.IDENTITY), is(true));
    assertThat(line.text(AccessField.USER), is("frank"));
    assertThat(line.text(AccessField.METHOD), is("GET"));
    assertThat(line.text(AccessField.ENDPOINT), is("/a\\\"b?c"));
    assertThat(line.text(AccessField.PROTOCOL), is("HTTP/1.0"));
    assertThat(line.text(AccessField.REFERER), is("http://example.com/"));
    assertThat(line.text(AccessField.AGENT), is("Mozilla/4.08 \\xb0"));
    assertThat(line.timeMillis(), is(Instant.parse("2000-10-10T20:55:36Z").toEpochMilli()));
    assertThat(line.status(), is(200));
    assertThat(line.bytes(), is(2326L));
  }

  @Test
  public void readsTheFormatOfNginx() {
    AccessLineParser line =
        parse(
            NGINX,
            "2001:db8::17 - - [10/Oct/2000:13:55:36 +0000] \"GET /a HTTP/2.0\" 404 153 \"-\""
                + " \"curl/8.5.0\"");
    assertThat(line.text(AccessField.HOST), is("2001:db8::17"));
    assertThat(line.isAbsent(AccessField.USER), is(true));
    assertThat(line.text(AccessField.ENDPOINT), is("/a"));
    assertThat(line.isAbsent(AccessField.REFERER), is(true));
    assertThat(line.text(AccessField.AGENT), is("curl/8.5.0"));
    assertThat(line.status(), is(404));
    assertThat(line.bytes(), is(153L));
  }

  @Test
  public void readsFieldsInAnyOrderAndFromOtherDirectives() {
    AccessLineParser line =
        parse(
            "%v %a %s %O %m %U %H \\\"%{User-agent}i\\\"\\t%t %D",
            "shop.example.org 10.12.0.7 500 77 GET /a HTTP/1.1 \"curl\"\t"
                + "[10/Oct/2000:13:55:36 +0000] 1234");
    assertThat(line.text(AccessField.HOST), is("10.12.0.7"));
    assertThat(line.text(AccessField.METHOD), is("GET"));
    assertThat(line.text(AccessField.ENDPOINT), is("/a"));
    assertThat(line.text(AccessField.PROTOCOL), is("HTTP/1.1"));
    assertThat(line.text(AccessField.AGENT), is("curl"));
    assertThat(line.isAbsent(AccessField.REFERER), is(true));
    assertThat(line.status(), is(500));
    assertThat(line.bytes(), is(77L));

    line =
        parse(
            "$msec $request_method $request_uri $server_protocol $status $bytes_sent",
            "971186136.250 GET /a?b HTTP/2.0 200 77");
    assertThat(line.text(AccessField.METHOD), is("GET"));
    assertThat(line.text(AccessField.ENDPOINT), is("/a?b"));
    assertThat(line.text(AccessField.PROTOCOL), is("HTTP/2.0"));
    assertThat(line.bytes(), is(77L));
  }

  @Test
  public void fieldsThatAFormatDoesNotHaveAreAbsent() {
    AccessLineParser line = parse("%t %>s", "[10/Oct/2000:13:55:36 +0000] 200");
    for (AccessField field : AccessField.values()) {
      assertThat(line.isAbsent(field), is(true));
    }
    assertThat(line.bytes(), is(-1L));
  }

  @Test
  public void theLastStatusCountsWhereARequestHadTwo() {
    assertThat(parse("%s %t %>s", "200 [10/Oct/2000:13:55:36 +0000] 404").status(), is(404));
    assertThat(parse("%t %<s", "[10/Oct/2000:13:55:36 +0000] 302").status(), is(302));
  }

  @Test
  public void readsTimesHoweverTheyAreWritten() {
    Map<String, String> times =
        Map.of(
            "%t", "[10/Oct/2000:13:55:36 -0700]",
            "%{sec}t", "971211336",
            "%{msec}t", "971211336000",
            "%{usec}t", "971211336000999",
            "%{begin:sec}t", "971211336",
            "%{%d.%m.%Y %H:%M:%S %z}t", "10.10.2000 13:55:36 -0700",
            "[$time_local]", "[10/Oct/2000:13:55:36 -0700]",
            "$time_iso8601", "2000-10-10T13:55:36-07:00",
            "$msec", "971211336.000");
    times.forEach(
        (format, time) -> {
          String status = format.indexOf('$') < 0 ? " %>s" : " $status";
          assertThat(format, parse(format + status, time + " 200").timeMillis(), is(971211336000L));
        });
  }

  @Test
  public void refusesALineThatIsNotAsTheFormatSays() {
    assertNoRecord("%t %>s", "", LogFormatParser.NO_MATCH);
    assertNoRecord("%t %>s", "[10/Oct/2000:13:55:36 +0000]", LogFormatParser.NO_MATCH);
    assertNoRecord("%t %>s", "[10/Oct/2000:13:55:36 +0000] OK", ByteAccessLineParser.BAD_STATUS);
    assertNoRecord("%t %>s", "[10/Oct/2000:13:55:36 +0000] 099", ByteAccessLineParser.BAD_STATUS);
    assertNoRecord("%t %>s", "[31/Feb/2000:13:55:36 +0000] 200", LogFormatParser.BAD_TIME);
    assertNoRecord("%t %>s", "[10/Oct/2000:24:00:00 +0000] 200", LogFormatParser.BAD_TIME);
    assertNoRecord("$time_iso8601 $status", "2001-02-29T13:55:36Z 200", LogFormatParser.NO_MATCH);
    assertNoRecord(
        "$time_iso8601 $status", "2001-02-29T13:55:36+00:00 200", LogFormatParser.BAD_TIME);
    assertNoRecord("%{sec}t %>s", "9223372036854775807 200", LogFormatParser.BAD_TIME);
    assertNoRecord("%{sec}t %>s", "9223372036854775808 200", LogFormatParser.BAD_TIME);
    assertNoRecord(
        "%t %>s %b",
        "[10/Oct/2000:13:55:36 +0000] 200 9223372036854775808", ByteAccessLineParser.BIG_BYTES);
    assertNoRecord(
        "%t %>s", "x".repeat(AccessLineParser.MAX_LINE_BYTES + 1), ByteAccessLineParser.TOO_LONG);
  }

  @Test
  public void aRecordForgetsTheOneBefore() {
    AccessLineParser parser = new LogFormatParser("%t %>s \"%r\" %b");
    byte[] first = bytes("[10/Oct/2000:13:55:36 +0000] 200 \"GET / HTTP/1.1\" 7");
    byte[] second = bytes("[10/Oct/2000:13:55:36 +0000] 400 \"\" -");
    assertThat(parser.parse(first, 0, first.length), is(nullValue()));
    assertThat(parser.text(AccessField.METHOD), is("GET"));
    assertThat(parser.parse(second, 0, second.length), is(nullValue()));
    assertThat(parser.isAbsent(AccessField.METHOD), is(true));
    assertThat(parser.bytes(), is(-1L));
  }

  @Test
  public void refusesAFormatWithoutAStatusOrATime() {
    assertRefused("%h %t", containsString("no status"), not(containsString("no time")));
    assertRefused("%h %>s", containsString("no time"), not(containsString("no status")));
    assertRefused("$remote_addr", containsString("no status"), containsString("no time"));
    assertRefused("100 %%", containsString("no status"), containsString("no time"));
    // A time in pieces.
    assertRefused(
        "%{%d/%b/%Y:%H:%M:%S}t.%{msec_frac}t %{%z}t %>s",
        containsString("no time in one piece"), not(containsString("no status")));
    assertRefused("%t %>s\n%h", containsString("more than one line"), containsString("%h"));
  }

  /** Where the library is left as it is, it takes the same lines, but for what the Javadoc says. */
  @Test
  public void findsWhatTheLibraryFinds() throws Exception {
    Parser<LogFormatParser.Values> library =
        new HttpdLoglineParser<>(LogFormatParser.Values.class, AccessLines.COMBINED);
    for (String path :
        new String[] {
          "IP:connection.client.host",
          "STRING:connection.client.user",
          "STRING:request.status.last",
          "HTTP.FIRSTLINE:request.firstline",
          "HTTP.URI:request.firstline.uri",
          "HTTP.URI:request.referer",
          "HTTP.USERAGENT:request.user-agent",
          "TIME.EPOCH:request.receive.time.epoch"
        }) {
      library.addParseTarget("set", path);
    }
    AccessLineParser parser = new LogFormatParser(AccessLines.COMBINED);
    Set<String> stricter =
        Set.of(
            ByteAccessLineParser.BAD_STATUS,
            LogFormatParser.BAD_TIME,
            ByteAccessLineParser.BIG_BYTES);
    Random random = new Random(1);
    int records = 0;
    for (int i = 0; i < 3_000; i++) {
      byte[] line = AccessLines.odd(random, true);
      String text = new String(line, StandardCharsets.UTF_8);
      if (text.length() < line.length) {
        // The library, given text, ends lines in places that are within a byte's character here.
        continue;
      }
      String problem = parser.parse(line, 0, line.length);
      LogFormatParser.Values expected = new LogFormatParser.Values();
      boolean isRecord = true;
      try {
        library.parse(expected, text);
      } catch (DissectionFailure e) {
        isRecord = false;
      } catch (StringIndexOutOfBoundsException | IllegalArgumentException e) {
        // Of a cut escape.
        assertThat(text, containsString("\\"));
        continue;
      }
      if (!isRecord) {
        assertThat(text, problem, is(not(nullValue())));
      } else if (problem != null) {
        assertThat(text, stricter.contains(problem), is(true));
      } else {
        records++;
        assertFields(text, parser, expected.byPath());
      }
    }
    assertThat(records, is(greaterThan(600)));
  }

  private static void assertFields(
      String line, AccessLineParser parser, Map<String, String> library) {
    Map<String, String> expected = new HashMap<>(library);
    expected.values().removeIf(text -> text == null || text.isEmpty());
    String request = expected.get("HTTP.FIRSTLINE:request.firstline");
    assertThat(line, parser.text(AccessField.HOST), is(expected.get("IP:connection.client.host")));
    assertThat(
        line, parser.text(AccessField.USER), is(expected.get("STRING:connection.client.user")));
    assertThat(
        line, parser.text(AccessField.REFERER), is(expected.get("HTTP.URI:request.referer")));
    assertThat(
        line,
        Utils.decodeApacheHTTPDLogValue(parser.text(AccessField.AGENT)),
        is(expected.get("HTTP.USERAGENT:request.user-agent")));
    if (request == null || !line.contains("\\")) {
      assertThat(
          line,
          parser.text(AccessField.ENDPOINT),
          is(expected.get("HTTP.URI:request.firstline.uri")));
    }
    assertThat(
        line,
        String.valueOf(parser.timeMillis()),
        is(expected.get("TIME.EPOCH:request.receive.time.epoch")));
    assertThat(
        line, String.valueOf(parser.status()), is(expected.get("STRING:request.status.last")));
  }

  private static AccessLineParser parse(String format, String line) {
    AccessLineParser parser = new AccessLogFormat(format).parser();
    byte[] bytes = bytes(line);
    assertThat(line, parser.parse(bytes, 0, bytes.length), is(nullValue()));
    return parser;
  }

  private static void assertNoRecord(String format, String line, String reason) {
    byte[] bytes = bytes(line);
    assertThat(line, new LogFormatParser(format).parse(bytes, 0, bytes.length), is(reason));
  }

  private static void assertRefused(
      String format, org.hamcrest.Matcher<String> one, org.hamcrest.Matcher<String> other) {
    Exception refused =
        assertThrows(IllegalArgumentException.class, () -> new LogFormatParser(format));
    assertThat(refused.getMessage(), is(allOf(one, other)));
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }
}
