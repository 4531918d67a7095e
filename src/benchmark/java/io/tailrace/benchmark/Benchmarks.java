package io.tailrace.benchmark;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/**
 * Measures Tailrace on each runner and beside its peers, and writes down what was found. {@code
 * bin/benchmark} builds what it needs and starts it: without options the whole set, with {@code
 * --case=arrivals} one case.
 *
 * <p>The cases, each with its options and their defaults:
 *
 * <ul>
 *   <li>{@code --case=all}, which is the default: each of the others, one after the other; an
 *       option goes to those that have it. If one fails, the next ones still run
 *   <li>{@code --case=server-logs}: the whole job, beside Spark Structured Streaming, Flink SQL,
 *       DuckDB and a bare loop. {@code --files=100}, {@code --lines=1000000} in each of them,
 *       {@code --servers=10}; {@code --rounds=3}: how often each runs, all of them in turn; {@code
 *       --peers=csv,text,flink,duckdb}: two forms of Spark Structured Streaming, and the others;
 *       some of them or {@code none}; {@code --heap=1g}
 *   <li>{@code --case=csv}: a file of SQL over orders as CSV, beside Spark Structured Streaming in
 *       two forms and DuckDB. {@code --sizes=50000000} orders, {@code --rounds=3}, {@code
 *       --peers=queries,batch,duckdb}, some of them or {@code none}, {@code --heap=1g}
 *   <li>{@code --case=json}: the same over JSON, one order a line. {@code --sizes=20000000} orders,
 *       and the other options of {@code csv}
 *   <li>{@code --case=lines}: {@code server-logs} with more and more lines. {@code
 *       --sizes=1,10,100,300} millions of them, {@code --servers=10}, {@code --rounds=3}, from 100
 *       million lines on {@code --large-rounds=1}, {@code --peers=csv,text,flink,duckdb}, {@code
 *       --heap=1g}
 *   <li>{@code --case=files}: the same lines in more and more files. {@code
 *       --sizes=100,1000,10000,100000} files, {@code --lines=10000000} in all of them together,
 *       {@code --servers=10}, {@code --rounds=2}, {@code --peers=duckdb}, {@code --heap=1g}
 *   <li>{@code --case=servers}: more and more servers. {@code --sizes=10,10000,1000000}, {@code
 *       --files=10}, {@code --lines=1000000}, {@code --rounds=3}, {@code --peers=text,duckdb},
 *       {@code --heap=1g}
 *   <li>{@code --case=severities}: more and more records of severity 0. {@code --sizes=0.01,1,50}
 *       percent, {@code --files=10}, {@code --lines=1000000}, {@code --servers=10}, {@code
 *       --rounds=2}, {@code --peers=text,duckdb}, {@code --heap=1g}
 *   <li>{@code --case=bad-lines}: one file without bad lines, and with one in a hundred. {@code
 *       --lines=100000000}, {@code --servers=10}, {@code --rounds=3}, {@code --heap=1g}
 *   <li>{@code --case=arrivals}: from the arrival of a file to the report, while files arrive at a
 *       steady rate. {@code --rates=1,10,100} files a second, each for {@code --seconds=30}, {@code
 *       --lines=100} in each file, {@code --heap=1g}
 *   <li>{@code --case=idle}: the CPU time while nothing arrives. {@code --settle-seconds=20} after
 *       one file is in the report, {@code --seconds=60} are measured, {@code --heap=1g}
 *   <li>{@code --case=small-files}: many files of one line, then one more. {@code --files=200000},
 *       {@code --arrivals=10}, {@code --heap=2g}; on the Direct and Flink runners
 *   <li>{@code --case=restart}: a restart over units that have receipts. {@code
 *       --units=10,1000,100000}, {@code --rounds=3}, {@code --heap=1g}
 *   <li>{@code --case=years}: a restart over the ledger of an output whose files came one by one
 *       for a year. {@code --files=10000000}, {@code --rounds=3}, {@code --heap=1g}
 *   <li>{@code --case=s3}: the whole job from and to an S3 server on this machine, beside the same
 *       files on disk. {@code --files=100}, {@code --lines=1000000}, {@code --servers=10}, {@code
 *       --rounds=3}, {@code --heap=1g}; on the Direct runner
 *   <li>{@code --case=access-log}: requests per status, and with the traffic per host and endpoint,
 *       beside Spark Structured Streaming and DuckDB, and, on fewer files, by LogFormats. {@code
 *       --files=60}, {@code --log-format-files=4}, {@code --lines=500000} in each, {@code
 *       --rounds=3}, {@code --peers=text,duckdb}, one of them or {@code none}, {@code --heap=1g}
 *   <li>{@code --case=game-events}: the events of a topic as a table, beside Spark Structured
 *       Streaming. {@code --events=5000000}, {@code --rounds=3}, {@code --peers=kafka} or {@code
 *       none}, {@code --heap=1g}
 *   <li>{@code --case=game-events-different}: the same with events of which no two are alike, and
 *       the options of {@code game-events}
 *   <li>{@code --case=game-api}: the requests that the API of the game answers in a second. {@code
 *       --requests=40000}, {@code --clients=16}, {@code --rounds=3}, {@code --heap=512m}
 *   <li>{@code --case=tracker}: readings as a Delta table, beside Spark Structured Streaming with
 *       Delta and with Parquet, and DuckDB. {@code --files=900}, {@code --lines=10000} readings in
 *       each, {@code --rounds=3}, {@code --peers=delta,parquet,duckdb}, some of them or {@code
 *       none}, {@code --heap=1g}
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
 *   <li>{@code --flink=FOLDER}: the folder of the jars of Flink SQL, which {@code bin/benchmark}
 *       gives
 *   <li>{@code --page=docs/benchmarks.md}: the page whose section for this case is replaced
 *   <li>{@code --data=target/benchmark-data}: where the input is made
 * </ul>
 *
 * <p>Ends with exit code 1 and without any figure of a case if a process of it fails or two answers
 * differ, and with 2 if an option is wrong.
 */
public final class Benchmarks {

  private Benchmarks() {}

  /** See the class. */
  public static void main(String[] args) throws InterruptedException {
    List<Settings> cases;
    try {
      cases = Settings.parse(args);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.exit(2);
      return;
    }
    ChildJvm.endWithThisJvm();
    List<String> summary = new ArrayList<>();
    boolean failed = false;
    for (Settings settings : cases) {
      String title = settings.scenario().title();
      try {
        run(withBuiltRunners(settings));
        summary.add("written: " + title);
      } catch (BenchmarkException e) {
        System.err.println(e.getMessage());
        summary.add("failed: " + title);
        failed = true;
      } catch (IOException | RuntimeException e) {
        e.printStackTrace();
        summary.add("failed: " + title);
        failed = true;
      }
    }
    if (cases.size() > 1) {
      System.out.println();
      summary.forEach(System.out::println);
    }
    if (failed) {
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
          case SERVER_LOGS -> new Race(settings);
          case CSV -> new SqlRace(settings, OrderFiles.Format.CSV);
          case JSON -> new SqlRace(settings, OrderFiles.Format.JSON);
          case LINES, FILES, SERVERS, SEVERITIES -> new Series(settings);
          case BAD_LINES -> new BadLines(settings);
          case ARRIVALS -> new Arrivals(settings);
          case IDLE -> new Idle(settings);
          case SMALL_FILES -> new SmallFiles(settings);
          case RESTART -> new Restart(settings);
          case YEARS -> new Years(settings);
          case S3 -> new FromS3(settings);
          case ACCESS_LOG -> new AccessLogRace(settings);
          case GAME_EVENTS -> new GameEventsRace(settings, false);
          case GAME_EVENTS_DIFFERENT -> new GameEventsRace(settings, true);
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
