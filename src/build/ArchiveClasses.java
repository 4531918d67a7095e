import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * A step of the build: archives the classes that a jar loads at its start, as Java has them in
 * memory, so that {@code bin/tailrace} starts sooner (https://openjdk.org/jeps/310).
 *
 * <p>It starts what people start, a pipeline, the one-liner and a query, notes what they load, and
 * has Java write one archive of all of it. It is run as a source file: {@code java
 * ArchiveClasses.java JAR DATA FOLDER}, with a folder of sample data and one for what it writes. The
 * archive of {@code NAME.jar} is {@code NAME.jsa}, beside it.
 */
final class ArchiveClasses {

  private static final String NO_DATABASE = "--reportUrl=jdbc:h2:mem:archive;DB_CLOSE_DELAY=-1";
  private static final int MOST_SECONDS = 120;

  private final Path jar;
  private final Path folder;
  private final Set<String> classes = new LinkedHashSet<>();

  private ArchiveClasses(Path jar, Path folder) {
    this.jar = jar;
    this.folder = folder;
  }

  public static void main(String[] arguments) throws IOException, InterruptedException {
    Path data = Path.of(arguments[1]).toAbsolutePath();
    Path folder = Path.of(arguments[2]).toAbsolutePath();
    delete(folder);
    Files.createDirectories(folder);
    ArchiveClasses archive = new ArchiveClasses(Path.of(arguments[0]).toAbsolutePath(), folder);
    String available = "--trigger=availableNow";
    String logs = "--output=" + folder.resolve("server-logs");
    String input = "--input=" + data.resolve("server-logs");
    archive.note(start("server-logs", input, logs, available));
    archive.note(start("query", "SELECT * FROM volume", logs));
    archive.note(
        start(
            "watch",
            data.resolve("examples/orders").toString(),
            "SELECT country, count(*), sum(amount), max(ordered) FROM input GROUP BY country",
            "--output=" + folder.resolve("orders"),
            NO_DATABASE,
            available));
    archive.note(
        start(
            "watch",
            data.resolve("access-log").toString(),
            "SELECT status, count(*) AS n FROM input GROUP BY status",
            "--output=" + folder.resolve("access-log"),
            available));
    archive.noteUntilRows(
        start(
            "watch",
            data.resolve("examples/app-logs/*.json").toString(),
            "SELECT service, level, count(*) AS n, approx_quantile(latency_ms, 0.99) AS p99 FROM"
                + " input GROUP BY ALL"));
    archive.write();
    delete(folder);
  }

  private static List<String> start(String... arguments) {
    return List.of(arguments);
  }

  private static void delete(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> all = Files.walk(folder)) {
        all.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
      }
    }
  }

  /** Notes the classes of a command that ends. */
  private void note(List<String> command) throws IOException, InterruptedException {
    Path list = list();
    Process process = start(list, command).redirectOutput(log()).start();
    await(process, command);
    if (process.exitValue() != 0) {
      throw new IOException(String.format("%s ended with %d", command, process.exitValue()));
    }
    classes.addAll(Files.readAllLines(list));
  }

  /** Notes the classes of a command that goes on, until it has printed a row. */
  private void noteUntilRows(List<String> command) throws IOException, InterruptedException {
    Path list = list();
    Process process = start(list, command).start();
    CompletableFuture.delayedExecutor(MOST_SECONDS, TimeUnit.SECONDS)
        .execute(process::destroyForcibly);
    try (BufferedReader out = process.inputReader()) {
      String line = out.readLine();
      while (line != null && !line.startsWith("(")) {
        line = out.readLine();
      }
      if (line == null) {
        throw new IOException(String.format("%s ended without a row", command));
      }
      process.destroy();
      await(process, command);
    } finally {
      process.destroyForcibly();
    }
    classes.addAll(Files.readAllLines(list));
  }

  private Path list() {
    return folder.resolve("classes");
  }

  private File log() {
    return folder.resolve("log").toFile();
  }

  private ProcessBuilder start(Path list, List<String> arguments) {
    List<String> command = java("-XX:DumpLoadedClassList=" + list, "-jar", jar.toString());
    command.addAll(arguments);
    // The programs that it makes are of no use to whoever builds.
    command.add(1, "-Duser.home=" + folder);
    return new ProcessBuilder(command).redirectError(log());
  }

  private void write() throws IOException, InterruptedException {
    Path list = list();
    Files.write(list, classes);
    String name = jar.getFileName().toString().replaceFirst("\\.jar$", ".jsa");
    List<String> command =
        java(
            "-Xshare:dump",
            "-Xlog:cds=off,gc+verify=off",
            // As bin/tailrace has it, so that its objects go where they are.
            "-XX:G1HeapRegionSize=4m",
            "-XX:SharedClassListFile=" + list,
            "-XX:SharedArchiveFile=" + jar.resolveSibling(name),
            "-cp",
            jar.toString());
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log()).start();
    await(process, command);
    if (process.exitValue() != 0) {
      throw new IOException(Files.readString(log().toPath()));
    }
  }

  private static List<String> java(String... options) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of(options));
    return command;
  }

  private static void await(Process process, List<String> command)
      throws IOException, InterruptedException {
    if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
      process.destroyForcibly();
      throw new IOException(String.format("%s does not end", command));
    }
  }
}
