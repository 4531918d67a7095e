package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.report.ReportConnection;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.zip.GZIPOutputStream;
import org.junit.Rule;
import org.junit.Test;

/** Files that grow: what programs write to their logs is in the results, line by line and once. */
public final class FollowIT {

  private static final int KILLS = 3;
  private static final int MOST_ROTATIONS = 60;
  private static final int MILLIS_BETWEEN_ROTATIONS = 150;
  private static final int LATENCIES = 21;
  private static final int FILES = 1_000;
  private static final int ROUNDS = 3;
  private static final long SEED = 20_260_302;
  private static final Duration A_SECOND = Duration.ofSeconds(1);

  @Rule public final Tailrace tailrace = new Tailrace();

  /** Writes lines of severity 0 with numbers from 1 on to a log, and rotates it now and then. */
  private static final class Program {

    private final Path log;
    private final Random random = new Random(SEED);
    private int lines;
    private int rotations;
    private long rotatedAt = System.nanoTime();

    Program(Path log) {
      this.log = log;
    }

    void writeUntil(AtomicBoolean end) throws IOException, InterruptedException {
      while (!end.get()) {
        StringBuilder text = new StringBuilder();
        for (int i = random.nextInt(20); i >= 0; i--) {
          text.append("s1,0,").append(++lines).append('\n');
        }
        // In two writes: whoever looks in between finds half a line.
        int half = text.length() / 2 + 1;
        append(text.substring(0, half));
        append(text.substring(half));
        Thread.sleep(random.nextInt(20));
        boolean isDue = System.nanoTime() - rotatedAt > MILLIS_BETWEEN_ROTATIONS * 1_000_000L;
        if (isDue && rotations < MOST_ROTATIONS) {
          rotate();
        }
      }
    }

    private void rotate() throws IOException {
      rotatedAt = System.nanoTime();
      switch (random.nextInt(3)) {
        case 0 -> rename();
        case 1 -> copyAndTruncate();
        default -> pack();
      }
    }

    private void append(String text) throws IOException {
      Files.writeString(log, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }

    private Path rotated(int number, String packed) {
      return log.resolveSibling(log.getFileName() + "." + number + packed);
    }

    private void shift() throws IOException {
      rotations++;
      for (int number = rotations; number > 0; number--) {
        for (String packed : List.of("", ".gz")) {
          if (Files.exists(rotated(number, packed))) {
            Files.move(rotated(number, packed), rotated(number + 1, packed));
          }
        }
      }
    }

    private void rename() throws IOException {
      shift();
      Files.move(log, rotated(1, ""));
    }

    private void copyAndTruncate() throws IOException {
      shift();
      Files.copy(log, rotated(1, ""));
      Files.newByteChannel(log, StandardOpenOption.WRITE, StandardOpenOption.TRUNCATE_EXISTING)
          .close();
    }

    private void pack() throws IOException {
      if (Files.exists(rotated(2, ""))) {
        try (GZIPOutputStream out =
            new GZIPOutputStream(Files.newOutputStream(rotated(2, ".gz")))) {
          Files.copy(rotated(2, ""), out);
        }
        Files.delete(rotated(2, ""));
      }
    }
  }

  @Test
  public void killedWhileALogIsWrittenAndRotatedItCountsEachLineOnce() throws Exception {
    Random random = new Random(SEED);
    AtomicBoolean end = new AtomicBoolean();
    Program program = new Program(tailrace.input().resolve("server.log"));
    ExecutorService writer = Executors.newSingleThreadExecutor();
    try {
      Future<?> writing =
          writer.submit(
              () -> {
                program.writeUntil(end);
                return null;
              });
      OutputFolder output = new OutputFolder(tailrace.output());
      for (int kill = 0; kill < KILLS; kill++) {
        int before = output.receipts();
        TailraceProcess run =
            tailrace.startServerLogs("--follow", "--pollInterval=50ms", "--progress=none");
        Tailrace.await(run).until(() -> output.receipts() > before + 1);
        Thread.sleep(random.nextInt(300));
        run.kill();
      }
      end.set(true);
      writing.get();
    } finally {
      end.set(true);
      writer.shutdownNow();
    }
    tailrace.runToEnd(tailrace.output(), "--follow");
    assertEquals(
        List.of("records,firstTimestamp,lastTimestamp", program.lines + ",1," + program.lines),
        tailrace.query("SELECT records, firstTimestamp, lastTimestamp FROM volume"));
    assertEquals(
        List.of("n,timestamps", program.lines + "," + program.lines),
        tailrace.query("SELECT count(*) AS n, count(DISTINCT timestamp) AS timestamps FROM sev0"));
    assertEquals(List.of("n", "0"), tailrace.query("SELECT count(*) AS n FROM dead_letters"));
  }

  @Test
  @Alone
  public void aLineIsInTheReportWithinASecond() throws Exception {
    Tailrace.requireDirectRunner();
    Path log = tailrace.input().resolve("server.log");
    append(log, "s1,2,1\n");
    TailraceProcess run = tailrace.startWatching("--follow");
    List<Duration> latencies = new ArrayList<>();
    try (Connection connection = report().open();
        Statement statement = connection.createStatement()) {
      Tailrace.await(run).until(() -> records(statement) == 1);
      for (int line = 2; line <= LATENCIES + 1; line++) {
        int expected = line;
        long written = System.nanoTime();
        append(log, "s1,2," + line + "\n");
        Tailrace.await(run).until(() -> records(statement) == expected);
        latencies.add(Duration.ofNanos(System.nanoTime() - written));
      }
    }
    Collections.sort(latencies);
    assertThat(latencies.toString(), latencies.get(LATENCIES / 2), is(lessThanOrEqualTo(A_SECOND)));
  }

  @Test
  public void aThousandFilesThatGrowAtOnce() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess run = tailrace.startWatching("--follow");
    OutputFolder output = new OutputFolder(tailrace.output());
    for (int round = 1; round <= ROUNDS; round++) {
      for (int file = 0; file < FILES; file++) {
        append(tailrace.input().resolve("server-" + file + ".log"), "s1,2," + round + "\n");
      }
      int expected = FILES * round;
      Tailrace.await(run).until(() -> output.total().records() == expected);
    }
    assertThat(output.total().deadLetters(), is(0L));
    assertThat(output.units().size(), is(lessThanOrEqualTo(FILES / 4)));
  }

  @Test
  public void deadLettersHaveTheirLinesWhateverTheNameOfTheirFileIs() throws Exception {
    Tailrace.requireDirectRunner();
    Path log = tailrace.input().resolve("server.log");
    append(log, "s1,2,1\nbad 2\n");
    tailrace.runToEnd(tailrace.output(), "--follow");
    append(log, "s1,2,3\nbad 4\n");
    tailrace.runToEnd(tailrace.output(), "--follow");
    Files.move(log, tailrace.input().resolve("server.log.1"));
    append(tailrace.input().resolve("server.log.1"), "bad 5\n");
    append(log, "bad 1\ns1,2,2\n");
    tailrace.runToEnd(tailrace.output(), "--follow");
    append(log, "bad 3\nno line yet");
    tailrace.runToEnd(tailrace.output(), "--follow");
    String name = "replace(source, '" + tailrace.input() + "/', '')";
    assertEquals(
        List.of(
            "file,line,raw",
            "server.log,1,bad 1",
            "server.log,2,bad 2",
            "server.log,3,bad 3",
            "server.log,4,bad 4",
            "server.log.1,5,bad 5"),
        tailrace.query(
            "SELECT " + name + " AS file, line, raw FROM dead_letters ORDER BY file, line"));
  }

  @Test
  public void whatCannotBeFollowedIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    Files.writeString(tailrace.input().resolve("a.log"), "s1,2,1\n");
    Path json =
        Files.writeString(
            tailrace.root().resolve("whole.sql"),
            "CREATE EXTERNAL TABLE t (a INTEGER) TYPE json;\n"
                + "CREATE MATERIALIZED VIEW n AS SELECT a, COUNT(*) AS n FROM t GROUP BY a;\n");
    requireRefused(
        "--follow: ",
        tailrace.start(
            "run",
            json.toString(),
            "--input=" + tailrace.input(),
            "--output=" + tailrace.output(),
            "--follow"));
    requireRefused("--follow: ", tailrace.startServerLogs("--follow", "--reader=textio"));
    for (String input : List.of("s3://logs/*.log", "hdfs://127.0.0.1:1/logs/*.log")) {
      requireRefused(
          "--follow: " + input,
          tailrace.start(
              "server-logs", "--input=" + input, "--output=" + tailrace.output(), "--follow"));
    }
    tailrace.runToEnd(tailrace.output());
    requireRefused("--follow: ", tailrace.startServerLogs("--follow"));
    Path followed = tailrace.root().resolve("followed");
    tailrace.runToEnd(followed, "--follow");
    requireRefused("--follow: ", tailrace.startServerLogs(followed));
  }

  private static void requireRefused(String what, TailraceProcess run)
      throws IOException, InterruptedException {
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.err(), startsWith("tailrace: "));
    assertThat(run.err(), containsString(what));
    assertThat(run.err(), run.err().lines().count(), is(1L));
  }

  private ReportConnection report() throws IOException {
    Ledger ledger = Ledger.of(new Folder(tailrace.output().toString()));
    return RunNote.read(ledger).orElseThrow().report();
  }

  private static long records(Statement statement) throws SQLException {
    try (ResultSet rows = statement.executeQuery("SELECT records FROM volume")) {
      return rows.next() ? rows.getLong(1) : 0;
    }
  }

  private static void append(Path file, String text) throws IOException {
    Files.writeString(file, text, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }
}
