package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;

/** What the commands print, and how they end when they are given what they cannot use. */
public final class CommandLineIT {

  private static final String VOLUME = "SELECT * FROM volume ORDER BY serverID";
  private static final ObjectMapper JSON = new ObjectMapper();

  private static final Set<String> PROGRESS_FIELDS =
      Set.of(
          "filesFound",
          "filesRead",
          "filesLeft",
          "records",
          "bytes",
          "commits",
          "deadLetters",
          "recordsPerSecond",
          "oldestUnreadSeconds");

  @Rule public final Tailrace tailrace = new Tailrace();

  // Queries

  @Test
  public void beforeAnyFileHasArrivedThereAreColumnsAndNoRows() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.startWatching();
    TailraceProcess volume = startQuery("SELECT * FROM volume", "--format=csv");
    TailraceProcess deadLetters = startQuery("SELECT * FROM dead_letters", "--format=csv");
    TailraceProcess sev0 = startQuery("SELECT * FROM sev0");
    TailraceProcess json = startQuery("SELECT * FROM sev0", "--format=json");
    assertEquals(
        List.of("serverID,avgVolume,sev0,sev1,sev2,firstTimestamp,lastTimestamp,records"),
        answer(volume));
    assertEquals(List.of("source,line,offset,reason,raw"), answer(deadLetters));
    assertEquals(
        List.of(
            "+----------+-----------+",
            "| serverID | timestamp |",
            "+----------+-----------+",
            "+----------+-----------+",
            "(0 rows)"),
        answer(sev0));
    assertThat(answer(json), empty());
  }

  @Test
  public void queriesAnswerInEachFormWhileItRunsAndAfterwards() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("a.csv", "s1,2,1\ns1,0,2\nnonsense, of course\n");
    TailraceProcess run = tailrace.startWatching();
    Tailrace.await(run).until(() -> tailrace.query(VOLUME).size() == 2);
    assertAnswersInEachForm();
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertAnswersInEachForm();
  }

  private void assertAnswersInEachForm() throws IOException, InterruptedException {
    TailraceProcess table = startQuery(VOLUME, "--format=table");
    TailraceProcess csv =
        startQuery("SELECT raw, line, \"offset\" FROM dead_letters", "--format=csv");
    TailraceProcess json = startQuery("SELECT * FROM sev0", "--format=json");
    assertEquals(
        List.of(
            "+----------+-----------+------+------+------+----------------+---------------+---------+",
            "| serverID | avgVolume | sev0 | sev1 | sev2 | firstTimestamp | lastTimestamp | records"
                + " |",
            "+----------+-----------+------+------+------+----------------+---------------+---------+",
            "| s1       |       0.5 |    1 |    0 |    1 |              1 |             2 |       2"
                + " |",
            "+----------+-----------+------+------+------+----------------+---------------+---------+",
            "(1 row)"),
        answer(table));
    assertEquals(List.of("raw,line,offset", "\"nonsense, of course\",3,14"), answer(csv));
    assertEquals(List.of("{\"serverID\":\"s1\",\"timestamp\":2}"), answer(json));
  }

  private TailraceProcess startQuery(String sql, String... options) throws IOException {
    return tailrace.start(
        Stream.concat(Stream.of("query", sql, "--output=" + tailrace.output()), Stream.of(options))
            .toArray(String[]::new));
  }

  private static List<String> answer(TailraceProcess query)
      throws IOException, InterruptedException {
    query.requireExit(0, Tailrace.PATIENCE);
    return query.out().lines().toList();
  }

  @Test
  public void aBadStatementIsAnsweredWithTheMessageOfTheDatabase() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.runToEnd(tailrace.output());
    TailraceProcess noSql = startQuery("SELEC 1");
    TailraceProcess noTable = startQuery("SELECT * FROM volumes");
    TailraceProcess noColumn = startQuery("SELECT severity FROM sev0");
    TailraceProcess noNumber = startQuery("SELECT 'x'::INT FROM range(1)");
    TailraceProcess change = startQuery("SELECT 1; DROP TABLE sev0");
    assertThat(complaint(noSql), containsString("syntax error"));
    assertThat(complaint(noTable), containsString("volumes"));
    assertThat(complaint(noColumn), containsString("LINE 1: SELECT severity FROM sev0"));
    assertThat(complaint(noNumber), containsString("Conversion"));
    assertThat(complaint(change), containsString("DROP would change something"));
  }

  /** What is said of a statement, in a line and those that show the place. */
  private static String complaint(TailraceProcess refused)
      throws IOException, InterruptedException {
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(refused.err(), startsWith("tailrace: "));
    return refused.err();
  }

  @Test
  public void allStatementsAreAnswered() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.runToEnd(tailrace.output());
    Path file =
        Files.writeString(
            tailrace.root().resolve("questions.sql"),
            "-- two questions;\nSELECT 1 AS one;\nSELECT ';' AS two;\n");
    TailraceProcess both =
        tailrace.start(
            "query", "-f", file.toString(), "--output=" + tailrace.output(), "--format=csv");
    TailraceProcess none =
        tailrace.start("query", "-f", "none.sql", "--output=" + tailrace.output());
    assertEquals(List.of("one", "1", "two", ";"), answer(both));
    assertThat(refusal(none), containsString("there is no file none.sql"));
  }

  @Test
  public void aQueryOfWhatIsNotThereIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    assertThat(
        refusal("query", "SELECT 1", "--output=" + tailrace.output()),
        containsString(tailrace.output().toString()));
    assertThat(refusal("query"), containsString("--output: no pipeline has written"));
    assertThat(refusal("query", "SELECT 1", "--ddl=spark"), containsString("or --ddl"));
    assertThat(refusal("query", "--ddl=oracle"), containsString("oracle"));
    assertThat(refusal("query", "SELECT 1", "--format=xml"), containsString("xml"));
  }

  // Misuse

  @Test
  public void anUnknownCommandIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    assertThat(
        refusal("sever-logs"), allOf(containsString("sever-logs"), containsString("server-logs")));
  }

  @Test
  public void anUnknownOptionIsRefused() throws Exception {
    assertThat(
        serverLogsRefusal("--trigr=availableNow"),
        allOf(containsString("--trigr"), containsString("--trigger")));
    assertThat(serverLogsRefusal("--nothingLikeIt=1"), containsString("--nothingLikeIt"));
    assertThat(serverLogsRefusal("availableNow"), containsString("availableNow"));
  }

  @Test
  public void aValueThatCannotBeUsedIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    assertThat(
        serverLogsRefusal("--trigger=now"),
        allOf(containsString("now"), containsString("it is availableNow or continuous")));
    assertThat(serverLogsRefusal("--unitSize=big"), containsString("--unitSize"));
    assertThat(
        serverLogsRefusal("--maxFilesPerPoll=many"), containsString("--maxFilesPerPoll: 'many'"));
  }

  @Test
  public void aMissingInputIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    assertThat(refusal("server-logs", "--output=" + tailrace.output()), containsString("--input"));
    Path nowhere = tailrace.root().resolve("nowhere");
    assertThat(
        refusal("server-logs", "--input=" + nowhere, "--output=" + tailrace.output()),
        allOf(containsString("--input"), containsString(nowhere.toString())));
    assertThat(
        refusal("server-logs", "--input=" + nowhere + "/*.csv", "--output=" + tailrace.output()),
        allOf(containsString("--input"), containsString(nowhere.toString())));
    assertThat("nothing was begun", Files.exists(tailrace.output()), is(false));
  }

  @Test
  public void anOutputThatCannotBeWrittenIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    Path file = Files.createFile(tailrace.root().resolve("file"));
    for (Path output : List.of(file, file.resolve("folder"), Path.of("/proc/output"))) {
      assertThat(
          refusal("server-logs", "--input=" + tailrace.input(), "--output=" + output),
          containsString("--output: " + output + " cannot be written ("));
    }
  }

  @Test
  public void aReportDatabaseThatIsNotThereIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    assertThat(
        serverLogsRefusal("--reportUrl=jdbc:postgresql://127.0.0.1:" + closedPort() + "/reports"),
        containsString("--reportUrl"));
    assertThat(serverLogsRefusal("--reportUrl=somewhere"), containsString("--reportUrl"));
  }

  /** A port that was free a moment ago. */
  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  @Test
  public void stacktraceShowsMore() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.runToEnd(tailrace.output());
    TailraceProcess query = startQuery("SELEC 1", "--stacktrace");
    query.requireExit(2, Tailrace.PATIENCE);
    assertThat(query.err(), containsString("\tat io.tailrace"));
    TailraceProcess run =
        tailrace.start("server-logs", "--stacktrace", "--input=nowhere", "--output=output");
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.err(), containsString("\tat io.tailrace"));
  }

  @Test
  public void anAlertThatIsNoRuleIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    assertThat(
        accessLogRefusal("--alert=5xx above 10%"),
        allOf(
            containsString("--alert: '5xx above 10%' is no rule"),
            containsString("expected something like '5xx > 10% over 1m'")));
    assertThat(
        accessLogRefusal("--alert=5xx > 10% over 1m", "--notify=mailto:me"),
        containsString("--notify: expected https://host/path, or redis://host:port/database"));
    assertThat("nothing was begun", Files.exists(tailrace.output()), is(false));
  }

  @Test
  public void aFormatThatOnlyNamesOneIsRefused() throws Exception {
    Tailrace.requireDirectRunner();
    assertThat(
        accessLogRefusal("--format=access_log logs/access.log main;"),
        containsString("--format: 'access_log logs/access.log main;' has no format"));
    assertThat(
        accessLogRefusal("--format=log_format main '$remote_addr'\n'$status"),
        containsString("--format: 'log_format main '$remote_addr' '$status' has a ' that is not"));
    assertThat("nothing was begun", Files.exists(tailrace.output()), is(false));
  }

  private String accessLogRefusal(String... options) throws IOException, InterruptedException {
    return refusal(tailrace.startPipeline("access-log", tailrace.output(), options));
  }

  private String serverLogsRefusal(String option) throws IOException, InterruptedException {
    return refusal(
        "server-logs", "--input=" + tailrace.input(), "--output=" + tailrace.output(), option);
  }

  /** The one line with which a command is refused. */
  private String refusal(String... arguments) throws IOException, InterruptedException {
    return refusal(tailrace.start(arguments));
  }

  private static String refusal(TailraceProcess refused) throws IOException, InterruptedException {
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(refused.out(), refused.out().lines().toList(), empty());
    List<String> lines = refused.err().lines().toList();
    assertThat(refused.err(), lines, hasSize(1));
    assertThat(lines.get(0), startsWith("tailrace: "));
    return lines.get(0);
  }

  // Help

  @Test
  public void helpTellsTheCommands() throws Exception {
    Tailrace.requireDirectRunner();
    assertHelpTells(tailrace.start("--help"), "demo", "query", "generate", "server-logs");
  }

  @Test
  public void helpTellsTheOptionsOfACommand() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess serverLogs = tailrace.start("server-logs", "--help");
    TailraceProcess query = tailrace.start("query", "--help");
    TailraceProcess generate = tailrace.start("generate", "--help");
    TailraceProcess demo = tailrace.start("demo", "--help");
    assertHelpTells(
        serverLogs, "--input", "--output", "--trigger", "--unitSize", "--reportUrl", "--progress");
    assertHelpTells(query, "SQL", "--output", "--format");
    assertHelpTells(generate, "--output", "--files", "--lines", "--servers");
    assertHelpTells(demo, "server-logs");
  }

  private static void assertHelpTells(TailraceProcess help, String... words)
      throws IOException, InterruptedException {
    help.requireExit(0, Tailrace.PATIENCE);
    String text = help.out();
    Stream.of(words).forEach(word -> assertThat(text, containsString(word)));
  }

  // The script

  @Test
  public void theScriptBecomesTheProcessThatItStarts() throws Exception {
    tailrace.deliver("a.csv", "s1,2,1\n");
    TailraceProcess run =
        startScript(
            TailraceProcess.jar(),
            "server-logs",
            "--input=" + tailrace.input(),
            "--output=" + tailrace.output());
    Tailrace.awaitWatching(run);
    Tailrace.await(run).until(() -> tailrace.query(VOLUME).size() == 2);
    run.terminate();
    run.requireExit(0, Tailrace.PATIENCE);

    TailraceProcess none = startScript(tailrace.root().resolve("none.jar"), "--version");
    none.requireExit(2, Tailrace.PATIENCE);
    assertThat(none.err(), containsString("none.jar is not there; make it with: mvn "));
  }

  private TailraceProcess startScript(Path jar, String... arguments) throws IOException {
    List<String> command = new ArrayList<>(script(jar));
    command.addAll(List.of(arguments));
    return tailrace.startCommand(command);
  }

  private List<String> script(Path jar) {
    return List.of(
        "env",
        "JAVA_HOME=" + System.getProperty("java.home"),
        "TAILRACE_JAR=" + jar,
        "TAILRACE_JAVA_OPTIONS=-Duser.home=" + tailrace.home(),
        Path.of("bin", "tailrace").toAbsolutePath().toString());
  }

  // The locale

  /** Files, arguments and answers are UTF-8 also where no locale says so, as under cron. */
  @Test
  public void namesAndAnswersAreUtf8WhateverTheLocale() throws Exception {
    Files.writeString(tailrace.input().resolve("plain.csv"), "s1,2,1\n");
    String folder = tailrace.input().toUri().toString();
    Files.writeString(Path.of(URI.create(folder + "%D0%B6.csv")), "s\u00e9,0,5\nbad\n");
    Files.writeString(Path.of(URI.create(folder + "bad%FF.csv")), "s3,2,1\n");
    List<String> java =
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-Duser.home=" + tailrace.home(),
            "-jar",
            TailraceProcess.jar().toString());
    List<String> script = script(TailraceProcess.jar());
    TailraceProcess run = startWithoutLocale(java, run(tailrace.output().toString()));
    run.requireExit(0, Tailrace.PATIENCE);
    assertThat(
        run.err(),
        containsString(
            tailrace.input() + "/bad\\xff.csv is not read: its name is not UTF-8; rename it"));
    assertThat(run.out(), containsString("| s\u00e9       |"));
    // By another way, files have the same names, and are not read again.
    TailraceProcess again = startWithoutLocale(script, run(tailrace.output().toString()));
    again.requireExit(0, Tailrace.PATIENCE);
    for (List<String> command : List.of(java, script)) {
      assertThat(
          answer(
              startWithoutLocale(
                  command,
                  "query",
                  "SELECT source, raw, records, '\u00e9' AS \u00fc FROM dead_letters, volume"
                      + " WHERE serverID = 's\u00e9'",
                  "--output=" + tailrace.output(),
                  "--format=csv")),
          is(List.of("source,raw,records,\u00fc", tailrace.input() + "/\u0436.csv,bad,1,\u00e9")));
    }
    String results = tailrace.root() + "/r\u00e9sultats";
    TailraceProcess refused = startWithoutLocale(java, run(results));
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(
        refused.err(),
        allOf(containsString("--output: " + results), containsString("set LC_ALL=C.UTF-8")));
    startWithoutLocale(script, run(results)).requireExit(0, Tailrace.PATIENCE);
    assertThat(
        refusal(startWithoutLocale(java, "query", "SELECT '\udcff'")),
        containsString("the argument 'SELECT '\\xff'' is not UTF-8"));
  }

  private String[] run(String output) {
    return new String[] {
      "server-logs",
      "--input=" + tailrace.input(),
      "--output=" + output,
      "--trigger=availableNow",
      "--dashboard=off"
    };
  }

  /** By a shell, to which each byte is named: Java's way depends on the locale of the test. */
  private TailraceProcess startWithoutLocale(List<String> command, String... arguments)
      throws IOException {
    StringBuilder line = new StringBuilder("unset LANG; LC_ALL=C exec");
    List<String> words = new ArrayList<>(command);
    words.addAll(List.of(arguments));
    for (String word : words) {
      line.append(" $'");
      word.codePoints().forEach(c -> appendUtf8(line, c));
      line.append('\'');
    }
    return tailrace.startCommand(List.of("bash", "-c", line.toString()));
  }

  /** A surrogate alone stands for a byte that is not UTF-8. */
  private static void appendUtf8(StringBuilder line, int character) {
    byte[] bytes =
        Character.getType(character) == Character.SURROGATE
            ? new byte[] {(byte) character}
            : Character.toString(character).getBytes(StandardCharsets.UTF_8);
    for (byte b : bytes) {
      line.append(String.format("\\x%02x", b));
    }
  }

  // Progress

  /** Also if the run has to be stopped. */
  @Test
  public void aRunThatUnderstandsNothingEndsByThat() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("1.csv", "not\nthis\n");
    TailraceProcess run = tailrace.startWatching("--progress=none");
    Tailrace.await(run)
        .until(() -> tailrace.query("SELECT count(*) FROM dead_letters"), hasItem("2"));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    List<String> lines = run.err().lines().toList();
    assertThat(
        lines.get(lines.size() - 1),
        startsWith(
            "All 2 records are dead letters: 1 field, 3 expected (2 of them, such as 'not' in "));
  }

  @Test
  public void progressInJson() throws Exception {
    Tailrace.requireDirectRunner();
    long bytes = 0;
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES) {
      sample.deliverTo(new Folder(tailrace.input().toString()));
      bytes += Files.size(tailrace.input().resolve(sample.name()));
    }
    tailrace.deliver("bad.csv", "nonsense\n");
    bytes += "nonsense\n".length();
    TailraceProcess run = tailrace.runToEnd(tailrace.output(), "--progress=json");

    List<JsonNode> lines = new ArrayList<>();
    for (String line : progressLines(run)) {
      JsonNode progress = JSON.readTree(line);
      Set<String> fields = new TreeSet<>();
      progress.fieldNames().forEachRemaining(fields::add);
      assertEquals(new TreeSet<>(PROGRESS_FIELDS), fields);
      lines.add(progress);
    }
    assertThat(run.err(), lines.size(), greaterThan(0));
    JsonNode last = lines.get(lines.size() - 1);
    assertEquals(5, last.get("filesFound").asLong());
    assertEquals(5, last.get("filesRead").asLong());
    assertEquals(0, last.get("filesLeft").asLong());
    assertEquals(8_100, last.get("records").asLong());
    assertEquals(1, last.get("deadLetters").asLong());
    assertEquals(bytes, last.get("bytes").asLong());
    assertThat(last.get("commits").asLong(), greaterThan(0L));
    assertEquals(0, last.get("oldestUnreadSeconds").asLong());
  }

  @Test
  public void progressForPeopleOrNone() throws Exception {
    Tailrace.requireDirectRunner();
    tailrace.deliver("a.csv", "s1,2,1\nnonsense\n");
    TailraceProcess told = tailrace.runToEnd(tailrace.output());
    assertThat(
        told.err(), containsString("files: 1 found, 1 read, 0 left; 1 records, 16 bytes; 1 dead"));
    assertThat("not a terminal: " + told.err(), told.err(), not(containsString("\r")));
    TailraceProcess untold = tailrace.runToEnd(tailrace.root().resolve("other"), "--progress=none");
    assertThat(progressLines(untold), empty());
  }

  /** What a run says on standard error, but for where its reports are. */
  private static List<String> progressLines(TailraceProcess run) throws IOException {
    return run.err().lines().filter(line -> !line.matches("(Reports|Page): .*")).toList();
  }
}
