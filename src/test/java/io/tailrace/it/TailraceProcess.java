package io.tailrace.it;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** One command of the jar, in a process of its own. What it prints is in files, also after it. */
final class TailraceProcess {

  /** Half the processor time for runs of a few seconds. What they compute is the same. */
  private static final List<String> SHORT_RUN_FLAGS =
      List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC");

  private final List<String> command;
  private final Process process;
  private final long startedNanos;
  private final Path out;
  private final Path err;

  private TailraceProcess(List<String> command, Process process, Path out, Path err) {
    this.command = command;
    this.process = process;
    this.startedNanos = System.nanoTime();
    this.out = out;
    this.err = err;
  }

  /**
   * Starts a command.
   *
   * @param folder a folder of its own, for what it prints and for its temporary files
   * @param workingDirectory where it runs
   * @param home what it takes for the home of its user
   * @param launcher the command by which Java is started; may be empty
   */
  static TailraceProcess start(
      Path folder, Path workingDirectory, Path home, List<String> launcher, List<String> arguments)
      throws IOException {
    List<String> command = new ArrayList<>(launcher);
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SHORT_RUN_FLAGS);
    command.addAll(classArchive());
    // A killed process leaves its unpacked native libraries behind: not in the machine's folder.
    command.add("-Djava.io.tmpdir=" + folder);
    // Nor does it leave the note of its database, or use an account of this machine's user.
    command.add("-Duser.home=" + home);
    command.add("-jar");
    command.add(jar().toString());
    command.addAll(arguments);
    return startCommand(folder, workingDirectory, command);
  }

  /** As {@code bin/tailrace} does it: a second less for each process that runs a pipeline. */
  private static List<String> classArchive() {
    String archive = jar().toString().replaceFirst("\\.jar$", ".jsa");
    return Files.exists(Path.of(archive))
        ? List.of(
            "-XX:SharedArchiveFile=" + archive,
            "-Xshare:auto",
            "-Xlog:cds=off,cds+dynamic=off,class+path=off")
        : List.of();
  }

  /**
   * Starts any command.
   *
   * @param folder a folder of its own, for what it prints
   * @param workingDirectory where it runs
   */
  static TailraceProcess startCommand(Path folder, Path workingDirectory, List<String> command)
      throws IOException {
    return startCommand(folder, workingDirectory, command, ProcessBuilder.Redirect.from(nothing()));
  }

  /** The same, with what is {@link #type}d for its input. */
  static TailraceProcess startTyping(Path folder, Path workingDirectory, List<String> command)
      throws IOException {
    return startCommand(folder, workingDirectory, command, ProcessBuilder.Redirect.PIPE);
  }

  private static TailraceProcess startCommand(
      Path folder, Path workingDirectory, List<String> command, ProcessBuilder.Redirect input)
      throws IOException {
    Path out = folder.resolve("stdout");
    Path err = folder.resolve("stderr");
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .directory(workingDirectory.toFile())
            .redirectInput(input)
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    // No account but those that a test names; without this, one of the machine is asked for.
    builder.environment().keySet().removeIf(name -> name.startsWith("AWS_"));
    builder.environment().put("AWS_EC2_METADATA_DISABLED", "true");
    return new TailraceProcess(command, builder.start(), out, err);
  }

  /** The jar under test. */
  static Path jar() {
    return Path.of(System.getProperty("tailrace.jar", "target/tailrace-direct.jar"))
        .toAbsolutePath();
  }

  /** The jar under test for a cluster that brings the engine. */
  static Path clusterJar() {
    return Path.of(System.getProperty("tailrace.cluster.jar")).toAbsolutePath();
  }

  private static File nothing() {
    return new File(File.separatorChar == '/' ? "/dev/null" : "NUL");
  }

  /** Gives it more input. */
  void type(String text) throws IOException {
    process.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    process.getOutputStream().flush();
  }

  /** Ends its input. */
  void endInput() throws IOException {
    process.getOutputStream().close();
  }

  /** What it has printed so far. */
  String out() throws IOException {
    return read(out);
  }

  /** What it has printed on standard error so far. */
  String err() throws IOException {
    return read(err);
  }

  private static String read(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }

  long pid() {
    return process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** How long ago it was started. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - startedNanos);
  }

  /**
   * Waits for its end.
   *
   * @return the exit code
   * @throws AssertionError if it still runs after so long
   */
  int awaitExit(Duration atMost) throws IOException, InterruptedException {
    if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
      throw new AssertionError("still runs after " + atMost + ": " + this);
    }
    return process.exitValue();
  }

  /**
   * Waits for its end.
   *
   * @throws AssertionError with what it has printed, if it ends with another exit code or not at
   *     all
   */
  void requireExit(int exitCode, Duration atMost) throws IOException, InterruptedException {
    int actual = awaitExit(atMost);
    if (actual != exitCode) {
      throw new AssertionError("ends with " + actual + ", not " + exitCode + ": " + this);
    }
  }

  /** SIGTERM. */
  void terminate() {
    process.destroy();
  }

  /** SIGKILL, and waits until the process is no more. */
  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** What was started and what it has printed, for the messages of failed assertions. */
  @Override
  public String toString() {
    try {
      return String.format("%s%nstdout:%n%s%nstderr:%n%s", command, out(), err());
    } catch (IOException e) {
      return command + " (" + e + ")";
    }
  }
}
