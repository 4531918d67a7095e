package io.tailrace.benchmark;

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

  /** Does the job, in a folder that is empty before. */
  ChildJvm.Run run(Path folder) throws IOException, InterruptedException;

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

    static Job accessLog(String format, boolean traffic) {
      return new Job(
          "access-log",
          List.of("--format=" + format, "--traffic=" + traffic),
          "SELECT status, \"count\" FROM status_counts",
          Optional.empty());
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
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      List<String> arguments = new ArrayList<>();
      arguments.add(job.pipeline());
      arguments.addAll(job.options());
      arguments.add(input);
      arguments.add("--output=" + output.in(folder));
      arguments.addAll(List.of("--trigger=availableNow", "--progress=none"));
      return java(folder.resolve("out"), arguments);
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
          List.of("query", sql, "--output=" + output.in(folder), "--format=csv"));
    }

    private ChildJvm.Run java(Path out, List<String> arguments)
        throws IOException, InterruptedException {
      List<String> all = new ArrayList<>(arguments);
      all.addAll(storageOptions);
      return ChildJvm.runTailrace(out, jar, heap, all);
    }
  }

  /**
   * A job of Spark Structured Streaming.
   *
   * @param main what does it
   * @param answer what makes a small answer of its results, if that is not done along with it
   * @param options of both
   */
  record Spark(
      String name, Class<?> main, List<String> options, Optional<Class<?>> answer, String heap)
      implements Contestant {

    /**
     * {@link SparkServerLogs}.
     *
     * @param source how it reads lines: csv or text
     */
    static Spark serverLogs(String source, Path input, String heap) {
      return new Spark(
          "Spark Structured Streaming, " + source + " source",
          SparkServerLogs.class,
          List.of("--input=" + input, "--source=" + source),
          Optional.of(SparkSev0.class),
          heap);
    }

    /** {@link SparkAccessLog}. */
    static Spark accessLog(Path input, String heap) {
      return new Spark(
          "Spark Structured Streaming, text source and `regexp_extract`",
          SparkAccessLog.class,
          List.of("--input=" + input),
          Optional.empty(),
          heap);
    }

    /**
     * {@link SparkTracker}.
     *
     * @param sink what it writes: delta or parquet
     */
    static Spark tracker(String sink, Path input, String heap) {
      return new Spark(
          "Spark Structured Streaming, multi-line JSON to " + sink,
          SparkTracker.class,
          List.of("--input=" + input, "--sink=" + sink),
          Optional.of(SparkTrackerCounts.class),
          heap);
    }

    /** {@link SparkGameEvents}. */
    static Spark gameEvents(String bootstrapServers, String heap) {
      return new Spark(
          "Spark Structured Streaming, Kafka source",
          SparkGameEvents.class,
          List.of("--bootstrapServers=" + bootstrapServers),
          Optional.of(SparkEventCounts.class),
          heap);
    }

    @Override
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      return run(folder, "out", main);
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
        run(folder, "out-answer", answer.get());
      }
      return Answer.read(folder);
    }

    private ChildJvm.Run run(Path folder, String out, Class<?> program)
        throws IOException, InterruptedException {
      List<String> arguments = new ArrayList<>();
      arguments.add("-Xmx" + heap);
      // What Spark's own start scripts open to it on Java 17.
      arguments.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split(" +")));
      arguments.addAll(List.of("-cp", classPath(), program.getName()));
      arguments.addAll(options);
      arguments.add("--output=" + folder);
      return ChildJvm.run(folder.resolve(out), arguments);
    }
  }

  /** {@link BareLoop}. */
  record Bare(Path input, String heap) implements Contestant {

    @Override
    public String name() {
      return "Bare loop over the bytes (the limit)";
    }

    @Override
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      return ChildJvm.run(
          folder.resolve("out"),
          List.of(
              "-Xmx" + heap,
              "-cp",
              classPath(),
              BareLoop.class.getName(),
              "--input=" + input,
              "--output=" + folder));
    }

    @Override
    public Answer answer(Path folder) throws IOException {
      return Answer.read(folder);
    }
  }

  /** The class path that this class was loaded from, also inside Maven. */
  private static String classPath() {
    if (Contestant.class.getClassLoader() instanceof URLClassLoader loader) {
      return Stream.of(loader.getURLs())
          .map(Contestant::path)
          .collect(Collectors.joining(System.getProperty("path.separator")));
    }
    return System.getProperty("java.class.path");
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
