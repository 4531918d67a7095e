package io.tailrace.benchmark;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.ToDoubleFunction;

/** How long a restart takes over few and over many units that have receipts. */
final class Restart implements Case {

  private static final List<String> TAKE =
      List.of("--trigger=availableNow", "--settle=0ms", "--progress=none");

  private static final List<String> WATCH =
      List.of("--pollInterval=100ms", "--refresh=100ms", "--settle=0ms");

  /**
   * So that each file becomes a unit in a plan of its own, as it does when they come one by one.
   */
  private static final String ONE_BY_ONE = "--maxFilesPerPoll=1";

  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(5);
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  /** What the first run has left, to begin from there in each round. */
  private static final String FIRST_RUN = "first-run";

  /** Where {@link Watching} has its output, too. */
  private static final String RESULTS = "results";

  private static final String DESCRIPTION =
      """
      Files of one line each are taken by
      `%s %s`:
      each becomes a unit, in a plan of its own as when files come one by one, and gets its receipt;
      that is the first run. Then one more file is delivered and Tailrace is started again, with
      `%s`:
      the time of the whole process. And from the same state it is started to watch, with
      `%s`:
      the time from the start of the process until the new file is in the report. Rounds of both: %d,
      each from what the first run has left. No figure is shown unless the report has every record
      once each time. Heap of each process: `-Xmx%s`.

      """;

  /** A time is of use to a law if it is so many times that for the fewest units, or more. */
  private static final double LEAST_TIMES_START = 1.1;

  private static final String GROWTH =
      """
      How the times without those for the fewest units grow with the units: the exponent fitted to
      them by least squares of the logarithms; 1 is linear. Times of less than 1.1 times that for the
      fewest are left out (`-`, if fewer than two are left): their difference would be noise.

      """;

  /**
   * What was found for a number of units.
   *
   * @param made the seconds in which they were made
   * @param taken the seconds of each restart that takes what is there
   * @param watched the seconds from each restart that watches to the report with the new file
   */
  private record Found(int units, double made, List<Double> taken, List<Double> watched) {}

  private final Settings settings;

  Restart(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    StringBuilder rows = new StringBuilder();
    StringBuilder growth = new StringBuilder();
    List<Plot.Series> restarts = new ArrayList<>();
    List<Plot.Series> firstRuns = new ArrayList<>();
    for (Runner runner : settings.runners()) {
      List<Found> all = new ArrayList<>();
      for (int units : settings.numbers("units")) {
        System.out.println(Page.format("%s runner, %,d units", runner.title(), units));
        all.add(measure(runner, units));
      }
      all.forEach(found -> rows.append(row(runner, found)));
      growth.append(
          Page.row(
              "Tailrace, " + runner.title() + " runner",
              exponent(all, found -> Figures.median(found.taken())),
              exponent(all, Found::made)));
      List<Double> units = all.stream().map(found -> (double) found.units()).toList();
      String name = runner.title() + " runner";
      restarts.add(
          new Plot.Series(
              name, units, all.stream().map(found -> Figures.median(found.taken())).toList()));
      restarts.add(
          new Plot.Series(
              "watching",
              units,
              all.stream().map(found -> Figures.median(found.watched())).toList(),
              true));
      firstRuns.add(new Plot.Series(name, units, all.stream().map(Found::made).toList()));
    }
    Trees.delete(settings.runFolder());
    return Page.format(
            DESCRIPTION,
            String.join(" ", TAKE),
            ONE_BY_ONE,
            String.join(" ", TAKE),
            String.join(" ", WATCH),
            settings.number("rounds"),
            settings.heap())
        + Page.header(
            "seconds: median (min to max)",
            "units with receipts",
            "restart, the whole process",
            "restart to watch, until the report has a new file",
            "first run",
            "units a second in the first run")
        + rows
        + "\n"
        + GROWTH
        + Page.header("exponent", "restart, the whole process", "first run")
        + growth
        + "\n"
        + plot("Restart", restarts, "restart")
        + "\n"
        + plot("First run", firstRuns, "restart-first-run");
  }

  /** How a time grows with the units, where it does. */
  private static String exponent(List<Found> all, ToDoubleFunction<Found> seconds) {
    double start = seconds.applyAsDouble(all.get(0));
    return PowerLaw.fit(
            all.stream()
                .skip(1)
                .filter(found -> seconds.applyAsDouble(found) > LEAST_TIMES_START * start)
                .map(
                    found ->
                        new PowerLaw.Point(found.units(), seconds.applyAsDouble(found) - start))
                .toList())
        .map(law -> Page.format("%.2f", law.exponent()))
        .orElse("-");
  }

  private String plot(String title, List<Plot.Series> series, String name) throws IOException {
    return new Plot(title, "units with receipts", "seconds", series, true, true)
        .write(settings.page(), name);
  }

  private static String row(Runner runner, Found found) {
    return Page.row(
        "Tailrace, " + runner.title() + " runner",
        Page.format("%,d", found.units()),
        Figures.describe(found.taken()),
        Figures.describe(found.watched()),
        Page.format("%.1f", found.made()),
        Page.format("%,.0f", found.units() / found.made()));
  }

  private Found measure(Runner runner, int units) throws IOException, InterruptedException {
    Path folder = Trees.empty(settings.runFolder());
    Path input = Files.createDirectories(folder.resolve("input"));
    for (int file = 0; file < units; file++) {
      deliver(input, file);
    }
    double made = take(runner, folder, List.of(ONE_BY_ONE));
    requireReceipts(folder, units);
    Files.move(folder.resolve(RESULTS), folder.resolve(FIRST_RUN));
    int records = units + 1;
    deliver(input, units);
    List<Double> taken = new ArrayList<>();
    List<Double> watched = new ArrayList<>();
    for (int round = 0; round < settings.number("rounds"); round++) {
      goBackToFirstRun(folder);
      taken.add(take(runner, folder, List.of()));
      requireRecords(runner, folder, records);
      requireReceipts(folder, records);
      goBackToFirstRun(folder);
      watched.add(watch(runner, folder, records));
    }
    return new Found(units, made, taken, watched);
  }

  private static void goBackToFirstRun(Path folder) throws IOException {
    Trees.delete(folder.resolve(RESULTS));
    Trees.link(folder.resolve(FIRST_RUN), folder.resolve(RESULTS));
  }

  private static void deliver(Path input, int file) throws IOException {
    Files.writeString(input.resolve("part-%08d.csv".formatted(file)), Lines.of(1, file));
  }

  /** Takes what is there, and gives the seconds of the process. */
  private double take(Runner runner, Path folder, List<String> options)
      throws IOException, InterruptedException {
    List<String> arguments =
        new ArrayList<>(
            List.of("server-logs", "--input=" + folder.resolve("input"), output(folder)));
    arguments.addAll(TAKE);
    arguments.addAll(options);
    return tailrace(runner, folder.resolve("out"), arguments).seconds();
  }

  /** Watches, and gives the seconds from the start of the process to so many records. */
  private double watch(Runner runner, Path folder, int records)
      throws IOException, InterruptedException {
    Path jar = runner.jar(settings.jars());
    String input = folder.resolve("input").toString();
    try (Watching tailrace = Watching.start(jar, settings.heap(), folder, input, WATCH)) {
      return tailrace.secondsUntil(records, tailrace.started(), BETWEEN_QUESTIONS, PATIENCE);
    }
  }

  private void requireRecords(Runner runner, Path folder, int records)
      throws IOException, InterruptedException {
    Path answer = folder.resolve("records.csv");
    tailrace(
        runner,
        answer,
        List.of("query", "SELECT sum(records) FROM volume", output(folder), "--format=csv"));
    List<String> lines = Files.readAllLines(answer);
    if (!lines.get(lines.size() - 1).equals(String.valueOf(records))) {
      throw new BenchmarkException("not " + records + " records, but: " + lines);
    }
  }

  private static void requireReceipts(Path folder, int units) throws IOException {
    Ledger ledger = Ledger.of(new Folder(folder.resolve(RESULTS).toString()));
    PlanReader plans = ledger.plansFrom(1);
    int count = 0;
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      for (Unit unit : plan.get().units()) {
        count += plan.get().receipt(ledger, unit).isPresent() ? 1 : 0;
      }
    }
    if (count != units) {
      throw new BenchmarkException(Page.format("not %,d units, but %,d", units, count));
    }
  }

  private ChildJvm.Run tailrace(Runner runner, Path out, List<String> arguments)
      throws IOException, InterruptedException {
    return ChildJvm.runTailrace(
        out, runner.jar(settings.jars()), List.of("-Xmx" + settings.heap()), arguments);
  }

  private static String output(Path folder) {
    return "--output=" + folder.resolve(RESULTS);
  }
}
