package io.tailrace.it;

import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.junit.Assume.assumeThat;
import static org.junit.Assume.assumeTrue;

import io.tailrace.ledger.Ledger;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.Description;
import org.junit.runners.model.Statement;

/**
 * The command line, and a place to use it in: {@code input/}, {@code output/} and all processes of
 * a test. Whatever still runs when the test ends, well or not, is ended with it.
 */
final class Tailrace extends ExternalResource {

  /** What takes a quiet machine a few seconds; nothing waits so long unless something is wrong. */
  static final Duration PATIENCE = Duration.ofSeconds(90);

  /** A run that was asked to stop has this long, says the specification. */
  static final Duration TIME_TO_STOP = Duration.ofSeconds(10);

  /** Starts a process with process numbers of its own, and ends it when this command is killed. */
  private static final List<String> ELSEWHERE =
      List.of("unshare", "--pid", "--fork", "--kill-child", "--mount-proc");

  private final TemporaryFolder folder = new TemporaryFolder();
  private final List<TailraceProcess> processes = new ArrayList<>();
  private String watched;
  private String results;
  private List<String> storageOptions = List.of();

  /** Tests of other processes may run meanwhile, unless this one is {@link Alone}. */
  @Override
  public Statement apply(Statement base, Description test) {
    boolean alone = test.getAnnotation(Alone.class) != null;
    Statement here = super.apply(base, test);
    return new Statement() {
      @Override
      public void evaluate() throws Throwable {
        Machine machine = Machine.enter(alone);
        try {
          here.evaluate();
        } finally {
          machine.leave();
        }
      }
    };
  }

  @Override
  protected void before() throws IOException {
    folder.create();
    Files.createDirectory(input());
    watched = input().toString();
    results = output().toString();
    Path servers = Path.of(System.getProperty("user.home"), ".tailrace", "servers");
    if (Files.isDirectory(servers)) {
      // They need not be fetched again.
      Path mine = Files.createDirectories(home().resolve(".tailrace"));
      Files.createSymbolicLink(mine.resolve("servers"), servers);
    }
  }

  /** Has the watched folder and the results on another storage from now on. */
  void moveTo(String input, String output, List<String> options) {
    watched = input;
    results = output;
    storageOptions = options;
  }

  @Override
  protected void after() {
    for (TailraceProcess process : processes) {
      try {
        process.kill();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      }
    }
    folder.delete();
  }

  /** A folder of the test's own. */
  Path root() {
    // Beam's file names are real paths; /tmp may be a link.
    return folder.getRoot().toPath().toAbsolutePath();
  }

  /** The watched folder; it is there and empty. */
  Path input() {
    return root().resolve("input");
  }

  /** The results; not there yet. */
  Path output() {
    return root().resolve("output");
  }

  Path home() {
    return root().resolve("home");
  }

  /** Makes a file appear in the watched folder, whole. */
  void deliver(String name, String text) throws IOException {
    deliver(name, text.getBytes(StandardCharsets.UTF_8));
  }

  /** Makes a file appear in the watched folder, whole. */
  void deliver(String name, byte[] bytes) throws IOException {
    Path unfinished = input().resolve(name + ".tmp");
    Files.write(unfinished, bytes);
    Files.move(unfinished, input().resolve(name));
  }

  /** Starts a command. */
  TailraceProcess start(String... arguments) throws IOException {
    return start(List.of(arguments));
  }

  private TailraceProcess start(List<String> arguments) throws IOException {
    return start(List.of(), arguments);
  }

  private TailraceProcess start(List<String> launcher, List<String> arguments) throws IOException {
    TailraceProcess process =
        TailraceProcess.start(folder.newFolder().toPath(), root(), home(), launcher, arguments);
    processes.add(process);
    return process;
  }

  /**
   * Starts a command as on another machine: it knows nothing of the processes of this one.
   *
   * @see #requireOtherMachines
   */
  TailraceProcess startElsewhere(String... arguments) throws IOException {
    return start(ELSEWHERE, List.of(arguments));
  }

  /** Skips a test where {@link #startElsewhere} is not allowed. */
  void requireOtherMachines() throws IOException, InterruptedException {
    List<String> probe = new ArrayList<>(ELSEWHERE);
    probe.add("true");
    boolean allowed;
    try {
      allowed = startCommand(probe).awaitExit(PATIENCE) == 0;
    } catch (IOException e) {
      // There is no such command.
      allowed = false;
    }
    assumeTrue("process namespaces (unshare --pid) need the rights of root", allowed);
  }

  /** Skips, on Flink and Spark, a test that is the same on all runners. */
  static void requireDirectRunner() {
    assumeThat(
        "no runner has a part in it: the Direct runner's build has this test",
        System.getProperty("tailrace.runner"),
        is("direct"));
  }

  /** Leaves a test out on Spark, of those that Direct does not have. */
  static void requireFlink() {
    assumeThat(
        "no runner has a part in it: Flink's build has this test",
        System.getProperty("tailrace.runner"),
        is(not("spark")));
  }

  /** Starts a command that is not of the jar, like one that submits the jar to a cluster. */
  TailraceProcess startCommand(List<String> command) throws IOException {
    TailraceProcess process =
        TailraceProcess.startCommand(folder.newFolder().toPath(), root(), command);
    processes.add(process);
    return process;
  }

  /** The same, with what is typed for its input. */
  TailraceProcess startTyping(List<String> command) throws IOException {
    TailraceProcess process =
        TailraceProcess.startTyping(folder.newFolder().toPath(), root(), command);
    processes.add(process);
    return process;
  }

  /** The results, wherever they are. */
  String results() {
    return results;
  }

  /** Starts {@code server-logs} from the watched folder to the results. */
  TailraceProcess startServerLogs(String... options) throws IOException {
    return startServerLogsTo(results, options);
  }

  /** Starts {@code server-logs} from the watched folder to an output. */
  TailraceProcess startServerLogs(Path output, String... options) throws IOException {
    return startServerLogsTo(output.toString(), options);
  }

  private TailraceProcess startServerLogsTo(String output, String... options) throws IOException {
    return startPipeline("server-logs", output, options);
  }

  /** Starts a pipeline from the watched folder to an output. */
  TailraceProcess startPipeline(String pipeline, Path output, String... options)
      throws IOException {
    return startPipeline(pipeline, output.toString(), options);
  }

  private TailraceProcess startPipeline(String pipeline, String output, String... options)
      throws IOException {
    List<String> arguments = new ArrayList<>();
    arguments.addAll(List.of(pipeline, "--input=" + watched, "--output=" + output));
    arguments.addAll(storageOptions);
    arguments.addAll(List.of(options));
    return start(arguments);
  }

  /** Starts {@code server-logs} and waits until it says that it is at work. */
  TailraceProcess startWatching(String... options) throws IOException {
    TailraceProcess run = startServerLogs(options);
    awaitWatching(run);
    return run;
  }

  /** Waits until a run says that it is at work. */
  static void awaitWatching(TailraceProcess run) {
    await(run).until(() -> run.err().contains("Reports: "));
  }

  /** Runs {@code server-logs} on what is there to its end, which must be a good one. */
  TailraceProcess runToEnd(Path output, String... options)
      throws IOException, InterruptedException {
    return runToEnd(output.toString(), options);
  }

  /** The same, to an output that may be on another storage. */
  TailraceProcess runToEnd(String output, String... options)
      throws IOException, InterruptedException {
    return runPipelineToEnd("server-logs", output, options);
  }

  /** Runs a pipeline on what is there to its end, which must be a good one. */
  TailraceProcess runPipelineToEnd(String pipeline, Path output, String... options)
      throws IOException, InterruptedException {
    return runPipelineToEnd(pipeline, output.toString(), options);
  }

  private TailraceProcess runPipelineToEnd(String pipeline, String output, String... options)
      throws IOException, InterruptedException {
    String[] all =
        Stream.concat(Stream.of("--trigger=availableNow"), Stream.of(options))
            .toArray(String[]::new);
    TailraceProcess run = startPipeline(pipeline, output, all);
    run.requireExit(0, PATIENCE);
    return run;
  }

  /** The answer about the results, as the lines of CSV that {@code query} prints. */
  List<String> query(String sql) throws IOException, InterruptedException, SQLException {
    return query(results, sql);
  }

  /** The answer about an output, as lines of CSV, the first one the columns. */
  List<String> query(Path output, String sql)
      throws IOException, InterruptedException, SQLException {
    return query(output.toString(), sql);
  }

  /**
   * The same, about an output that may be on another storage. One in a folder here is asked in this
   * process, which is spared the start of another: {@code CommandLineIT} has the command itself.
   */
  List<String> query(String output, String sql)
      throws IOException, InterruptedException, SQLException {
    if (!output.contains("://")) {
      return ask(new Folder(output), sql);
    }
    List<String> arguments =
        new ArrayList<>(List.of("query", sql, "--output=" + output, "--format=csv"));
    arguments.addAll(storageOptions);
    TailraceProcess query = start(arguments);
    query.requireExit(0, PATIENCE);
    return query.out().lines().toList();
  }

  /** The answer about an output that this process can reach, as lines of CSV. */
  static List<String> ask(Folder output, String sql) throws IOException, SQLException {
    Ledger ledger = Ledger.of(output);
    LogPipeline pipeline = Pipelines.of(ledger, ledger.identity().orElseThrow());
    try (QueryEngine engine = QueryEngine.open(output, pipeline)) {
      ByteArrayOutputStream answer = new ByteArrayOutputStream();
      ResultPrinter printer =
          new ResultPrinter(new PrintStream(answer, false, StandardCharsets.UTF_8));
      engine.query(sql, rows -> printer.print(rows, ResultPrinter.Format.csv));
      return answer.toString(StandardCharsets.UTF_8).lines().toList();
    }
  }

  /** To wait for something that a process does; fails at once when the process has ended. */
  static ConditionFactory await(TailraceProcess process) {
    return Awaitility.await()
        .pollInSameThread()
        .pollDelay(Duration.ZERO)
        .pollInterval(Duration.ofMillis(20))
        .atMost(PATIENCE)
        .failFast(
            () -> {
              if (!process.isRunning()) {
                throw new AssertionError("it has ended: " + process);
              }
            });
  }
}
