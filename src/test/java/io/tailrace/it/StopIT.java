package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assume.assumeTrue;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.Rule;
import org.junit.Test;

/** How a run ends: by itself when all is read, or because it was asked to. */
public final class StopIT {

  private static final int BACKLOG_FILES = 200;
  private static final int BACKLOG_LINES_A_FILE = 5_000;
  private static final long BACKLOG_LINES = (long) BACKLOG_FILES * BACKLOG_LINES_A_FILE;
  private static final int SERVERS = 5;
  private static final int SEED = 1;
  private static final int RECEIPTS_OF_A_BUSY_RUN = 20;

  private static final String COUNTS =
      "SELECT (SELECT sum(records) FROM volume) AS records,"
          + " (SELECT sum(sev0) FROM volume) AS sev0InReport,"
          + " (SELECT count(*) FROM sev0) AS sev0InLog";

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void availableNowPrintsTheReportAndEnds() throws Exception {
    deliverSamples();
    TailraceProcess run = tailrace.runToEnd(tailrace.output());
    assertEquals(
        List.of(
            "volume",
            "+----------+-----------+------+------+------+----------------+---------------+---------+",
            "| serverID | avgVolume | sev0 | sev1 | sev2 | firstTimestamp | lastTimestamp | records"
                + " |",
            "+----------+-----------+------+------+------+----------------+---------------+---------+",
            "| s1       |     199.7 |    3 |  100 | 1997 |              1 |            10 |    2100"
                + " |",
            "| s2       |     519.9 |    1 |  800 | 5199 |              1 |            10 |    6000"
                + " |",
            "+----------+-----------+------+------+------+----------------+---------------+---------+",
            "(2 rows)"),
        run.out().lines().toList());
    assertThat(
        run.err(), containsString("Reports: in the ledger; ask for them with bin/tailrace query"));
    assertIsOver();
  }

  @Test
  public void availableNowWithoutFilesPrintsTheEmptyReport() throws Exception {
    TailraceProcess run = tailrace.runToEnd(tailrace.output());
    assertThat(run.out(), containsString("(0 rows)"));
    assertIsOver();
  }

  @Test
  public void sigtermEndsAnIdleRun() throws Exception {
    deliverSamples();
    TailraceProcess run = tailrace.startWatching();
    Tailrace.await(run).until(() -> outputFolder().total().records() == 8_100);
    run.terminate();
    assertEndsWell(run);
    assertEquals(
        List.of("serverID,avgVolume", "s1,199.7", "s2,519.9"),
        tailrace.query("SELECT serverID, avgVolume FROM volume ORDER BY serverID"));
    assertEquals(
        List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"),
        tailrace.query("SELECT * FROM sev0 ORDER BY timestamp, serverID"));
  }

  @Test
  public void sigtermEndsARunBeforeAnythingHasArrived() throws Exception {
    TailraceProcess run = tailrace.startWatching();
    run.terminate();
    assertEndsWell(run);
  }

  @Test
  public void sigintEndsARun() throws Exception {
    assumeTrue("a JVM that began in the background ignores it", interruptsAreNotIgnored());
    deliverSamples();
    TailraceProcess run = tailrace.startWatching();
    Tailrace.await(run).until(() -> outputFolder().total().records() == 8_100);
    Process interrupt = new ProcessBuilder("kill", "-INT", String.valueOf(run.pid())).start();
    assertEquals(0, interrupt.waitFor());
    assertEndsWell(run);
  }

  @Test
  public void sigtermEndsABusyRunAndTheNextOneReadsTheRest() throws Exception {
    ServerLogGenerator.write(
        tailrace.input(),
        BACKLOG_FILES,
        BACKLOG_LINES_A_FILE,
        SERVERS,
        ServerLogGenerator.Share.USUAL,
        SEED);
    TailraceProcess run = tailrace.startWatching("--unitSize=16KB");
    Tailrace.await(run).until(() -> outputFolder().receipts() >= RECEIPTS_OF_A_BUSY_RUN);
    run.terminate();
    assertEndsWell(run);

    // All that was read is written, and it has left what it had not begun.
    OutputFolder.Total read = outputFolder().total();
    assertThat(read.units(), greaterThan(0));
    assertThat(read.units(), lessThan(outputFolder().units().size()));
    assertFalse("rows of a unit without a receipt", outputFolder().isCommitting());
    assertFalse("half a unit", outputFolder().isReading());
    assertEquals(counts(read), tailrace.query(COUNTS));

    tailrace.runToEnd(tailrace.output(), "--unitSize=16KB");
    OutputFolder.Total all = outputFolder().total();
    assertEquals(BACKLOG_LINES, all.records());
    assertEquals(outputFolder().units().size(), all.units());
    assertEquals(counts(all), tailrace.query(COUNTS));
  }

  @Test
  public void stopEndsTheRunThatStatusTellsOf() throws Exception {
    deliverSamples();
    TailraceProcess run = tailrace.startWatching();
    Tailrace.await(run).until(() -> outputFolder().total().records() == 8_100);
    String status = said("status", "--output=" + tailrace.output());
    assertThat(status, containsString("server-logs on "));
    assertThat(status, containsString(", process " + run.pid() + ", since "));
    assertThat(status, containsString("  input     " + tailrace.input() + "\n"));
    assertThat(status, containsString("8,100 records"));
    assertThat(said("status"), is(status));

    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (OutputStream out = new GZIPOutputStream(packed)) {
      out.write("s3,2,7\n".getBytes(StandardCharsets.UTF_8));
    }
    Path file = tailrace.input().resolve("damaged.csv.gz");
    Files.write(file, Arrays.copyOf(packed.toByteArray(), packed.size() / 2));
    Tailrace.await(run).until(() -> said("status").contains("damaged.csv.gz could not be read"));
    assertThat(said("status", "--json"), containsString(",\"lastError\":{\"at\":\"20"));
    Files.write(file, packed.toByteArray());
    Tailrace.await(run).until(() -> said("status").contains(" (over since 20"));
    Tailrace.await(run).until(() -> outputFolder().total().records() == 8_101);

    assertThat(
        said("stop", "--output=" + tailrace.output()),
        is("stopping server-logs (process " + run.pid() + ")\nstopped\n"));
    run.requireExit(0, Tailrace.PATIENCE);
    assertIsOver();
    assertThat(said("status"), is("no active runs\n"));
    assertThat(said("status", "--json", "--output=" + tailrace.output()), is("[]\n"));
    assertThat(
        said("stop", "--output=" + tailrace.output()),
        is("no active run writes " + tailrace.output() + "\n"));
  }

  private String said(String... command) throws IOException, InterruptedException {
    TailraceProcess process = tailrace.start(command);
    process.requireExit(0, Tailrace.PATIENCE);
    return process.out();
  }

  private OutputFolder outputFolder() {
    return new OutputFolder(tailrace.output());
  }

  private void deliverSamples() throws IOException {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES) {
      sample.deliverTo(new Folder(tailrace.input().toString()));
    }
  }

  private static List<String> counts(OutputFolder.Total total) {
    return List.of(
        "records,sev0InReport,sev0InLog",
        String.format("%d,%d,%d", total.records(), total.sev0(), total.sev0()));
  }

  private void assertEndsWell(TailraceProcess run) throws IOException, InterruptedException {
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(run.err(), not(containsString("Exception")));
    assertThat(run.err(), not(containsString("\tat ")));
    assertIsOver();
  }

  /** Nobody is sent to a database that is gone. */
  private void assertIsOver() {
    Path note = tailrace.output().resolve("_ledger/run.json");
    assertFalse(note + " is left", Files.exists(note));
  }

  /** A child inherits it. */
  private static boolean interruptsAreNotIgnored() throws IOException {
    Path status = Path.of("/proc/self/status");
    if (!Files.exists(status)) {
      return false;
    }
    String ignored =
        Files.readAllLines(status).stream()
            .filter(line -> line.startsWith("SigIgn:"))
            .findFirst()
            .orElseThrow()
            .substring("SigIgn:".length())
            .trim();
    int interrupt = 2;
    return (Long.parseUnsignedLong(ignored, 16) >> (interrupt - 1) & 1) == 0;
  }
}
