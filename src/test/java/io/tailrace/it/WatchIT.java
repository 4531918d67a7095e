package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assume.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;

/** {@code watch PATTERN "SELECT …"}, as users run it. */
public final class WatchIT {

  private static final String BY_LEVEL =
      "SELECT service, level, count(*) AS n, max(ms) FROM input GROUP BY ALL";
  private static final String FIRST =
      """
      {"service": "a", "level": "INFO", "ms": 1.5}
      {"service": "a", "level": "INFO", "ms": 2.5}
      {"service": "b", "level": "ERROR"}
      """;
  private static final String SECOND =
      """
      {"service": "b", "level": "ERROR", "ms": 7}
      {"service": "b", "level": "ERROR", "ms": 8}
      {"service": "c", "leve
      """;

  @Rule public final Tailrace tailrace = new Tailrace();

  private TailraceProcess watch(String select, String... options) throws IOException {
    return watch(tailrace.input().resolve("*"), select, options);
  }

  private TailraceProcess watch(Path pattern, String select, String... options) throws IOException {
    List<String> all = new ArrayList<>(List.of("watch", pattern.toString(), select));
    all.addAll(List.of("--pollInterval=100ms", "--settle=100ms", "--refresh=200ms"));
    all.addAll(List.of(options));
    return tailrace.start(all.toArray(String[]::new));
  }

  /** What it prints of what is there. */
  private List<String> watched(String select, String... options)
      throws IOException, InterruptedException {
    String[] all =
        Stream.concat(Stream.of("--trigger=availableNow"), Stream.of(options))
            .toArray(String[]::new);
    TailraceProcess run = watch(select, all);
    run.requireExit(0, Tailrace.PATIENCE);
    return run.out().lines().toList();
  }

  private List<Path> temporaryOutputs() throws IOException {
    try (Stream<Path> all = Files.walk(tailrace.root())) {
      return all.filter(path -> path.endsWith("_ledger")).toList();
    }
  }

  @Test
  public void aDeliveryWhileItWatchesIsInTheResult() throws Exception {
    TailraceProcess run = watch(BY_LEVEL);
    Tailrace.await(run).until(run::err, containsString("Waiting for the first file in "));
    tailrace.deliver("1.json", FIRST);
    Tailrace.await(run)
        .until(
            run::out,
            endsWith(
                """
                -------------------------------------------
                Batch: 0
                -------------------------------------------
                +---------+-------+---+--------+
                | service | level | n | max_ms |
                +---------+-------+---+--------+
                | a       | INFO  | 2 |    2.5 |
                | b       | ERROR | 1 |   NULL |
                +---------+-------+---+--------+
                (2 rows)

                """));
    tailrace.deliver("2.json", SECOND);
    Tailrace.await(run)
        .until(
            run::out,
            endsWith(
                """
                | b       | ERROR | 3 |    8.0 |
                | a       | INFO  | 2 |    2.5 |
                +---------+-------+---+--------+
                (2 rows)

                """));
    assertThat(temporaryOutputs().size(), is(1));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(temporaryOutputs(), is(empty()));
  }

  @Test
  public void theFormatIsFoundOut() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("a.csv", "level;ms\nINFO;1,5\nERROR;2,5\nINFO;x\n");
    assertEquals(
        List.of("| INFO  | 2 |", "| ERROR | 1 |"),
        rows(watched("SELECT level, count(*) AS n FROM input GROUP BY level")));
    Files.delete(tailrace.input().resolve("a.csv"));
    String request = "h1 - - [10/Oct/2026:13:55:36 +0000] \"GET /a HTTP/1.1\" %d 10%s%n";
    tailrace.deliver("a.log", String.format(request, 200, "").repeat(3) + "broken\n");
    assertEquals(
        List.of("| GET    |    200 |     3 |"),
        rows(watched("SELECT method, status, count(*) FROM input GROUP BY ALL")));
    tailrace.deliver("0.log", String.format(request, 404, " \"-\" \"curl\""));
    assertEquals(
        List.of("|    404 | curl       |"), rows(watched("SELECT status, user_agent FROM input")));
    tailrace.deliver("-.json", "\n [\n{\"a\": {\"b\": [1, 2]}}, {\"a\": {\"b\": []}}]");
    assertEquals(
        List.of("|    2 | 1 |"),
        rows(
            watched(
                "SELECT a.b[2] AS last, count(*) AS n FROM input WHERE len(a.b) > 0 GROUP BY ALL")));
  }

  private static List<String> rows(List<String> table) {
    return table.subList(3, table.size() - 2);
  }

  @Test
  public void theNamesOfColumnsAloneAreWaitedOn() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("1.csv", "id,name,amount\n");
    TailraceProcess run = watch("SELECT name, sum(amount) AS s FROM input GROUP BY name");
    Tailrace.await(run).until(run::err, containsString("Waiting for the first file in "));
    tailrace.deliver("2.csv", "id,name,amount\n1,a,2\n2,a,3\n");
    Tailrace.await(run).until(run::out, containsString("| a    | 5 |"));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
  }

  @Test
  public void rowsAreShownAsTheStatementSays() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("1.json", FIRST + SECOND);
    assertEquals(List.of("| 5 |"), rows(watched("SELECT count(*) AS n FROM input")));
    assertEquals(
        List.of("| a       |", "| b       |"),
        rows(watched("SELECT service FROM input GROUP BY 1 ORDER BY max(ms)")));
    assertEquals(
        List.of("| b       | 3 |"),
        rows(watched("SELECT service, count(*) AS n FROM input GROUP BY 1 HAVING sum(ms) > 5")));
    assertEquals(
        List.of("| b       | 8.0 |", "| b       | 7.0 |"),
        rows(watched("SELECT service, ms FROM input ORDER BY ms DESC LIMIT 2")));
  }

  @Test
  public void aLogIsShownRowByRow() throws Exception {
    tailrace.deliver("1.json", FIRST);
    TailraceProcess run = watch("SELECT * FROM input WHERE level = 'ERROR'");
    Tailrace.await(run).until(run::out, containsString("| b       | ERROR | NULL |"));
    tailrace.deliver("2.json", SECOND);
    Tailrace.await(run).until(run::out, containsString("| b       | ERROR | 8.0 |"));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(run.out().lines().filter(line -> line.contains("NULL")).count(), is(1L));
  }

  @Test
  public void anOutputIsKeptAndGoesOn() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("1.json", FIRST);
    String output = "--output=" + tailrace.output();
    watched(BY_LEVEL, output);
    Files.delete(tailrace.input().resolve("1.json"));
    assertEquals(
        List.of("| a       | INFO  | 2 |    2.5 |"), rows(watched(BY_LEVEL + " LIMIT 1", output)));
    assertThat(tailrace.query("SELECT sum(n) FROM result"), is(List.of("sum(n)", "3")));
    TailraceProcess other = watch("SELECT level, count(*) FROM input GROUP BY level", output);
    other.requireExit(2, Tailrace.PATIENCE);
    assertThat(other.err(), containsString("the report result had another WHERE or GROUP BY"));
  }

  @Test
  public void aTerminalIsRedrawnInPlaceAndKeepsTheLastState() throws Exception {
    Tailrace.requireDirectRunner();
    assumeTrue(
        "util-linux has the pseudo terminal", Files.isExecutable(Path.of("/usr/bin/script")));
    tailrace.deliver("1.json", FIRST);
    String java =
        String.format(
            "stty rows 9 cols 60; TERM=xterm exec '%s/bin/java' -XX:TieredStopAtLevel=1"
                + " '-Djava.io.tmpdir=%s' -jar '%s' watch '%s/*.json' \"%s\" --pollInterval=100ms"
                + " --settle=100ms --refresh=200ms",
            System.getProperty("java.home"),
            tailrace.root(),
            TailraceProcess.jar(),
            tailrace.input(),
            BY_LEVEL);
    TailraceProcess script =
        tailrace.startCommand(List.of("/usr/bin/script", "-qec", java, "/dev/null"));
    Tailrace.await(script).until(script::out, containsString("| b       | ERROR | 1 |"));
    tailrace.deliver("2.json", SECOND.replace("\"b\"", "\"\\u001b[2J\""));
    Tailrace.await(script).until(script::out, containsString("and 2 more rows"));
    String drawn = script.out();
    assertThat(drawn.substring(drawn.lastIndexOf("\u001b[")).length(), is("\u001b[J".length()));
    ProcessHandle watch =
        ProcessHandle.of(script.pid())
            .orElseThrow()
            .descendants()
            .reduce((a, b) -> b)
            .orElseThrow();
    // As Ctrl-C, which a JVM ignores that began in the background: StopIT.
    new ProcessBuilder("kill", "-TERM", String.valueOf(watch.pid())).start().waitFor();
    script.requireExit(0, Tailrace.TIME_TO_STOP);
    String last = script.out().substring(script.out().lastIndexOf("A+"));
    assertThat(
        last.replace("\u001b[K\r\n", "\n"),
        allOf(
            startsWith(
                """
                A+---------+-------+---+--------+
                | service | level | n | max_ms |
                +---------+-------+---+--------+
                | \\x1b[2J | ERROR | 2 |    8.0 |
                | a       | INFO  | 2 |    2.5 |
                | b       | ERROR | 1 |   NULL |
                +---------+-------+---+--------+
                5 records, 1 dead letter, 2 files,\s"""),
            endsWith("\u001b[J")));
    assertThat(script.out(), not(containsString("\u001b[2J")));
    assertThat(temporaryOutputs(), is(empty()));
  }

  @Test
  public void whatCannotBeWatchedIsRefusedInOneLine() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("1.txt", "some words\nin lines\nand more of them\n");
    refused("cannot be told: no JSON (it begins with neither { nor [), no access log", BY_LEVEL);
    tailrace.deliver("1.json", FIRST);
    refused(
        "SELECT:1:8: column 'leve' does not exist; did you mean level?", "SELECT leve FROM input");
    refused(
        "SELECT:1:19: aggregate median is not supported",
        "SELECT level, 1 + median(ms) FROM input GROUP BY level");
    refused("--console: watch shows its result without it", BY_LEVEL, "--console=true");
    TailraceProcess expanded =
        tailrace.start("watch", tailrace.input() + "/1.json", "2.json", BY_LEVEL);
    expanded.requireExit(2, Tailrace.PATIENCE);
    assertThat(expanded.err(), containsString("quote the pattern, as in 'logs/*.json'"));
    assertFalse(Files.exists(tailrace.output()));
    assertThat(temporaryOutputs(), is(empty()));
  }

  private void refused(String message, String select, String... options) throws Exception {
    TailraceProcess run = watch(select, options);
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.err(), containsString(message));
    assertThat(run.err().lines().count(), is(1L));
  }
}
