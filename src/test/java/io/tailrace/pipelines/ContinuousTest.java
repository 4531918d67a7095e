package io.tailrace.pipelines;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;
import static org.junit.Assume.assumeThat;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.options.UsageException;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** The report turns while files arrive, with either reader. */
public final class ContinuousTest {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final LogPipeline pipeline = Pipelines.SERVER_LOGS;
  private Path input;

  @Before
  public void makeFolder() throws IOException {
    input = folder.newFolder("input").toPath();
  }

  @Test
  public void theReportTurnsWhenFilesArrive() throws Exception {
    watchTheSampleDelivery("units");
  }

  @Test
  public void soItDoesWithTextIo() throws Exception {
    assumeThat("TextReaderIT has the same delivery on Spark", TestRun.RUNNER, is(not("spark")));
    watchTheSampleDelivery("textio");
  }

  @Test
  public void withTextIoNothingThatWasReadIsLostWhenTheRunIsStopped() throws Exception {
    try (PipelineRun run = start("textio")) {
      deliver(0, 2);
      awaitVolumes(run, Map.of("s1", 379.4, "s2", 920.0));
      Files.writeString(input.resolve("last.csv"), "s3,0,7\nnonsense\n");
      await().atMost(PATIENCE).until(() -> volumes(run).containsKey("s3"));
      end(run);
    }
    assertThat(severe(), contains("s1|5", "s1|5", "s1|5", "s3|7"));
    assertThat(
        TestRun.ask(pipeline, output(), "SELECT reason, raw FROM dead_letters"),
        contains("1 field, 3 expected|nonsense"));
  }

  @Test
  public void soItDoesWithOnePipelineWithoutEnd() throws Exception {
    assumeThat(TestRun.RUNNER, is(not("spark")));
    watchTheSampleDelivery("units", "--watch=stream");
  }

  @Test
  public void whatTheRunnerCannotDoIsRefusedBeforeAnythingIsTouched() {
    assumeThat(TestRun.RUNNER, is("spark"));
    UsageException text = assertThrows(UsageException.class, () -> start("textio", "--refresh=1m"));
    assertThat(text.getMessage(), containsString("--refresh: "));
    UsageException stream =
        assertThrows(UsageException.class, () -> start("units", "--watch=stream"));
    assertThat(stream.getMessage(), containsString("use --watch=rounds"));
    assertThat(Files.exists(folder.getRoot().toPath().resolve("output")), is(false));
  }

  @Test
  public void aSecondRunOnTheOutputIsRefusedAndTheFirstGoesOn() throws Exception {
    try (PipelineRun run = start("units")) {
      UsageException refusal = assertThrows(UsageException.class, () -> start("units"));
      assertThat(refusal.getMessage(), containsString("another run (process "));
      deliver(0, 2);
      awaitVolumes(run, Map.of("s1", 379.4, "s2", 920.0));
      end(run);
    }
    try (PipelineRun next = start("units")) {
      awaitVolumes(next, Map.of("s1", 379.4, "s2", 920.0));
      end(next);
    }
  }

  @Test
  public void anOutputBelongsToOneReader() throws Exception {
    try (PipelineRun run = start("units")) {
      end(run);
    }
    UsageException refusal =
        assertThrows(UsageException.class, () -> start("textio", "--trigger=availableNow"));
    assertThat(refusal.getMessage(), containsString("--reader=textio keeps no ledger"));
  }

  @Test
  public void resultsThatCannotBeWrittenAreWaitedForAndNothingIsDoubled() throws Exception {
    Path output = folder.newFolder("output").toPath();
    Path inTheWay = Files.createDirectories(output.resolve("_ledger")).resolve("receipts");
    Files.createFile(inTheWay);
    try (PipelineRun run = start("units")) {
      deliver(0, 2);
      // The rows are in place: what comes next is the receipt, which cannot be written.
      await().atMost(PATIENCE).until(() -> Files.exists(output.resolve("sev0")));
      assertThat(volumes(run), is(Map.of()));
      Files.delete(inTheWay);
      awaitVolumes(run, Map.of("s1", 379.4, "s2", 920.0));
      end(run);
    }
    assertThat(TestRun.of(input, output).sev0(), contains("s1|5", "s1|5", "s1|5"));
  }

  private void watchTheSampleDelivery(String reader, String... more) throws Exception {
    try (PipelineRun run = start(reader, more)) {
      assertThat(volumes(run), is(Map.of()));
      deliver(0, 2);
      awaitVolumes(run, Map.of("s1", 379.4, "s2", 920.0));
      awaitSevere(run, "s1|5", "s1|5", "s1|5");
      deliver(2, 4);
      awaitVolumes(run, Map.of("s1", 199.7, "s2", 519.9));
      awaitSevere(run, "s1|5", "s1|5", "s1|5", "s2|9");
      end(run);
    }
  }

  private PipelineRun start(String reader, String... more) throws IOException {
    return PipelineRun.start(
        pipeline,
        RunCommand.options(
            pipeline,
            Stream.concat(
                    Stream.of(
                        "--input=" + input,
                        "--output=" + output(),
                        "--reader=" + reader,
                        "--progress=none",
                        "--pollInterval=50ms",
                        "--settle=0ms",
                        "--refresh=50ms"),
                    Stream.of(more))
                .toList()));
  }

  private static void end(PipelineRun run) throws Exception {
    run.requestStop();
    run.awaitEnd();
  }

  private void deliver(int from, int to) throws IOException {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES.subList(from, to)) {
      sample.deliverTo(new Folder(input.toString()));
    }
  }

  private static void awaitVolumes(PipelineRun run, Map<String, Double> expected) {
    await()
        .failFast("the run has ended", run::hasEnded)
        .atMost(PATIENCE)
        .until(() -> volumes(run), is(expected));
  }

  /** The log, while the pipeline runs. */
  private void awaitSevere(PipelineRun run, String... rows) {
    await()
        .failFast("the run has ended", run::hasEnded)
        .atMost(PATIENCE)
        .until(this::severe, contains(rows));
  }

  private List<String> severe() throws IOException, SQLException {
    return TestRun.ask(pipeline, output(), "SELECT serverID, timestamp FROM sev0");
  }

  private Path output() {
    return folder.getRoot().toPath().resolve("output");
  }

  private static Map<String, Double> volumes(PipelineRun run) throws SQLException {
    Map<String, Double> volumes = new TreeMap<>();
    try (Connection connection = run.database().orElseThrow().open();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery("SELECT serverID, avgVolume FROM volume")) {
      while (rows.next()) {
        volumes.put(rows.getString(1), rows.getDouble(2));
      }
    }
    return volumes;
  }
}
