package io.tailrace.run;

import java.util.function.BooleanSupplier;
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
   * From now on a signal stops what runs and ends the process with exit code 0.
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
    try {
      stop.run();
    } catch (Exception e) {
      LOG.warn("The run ends without having finished what it was at: {}", e.getMessage());
    }
    // A signal that did what it was sent for is no failure.
    Runtime.getRuntime().halt(0);
  }
}
