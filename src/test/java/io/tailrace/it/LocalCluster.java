package io.tailrace.it;

import static org.hamcrest.Matchers.is;
import static org.junit.Assume.assumeThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.rules.ExternalResource;
import org.junit.rules.TemporaryFolder;

/**
 * A cluster of processes on this machine, as {@code runner-profiles/RUNNER.sh cluster} starts it.
 * Tests of a runner that the build does not bring are skipped.
 */
final class LocalCluster extends ExternalResource {

  private static final Pattern PROCESS = Pattern.compile("(?m)^(.+): pid ([0-9]+)$");
  private static final Pattern READY = Pattern.compile("(?m)^Ready: ([^,]+),");

  /** The first time, Maven fetches what the cluster is made of. */
  private static final Duration TIME_TO_START = Duration.ofMinutes(10);

  private static final Duration TIME_TO_STOP = Duration.ofSeconds(20);

  private final TemporaryFolder folder = new TemporaryFolder();
  private final String runner;
  private final List<String> environment;
  private final Map<String, ProcessHandle> processes = new LinkedHashMap<>();
  private Process script;

  private LocalCluster(String runner, List<String> environment) {
    this.runner = runner;
    this.environment = environment;
  }

  /** A cluster of Flink. */
  static LocalCluster flink() {
    return new LocalCluster("flink", List.of("FLINK_ENV_JAVA_OPTS=-XX:TieredStopAtLevel=1"));
  }

  /** A cluster of Spark. */
  static LocalCluster spark() {
    String flags = "-XX:TieredStopAtLevel=1 -XX:+UseSerialGC";
    return new LocalCluster(
        "spark", List.of("SPARK_DAEMON_JAVA_OPTS=" + flags, "SPARK_SUBMIT_OPTS=" + flags));
  }

  @Override
  protected void before() throws IOException {
    assumeThat(System.getProperty("tailrace.runner"), is(runner));
    folder.create();
    try {
      script = start("cluster", command("cluster", root().toString()));
      awaitReady();
    } catch (IOException | RuntimeException e) {
      after();
      throw e;
    }
    PROCESS
        .matcher(printed("cluster"))
        .results()
        .forEach(
            found ->
                processes.put(
                    found.group(1),
                    ProcessHandle.of(Long.parseLong(found.group(2))).orElseThrow()));
  }

  private void awaitReady() {
    Awaitility.await()
        .pollDelay(Duration.ZERO)
        .atMost(TIME_TO_START)
        .failFast(
            () -> {
              if (!script.isAlive()) {
                throw new AssertionError("the cluster does not start: " + printed("cluster"));
              }
            })
        .until(() -> READY.matcher(printed("cluster")).find());
  }

  @Override
  protected void after() {
    if (script == null) {
      return;
    }
    try {
      script.destroy();
      script.waitFor(TIME_TO_STOP.toSeconds(), TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      script.destroyForcibly();
      processes.values().forEach(ProcessHandle::destroyForcibly);
      folder.delete();
    }
  }

  private Path root() {
    return folder.getRoot().toPath().toAbsolutePath();
  }

  private Process start(String name, List<String> command) throws IOException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(root().resolve(name + ".out").toFile())
        .start();
  }

  private String printed(String name) {
    try {
      return Files.readString(root().resolve(name + ".out"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The command of the runner's script with these arguments; it becomes one process, a JVM. */
  List<String> command(String... arguments) {
    Path path = Path.of("runner-profiles", runner + ".sh").toAbsolutePath();
    return Stream.of(
            Stream.of("env"),
            environment.stream(),
            Stream.of(path.toString()),
            Stream.of(arguments))
        .flatMap(all -> all)
        .toList();
  }

  /** Where jobs are submitted to. */
  String address() {
    Matcher ready = READY.matcher(printed("cluster"));
    if (!ready.find()) {
      throw new IllegalStateException(printed("cluster"));
    }
    return ready.group(1);
  }

  /** The processes that run, of those whose names begin so. */
  List<ProcessHandle> running(String name) {
    return processes.entrySet().stream()
        .filter(process -> process.getKey().startsWith(name))
        .map(Map.Entry::getValue)
        .filter(ProcessHandle::isAlive)
        .toList();
  }

  /** SIGKILL, and waits until the process is no more. */
  static void kill(ProcessHandle process) throws Exception {
    process.destroyForcibly();
    process.onExit().get(TIME_TO_STOP.toSeconds(), TimeUnit.SECONDS);
  }

  /**
   * Starts one more process of the cluster, which ends with it.
   *
   * @param name a name of its own
   * @param command the script's command for it
   */
  void add(String name, String command) throws IOException {
    processes.put(name, start(name, command(command, root().toString())).toHandle());
  }
}
