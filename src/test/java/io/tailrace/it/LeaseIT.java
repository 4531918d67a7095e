package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.Rule;
import org.junit.Test;

/** One run at a time writes an output. */
public final class LeaseIT {

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void theSecondRunIsRefusedAndTheFirstGoesOn() throws Exception {
    tailrace.deliver("a.csv", "s1,2,1\n");
    TailraceProcess first = tailrace.startWatching("--progress=none");
    Tailrace.await(first).until(() -> records() == 1);
    String saidBefore = first.err();

    TailraceProcess second = tailrace.startServerLogs();
    TailraceProcess third = tailrace.startServerLogs("--trigger=availableNow");
    assertRefused(second, first);
    assertRefused(third, first);

    tailrace.deliver("b.csv", "s1,2,2\n");
    Tailrace.await(first).until(() -> records() == 2);
    Tailrace.await(first)
        .until(
            () -> tailrace.query("SELECT serverID, avgVolume, records FROM volume"),
            List.of("serverID,avgVolume,records", "s1,1.0,2")::equals);
    assertEquals(saidBefore, first.err());
    first.terminate();
    first.requireExit(0, Tailrace.TIME_TO_STOP);
  }

  @Test
  public void ofTwoThatStartAtOnceOneRuns() throws Exception {
    List<TailraceProcess> both = List.of(tailrace.startServerLogs(), tailrace.startServerLogs());
    Awaitility.await()
        .atMost(Tailrace.PATIENCE)
        .until(() -> both.stream().anyMatch(run -> !run.isRunning()));
    TailraceProcess refused = both.get(both.get(0).isRunning() ? 1 : 0);
    TailraceProcess running = both.get(both.get(0).isRunning() ? 0 : 1);
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(refused.err(), refused.err().lines().toList(), hasSize(1));

    tailrace.deliver("a.csv", "s1,2,1\n");
    Tailrace.await(running).until(() -> records() == 1);
  }

  @Test
  public void theLockOfAKilledRunDoesNotBlock() throws Exception {
    tailrace.deliver("a.csv", "s1,2,1\n");
    TailraceProcess killed = tailrace.startWatching();
    Tailrace.await(killed).until(() -> records() == 1);
    killed.kill();

    tailrace.deliver("b.csv", "s1,2,2\n");
    tailrace.runToEnd(tailrace.output());
    assertEquals(2, records());
  }

  private void assertRefused(TailraceProcess run, TailraceProcess holder)
      throws IOException, InterruptedException {
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.out().lines().toList(), empty());
    assertThat(run.err(), run.err().lines().toList(), hasSize(1));
    assertThat(run.err(), startsWith("tailrace: --output: another run"));
    assertThat(run.err(), containsString("process " + holder.pid()));
    assertThat(run.err(), containsString(tailrace.output().toString()));
    assertTrue(holder.toString(), holder.isRunning());
  }

  private long records() throws IOException {
    return new OutputFolder(tailrace.output()).total().records();
  }
}
