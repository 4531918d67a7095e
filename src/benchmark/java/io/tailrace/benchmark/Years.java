package io.tailrace.benchmark;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.OldLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** How long a restart takes over the ledger of an output that has taken files for years. */
final class Years implements Case {

  private static final List<String> TAKE =
      List.of("--trigger=availableNow", "--settle=0ms", "--progress=none");

  private static final List<String> WATCH =
      List.of("--pollInterval=100ms", "--refresh=100ms", "--settle=0ms");

  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** The output of the year, to begin from there in each round. */
  private static final String OLD = "old";

  /** Where {@link Watching} has its output, too. */
  private static final String RESULTS = "results";

  private static final String DESCRIPTION =
      """
      A generator makes the ledger that `server-logs` has after %,d files of one line, which came
      one by one for a year: each a unit in a plan of its own, folded into a checkpoint each 64
      plans, by the classes that do so in a run; the last 60 plans are not folded yet. One record in
      three is of severity 0, so that its receipt names a file of the log; the files themselves are
      not made. The input folder has nothing but one new file: the old ones were deleted, as
      retention does. To list ten million files would be another matter.

      Tailrace is started with `%s`: the time of the whole process. And from the same state it is
      started to watch, with `%s`: the time from the start of the process until the new file is in
      the report. The query is `%s`, the whole process. Rounds of each: %d. No figure is shown
      unless the report has the record of every file, the new one among them. Heap of each process:
      `-Xmx%s`; the heap used is the most after a garbage collection of the restart.

      """;

  private static final String QUERY = "SELECT sum(records), max(lastTimestamp) FROM volume";

  /** What was found on a runner. */
  private static final class Found {
    private final List<Double> taken = new ArrayList<>();
    private final List<Double> watched = new ArrayList<>();
    private final List<Double> asked = new ArrayList<>();
    private OptionalLong peakBytes = OptionalLong.empty();
    private OptionalLong usedHeapBytes = OptionalLong.empty();
    private Ledgers after;

    void addPeak(OptionalLong bytes) {
      peakBytes = most(peakBytes, bytes);
    }

    void addUsedHeap(OptionalLong bytes) {
      usedHeapBytes = most(usedHeapBytes, bytes);
    }

    private static OptionalLong most(OptionalLong one, OptionalLong other) {
      return Stream.of(one, other)
          .filter(OptionalLong::isPresent)
          .mapToLong(OptionalLong::getAsLong)
          .max();
    }
  }

  /** The size of a ledger. */
  private record Ledgers(long files, long bytes) {

    static Ledgers in(Path output) throws IOException {
      try (Stream<Path> all = Files.walk(output.resolve(Ledger.FOLDER))) {
        List<Path> files = all.filter(Files::isRegularFile).toList();
        long bytes = 0;
        for (Path file : files) {
          bytes += Files.size(file);
        }
        return new Ledgers(files.size(), bytes);
      }
    }

    String toRow(String name) {
      return Page.row(name, Page.format("%,d", files), Page.format("%,d", bytes >> 20));
    }
  }

  private final Settings settings;
  private final int files;

  Years(Settings settings) {
    this.settings = settings;
    this.files = settings.number("files");
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path folder = Trees.empty(settings.runFolder());
    Path input = Files.createDirectories(folder.resolve("input"));
    System.out.println(Page.format("%,d files", files));
    ChildJvm.run(
        folder.resolve("make.out"),
        List.of(
            "-cp",
            ChildJvm.classPath(settings.runners().get(0).jar(settings.jars()), OldLedger.class),
            OldLedger.class.getName(),
            folder.resolve(OLD).toString(),
            input.toAbsolutePath().toString(),
            String.valueOf(files)));
    StringBuilder sizes = new StringBuilder(Ledgers.in(folder.resolve(OLD)).toRow("Generated"));
    StringBuilder rows = new StringBuilder();
    for (Runner runner : settings.runners()) {
      System.out.println(runner.title() + " runner");
      Found found = measure(runner, folder);
      String name = "Tailrace, " + runner.title() + " runner";
      sizes.append(found.after.toRow("After a restart, " + runner.title() + " runner"));
      rows.append(
          Page.row(
              name,
              Figures.describe(found.taken),
              Figures.describe(found.watched),
              Figures.describe(found.asked),
              Page.mebibytes(found.peakBytes),
              Page.mebibytes(found.usedHeapBytes)));
    }
    Trees.delete(settings.runFolder());
    return Page.format(
            DESCRIPTION,
            files,
            String.join(" ", TAKE),
            String.join(" ", WATCH),
            QUERY,
            settings.number("rounds"),
            settings.heap())
        + Page.header("ledger", "files", "MiB")
        + sizes
        + "\n"
        + Page.header(
            "seconds: median (min to max)",
            "restart, the whole process",
            "restart to watch, until the report has a new file",
            "query of the report",
            "peak memory",
            "heap used")
        + rows;
  }

  private Found measure(Runner runner, Path folder) throws IOException, InterruptedException {
    Found found = new Found();
    for (int round = 0; round < settings.number("rounds"); round++) {
      goBack(folder);
      ChildJvm.Run run = take(runner, folder);
      found.taken.add(run.seconds());
      found.addPeak(run.peakBytes());
      found.addUsedHeap(GcLog.highestUsedAfter(folder));
      found.after = Ledgers.in(folder.resolve(RESULTS));
      found.asked.add(ask(runner, folder));
      goBack(folder);
      watch(runner, folder, found);
    }
    return found;
  }

  private static void goBack(Path folder) throws IOException {
    Trees.delete(folder.resolve(RESULTS));
    Trees.link(folder.resolve(OLD), folder.resolve(RESULTS));
  }

  private ChildJvm.Run take(Runner runner, Path folder) throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of("server-logs", "--input=" + folder.resolve("input"), output(folder)));
    arguments.addAll(TAKE);
    return tailrace(runner, folder.resolve("out"), GcLog.options(folder), arguments);
  }

  private void watch(Runner runner, Path folder, Found found)
      throws IOException, InterruptedException {
    Path jar = runner.jar(settings.jars());
    String input = folder.resolve("input").toString();
    try (Watching tailrace = Watching.start(jar, settings.heap(), folder, input, WATCH)) {
      found.watched.add(
          tailrace.secondsUntil(files + 1L, tailrace.started(), BETWEEN_QUESTIONS, PATIENCE));
      found.addPeak(tailrace.peakBytes());
    }
  }

  /** Asks for the report, and gives the seconds of the process. */
  private double ask(Runner runner, Path folder) throws IOException, InterruptedException {
    Path answer = folder.resolve("records.csv");
    double seconds =
        tailrace(runner, answer, List.of(), List.of("query", QUERY, output(folder), "--format=csv"))
            .seconds();
    List<String> lines = Files.readAllLines(answer);
    String expected = (files + 1L) + "," + (files + 1L);
    if (!lines.get(lines.size() - 1).equals(expected)) {
      throw new BenchmarkException("not " + expected + ", but: " + lines);
    }
    return seconds;
  }

  private ChildJvm.Run tailrace(
      Runner runner, Path out, List<String> moreJavaOptions, List<String> arguments)
      throws IOException, InterruptedException {
    List<String> javaOptions = new ArrayList<>(List.of("-Xmx" + settings.heap()));
    javaOptions.addAll(moreJavaOptions);
    return ChildJvm.runTailrace(out, runner.jar(settings.jars()), javaOptions, arguments);
  }

  private static String output(Path folder) {
    return "--output=" + folder.resolve(RESULTS);
  }
}
