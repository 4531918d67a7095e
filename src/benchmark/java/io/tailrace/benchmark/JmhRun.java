package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.Options;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;

/** Lets JMH measure all loops that are on the class path, each in a process of its own. */
final class JmhRun {

  /** The secondary result of JMH's profiler that has the bytes allocated for an operation. */
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  private static final TimeValue ITERATION = TimeValue.seconds(1);

  private JmhRun() {}

  /**
   * What was found out about a loop.
   *
   * @param name its class, method and parameters
   * @param nanos the time of a line, in nanoseconds, on average
   * @param error half the width of the interval of 99.9 % confidence; not a number if there were
   *     too few iterations for one
   * @param bytes what is allocated for a line, in bytes
   */
  record Score(String name, double nanos, double error, double bytes) {

    private static Score of(RunResult result) {
      BenchmarkParams params = result.getParams();
      StringBuilder name = new StringBuilder(params.getBenchmark());
      name.delete(0, JmhRun.class.getPackageName().length() + 1);
      params.getParamsKeys().forEach(key -> name.append(' ').append(params.getParam(key)));
      Result<?> time = result.getPrimaryResult();
      return new Score(
          name.toString(),
          time.getScore(),
          time.getScoreError(),
          result.getSecondaryResults().get(ALLOCATED).getScore());
    }

    private String line() {
      return String.join(
          ",", name, Double.toString(nanos), Double.toString(error), Double.toString(bytes));
    }

    private static Score parse(String line) {
      String[] fields = line.split(",");
      return new Score(
          fields[0],
          Double.parseDouble(fields[1]),
          Double.parseDouble(fields[2]),
          Double.parseDouble(fields[3]));
    }
  }

  /** What a run has found out. */
  static List<Score> read(Path scores) throws IOException {
    return Files.readAllLines(scores).stream().map(Score::parse).toList();
  }

  /** Options: {@code --forks --warm-ups --iterations --heap --scores=FILE}. */
  public static void main(String[] args) throws IOException, RunnerException {
    // Those that JMH starts.
    ChildJvm.endWithThisJvm();
    Arguments arguments = Arguments.parse(args);
    Options options =
        new OptionsBuilder()
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .forks(Integer.parseInt(arguments.required("forks")))
            .warmupIterations(Integer.parseInt(arguments.required("warm-ups")))
            .warmupTime(ITERATION)
            .measurementIterations(Integer.parseInt(arguments.required("iterations")))
            .measurementTime(ITERATION)
            .jvmArgs("-Xmx" + arguments.required("heap"))
            .addProfiler(GCProfiler.class)
            .shouldFailOnError(true)
            .build();
    List<String> lines = new ArrayList<>();
    for (RunResult result : new org.openjdk.jmh.runner.Runner(options).run()) {
      lines.add(Score.of(result).line());
    }
    Files.write(Path.of(arguments.required("scores")), lines);
  }
}
