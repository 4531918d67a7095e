package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assert.assertEquals;

import io.tailrace.demo.ServerLogGenerator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Locale;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.Rule;
import org.junit.Test;

/**
 * How many times as fast as {@code --reader=textio} the reader of units is. What a million lines
 * take is what more of them add to the CPU time of a process: so no start counts, and it is about
 * the same while the machine does other things.
 */
public final class ReaderRatioIT {

  private static final int LINES = 1_000_000;
  private static final int SERVERS = 10;
  private static final int ROUNDS = 2;
  private static final long MILLIS_BETWEEN_LOOKS = 10;

  /** With so many more millions a process takes seconds longer. */
  private static final int MORE_MILLIONS_OF_UNITS = 20;

  private static final int MORE_MILLIONS_OF_TEXT = 4;

  /** It was 22 when this was written, also beside two loops without end on two cores. */
  private static final double LEAST_RATIO = 12;

  private static final Pattern RECORDS = Pattern.compile("(\\d+) \\|$", Pattern.MULTILINE);

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void unitsAreReadManyTimesAsFastAsByTextIo() throws Exception {
    Path one = tailrace.root().resolve("one");
    ServerLogGenerator.write(one, 1, LINES, SERVERS, ServerLogGenerator.Share.USUAL, 1);
    Reader units = new Reader("units", one, MORE_MILLIONS_OF_UNITS);
    Reader text = new Reader("textio", one, MORE_MILLIONS_OF_TEXT);
    double ratio = 0;
    // One round says enough, unless the machine was disturbed in it.
    for (int round = 0; round < ROUNDS && ratio <= LEAST_RATIO; round++) {
      assertEquals(text.readOneMillion(), units.readOneMillion());
      text.readMore();
      units.readMore();
      ratio = text.secondsOfAMillion() / units.secondsOfAMillion();
    }
    assertThat("times as fast: " + units + "; " + text, ratio, greaterThan(LEAST_RATIO));
  }

  /** A reader, and the least seconds that its processes have taken. */
  private final class Reader {

    private final String name;
    private final Path one;
    private final Path many;
    private final int more;
    private double secondsOfOne = Double.POSITIVE_INFINITY;
    private double secondsOfMany = Double.POSITIVE_INFINITY;
    private int runs;

    /**
     * @param one a folder with one file of a million lines
     * @param more how many millions of lines there are in a folder with more of them
     */
    Reader(String name, Path one, int more) throws IOException {
      this.name = name;
      this.one = one;
      this.more = more;
      many = Files.createDirectory(tailrace.root().resolve(name));
      try (Stream<Path> files = Files.list(one)) {
        Path file = files.findFirst().orElseThrow();
        for (int i = 0; i <= more; i++) {
          Files.createLink(many.resolve("link-" + i + ".csv"), file);
        }
      }
    }

    /** Gives the report. */
    String readOneMillion() throws IOException, InterruptedException {
      Run run = read(one, 1);
      secondsOfOne = Math.min(secondsOfOne, run.seconds());
      return run.report();
    }

    void readMore() throws IOException, InterruptedException {
      secondsOfMany = Math.min(secondsOfMany, read(many, 1 + more).seconds());
    }

    private Run read(Path input, int millions) throws IOException, InterruptedException {
      runs++;
      TailraceProcess process =
          tailrace.start(
              "server-logs",
              "--input=" + input,
              "--output=" + tailrace.root().resolve(name + "-output-" + runs),
              "--reader=" + name,
              "--trigger=availableNow",
              "--progress=none");
      double seconds = cpuSecondsToTheEnd(process);
      process.requireExit(0, Tailrace.PATIENCE);
      String report = process.out();
      assertEquals(report, (long) millions * LINES, records(report));
      return new Run(seconds, report);
    }

    double secondsOfAMillion() {
      return (secondsOfMany - secondsOfOne) / more;
    }

    @Override
    public String toString() {
      return String.format(
          Locale.ROOT,
          "%s: %.3f s of CPU time for a million lines (%.2f s for 1, %.2f s for %d)",
          name,
          secondsOfAMillion(),
          secondsOfOne,
          secondsOfMany,
          1 + more);
    }
  }

  /**
   * What a process did.
   *
   * @param seconds its CPU time
   */
  private record Run(double seconds, String report) {}

  /** The CPU time of a process just before it ends. */
  private static double cpuSecondsToTheEnd(TailraceProcess process) throws InterruptedException {
    Duration cpu = Duration.ZERO;
    while (process.isRunning() && process.age().compareTo(Tailrace.PATIENCE) < 0) {
      cpu =
          ProcessHandle.of(process.pid())
              .flatMap(running -> running.info().totalCpuDuration())
              .orElse(cpu);
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    }
    return cpu.toNanos() / 1e9;
  }

  /** The sum of the last column. */
  private static long records(String report) {
    return RECORDS.matcher(report).results().mapToLong(row -> Long.parseLong(row.group(1))).sum();
  }
}
