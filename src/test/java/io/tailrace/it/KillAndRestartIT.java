package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.tailrace.alert.Alert;
import io.tailrace.ledger.SplitReports;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.Rule;
import org.junit.Test;

/**
 * A run is killed with kill -9, again and again, and started again with the same output: in the end
 * all is as if nothing had happened. Half of the kills find reports of one part, the others of
 * sixteen.
 */
public final class KillAndRestartIT {

  /** Each moment comes once or more; the simulation has the many. */
  private static final int KILLS = 10;

  private static final int KILLS_OF_ACCESS_LOG = 7;
  private static final int KILLS_OF_SQL = 10;
  private static final int PARTS = 16;
  private static final int KILLS_OF_TRACKER = 8;
  private static final int KILLS_OF_CLEANING = 6;

  /** The exit code of a process that a SIGKILL has ended: 128 and the signal's number. */
  private static final int KILLED = 137;

  private static final int MOST_RUNS_A_KILL = 3;
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

  private static final String DEAD_LETTERS =
      "SELECT * FROM dead_letters ORDER BY source, line, \"offset\", reason, raw";

  private static final String ALERTS =
      "SELECT rule, host, state, windowStart, windowEnd, requests, counted, percent, late FROM alerts"
          + " ORDER BY ALL";

  private static final String SQL_ALERTS =
      "SELECT alert, view, state, key['service'] AS \"key.service\", bucketStart, bucketEnd,"
          + " measures['events'] AS \"measures.events\", measures['cost'] AS \"measures.cost\", late"
          + " FROM alerts ORDER BY ALL";

  private static final List<String> SQL_ALERT_COLUMNS =
      List.of(
          "alert",
          "view",
          "state",
          "key.service",
          "bucketStart",
          "bucketEnd",
          "measures.events",
          "measures.cost",
          "late");

  private static final List<String> ALERT_COLUMNS =
      List.of(
          "rule",
          "host",
          "state",
          "windowStart",
          "windowEnd",
          "requests",
          "counted",
          "percent",
          "late");

  /** One in seven requests fails: often enough there are more. */
  private static final List<String> ALERT_OPTIONS =
      List.of(
          "--alert=5xx > 16% over 1m",
          "--alert=500 > 20% over 10s by host", "--allowedLateness=2m");

  private static final String TRACKED = "heartbeat_tracker";

  @Rule public final Tailrace tailrace = new Tailrace();
  @Rule public final LocalRedis redis = new LocalRedis();

  private final Random random = new Random(SEED);
  private Subject subject;
  private OutputFolder output;
  private Path archive;
  private int files;

  /** Gives the name or the content of the file with a number. */
  @FunctionalInterface
  private interface Numbered<T> {
    T of(int number) throws IOException;
  }

  /**
   * What is killed.
   *
   * @param pipeline its name
   * @param options its own options
   * @param triggers those with which it is killed
   * @param name the name of a file of its input
   * @param content the content of that
   * @param queries what is asked of its results
   */
  private record Subject(
      String pipeline,
      List<String> options,
      List<String> triggers,
      Numbered<String> name,
      Numbered<byte[]> content,
      List<String> queries) {

    String[] arguments(String... more) {
      return Stream.of(Stream.of(SMALL_UNITS), options.stream(), Stream.of(more))
          .flatMap(some -> some)
          .toArray(String[]::new);
    }
  }

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
    HAS_RAISED_ALERTS {
      @Override
      boolean isNow(Attempt attempt) throws IOException {
        return attempt.output.logFiles(Alert.LOG_NAME).size() > attempt.alertFilesBefore;
      }
    },
    HAS_ADDED_VERSIONS {
      @Override
      boolean isNow(Attempt attempt) throws IOException {
        return attempt.output.versions(TRACKED) >= attempt.versionsBefore + attempt.receipts / 3;
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
   * @param alertFilesBefore the files of the log of alerts that there were when it began
   * @param versionsBefore the versions of the Delta table that there were when it began
   * @param startUpMillis how old it gets, if it is to be killed while it starts
   * @param receipts how many receipts it writes before it is killed, otherwise
   */
  private record Attempt(
      TailraceProcess run,
      OutputFolder output,
      int plansBefore,
      int receiptsBefore,
      int alertFilesBefore,
      int versionsBefore,
      int startUpMillis,
      int receipts) {}

  @Test
  public void killedAtAnyMomentItEndsAsIfUndisturbed() throws Exception {
    subject =
        new Subject(
            "server-logs",
            List.of(),
            List.of("continuous", "availableNow"),
            MixedLogs::name,
            MixedLogs::content,
            List.of(
                "SELECT * FROM volume ORDER BY serverID",
                "SELECT * FROM sev0 ORDER BY timestamp, serverID",
                DEAD_LETTERS));
    OutputFolder.Total total = requireAsUndisturbed(killAndRestart(KILLS));
    assertEquals(MixedLogs.lines(files), total.records() + total.deadLetters());
  }

  /** Windows have their end at the end of a run that takes what is there: none of those here. */
  @Test
  public void killedAtAnyMomentItRaisesTheAlertsOfAnUndisturbedRun() throws Exception {
    Tailrace.requireDirectRunner();
    MixedAccessLogs logs =
        MixedAccessLogs.in(
            tailrace.root().resolve("made"),
            FILES_BEFORE_THE_FIRST_RUN
                + MOST_RUNS_A_KILL * KILLS_OF_ACCESS_LOG * (FILES_BEFORE_EACH_RUN + 1));
    subject =
        new Subject(
            "access-log",
            Stream.concat(ALERT_OPTIONS.stream(), Stream.of("--notify=" + redis.url("alerts")))
                .toList(),
            List.of("continuous"),
            logs::name,
            logs::content,
            List.of(
                "SELECT * FROM status_counts ORDER BY status",
                "SELECT * FROM traffic_by_host ORDER BY host",
                "SELECT * FROM traffic_by_endpoint ORDER BY endpoint",
                ALERTS,
                DEAD_LETTERS));
    TailraceProcess last = killAndRestart(KILLS_OF_ACCESS_LOG);
    List<String> told = told(ALERT_COLUMNS);
    OutputFolder.Total total = requireAsUndisturbed(last);
    assertEquals(MixedAccessLogs.lines(files), total.records() + total.deadLetters());
    List<String> alerts = tailrace.query(ALERTS);
    assertThat(alerts, hasItem(containsString("resolved")));
    assertThat(alerts, hasItem(endsWith("true")));
    assertSameRows(redis.url("alerts"), alerts.stream().skip(1).sorted().toList(), told);
  }

  /** Every file of its own, and those of one poll together. */
  @Test
  public void killedAtAnyMomentItsTableHasEachRecordOnce() throws Exception {
    Tailrace.requireDirectRunner();
    subject =
        new Subject(
            "tracker",
            List.of("--refresh=50ms"),
            List.of("continuous", "availableNow"),
            MixedReadings::name,
            MixedReadings::content,
            List.of(
                "SELECT device_id, mrn, time, heartrate, _rescued, \"note-0\", \"note-1\","
                    + " \"note-2\" FROM heartbeat_tracker ORDER BY ALL",
                "SELECT * FROM device_counts ORDER BY device_id",
                "SELECT * FROM recordings ORDER BY device_id",
                DEAD_LETTERS));
    OutputFolder.Total total = requireAsUndisturbed(killAndRestart(KILLS_OF_TRACKER));
    assertEquals(MixedReadings.records(files), total.records() + total.deadLetters());
    output.readVersions(TRACKED, total.records());
  }

  /**
   * Reports with all kinds of measures, keys that can be NULL, one that drops rows and has alerts,
   * and a log.
   */
  @Test
  public void killedAtAnyMomentAPipelineOfSqlEndsAsIfUndisturbed() throws Exception {
    subject =
        new Subject(
            "run",
            List.of(
                MixedEvents.pipeline(tailrace.root()).toString(),
                "--notify=" + redis.url("alerts")),
            List.of("continuous", "availableNow"),
            MixedEvents::name,
            MixedEvents::content,
            List.of(
                "SELECT * FROM per_service ORDER BY ALL",
                "SELECT * FROM per_hour ORDER BY hour",
                "SELECT * FROM last_hours ORDER BY ALL",
                "SELECT * FROM sev0 ORDER BY ALL",
                SQL_ALERTS,
                DEAD_LETTERS));
    TailraceProcess last = killAndRestart(KILLS_OF_SQL);
    List<String> told = told(SQL_ALERT_COLUMNS);
    OutputFolder.Total total = requireAsUndisturbed(last);
    assertEquals(MixedEvents.lines(files), total.records() + total.deadLetters());
    List<String> alerts = tailrace.query(SQL_ALERTS);
    assertThat(alerts, hasItem(containsString("busy,last_hours,resolved")));
    assertThat(alerts, hasItem(containsString("busy_for_long,last_hours,raised")));
    assertSameRows(redis.url("alerts"), alerts.stream().skip(1).sorted().toList(), told);
  }

  @Test
  public void killedAtAnyMomentItMovesEachFileThatWasReadOnceAndWhole() throws Exception {
    Tailrace.requireDirectRunner();
    Path moved = tailrace.root().resolve("moved");
    subject =
        new Subject(
            "server-logs",
            List.of("--cleanSource=move:" + moved, "--cleanAfter=0s"),
            List.of("continuous", "availableNow"),
            MixedLogs::name,
            MixedLogs::content,
            List.of("SELECT * FROM volume ORDER BY serverID", DEAD_LETTERS));
    TailraceProcess last = killAndRestart(KILLS_OF_CLEANING);
    assertEquals(Set.of(), names(tailrace.input()));
    Set<String> byRuns = names(moved);
    assertThat(byRuns, not(empty()));
    for (String name : byRuns) {
      Files.move(moved.resolve(name), archive.resolve(name));
    }
    OutputFolder.Total total = requireAsUndisturbed(last);
    assertEquals(MixedLogs.lines(files), total.records() + total.deadLetters());
    assertEquals(files, names(moved).size());
    for (int file = 0; file < files; file++) {
      assertArrayEquals(
          MixedLogs.content(file), Files.readAllBytes(moved.resolve(MixedLogs.name(file))));
    }
  }

  private static Set<String> names(Path folder) throws IOException {
    try (Stream<Path> names = Files.list(folder)) {
      return names.map(file -> file.getFileName().toString()).collect(Collectors.toSet());
    }
  }

  /** What Redis was told of alerts, like rows of a query. */
  private List<String> told(List<String> columns) {
    return redis.entries("alerts").stream()
        .map(
            alert ->
                columns.stream()
                    .map(column -> alert.getOrDefault(column, ""))
                    .collect(Collectors.joining(",")))
        .sorted()
        .toList();
  }

  /** Kills and restarts the subject; gives the run that reads the rest. */
  private TailraceProcess killAndRestart(int killsWanted) throws Exception {
    output = new OutputFolder(tailrace.output());
    archive = Files.createDirectory(tailrace.root().resolve("archive"));
    deliverFiles(FILES_BEFORE_THE_FIRST_RUN);
    Map<Path, OutputFolder.Stamp> finished = Map.of();
    int kills = 0;
    for (int runs = 0; kills < killsWanted; runs++) {
      assertTrue("too many runs end before they are killed", runs < MOST_RUNS_A_KILL * killsWanted);
      deliverFiles(FILES_BEFORE_EACH_RUN);
      if (killAt(Moment.values()[runs % Moment.values().length])) {
        kills++;
        if (kills == killsWanted / 2) {
          SplitReports.of(new Folder(tailrace.output().toString()), PARTS);
        }
      }
      output.readLogs();
      finished = requireUnchanged(finished);
      archiveSomeReadFiles();
    }

    TailraceProcess last =
        tailrace.runPipelineToEnd(subject.pipeline, tailrace.output(), subject.arguments());
    requireUnchanged(finished);
    return last;
  }

  /** Reads all again to another output; gives what the receipts of both say. */
  private OutputFolder.Total requireAsUndisturbed(TailraceProcess last) throws Exception {
    bringArchivedFilesBack();
    Path undisturbed = tailrace.root().resolve("undisturbed");
    assertEquals(
        tailrace.runPipelineToEnd(subject.pipeline, undisturbed, subject.arguments()).out(),
        last.out());
    for (String sql : subject.queries) {
      assertSameRows(sql, tailrace.query(undisturbed, sql), tailrace.query(sql));
    }
    OutputFolder.Total total = output.total();
    assertEquals(new OutputFolder(undisturbed).total(), total);
    return total;
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
        subject.triggers.get(
            moment == Moment.IS_IDLE ? 0 : random.nextInt(subject.triggers.size()));
    int plansBefore = output.plans();
    int receiptsBefore = output.receipts();
    int alertFilesBefore = output.logFiles(Alert.LOG_NAME).size();
    int versionsBefore = output.versions(TRACKED);
    TailraceProcess run =
        tailrace.startPipeline(
            subject.pipeline, tailrace.output(), subject.arguments("--trigger=" + trigger));
    Attempt attempt =
        new Attempt(
            run,
            output,
            plansBefore,
            receiptsBefore,
            alertFilesBefore,
            versionsBefore,
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
      tailrace.deliver(subject.name.of(files), subject.content.of(files));
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
