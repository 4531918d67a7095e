package io.tailrace.benchmark;

import java.io.IOException;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measures {@code server-logs}, {@code access-log}, {@code game-events} and {@code tracker}, on
 * each runner and beside their peers, and writes down what was found.
 *
 * <pre>
 * mvn -q -B -Pdirect-runner -DskipTests package
 * mvn -q -B -Pflink-runner -DskipTests package
 * mvn -q -B -Pspark-runner -DskipTests package
 * mvn -q -Pdirect-runner,benchmark test-compile exec:java -Dexec.args="--case=arrivals"
 * </pre>
 *
 * <p>The cases, each with its options and their defaults:
 *
 * <ul>
 *   <li>{@code --case=server-logs}, which is the default: the whole job, beside Spark Structured
 *       Streaming and a bare loop. {@code --files=100}, {@code --lines=1000000} in each of them,
 *       {@code --servers=10}; {@code --rounds=3}: how often each runs, all of them in turn; {@code
 *       --peers=csv,text}: the forms of Spark Structured Streaming, of which there can be one or
 *       {@code none}; {@code --heap=1g}
 *   <li>{@code --case=million-servers}: the same with so many servers that the report is the work,
 *       with 10 files, 1,000,000 servers, no Spark, a heap of 4g, and on the Direct runner
 *   <li>{@code --case=arrivals}: from the arrival of a file to the report. {@code --arrivals=100},
 *       {@code --lines=100} in each, {@code --heap=1g}
 *   <li>{@code --case=idle}: the CPU time while nothing arrives. {@code --settle-seconds=20} after
 *       one file is in the report, {@code --seconds=60} are measured, {@code --heap=1g}
 *   <li>{@code --case=small-files}: many files of one line, then one more. {@code --files=200000},
 *       {@code --arrivals=10}, {@code --heap=2g}; on the Direct and Flink runners
 *   <li>{@code --case=s3}: the whole job from and to an S3 server on this machine, beside the same
 *       files on disk. {@code --files=100}, {@code --lines=1000000}, {@code --servers=10}, {@code
 *       --rounds=3}, {@code --heap=1g}; on the Direct runner
 *   <li>{@code --case=access-log}: requests per status, by name of the format and by LogFormat,
 *       beside Spark Structured Streaming. {@code --files=20}, {@code --lines=500000}, {@code
 *       --rounds=3}, {@code --peers=text} or {@code none}, {@code --heap=1g}; on the Direct runner
 *   <li>{@code --case=game-events}: the events of a topic as a table, beside Spark Structured
 *       Streaming. {@code --events=5000000}, {@code --rounds=3}, {@code --peers=kafka} or {@code
 *       none}, {@code --heap=1g}; on the Direct and Flink runners
 *   <li>{@code --case=game-api}: the requests that the API of the game answers in a second. {@code
 *       --requests=40000}, {@code --clients=16}, {@code --rounds=3}, {@code --heap=512m}
 *   <li>{@code --case=tracker}: readings as a Delta table, beside Spark Structured Streaming with
 *       Delta and with Parquet. {@code --files=900}, {@code --lines=10000} readings in each, {@code
 *       --rounds=3}, {@code --peers=delta,parquet}, one of them or {@code none}, {@code --heap=1g}
 *   <li>{@code --case=tracker-commits}: how long a commit takes, after few versions and after many.
 *       {@code --files=1000}, {@code --lines=10} in each, {@code --heap=1g}; on the Direct runner
 *   <li>{@code --case=hot-loops}: the loops that all lines go through, by JMH, and what they
 *       allocate. {@code --forks=1} for each loop, {@code --warm-ups=3} and {@code --iterations=5}
 *       of a second, {@code --heap=1g}
 * </ul>
 *
 * <p>For all cases:
 *
 * <ul>
 *   <li>{@code --runners=direct,flink,spark}: of Tailrace. Of those that are measured by default,
 *       one whose jar has not been built is left out; one that is named must be there
 *   <li>{@code --jars=target}: the folder of the jars
 *   <li>{@code --page=docs/benchmarks.md}: the page whose section for this case is replaced
 *   <li>{@code --data=target/benchmark-data}: where the input is made
 * </ul>
 *
 * <p>Ends with exit code 1 and without any figure if a process fails or two answers differ, and
 * with 2 if an option is wrong.
 */
public final class ServerLogsBenchmark {

  private ServerLogsBenchmark() {}

  /** See the class. */
  public static void main(String[] args) throws IOException, InterruptedException {
    Settings settings;
    try {
      settings = Settings.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    ChildJvm.endWithThisJvm();
    try {
      run(withBuiltRunners(settings));
    } catch (BenchmarkException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private static Settings withBuiltRunners(Settings settings) {
    List<Runner> built =
        settings.runners().stream().filter(runner -> runner.isBuilt(settings.jars())).toList();
    List<Runner> missing =
        settings.runners().stream().filter(runner -> !built.contains(runner)).toList();
    if (missing.isEmpty()) {
      return settings;
    }
    String howToBuild =
        missing.stream()
            .map(runner -> runner.jar(settings.jars()) + " is not there: " + runner.buildCommand())
            .collect(Collectors.joining(System.lineSeparator()));
    if (settings.namesRunners() || built.isEmpty()) {
      throw new BenchmarkException(howToBuild);
    }
    System.err.println(howToBuild);
    return settings.with(built);
  }

  private static void run(Settings settings) throws IOException, InterruptedException {
    Case measured =
        switch (settings.scenario()) {
          case SERVER_LOGS, MILLION_SERVERS -> new Race(settings);
          case ARRIVALS -> new Arrivals(settings);
          case IDLE -> new Idle(settings);
          case SMALL_FILES -> new SmallFiles(settings);
          case S3 -> new FromS3(settings);
          case ACCESS_LOG -> new AccessLogRace(settings);
          case GAME_EVENTS -> new GameEventsRace(settings);
          case GAME_API -> new GameApiLoad(settings);
          case TRACKER -> new TrackerRace(settings);
          case TRACKER_COMMITS -> new TrackerCommits(settings);
          case HOT_LOOPS -> new HotLoops(settings);
        };
    String section = Page.section(settings, measured.measure());
    Page.write(settings.page(), settings.scenario(), section);
    System.out.println();
    System.out.print(section);
  }
}
