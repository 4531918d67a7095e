package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.tailrace.storage.Folder;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** An S3 server that does not answer for a while: it is waited for, and nothing is lost. */
public final class S3OutageIT {

  private static final Duration OUTAGE = Duration.ofSeconds(12);
  private static final int FILES_BEFORE = 30;
  private static final int FILES_MEANWHILE = 10;
  private static final int RECEIPTS_OF_A_BUSY_RUN = 8;

  /** Each look at all receipts takes the server from the run. */
  private static final Duration BETWEEN_LOOKS = Duration.ofMillis(500);

  private static final int CUT_ANSWERS = 20;

  @ClassRule public static final LocalS3 S3 = new LocalS3();
  @Rule public final Tailrace tailrace = new Tailrace();

  private LocalS3.Bucket bucket;
  private OutputFolder output;
  private FlakyProxy proxy;

  @Before
  public void standBetween() throws IOException {
    bucket = S3.newBucket();
    output = new OutputFolder(new Folder(bucket.path("output")));
    proxy = new FlakyProxy(S3.endpoint());
    tailrace.moveTo(
        bucket.path("LogDataLive/"), bucket.path("output"), S3.options(proxy.endpoint()));
  }

  @After
  public void closeProxy() throws IOException {
    proxy.close();
  }

  @Test
  public void aServerThatIsUnavailableIsWaitedFor() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess run = startBusy();
    long began = System.nanoTime();
    proxy.turn(FlakyProxy.Mood.UNAVAILABLE);
    awaitEndOfOutage(run, began);
    assertThat(run.err(), containsString("Reduce your request rate"));
    assertGoesOn(run);
  }

  @Test
  public void aServerThatDropsConnectionsIsWaitedFor() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess run = startBusy();
    long began = System.nanoTime();
    proxy.turn(FlakyProxy.Mood.CUTTING);
    Tailrace.await(run).until(() -> proxy.failures() >= CUT_ANSWERS);
    proxy.turn(FlakyProxy.Mood.DROPPING);
    awaitEndOfOutage(run, began);
    assertGoesOn(run);
  }

  @Test
  public void aRunEndsWhenItIsAskedToThoughTheServerIsAway() throws Exception {
    TailraceProcess run = startBusy();
    proxy.turn(FlakyProxy.Mood.DROPPING);
    Tailrace.await(run).until(() -> run.err().contains("does not answer"));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(run.err(), not(containsString("\tat ")));

    proxy.turn(FlakyProxy.Mood.GOOD);
    tailrace.runToEnd(bucket.path("output"), "--unitSize=16KB", "--progress=none");
    assertExact(FILES_BEFORE);
  }

  /** Starts a run that has read something and has more to read. */
  private TailraceProcess startBusy() throws IOException {
    deliver(0, FILES_BEFORE);
    TailraceProcess run =
        tailrace.startWatching("--unitSize=16KB", "--progress=none", "--pollInterval=100ms");
    Tailrace.await(run).until(() -> output.receipts() >= RECEIPTS_OF_A_BUSY_RUN);
    return run;
  }

  private void awaitEndOfOutage(TailraceProcess run, long began) throws IOException {
    int units = output.units().size();
    assertThat("it was in the middle of its work", output.receipts(), lessThan(units));
    deliver(FILES_BEFORE, FILES_MEANWHILE);
    Awaitility.await()
        .atMost(OUTAGE.multipliedBy(2))
        .until(() -> System.nanoTime() - began >= OUTAGE.toNanos());
    assertThat(proxy.failures(), greaterThan(0L));
    assertTrue(run.toString(), run.isRunning());
    assertThat(run.err(), containsString(proxy.endpoint() + " does not answer; trying again"));
    assertThat(output.receipts(), lessThan(units));
    proxy.turn(FlakyProxy.Mood.GOOD);
  }

  private void assertGoesOn(TailraceProcess run) throws Exception {
    int files = FILES_BEFORE + FILES_MEANWHILE;
    Tailrace.await(run).until(() -> saidLast(run).contains(proxy.endpoint() + " answers again"));
    Tailrace.await(run)
        .pollInterval(BETWEEN_LOOKS)
        .until(
            () ->
                output.total().records() + output.total().deadLetters() >= MixedLogs.lines(files));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(run.err(), not(containsString("\tat ")));
    assertExact(files);
  }

  private static String saidLast(TailraceProcess run) throws IOException {
    List<String> lines = run.err().lines().toList();
    return lines.get(lines.size() - 1);
  }

  private void assertExact(int files) throws Exception {
    OutputFolder.Total total = output.total();
    assertEquals(MixedLogs.lines(files), total.records() + total.deadLetters());
    MixedLogsAnswers.of(files, bucket.path("LogDataLive")).requireIn(tailrace);
  }

  private void deliver(int from, int count) throws IOException {
    for (int file = from; file < from + count; file++) {
      bucket.put("LogDataLive/" + MixedLogs.name(file), MixedLogs.content(file));
    }
  }
}
