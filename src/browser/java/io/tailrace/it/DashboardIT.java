package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;

import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;
import org.openqa.selenium.By;
import org.openqa.selenium.Keys;
import org.openqa.selenium.WebElement;

/** What a run's page shows in a browser. */
public final class DashboardIT {

  private static final Pattern PAGE =
      Pattern.compile("Page: (http://127\\.0\\.0\\.1:[0-9]+/\\?token=[0-9a-f]{32})");
  private static final String VOLUME = "[data-report=volume] tbody";

  @Rule public final Tailrace tailrace = new Tailrace();
  @Rule public final Browser browser = new Browser();

  private TailraceProcess run;

  private String watch(String... options) throws Exception {
    List<String> all =
        new ArrayList<>(List.of("--pollInterval=100ms", "--settle=100ms", "--refresh=200ms"));
    all.addAll(List.of(options));
    run = tailrace.startWatching(all.toArray(String[]::new));
    return awaitPage();
  }

  private String awaitPage() throws Exception {
    Tailrace.await(run).until(() -> PAGE.matcher(run.err()).find());
    Matcher page = PAGE.matcher(run.err());
    page.find();
    return page.group(1);
  }

  private void see(String selector, String text) {
    Browser.await().until(() -> browser.text(selector), containsString(text));
  }

  @Test
  @Alone
  public void aDeliveryIsSeenWithoutReloading() throws Exception {
    browser.open(watch());
    see("#state-text", "running on DirectRunner");
    see("#no-data", "No data yet. Copy a file into the input folder: " + tailrace.input());
    see("[data-report=volume] .empty:not(h2 *)", "No rows yet.");
    browser.picture("empty");
    tailrace.deliver("1.csv", "s1,2,10\ns1,2,11\ns2,0,11\nbroken\n");
    see(VOLUME, "s1");
    see("#progress", "Files read");
    see("[data-log=sev0]", "s2");
    see("#dead-letters table", "1 field, 3 expected");
    browser.find("#dead-letters .link").click();
    see("#letters", "broken");
    see("#letters", "1.csv, line 4, byte 24");
    assertThat(browser.find("#no-data").isDisplayed(), is(false));
    long delivered = System.nanoTime();
    tailrace.deliver("2.csv", "s3,2,10\ns3,2,11\ns3,2,12\n");
    see(VOLUME, "s3");
    assertThat(
        Duration.ofNanos(System.nanoTime() - delivered), is(lessThan(Duration.ofSeconds(4))));
    assertThat(browser.complaints(), is(empty()));
    picture("wide", false, 1440);
    picture("wide-dark", true, 1440);
    picture("narrow", false, 400);
    assertThat(
        "nothing is wider than a narrow screen",
        browser.script("return document.documentElement.scrollWidth"),
        is(400L));
    picture("narrow-dark", true, 400);
    assertThat("no text is faint", browser.script(FAINT), is(""));
    browser.find("#dead-letters .link").click();
    see("#letters pre", "broken");
    assertThat(
        "the text of a dead letter is seen",
        browser.script(
            "return document.querySelector('#letters pre').getBoundingClientRect().right <= 400"),
        is(true));
  }

  /** The texts whose contrast is below 4.5 to 1, as WCAG 2.2 computes it (1.4.3, level AA). */
  private static final String FAINT =
      """
      const luminance = color => color.map(v => v / 255)
          .map(v => v <= 0.04045 ? v / 12.92 : ((v + 0.055) / 1.055) ** 2.4)
          .reduce((sum, v, i) => sum + v * [0.2126, 0.7152, 0.0722][i], 0);
      const parts = color => color.match(/[0-9.]+/g).map(Number);
      const over = (color, below) => below.map((v, i) => v + (color[i] - v) * (color[3] ?? 1));
      const ground = node => node === null ? [255, 255, 255]
          : over(parts(getComputedStyle(node).backgroundColor), ground(node.parentElement));
      const contrast = node => {
        const below = ground(node);
        const two = [luminance(over(parts(getComputedStyle(node).color), below)), luminance(below)];
        return (Math.max(...two) + 0.05) / (Math.min(...two) + 0.05);
      };
      return [...document.querySelectorAll('body *')]
          .filter(node => node.offsetParent && [...node.childNodes].some(child => child.nodeType === 3
              && child.data.trim()) && contrast(node) < 4.5)
          .map(node => node.textContent).join();
      """;

  private void picture(String name, boolean dark, int width) throws IOException {
    browser.emulate(dark, width, 1800);
    Browser.await().until(() -> isDark() == dark);
    // Charts have the colours in which they were drawn first.
    browser.reload();
    see(VOLUME, "s3");
    Browser.await().until(() -> isDark() == dark);
    browser.picture(name);
  }

  /** Colours change in a moment, not at once. */
  private boolean isDark() {
    String red =
        "return [document.documentElement, document.getElementById('statement')]"
            + ".map(e => parseInt(getComputedStyle(e).backgroundColor.split('(')[1]))";
    List<?> both = (List<?>) browser.script(red);
    return both.stream().allMatch(value -> ((Number) value).intValue() < 60);
  }

  @Test
  public void reportsSortAndFilterByMouseAndKeyboard() throws Exception {
    browser.open(watch());
    tailrace.deliver("1.csv", "s10,2,10\ns9,2,11\ns9,1,15\nother,2,3\nother,2,3\n");
    see(VOLUME, "s9");
    assertThat(servers(), is("other,s10,s9"));
    header("serverID").click();
    Browser.await().until(this::servers, is("other,s9,s10"));
    assertThat(
        header("serverID").findElement(By.xpath("..")).getDomAttribute("aria-sort"),
        is("ascending"));
    header("serverID").sendKeys(Keys.ENTER);
    Browser.await().until(this::servers, is("s10,s9,other"));
    header("records").click();
    Browser.await().until(this::servers, is("other,s9,s10"));
    WebElement filter = browser.find("[data-report=volume] input");
    filter.sendKeys("S1");
    Browser.await().until(this::servers, is("s10"));
    see("[data-report=volume] h2", "1 of 3 rows");
    // What arrives is filtered, too, and the filter stays.
    tailrace.deliver("2.csv", "s11,2,10\ns8,2,10\n");
    Browser.await().until(this::servers, is("s10,s11"));
    filter.clear();
    filter.sendKeys(" ");
    Browser.await().until(() -> servers().split(",").length, is(5));
  }

  private WebElement header(String column) {
    return browser.find("[data-report=volume] th:nth-child(" + place(column) + ") button");
  }

  private long place(String column) {
    return (Long)
        browser.script(
            "return 1 + [...document.querySelectorAll('[data-report=volume] th')]"
                + ".findIndex(th => th.textContent === arguments[0])",
            column);
  }

  private String servers() {
    return (String)
        browser.script(
            "return [...document.querySelectorAll('[data-report=volume] tbody tr')]"
                + ".map(row => row.cells[0].textContent).join(',')");
  }

  @Test
  public void sqlReadsTheTablesAndNothingElse() throws Exception {
    String page = watch();
    browser.open(page);
    tailrace.deliver("1.csv", "s1,2,10\ns1,0,11\n");
    see(VOLUME, "s1");
    ask("SELECT serverID, count(*) AS errors FROM sev0 GROUP BY ALL");
    see("#answer", "errors");
    see("#answer", "s1");
    see("#answer-size", "1 row");
    ask("SELECT * FROM range(5000)");
    see("#answer-size", "1,000 rows, and more that are not shown");
    for (String statement :
        List.of(
            "SELECT * FROM read_text('/etc/hostname')", "SET threads = 1", "SELECT 1; SELECT 2")) {
      ask(statement);
      see("#answer-problem", " ");
      assertThat(statement, browser.find("#answer").isDisplayed(), is(false));
    }
    ask("SELECT timestamp FROM sev0;");
    see("#answer", "11");
    browser.find("#csv").click();
    assertThat(csv(page, "SELECT * FROM sev0"), is("serverID,timestamp\r\ns1,11\r\n"));
    // Requests whose statement never comes keep nobody from asking.
    List<Socket> slow = new ArrayList<>();
    for (int i = 0; i < 40; i++) {
      Socket socket = new Socket("127.0.0.1", URI.create(page).getPort());
      String head =
          "POST /query HTTP/1.1\r\nHost: 127.0.0.1:%d\r\nCookie: %s\r\n"
              + "Content-Type: application/json\r\nContent-Length: 1000\r\n\r\n{";
      socket
          .getOutputStream()
          .write(
              String.format(head, URI.create(page).getPort(), cookie(page))
                  .getBytes(StandardCharsets.UTF_8));
      slow.add(socket);
    }
    assertThat(csv(page, "SELECT 7 AS x"), is("x\r\n7\r\n"));
    for (Socket socket : slow) {
      socket.close();
    }
    // What a statement does to the process that answers it, it does to that alone.
    ask("SELECT string_agg(repeat('x', 10000), '') FROM range(10000000)");
    Browser.await().until(() -> browser.text("#answer-problem"), matchesPattern(".*emory.*"));
    see("#state-text", "running on DirectRunner");
    ask("SELECT 7 AS x");
    see("#answer tbody", "7");
    List<ProcessHandle> answering =
        ProcessHandle.of(run.pid()).orElseThrow().descendants().toList();
    assertThat(answering, is(not(empty())));
    run.kill();
    Browser.await().until(() -> answering.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  public void numbersHaveTheDigitsThatQueryPrints() throws Exception {
    browser.open(watch());
    tailrace.deliver("1.csv", "s1,2,1580520000\ns1,2,9223372036854775807\n".repeat(600));
    see(VOLUME, "s1");
    Browser.await().until(() -> cell("avgVolume"), is("1.3010426072055525e-16"));
    assertThat(cell("firstTimestamp"), is("1580520000"));
    assertThat(cell("lastTimestamp"), is("9223372036854775807"));
    assertThat(cell("records"), is("1,200"));
    ask("SELECT 65300842 AS id, 1580520000.25::DOUBLE AS time");
    see("#answer", "65300842");
    see("#answer", "1580520000.25");
  }

  private String cell(String column) {
    return (String)
        browser.script(
            "return document.querySelector('[data-report=volume] tbody tr').cells["
                + (place(column) - 1)
                + "].textContent");
  }

  /** What the button saves. */
  private static String csv(String page, String sql) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(URI.create(page).resolve("/query"))
            .header("Content-Type", "application/json")
            .header("Cookie", cookie(page))
            .POST(
                HttpRequest.BodyPublishers.ofString(
                    "{\"sql\": \"" + sql + "\", \"format\": \"csv\"}"))
            .build();
    return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString()).body();
  }

  /** What a browser sends that has opened the address with the token. */
  private static String cookie(String page) {
    URI address = URI.create(page);
    return "tailrace-token-"
        + address.getPort()
        + "="
        + address.getQuery().replaceFirst("token=", "");
  }

  private void ask(String sql) {
    WebElement statement = browser.find("#statement");
    browser.script("document.getElementById('answer').hidden = true");
    browser.script("document.getElementById('answer-problem').textContent = ''");
    statement.clear();
    statement.sendKeys(sql, Keys.chord(Keys.CONTROL, Keys.ENTER));
  }

  @Test
  public void aServerWithAnEvilNameIsText() throws Exception {
    String evil = "<img src=x onerror=document.title='owned'>";
    browser.open(watch());
    tailrace.deliver("1.csv", evil + ",2,10\n" + evil + ",0,11\n<b>bold</b>\n");
    see(VOLUME, evil);
    see("[data-log=sev0]", evil);
    browser.find("#dead-letters .link").click();
    see("#letters", "<b>bold</b>");
    ask("SELECT serverID FROM volume");
    see("#answer", evil);
    assertThat(
        browser.script("return document.querySelectorAll('main img, main b').length"), is(0L));
    assertThat((String) browser.script("return document.title"), is("server-logs · Tailrace"));
    assertThat(browser.complaints(), is(empty()));
  }

  @Test
  public void itConnectsAgainToTheNextRun() throws Exception {
    String page = watch();
    browser.open(page);
    tailrace.deliver("1.csv", "s1,2,10\n");
    see(VOLUME, "s1");
    run.kill();
    see("#state-text", "not connected");
    tailrace.deliver("2.csv", "s2,2,10\n");
    watch("--dashboard=" + URI.create(page).getPort());
    see("#state-text", "running on DirectRunner");
    see(VOLUME, "s2");
    assertThat(servers(), is("s1,s2"));
    // Since the start of this run one has not moved.
    see(VOLUME + " tr:nth-child(1) .moved", "·");
    see(VOLUME + " tr:nth-child(2) .moved", "▲ +1");
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
  }

  @Test
  @Alone
  public void tenThousandServersStaySmoothAndSmall() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int server = 0; server < 10_000; server++) {
      lines.append("server-").append(server).append(",2,10\n");
    }
    tailrace.deliver("1.csv", lines.toString());
    browser.open(watch());
    see("[data-report=volume] h2", "10,000 rows");
    see("[data-report=volume] .more", "The first 20 are shown");
    browser.script(
        "window.received = 0; new EventSource('/updates').addEventListener('change',"
            + " event => { window.received += event.data.length; });"
            + "window.longest = 0; let last = performance.now(); (function frame() {"
            + " const now = performance.now(); longest = Math.max(longest, now - last); last = now;"
            + " requestAnimationFrame(frame); })()");
    for (int i = 0; i < 5; i++) {
      tailrace.deliver("more-" + i + ".csv", "new-" + i + ",2,10\nserver-7,2,10\n");
      see("[data-report=volume] h2", String.format("%,d rows", 10_001 + i));
    }
    assertThat((Long) browser.script("return window.received"), is(lessThan(20_000L)));
    assertThat(
        ((Number) browser.script("return window.longest")).doubleValue(), is(lessThan(1_000.0)));
  }

  @Test
  public void tablesShowMoreAndViewsAreThere() throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int server = 0; server < 150; server++) {
      lines.append("server-").append(server).append(",2,10\n");
    }
    browser.open(watch("--views=first: SELECT serverID FROM volume ORDER BY ALL"));
    tailrace.deliver("1.csv", lines.toString());
    see("[data-report=volume] h2", "150 rows");
    assertThat(servers().split(",").length, is(20));
    // All have come since the start, which needs no column.
    assertThat(browser.text("[data-report=volume] thead").contains("since the start"), is(false));
    browser.find("[data-report=volume] .more button").click();
    assertThat(servers().split(",").length, is(120));
    browser.find("[data-report=volume] .more button").click();
    assertThat(servers().split(",").length, is(150));
    assertThat(browser.find("[data-report=volume] .more").isDisplayed(), is(false));
    see("[data-view=first] h2", "150 rows");
    see("[data-view=first] tbody", "server-101");
    assertThat(
        "everything has a link",
        browser.script(
            "return [...document.querySelectorAll('#places a')].map(a => a.textContent).join(' ')"),
        is("Charts volume first Dead letters sev0 SQL"));
    assertThat(
        browser.script(
            "return [...document.querySelectorAll('#places a')].every(a => document"
                + ".getElementById(decodeURIComponent(a.hash.slice(1))))"),
        is(true));
  }

  @Test
  public void anOutputThatHasEndedIsShownToo() throws Exception {
    tailrace.deliver("1.csv", "s1,2,10\ns1,0,11\n");
    tailrace.runToEnd(tailrace.output());
    run = tailrace.start("dashboard", "--output=" + tailrace.output());
    Tailrace.await(run).until(() -> run.out().contains("until Ctrl-C"));
    browser.open(run.out().split(" ")[0]);
    see("#state-text", "no run on this machine writes this output now");
    see(VOLUME, "s1");
    see("[data-log=sev0]", "s1");
    // And what a run adds meanwhile.
    tailrace.deliver("2.csv", "s2,2,10\n");
    tailrace.runToEnd(tailrace.output());
    see(VOLUME, "s2");
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
  }

  @Test
  public void anotherAddressNeedsTheToken() throws Exception {
    run = tailrace.startWatching("--dashboard=0.0.0.0:0");
    Tailrace.await(run).until(() -> run.err().contains("token="));
    String[] parts = run.err().split("Page: http://")[1].strip().split("[:/]|\\?token=");
    String here = "http://127.0.0.1:" + parts[1];
    browser.open(here);
    see("body", "open the address with the token");
    browser.open(here + "/?token=wrong");
    see("body", "open the address with the token");
    browser.open(here + "/?token=" + parts[parts.length - 1].lines().findFirst().orElseThrow());
    see("#state-text", "running on DirectRunner");
    assertThat((String) browser.script("return location.href"), is(here + "/"));
  }

  @Test
  public void otherSitesNamesAndUsersAreTurnedAway() throws Exception {
    String page = watch();
    int port = URI.create(page).getPort();
    String here = "Host: localhost:" + port;
    String cookie = "Cookie: " + cookie(page);
    assertThat(HttpExchange.of(port, "GET /", here, cookie).status(), is(200));
    assertThat(
        HttpExchange.of(port, "GET /", "Host: evil.example:" + port, cookie).status(), is(421));
    assertThat(
        HttpExchange.of(port, "GET /", here, cookie, "Origin: http://evil.example").status(),
        is(403));
    assertThat(
        HttpExchange.of(port, "GET /../../etc/passwd", here, cookie).status(),
        is(greaterThan(399)));
    assertThat(
        HttpExchange.of(port, "GET /", here, cookie).headers(),
        hasItem(containsString("script-src 'self'")));
    // Other users of this machine do not know the token.
    for (String path : List.of("/", "/updates", "/page.js", "/query")) {
      assertThat(path, HttpExchange.of(port, "GET " + path, here).status(), is(403));
      assertThat(
          path,
          HttpExchange.of(port, "GET " + path, here, "Cookie: tailrace-token-" + port + "=guess")
              .status(),
          is(403));
    }
    assertThat(
        HttpExchange.of(port, "GET /" + page.substring(page.indexOf('?')), here).headers(),
        hasItem(containsString("HttpOnly; SameSite=Strict")));
  }

  @Test
  public void whatFiresComesFirstAndHistoryStays() throws Exception {
    run =
        tailrace.startPipeline(
            "access-log",
            tailrace.output(),
            "--alert=5xx > 10% over 1m",
            "--refresh=200ms",
            "--pollInterval=100ms");
    browser.open(awaitPage());
    tailrace.deliver("1.log", requests(0, 200));
    see("[data-report=status_counts] tbody", "200");
    tailrace.deliver("2.log", requests(5, 500));
    tailrace.deliver("3.log", requests(20, 200));
    see("[data-log=alerts]", "raised");
    see("[data-log=alerts]", "no longer enough requests");
    see("#alerts-title", "No alert is firing now");
    tailrace.deliver("4.log", requests(21, 503) + requests(22, 503));
    see("#alerts-title", "1 firing now");
    see("#alerts li", "5xx > 10% over 1m: 20.0% (20 of 100 requests)");
    see("#alerts li", "since 2026-10-10 13:21:");
    see("#places", "1 firing");
    assertThat(
        "what fires comes first",
        browser.script("return document.querySelector('main > :not([hidden])').id"),
        is("alerts"));
    // Who comes later sees the same: it is by the time in the log, and kept.
    browser.reload();
    see("#alerts-title", "1 firing now");
    Browser.await()
        .until(
            () -> browser.find(PER_MINUTE + " canvas").getDomAttribute("aria-label"),
            containsString("server_errors 100 per minute"));
    assertThat(
        browser.script(
            "const chart = [...charts.values()][0].chart;"
                + " return chart.data.datasets[0].data.filter(point => point.y > 0)"
                + ".map(point => new Date(point.x).toISOString().slice(11, 16)).join(' ')"),
        is("13:00 13:05 13:20 13:21 13:22"));
    assertThat(browser.script("return [...charts.values()][0].marks().length"), is(2L));
    assertThat(
        "errors have the colour of what is bad",
        browser.script(
            "return [...charts.values()][0].datasets().find(d => d.label === 'server_errors')"
                + ".borderColor === MEANINGS[1].light"),
        is(true));
    assertThat("no text is faint", browser.script(FAINT), is(""));
    assertThat(browser.complaints(), is(empty()));
    browser.picture("access-log");
  }

  private static final String PER_MINUTE =
      "[data-chart='requests_per_minute: requests, client_errors, server_errors']";

  /** A hundred of a status, all in one minute of an hour. */
  private static String requests(int minute, int status) {
    StringBuilder lines = new StringBuilder();
    for (int second = 0; second < 50; second++) {
      String line =
          String.format(
              "h%d - - [10/Oct/2026:13:%02d:%02d +0000] \"GET /a HTTP/1.1\" %d 10 \"-\" \"test\"%n",
              second % 3, minute, second, status);
      lines.append(line).append(line);
    }
    return lines.toString();
  }

  @Test
  public void recordingsAndVersionsOfATable() throws Exception {
    tailrace.deliver("1.json", "[{\"device_id\": 1, \"heartrate\": 60.5}]");
    tailrace.deliver("2.json", "[{\"device_id\": 2, \"heartrate\": \"low\"}]");
    run = tailrace.startPipeline("tracker", tailrace.output(), "--maxFilesPerPoll=1");
    browser.open(awaitPage());
    see("[data-report=recordings] tbody", "2");
    see("#versions", "STREAMING UPDATE");
    see("#versions", "2.json");
    see("[data-log=heartbeat_tracker]", "60.5");
    browser.picture("tracker");
  }

  @Test
  public void aFileOfSqlHasChartsOverTheTimeInItsData() throws Exception {
    Path examples = Path.of("").toAbsolutePath();
    run =
        tailrace.start(
            "run",
            examples.resolve("pipelines/examples/app-logs.sql").toString(),
            "--input=" + examples.resolve("data/examples/app-logs"),
            "--output=" + tailrace.output());
    browser.open(awaitPage());
    see("[data-report=requests_per_minute] tbody", "checkout");
    String requests = "[data-chart='requests_per_minute: requests by service']";
    Browser.await()
        .until(
            () -> browser.find(requests + " canvas").getDomAttribute("aria-label"),
            containsString("checkout "));
    assertThat(browser.script("return document.querySelectorAll('#charts figure').length"), is(4L));
    assertThat(
        browser.script(
            "const scale = charts.get('requests_per_minute: requests by service').chart.scales.x;"
                + " return scale.ticks.every(tick => tick.value % 60000 === 0)"),
        is(true));
    see("[data-log=errors]", "checkout");
    see("#alerts-title", "No alert is firing now");
    assertThat(browser.complaints(), is(empty()));
    browser.picture("app-logs");
  }
}
