package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.util.CoderUtils;
import org.awaitility.Awaitility;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;

/**
 * The jar on a Flink cluster whose processes are lost, whose jobs are stopped and moved, and whose
 * launchers are killed: the results are those of an undisturbed run. And a large report is merged
 * by all TaskManagers.
 */
public final class FlinkClusterIT {

  private static final LocalCluster CLUSTER = LocalCluster.flink();
  private static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final LocalKafka KAFKA = new LocalKafka();

  @ClassRule
  public static final RuleChain SERVERS =
      RuleChain.outerRule(CLUSTER).around(POSTGRES).around(KAFKA);

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

  @Rule public final Tailrace tailrace = new Tailrace();

  private Delivery delivery;

  @Before
  public void awaitTaskManagers() throws IOException {
    delivery = new Delivery(tailrace);
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
    delivery.samples(0, 2);
    delivery.awaitVolume(run, "s1,379.4", "s2,920.0");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5"), delivery.severe());
    delivery.samples(2, 4);
    delivery.awaitVolume(run, "s1,199.7", "s2,519.9");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), delivery.severe());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    awaitNoJob();
  }

  @Alone
  @Test
  public void thePlainBeamPipelineAsAJob() throws Exception {
    TailraceProcess run = submit(2, List.of(), "--reader=textio");
    Tailrace.awaitWatching(run);
    delivery.toTextReader(run);
    awaitNoJob();
  }

  @Test
  public void availableNowFromALauncherOutsideOfFlink() throws Exception {
    delivery.samples(0, 4);
    TailraceProcess run =
        tailrace.runToEnd(tailrace.output(), "--flinkMaster=" + master(), "--parallelism=2");
    assertThat(run.out(), containsString("| s1       |     199.7 |"));
    assertThat(run.out(), containsString("| s2       |     519.9 |"));
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), delivery.severe());
  }

  @Test
  public void aLargeReportIsMergedByBothTaskManagers() throws Exception {
    ManyServers servers = ManyServers.deliverTo(tailrace);
    TailraceProcess run = submit(2, List.of(), servers.command());
    run.requireExit(0, Tailrace.PATIENCE);
    // Flink's own command prints the result of a job, which has the metrics of all steps.
    assertThat(run.out(), not(containsString("Accumulator")));
    servers.requireMergedByTwo(unitsAdded(find(JOB, run.out())));
    awaitNoJob();
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
    delivery.mixed(30);
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
    delivery.awaitBusy(run);
    Tailrace.await(run).until(() -> checkpoints(job, "completed") > 0);
    LocalCluster.kill(taskManagerOf(job));
    delivery.mixed(10);
    Tailrace.await(run).until(() -> checkpoints(job, "restored") > 0);
    delivery.awaitReport(run, reports);
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  @Test
  public void aTaskManagerIsLostWhileATopicIsRead() throws Exception {
    SwordTopic swords = SwordTopic.make(KAFKA, "lost");
    List<String> command = new ArrayList<>(swords.command(tailrace));
    command.addAll(
        List.of("--landEvery=0s", "--pollInterval=100ms", "--checkpointingInterval=500"));
    TailraceProcess run = submit(2, List.of(), command);
    String job = job(run);
    OutputFolder output = new OutputFolder(tailrace.output());
    Tailrace.await(run)
        .until(
            () -> {
              swords.send(100);
              return output.receipts() >= 8 && checkpoints(job, "completed") > 0;
            });
    LocalCluster.kill(taskManagerOf(job));
    swords.send(1_000);
    Tailrace.await(run).until(() -> checkpoints(job, "restored") > 0);
    Tailrace.await(run).until(() -> output.records() == swords.sent());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    swords.requireExact(tailrace);
    awaitNoJob();
  }

  @Test
  public void aJobIsStoppedWithASavepointAndGoesOnFromIt() throws Exception {
    String reports = POSTGRES.newDatabase();
    delivery.mixed(15);
    TailraceProcess first = submit(2, List.of(), "--reportUrl=" + reports);
    delivery.awaitBusy(first);
    String savepoint = stopWithSavepoint(job(first));
    first.requireExit(0, Tailrace.PATIENCE);
    delivery.mixed(10);

    TailraceProcess second =
        submit(2, List.of("--fromSavepoint", savepoint), "--reportUrl=" + reports);
    delivery.awaitReport(second, reports);
    delivery.mixed(10);
    String next = stopWithSavepoint(job(second));
    second.requireExit(0, Tailrace.PATIENCE);
    delivery.mixed(5);

    TailraceProcess third =
        tailrace.startServerLogs(
            withSmallUnits(
                "--flinkMaster=" + master(),
                "--parallelism=1",
                "--savepointPath=" + next,
                "--reportUrl=" + reports));
    delivery.awaitReport(third, reports);
    third.terminate();
    third.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  @Test
  public void theLauncherAndTheJobAreLost() throws Exception {
    String reports = POSTGRES.newDatabase();
    delivery.mixed(20);
    TailraceProcess first = submit(2, List.of(), "--reportUrl=" + reports);
    String job = job(first);
    delivery.awaitBusy(first);
    first.kill();
    flink("cancel", job);
    delivery.mixed(5);

    TailraceProcess second = submit(2, List.of(), "--reportUrl=" + reports);
    delivery.awaitReport(second, reports);
    second.terminate();
    second.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  @Test
  public void theLauncherIsLostAndItsJobIsStillAliveBesideTheNextOne() throws Exception {
    String reports = POSTGRES.newDatabase();
    delivery.mixed(20);
    // Its report database is lost with it.
    TailraceProcess first = submit(2, List.of());
    String job = job(first);
    delivery.awaitBusy(first);
    first.kill();
    delivery.mixed(5);

    TailraceProcess second = submit(2, List.of(), "--reportUrl=" + reports);
    delivery.awaitReport(second, reports);
    Tailrace.await(second).until(() -> state(job), "FINISHED"::equals);
    delivery.mixed(5);
    delivery.awaitReport(second, reports);
    second.terminate();
    second.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact(reports);
  }

  // What is done

  private TailraceProcess submit(int parallelism, List<String> flinkOptions, String... options)
      throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("server-logs", "--input=" + tailrace.input(), "--output=" + tailrace.output()));
    command.addAll(List.of(withSmallUnits(options)));
    return submit(parallelism, flinkOptions, command);
  }

  private TailraceProcess submit(int parallelism, List<String> flinkOptions, List<String> command)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("cli", "run", "-m", master(), "-p", String.valueOf(parallelism)));
    arguments.addAll(flinkOptions);
    arguments.add(TailraceProcess.clusterJar().toString());
    arguments.addAll(command);
    return tailrace.startCommand(CLUSTER.command(arguments.toArray(String[]::new)));
  }

  private static String[] withSmallUnits(String... options) {
    return Stream.concat(SMALL_UNITS.stream(), Stream.of(options)).toArray(String[]::new);
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

  private static void awaitNoJob() {
    Awaitility.await()
        .atMost(Tailrace.PATIENCE)
        .until(() -> rest("/overview").get("jobs-running").asInt() == 0);
  }

  private void requireExact(String reports) throws IOException, InterruptedException, SQLException {
    delivery.requireExact(reports);
    awaitNoJob();
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

  /**
   * How many units each TaskManager has added to parts of reports: Flink has the counters of Beam
   * for each subtask. The port that a TaskManager has for data tells which one it is.
   */
  private static Map<String, Long> unitsAdded(String job) throws IOException {
    Map<String, Long> added = new HashMap<>();
    for (JsonNode vertex : rest("/jobs/" + job).get("vertices")) {
      String accumulators =
          "/jobs/" + job + "/vertices/" + vertex.get("id").asText() + "/subtasks/accumulators";
      for (JsonNode subtask : rest(accumulators).get("subtasks")) {
        for (JsonNode accumulator : subtask.get("user-accumulators")) {
          JsonNode counters = JSON.readTree(accumulator.get("value").asText());
          for (JsonNode counter : counters.at("/metrics/attempted")) {
            if (counter.at("/labels/NAME").asText().equals("units_added")) {
              byte[] value = counter.get("payload").binaryValue();
              added.merge(
                  subtask.get("endpoint").asText(),
                  CoderUtils.decodeFromByteArray(VarLongCoder.of(), value),
                  Long::sum);
            }
          }
        }
      }
    }
    return added;
  }

  private static JsonNode rest(String path) throws IOException {
    return JSON.readTree(URI.create(CLUSTER.address() + path).toURL());
  }
}
