package io.tailrace.benchmark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A Java program as a process of its own, with the Java that runs this one. */
final class ChildJvm {

  /**
   * What a process took.
   *
   * @param seconds from before its start to after its end: JVM start and all
   * @param peakBytes the most memory that it held at a time, as its system counts it; empty where
   *     there is no {@code /proc}
   */
  record Run(double seconds, OptionalLong peakBytes) {}

  private static final long POLL_MILLIS = 20;
  private static final long STOP_SECONDS = 30;
  private static final int SHOWN_LINES = 20;

  private final Process process;
  private final Path out;
  private final Path errors;
  private final long started;

  private ChildJvm(Process process, Path out, Path errors, long started) {
    this.process = process;
    this.out = out;
    this.errors = errors;
    this.started = started;
  }

  /** Ends the processes that still run when this JVM is told to end. */
  static void endWithThisJvm() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy)));
  }

  /**
   * Starts {@code java} with arguments.
   *
   * @param out the file for its standard output; standard error goes to one beside it
   */
  static ChildJvm start(Path out, List<String> arguments) throws IOException {
    return start(out, command(Path.of(System.getProperty("java.home"), "bin", "java"), arguments));
  }

  /** A class path of the product and of what is not in it. */
  static String classPath(Path jar, Class<?>... others) {
    return Stream.concat(
            Stream.of(jar.toString()),
            Arrays.stream(others)
                .map(type -> type.getProtectionDomain().getCodeSource().getLocation())
                .map(Contestant.Program::path))
        .collect(Collectors.joining(File.pathSeparator));
  }

  /**
   * Starts Tailrace as users do, with {@code bin/tailrace}, which becomes {@code java}.
   *
   * @param out the file for its standard output; standard error goes to one beside it
   */
  static ChildJvm startTailrace(Path out, Path jar, String heap, List<String> arguments)
      throws IOException {
    return start(out, tailrace(jar, List.of("-Xmx" + heap), arguments));
  }

  private static ProcessBuilder tailrace(
      Path jar, List<String> javaOptions, List<String> arguments) {
    ProcessBuilder builder = command(Path.of("bin", "tailrace").toAbsolutePath(), arguments);
    Map<String, String> environment = builder.environment();
    environment.put("JAVA_HOME", System.getProperty("java.home"));
    environment.put("TAILRACE_JAR", jar.toString());
    environment.put("TAILRACE_JAVA_OPTIONS", String.join(" ", javaOptions));
    return builder;
  }

  private static ProcessBuilder command(Path program, List<String> arguments) {
    List<String> command = new ArrayList<>();
    command.add(program.toString());
    command.addAll(arguments);
    return new ProcessBuilder(command);
  }

  private static ChildJvm start(Path out, ProcessBuilder builder) throws IOException {
    Path errors = out.resolveSibling(out.getFileName() + ".err");
    builder
        .redirectInput(ProcessBuilder.Redirect.from(nothing()))
        .redirectOutput(out.toFile())
        .redirectError(errors.toFile());
    long started = System.nanoTime();
    return new ChildJvm(builder.start(), out, errors, started);
  }

  /**
   * Runs {@code java} with arguments and waits for its end.
   *
   * @param out the file for its standard output; standard error goes to one beside it
   * @throws BenchmarkException with the end of its standard error if it fails
   */
  static Run run(Path out, List<String> arguments) throws IOException, InterruptedException {
    return runToEnd(start(out, arguments));
  }

  /** The same for {@link #startTailrace}. */
  static Run runTailrace(Path out, Path jar, List<String> javaOptions, List<String> arguments)
      throws IOException, InterruptedException {
    return runToEnd(start(out, tailrace(jar, javaOptions, arguments)));
  }

  private static Run runToEnd(ChildJvm jvm) throws IOException, InterruptedException {
    OptionalLong peak = OptionalLong.empty();
    while (!jvm.process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      OptionalLong now = jvm.peakBytes();
      peak = now.isPresent() ? now : peak;
    }
    double seconds = (System.nanoTime() - jvm.started) / 1e9;
    if (jvm.process.exitValue() != 0) {
      throw jvm.failure();
    }
    return new Run(seconds, peak);
  }

  /** When it was started, as {@link System#nanoTime()} has it. */
  long started() {
    return started;
  }

  /**
   * @throws BenchmarkException with the end of its standard error if it has ended
   */
  void requireAlive() throws IOException {
    if (!process.isAlive()) {
      throw failure();
    }
  }

  /**
   * Waits until a server is ready, and gives what it then says in its last line: the options by
   * which it is reached.
   *
   * @param first what the first of them begins with
   * @throws BenchmarkException if it has ended
   */
  List<String> awaitOptions(String first) throws IOException, InterruptedException {
    while (true) {
      requireAlive();
      String text = Files.readString(out);
      int options = text.indexOf(first);
      if (options >= 0 && text.endsWith(System.lineSeparator())) {
        return List.of(text.substring(options).strip().split(" "));
      }
      Thread.sleep(POLL_MILLIS);
    }
  }

  /** The time that its threads have run on a core, all together. */
  Duration cpu() {
    return process
        .info()
        .totalCpuDuration()
        .orElseThrow(() -> new BenchmarkException("This system does not tell the CPU time"));
  }

  /**
   * The most memory that it has held at a time. Linux keeps a process's high-water mark of resident
   * memory, so the last look is the peak.
   */
  OptionalLong peakBytes() {
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    try {
      return Files.readAllLines(status).stream()
          .filter(line -> line.startsWith("VmHWM:"))
          .mapToLong(line -> 1024 * Long.parseLong(line.replaceAll("[^0-9]", "")))
          .findFirst();
    } catch (IOException e) {
      // Not Linux, or the process has just ended.
      return OptionalLong.empty();
    }
  }

  /** Asks it to end, waits for that, and makes it end if it does not. */
  void stop() {
    process.destroy();
    try {
      if (process.waitFor(STOP_SECONDS, TimeUnit.SECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
  }

  private BenchmarkException failure() throws IOException {
    return new BenchmarkException(
        "exit code %d; %s ends with:%n%s"
            .formatted(process.exitValue(), errors, lastLines(errors)));
  }

  private static String lastLines(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  private static File nothing() {
    return new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
  }
}
