package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
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
 * The jar on a Spark cluster whose executors are lost and whose drivers are killed: the results are
 * those of an undisturbed run. And a large report is merged by all executors.
 */
public final class SparkClusterIT {

  private static final LocalCluster CLUSTER = LocalCluster.spark();
  private static final LocalPostgres POSTGRES = new LocalPostgres();

  private static final LocalKafka KAFKA = new LocalKafka();

  @ClassRule
  public static final RuleChain SERVERS =
      RuleChain.outerRule(CLUSTER).around(POSTGRES).around(KAFKA);

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern UNITS_ADDED = Pattern.compile("units_added: (\\d+)");

  /** Small units and short waits, so that there are many moments to hit. */
  private static final List<String> SMALL_UNITS =
      List.of("--unitSize=16KB", "--settle=0ms", "--pollInterval=100ms", "--progress=none");

  @Rule public final Tailrace tailrace = new Tailrace();

  private Delivery delivery;

  @Before
  public void beginDelivery() {
    delivery = new Delivery(tailrace);
  }

  @Test
  public void theSampleDeliveryWithTheDatabaseInTheDriver() throws Exception {
    TailraceProcess run = submit();
    Tailrace.awaitWatching(run);
    delivery.samples(0, 2);
    delivery.awaitVolume(run, "s1,379.4", "s2,920.0");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5"), delivery.severe());
    delivery.samples(2, 4);
    delivery.awaitVolume(run, "s1,199.7", "s2,519.9");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), delivery.severe());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
  }

  @Alone
  @Test
  public void thePlainBeamPipelineAsAJob() throws Exception {
    TailraceProcess run = submit("--reader=textio");
    Tailrace.awaitWatching(run);
    delivery.toTextReader(run);
  }

  @Test
  public void availableNow() throws Exception {
    delivery.samples(0, 4);
    TailraceProcess run = submit("--trigger=availableNow");
    run.requireExit(0, Tailrace.PATIENCE);
    assertThat(run.out(), containsString("| s1       |     199.7 |"));
    assertThat(run.out(), containsString("| s2       |     519.9 |"));
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), delivery.severe());
  }

  @Test
  public void aLargeReportIsMergedByBothExecutors() throws Exception {
    ManyServers servers = ManyServers.deliverTo(tailrace);
    Path events = Files.createDirectory(tailrace.root().resolve("events"));
    // The work begins when both executors are there: each Worker has a core for one.
    List<String> sparkOptions =
        List.of(
            "--total-executor-cores=2",
            "--conf=spark.scheduler.minRegisteredResourcesRatio=1",
            "--conf=spark.eventLog.enabled=true",
            "--conf=spark.eventLog.dir=" + events.toUri());
    TailraceProcess run = submit(sparkOptions, servers.command());
    run.requireExit(0, Tailrace.PATIENCE);
    servers.requireMergedByTwo(unitsAdded(events));
    Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> executor().isEmpty());
  }

  @Test
  public void anExecutorIsLost() throws Exception {
    String reports = POSTGRES.newDatabase();
    delivery.mixed(30);
    TailraceProcess run = submit("--reportUrl=" + reports);
    delivery.awaitBusy(run);
    LocalCluster.kill(executor().orElseThrow());
    delivery.mixed(10);
    delivery.awaitReport(run, reports);
    requireExact(run, reports);
  }

  @Test
  public void anExecutorIsLostWhileATopicIsRead() throws Exception {
    SwordTopic swords = SwordTopic.make(KAFKA, "lost");
    List<String> command = new ArrayList<>(swords.command(tailrace));
    command.addAll(List.of("--landEvery=0s", "--pollInterval=100ms"));
    TailraceProcess run = submit(command);
    OutputFolder output = new OutputFolder(tailrace.output());
    Tailrace.await(run)
        .until(
            () -> {
              swords.send(100);
              return output.receipts() >= 8;
            });
    LocalCluster.kill(executor().orElseThrow());
    swords.send(1_000);
    Tailrace.await(run).until(() -> output.records() == swords.sent());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    swords.requireExact(tailrace);
    Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> executor().isEmpty());
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
    delivery.mixed(25);
    TailraceProcess first = submit(all);
    delivery.awaitBusy(first);
    first.kill();
    delivery.mixed(5);
    TailraceProcess second = submit(all);
    delivery.awaitReport(second, reports);
    requireExact(second, reports);
  }

  // What is done

  private TailraceProcess submit(String... options) throws IOException {
    List<String> command =
        new ArrayList<>(
            List.of("server-logs", "--input=" + tailrace.input(), "--output=" + tailrace.output()));
    command.addAll(SMALL_UNITS);
    command.addAll(List.of(options));
    return submit(command);
  }

  private TailraceProcess submit(List<String> command) throws IOException {
    return submit(List.of(), command);
  }

  private TailraceProcess submit(List<String> sparkOptions, List<String> command)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of("submit", "--master", CLUSTER.address(), "--executor-memory", "512m"));
    arguments.addAll(sparkOptions);
    arguments.add(TailraceProcess.clusterJar().toString());
    arguments.addAll(command);
    return tailrace.startCommand(CLUSTER.command(arguments.toArray(String[]::new)));
  }

  /** A process that does the work: a child of a Worker. */
  private static Optional<ProcessHandle> executor() {
    return CLUSTER.running("Worker").stream()
        .flatMap(ProcessHandle::descendants)
        .filter(
            child -> child.info().commandLine().orElse("").contains("CoarseGrainedExecutorBackend"))
        .findFirst();
  }

  /**
   * How many units each executor has added to parts of reports: Spark's event log has what each
   * task has added to the counters of Beam.
   */
  private static Map<String, Long> unitsAdded(Path events) throws IOException {
    Map<String, Long> added = new HashMap<>();
    for (String line : Files.readAllLines(onlyFile(events))) {
      JsonNode event = JSON.readTree(line);
      if (!event.get("Event").asText().equals("SparkListenerTaskEnd")) {
        continue;
      }
      JsonNode task = event.get("Task Info");
      for (JsonNode accumulable : task.get("Accumulables")) {
        Matcher units = UNITS_ADDED.matcher(accumulable.path("Update").asText());
        if (units.find()) {
          added.merge(task.get("Executor ID").asText(), Long.parseLong(units.group(1)), Long::sum);
        }
      }
    }
    return added;
  }

  private static Path onlyFile(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      List<Path> found =
          files.filter(file -> !file.getFileName().toString().startsWith(".")).toList();
      assertEquals(found.toString(), 1, found.size());
      return found.get(0);
    }
  }

  private void requireExact(TailraceProcess run, String reports) throws Exception {
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    delivery.requireExact(reports);
    Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> executor().isEmpty());
  }
}
