package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.junit.Assert.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.ledger.SplitReports;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.query.QueryEngine;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.RuleChain;

/**
 * The power is cut while a run works, again and again. Whatever the file system has kept, the next
 * run goes on from it: nothing that progress had counted is lost, and nothing is there twice.
 */
public final class PowerCutIT {

  private static final int CUTS = 30;

  /** Half of the cuts find the report in so many parts. */
  private static final int PARTS = 16;

  private static final int FILES_BEFORE_THE_FIRST_CUT = 4;
  private static final int MOST_FILES_A_CUT = 3;
  private static final int MOST_MILLIS_BEFORE_A_CUT = 1_000;

  /** With {@code -Dtailrace.seed=} the moments of an earlier test are drawn again. */
  private static final long SEED = Long.getLong("tailrace.seed", System.nanoTime());

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Ext4Images images = new Ext4Images();
  private final Tailrace tailrace = new Tailrace();

  /** Processes end before the file systems that they write to. */
  @Rule public final RuleChain rules = RuleChain.outerRule(images).around(tailrace);

  private final Random random = new Random(SEED);
  private final List<String> failures = new ArrayList<>();
  private MixedLogsAnswers answers;
  private int files;

  /** What progress has counted. */
  private record Counted(long records, long deadLetters) {}

  @Test
  public void aRunGoesOnFromWhatIsOnTheDisk() throws Exception {
    System.out.printf("The seed of the power cuts is %d%n", SEED);
    answers = new MixedLogsAnswers(tailrace.input().toString());
    Ext4Images.Image disk = images.create("disk");
    Path output = images.mount(disk, "disk").resolve("output");
    deliver(FILES_BEFORE_THE_FIRST_CUT);
    TailraceProcess run =
        tailrace.startServerLogs(
            output,
            "--trigger=continuous",
            "--progress=json",
            "--unitSize=16KB",
            "--pollInterval=100ms",
            "--settle=50ms",
            "--dashboard=off");
    Tailrace.await(run).until(() -> counted(run).records() > 0);

    for (int cut = 1; cut <= CUTS; cut++) {
      if (cut == CUTS / 2) {
        // While the run adds to it.
        SplitReports.of(new Folder(output.toString()), PARTS);
      }
      deliver(1 + random.nextInt(MOST_FILES_A_CUT));
      long moment =
          System.nanoTime() + Duration.ofMillis(random.nextInt(MOST_MILLIS_BEFORE_A_CUT)).toNanos();
      Tailrace.await(run).until(() -> System.nanoTime() - moment >= 0);

      signal(run, "STOP");
      Awaitility.await().atMost(Tailrace.PATIENCE).until(() -> isStopped(run));
      Counted counted = counted(run);
      Ext4Images.Image copy = images.cut(disk, "cut-" + cut);
      signal(run, "CONT");

      // Another place each time: nothing that this process remembers of a cut is true of the next.
      Path mounted = images.mount(copy, "cut-" + cut);
      inspect("cut " + cut, mounted.resolve("output"), counted);
      images.unmount(mounted);
      Files.delete(copy.file());
    }
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertEquals(
        String.format(
            "%d failures, with -Dtailrace.seed=%d:%n%s",
            failures.size(), SEED, String.join(System.lineSeparator(), failures)),
        List.of(),
        failures);
  }

  private void deliver(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      tailrace.deliver(MixedLogs.name(files), MixedLogs.content(files));
      answers.addNext();
      files++;
    }
  }

  private static void signal(TailraceProcess run, String name)
      throws IOException, InterruptedException {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(run.pid())).start();
    assertEquals(0, kill.waitFor());
  }

  /** See proc_pid_stat(5): the state follows the name, which is in brackets. */
  private static boolean isStopped(TailraceProcess run) throws IOException {
    String stat = Files.readString(Path.of("/proc/" + run.pid() + "/stat"));
    return stat.charAt(stat.lastIndexOf(')') + 2) == 'T';
  }

  /** The last complete line of progress. */
  private static Counted counted(TailraceProcess run) throws IOException {
    String err = run.err();
    Counted last = new Counted(0, 0);
    for (String line : err.substring(0, err.lastIndexOf('\n') + 1).lines().toList()) {
      if (line.startsWith("{")) {
        JsonNode progress = JSON.readTree(line);
        last = new Counted(progress.get("records").asLong(), progress.get("deadLetters").asLong());
      }
    }
    return last;
  }

  private void inspect(String cut, Path output, Counted counted) throws Exception {
    endProcesses(output);
    try {
      requireCounted(output, counted);
    } catch (AssertionError e) {
      failures.add(cut + ", before the restart: " + e.getMessage());
    }
    try {
      TestRun.run(Pipelines.SERVER_LOGS, tailrace.input(), output, "--dashboard=off");
      answers.requireIn(new Folder(output.toString()));
    } catch (AssertionError | IOException | SQLException | RuntimeException e) {
      failures.add(cut + ": " + e);
    }
  }

  /** After a power cut no process is alive that files in the ledger name. This one's is. */
  private static void endProcesses(Path output) throws IOException {
    Path ledger = output.resolve("_ledger");
    if (!Files.isDirectory(ledger)) {
      return;
    }
    try (Stream<Path> found = Files.list(ledger)) {
      for (Path file : found.toList()) {
        String name = file.getFileName().toString();
        // A note without content names nobody and stays, as the file system has left it.
        if (name.startsWith("lease-") || name.equals("run.json") && Files.size(file) > 0) {
          Files.delete(file);
        }
      }
    }
  }

  /**
   * Requires that a query answers at least what progress has counted, and nothing that was not
   * delivered, or says in one line that it cannot answer.
   */
  private void requireCounted(Path output, Counted counted) throws IOException {
    try (QueryEngine engine =
        QueryEngine.open(new Folder(output.toString()), Pipelines.SERVER_LOGS)) {
      requireBetween(
          counted.records(), number(engine, "sum(records)", "volume"), answers.records());
      requireBetween(
          counted.deadLetters(), number(engine, "count(*)", "dead_letters"), answers.deadLetters());
      requireBetween(0, number(engine, "count(*)", "sev0"), answers.severe());
    } catch (UsageException | IOException | SQLException e) {
      // The command prints the first line of this and ends with 2 or 1.
      assertThat(e.toString(), e.getMessage(), containsString(output.toString()));
    }
  }

  private static long number(QueryEngine engine, String expression, String table)
      throws IOException, SQLException {
    AtomicLong number = new AtomicLong();
    engine.query(
        "SELECT coalesce(" + expression + ", 0)::BIGINT FROM " + table,
        rows -> {
          rows.next();
          number.set(rows.getLong(1));
        });
    return number.get();
  }

  private static void requireBetween(long least, long actual, long most) {
    if (actual < least || actual > most) {
      throw new AssertionError(
          String.format("%d, not at least %d and at most %d", actual, least, most));
    }
  }
}
