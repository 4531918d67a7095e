package io.tailrace.benchmark;

import java.io.IOException;
import java.net.URISyntaxException;
import java.net.URL;
import java.net.URLClassLoader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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
   * Tailrace from the jar that users get, on a runner.
   *
   * @param output where the results go; nothing is there before
   * @param storageOptions how input and output are reached
   */
  record Tailrace(
      String name, Path jar, String input, Output output, List<String> storageOptions, String heap)
      implements Contestant {

    /** Tells where the results of a run go. */
    @FunctionalInterface
    interface Output {
      String in(Path folder);
    }

    static Tailrace onDisk(Runner runner, Path jar, Path input, String heap) {
      return new Tailrace(
          "Tailrace, " + runner.title() + " runner",
          jar,
          input.toString(),
          folder -> folder.resolve("results").toString(),
          List.of(),
          heap);
    }

    @Override
    public ChildJvm.Run run(Path folder) throws IOException, InterruptedException {
      return java(
          folder.resolve("out"),
          "server-logs",
          "--input=" + input,
          "--output=" + output.in(folder),
          "--trigger=availableNow",
          "--progress=none");
    }

    @Override
    public Answer answer(Path folder) throws IOException, InterruptedException {
      Path volume = folder.resolve(Answer.VOLUME_FILE);
      Path sev0 = folder.resolve(Answer.SEV0_FILE);
      query(folder, "SELECT serverID, avgVolume FROM volume", volume);
      query(folder, "SELECT serverID, timestamp FROM sev0", sev0);
      return Answer.read(volume, sev0);
    }

    private void query(Path folder, String sql, Path out) throws IOException, InterruptedException {
      java(out, "query", sql, "--output=" + output.in(folder), "--format=csv");
    }

    private ChildJvm.Run java(Path out, String... arguments)
        throws IOException, InterruptedException {
      List<String> all = new ArrayList<>(List.of("-Xmx" + heap, "-jar", jar.toString()));
      all.addAll(List.of(arguments));
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
          arguments(
              SparkServerLogs.class,
              "--input=" + input,
              "--output=" + folder,
              "--source=" + source));
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
      ChildJvm.run(folder.resolve("out-sev0"), arguments(SparkSev0.class, "--output=" + folder));
      return Answer.read(folder);
    }

    private List<String> arguments(Class<?> main, String... options) {
      List<String> arguments = new ArrayList<>();
      arguments.add("-Xmx" + heap);
      // What Spark's own start scripts open to it on Java 17.
      arguments.addAll(List.of(JavaModuleOptions.defaultModuleOptions().trim().split(" +")));
      arguments.addAll(List.of("-cp", classPath(), main.getName()));
      arguments.addAll(List.of(options));
      return arguments;
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

  private static String path(URL url) {
    try {
      return Path.of(url.toURI()).toString();
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
