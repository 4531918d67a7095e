package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;

/** How long it takes from the arrival of a file to the report that has it. */
final class Arrivals implements Case {

  /** The first arrivals also load classes. */
  private static final int WARM_UP = 2;

  private static final List<String> OPTIONS =
      List.of("--pollInterval=200ms", "--refresh=200ms", "--settle=0ms");

  /** Longer than polls are apart, so that arrivals do not keep step with them. */
  static final int LONGEST_PAUSE_MILLIS = 400;

  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(3);
  private static final Duration PATIENCE = Duration.ofMinutes(1);
  private static final long SEED = 42;

  private static final String DESCRIPTION =
      """
      Tailrace watches an empty folder with
      `%s`. Then a file of %,d lines is put in place by
      a renaming, and a JDBC client asks the report database every %d ms until all records of the
      file are in the report. The next file follows after a random pause of up to %d ms, so that
      arrivals do not keep step with polls. %,d arrivals; the %d before them do not count. With the
      default options a file settles for 500 ms first. Heap of each process: `-Xmx%s`.

      """;

  private final Settings settings;

  Arrivals(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    int arrivals = settings.number("arrivals");
    int lines = settings.number("lines");
    StringBuilder rows = new StringBuilder();
    for (Runner runner : settings.runners()) {
      System.out.println(runner.title() + " runner");
      List<Double> seconds = measure(runner, arrivals, lines);
      rows.append(
          Page.row(
              "Tailrace, " + runner.title() + " runner",
              Page.format("%.2f", Figures.median(seconds)),
              Page.format("%.2f", Figures.percentile(seconds, 95)),
              Page.format("%.2f", Figures.max(seconds))));
    }
    Trees.delete(settings.runFolder());
    return Page.format(
            DESCRIPTION,
            String.join(" ", OPTIONS),
            lines,
            BETWEEN_QUESTIONS.toMillis(),
            LONGEST_PAUSE_MILLIS,
            arrivals,
            WARM_UP,
            settings.heap())
        + Page.header("seconds from arrival to report", "median", "95th percentile", "max")
        + rows;
  }

  private List<Double> measure(Runner runner, int arrivals, int lines)
      throws IOException, InterruptedException {
    Path folder = Trees.empty(settings.runFolder());
    Path input = Files.createDirectories(folder.resolve("input"));
    List<Double> seconds = new ArrayList<>();
    try (Watching tailrace =
        Watching.start(
            runner.jar(settings.jars()), settings.heap(), folder, input.toString(), OPTIONS)) {
      Random random = new Random(SEED);
      for (int file = 0; file < WARM_UP + arrivals; file++) {
        Path target = input.resolve("arrival-%06d.csv".formatted(file));
        long arrival = tailrace.deliver(target, Lines.of(lines, file));
        double taken =
            tailrace.secondsUntil((file + 1L) * lines, arrival, BETWEEN_QUESTIONS, PATIENCE);
        if (file >= WARM_UP) {
          seconds.add(taken);
        }
        Thread.sleep(random.nextInt(LONGEST_PAUSE_MILLIS + 1));
      }
    }
    return seconds;
  }
}
