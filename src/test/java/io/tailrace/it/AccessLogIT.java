package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;

import io.tailrace.demo.AccessLogGenerator;
import java.io.IOException;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;

/** What {@code access-log} says while it runs. */
public final class AccessLogIT {

  private static final String LINE = "-------------------------------------------\n";

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void theConsoleShowsEachChangeOfTheReportAsABatch() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess run = tailrace.startPipeline("access-log", tailrace.output(), "--console=true");
    tailrace.deliver("one.log", AccessLogGenerator.sample());
    Tailrace.await(run).until(run::out, endsWith(table(1)));
    // Changes nothing.
    tailrace.deliver("none.log", "nonsense\n");
    Tailrace.await(run)
        .until(
            () -> tailrace.query("SELECT raw FROM dead_letters WHERE raw = 'nonsense'").size() > 1);
    tailrace.deliver("two.log", AccessLogGenerator.sample());
    Tailrace.await(run).until(run::out, endsWith(table(2)));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);

    // On a busy machine a batch may have only some of the rows, and the next one all of them.
    String[] batches = run.out().split("(?m)^(?=-+\nBatch: )");
    String shown = "";
    for (int i = 0; i < batches.length; i++) {
      String title = LINE + "Batch: " + i + "\n" + LINE;
      assertThat(run.out(), batches[i], startsWith(title));
      String table = batches[i].substring(title.length());
      assertThat(table, not(shown));
      shown = table;
    }
    assertEquals(table(2), shown);
  }

  @Test
  public void progressTellsOfRequestsThatCameTooLateForAlerts() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("a.log", requests("10:00", 20) + requests("13:00", 1));
    // Too late for the first rule alone.
    tailrace.deliver("b.log", requests("11:30", 5));
    // Too late for both.
    tailrace.deliver("c.log", requests("10:00", 3));
    String[] options = {
      "--alert=5xx > 10% over 1m",
      "--alert=5xx > 10% over 1h",
      "--allowedLateness=1h",
      // So that each file is read for itself.
      "--unitSize=1KB"
    };
    TailraceProcess told = run("told", "text", options);
    assertThat(told.err(), containsString("; 0 dead letters; 11 dropped from alerts; "));
    assertThat(told.out(), containsString("|    200 |    29 |"));
    assertThat(run("json", "json", options).err(), containsString("\"droppedFromAlerts\":11,"));
    assertThat(run("without", "text").err(), not(containsString("dropped")));
  }

  private TailraceProcess run(String output, String progress, String... options)
      throws IOException, InterruptedException {
    return tailrace.runPipelineToEnd(
        "access-log",
        tailrace.root().resolve(output),
        Stream.concat(Stream.of("--progress=" + progress), Stream.of(options))
            .toArray(String[]::new));
  }

  private static String requests(String minute, int count) {
    return String.format(
            "10.0.0.1 - - [22/Nov/2015:%s:00 +0000] \"GET / HTTP/1.1\" 200 5 \"-\" \"-\"%n", minute)
        .repeat(count);
  }

  /** The report of so many copies of the sample. */
  private static String table(int copies) {
    int[][] rows = {
      {200, 153},
      {500, 20},
      {400, 6},
      {404, 2},
      {301, 1},
      {302, 1},
      {304, 1},
      {401, 1},
      {405, 1},
      {408, 1},
      {414, 1}
    };
    return "+--------+-------+\n| status | count |\n+--------+-------+\n"
        + Stream.of(rows)
            .map(row -> String.format("|    %d | %5d |%n", row[0], copies * row[1]))
            .collect(Collectors.joining())
        + "+--------+-------+\n(11 rows)\n\n";
  }
}
