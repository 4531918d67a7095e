package io.tailrace.format;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.tailrace.format.HttpdlogParser.Value;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/**
 * Of random lines of a LogFormat, our parser and the library httpdlog-parser make the same record,
 * or none; or the line has one of the texts that are known to make a difference, with who is right.
 */
@RunWith(Parameterized.class)
public final class HttpdlogAgreesTest {

  private static final int LINES = 2_000;

  /** What a directive or variable may have written: mostly the first of its texts. */
  private record Directive(String name, List<String> texts) {}

  private static final List<Directive> DIRECTIVES = new ArrayList<>();

  private static void write(List<String> directives, String... texts) {
    directives.forEach(name -> DIRECTIVES.add(new Directive(name, List.of(texts))));
    // The longest name that is there is meant: $request_uri is not $request.
    DIRECTIVES.sort(Comparator.comparing(directive -> -directive.name().length()));
  }

  /** Where the library backtracks without end if an address of IPv6 is cut. */
  private static final List<String> ADDRESSES = List.of("%h", "%a", "%{c}a", "$remote_addr");

  private static final List<String> IDENTITIES = List.of("%l");
  private static final List<String> REFERERS = List.of("%{Referer}i", "$http_referer");
  private static final List<String> STATUSES = List.of("%>s", "%s", "$status");
  private static final List<String> CALENDAR_TIMES =
      List.of("%t", "%{%d/%b/%Y:%H:%M:%S %z}t", "[$time_local]", "$time_iso8601");

  static {
    write(ADDRESSES, "10.12.0.7", "203.0.113.250", "::1", "2001:db8::17", "::ffff:10.0.0.1");
    write(IDENTITIES, "-", "47", "ident");
    write(List.of("%u", "$remote_user"), "-", "anna", "o.neill@example.org", "");
    write(List.of("%v", "$host"), "www.example.org", "shop.example.net", "10.0.0.1");
    write(List.of("%p"), "443", "80", "8443");
    write(
        List.of("%r", "$request"),
        "GET /index.html HTTP/1.1",
        "GET /orders?state=open&limit=50 HTTP/2.0",
        "POST /a%20b HTTP/1.0",
        "OPTIONS * HTTP/1.1",
        "GET /a\\\"b HTTP/1.1",
        "GET /a\\\\ HTTP/1.1",
        "GET /\\xc3\\xbc HTTP/1.1",
        "GET /a b HTTP/1.1",
        "M-SEARCH * HTTP/1.1",
        "G3T / HTTP/1.1",
        "GET /old",
        "GET",
        "\\x16\\x03\\x01",
        "-",
        "");
    write(List.of("%m", "$request_method"), "GET", "POST", "M-SEARCH", "-");
    write(List.of("%U"), "/index.html", "/", "/a%20b", "*", "-");
    write(List.of("%q"), "", "?a=b", "?a=%22&b");
    write(List.of("$request_uri"), "/index.html", "/a?b=c", "*", "/\\x22", "-", "");
    write(List.of("$uri"), "/index.html", "/", "/a b", "-");
    write(List.of("%H", "$server_protocol"), "HTTP/1.1", "HTTP/1.0", "HTTP/2.0", "-");
    write(STATUSES, "200", "404", "500", "301", "099", "-", "20");
    write(List.of("%<s"), "200", "404", "-");
    write(List.of("%b"), "5120", "-", "0", "1");
    write(
        List.of("%B", "%O", "%I", "$body_bytes_sent", "$bytes_sent", "$request_length"),
        "5120",
        "0",
        "1",
        "9223372036854775807");
    write(
        REFERERS,
        "-",
        "https://shop.example.org/a?b=c",
        "http://a/\\\"b",
        "android-app://x",
        "a b",
        "");
    write(
        List.of("%{User-Agent}i", "$http_user_agent"),
        "curl/8.5.0",
        "Mozilla/5.0 (X11; Linux x86_64; rv:128.0)",
        "probe \\\"north\\\" (30 s)",
        "back\\\\slash\\\\",
        "\u00fcber",
        "-",
        "");
    write(
        List.of("%{X-Forwarded-For}i", "$http_x_forwarded_for"),
        "-",
        "203.0.113.9",
        "203.0.113.9, 10.0.0.1",
        "2001:db8::1",
        "");
    write(List.of("%D"), "339663", "0");
    write(List.of("%T"), "0", "12");
    write(List.of("%X"), "+", "-", "X");
    write(List.of("%{Session}C"), "-", "a=b", "x");
    write(List.of("$request_time"), "0.154", "0.000", "12.001");
    write(List.of("$upstream_response_time"), "0.012", "-", "0.000, 0.404", "0.001 : 0.002");
    write(List.of("$upstream_status"), "200", "-", "502, 200", "502 : 200");
    write(List.of("$connection"), "17", "123456");
    write(List.of("$pipe"), ".", "p");
    write(List.of("$scheme"), "https", "http");
    write(
        List.of("%t", "[$time_local]"),
        "[10/Oct/2000:13:55:36 -0700]",
        "[29/Feb/2024:00:00:00 +0530]",
        "[31/Feb/2024:00:00:00 +0000]",
        "[10/Oct/2000:24:00:00 +0000]");
    write(
        List.of("%{%d/%b/%Y:%H:%M:%S %z}t"),
        "10/Oct/2000:13:55:36 -0700",
        "29/Feb/2024:00:00:00 +0530",
        "31/Feb/2024:00:00:00 +0000");
    write(
        List.of("$time_iso8601"),
        "2000-10-10T13:55:36-07:00",
        "2026-03-02T06:00:00+00:00",
        "2026-02-30T06:00:00+00:00");
    write(List.of("%{msec}t"), "971211336000", "1772427851123");
    write(List.of("%{sec}t"), "971211336", "1772427851");
    write(List.of("$msec"), "971211336.250", "1772427851.000");
  }

  /**
   * A text of which the two make something else. The library reads each of these lines; wherever it
   * and we differ, we are right.
   *
   * @param directives what wrote the text
   * @param isRecord whether the line is one, as we say and the library does not
   */
  private record Difference(List<String> directives, List<String> texts, boolean isRecord) {}

  private static final List<Difference> DIFFERENCES =
      List.of(
          // Without a status the request cannot be counted. The library takes any word for one.
          new Difference(STATUSES, List.of("-", "20"), false),
          // The library takes 31 February for the last of that month, and 24:00 for the next day.
          new Difference(
              CALENDAR_TIMES,
              List.of(
                  "[31/Feb/2024:00:00:00 +0000]",
                  "31/Feb/2024:00:00:00 +0000",
                  "[10/Oct/2000:24:00:00 +0000]",
                  "2026-02-30T06:00:00+00:00"),
              false),
          // An identd says a word (RFC 1413, section 6.2). The library wants a number.
          new Difference(IDENTITIES, List.of("ident"), true),
          // Of one upstream group and then another (ngx_http_upstream_module). The library knows ",
          // ".
          new Difference(
              List.of("$upstream_response_time", "$upstream_status"),
              List.of("0.001 : 0.002", "502 : 200"),
              true),
          // A referer is whatever a client sends. The library wants a URI.
          new Difference(REFERERS, List.of("a b", ""), true));

  /**
   * A line that was cut in its last field, if no report has that: all that reports have is whole,
   * and the request was answered. The library wants the last number to be one.
   */
  private static final Difference CUT_BEHIND_ALL = new Difference(List.of(), List.of(), true);

  @Parameterized.Parameters(name = "{0}")
  public static List<String> formats() {
    return List.of(
        AccessLogFormat.COMMON,
        AccessLogFormat.COMBINED,
        AccessLogFormat.COMBINED + " \"%{X-Forwarded-For}i\" %D",
        "%v:%p " + AccessLogFormat.COMBINED + " %D %{X-Forwarded-For}i %I %O",
        "%v:%p %a %{c}a %l %u %{msec}t \"%m %U%q %H\" %s %<s %B %I %O %X \"%{Session}C\"",
        "%{%d/%b/%Y:%H:%M:%S %z}t,%h,%u,\"%r\",%>s,%O,%T",
        "%{sec}t %h \"%r\" %>s %b",
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
            + " \"$http_referer\" \"$http_user_agent\"",
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
            + " \"$http_referer\" \"$http_user_agent\" \"$http_x_forwarded_for\""
            + " rt=$request_time uct=\"$upstream_response_time\" us=$upstream_status",
        "{\"time\":\"$time_iso8601\",\"host\":\"$remote_addr\",\"user\":\"$remote_user\","
            + "\"method\":\"$request_method\",\"uri\":\"$request_uri\","
            + "\"protocol\":\"$server_protocol\",\"status\":$status,\"bytes\":$bytes_sent,"
            + "\"referer\":\"$http_referer\",\"agent\":\"$http_user_agent\"}",
        "$msec|$remote_addr|$request_method|$uri|$status|$body_bytes_sent|$request_length"
            + "|$connection|$pipe|$scheme|$host");
  }

  @Parameterized.Parameter public String format;

  /** A line, and what of it is known to make a difference. */
  private record Line(String text, List<Difference> differences) {}

  @Test
  public void bothMakeTheSameOfALine() {
    HttpdlogParser library = new HttpdlogParser(format);
    AccessLineParser ours = new AccessLogFormat(format).parser();
    AccessLineParser ofAnyFormat = new LogFormatParser(LineLayout.parse(format));
    Random random = new Random(42);
    int records = 0;
    for (int i = 0; i < LINES; i++) {
      Line line = line(random);
      byte[] bytes = line.text().getBytes(StandardCharsets.UTF_8);
      Optional<Map<Value, String>> record = record(ours, bytes);
      Optional<Map<Value, String>> ofLibrary = library.parse(bytes);
      assertThat(line.text(), record(ofAnyFormat, bytes), is(record));
      if (!record.equals(ofLibrary)) {
        // Each value that both have is the same, so that there is no other way to differ.
        assertThat(line.text(), record.isPresent(), is(ofLibrary.isEmpty()));
        assertThat(
            line.text(),
            line.differences().stream()
                .filter(difference -> difference.isRecord() == record.isPresent())
                .toList(),
            is(not(empty())));
      } else {
        records += record.isPresent() ? 1 : 0;
      }
    }
    assertThat(records, is(greaterThan(LINES / 2)));
  }

  /** A line of the format, one in ten of them cut. */
  private Line line(Random random) {
    boolean isCut = random.nextInt(10) == 0;
    StringBuilder text = new StringBuilder();
    List<Difference> differences = new ArrayList<>();
    int lastField = 0;
    for (int i = 0; i < format.length(); ) {
      String rest = format.substring(i);
      Optional<Directive> found =
          DIRECTIVES.stream().filter(directive -> rest.startsWith(directive.name())).findFirst();
      if (found.isEmpty()) {
        text.append(format.charAt(i++));
        continue;
      }
      Directive directive = found.get();
      List<String> texts = directive.texts();
      boolean isUsual = random.nextInt(4) > 0 || isCut && ADDRESSES.contains(directive.name());
      String written = isUsual ? texts.get(0) : texts.get(random.nextInt(texts.size()));
      DIFFERENCES.stream()
          .filter(difference -> difference.directives().contains(directive.name()))
          .filter(difference -> difference.texts().contains(written))
          .forEach(differences::add);
      lastField = text.length();
      text.append(written);
      i += directive.name().length();
    }
    if (isCut) {
      text.setLength(random.nextInt(text.length()));
      if (text.length() >= lastField) {
        differences.add(CUT_BEHIND_ALL);
      }
    }
    return new Line(text.toString(), differences);
  }

  private static Optional<Map<Value, String>> record(AccessLineParser parser, byte[] line) {
    if (parser.parse(line, 0, line.length).isPresent()) {
      return Optional.empty();
    }
    Map<Value, String> record = new EnumMap<>(Value.class);
    Stream.of(AccessField.values())
        .filter(field -> !parser.isAbsent(field))
        .forEach(
            field ->
                record.put(
                    Value.valueOf(field.name()),
                    new String(
                        Arrays.copyOfRange(
                            parser.buffer(field), parser.from(field), parser.to(field)),
                        StandardCharsets.ISO_8859_1)));
    record.put(Value.TIME, String.valueOf(parser.timeMillis()));
    record.put(Value.STATUS, String.format("%03d", parser.status()));
    if (parser.bytes() >= 0) {
      record.put(Value.BYTES, String.valueOf(parser.bytes()));
    }
    return Optional.of(record);
  }
}
