package io.tailrace.demo;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * A server of the demonstrations that is a process of its own. Ends with this process, however that
 * ends.
 */
final class ServerProcess implements AutoCloseable {

  /**
   * Starts a command that is ended when the input of this script ends, which is when the process
   * that holds the other end closes it or dies; the script ends when the command has ended. Ctrl-C
   * and the end of a terminal go to all that was started from it; who works with the server may
   * still need it, and ends it.
   */
  private static final String UNTIL_INPUT_ENDS =
      String.join(
          "\n",
          "trap '' INT HUP",
          "exec 3<&0",
          "\"$@\" < /dev/null 3<&- & server=$!",
          "(cat <&3 > /dev/null; kill $server 2> /dev/null) & watch=$!",
          "wait $server; code=$?",
          "kill $watch 2> /dev/null",
          "exit $code");

  private static final List<String> SMALL = List.of("-Xmx256m", "-XX:+UseSerialGC");

  private final Process process;
  private final Duration timeToStop;

  private ServerProcess(Process process, Duration timeToStop) {
    this.process = process;
    this.timeToStop = timeToStop;
  }

  /**
   * Starts a server; it may not answer yet.
   *
   * @param name what its process is called
   * @param arguments of {@code java}: options, the main class, its arguments
   * @param output where what it prints goes
   * @param timeToStop how long it has to end after it was asked to
   */
  static ServerProcess start(
      String name, List<String> arguments, ProcessBuilder.Redirect output, Duration timeToStop)
      throws IOException {
    List<String> command = new ArrayList<>(List.of(java()));
    command.addAll(SMALL);
    command.addAll(arguments);
    return startCommand(name, command, output, timeToStop);
  }

  /** The same with any command. */
  static ServerProcess startCommand(
      String name, List<String> command, ProcessBuilder.Redirect output, Duration timeToStop)
      throws IOException {
    List<String> all = new ArrayList<>(List.of("sh", "-c", UNTIL_INPUT_ENDS, name));
    all.addAll(command);
    Process process =
        new ProcessBuilder(all).redirectErrorStream(true).redirectOutput(output).start();
    return new ServerProcess(process, timeToStop);
  }

  /** The {@code java} that runs this process. */
  static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /** A port of the loopback address that nothing listens on at this moment. */
  static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  /** Whether it runs. */
  boolean isAlive() {
    return process.isAlive();
  }

  /** The process of the server itself, while it runs. */
  Optional<ProcessHandle> handle() {
    return process
        .children()
        .filter(child -> child.info().command().orElse("").endsWith("/java"))
        .findFirst();
  }

  /**
   * Waits until it has ended.
   *
   * @return its exit code
   */
  int await() throws InterruptedException {
    return process.waitFor();
  }

  /** Asks it to end and waits until it has; it is killed if that takes too long. */
  @Override
  public void close() throws IOException {
    process.getOutputStream().close();
    try {
      if (!process.waitFor(timeToStop.toMillis(), TimeUnit.MILLISECONDS)) {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
