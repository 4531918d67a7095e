package io.tailrace.benchmark;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.concurrent.TimeUnit;

/** Runs Java programs as processes of their own, with the Java that runs this one. */
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
  private static final int SHOWN_LINES = 20;

  private ChildJvm() {}

  /** Ends the processes that still run when this JVM is told to end. */
  static void endWithThisJvm() {
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(() -> ProcessHandle.current().children().forEach(ProcessHandle::destroy)));
  }

  /**
   * Runs {@code java} with arguments and waits for its end.
   *
   * @param out the file for its standard output; standard error goes to one beside it
   * @throws BenchmarkException with the end of its standard error if it fails
   */
  static Run run(Path out, List<String> arguments) throws IOException, InterruptedException {
    Path errors = out.resolveSibling(out.getFileName() + ".err");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectInput(ProcessBuilder.Redirect.from(nothing()))
            .redirectOutput(out.toFile())
            .redirectError(errors.toFile());

    long start = System.nanoTime();
    Process process = builder.start();
    Path status = Path.of("/proc", String.valueOf(process.pid()), "status");
    OptionalLong peak = OptionalLong.empty();
    while (!process.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
      OptionalLong now = peakBytes(status);
      peak = now.isPresent() ? now : peak;
    }
    double seconds = (System.nanoTime() - start) / 1e9;
    if (process.exitValue() != 0) {
      throw new BenchmarkException(
          "exit code %d; %s ends with:%n%s"
              .formatted(process.exitValue(), errors, lastLines(errors)));
    }
    return new Run(seconds, peak);
  }

  /** Linux keeps a process's high-water mark of resident memory, so the last look is the peak. */
  private static OptionalLong peakBytes(Path status) {
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

  private static String lastLines(Path file) throws IOException {
    List<String> lines = Files.readAllLines(file);
    return String.join("\n", lines.subList(Math.max(0, lines.size() - SHOWN_LINES), lines.size()));
  }

  private static File nothing() {
    return new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
  }
}
