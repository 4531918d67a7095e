package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPOutputStream;
import org.junit.Rule;
import org.junit.Test;

/** What Prometheus reads of a run, and what a supervisor asks it. */
public final class MetricsIT {

  private static final Pattern PAGE = Pattern.compile("http://[^\\s/]*:([0-9]+)/\\S*\\s");

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void theCountersOfARun() throws Exception {
    deliverSamples();
    tailrace.deliver("bad.csv", "s3,2,7\ns3,9,7\ns3,9,8\nno \"record\"\n");
    TailraceProcess run = tailrace.startWatching();
    int port = pageOf(run);
    Tailrace.await(run).until(() -> scrape(port).of("tailrace_records_total") == 8_101);
    Tailrace.await(run).until(() -> get(port, "/readyz").status() == 200);

    ExpositionText metrics = scrape(port);
    long bytes = 0;
    try (var files = Files.list(tailrace.input())) {
      for (Path file : files.toList()) {
        bytes += Files.size(file);
      }
    }
    assertThat(metrics.of("tailrace_read_bytes_total"), is((double) bytes));
    assertThat(metrics.sum("tailrace_dead_letters_total"), is(3.0));
    assertThat(
        metrics.of(
            "tailrace_dead_letters_total{reason=\"CHECK (severity BETWEEN 0 AND 2) is not met\"}"),
        is(2.0));
    assertThat(metrics.of("tailrace_files_found_total"), is(5.0));
    assertThat(metrics.of("tailrace_files_read_total"), is(5.0));
    assertThat(metrics.of("tailrace_files_waiting"), is(0.0));
    assertThat(metrics.of("tailrace_oldest_unread_age_seconds"), is(0.0));
    assertThat(metrics.of("tailrace_commits_total"), greaterThanOrEqualTo(1.0));
    assertThat(metrics.sum("tailrace_retries_total"), is(0.0));
    assertThat(metrics.of("tailrace_retrying_seconds"), is(0.0));
    assertThat(metrics.of("tailrace_lease_held"), is(1.0));
    assertThat(metrics.of("jvm_memory_used_bytes{area=\"heap\"}"), greaterThan(1e6));
    Tailrace.await(run).until(() -> scrape(port).of("tailrace_report_latency_seconds_count") >= 1);
    assertThat(scrape(port).of("tailrace_report_latency_seconds_sum"), greaterThan(0.0));
    assertThat(get(port, "/healthz").body(), containsString("ok"));
  }

  @Test
  public void countersGoOnAfterAKill() throws Exception {
    Tailrace.requireDirectRunner();
    deliverSamples();
    TailraceProcess first = tailrace.startWatching();
    int killed = pageOf(first);
    Tailrace.await(first).until(() -> scrape(killed).of("tailrace_records_total") == 8_100);
    first.kill();

    TailraceProcess page = tailrace.start("dashboard", "--output=" + tailrace.output(), "--port=0");
    Tailrace.await(page).until(() -> PAGE.matcher(page.out()).find());
    ExpositionText between = scrape(port(page.out()));
    assertThat(between.of("tailrace_records_total"), is(8_100.0));
    assertThat(between.of("tailrace_lease_held"), is(0.0));

    TailraceProcess second = tailrace.startWatching();
    int port = pageOf(second);
    assertThat(scrape(port).of("tailrace_records_total"), is(8_100.0));
    tailrace.deliver("more.csv", "s1,2,6\n");
    tailrace.deliver("broken.csv.gz", cutInTheMiddle());
    Tailrace.await(second).until(() -> scrape(port).of("tailrace_records_total") == 8_101);
    Tailrace.await(second)
        .until(() -> scrape(port).of("tailrace_retries_total{work=\"file\"}") >= 1);
    assertThat(scrape(port(page.out())).of("tailrace_lease_held"), is(1.0));
  }

  @Test
  public void atAnotherAddressMetricsNeedTheTokenAndHealthDoesNot() throws Exception {
    Tailrace.requireDirectRunner();
    String secret = "0123456789abcdef0123456789abcdef";
    Path file = Files.writeString(tailrace.root().resolve("token"), secret + "\n");
    TailraceProcess run =
        tailrace.startWatching("--dashboard=0.0.0.0:0", "--dashboardTokenFile=" + file);
    int port = pageOf(run);
    assertThat(run.err(), not(containsString(secret)));
    Tailrace.await(run).until(() -> get(port, "/readyz").status() == 200);
    assertThat(get(port, "/healthz").status(), is(200));
    assertThat(get(port, "/metrics").status(), is(403));
    assertThat(get(port, "/").status(), is(403));
    assertThat(get(port, "/metrics", "Authorization: Bearer 0123456789abcdef").status(), is(403));
    HttpExchange metrics = get(port, "/metrics", "Authorization: Bearer " + secret);
    assertThat(metrics.status(), is(200));
    assertThat(metrics.headers(), hasItem(containsString("text/plain; version=0.0.4")));

    HttpExchange open =
        get(
            port,
            "/metrics",
            "Authorization: Bearer " + secret,
            "Accept: application/openmetrics-text;version=1.0.0");
    assertThat(open.headers(), hasItem(containsString("application/openmetrics-text")));
    assertThat(open.body(), containsString("# EOF"));
  }

  @Test
  public void tokensThatCannotBeUsed() throws Exception {
    Tailrace.requireDirectRunner();
    Path file = Files.writeString(tailrace.root().resolve("token"), "too short");
    TailraceProcess run =
        tailrace.startServerLogs("--dashboard=0.0.0.0:0", "--dashboardTokenFile=" + file);
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.err(), containsString("--dashboardTokenFile: " + file + " has no token;"));
    assertThat(Files.exists(tailrace.output()), is(false));
  }

  /** A packed file that cannot be read. */
  private static byte[] cutInTheMiddle() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      for (int line = 0; line < 1_000; line++) {
        out.write(("s" + line + ",2," + line * line + "\n").getBytes(StandardCharsets.UTF_8));
      }
    }
    return Arrays.copyOf(packed.toByteArray(), packed.size() / 2);
  }

  private void deliverSamples() throws IOException {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES) {
      sample.deliverTo(new Folder(tailrace.input().toString()));
    }
  }

  private static int pageOf(TailraceProcess run) throws IOException {
    Tailrace.await(run).until(() -> PAGE.matcher(run.err()).find());
    return port(run.err());
  }

  private static int port(String printed) {
    Matcher page = PAGE.matcher(printed);
    if (!page.find()) {
      throw new AssertionError("no page: " + printed);
    }
    return Integer.parseInt(page.group(1));
  }

  private static HttpExchange get(int port, String path, String... headers) throws IOException {
    String[] all = new String[headers.length + 1];
    System.arraycopy(headers, 0, all, 1, headers.length);
    all[0] = "Host: 127.0.0.1:" + port;
    return HttpExchange.of(port, "GET " + path, all);
  }

  private static ExpositionText scrape(int port) throws IOException {
    HttpExchange answer = get(port, "/metrics");
    assertThat(answer.body(), answer.status(), is(200));
    return ExpositionText.parse(answer.body());
  }
}
