package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertTrue;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.Test;

public final class StopSignalTest {

  private static final long PATIENCE_SECONDS = 60;

  /**
   * Is stopped when its process ends, whatever ends it: by itself, if it is told with which code.
   */
  static final class Stoppable {

    public static void main(String[] arguments) throws IOException {
      StopSignal.stops(() -> System.out.println("stopped"), () -> false);
      System.out.println("begun");
      if (arguments.length > 0) {
        System.exit(Integer.parseInt(arguments[0]));
      }
      // Until its test ends, should nothing else end it.
      System.in.read();
    }
  }

  @Test
  public void aSignalStopsAndIsNoFailure() throws Exception {
    Process process = start();
    assertThat(process.inputReader().readLine(), is("begun"));
    // Unlike the process's own, this leaves its output open.
    process.toHandle().destroy();
    assertStopped(process, 0);
  }

  @Test
  public void aLibraryThatEndsTheProcessKeepsItsExitCode() throws Exception {
    Process process = start("52");
    assertThat(process.inputReader().readLine(), is("begun"));
    assertStopped(process, 52);
  }

  private static Process start(String... arguments) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            ProcessHandle.current().info().command().orElseThrow(),
            "-cp",
            System.getProperty("java.class.path"),
            Stoppable.class.getName());
    builder.command().addAll(List.of(arguments));
    return builder.redirectError(ProcessBuilder.Redirect.INHERIT).start();
  }

  private static void assertStopped(Process process, int exitCode) throws Exception {
    try {
      assertThat(process.inputReader().readLine(), is("stopped"));
      assertTrue(process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS));
      assertThat(process.exitValue(), is(exitCode));
    } finally {
      process.destroyForcibly();
    }
  }
}
