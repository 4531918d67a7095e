package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;

/** Many files of one line each: until all are in the report, and until one more is. */
final class SmallFiles implements Case {

  private static final int FOLDERS = 4;
  private static final List<String> OPTIONS =
      List.of("--pollInterval=100ms", "--refresh=200ms", "--settle=0ms");
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(5);
  private static final Duration BETWEEN_QUESTIONS_AT_FIRST = Duration.ofMillis(100);
  private static final Duration PATIENCE = Duration.ofMinutes(30);

  /** After the last file is known, before the measurement goes on. */
  private static final Duration QUIET = Duration.ofSeconds(5);

  private static final long SEED = 42;
  private static final Duration IDLE = Duration.ofSeconds(20);

  private static final String DESCRIPTION =
      """
      %,d files of one line each are in %d folders when Tailrace starts to watch them, with
      `--input=DIR/*/*.csv %s`.
      The first figure is the time from the start of the process until all are in the report. Then
      nothing arrives for %d s: the CPU time of that, which is spent on looking every 100 ms whether
      the folders of %,d known files have changed, and on listing them all now and then. Then one
      more file arrives, %,d times, after a random pause of up to %d ms each: the time from its
      arrival to the report that has it. Heap of each process: `-Xmx%s`.

      """;

  private record Found(
      double allSeconds, List<Double> oneMoreSeconds, double cores, String peakMemory) {}

  private final Settings settings;

  SmallFiles(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = settings.data().resolve("small-files");
    StringBuilder rows = new StringBuilder();
    try {
      System.out.println("making the input");
      make(Trees.empty(input));
      for (Runner runner : settings.runners()) {
        System.out.println(runner.title() + " runner");
        Found found = measure(runner, input);
        rows.append(
            Page.row(
                "Tailrace, " + runner.title() + " runner",
                Page.format("%.1f", found.allSeconds()),
                Page.format("%.0f %%", 100 * found.cores()),
                Page.format("%.2f", Figures.median(found.oneMoreSeconds())),
                Page.format("%.2f", Figures.max(found.oneMoreSeconds())),
                found.peakMemory()));
      }
    } finally {
      Trees.delete(input);
    }
    Trees.delete(settings.runFolder());
    return Page.format(
            DESCRIPTION,
            settings.number("files"),
            FOLDERS,
            String.join(" ", OPTIONS),
            IDLE.toSeconds(),
            settings.number("files"),
            settings.number("arrivals"),
            Arrivals.LONGEST_PAUSE_MILLIS,
            settings.heap())
        + Page.header(
            "",
            "all files, seconds",
            "share of one core while nothing arrives",
            "one more file, seconds: median",
            "max",
            "peak memory")
        + rows;
  }

  private Found measure(Runner runner, Path input) throws IOException, InterruptedException {
    int files = settings.number("files");
    Path folder = Trees.empty(settings.runFolder());
    List<Path> more = new ArrayList<>();
    try (Watching tailrace =
        Watching.start(
            runner.jar(settings.jars()), settings.heap(), folder, input + "/*/*.csv", OPTIONS)) {
      double allSeconds =
          tailrace.secondsUntil(files, tailrace.started(), BETWEEN_QUESTIONS_AT_FIRST, PATIENCE);
      System.out.println(Page.format("all in the report after %.1f s", allSeconds));
      Thread.sleep(QUIET.toMillis());
      double cores = tailrace.coresUsedIn(IDLE);
      List<Double> oneMoreSeconds = new ArrayList<>();
      Random random = new Random(SEED);
      for (int i = 0; i < settings.number("arrivals"); i++) {
        Thread.sleep(random.nextInt(Arrivals.LONGEST_PAUSE_MILLIS + 1));
        Path target = folder(input, i).resolve("one-more-%06d.csv".formatted(i));
        more.add(target);
        long arrival = tailrace.deliver(target, Lines.of(1, i));
        oneMoreSeconds.add(
            tailrace.secondsUntil(files + i + 1L, arrival, BETWEEN_QUESTIONS, PATIENCE));
      }
      return new Found(allSeconds, oneMoreSeconds, cores, Page.mebibytes(tailrace.peakBytes()));
    } finally {
      for (Path file : more) {
        Files.deleteIfExists(file);
      }
    }
  }

  /** Writes the files, each folder in a thread of its own. */
  private void make(Path input) throws IOException, InterruptedException {
    int files = settings.number("files");
    ExecutorService threads = Executors.newFixedThreadPool(FOLDERS);
    try {
      List<Callable<Void>> folders = new ArrayList<>();
      for (int folder = 0; folder < FOLDERS; folder++) {
        int first = folder;
        Path path = Files.createDirectories(folder(input, folder));
        folders.add(
            () -> {
              for (int file = first; file < files; file += FOLDERS) {
                Path target = path.resolve("part-%08d.csv".formatted(file));
                Files.writeString(target, Lines.of(1, file));
              }
              return null;
            });
      }
      for (Future<Void> folder : threads.invokeAll(folders)) {
        folder.get();
      }
    } catch (ExecutionException e) {
      throw new IOException("The input cannot be written", e.getCause());
    } finally {
      threads.shutdown();
    }
  }

  private static Path folder(Path input, int number) {
    return input.resolve("folder-" + number % FOLDERS);
  }
}
