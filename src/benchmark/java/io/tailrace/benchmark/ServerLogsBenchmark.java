package io.tailrace.benchmark;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Runs {@code server-logs} beside its peers and writes down what each took.
 *
 * <pre>
 * mvn -q package -DskipTests
 * mvn -q -Pdirect-runner,benchmark test-compile exec:java -Dexec.args="--files=10"
 * </pre>
 *
 * <p>Options, each with its default:
 *
 * <ul>
 *   <li>{@code --case=against-spark}, or {@code million-servers}: Tailrace and the bare loop with
 *       so many servers that the report is the work; then the defaults are 10 files, 1,000,000
 *       servers and a heap of 4g
 *   <li>{@code --files=100}, {@code --lines=1000000} in each of them, {@code --servers=10}
 *   <li>{@code --rounds=3}: how often each runs, all of them in turn
 *   <li>{@code --heap=1g}: of each process
 *   <li>{@code --spark=csv,text}: the forms of Spark, of which there can be one or none
 *   <li>{@code --page=docs/benchmarks.md}: the page whose section for this case is replaced
 *   <li>{@code --data=target/benchmark-data}: where the input is made once and found again
 *   <li>{@code --jar=target/tailrace-direct.jar}: what is measured
 * </ul>
 *
 * <p>Ends with exit code 1 and without any figure if a process fails or two answers differ, and
 * with 2 if an option is wrong.
 */
public final class ServerLogsBenchmark {

  private static final String SEED = "42";

  private final Settings settings;

  private ServerLogsBenchmark(Settings settings) {
    this.settings = settings;
  }

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
      new ServerLogsBenchmark(settings).run();
    } catch (BenchmarkException e) {
      System.err.println(e.getMessage());
      System.exit(1);
    }
  }

  private void run() throws IOException, InterruptedException {
    if (!Files.exists(settings.jar())) {
      throw new BenchmarkException(
          settings.jar() + " is not there: run mvn -q package -DskipTests first");
    }
    Path input = input();
    long inputBytes = readOnce(input);

    List<Contestant> contestants = contestants(input);
    List<Figures> figures = new ArrayList<>();
    contestants.forEach(contestant -> figures.add(Figures.of(contestant.name())));
    Answer agreed = null;
    for (int round = 1; round <= settings.rounds(); round++) {
      for (int i = 0; i < contestants.size(); i++) {
        Contestant contestant = contestants.get(i);
        System.out.println(
            "round " + round + " of " + settings.rounds() + ": " + contestant.name());
        Answer answer = measure(contestant, figures.get(i));
        agreed = agreed == null ? answer : agreed;
        requireEqual(contestants.get(0), agreed, contestant, answer);
      }
    }
    deleteAll(runFolder());

    String section = Page.section(settings, inputBytes, agreed, figures);
    Page.write(settings.page(), settings.scenario(), section);
    System.out.println();
    System.out.print(section);
  }

  private List<Contestant> contestants(Path input) {
    List<Contestant> contestants = new ArrayList<>();
    contestants.add(new Contestant.Tailrace(settings.jar(), input, settings.heap()));
    for (String source : settings.sources()) {
      contestants.add(new Contestant.Spark(source, input, settings.heap()));
    }
    contestants.add(new Contestant.Bare(input, settings.heap()));
    return contestants;
  }

  private Answer measure(Contestant contestant, Figures figures)
      throws IOException, InterruptedException {
    Path folder = runFolder();
    deleteAll(folder);
    Files.createDirectories(folder);
    figures.add(contestant.run(folder), contestant.secondsInQueries(folder));
    return contestant.answer(folder);
  }

  /** What a run leaves is kept until the next one, in case it has to be looked at. */
  private Path runFolder() {
    return settings.data().resolve("run");
  }

  private static void requireEqual(
      Contestant first, Answer expected, Contestant other, Answer actual) {
    Optional<String> difference = expected.difference(actual);
    if (difference.isPresent()) {
      throw new BenchmarkException(
          "answers of \"%s\" and \"%s\" differ: %s"
              .formatted(first.name(), other.name(), difference.get()));
    }
  }

  /** The folder of the input, whose name appears when it is whole. */
  private Path input() throws IOException, InterruptedException {
    Path folder =
        settings
            .data()
            .resolve("%dx%d-%d".formatted(settings.files(), settings.lines(), settings.servers()));
    if (!Files.exists(folder)) {
      System.out.println("making the input");
      Path unfinished = folder.resolveSibling(folder.getFileName() + ".unfinished");
      deleteAll(unfinished);
      Files.createDirectories(unfinished);
      ChildJvm.run(
          folder.resolveSibling("generate.out"),
          List.of(
              "-jar",
              settings.jar().toString(),
              "generate",
              "server-logs",
              "--output=" + unfinished,
              "--files=" + settings.files(),
              "--lines=" + settings.lines(),
              "--servers=" + settings.servers(),
              "--seed=" + SEED));
      Files.move(unfinished, folder);
    }
    return folder;
  }

  /**
   * Reads the input, so that it is in the system's cache for the first contestant as it is for the
   * others, and gives its size in bytes.
   */
  private static long readOnce(Path input) throws IOException {
    long bytes = 0;
    try (Stream<Path> listing = Files.list(input)) {
      for (Path file : listing.filter(Files::isRegularFile).toList()) {
        try (InputStream in = Files.newInputStream(file)) {
          bytes += in.transferTo(OutputStream.nullOutputStream());
        }
      }
    }
    return bytes;
  }

  private static void deleteAll(Path folder) throws IOException {
    if (Files.exists(folder)) {
      try (Stream<Path> tree = Files.walk(folder)) {
        for (Path path : tree.sorted(Comparator.reverseOrder()).toList()) {
          Files.delete(path);
        }
      }
    }
  }
}
