package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;

import io.tailrace.demo.ServerLogGenerator;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;

/**
 * The jar on a Spark cluster whose executors are lost and whose drivers are killed: the results are
 * those of an undisturbed run.
 */
public final class SparkClusterIT {

  private static final LocalCluster CLUSTER = LocalCluster.spark();
  private static final LocalPostgres POSTGRES = new LocalPostgres();

  @ClassRule public static final RuleChain SERVERS = RuleChain.outerRule(CLUSTER).around(POSTGRES);

  /** Small units and short waits, so that there are many moments to hit. */
  private static final List<String> SMALL_UNITS =
      List.of("--unitSize=16KB", "--settle=0ms", "--pollInterval=100ms", "--progress=none");

  private static final int RECEIPTS_OF_A_BUSY_RUN = 8;

  @Rule public final Tailrace tailrace = new Tailrace();

  private int files;

  @Test
  public void theSampleDeliveryWithTheDatabaseInTheDriver() throws Exception {
    TailraceProcess run = submit();
    Tailrace.awaitWatching(run);
    deliver(ServerLogGenerator.SAMPLES.subList(0, 2));
    awaitVolume(run, "s1,379.4", "s2,920.0");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5"), severe());
    deliver(ServerLogGenerator.SAMPLES.subList(2, 4));
    awaitVolume(run, "s1,199.7", "s2,519.9");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), severe());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
  }

  @Test
  public void availableNow() throws Exception {
    deliver(ServerLogGenerator.SAMPLES);
    TailraceProcess run = submit("--trigger=availableNow");
    run.requireExit(0, Tailrace.PATIENCE);
    assertThat(run.out(), containsString("| s1       |     199.7 |"));
    assertThat(run.out(), containsString("| s2       |     519.9 |"));
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), severe());
  }

  @Test
  public void anExecutorIsLost() throws Exception {
    String reports = POSTGRES.newDatabase();
    deliverMixed(30);
    TailraceProcess run = submit("--reportUrl=" + reports);
    awaitBusy(run);
    LocalCluster.kill(executor().orElseThrow());
    deliverMixed(10);
    awaitReport(run, reports);
    requireExact(run, reports);
  }

  @Test
  public void theDriverIsLost() throws Exception {
    loseTheDriver();
  }

  @Test
  public void theDriverIsLostThatWasGivenAFolderForCheckpoints() throws Exception {
    loseTheDriver("--checkpointDir=" + tailrace.root().resolve("checkpoints").toUri());
  }

  private void loseTheDriver(String... options) throws Exception {
    String reports = POSTGRES.newDatabase();
    String[] all =
        Stream.concat(Stream.of("--reportUrl=" + reports), Stream.of(options))
            .toArray(String[]::new);
    deliverMixed(25);
    TailraceProcess first = submit(all);
    awaitBusy(first);
    first.kill();
    deliverMixed(5);
    TailraceProcess second = submit(all);
    awaitReport(second, reports);
    requireExact(second, reports);
  }

  // What is done

  private TailraceProcess submit(String... options) throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("submit", "--master", CLUSTER.address(), "--executor-memory", "512m"));
    arguments.add(TailraceProcess.jar().toString());
    arguments.addAll(
        List.of("server-logs", "--input=" + tailrace.input(), "--output=" + tailrace.output()));
    arguments.addAll(SMALL_UNITS);
    arguments.addAll(List.of(options));
    return tailrace.startCommand(CLUSTER.command(arguments.toArray(String[]::new)));
  }

  private void deliver(List<ServerLogGenerator.Sample> samples) throws IOException {
    for (ServerLogGenerator.Sample sample : samples) {
      sample.deliverTo(tailrace.input());
    }
  }

  private void deliverMixed(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      tailrace.deliver(MixedLogs.name(files), MixedLogs.content(files));
      files++;
    }
  }

  /** A process that does the work: a child of a Worker. */
  private static Optional<ProcessHandle> executor() {
    return CLUSTER.running("Worker").stream()
        .flatMap(ProcessHandle::descendants)
        .filter(
            child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .findFirst();
  }

  // What is waited for

  private void awaitVolume(TailraceProcess run, String... rows) {
    Tailrace.await(run)
        .until(
            () -> tailrace.query("SELECT serverID, avgVolume FROM volume ORDER BY serverID"),
            Stream.concat(Stream.of("serverID,avgVolume"), Stream.of(rows)).toList()::equals);
  }

  private void awaitBusy(TailraceProcess run) {
    OutputFolder output = new OutputFolder(tailrace.output());
    Tailrace.await(run).until(() -> output.receipts() >= RECEIPTS_OF_A_BUSY_RUN);
  }

  private void awaitReport(TailraceProcess run, String reports) throws IOException {
    MixedLogsAnswers answers = MixedLogsAnswers.of(files, tailrace.input());
    Tailrace.await(run).until(() -> answers.areIn(reports));
  }

  private void requireExact(TailraceProcess run, String reports) throws Exception {
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    MixedLogsAnswers answers = MixedLogsAnswers.of(files, tailrace.input());
    answers.requireIn(reports);
    answers.requireIn(tailrace);
    Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> executor().isEmpty());
  }

  private List<String> severe() throws IOException, InterruptedException {
    return tailrace.query("SELECT * FROM sev0 ORDER BY timestamp, serverID");
  }
}
