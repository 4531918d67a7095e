package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.stringContainsInOrder;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;

/** What a newcomer sees who starts the jar without a word. */
public final class DemoIT {

  private static final Pattern VISIBLE_AFTER = Pattern.compile("In the report after ([0-9.]+) s:");
  private static final Pattern QUERY_COMMAND =
      Pattern.compile("java -jar (\\S+) query '([^']+)' --output=(\\S+)");
  private static final Pattern SWORD_BY_CURL =
      Pattern.compile("curl (http://127\\.0\\.0\\.1:[0-9]+/purchase_a_sword)");
  private static final Pattern WATCHED_FOLDER = Pattern.compile("watches (\\S+)");

  /**
   * On a machine with nothing else to do it is three at most; this only says that nobody waits
   * forever.
   */
  private static final double GENEROUS_SECONDS = 20;

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void showsTheSampleDataArriveAndGoesOn() throws Exception {
    TailraceProcess demo = tailrace.start("demo");
    Tailrace.await(demo).until(() -> demo.out().contains("Ctrl-C"));
    String out = demo.out();
    assertThat(
        out,
        stringContainsInOrder(
            "SELECT * FROM volume",
            "| serverID | avgVolume | sev0 | sev1 | sev2 |",
            "(0 rows)",
            "SELECT * FROM sev0",
            "(0 rows)",
            "Delivering s115.csv and s215.csv",
            "| s1       |     379.4 |    3 |  100 | 1897 |",
            "| s2       |     920.0 |    0 |  400 | 4600 |",
            "(2 rows)",
            "| s1       |         5 |",
            "| s1       |         5 |",
            "| s1       |         5 |",
            "(3 rows)",
            "Delivering s1610.csv and s2610.csv",
            "| s1       |     199.7 |    3 |  100 | 1997 |",
            "| s2       |     519.9 |    1 |  800 | 5199 |",
            "(2 rows)",
            "| s1       |         5 |",
            "| s1       |         5 |",
            "| s1       |         5 |",
            "| s2       |         9 |",
            "(4 rows)",
            "query '"));
    assertIsSoonVisible(out, 2);

    MatchResult command = find(QUERY_COMMAND, out);
    assertEquals(TailraceProcess.jar().toString(), command.group(1));
    List<String> answer = ask(command);
    assertThat(answer.toString(), stringContainsInOrder("199.7", "519.9"));

    // It goes on: a file of the newcomer's own is taken too.
    Path own = Path.of(find(WATCHED_FOLDER, out).group(1), "own.csv");
    Files.writeString(own, "s3,2,1\n");
    Tailrace.await(demo).until(() -> ask(command).toString().contains("s3"));

    demo.terminate();
    demo.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(demo.err(), not(containsString("\tat ")));
    assertThat(ask(command).toString(), stringContainsInOrder("199.7", "519.9", "s3"));
  }

  @Test
  public void theSameWithThePlainBeamPipeline() throws Exception {
    TailraceProcess demo = tailrace.start("demo", "server-logs", "--reader=textio");
    Tailrace.await(demo).until(() -> demo.out().contains("Ctrl-C"));
    assertThat(
        demo.out(),
        stringContainsInOrder(
            "(0 rows)",
            "| s1       |     379.4 |    3 |  100 | 1897 |",
            "| s2       |     920.0 |    0 |  400 | 4600 |",
            "(3 rows)",
            "| s1       |     199.7 |    3 |  100 | 1997 |",
            "| s2       |     519.9 |    1 |  800 | 5199 |",
            "| s2       |         9 |",
            "(4 rows)"));
    demo.terminate();
    demo.requireExit(0, Tailrace.TIME_TO_STOP);
  }

  @Test
  public void showsAccessLogsAndAnAlert() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess demo = tailrace.start("demo", "access-log");
    Tailrace.await(demo).until(() -> demo.out().contains("Ctrl-C"));
    assertThat(
        demo.out(),
        stringContainsInOrder(
            "SELECT * FROM status_counts",
            "(0 rows)",
            "Delivering monday.log ...",
            "|    200 |   153 |",
            "|    500 |    20 |",
            "(11 rows)",
            "(0 rows)",
            "Delivering monday-again.log",
            "|    200 |   306 |",
            "|    500 |    40 |",
            "(11 rows)",
            "(0 rows)",
            "Delivering burst.log",
            "|    200 |   446 |",
            "|    503 |    60 |",
            "(12 rows)",
            "| 5xx > 50% over 1m | raised   | 2026-03-02T08:00:30Z |       30 |      30 |   100.0 |",
            "| 5xx > 50% over 1m | resolved | 2026-03-02T08:02:25Z |       60 |       0 |     0.0 |",
            "(2 rows)",
            "query '"));
    assertIsSoonVisible(demo.out(), 3);
    demo.terminate();
    demo.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(
        demo.err(),
        stringContainsInOrder(
            "ALERT raised: 5xx > 50% over 1m", "ALERT resolved: 5xx > 50% over 1m"));
    assertThat(demo.err(), not(containsString("\tat ")));
  }

  @Test
  public void showsATableGrowAndItsPast() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess demo = tailrace.start("demo", "tracker");
    Tailrace.await(demo).until(() -> demo.out().contains("Ctrl-C"));
    assertThat(
        demo.out(),
        stringContainsInOrder(
            "|          0 |",
            "(0 rows)",
            "Delivering tracker-2026-01.json",
            "|        200 |",
            "|         1 |               40 |",
            "(5 rows)",
            "Delivering tracker-2026-02.json",
            "|        400 |",
            "|         6 |               25 |",
            "Delivering tracker-2026-03.json",
            "|        600 |",
            "|         7 |               20 |",
            "(7 rows)",
            "history heartbeat_tracker",
            "200 | tracker-2026-03.json |",
            "200 | tracker-2026-02.json |",
            "200 | tracker-2026-01.json |",
            "(4 rows)",
            "--asOf=2",
            "|        400 |",
            "(6 rows)",
            "query '"));
    assertIsSoonVisible(demo.out(), 3);
    demo.terminate();
    demo.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(demo.err(), not(containsString("\tat ")));
  }

  @Test
  public void playsAGameWholeAndEndsAllOfIt() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess demo = tailrace.start("demo", "game-events");
    Tailrace.await(demo).until(() -> demo.out().contains("Ctrl-C"));
    assertThat(
        demo.out(),
        stringContainsInOrder(
            "GET     /                                       This is the default response!",
            "Iron Sword Purchased!",
            "Wood Sword Destroyed!",
            "Joined Guild Night Watch",
            "In the table after ",
            "|      6 |",
            "| increase  |      5 |",
            "| reduce    |      1 |",
            "| Jordan Meyer | guild_event | night watch   |      1 |",
            "Redis was told of those who joined a guild",
            "Player 2: starter guild",
            "Jordan Meyer: night watch"));

    // It goes on, with the commands that it prints.
    MatchResult curl = find(SWORD_BY_CURL, demo.out());
    HttpResponse<String> answer =
        HttpClient.newHttpClient()
            .send(
                HttpRequest.newBuilder(URI.create(curl.group(1))).build(),
                HttpResponse.BodyHandlers.ofString());
    assertEquals("Wood Sword Purchased!\n", answer.body());
    MatchResult command = find(QUERY_COMMAND, demo.out());
    Tailrace.await(demo).until(() -> ask(command).toString().contains("|      7 |"));

    List<ProcessHandle> servers = ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
    assertThat(servers, not(empty()));
    demo.terminate();
    demo.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(demo.err(), not(containsString("\tat ")));
    for (ProcessHandle server : servers) {
      server.onExit().get(Tailrace.PATIENCE.toSeconds(), TimeUnit.SECONDS);
    }
  }

  private static void assertIsSoonVisible(String out, int deliveries) {
    List<Double> seconds =
        VISIBLE_AFTER.matcher(out).results().map(found -> Double.valueOf(found.group(1))).toList();
    assertThat(out, seconds, hasSize(deliveries));
    seconds.forEach(each -> assertThat(out, each, lessThan(GENEROUS_SECONDS)));
  }

  /** Gives the printed command, as it is. */
  private List<String> ask(MatchResult command) throws IOException, InterruptedException {
    TailraceProcess query =
        tailrace.start("query", command.group(2), "--output=" + command.group(3));
    query.requireExit(0, Tailrace.PATIENCE);
    return query.out().lines().toList();
  }

  private static MatchResult find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertTrue("no " + pattern + " in " + text, matcher.find());
    return matcher.toMatchResult();
  }
}
