package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.demo.ServerLogGenerator;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;

/**
 * The jar on a Flink cluster whose processes are lost, whose jobs are stopped and moved, and whose
 * launchers are killed: the results are those of an undisturbed run.
 */
public final class FlinkClusterIT {

  private static final LocalCluster CLUSTER = LocalCluster.flink();
  private static final LocalPostgres POSTGRES = new LocalPostgres();

  @ClassRule public static final RuleChain SERVERS = RuleChain.outerRule(CLUSTER).around(POSTGRES);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern JOB = Pattern.compile("JobID ([0-9a-f]{32})");
  private static final Pattern SAVEPOINT = Pattern.compile("Path: (\\S+)");
  private static final int TASK_MANAGERS = 2;

  /** Small units and short waits, so that there are many moments to hit. */
  private static final List<String> SMALL_UNITS =
      List.of(
          "--unitSize=16KB",
          "--settle=0ms",
          "--pollInterval=100ms",
          "--refresh=200ms",
          "--progress=none");

  private static final int RECEIPTS_OF_A_BUSY_RUN = 8;

  @Rule public final Tailrace tailrace = new Tailrace();

  private int files;

  @Before
  public void awaitTaskManagers() throws IOException {
    for (int i = CLUSTER.running("TaskManager").size(); i < TASK_MANAGERS; i++) {
      CLUSTER.add("TaskManager of " + tailrace.root().getFileName(), "taskmanager");
    }
    Awaitility.await()
        .atMost(Tailrace.PATIENCE)
        .until(() -> rest("/overview").get("taskmanagers").asInt() == TASK_MANAGERS);
  }

  @Test
  public void theSampleDeliveryWithTheDatabaseInTheLauncher() throws Exception {
    TailraceProcess run = submit(2, List.of());
    Tailrace.awaitWatching(run);
    deliver(ServerLogGenerator.SAMPLES.subList(0, 2));
    awaitVolume(run, "s1,379.4", "s2,920.0");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5"), severe());
    deliver(ServerLogGenerator.SAMPLES.subList(2, 4));
    awaitVolume(run, "s1,199.7", "s2,519.9");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), severe());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    awaitNoJob();
  }

  @Test
  public void availableNowFromALauncherOutsideOfFlink() throws Exception {
    deliver(ServerLogGenerator.SAMPLES);
    TailraceProcess run =
        tailrace.runToEnd(tailrace.output(), "--flinkMaster=" + master(), "--parallelism=2");
    assertThat(run.out(), containsString("| s1       |     199.7 |"));
    assertThat(run.out(), containsString("| s2       |     519.9 |"));
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), severe());
  }

  @Test
  public void aTaskManagerIsLost() throws Exception {
    loseATaskManager("--stateBackend=filesystem");
  }

  @Test
  public void aTaskManagerIsLostWithTheStateInRocksDb() throws Exception {
    loseATaskManager("--stateBackend=rocksdb");
  }

  private void loseATaskManager(String stateBackend) throws Exception {
    String reports = POSTGRES.newDatabase();
    deliverMixed(30);
    Path checkpoints = tailrace.root().resolve("checkpoints");
    TailraceProcess run =
        submit(
            2,
            List.of(),
            "--reportUrl=" + reports,
            stateBackend,
            "--stateBackendStoragePath=" + checkpoints.toUri(),
            "--checkpointingInterval=500");
    String job = job(run);
    awaitBusy(run);
    Tailrace.await(run).until(() -> checkpoints(job, "completed") > 0);
    LocalCluster.kill(taskManagerOf(job));
    deliverMixed(10);
    Tailrace.await(run).until(() -> checkpoints(job, "restored") > 0);
    awaitReport(run, reports);
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  @Test
  public void aJobIsStoppedWithASavepointAndGoesOnFromIt() throws Exception {
    String reports = POSTGRES.newDatabase();
    deliverMixed(15);
    TailraceProcess first = submit(2, List.of(), "--reportUrl=" + reports);
    awaitBusy(first);
    String savepoint = stopWithSavepoint(job(first));
    first.requireExit(0, Tailrace.PATIENCE);
    deliverMixed(10);

    TailraceProcess second =
        submit(2, List.of("--fromSavepoint", savepoint), "--reportUrl=" + reports);
    awaitReport(second, reports);
    deliverMixed(10);
    String next = stopWithSavepoint(job(second));
    second.requireExit(0, Tailrace.PATIENCE);
    deliverMixed(5);

    TailraceProcess third =
        tailrace.startServerLogs(
            withSmallUnits(
                "--flinkMaster=" + master(),
                "--parallelism=1",
                "--savepointPath=" + next,
                "--reportUrl=" + reports));
    awaitReport(third, reports);
    third.terminate();
    third.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  @Test
  public void theLauncherAndTheJobAreLost() throws Exception {
    String reports = POSTGRES.newDatabase();
    deliverMixed(20);
    TailraceProcess first = submit(2, List.of(), "--reportUrl=" + reports);
    String job = job(first);
    awaitBusy(first);
    first.kill();
    flink("cancel", job);
    deliverMixed(5);

    TailraceProcess second = submit(2, List.of(), "--reportUrl=" + reports);
    awaitReport(second, reports);
    second.terminate();
    second.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  @Test
  public void theLauncherIsLostAndItsJobIsStillAliveBesideTheNextOne() throws Exception {
    String reports = POSTGRES.newDatabase();
    deliverMixed(20);
    // Its report database is lost with it.
    TailraceProcess first = submit(2, List.of());
    String job = job(first);
    awaitBusy(first);
    first.kill();
    deliverMixed(5);

    TailraceProcess second = submit(2, List.of(), "--reportUrl=" + reports);
    awaitReport(second, reports);
    Tailrace.await(second).until(() -> state(job), "FINISHED"::equals);
    deliverMixed(5);
    awaitReport(second, reports);
    second.terminate();
    second.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  // What is done

  private TailraceProcess submit(int parallelism, List<String> flinkOptions, String... options)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("cli", "run", "-m", master(), "-p", String.valueOf(parallelism)));
    arguments.addAll(flinkOptions);
    arguments.add(TailraceProcess.jar().toString());
    arguments.addAll(
        List.of("server-logs", "--input=" + tailrace.input(), "--output=" + tailrace.output()));
    arguments.addAll(List.of(withSmallUnits(options)));
    return tailrace.startCommand(CLUSTER.command(arguments.toArray(String[]::new)));
  }

  private static String[] withSmallUnits(String... options) {
    return Stream.concat(SMALL_UNITS.stream(), Stream.of(options)).toArray(String[]::new);
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

  private String stopWithSavepoint(String job) throws IOException, InterruptedException {
    Path folder = tailrace.root().resolve("savepoints");
    String out = flink("stop", "--savepointPath", folder.toUri().toString(), job);
    return find(SAVEPOINT, out);
  }

  private String flink(String action, String... arguments)
      throws IOException, InterruptedException {
    String[] all =
        Stream.concat(Stream.of("cli", action, "-m", master()), Stream.of(arguments))
            .toArray(String[]::new);
    TailraceProcess cli = tailrace.startCommand(CLUSTER.command(all));
    cli.requireExit(0, Tailrace.PATIENCE);
    return cli.out();
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
    // There is no table before the run has begun.
    Tailrace.await(run)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> answers.areIn(reports));
  }

  private static void awaitNoJob() {
    Awaitility.await()
        .atMost(Tailrace.PATIENCE)
        .until(() -> rest("/overview").get("jobs-running").asInt() == 0);
  }

  private void requireExact(String reports) throws IOException, InterruptedException, SQLException {
    MixedLogsAnswers answers = MixedLogsAnswers.of(files, tailrace.input());
    answers.requireIn(reports);
    answers.requireIn(tailrace);
    awaitNoJob();
  }

  private List<String> severe() throws IOException, InterruptedException {
    return tailrace.query("SELECT * FROM sev0 ORDER BY timestamp, serverID");
  }

  // What Flink says

  private static String master() {
    return CLUSTER.address().replace("http://", "");
  }

  private static String job(TailraceProcess run) throws IOException {
    Tailrace.await(run).until(() -> JOB.matcher(run.out()).find());
    return find(JOB, run.out());
  }

  private static String find(Pattern pattern, String text) {
    Matcher matcher = pattern.matcher(text);
    assertTrue(text, matcher.find());
    return matcher.group(1);
  }

  private static String state(String job) throws IOException {
    return rest("/jobs/" + job).get("state").asText();
  }

  private static int checkpoints(String job, String what) throws IOException {
    return rest("/jobs/" + job + "/checkpoints").at("/counts/" + what).asInt();
  }

  /** A process that runs a part of a job: the script gives it its pid for a name. */
  private static ProcessHandle taskManagerOf(String job) throws IOException {
    String vertex = rest("/jobs/" + job).at("/vertices/1/id").asText();
    String name =
        rest("/jobs/" + job + "/vertices/" + vertex + "/taskmanagers")
            .at("/taskmanagers/0/taskmanager-id")
            .asText();
    return ProcessHandle.of(Long.parseLong(name.replace("taskmanager-", ""))).orElseThrow();
  }

  private static JsonNode rest(String path) throws IOException {
    return JSON.readTree(URI.create(CLUSTER.address() + path).toURL());
  }
}
