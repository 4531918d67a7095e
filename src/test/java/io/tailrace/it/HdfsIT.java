package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertArrayEquals;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertTrue;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.ledger.Slice;
import io.tailrace.options.TableFormat;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.hadoop.fs.FSDataOutputStream;
import org.awaitility.Awaitility;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;

/** Input and output on HDFS. */
public final class HdfsIT {

  @ClassRule public static final LocalHdfs HDFS = new LocalHdfs();

  /** They are about twenty units. */
  private static final int FILES_OF_A_BUSY_RUN = 8;

  private static final int UNITS_OF_A_BUSY_RUN = 5;
  private static final long PATIENCE_SECONDS = Tailrace.PATIENCE.toSeconds();
  private static final int BLOCK_BYTES = 512;
  private static final int LINES_OF_BLOCKS = 200;

  /** Small units and short waits, so that there are many moments to hit. */
  private static final String[] SMALL_UNITS = {
    "--unitSize=16KB", "--pollInterval=100ms", "--settle=50ms", "--progress=none"
  };

  /** Report and log at once: a command takes its time to start. */
  private static final String VOLUME_AND_SEV0 =
      "SELECT 'volume' AS what, serverID, avgVolume AS figure FROM volume"
          + " UNION ALL SELECT 'sev0', serverID, timestamp FROM sev0 ORDER BY ALL";

  private static final String COLUMNS = "what,serverID,figure";

  @Rule public final Tailrace tailrace = new Tailrace();

  private String input;
  private String output;
  private int files;

  @Before
  public void makeFolders() throws IOException {
    String root = HDFS.uri() + "/" + tailrace.root().getFileName();
    input = root + "/input";
    output = root + "/output";
    HDFS.makeFolder(input);
  }

  // What people do

  @Test
  public void theSampleDeliveryIntoAFolderWithTheLogAsCsv() throws Exception {
    Tailrace.requireFlink();
    takeTheSampleDelivery(input, TableFormat.csv);
  }

  @Test
  public void theSampleDeliveryForAGlobWithTheLogAsParquet() throws Exception {
    takeTheSampleDelivery(input + "/*.csv", TableFormat.parquet);
  }

  @Test
  public void theSampleDeliveryWithTheLogAsADeltaTable() throws Exception {
    Tailrace.requireFlink();
    output += " of 100%+";
    TailraceProcess run = start(input, "--progress=none", "--logFormat=delta");
    Tailrace.awaitWatching(run);
    deliverSamples(0, 2);
    awaitAnswer(
        run, "sev0,s1,5.0", "sev0,s1,5.0", "sev0,s1,5.0", "volume,s1,379.4", "volume,s2,920.0");
    deliverSamples(2, 4);
    awaitAnswer(
        run,
        "sev0,s1,5.0",
        "sev0,s1,5.0",
        "sev0,s1,5.0",
        "sev0,s2,9.0",
        "volume,s1,199.7",
        "volume,s2,519.9");
    stop(run);
  }

  @Test
  public void theEventsOfATopic() throws Exception {
    Tailrace.requireFlink();
    LocalKafka.with(
        kafka -> SwordTopic.make(kafka, "events").requireExactOn(output, List.of(), tailrace));
  }

  private void takeTheSampleDelivery(String watched, TableFormat format) throws Exception {
    TailraceProcess run = start(watched, "--progress=none", "--logFormat=" + format);
    Tailrace.awaitWatching(run);
    deliverSamples(0, 2);
    awaitAnswer(
        run, "sev0,s1,5.0", "sev0,s1,5.0", "sev0,s1,5.0", "volume,s1,379.4", "volume,s2,920.0");
    deliverSamples(2, 4);
    awaitAnswer(
        run,
        "sev0,s1,5.0",
        "sev0,s1,5.0",
        "sev0,s1,5.0",
        "sev0,s2,9.0",
        "volume,s1,199.7",
        "volume,s2,519.9");
    assertThat(HDFS.names(output + "/sev0"), everyItem(endsWith("." + format)));
    stop(run);
  }

  @Test
  public void theTextbookReader() throws Exception {
    deliverSamples(0, 4);
    TailraceProcess run =
        start(input + "/", "--reader=textio", "--trigger=availableNow", "--progress=none");
    run.requireExit(0, Tailrace.PATIENCE);
    assertThat(
        run.out(),
        allOf(
            containsString("| s1       |     199.7 |"),
            containsString("| s2       |     519.9 |")));
    assertEquals(
        List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"),
        tailrace.query(output, "SELECT * FROM sev0 ORDER BY timestamp, serverID"));
    assertSaysNothingElse(run);
  }

  @Test
  public void filesOfAllNamesInFoldersOfAnyDepth() throws Exception {
    Tailrace.requireFlink();
    Set<String> names = new TreeSet<>();
    for (String folder : List.of("", "/a folder", "/a folder/of 100%/x+y", "/größe")) {
      for (String name :
          List.of(
              "a b.csv", "a+b.csv", "50%.csv", "a%20b.csv", "日本-ü.csv", "[x]{y}.csv", "#?&.csv")) {
        names.add(input + folder + "/" + name);
      }
    }
    for (String name : names) {
      HDFS.deliver(name, "s1,2,1\nnonsense\n");
    }
    // Those are not finished.
    HDFS.deliver(input + "/a folder/.hidden.csv", "s1,2,1\n");
    HDFS.deliver(input + "/_temporary/a.csv", "s1,2,1\n");

    output += " of 100%+";
    String archive = input.replaceAll("/input$", "/archive");
    TailraceProcess run =
        start(
            input + "/**",
            "--trigger=availableNow",
            "--cleanSource=move:" + archive,
            "--cleanAfter=0s");
    run.requireExit(0, Tailrace.PATIENCE);
    assertEquals(names, sources());
    for (String name : names) {
      assertFalse(name, HDFS.exists(name));
      assertTrue(name, HDFS.exists(archive + name.substring(input.length())));
    }
    assertTrue(HDFS.exists(input + "/a folder/.hidden.csv"));
    assertEquals(
        List.of("records,sources", names.size() + "," + names.size()),
        tailrace.query(
            output,
            "SELECT sum(records)::BIGINT AS records,"
                + " (SELECT count(DISTINCT source) FROM dead_letters) AS sources FROM volume"));
  }

  // Who writes while we read

  @Test
  public void aFileIsNotReadBeforeItIsClosed() throws Exception {
    Tailrace.requireFlink();
    TailraceProcess run;
    try (FSDataOutputStream out = HDFS.begin(input + "/a-open.csv", BLOCK_BYTES)) {
      out.write("s1,2,1\n".repeat(LINES_OF_BLOCKS).getBytes(StandardCharsets.US_ASCII));
      out.hflush();
      assertThat("a part is there to be seen", HDFS.length(input + "/a-open.csv"), greaterThan(0L));
      run = start(input, SMALL_UNITS);
      Tailrace.awaitWatching(run);
      HDFS.deliver(input + "/empty.csv", "");
      // When this one has settled, the ones that were begun before it would have, too.
      HDFS.deliver(input + "/closed.csv", "s2,2,1\n");
      Tailrace.await(run).until(() -> total().records() > 0);
      assertEquals(Set.of(input + "/closed.csv"), sources());
      out.write("s1,0,2\n".getBytes(StandardCharsets.US_ASCII));
    }
    Tailrace.await(run).until(() -> total().records() == 1 + LINES_OF_BLOCKS + 1);
    HDFS.append(input + "/empty.csv", "s3,2,1\n");
    Tailrace.await(run).until(() -> total().records() == 1 + LINES_OF_BLOCKS + 1 + 1);
    stop(run);
    assertEquals("nothing was read twice", 3, total().units());
  }

  // What goes wrong

  @Test
  public void stoppedAndKilledAndWithoutHdfsForAWhileItEndsAsIfUndisturbed() throws Exception {
    TailraceProcess stopped = startBusy();
    stop(stopped);
    assertFalse(
        "nobody is sent to a database that is gone", HDFS.exists(output + "/_ledger/run.json"));

    TailraceProcess killed = startBusy();
    killed.kill();

    TailraceProcess last = startBusy();
    HDFS.kill();
    Tailrace.await(last).until(() -> last.err().contains("HDFS does not answer"));
    HDFS.startAgain();
    deliverMixed(1);
    Tailrace.await(last)
        .until(() -> total().records() + total().deadLetters() >= MixedLogs.lines(files));
    last.terminate();
    last.requireExit(0, Tailrace.TIME_TO_STOP);
    requireExact();
  }

  @Test
  public void filesWaitForADataNodeWhileTheNameNodeAnswers() throws Exception {
    Tailrace.requireFlink();
    Folder folder = new Folder(output);
    Folder workshop = folder.folder("tmp");
    byte[] content = "content".getBytes(StandardCharsets.UTF_8);
    folder.write("replaced", workshop, out -> out.write(new byte[1]));
    HDFS.endDataNode();
    FutureTask<Boolean> made =
        new FutureTask<>(() -> folder.writeIfAbsent("made", workshop, content));
    FutureTask<Void> replaced =
        new FutureTask<>(
            () -> {
              folder.write("replaced", workshop, out -> out.write(content));
              return null;
            });
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true, StandardCharsets.UTF_8));
    try {
      new Thread(made, "make").start();
      new Thread(replaced, "replace").start();
      Awaitility.await()
          .until(
              () ->
                  said.toString(StandardCharsets.UTF_8)
                      .contains("HDFS finds no DataNode for a block; trying again"));
    } finally {
      System.setErr(err);
    }
    assertFalse(made.isDone() || replaced.isDone() || HDFS.exists(output + "/made"));
    HDFS.kill();
    HDFS.startAgain();
    assertTrue(made.get(PATIENCE_SECONDS, TimeUnit.SECONDS));
    replaced.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
    assertArrayEquals(content, folder.open("made").readAllBytes());
    assertArrayEquals(content, folder.open("replaced").readAllBytes());
    assertThat(HDFS.names(output + "/tmp"), empty());
  }

  /** Starts a run and waits until it has read some units more, and others not. */
  private TailraceProcess startBusy() throws IOException {
    deliverMixed(FILES_OF_A_BUSY_RUN);
    int before = total().units();
    TailraceProcess run = start(input + "/log-*", SMALL_UNITS);
    Tailrace.await(run).until(() -> total().units() >= before + UNITS_OF_A_BUSY_RUN);
    return run;
  }

  @Test
  public void whatCannotBeUsedIsRefusedAndTheFirstRunGoesOn() throws Exception {
    Tailrace.requireFlink();
    String nobody = "hdfs://127.0.0.1:" + closedPort();
    TailraceProcess noInputServer = start(nobody + "/logs");
    TailraceProcess noOutputServer =
        tailrace.start("server-logs", "--input=" + input, "--output=" + nobody + "/results");
    TailraceProcess first = start(input, "--progress=none");
    Tailrace.awaitWatching(first);
    String nowhere = input + "/nowhere";
    TailraceProcess second = start(input);
    TailraceProcess noFolder = start(nowhere);
    TailraceProcess noFolderOfAGlob = start(nowhere + "/*.csv");
    TailraceProcess stranger = startAs("stranger");

    assertThat(
        refusal(second),
        allOf(
            startsWith("tailrace: --output: another run (process " + first.pid()),
            containsString(output)));
    assertThat(
        List.of(refusal(noFolder), refusal(noFolderOfAGlob)),
        everyItem(startsWith("tailrace: --input: there is no folder " + nowhere + ";")));
    assertThat(
        refusal(stranger),
        allOf(startsWith("tailrace: --output: "), containsString("user=stranger, access=WRITE")));
    assertThat(
        refusalAfterAWait(noInputServer),
        allOf(startsWith("tailrace: --input: " + nobody), containsString("Connection refused")));
    assertThat(
        refusalAfterAWait(noOutputServer),
        allOf(startsWith("tailrace: --output: " + nobody), containsString("Connection refused")));

    HDFS.deliver(input + "/a.csv", "s1,2,1\n");
    Tailrace.await(first).until(() -> total().records() == 1);
    stop(first);
  }

  // What is done

  private TailraceProcess start(String watched, String... options) throws IOException {
    return tailrace.start(
        Stream.concat(
                Stream.of("server-logs", "--input=" + watched, "--output=" + output),
                Stream.of(options))
            .toArray(String[]::new));
  }

  private TailraceProcess startAs(String user) throws IOException {
    return tailrace.startCommand(
        List.of(
            "env",
            "HADOOP_USER_NAME=" + user,
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-jar",
            TailraceProcess.jar().toString(),
            "server-logs",
            "--input=" + input,
            "--output=" + output + "-of-" + user));
  }

  private void deliverSamples(int from, int to) throws IOException {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES.subList(from, to)) {
      HDFS.deliver(input + "/" + sample.name(), sample.text());
    }
  }

  private void deliverMixed(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      HDFS.deliver(input + "/" + MixedLogs.name(files), MixedLogs.content(files));
      files++;
    }
  }

  private void stop(TailraceProcess run) throws IOException, InterruptedException {
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertSaysNothingElse(run);
  }

  /** A port that was free a moment ago. */
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  // What comes of it

  private OutputFolder.Total total() throws IOException {
    return new OutputFolder(new Folder(output)).total();
  }

  /** The files that units were made of. */
  private Set<String> sources() throws IOException {
    return new OutputFolder(new Folder(output))
        .units().stream()
            .flatMap(unit -> unit.slices().stream())
            .map(Slice::source)
            .collect(Collectors.toCollection(TreeSet::new));
  }

  private void awaitAnswer(TailraceProcess run, String... rows) {
    List<String> expected = new ArrayList<>(List.of(COLUMNS));
    expected.addAll(List.of(rows));
    Tailrace.await(run).until(() -> tailrace.query(output, VOLUME_AND_SEV0), expected::equals);
  }

  private void requireExact() throws IOException, InterruptedException, SQLException {
    MixedLogsAnswers.of(files, input).requireIn(tailrace, output);
  }

  /** None of the libraries has anything to say to the user. */
  private static void assertSaysNothingElse(TailraceProcess run) throws IOException {
    assertThat(run.err().lines().toList(), everyItem(matchesPattern("(Reports|Page): .*")));
  }

  /** The one line with which a run is refused. */
  private static String refusal(TailraceProcess refused) throws IOException, InterruptedException {
    String line = refusalAfterAWait(refused);
    assertThat(refused.err(), refused.err().lines().toList(), hasSize(1));
    return line;
  }

  /** The last line of a run that is refused, before which it may say what it waits for. */
  private static String refusalAfterAWait(TailraceProcess refused)
      throws IOException, InterruptedException {
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(refused.out().lines().toList(), empty());
    List<String> lines = refused.err().lines().toList();
    assertThat(
        refused.err(),
        lines.subList(0, lines.size() - 1),
        everyItem(startsWith("[WARN] HDFS does not answer; trying again")));
    return lines.get(lines.size() - 1);
  }
}
