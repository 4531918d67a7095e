package io.tailrace.benchmark;

import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.spark.launcher.JavaModuleOptions;

/** A program that does the job as one process whose time is taken. */
interface Contestant {

  /** For a table of figures. */
  String name();

  /**
   * Does the job, in a folder that is empty before.
   *
   * @param moreJavaOptions beside its own
   */
  ChildJvm.Run run(Path folder, List<String> moreJavaOptions)
      throws IOException, InterruptedException;

  /** The seconds of the run in a folder without its start, if it tells them. */
  default OptionalDouble secondsInQueries(Path folder) throws IOException {
    return OptionalDouble.empty();
  }

  /** Reads what the run in a folder has given; no time is taken. */
  Answer answer(Path folder) throws IOException, InterruptedException;

  /**
   * What Tailrace is asked to do.
   *
   * @param pipeline the pipeline
   * @param options its own options
   * @param report the query for the answer's report
   * @param log the query for its log, if there is one
   */
  record Job(String pipeline, List<String> options, String report, Optional<String> log) {

    static final Job SERVER_LOGS =
        new Job(
            "server-logs",
            List.of(),
            "SELECT serverID, avgVolume FROM volume",
            Optional.of("SELECT serverID, timestamp FROM sev0"));

    static final Job TRACKER =
        new Job(
            "tracker",
            List.of(),
            "SELECT device_id, total_recordings FROM device_counts",
            Optional.of(
                "SELECT device_id, count(*), sum(mrn), min(time), max(time), min(heartrate),"
                    + " max(heartrate) FROM heartbeat_tracker GROUP BY device_id"));

    /**
     * A file of SQL.
     *
     * @param file with the results that {@link OrdersAnswer} knows
     */
    static Job orders(Path file) {
      return new Job(
          "run", List.of(file.toString()), OrdersAnswer.REPORT, Optional.of(OrdersAnswer.LOG));
    }

    static Job accessLog(String format, boolean traffic) {
      return new Job(
          "access-log",
          List.of("--format=" + format, "--traffic=" + traffic),
          "SELECT status, \"count\" FROM status_counts",
          traffic
              ? Optional.of(
                  "SELECT concat_ws(' ', 'host', host, requests, bytes, errors) AS row"
                      + " FROM traffic_by_host UNION ALL"
                      + " SELECT concat_ws(' ', 'endpoint', endpoint, requests, bytes, errors)"
                      + " FROM traffic_by_endpoint")
              : Optional.empty());
    }

    static Job gameEvents(String bootstrapServers) {
      return new Job(
          "game-events",
          List.of("--bootstrapServers=" + bootstrapServers),
          "SELECT event_type || ' ' || direction, events FROM events_by_type"
              + " WHERE event_type <> 'default'",
          Optional.of(
              "SELECT Host, event_type, direction, event_detail, count(*), sum(kafka_offset)"
                  + " FROM valid_events GROUP BY ALL"));
    }
  }

  /**
   * Tailrace as users start it, on a runner.
   *
   * @param input the option that names it
   * @param output where the results go; nothing is there before
   * @param storageOptions how input and output are reached
   */
  record Tailrace(
      String name,
      Path jar,
      Job job,
      String input,
      Output output,
      List<String> storageOptions,
      String heap)
      implements Contestant {

    /** Tells where the results of a run go. */
    @FunctionalInterface
    interface Output {
      String in(Path folder);
    }

    static Tailrace onDisk(Runner runner, Path jar, Path input, String heap) {
      return onDisk("Tailrace, " + runner.title() + " runner", jar, Job.SERVER_LOGS, input, heap);
    }

    static Tailrace onDisk(String name, Path jar, Job job, Path input, String heap) {
      return onDisk(name, jar, job, "--input=" + input, heap);
    }

    static Tailrace onDisk(String name, Path jar, Job job, String input, String heap) {
      return new Tailrace(
          name, jar, job, input, folder -> folder.resolve("results").toString(), List.of(), heap);
    }

    @Override
    public ChildJvm.Run run(Path folder, List<String> moreJavaOptions)
        throws IOException, InterruptedException {
      List<String> arguments = new ArrayList<>();
      arguments.add(job.pipeline());
      arguments.addAll(job.options());
      arguments.add(input);
      arguments.add("--output=" + output.in(folder));
      arguments.addAll(List.of("--trigger=availableNow", "--progress=none"));
      return java(folder.resolve("out"), moreJavaOptions, arguments);
    }

    @Override
    public Answer answer(Path folder) throws IOException, InterruptedException {
      query(folder, job.report(), Answer.REPORT_FILE);
      if (job.log().isPresent()) {
        query(folder, job.log().get(), Answer.LOG_FILE);
      }
      return Answer.read(folder);
    }

    private void query(Path folder, String sql, String file)
        throws IOException, InterruptedException {
      java(
          folder.resolve(file),
          List.of(),
          List.of("query", sql, "--output=" + output.in(folder), "--format=csv"));
    }

    private ChildJvm.Run java(Path out, List<String> moreJavaOptions, List<String> arguments)
        throws IOException, InterruptedException {
      List<String> javaOptions = new ArrayList<>();
      javaOptions.add("-Xmx" + heap);
      javaOptions.addAll(moreJavaOptions);
      List<String> all = new ArrayList<>(arguments);
      all.addAll(storageOptions);
      return ChildJvm.runTailrace(out, jar, javaOptions, all);
    }
  }

  /**
   * A program of this package.
   *
   * @param main what does the job
   * @param javaOptions of both programs, beside the limit of the heap
   * @param classPath what it runs on
   * @param options of both programs
   * @param answer what makes a small answer of its results, if that is not done along with it
   */
  record Program(
      String name,
      Class<?> main,
      List<String> javaOptions,
      String classPath,
      List<String> options,
      Optional<Class<?>> answer,
      String heap)
      implements Contestant {

    /** What Flink's own configuration opens to it on Java 17, and a log without news. */
    private static final List<String> JAVA_OPTIONS_OF_FLINK =
        Stream.concat(
                Stream.of("-Dorg.slf4j.simpleLogger.defaultLogLevel=warn"),
                Stream.of(
                        "lang",
                        "lang.invoke",
                        "lang.reflect",
                        "net",
                        "text",
                        "time",
                        "util",
                        "util.concurrent",
                        "util.concurrent.atomic",
                        "util.concurrent.locks")
                    .map(name -> "--add-opens=java.base/java." + name + "=ALL-UNNAMED"))
            .toList();

    /**
     * {@link SparkServerLogs}.
     *
     * @param source how it reads lines: csv or text
     */
    static Program sparkServerLogs(String source, Path input, String heap) {
      return spark(
          source + " source",
          SparkServerLogs.class,
          List.of("--input=" + input, "--source=" + source),
          Optional.of(ParquetLog.class),
          heap);
    }

    /**
     * {@link SparkAccessLog}.
     *
     * @param traffic whether it also has the traffic per host and per endpoint
     */
    static Program sparkAccessLog(boolean traffic, Path input, String heap) {
      return spark(
          "text source and `regexp_extract`",
          SparkAccessLog.class,
          List.of("--input=" + input, "--traffic=" + traffic),
          Optional.empty(),
          heap);
    }

    /**
     * {@link DuckDbAccessLog}.
     *
     * @param traffic whether it also has the traffic per host and per endpoint
     */
    static Program duckDbAccessLog(boolean traffic, Path input, String heap) {
      return new Program(
          "DuckDB, `regexp_extract`",
          DuckDbAccessLog.class,
          List.of(),
          ownClassPath(),
          List.of("--input=" + input, "--traffic=" + traffic, "--memory=" + heap),
          Optional.empty(),
          heap);
    }

    /**
     * {@link SparkTracker}.
     *
     * @param sink what it writes: delta or parquet
     */
    static Program sparkTracker(String sink, Path input, String heap) {
      return spark(
          "multi-line JSON to " + sink,
          SparkTracker.class,
          List.of("--input=" + input, "--sink=" + sink),
          Optional.of(SparkTrackerCounts.class),
          heap);
    }

    /** {@link DuckDbTracker}. */
    static Program duckDbTracker(Path input, String heap) {
      return new Program(
          "DuckDB, `read_json` to Parquet",
          DuckDbTracker.class,
          List.of(),
          ownClassPath(),
          List.of("--input=" + input, "--memory=" + heap),
          Optional.of(DuckDbTrackerCounts.class),
          heap);
    }

    /**
     * {@link SparkOrders}.
     *
     * @param form how it comes to several results: queries or batch
     */
    static Program sparkOrders(
        String form, Path sql, OrderFiles.Format format, Path input, String heap) {
      return spark(
          form.equals("batch") ? "`foreachBatch`" : "a query for each result",
          SparkOrders.class,
          List.of(
              "--input=" + input, "--sql=" + sql, "--format=" + format.option(), "--form=" + form),
          Optional.of(OrdersAnswer.class),
          heap);
    }

    /** {@link DuckDbOrders}. */
    static Program duckDbOrders(Path sql, OrderFiles.Format format, Path input, String heap) {
      return new Program(
          "DuckDB, " + format.option() + " files",
          DuckDbOrders.class,
          List.of(),
          ownClassPath(),
          List.of(
              "--input=" + input,
              "--sql=" + sql,
              "--format=" + format.option(),
              "--memory=" + heap),
          Optional.of(OrdersAnswer.class),
          heap);
    }

    /** {@link SparkGameEvents}. */
    static Program sparkGameEvents(String bootstrapServers, String heap) {
      return spark(
          "Kafka source",
          SparkGameEvents.class,
          List.of("--bootstrapServers=" + bootstrapServers),
          Optional.of(SparkEventCounts.class),
          heap);
    }

    private static Program spark(
        String form, Class<?> main, List<String> options, Optional<Class<?>> answer, String heap) {
      return new Program(
          "Spark Structured Streaming, " + form,
          main,
          // What Spark's own start scripts open to it on Java 17.
          List.of(JavaModuleOptions.defaultModuleOptions().trim().split(" +")),
          ownClassPath(),
          options,
          answer,
          heap);
    }

    /**
     * {@link FlinkServerLogs}.
     *
     * @param jars the folder of Flink's jars, which do not go with Spark's
     */
    static Program flinkServerLogs(Path jars, Path input, String heap) {
      return new Program(
          "Flink SQL, csv files",
          FlinkServerLogs.class,
          JAVA_OPTIONS_OF_FLINK,
          jars.resolve("*") + File.pathSeparator + ownClasses(),
          List.of("--input=" + input.toAbsolutePath()),
          Optional.of(ParquetLog.class),
          heap);
    }

    /** {@link DuckDbServerLogs}. */
    static Program duckDbServerLogs(Path input, String heap) {
      return new Program(
          "DuckDB, csv files",
          DuckDbServerLogs.class,
          List.of(),
          ownClassPath(),
          List.of("--input=" + input, "--memory=" + heap),
          Optional.of(ParquetLog.class),
          heap);
    }

    /** {@link BareLoop}. */
    static Program bareLoop(Path input, String heap) {
      return new Program(
          "Bare loop over the bytes (the limit)",
          BareLoop.class,
          List.of(),
          ownClassPath(),
          List.of("--input=" + input),
          Optional.empty(),
          heap);
    }

    @Override
    public ChildJvm.Run run(Path folder, List<String> moreJavaOptions)
        throws IOException, InterruptedException {
      return java(folder, "out", moreJavaOptions, classPath, main);
    }

    @Override
    public OptionalDouble secondsInQueries(Path folder) throws IOException {
      String end = SparkServerLogs.SECONDS_IN_QUERIES;
      return Files.readAllLines(folder.resolve("out")).stream()
          .filter(line -> line.endsWith(end))
          .mapToDouble(line -> Double.parseDouble(line.substring(0, line.length() - end.length())))
          .findFirst();
    }

    @Override
    public Answer answer(Path folder) throws IOException, InterruptedException {
      if (answer.isPresent()) {
        java(folder, "out-answer", List.of(), ownClassPath(), answer.get());
      }
      return Answer.read(folder);
    }

    private ChildJvm.Run java(
        Path folder, String out, List<String> moreJavaOptions, String classes, Class<?> program)
        throws IOException, InterruptedException {
      List<String> arguments = new ArrayList<>();
      arguments.add("-Xmx" + heap);
      arguments.addAll(javaOptions);
      arguments.addAll(moreJavaOptions);
      arguments.addAll(List.of("-cp", classes, program.getName()));
      arguments.addAll(options);
      arguments.add("--output=" + folder.toAbsolutePath());
      return ChildJvm.run(folder.resolve(out), arguments);
    }

    /** The class path that this class was loaded from, also inside Maven. */
    private static String ownClassPath() {
      if (Program.class.getClassLoader() instanceof URLClassLoader loader) {
        return Stream.of(loader.getURLs())
            .map(Program::path)
            .collect(Collectors.joining(File.pathSeparator));
      }
      return System.getProperty("java.class.path");
    }

    private static String ownClasses() {
      return path(Program.class.getProtectionDomain().getCodeSource().getLocation());
    }

    /** Where a file is. */
    static String path(URL url) {
      try {
        return Path.of(url.toURI()).toString();
      } catch (URISyntaxException e) {
        throw new IllegalStateException(e);
      }
    }
  }
}
