package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.Rule;
import org.junit.Test;

/**
 * A run is killed with kill -9, again and again, and started again with the same output: in the end
 * all is as if nothing had happened.
 */
public final class KillAndRestartIT {

  private static final int KILLS = 20;

  /** The exit code of a process that a SIGKILL has ended: 128 and the signal's number. */
  private static final int KILLED = 137;

  private static final int MOST_RUNS = 3 * KILLS;
  private static final int FILES_BEFORE_THE_FIRST_RUN = 12;
  private static final int FILES_BEFORE_EACH_RUN = 3;
  private static final long SEED = 20_240_229;

  /** What a JVM of ours needs to be at work, and a little more. */
  private static final int START_UP_MILLIS = 2_500;

  private static final int MOST_RECEIPTS_BEFORE_A_KILL = 6;

  /** Small, so that a file is three units and a kill has many moments to hit. */
  private static final String[] SMALL_UNITS = {
    "--unitSize=16KB", "--pollInterval=100ms", "--settle=50ms", "--progress=none"
  };

  private static final List<String> QUERIES =
      List.of(
          "SELECT * FROM volume ORDER BY serverID",
          "SELECT * FROM sev0 ORDER BY timestamp, serverID",
          "SELECT * FROM dead_letters ORDER BY source, line, \"offset\", reason, raw");

  @Rule public final Tailrace tailrace = new Tailrace();

  private final Random random = new Random(SEED);
  private OutputFolder output;
  private Path archive;
  private int files;

  /** When a run is killed. */
  private enum Moment {
    STARTING {
      @Override
      boolean isNow(Attempt attempt) {
        return attempt.run.age().toMillis() >= attempt.startUpMillis;
      }
    },
    HAS_PLANNED {
      @Override
      boolean isNow(Attempt attempt) throws IOException {
        return attempt.output.plans() > attempt.plansBefore;
      }
    },
    IS_READING {
      @Override
      boolean isNow(Attempt attempt) throws IOException {
        return HAS_RECEIPTS.isNow(attempt) && attempt.output.isReading();
      }
    },
    IS_COMMITTING {
      @Override
      boolean isNow(Attempt attempt) throws IOException {
        return HAS_RECEIPTS.isNow(attempt) && attempt.output.isCommitting();
      }
    },
    HAS_RECEIPTS {
      @Override
      boolean isNow(Attempt attempt) throws IOException {
        return attempt.output.receipts() >= attempt.receiptsBefore + attempt.receipts;
      }
    },
    IS_IDLE {
      @Override
      boolean isNow(Attempt attempt) throws IOException {
        return HAS_PLANNED.isNow(attempt)
            && attempt.output.receipts() == attempt.output.units().size();
      }
    };

    abstract boolean isNow(Attempt attempt) throws IOException;
  }

  /**
   * A run that is to be killed.
   *
   * @param plansBefore the plans that there were when it began
   * @param receiptsBefore the receipts that there were when it began
   * @param startUpMillis how old it gets, if it is to be killed while it starts
   * @param receipts how many receipts it writes before it is killed, otherwise
   */
  private record Attempt(
      TailraceProcess run,
      OutputFolder output,
      int plansBefore,
      int receiptsBefore,
      int startUpMillis,
      int receipts) {}

  @Test
  public void killedAtAnyMomentItEndsAsIfUndisturbed() throws Exception {
    output = new OutputFolder(tailrace.output());
    archive = Files.createDirectory(tailrace.root().resolve("archive"));
    deliverFiles(FILES_BEFORE_THE_FIRST_RUN);
    Map<Path, OutputFolder.Stamp> finished = Map.of();
    int kills = 0;
    for (int runs = 0; kills < KILLS; runs++) {
      assertTrue("too many runs end before they are killed", runs < MOST_RUNS);
      deliverFiles(FILES_BEFORE_EACH_RUN);
      if (killAt(Moment.values()[runs % Moment.values().length])) {
        kills++;
      }
      output.readLogs();
      finished = requireUnchanged(finished);
      archiveSomeReadFiles();
    }

    TailraceProcess last = tailrace.runToEnd(tailrace.output(), SMALL_UNITS);
    requireUnchanged(finished);
    bringArchivedFilesBack();
    Path undisturbed = tailrace.root().resolve("undisturbed");
    assertEquals(tailrace.runToEnd(undisturbed, SMALL_UNITS).out(), last.out());
    for (String sql : QUERIES) {
      assertSameRows(sql, tailrace.query(undisturbed, sql), tailrace.query(sql));
    }
    OutputFolder.Total total = output.total();
    assertEquals(MixedLogs.lines(files), total.records() + total.deadLetters());
    assertEquals(new OutputFolder(undisturbed).total(), total);
  }

  @Test
  public void aKilledRunLeavesWhatItHasReadToQueries() throws Exception {
    tailrace.deliver("a.csv", "s1,2,1\ns1,0,2\nnonsense\n");
    TailraceProcess run = tailrace.startWatching();
    Tailrace.await(run).until(() -> new OutputFolder(tailrace.output()).receipts() == 1);
    run.kill();

    assertEquals(
        List.of(
            "serverID,avgVolume,sev0,sev1,sev2,firstTimestamp,lastTimestamp,records",
            "s1,0.5,1,0,1,1,2,2"),
        tailrace.query("SELECT * FROM volume"));
    assertEquals(List.of("serverID,timestamp", "s1,2"), tailrace.query("SELECT * FROM sev0"));
    assertEquals(
        List.of("line,raw", "3,nonsense"), tailrace.query("SELECT line, raw FROM dead_letters"));
  }

  /** Tells whether the run still ran when its moment had come. */
  private boolean killAt(Moment moment) throws Exception {
    String trigger =
        moment == Moment.IS_IDLE || random.nextBoolean() ? "continuous" : "availableNow";
    int plansBefore = output.plans();
    int receiptsBefore = output.receipts();
    TailraceProcess run =
        tailrace.startServerLogs(
            tailrace.output(),
            Stream.concat(Stream.of(SMALL_UNITS), Stream.of("--trigger=" + trigger))
                .toArray(String[]::new));
    Attempt attempt =
        new Attempt(
            run,
            output,
            plansBefore,
            receiptsBefore,
            random.nextInt(START_UP_MILLIS),
            1 + random.nextInt(MOST_RECEIPTS_BEFORE_A_KILL));
    if (moment.compareTo(Moment.HAS_PLANNED) > 0) {
      awaitOrEnd(attempt, Moment.HAS_PLANNED);
      deliverFiles(1);
      output.readLogs();
    }
    awaitOrEnd(attempt, moment);
    run.kill();
    int exitCode = run.awaitExit(Duration.ZERO);
    assertThat(run.toString(), exitCode, anyOf(is(KILLED), is(0)));
    return exitCode == KILLED;
  }

  /** Waits for a moment; it is over when nothing is left to do, which a fast machine may reach. */
  private static void awaitOrEnd(Attempt attempt, Moment moment) {
    Awaitility.await(moment + " of " + attempt)
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(1))
        .atMost(Tailrace.PATIENCE)
        .until(
            () ->
                moment.isNow(attempt) || Moment.IS_IDLE.isNow(attempt) || !attempt.run.isRunning());
  }

  private void deliverFiles(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      tailrace.deliver(MixedLogs.name(files), MixedLogs.content(files));
      files++;
    }
  }

  /** What had a receipt is as it was: nobody has read its input again. */
  private Map<Path, OutputFolder.Stamp> requireUnchanged(Map<Path, OutputFolder.Stamp> before)
      throws IOException {
    Map<Path, OutputFolder.Stamp> now = output.finished();
    before.forEach((file, stamp) -> assertEquals(file.toString(), stamp, now.get(file)));
    return now;
  }

  /** A file whose units have receipts can go; no later run needs it. */
  private void archiveSomeReadFiles() throws IOException {
    for (Path file : output.readFiles()) {
      if (Files.exists(file) && random.nextBoolean()) {
        Files.move(file, archive.resolve(file.getFileName()));
      }
    }
  }

  private void bringArchivedFilesBack() throws IOException {
    try (Stream<Path> archived = Files.list(archive)) {
      for (Path file : archived.toList()) {
        Files.move(file, tailrace.input().resolve(file.getFileName()));
      }
    }
  }

  private static void assertSameRows(String sql, List<String> expected, List<String> actual) {
    if (!actual.equals(expected)) {
      throw new AssertionError(
          String.format(
              "%s: lost are %s, too many are %s",
              sql, withoutThose(expected, actual), withoutThose(actual, expected)));
    }
  }

  /** Rows without others, each taken away as often as it is there. */
  private static List<String> withoutThose(List<String> rows, List<String> others) {
    Map<String, Integer> left = new HashMap<>();
    others.forEach(row -> left.merge(row, 1, Integer::sum));
    return rows.stream().filter(row -> left.merge(row, -1, Integer::sum) < 0).toList();
  }
}
