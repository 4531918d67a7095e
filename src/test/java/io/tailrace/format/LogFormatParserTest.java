package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
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
            AccessLogFormat.COMBINED,
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
  public void readsTimesThatAreWrittenLikeThoseOfStrftime() {
    Map<String, String> times =
        Map.of(
            "%FT%T%z", "2000-10-10T13:55:36-0700",
            "%a %b %e %H:%M:%S %Y %Z", "Tue Oct 10 20:55:36 2000 GMT",
            "%A, %d %B %y %I:%M:%S %p", "tuesday, 10 October 00 08:55:36 PM",
            "%c", "Tue Oct 10 20:55:36 2000",
            "%D %R:%S", "10/10/00 20:55:36",
            "%Y/%j %k:%M:%S", "2000/284 20:55:36",
            "%s", "971211336",
            "%%%Y%m%d%t%H%M%S", "%20001010\t205536");
    times.forEach(
        (pattern, time) ->
            assertThat(
                pattern,
                parse("%{" + pattern + "}t %>s", time + " 200").timeMillis(),
                is(971211336000L)));
    for (String time :
        new String[] {
          "2000-10-10T13:55:36", "2000-02-30T13:55:36+0000", "2000-10-10T24:00:00+0000",
          "2000-10-10T13:55:60+0000", "2000-13-10T13:55:36+0000", "0999-10-10T13:55:36+0000",
          "2000-10-10T13:55:36+1801", "2000-10-1", ""
        }) {
      assertNoRecord("%{%FT%T%z}t %>s", time + " 200", LogFormatParser.BAD_TIME);
    }
    assertRefused("%{%H:%M}t %>s", containsString("%H:%M"), containsString("not a date"));
    assertRefused("%{%FT%T %U}t %>s", containsString("cannot be read"), containsString("%U"));
  }

  @Test
  public void refusesALineThatIsNotAsTheFormatSays() {
    assertNoRecord("%t %>s", "", LogFormatParser.NO_MATCH);
    assertNoRecord("%t %>s", "[10/Oct/2000:13:55:36 +0000]", LogFormatParser.NO_MATCH);
    assertNoRecord("%t %>s", "[10/Oct/2000:13:55:36 +0000] OK", ByteAccessLineParser.BAD_STATUS);
    assertNoRecord("%t %>s", "[10/Oct/2000:13:55:36 +0000] 20", ByteAccessLineParser.BAD_STATUS);
    assertNoRecord("%t %>s", "[31/Feb/2000:13:55:36 +0000] 200", LogFormatParser.BAD_TIME);
    assertNoRecord("%t %>s", "[10/Oct/2000:24:00:00 +0000] 200", LogFormatParser.BAD_TIME);
    assertNoRecord("$time_iso8601 $status", "2001-02-29T13:55:36Z 200", LogFormatParser.BAD_TIME);
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
  public void fieldsThatNoReportUsesAreAnyText() {
    String format =
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
            + " rt=$request_time uct=\"$upstream_connect_time\" us=$upstream_status"
            + " ua=$http_user_agent $pipe";
    for (String text :
        new String[] {
          "0.1 uct=\"-, 0.000\" us=502, 200 : 200 ua=curl .",
          "- uct=\"\" us= ua= ",
          "many words uct=\"a \\\" b\" us=- 200 5 ua=[x] \"y\" p",
          "\u00e9 uct=\"\"x\"\" us=\" \" ua=a ua=b c"
        }) {
      AccessLineParser line =
          parse(
              format,
              "10.0.0.1 - - [10/Oct/2000:13:55:36 +0000] \"GET /a HTTP/1.1\" 404 7 rt=" + text);
      assertThat(line.text(AccessField.HOST), is("10.0.0.1"));
      assertThat(line.text(AccessField.ENDPOINT), is("/a"));
      assertThat(line.status(), is(404));
      assertThat(line.bytes(), is(7L));
    }
  }

  /** The elements of a list are not the fields behind it, though they look like them. */
  @Test
  public void aListIsOneField() {
    String format = "[$time_local] $upstream_status $status $body_bytes_sent $request_time";
    for (String list : new String[] {"502, 200", "502 : 200", "-, 502 : 502, 503", "200", "-"}) {
      AccessLineParser line =
          parse(format, "[10/Oct/2000:13:55:36 +0000] " + list + " 404 512 0.001");
      assertThat(line.status(), is(404));
      assertThat(line.bytes(), is(512L));
    }
    AccessLineParser line =
        parse(
            "$http_x_forwarded_for $remote_addr $remote_user [$time_local] $status",
            "10.0.0.1, 10.0.0.2 192.168.0.1 - [10/Oct/2000:13:55:36 +0000] 200");
    assertThat(line.text(AccessField.HOST), is("192.168.0.1"));
    // No list, but a text that happens to end like an element.
    line = parse("%t %{X}e %>s", "[10/Oct/2000:13:55:36 +0000] a, 200");
    assertThat(line.status(), is(200));
  }

  @Test
  public void aHostBeforeAColonMayHaveSome() {
    String format = "$remote_addr:$remote_port [$time_local] $status";
    assertThat(
        parse(format, "2001:db8::1:54321 [10/Oct/2000:13:55:36 +0000] 200").text(AccessField.HOST),
        is("2001:db8::1"));
    assertThat(
        parse(format, "10.0.0.1:80 [10/Oct/2000:13:55:36 +0000] 200").text(AccessField.HOST),
        is("10.0.0.1"));
  }

  @Test
  public void aHostIsAWord() {
    assertNoRecord(
        NGINX,
        "Mar  2 06:04:11 web nginx: 10.0.0.1 - - [10/Oct/2000:13:55:36 +0000] \"GET /a HTTP/2.0\""
            + " 404 153 \"-\" \"curl/8.5.0\"",
        LogFormatParser.NO_MATCH);
  }

  @Test
  public void readsCsvAndJson() {
    String csv = "$time_iso8601,$remote_addr,$remote_user,\"$request\",$status,$body_bytes_sent,$x";
    AccessLineParser line =
        parse(csv, "2000-10-10T13:55:36Z,::1,Doe, Jane,\"GET /a,b HTTP/1.1\",200,7,z,\"");
    assertThat(line.text(AccessField.HOST), is("::1"));
    assertThat(line.text(AccessField.USER), is("Doe, Jane"));
    assertThat(line.text(AccessField.ENDPOINT), is("/a,b"));
    assertThat(line.bytes(), is(7L));

    String json =
        "{\"time\":\"$time_iso8601\",\"host\":\"$remote_addr\",\"agent\":\"$http_user_agent\","
            + "\"uri\":\"$request_uri\",\"status\":$status,\"bytes\":${body_bytes_sent}}";
    line =
        parse(
            json,
            "{\"time\":\"2000-10-10T13:55:36+02:00\",\"host\":\"10.0.0.1\",\"agent\":\"a"
                + " \\\",\\\"uri\\\":\\\"/b\",\"uri\":\"/a?x\",\"status\":404,\"bytes\":0}");
    assertThat(line.text(AccessField.ENDPOINT), is("/a?x"));
    assertThat(line.timeMillis(), is(Instant.parse("2000-10-10T11:55:36Z").toEpochMilli()));
  }

  @Test
  public void fieldsWithNothingBetweenThemAreOneText() {
    AccessLineParser line =
        parse("%t \"%m %U%q %H\" %s", "[10/Oct/2000:13:55:36 +0000] \"GET /a?b=c HTTP/1.1\" 200");
    assertThat(line.text(AccessField.METHOD), is("GET"));
    assertThat(line.text(AccessField.ENDPOINT), is("/a?b=c"));
    assertThat(line.text(AccessField.PROTOCOL), is("HTTP/1.1"));
    line =
        parse(
            "$msec $scheme://$host$request_uri $status", "971186136.250 https://example.org/a 200");
    assertThat(line.text(AccessField.ENDPOINT), is("/a"));
    assertRefused("%t %>s%b", containsString("nothing between %>s and %b"), containsString("%t"));
    assertRefused("%v%h %t %>s", containsString("nothing between %v and %h"), containsString("%t"));
  }

  @Test
  public void statusesOfThreeDigitsCount() {
    for (int status : new int[] {0, 99, 100, 600, 999}) {
      String line = String.format("[10/Oct/2000:13:55:36 +0000] %03d x", status);
      assertThat(parse("%t %>s %x", line).status(), is(status));
    }
    for (String status : new String[] {"-", "20", "1000", "", "2x0", "+20", "OK"}) {
      assertNoRecord(
          "%t %>s %{X}e",
          "[10/Oct/2000:13:55:36 +0000] " + status + " x", ByteAccessLineParser.BAD_STATUS);
    }
  }

  @Test
  public void tellsWhichFieldIsAtFault() {
    String time = "10.0.0.1 - - [10/Oct/2000:13:55:36 +0000]";
    String behind = " \"-\" \"curl\"";
    assertNoRecord(NGINX, time + " \"GET /\" 200 many" + behind, ByteAccessLineParser.BAD_BYTES);
    assertNoRecord(NGINX, time + " \"GET /\" 2000 7" + behind, ByteAccessLineParser.BAD_STATUS);
    assertNoRecord(
        NGINX, time.replace("Oct", "Okt") + " \"GET /\" 200 7" + behind, LogFormatParser.BAD_TIME);
    assertNoRecord(NGINX, time + " \"GET /\" 200 7", LogFormatParser.NO_MATCH);
    assertNoRecord(
        NGINX, time + " \"GET /\r\" 200 7" + behind, ByteAccessLineParser.CARRIAGE_RETURN);
  }

  /**
   * Where a step were taken for each pair of bytes, each of these lines would take many seconds.
   */
  @Test
  public void noLineTakesLong() {
    String[] formats = {
      NGINX,
      AccessLogFormat.COMBINED,
      "%h %l %u %t \"%r\" %>s %b %D %{X}e \"%{Y}e\" %{Z}e",
      "$remote_addr:$remote_port ($x) $y $remote_addr \"$z\" $msec \"$request\" $status $a $b $c",
      "%a (%{b}e) %{c}e:%{d}e \"%r\" \"%{Y}e\" %{e}e\"%h\" %{%d%m%Y%H%M%S}t %>s %b",
      "${a}1$remote_addr 0$msec 1$status 0$body_bytes_sent 1$b"
    };
    String whole =
        "10.0.0.1 - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.1\" 200 7 \"-\" \"curl\"";
    String[] pieces = {
      "\"",
      "\" ",
      " \"",
      "\" \"",
      "\\",
      "\\\"",
      ":",
      "a:",
      "2001:db8:",
      "ff",
      "0",
      "1",
      "1 ",
      " ",
      "  ",
      "(",
      " (",
      "[",
      " [",
      "] \"",
      "- ",
      " - ",
      ", ",
      " : ",
      "\" 200 7 ",
      "\" 200 7 \"",
      "x",
      " [10/Oct/2000:13:55:36 +0000] \"",
      "%",
      "\t",
      "\u00e9"
    };
    ThreadMXBean threads = ManagementFactory.getThreadMXBean();
    List<AccessLineParser> parsers = new ArrayList<>();
    parsers.add(new ByteAccessLineParser(true));
    parsers.add(new ByteAccessLineParser(false));
    Stream.of(formats).map(LogFormatParserTest::parser).forEach(parsers::add);
    for (AccessLineParser parser : parsers) {
      for (String piece : pieces) {
        String many = piece.repeat(60_000 / piece.length());
        for (String line :
            new String[] {
              many,
              "h - " + many,
              "h - u " + many + "\"",
              whole + many,
              whole + " 1 \"" + many,
              many + whole,
              many + " " + whole.substring(0, whole.length() - 1),
              whole.substring(0, whole.indexOf(" 200")) + many
            }) {
          byte[] bytes = bytes(line);
          long before = threads.getCurrentThreadCpuTime();
          parser.parse(bytes, 0, bytes.length);
          long nanos = threads.getCurrentThreadCpuTime() - before;
          assertThat(line.substring(0, 200), nanos, is(lessThan(500_000_000L)));
        }
      }
    }
  }

  @Test
  public void aRecordForgetsTheOneBefore() {
    AccessLineParser parser = parser("%t %>s \"%r\" %b");
    byte[] first = bytes("[10/Oct/2000:13:55:36 +0000] 200 \"GET / HTTP/1.1\" 7");
    byte[] second = bytes("[10/Oct/2000:13:55:36 +0000] 400 \"\" -");
    assertThat(parser.parse(first, 0, first.length), is(Optional.empty()));
    assertThat(parser.text(AccessField.METHOD), is("GET"));
    assertThat(parser.parse(second, 0, second.length), is(Optional.empty()));
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
  }

  private static AccessLineParser parser(String format) {
    return new LogFormatParser(LineLayout.parse(format));
  }

  private static AccessLineParser parse(String format, String line) {
    AccessLineParser parser = parser(FormatDirective.formatIn(format));
    byte[] bytes = bytes(line);
    assertThat(line, parser.parse(bytes, 0, bytes.length), is(Optional.empty()));
    return parser;
  }

  private static void assertNoRecord(String format, String line, String reason) {
    byte[] bytes = bytes(line);
    assertThat(line, parser(format).parse(bytes, 0, bytes.length), is(Optional.of(reason)));
  }

  private static void assertRefused(
      String format, org.hamcrest.Matcher<String> one, org.hamcrest.Matcher<String> other) {
    Exception refused = assertThrows(IllegalArgumentException.class, () -> parser(format));
    assertThat(refused.getMessage(), is(allOf(one, other)));
  }

  private static byte[] bytes(String line) {
    return line.getBytes(StandardCharsets.UTF_8);
  }
}
