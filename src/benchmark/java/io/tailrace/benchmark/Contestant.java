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

    static Job accessLog(String format) {
      return new Job(
          "access-log",
          List.of("--format=" + format),
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
   * Tailrace from the jar that users get, on a runner.
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
      List<String> all = new ArrayList<>(List.of("-Xmx" + heap, "-jar", jar.toString()));
      all.addAll(arguments);
      all.addAll(storageOptions);
      return ChildJvm.run(out, all);
    }
  }

  /**
   * {@link SparkServerLogs}.
   *
   * @param source how it reads lines: csv or text
   */
  record Spark(String source, Path input, String heap) implements Contestant {

    @Override
    public String name() {
      return "Spark Structured Streaming, " + source + " source";
    }

    @Override
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      return ChildJvm.run(
          folder.resolve("out"),
          sparkArguments(
              heap,
              SparkServerLogs.class,
              "--input=" + input,
              "--output=" + folder,
              "--source=" + source));
    }

    @Override
    public OptionalDouble secondsInQueries(Path folder) throws IOException {
      return secondsInSparkQueries(folder);
    }

    @Override
    public Answer answer(Path folder) throws IOException, InterruptedException {
      ChildJvm.run(
          folder.resolve("out-sev0"), sparkArguments(heap, SparkSev0.class, "--output=" + folder));
      return Answer.read(folder);
    }
  }

  /** {@link SparkAccessLog}. */
  record SparkRegexp(Path input, String heap) implements Contestant {

    @Override
    public String name() {
      return "Spark Structured Streaming, text source and `regexp_extract`";
    }

    @Override
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      return ChildJvm.run(
          folder.resolve("out"),
          sparkArguments(heap, SparkAccessLog.class, "--input=" + input, "--output=" + folder));
    }

    @Override
    public OptionalDouble secondsInQueries(Path folder) throws IOException {
      return secondsInSparkQueries(folder);
    }

    @Override
    public Answer answer(Path folder) throws IOException {
      return Answer.read(folder);
    }
  }

  /** {@link SparkGameEvents}. */
  record SparkKafka(String bootstrapServers, String heap) implements Contestant {

    @Override
    public String name() {
      return "Spark Structured Streaming, Kafka source";
    }

    @Override
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      return ChildJvm.run(
          folder.resolve("out"),
          sparkArguments(
              heap,
              SparkGameEvents.class,
              "--bootstrapServers=" + bootstrapServers,
              "--output=" + folder));
    }

    @Override
    public OptionalDouble secondsInQueries(Path folder) throws IOException {
      return secondsInSparkQueries(folder);
    }

    @Override
    public Answer answer(Path folder) throws IOException, InterruptedException {
      ChildJvm.run(
          folder.resolve("out-counts"),
          sparkArguments(heap, SparkEventCounts.class, "--output=" + folder));
      return Answer.read(folder);
    }
  }

  /**
   * {@link SparkTracker}.
   *
   * @param sink what it writes: delta or parquet
   */
  record SparkJson(String sink, Path input, String heap) implements Contestant {

    @Override
    public String name() {
      return "Spark Structured Streaming, multi-line JSON to " + sink;
    }

    @Override
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      return ChildJvm.run(
          folder.resolve("out"),
          sparkArguments(
              heap,
              SparkTracker.class,
              "--input=" + input,
              "--output=" + folder,
              "--sink=" + sink));
    }

    @Override
    public OptionalDouble secondsInQueries(Path folder) throws IOException {
      return secondsInSparkQueries(folder);
    }

    @Override
    public Answer answer(Path folder) throws IOException, InterruptedException {
      ChildJvm.run(
          folder.resolve("out-counts"),
          sparkArguments(heap, SparkTrackerCounts.class, "--output=" + folder, "--sink=" + sink));
      return Answer.read(folder);
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

  private static List<String> sparkArguments(String heap, Class<?> main, String... options) {
    List<String> arguments = new ArrayList<>();
    arguments.add("-Xmx" + heap);
    // What Spark's own start scripts open to it on Java 17.
    arguments.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split(" +")));
    arguments.addAll(List.of("-cp", classPath(), main.getName()));
    arguments.addAll(List.of(options));
    return arguments;
  }

  private static OptionalDouble secondsInSparkQueries(Path folder) throws IOException {
    String end = SparkServerLogs.SECONDS_IN_QUERIES;
    return Files.readAllLines(folder.resolve("out")).stream()
        .filter(line -> line.endsWith(end))
        .mapToDouble(line -> Double.parseDouble(line.substring(0, line.length() - end.length())))
        .findFirst();
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

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
