package io.tailrace.it;

import static org.junit.Assert.assertEquals;

import io.tailrace.demo.AccessLogGenerator;
import org.junit.Rule;
import org.junit.Test;

/** What {@code access-log} says while it runs. */
public final class AccessLogIT {

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void theConsoleShowsEachChangeOfTheReportAsABatch() throws Exception {
    TailraceProcess run = tailrace.startPipeline("access-log", tailrace.output(), "--console=true");
    tailrace.deliver("one.log", AccessLogGenerator.sample());
    Tailrace.await(run).until(() -> run.out().contains("(11 rows)"));
    // Changes nothing.
    tailrace.deliver("none.log", "nonsense\n");
    Tailrace.await(run)
        .until(
            () -> tailrace.query("SELECT raw FROM dead_letters WHERE raw = 'nonsense'").size() > 1);
    tailrace.deliver("two.log", AccessLogGenerator.sample());
    Tailrace.await(run).until(() -> run.out().endsWith(batch(1, 2)));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertEquals(batch(0, 1) + batch(1, 2), run.out());
  }

  private static String batch(int number, int copies) {
    StringBuilder text = new StringBuilder();
    text.append("-------------------------------------------\n");
    text.append("Batch: ").append(number).append('\n');
    text.append("-------------------------------------------\n");
    text.append("+--------+-------+\n");
    text.append("| status | count |\n");
    text.append("+--------+-------+\n");
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
    for (int[] row : rows) {
      text.append(String.format("|    %d | %5d |%n", row[0], copies * row[1]));
    }
    text.append("+--------+-------+\n");
    text.append("(11 rows)\n\n");
    return text.toString();
  }
}
