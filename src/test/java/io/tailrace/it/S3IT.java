package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.anyOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.everyItem;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.matchesPattern;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.hamcrest.Matchers.stringContainsInOrder;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertTrue;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.Before;
import org.junit.ClassRule;
import org.junit.Rule;
import org.junit.Test;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.S3Object;

/** Input and output on a server that speaks S3's protocol. */
public final class S3IT {

  /** Without the other names under which the server has objects until all of them is there. */
  private static final String INPUT = "LogDataLive/*.csv";

  private static final int KILLED = 137;
  private static final int KILLS = 3;
  private static final int FILES_BEFORE_THE_FIRST_RUN = 8;
  private static final int FILES_BEFORE_EACH_RUN = 2;
  private static final int MOST_RECEIPTS_BEFORE_A_KILL = 6;
  private static final long SEED = 20_240_229;

  private static final int MANY = 10_000;
  private static final int OBJECTS_A_PAGE = 1_000;
  private static final int UPLOADS_AT_ONCE = 8;
  private static final int IDLE_POLLS = 2;

  /** The ledger of an idle run is looked at, and its lease renewed. */
  private static final int LEDGER_REQUESTS_A_POLL = 10;

  /** S3 has parts of five megabytes at least, but for the last one. */
  private static final int PART_BYTES = 5 << 20;

  private static final String SEV0 = "SELECT * FROM sev0 ORDER BY timestamp, serverID";

  /** All that an output may have in it. */
  private static final Pattern OBJECT_OF_AN_OUTPUT =
      Pattern.compile(
          "output/(_ledger/((ledger|pipeline)\\.json|lease-[0-9]{10}|runs/(run|stop|end)-[0-9]{10}\\.json"
              + "|plans/plan-[0-9]{10}\\.plan|receipts/unit-[0-9]{10}-[0-9a-f]{16}\\.receipt"
              + "|totals/volume\\.0of1\\.[0-9]{10}\\.(base|add)\\.totals"
              + "|checkpoints/checkpoint-[0-9]{10}\\.json|archive/(plans|merged)-[-0-9a-f]+\\.gz"
              + "|names/names-[-0-9a-f]+\\.seg)"
              + "|(sev0|dead_letters)/unit-[0-9]{10}-[-0-9a-f]{36}\\.(csv|parquet))");

  private static final Pattern OURS =
      Pattern.compile("(Reports: |Page: |files: |[0-9,]+ records; ).*");

  @ClassRule public static final LocalS3 S3 = new LocalS3();
  @Rule public final Tailrace tailrace = new Tailrace();

  private LocalS3.Bucket bucket;
  private OutputFolder output;

  @Before
  public void useABucketOfItsOwn() {
    bucket = S3.newBucket();
    output = new OutputFolder(new Folder(bucket.path("output")));
    tailrace.moveTo(bucket.path(INPUT), bucket.path("output"), S3.options());
  }

  // What it computes

  @Test
  public void theSampleDeliveryInTwoSteps() throws Exception {
    Delivery delivery = new Delivery(tailrace);
    TailraceProcess run = tailrace.startWatching("--logFormat=csv");
    deliverSamples(0, 2);
    delivery.awaitVolume(run, "s1,379.4", "s2,920.0");
    assertEquals(List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5"), delivery.severe());

    bucket.put("LogDataLive/bad.csv", "what, \"is\", this, line\n");
    deliverSamples(2, 4);
    delivery.awaitVolume(run, "s1,199.7", "s2,519.9");
    Tailrace.await(run).until(() -> output.total().deadLetters() == 1);
    List<String> severe = List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9");
    assertEquals(severe, delivery.severe());
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertSaysNothingButOurs(run);
    assertEquals(severe, delivery.severe());

    List<String> rows = new ArrayList<>();
    for (String key : bucket.keys("output/sev0/")) {
      List<String> lines = bucket.text(key).lines().toList();
      assertEquals(key, "serverID,timestamp", lines.get(0));
      List<String> sorted = new ArrayList<>(lines.subList(1, lines.size()));
      sorted.sort(Comparator.comparing(S3IT::timestamp).thenComparing(row -> row));
      assertEquals(key, sorted, lines.subList(1, lines.size()));
      rows.addAll(sorted);
    }
    rows.sort(Comparator.comparing(S3IT::timestamp));
    assertEquals(severe.subList(1, severe.size()), rows);
    List<String> deadLetters = bucket.keys("output/dead_letters/");
    assertThat(deadLetters, hasSize(1));
    assertThat(
        bucket.text(deadLetters.get(0)),
        startsWith(
            "source,line,offset,reason,raw,sliceOffset,sliceLine\n"
                + bucket.path("LogDataLive/bad.csv")
                + ",1,0,"));
    assertHasOnlyCompleteObjects();
  }

  private static int timestamp(String row) {
    return Integer.parseInt(row.split(",")[1]);
  }

  private void deliverSamples(int from, int to) throws IOException {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES.subList(from, to)) {
      sample.deliverTo(new Folder(bucket.path("LogDataLive")));
    }
  }

  private static void assertSaysNothingButOurs(TailraceProcess run) throws IOException {
    for (String line : run.err().lines().toList()) {
      assertTrue(run.toString(), OURS.matcher(line).matches());
    }
  }

  /** Nothing is in the bucket but the input, and an output of which no reader needs to wait. */
  private void assertHasOnlyCompleteObjects() {
    for (S3Object object :
        S3.client().listObjectsV2Paginator(request -> request.bucket(bucket.name())).contents()) {
      if (!object.key().startsWith("LogDataLive/")) {
        assertTrue(object.key(), OBJECT_OF_AN_OUTPUT.matcher(object.key()).matches());
        assertThat(object.key(), object.size(), greaterThan(0L));
      }
    }
    assertThat(bucket.keys("output/_ledger/lease-"), hasSize(1));
    assertThat(
        S3.client().listMultipartUploads(request -> request.bucket(bucket.name())).uploads(),
        empty());
  }

  @Test
  public void beamsOwnReaderGivesTheSame() throws Exception {
    deliverSamples(0, 4);
    bucket.put("LogDataLive/bad.csv", "nonsense\n");
    tailrace.moveTo(bucket.path("LogDataLive/"), bucket.path("output"), S3.options());
    TailraceProcess run =
        tailrace.runToEnd(bucket.path("output"), "--reader=textio", "--logFormat=csv");
    assertThat(
        run.out(),
        stringContainsInOrder(
            "| s1       |     199.7 |    3 |  100 | 1997 |              1 |            10 |    2100 |",
            "| s2       |     519.9 |    1 |  800 | 5199 |              1 |            10 |    6000 |",
            "(2 rows)"));
    assertSaysNothingButOurs(run);
    assertEquals(
        List.of("serverID,timestamp", "s1,5", "s1,5", "s1,5", "s2,9"), tailrace.query(SEV0));
    assertThat(
        bucket.keys("output/dead_letters/").stream().map(bucket::text).toList().toString(),
        containsString("nonsense"));
    assertThat(
        bucket.keys("output/sev0/"), everyItem(matchesPattern("output/sev0/rows-[^/]+\\.csv")));
  }

  @Test
  public void theDemonstrationShowsTheSampleDataArrive() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess demo = tailrace.start("demo", "--storage=s3");
    Tailrace.await(demo).until(() -> demo.out().contains("Ctrl-C"));
    assertThat(
        demo.out(),
        stringContainsInOrder(
            "server-logs watches s3://bucket/",
            "(0 rows)",
            "| s1       |     379.4 |    3 |  100 | 1897 |",
            "| s2       |     920.0 |    0 |  400 | 4600 |",
            "(3 rows)",
            "| s1       |     199.7 |    3 |  100 | 1997 |",
            "| s2       |     519.9 |    1 |  800 | 5199 |",
            "| s2       |         9 |",
            "(4 rows)",
            "--s3Endpoint="));
    List<ProcessHandle> servers = ProcessHandle.of(demo.pid()).orElseThrow().descendants().toList();
    assertThat(demo.toString(), servers, not(empty()));

    demo.terminate();
    demo.requireExit(0, Tailrace.TIME_TO_STOP);
    assertEquals(demo.toString(), "", withoutUploads(demo.err()));
    Awaitility.await()
        .atMost(Tailrace.TIME_TO_STOP)
        .until(() -> servers.stream().noneMatch(ProcessHandle::isAlive));
  }

  /**
   * The server has an object under another name until all of it is there; whoever lists it then
   * finds it gone. No other one does.
   */
  private static String withoutUploads(String err) {
    return err.lines()
        .filter(line -> !line.matches("\\[WARN] .*-[-0-9a-f]{36} could not be read and is .*"))
        .filter(line -> !line.matches("[0-9]+ files? could not be read; .*"))
        .collect(Collectors.joining("\n"));
  }

  // What is read

  @Test
  public void anUploadInPartsIsReadOnceItIsComplete() throws Exception {
    Tailrace.requireDirectRunner();
    S3Client client = S3.client();
    String key = "LogDataLive/parts.csv";
    String line = "s1,2,1\n";
    int lines = PART_BYTES / line.length() + 1;
    TailraceProcess run = tailrace.startWatching();
    String upload =
        client.createMultipartUpload(request -> request.bucket(bucket.name()).key(key)).uploadId();
    List<CompletedPart> parts = new ArrayList<>();
    for (String part : List.of(line.repeat(lines), "s1,2,2\n")) {
      int number = parts.size() + 1;
      String tag =
          client
              .uploadPart(
                  request ->
                      request.bucket(bucket.name()).key(key).uploadId(upload).partNumber(number),
                  RequestBody.fromString(part))
              .eTag();
      parts.add(CompletedPart.builder().partNumber(number).eTag(tag).build());
    }
    bucket.put("LogDataLive/whole.csv", "s2,2,1\n");
    Tailrace.await(run).until(() -> output.total().records() == 1);
    assertThat(output.units(), hasSize(1));
    assertThat(output.units().get(0).slices(), hasSize(1));

    client.completeMultipartUpload(
        request ->
            request
                .bucket(bucket.name())
                .key(key)
                .uploadId(upload)
                .multipartUpload(all -> all.parts(parts)));
    Tailrace.await(run).until(() -> output.total().records() == lines + 2);
    assertEquals(0, output.total().deadLetters());
  }

  @Test
  public void namesMayHaveAnyCharacters() throws Exception {
    Tailrace.requireDirectRunner();
    List<String> names =
        List.of(
            "100%.csv",
            "a b.csv",
            "a%20b.csv",
            "a+b.csv",
            "größe.csv",
            "logs/2024 & more/'x'=\"y\";#?.csv",
            "{a}[b]*.csv",
            "日本 🌊.csv");
    for (String name : names) {
      bucket.put("LogDataLive/" + name, "s1,0,1\nno record\n");
    }
    bucket.put("LogDataLive/empty.csv", "");
    for (String unread :
        List.of(
            "folder/", "logs/", "_x.csv", ".x.csv", "x.csv.tmp", "_logs/x.csv", ".logs/x.csv")) {
      bucket.put("LogDataLive/" + unread, unread.endsWith("/") ? "" : "s2,0,1\n");
    }
    tailrace.moveTo(bucket.path("LogDataLive/**"), bucket.path("output"), S3.options());
    TailraceProcess run = tailrace.runToEnd(bucket.path("output"), "--logFormat=csv");

    assertSaysNothingButOurs(run);
    assertEquals(names.size(), output.total().records());
    assertThat(
        run.err(),
        containsString(String.format("files: %d found, %<d read, 0 left", names.size())));
    List<String> sources =
        bucket.keys("output/dead_letters/").stream()
            .flatMap(key -> bucket.text(key).lines().skip(1))
            .map(S3IT::source)
            .sorted()
            .toList();
    assertEquals(
        names.stream().map(name -> bucket.path("LogDataLive/" + name)).sorted().toList(), sources);

    // Those that the first run has read are moved, too.
    bucket.put("LogDataLive/empty.csv", "s1,0,1\n");
    tailrace.runToEnd(
        bucket.path("output"),
        "--logFormat=csv",
        "--cleanSource=move:" + bucket.path("done"),
        "--cleanAfter=0s");
    assertEquals(names.size() + 1, output.total().records());
    assertEquals(
        Stream.concat(names.stream(), Stream.of("empty.csv"))
            .map(name -> "done/" + name)
            .sorted()
            .toList(),
        bucket.keys("done/").stream().sorted().toList());
    assertEquals("s1,0,1\nno record\n", bucket.text("done/a b.csv"));
    assertThat(bucket.keys("LogDataLive/"), everyItem(matchesPattern(".*/|.*/[._].*|.*\\.tmp")));
  }

  /** The first value of a row of CSV. */
  private static String source(String row) {
    return row.startsWith("\"")
        ? row.substring(1, row.indexOf("\",")).replace("\"\"", "\"")
        : row.substring(0, row.indexOf(','));
  }

  @Test
  public void theInputIsAFolderAFileOrAGlob() throws Exception {
    Tailrace.requireDirectRunner();
    for (String key :
        List.of("a.csv", "b.txt", "2024/c.csv", "2024/01/d.csv", "2024/01/deep/e.csv")) {
      String server = key.substring(key.lastIndexOf('/') + 1, key.lastIndexOf('.'));
      bucket.put("logs/" + key, server + ",2,1\n");
    }
    bucket.put("logs-of-others/x.csv", "x,2,1\n");
    bucket.put("z.csv", "z,2,1\n");
    Map<String, String> expected =
        new TreeMap<>(
            Map.of(
                "logs/", "a b",
                "logs/*.csv", "a",
                "logs/**", "a b c d e",
                "logs", "a b",
                "", "z"));
    Map<String, TailraceProcess> runs = new TreeMap<>();
    int number = 0;
    for (String input : expected.keySet()) {
      tailrace.moveTo(bucket.path(input), bucket.path("output/" + ++number), S3.options());
      runs.put(input, tailrace.startServerLogs("--trigger=availableNow", "--progress=none"));
    }
    Map<String, String> actual = new TreeMap<>();
    for (Map.Entry<String, TailraceProcess> run : runs.entrySet()) {
      run.getValue().requireExit(0, Tailrace.PATIENCE);
      actual.put(run.getKey(), servers(run.getValue()));
    }
    assertEquals(expected, actual);
  }

  /** The first column of the printed report. */
  private static String servers(TailraceProcess run) throws IOException {
    return run.out()
        .lines()
        .filter(line -> line.startsWith("| ") && !line.contains("serverID"))
        .map(line -> line.split(" +")[1])
        .collect(Collectors.joining(" "));
  }

  @Test
  public void tenThousandObjectsOfOneLine() throws Exception {
    Tailrace.requireFlink();
    ExecutorService uploads = Executors.newFixedThreadPool(UPLOADS_AT_ONCE);
    for (int number = 1; number <= MANY; number++) {
      String key = String.format("LogDataLive/file-%d.csv", number);
      String line = String.format("s1,0,%d\n", number);
      uploads.execute(() -> bucket.put(key, line));
    }
    uploads.shutdown();
    assertTrue(uploads.awaitTermination(Tailrace.PATIENCE.toSeconds(), TimeUnit.SECONDS));

    try (FlakyProxy proxy = new FlakyProxy(S3.endpoint())) {
      tailrace.moveTo(
          bucket.path("LogDataLive/"), bucket.path("output"), S3.options(proxy.endpoint()));
      assertThat(
          tailrace.runToEnd(bucket.path("output"), "--progress=none").out(),
          containsString(
              "| s1       |       0.0 | 10000 |    0 |    0 |              1 |         10000 |"
                  + "   10000 |"));
      assertEquals(
          List.of("n,timestamps", "10000,10000"),
          tailrace.query(
              "SELECT count(*) AS n, count(DISTINCT timestamp) AS timestamps FROM sev0"));
      List<FlakyProxy.Request> reading = proxy.requests();
      assertEquals("one request an object", MANY, ofObjects(reading).size());
      assertThat("connections are used again", proxy.connections(), lessThan(reading.size() / 10L));

      TailraceProcess idle = tailrace.startWatching("--progress=none", "--pollInterval=100ms");
      int before = reading.size();
      Tailrace.await(idle).until(() -> polls(proxy, before) > IDLE_POLLS);
      List<FlakyProxy.Request> all = proxy.requests();
      List<Integer> begins = beginsOfPolls(all, before);
      List<FlakyProxy.Request> polling = all.subList(begins.get(0), begins.get(begins.size() - 1));
      int polls = begins.size() - 1;
      long pages = polling.stream().filter(this::isListOfInput).count();
      System.out.printf(
          "An idle poll of %,d objects: %.1f requests, of which %.1f list the input and %.1f the"
              + " ledger%n",
          MANY,
          (double) polling.size() / polls,
          (double) pages / polls,
          (double) polling.stream().filter(FlakyProxy.Request::isList).count() / polls
              - (double) pages / polls);
      assertEquals(MANY / OBJECTS_A_PAGE, (double) pages / polls, 0);
      assertThat(ofObjects(polling), empty());
      assertThat(
          polling.size(), lessThan((MANY / OBJECTS_A_PAGE + LEDGER_REQUESTS_A_POLL) * polls));
    }
  }

  private List<FlakyProxy.Request> ofObjects(List<FlakyProxy.Request> requests) {
    String path = "/" + bucket.name() + "/LogDataLive/";
    return requests.stream().filter(request -> request.target().startsWith(path)).toList();
  }

  private boolean isListOfInput(FlakyProxy.Request request) {
    return request.isList() && request.target().contains("prefix=LogDataLive");
  }

  private int polls(FlakyProxy proxy, int from) {
    return beginsOfPolls(proxy.requests(), from).size();
  }

  /** The places, among requests, of those for the first page of the input. */
  private List<Integer> beginsOfPolls(List<FlakyProxy.Request> requests, int from) {
    List<Integer> begins = new ArrayList<>();
    for (int i = from; i < requests.size(); i++) {
      if (isListOfInput(requests.get(i))
          && !requests.get(i).target().contains("continuation-token")
          // To look whether the bucket is there.
          && !requests.get(i).target().contains("max-keys=1&")) {
        begins.add(i);
      }
    }
    return begins;
  }

  // What it survives

  @Test
  public void killedAgainAndAgainItEndsAsIfUndisturbed() throws Exception {
    Random random = new Random(SEED);
    String[] smallUnits = {
      "--unitSize=16KB", "--pollInterval=100ms", "--progress=none", "--trigger=continuous"
    };
    tailrace.moveTo(bucket.path("LogDataLive/"), bucket.path("output"), S3.options());
    int files = deliverMixed(0, FILES_BEFORE_THE_FIRST_RUN);
    int killed = 0;
    for (int kill = 0; kill < KILLS; kill++) {
      files = deliverMixed(files, FILES_BEFORE_EACH_RUN);
      int receipts = output.receipts() + 1 + random.nextInt(MOST_RECEIPTS_BEFORE_A_KILL);
      TailraceProcess run = tailrace.startServerLogs(smallUnits);
      Tailrace.await(run).until(() -> output.receipts() >= receipts);
      run.kill();
      int exitCode = run.awaitExit(Duration.ZERO);
      assertThat(run.toString(), exitCode, anyOf(is(KILLED), is(0)));
      killed += exitCode == KILLED ? 1 : 0;
      // The server may still be at an upload of the run.
      Awaitility.await()
          .atMost(Tailrace.PATIENCE)
          .untilAsserted(this::assertHasOnlyCompleteObjects);
    }
    assertEquals(KILLS, killed);

    TailraceProcess last =
        tailrace.runToEnd(bucket.path("output"), "--unitSize=16KB", "--progress=none");
    assertSaysNothingButOurs(last);
    OutputFolder.Total total = output.total();
    assertEquals(MixedLogs.lines(files), total.records() + total.deadLetters());
    MixedLogsAnswers.of(files, bucket.path("LogDataLive")).requireIn(tailrace);
    assertHasOnlyCompleteObjects();
  }

  private int deliverMixed(int from, int count) throws IOException {
    for (int file = from; file < from + count; file++) {
      bucket.put("LogDataLive/" + MixedLogs.name(file), MixedLogs.content(file));
    }
    return from + count;
  }

  @Test
  public void oneRunAtATimeWritesAnOutput() throws Exception {
    Tailrace.requireDirectRunner();
    List<TailraceProcess> both = List.of(tailrace.startServerLogs(), tailrace.startServerLogs());
    Awaitility.await()
        .atMost(Tailrace.PATIENCE)
        .until(() -> both.stream().anyMatch(run -> !run.isRunning()));
    TailraceProcess refused = both.get(both.get(0).isRunning() ? 1 : 0);
    TailraceProcess running = both.get(both.get(0).isRunning() ? 0 : 1);
    String anotherRun = "tailrace: --output: another run";
    assertThat(refusal(refused), startsWith(anotherRun));
    assertThat(
        refusal(tailrace.startServerLogs("--trigger=availableNow")),
        allOf(
            startsWith(anotherRun),
            containsString("process " + running.pid()),
            containsString(bucket.path("output"))));
    bucket.put("LogDataLive/a.csv", "s1,2,1\n");
    Tailrace.await(running).until(() -> output.total().records() == 1);

    running.kill();
    bucket.put("LogDataLive/b.csv", "s1,2,2\n");
    TailraceProcess next = tailrace.runToEnd(bucket.path("output"));
    assertSaysNothingButOurs(next);
    assertEquals(2, output.total().records());
  }

  // What cannot be used

  @Test
  public void whatCannotBeUsedIsRefusedWithTheRemedy() throws Exception {
    Tailrace.requireDirectRunner();
    bucket.put("LogDataLive/a.csv", "s1,2,1\n");
    String input = bucket.path("LogDataLive/");
    String results = bucket.path("output");
    List<String> options = S3.options();
    URI nowhere = URI.create("http://127.0.0.1:" + closedPort());
    List<String> withoutKeys =
        options.stream()
            .filter(option -> !option.startsWith("--s3AccessKey"))
            .filter(option -> !option.startsWith("--s3SecretKey"))
            .toList();

    TailraceProcess noServer = start(input, results, S3.options(nowhere));
    TailraceProcess wrongSecret = start(input, results, with(options, "--s3SecretKey=wrong"));
    TailraceProcess wrongKey = start(input, results, with(options, "--s3AccessKey=nobody"));
    TailraceProcess noKeys = start(input, results, withoutKeys);
    TailraceProcess noUrl = start(input, results, with(options, "--s3Endpoint=localhost:9000"));
    TailraceProcess noRegion = start(input, results, List.of());
    TailraceProcess noInput = start("s3://nobodys-bucket/logs/*", results, options);
    TailraceProcess noOutput = start(input, "s3://nobodys-bucket/output", options);
    List<String> query = new ArrayList<>(List.of("query", "SELECT 1", "--output=" + results));
    query.addAll(with(options, "--s3SecretKey=wrong"));
    TailraceProcess wrongQuery = tailrace.start(query.toArray(new String[0]));

    assertThat(
        refusal(wrongSecret),
        allOf(startsWith("tailrace: --input: " + input), containsString("--s3SecretKey")));
    assertThat(
        refusal(wrongKey),
        allOf(startsWith("tailrace: --input: " + input), containsString("--s3AccessKey")));
    assertThat(
        refusal(noKeys),
        allOf(
            startsWith("tailrace: --input: " + input),
            containsString("--s3AccessKey"),
            containsString("AWS_ACCESS_KEY_ID")));
    assertThat(refusal(noUrl), containsString("--s3Endpoint: 'localhost:9000'"));
    assertThat(refusal(noRegion), containsString("--s3Region"));
    assertThat(
        refusal(noInput),
        allOf(startsWith("tailrace: --input: "), containsString("no bucket nobodys-bucket")));
    assertThat(
        refusal(noOutput),
        allOf(startsWith("tailrace: --output: "), containsString("no bucket nobodys-bucket")));
    assertThat(
        refusal(wrongQuery),
        allOf(startsWith("tailrace: --output: " + results), containsString("--s3SecretKey")));
    // It is waited for a little; that is said, too.
    noServer.requireExit(2, Tailrace.PATIENCE);
    List<String> lines = noServer.err().lines().toList();
    assertThat(
        lines.get(lines.size() - 1),
        allOf(
            startsWith("tailrace: --input: " + nowhere + " does not answer"),
            containsString("--s3Endpoint")));
    assertThat(noServer.err(), not(containsString("\tat ")));
    assertThat("nothing was begun", bucket.keys("output"), empty());
  }

  private TailraceProcess start(String input, String results, List<String> options)
      throws IOException {
    return tailrace.start(
        Stream.concat(
                Stream.of("server-logs", "--input=" + input, "--output=" + results),
                options.stream())
            .toArray(String[]::new));
  }

  /** Options with another value for one of them. */
  private static List<String> with(List<String> options, String option) {
    String name = option.substring(0, option.indexOf('='));
    return Stream.concat(
            options.stream().filter(other -> !other.startsWith(name + "=")), Stream.of(option))
        .toList();
  }

  /** The one line with which a command is refused. */
  private static String refusal(TailraceProcess refused) throws IOException, InterruptedException {
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(refused.out(), refused.out().lines().toList(), empty());
    List<String> lines = refused.err().lines().toList();
    assertThat(refused.err(), lines, hasSize(1));
    return lines.get(0);
  }

  /** A port that was free a moment ago. */
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}
