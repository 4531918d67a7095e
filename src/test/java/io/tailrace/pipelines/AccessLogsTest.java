package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.alert.RaiseAlerts;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.progress.Progress;
import io.tailrace.progress.ProgressSource;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Given these access logs, this is the report, and these are the alerts. */
public final class AccessLogsTest {

  private static final String COUNTS = "SELECT status, \"count\" FROM status_counts";

  private static final List<String> LINES =
      List.of(
          line("10.0.0.1", "22/Nov/2015:10:00:00 +0000", "GET /a?x=1 HTTP/1.1", 200, "512"),
          line("10.0.0.1", "22/Nov/2015:10:00:00 +0000", "GET /a?x=1 HTTP/1.1", 200, "512"),
          line("10.0.0.1", "22/Nov/2015:10:00:01 +0000", "GET /a?x=2 HTTP/1.1", 500, "200"),
          line("::1", "22/Nov/2015:09:00:02 +0000", "", 400, "-"),
          line("10.0.0.2", "22/Nov/2015:11:00:02 +0100", "\\xb0\\x01", 400, "404"),
          line("10.0.0.2", "22/Nov/2015:10:00:03 +0000", "POST /b HTTP/1.0", 304, "-"));

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final LogPipeline pipeline = Pipelines.ACCESS_LOG;
  private Path input;
  private Path output;

  @Before
  public void makeFolders() throws IOException {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
  }

  @Test
  public void eachRequestCountsAlsoIfItIsOddOrThereTwice() throws Exception {
    write("a.log", LINES);
    run();
    assertThat(ask(COUNTS), contains("200|2", "304|1", "400|2", "500|1"));
    assertThat(
        ask("SELECT host, requests, bytes, errors FROM traffic_by_host"),
        contains("10.0.0.1|3|1224|1", "10.0.0.2|2|404|1", "::1|1|0|1"));
    assertThat(
        ask("SELECT endpoint, requests, bytes, errors FROM traffic_by_endpoint"),
        contains("-|2|404|2", "/a|3|1224|1", "/b|1|0|0"));
    assertThat(ask("SELECT * FROM dead_letters"), is(empty()));
  }

  /** A sum has as many digits as it needs; a record with too many is none. */
  @Test
  public void bytesNeverWrapAround() throws Exception {
    TestRun.requireDirectRunner();
    String time = "22/Nov/2015:10:00:00 +0000";
    for (String bytes : List.of("9223372036854775807", "10", "9223372036854775808")) {
      write(bytes + ".log", List.of(line("10.0.0.1", time, "GET /a HTTP/1.1", 200, bytes)));
    }
    // One unit a file, so that receipts, totals and the database each add something.
    run("--unitSize=1");
    write(
        "more.log", Collections.nCopies(2, line("10.0.0.1", time, "GET /a", 200, "" + (1L << 62))));
    run("--unitSize=1");
    assertThat(
        ask("SELECT host, requests, bytes, bytes + 1, typeof(bytes) FROM traffic_by_host"),
        contains("10.0.0.1|4|18446744073709551625|18446744073709551626|HUGEINT"));
    assertThat(
        ask("SELECT endpoint, sum(bytes) FROM traffic_by_endpoint GROUP BY ALL"),
        contains("/a|18446744073709551625"));
    assertThat(ask("SELECT count(*) FROM dead_letters"), contains("1"));
  }

  @Test
  public void theSameLogUnderAnotherNameDoublesEveryCount() throws Exception {
    write("a.log", LINES);
    run();
    write("b.log", LINES);
    run();
    assertThat(ask(COUNTS), contains("200|4", "304|2", "400|4", "500|2"));
  }

  @Test
  public void whatIsCutIsADeadLetter() throws Exception {
    TestRun.requireDirectRunner();
    String whole = LINES.get(0);
    write(
        "a.log",
        List.of(
            whole,
            whole.replace("]", ""),
            whole.replace(" 200 ", " 2x0 "),
            whole.substring(0, whole.length() - 20)));
    run();
    assertThat(ask(COUNTS), contains("200|1"));
    assertThat(ask("SELECT line FROM dead_letters"), contains("2", "3", "4"));
  }

  @Test
  public void theFormatIsAnOption() throws Exception {
    TestRun.requireDirectRunner();
    write(
        "a.log",
        List.of(
            "10.0.0.1 - - [22/Nov/2015:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5",
            "10.0.0.1 - - [22/Nov/2015:10:00:00 +0000] \"GET / HTTP/1.1\" 404 -"));
    run("--format=common");
    assertThat(ask(COUNTS), contains("200|1", "404|1"));
    output = folder.getRoot().toPath().resolve("by-format");
    run("--format=%h %l %u %t \"%r\" %>s %b");
    assertThat(ask(COUNTS), contains("200|1", "404|1"));
  }

  /** Whichever way the format is given. */
  @Test
  public void usersWithBlanksAndAnyStatusCount() throws Exception {
    TestRun.requireDirectRunner();
    String[] users = {"-", "anna", "Jane Q Doe", "Jane [x] Doe", "a - b", "\"\"", "\u00e9\u4e2d a"};
    String[] statuses = {"200", "000", "600", "999", "099", "451", "200"};
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < users.length; i++) {
      lines.add(
          String.format(
              "10.0.0.3 - %s [02/Mar/2026:06:04:11 +0000] \"GET /a HTTP/1.1\" %s 1",
              users[i], statuses[i]));
    }
    List<String> bad =
        List.of(
            // A line with a field before the host, one that was cut and runs into the next.
            lines.get(2).replace("10.0.0.3", "shop.example.org:443 10.0.0.3"),
            "10.0.0.3 - - [02/Ma" + lines.get(1),
            lines.get(0).replace(" 200 ", " - "),
            lines.get(0).replace(" 200 ", " 1000 "),
            lines.get(0).replace(" 200 ", " 20 "),
            lines.get(0).replace(" 200 ", " OK "));
    String common = "%h %l %u %t \"%r\" %>s %b";
    String nginx =
        "$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent";
    String behind = " \"-\" \"curl/8.5.0\"";
    List<List<String>> formats =
        List.of(
            List.of("common", ""),
            List.of("combined", behind),
            List.of("nginx", behind),
            List.of(common, ""),
            List.of(common + " \"%{Referer}i\" \"%{User-agent}i\"", behind),
            List.of(nginx, ""),
            List.of(nginx + " \"$http_referer\" \"$http_user_agent\"", behind));
    for (List<String> format : formats) {
      write(
          "a.log",
          Stream.concat(lines.stream(), bad.stream()).map(line -> line + format.get(1)).toList());
      output = folder.getRoot().toPath().resolve("output" + formats.indexOf(format));
      run("--format=" + format.get(0));
      assertThat(
          format.get(0), ask(COUNTS), contains("0|1", "200|2", "451|1", "600|1", "999|1", "99|1"));
      assertThat(
          format.get(0),
          ask("SELECT host, requests, bytes, errors FROM traffic_by_host"),
          contains("10.0.0.3|7|7|3"));
      assertThat(
          format.get(0),
          ask("SELECT line FROM dead_letters"),
          contains("10", "11", "12", "13", "8", "9"));
    }
  }

  @Test
  public void aFieldThatNoReportUsesIsAnyText() throws Exception {
    TestRun.requireDirectRunner();
    String line =
        "10.0.0.1 - - [02/Mar/2026:06:04:11 +0000] \"GET /a HTTP/1.1\" 200 7 uct=\"%s\" us=%s";
    write(
        "a.log",
        List.of(
            String.format(line, "0.001", "200"),
            String.format(line, "-, 0.000", "502, 200"),
            String.format(line, "- : 0.1", "-"),
            String.format(line, "", "")));
    run(
        "--format=$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
            + " uct=\"$upstream_connect_time\" us=$upstream_status");
    assertThat(ask(COUNTS), contains("200|4"));
    assertThat(ask("SELECT endpoint, bytes FROM traffic_by_endpoint"), contains("/a|28"));
    output = folder.getRoot().toPath().resolve("apache");
    run("--format=%h %l %u %t \\\"%r\\\" %>s %b uct=\\\"%{X}o\\\" us=%{Y}e");
    assertThat(ask(COUNTS), contains("200|4"));
  }

  @Test
  public void theFormatMayBeAWholeDirective() throws Exception {
    TestRun.requireDirectRunner();
    write("a.log", List.of("10.0.0.1 - - [22/Nov/2015:10:00:00 +0000] \"GET / HTTP/1.1\" 200 5"));
    String[] directives = {
      "LogFormat \"%h %l %u %t \\\"%r\\\" %>s %b\" common",
      "CustomLog logs/access_log common",
      "log_format main '$remote_addr - $remote_user [$time_local] '\n  '\"$request\" $status'"
          + " ' $body_bytes_sent';"
    };
    for (String directive : directives) {
      output = folder.getRoot().toPath().resolve("by " + directive.substring(0, 9));
      run("--format=" + directive);
      assertThat(directive, ask(COUNTS), contains("200|1"));
    }
    for (String directive :
        new String[] {
          "CustomLog logs/access_log main", "log_format main '$remote_addr $status", "LogFormat"
        }) {
      assertThat(refused("--format=" + directive), containsString("--format: '" + directive));
    }
  }

  /** It took years. */
  @Test(timeout = 300_000)
  public void aLineThatEndsInItsRequestIsADeadLetter() throws Exception {
    TestRun.requireDirectRunner();
    write(
        "a.log",
        List.of(
            "2001:db8:85a3:8d3:1319:8a2e:370:7348 - - [18/Mar/2026:09:40:32 +0000] \"GE",
            "2001:db8:85a3:8d3:1319:8a2e:370:7348 - - [18/Mar/2026:09:40:32 +0000] \"GET /\" 200 1"
                + " \"-\" \"-\""));
    run(
        "--format=$remote_addr - $remote_user [$time_local] \"$request\" $status $body_bytes_sent"
            + " \"$http_referer\" \"$http_user_agent\"");
    assertThat(ask(COUNTS), contains("200|1"));
    assertThat(
        ask("SELECT line, reason FROM dead_letters"),
        contains("1|line is not as the LogFormat says"));
  }

  @Test
  public void whoNeedsNoTrafficCountsStatusesAlone() throws Exception {
    TestRun.requireDirectRunner();
    write("a.log", LINES);
    run("--traffic=false");
    assertThat(ask(COUNTS), contains("200|2", "304|1", "400|2", "500|1"));
    assertThrows(UsageException.class, () -> ask("SELECT * FROM traffic_by_host"));
    // From here on it would be there, but without the requests before.
    assertThat(refused(), containsString("has the reports status_counts, not status_counts, traf"));
  }

  @Test
  public void tooManyErrorsRaiseAnAlertThatEndsWithThem() throws Exception {
    write("a.log", minute("10:00", 200));
    write("b.log", minute("10:01", 503));
    write("c.log", minute("10:02", 200));
    write("d.log", minute("10:04", 200));
    run("--alert=5xx > 10% over 1m", "--alert=404 > 1% over 30s by host");
    List<String> alerts = ask("SELECT rule, state, windowStart, requests, counted FROM alerts");
    assertThat(
        alerts,
        contains(
            "5xx > 10% over 1m|raised|2015-11-22T10:00:10Z|60|10",
            "5xx > 10% over 1m|resolved|2015-11-22T10:02:50Z|10|0"));
    // Nothing new, nothing to say.
    run("--alert=5xx > 10% over 1m", "--alert=404 > 1% over 30s by host");
    assertThat(ask("SELECT rule, state, windowStart, requests, counted FROM alerts"), is(alerts));
  }

  /** A clock that is wrong, for one line or all lines of a host, is not the time of the others. */
  @Test
  public void aLineFromTheFutureSilencesNothing() throws Exception {
    TestRun.requireDirectRunner();
    String future = line("10.0.0.9", "01/Jan/2099:00:00:00 +0000", "GET /x HTTP/1.1", 500, "1");
    String rule = "--alert=5xx > 10% over 1m";
    write("a.log", List.of(future, future));
    run(rule);
    write("b.log", minute("10:00", 200));
    write("c.log", List.of(future));
    run(rule);
    List<String> burst = new ArrayList<>(minute("10:01", 503).subList(0, 20));
    burst.add(future);
    burst.addAll(minute("10:02", 200));
    write("d.log", burst);
    run(rule);
    assertThat(
        ask("SELECT state, windowStart, requests, counted FROM alerts"),
        contains("raised|2015-11-22T10:00:10Z|60|10", "resolved|2015-11-22T10:02:15Z|45|0"));
    assertThat(ask(COUNTS), contains("200|120", "500|4", "503|20"));
    assertThat(progress(rule).fromTheFuture(), is(4L));
    assertThat(progress(rule).droppedFromAlerts(), is(0L));
  }

  private Progress progress(String rule) throws IOException {
    Folder folder = new Folder(output.toString());
    Ledger ledger = Ledger.of(folder);
    return ProgressSource.ofLedger(ledger)
        .withAlerts(
            pipeline
                .alerts(RunCommand.options(pipeline, List.of(rule, "--output=" + output)))
                .stream()
                .map(alerts -> new RaiseAlerts(alerts, folder, alerts.log()))
                .toList(),
            ledger)
        .read();
  }

  @Test
  public void whatCannotBeUsedIsRefusedWithWhatWasExpected() {
    TestRun.requireDirectRunner();
    assertThat(refused("--alert=5xx"), containsString("'5xx > 10% over 1m'"));
    assertThat(refused("--alert=5x > 10% over 1m"), containsString("expected something like"));
    assertThat(refused("--format=apache"), containsString("common, combined or nginx"));
    assertThat(refused("--format=%h %l"), containsString("--format: "));
    assertThat(refused("--notify=redis://localhost"), containsString("no alert to tell of"));
    assertThat(
        refused("--alert=5xx > 1% over 1m", "--notify=ftp://localhost"),
        containsString("redis://host:port"));
    assertThat(
        refused("--alert=5xx > 1% over 1m", "--notify=https:///path"),
        containsString("expected https://host/path"));
    assertThat(Files.exists(output), is(false));
  }

  private String refused(String... options) {
    return assertThrows(UsageException.class, () -> run(options)).getMessage();
  }

  private static List<String> minute(String minute, int status) {
    return IntStream.range(0, 60)
        .mapToObj(
            second ->
                line(
                    "10.0.0.1",
                    String.format("22/Nov/2015:%s:%02d +0000", minute, second),
                    "GET / HTTP/1.1",
                    status,
                    "5"))
        .toList();
  }

  private static String line(String host, String time, String request, int status, String bytes) {
    return String.format(
        "%s - - [%s] \"%s\" %d %s \"-\" \"curl/7.47.0\"", host, time, request, status, bytes);
  }

  private void write(String name, List<String> lines) throws IOException {
    Files.write(input.resolve(name), lines);
  }

  private void run(String... options) throws IOException {
    TestRun.run(pipeline, input, output, options);
  }

  private List<String> ask(String sql) throws IOException, SQLException {
    return TestRun.ask(pipeline, output, sql);
  }
}
