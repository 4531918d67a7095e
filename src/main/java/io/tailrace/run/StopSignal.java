package io.tailrace.run;

import java.util.function.BooleanSupplier;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What Ctrl-C and SIGTERM do to a command that runs until then. */
public final class StopSignal {

  private static final Logger LOG = LoggerFactory.getLogger(StopSignal.class);

  private StopSignal() {}

  /** Ends what runs. */
  @FunctionalInterface
  public interface Stop {

    /** Ends it, and returns when it has ended. */
    void run() throws Exception;
  }

  /**
   * From now on a signal stops what runs and ends the process with exit code 0. So it is stopped,
   * too, when a library ends the process, which keeps that exit code.
   *
   * @param isStopped whether it has ended already; the process then ends as it would without this
   */
  public static void stops(Stop stop, BooleanSupplier isStopped) {
    Runtime.getRuntime().addShutdownHook(new Thread(() -> stop(stop, isStopped), "stop"));
  }

  private static void stop(Stop stop, BooleanSupplier isStopped) {
    if (isStopped.getAsBoolean()) {
      return;
    }
    boolean exits = isExitCalled();
    try {
      stop.run();
    } catch (Exception e) {
      LOG.warn("The run ends without having finished what it was at: {}", e.getMessage());
    }
    if (!exits) {
      // A signal that did what it was sent for is no failure.
      Runtime.getRuntime().halt(0);
    }
  }

  /**
   * Whether the process ends because a thread has called for it; a signal calls nothing of this.
   */
  private static boolean isExitCalled() {
    return Thread.getAllStackTraces().values().stream()
        .flatMap(Stream::of)
        .anyMatch(
            frame ->
                frame.getClassName().equals(Runtime.class.getName())
                    && frame.getMethodName().equals("exit"));
  }
}
