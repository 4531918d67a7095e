package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;

/**
 * How long it takes from the arrival of a file to the report that has it, while files arrive at a
 * steady rate, whether earlier ones are in the report or not.
 */
final class Arrivals implements Case {

  /** Longer than polls are apart, so that arrivals do not keep step with them. */
  static final int LONGEST_PAUSE_MILLIS = 400;

  /** The first arrivals also load classes. */
  private static final int WARM_UP_SECONDS = 5;

  private static final List<String> OPTIONS =
      List.of("--pollInterval=100ms", "--refresh=100ms", "--settle=0ms");

  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(3);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  /** Later than this after its time no file is put in place. */
  private static final Duration LATEST = Duration.ofMillis(500);

  private static final long SEED = 42;

  private static final String DESCRIPTION =
      """
      Tailrace watches an empty folder with
      `%s`. Files of %,d lines arrive there, each put in place by a
      renaming, at a steady rate for %,d s: in every interval one, at a random time within it, so that
      arrivals do not keep step with polls, and whether earlier ones are in the report or not. A JDBC
      client asks the report database every %d ms how many records there are. The time of the n-th
      file is that from its renaming to the first answer with as many records as the first n files
      have. That is the file's own time where files are taken in the order in which they arrive; where
      one is overtaken, the times of both together are right. Another %d s of arrivals, before, do not
      count. Each line of the table is a process of its own. With the default options a file settles
      for 500 ms first. Heap of each process: `-Xmx%s`.

      """;

  private final Settings settings;

  Arrivals(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    StringBuilder rows = new StringBuilder();
    List<Plot.Series> series = new ArrayList<>();
    List<Double> rates = settings.numbers("rates").stream().map(Integer::doubleValue).toList();
    for (Runner runner : settings.runners()) {
      List<Double> medians = new ArrayList<>();
      List<Double> high = new ArrayList<>();
      for (int rate : settings.numbers("rates")) {
        System.out.println(runner.title() + " runner, files a second: " + rate);
        List<Double> seconds = measure(runner, rate);
        medians.add(Figures.median(seconds));
        high.add(Figures.percentile(seconds, 95));
        rows.append(
            Page.row(
                "Tailrace, " + runner.title() + " runner",
                Page.format("%,d", rate),
                Page.format("%,d", seconds.size()),
                Page.format("%.2f", Figures.median(seconds)),
                Page.format("%.2f", Figures.percentile(seconds, 95)),
                Page.format("%.2f", Figures.max(seconds))));
      }
      series.add(new Plot.Series(runner.title() + " runner, median", rates, medians));
      series.add(new Plot.Series("95th percentile", rates, high, true));
    }
    Trees.delete(settings.runFolder());
    Plot plot =
        new Plot("From arrival to report", "files a second", "seconds", series, true, false);
    return Page.format(
            DESCRIPTION,
            String.join(" ", OPTIONS),
            settings.number("lines"),
            settings.number("seconds"),
            BETWEEN_QUESTIONS.toMillis(),
            WARM_UP_SECONDS,
            settings.heap())
        + Page.header(
            "seconds from arrival to report",
            "files a second",
            "files",
            "median",
            "95th percentile",
            "max")
        + rows
        + "\n"
        + plot.write(settings.page(), "arrivals");
  }

  /** The seconds of each file that counts. */
  private List<Double> measure(Runner runner, int rate) throws IOException, InterruptedException {
    int lines = settings.number("lines");
    int first = WARM_UP_SECONDS * rate;
    int files = first + settings.number("seconds") * rate;
    Path folder = Trees.empty(settings.runFolder());
    Path input = Files.createDirectories(folder.resolve("input"));
    ExecutorService thread = Executors.newSingleThreadExecutor();
    try (Watching tailrace =
        Watching.start(
            runner.jar(settings.jars()), settings.heap(), folder, input.toString(), OPTIONS)) {
      Future<List<Long>> arrivals = thread.submit(() -> deliver(tailrace, input, rate, files));
      List<Long> answers = answers(tailrace, arrivals, lines, files);
      List<Double> seconds = new ArrayList<>();
      for (int file = first; file < files; file++) {
        seconds.add((answers.get(file) - arrivals.get().get(file)) / 1e9);
      }
      return seconds;
    } catch (ExecutionException e) {
      throw new IOException("The files cannot be delivered", e.getCause());
    } finally {
      thread.shutdownNow();
    }
  }

  /** Puts each file in place at its time, and gives when that was. */
  private List<Long> deliver(Watching tailrace, Path input, int rate, int files)
      throws IOException, InterruptedException {
    Random random = new Random(SEED);
    double interval = 1e9 / rate;
    long start = System.nanoTime();
    List<Long> arrivals = new ArrayList<>();
    for (int file = 0; file < files; file++) {
      long time = start + (long) ((file + random.nextDouble()) * interval);
      String lines = Lines.of(settings.number("lines"), file);
      TimeUnit.NANOSECONDS.sleep(time - System.nanoTime());
      long arrival = tailrace.deliver(input.resolve("arrival-%06d.csv".formatted(file)), lines);
      if (arrival - time > LATEST.toNanos()) {
        throw new BenchmarkException("This machine does not deliver so many files a second");
      }
      arrivals.add(arrival);
    }
    return arrivals;
  }

  /**
   * Asks until all files are in the report.
   *
   * @return when the report had as many records as the first file, the first two, and so on
   */
  private static List<Long> answers(Watching tailrace, Future<?> delivery, int lines, int files)
      throws IOException, InterruptedException, ExecutionException {
    List<Long> answers = new ArrayList<>();
    long latest = System.nanoTime();
    while (answers.size() < files) {
      long records = tailrace.records();
      long asked = System.nanoTime();
      if (records > (long) files * lines) {
        throw new BenchmarkException("the report has more records than there are");
      }
      while (records >= (answers.size() + 1L) * lines) {
        answers.add(asked);
        latest = asked;
      }
      if (delivery.isDone()) {
        delivery.get();
      }
      if (asked - latest > PATIENCE.toNanos()) {
        throw new BenchmarkException(
            Page.format(
                "for %d s the report has only %,d files of %,d",
                PATIENCE.toSeconds(), answers.size(), files));
      }
      Thread.sleep(BETWEEN_QUESTIONS.toMillis());
    }
    return answers;
  }
}
