package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** The whole job at several sizes of one kind, by the same contestants, and how the time grows. */
final class Series implements Case {

  /**
   * What a size is a number of.
   *
   * @param unit for the head of a table
   * @param description what is the same at all sizes, and what is not
   */
  private record Kind(String unit, String description) {}

  /**
   * One size.
   *
   * @param label for the head of a column
   * @param number as far as sizes are compared
   */
  private record Size(String label, double number, Input.ServerLogs logs, int rounds) {}

  /** What was found at a size. */
  private record Found(Size size, Rounds rounds) {

    Figures figures(int contestant) {
      return rounds.figures().get(contestant);
    }
  }

  private static final int LINES_A_FILE = 1_000_000;
  private static final int LARGE_MILLIONS = 100;

  /** A time is of use to a law if it is so many times the start-up, which varies, or more. */
  private static final double LEAST_TIMES_START_UP = 1.25;

  private static final String DESCRIPTION =
      """
      At each size, in each round, every contestant does the whole job once, one after the other,
      from files that are in the system's cache. The time is that of the whole process. No figure is
      shown unless all gave the same report and the same log in every round. The column "one line" is
      a file of one line: what a contestant takes to start and to end.

      """;

  private static final String MEMORY =
      "The most of the heap that was in use after a garbage collection, as Java logs it in these"
          + " runs:\nan upper bound of what is needed. DuckDB has its data outside the heap.\n\n";

  private static final String GROWTH =
      """
      How the time grows, without the time for one line: the exponent of the size from each size to
      the next, and that of the law fitted to all by least squares of the logarithms. 1 is linear, 0
      is a time that stays the same. Times of less than %.2f times that for one line are left out
      (`-`): their difference would be noise.

      """;

  private static final String LIMIT =
      "Times as long as the bare loop, both without their time for one line:\n\n";

  private final Settings settings;
  private final Kind kind;

  Series(Settings settings) {
    this.settings = settings;
    this.kind =
        switch (settings.scenario()) {
          case LINES ->
              new Kind(
                  "millions of lines",
                  Page.format(
                      "Files of %,d lines, %,d servers: the more lines, the more files.",
                      LINES_A_FILE, settings.number("servers")));
          case FILES ->
              new Kind(
                  "files",
                  Page.format(
                      "The same number of lines, %,d, in few files and in many; %,d servers.",
                      settings.number("lines"), settings.number("servers")));
          case SERVERS ->
              new Kind(
                  "servers",
                  Page.format(
                      "%,d files of %,d lines each, with few servers and with many: the more servers,"
                          + " the more rows\nthe report has. Tailrace keeps the rows in its ledger,"
                          + " where they are after a crash; peers have them\nin their own memory.",
                      settings.number("files"), settings.number("lines")));
          case SEVERITIES ->
              new Kind(
                  "percent of SEV0",
                  Page.format(
                      "%,d files of %,d lines each, %,d servers, with few records of severity 0 and"
                          + " with many: the more,\nthe more rows the log has.",
                      settings.number("files"),
                      settings.number("lines"),
                      settings.number("servers")));
          default -> throw new IllegalArgumentException("no series: " + settings.scenario());
        };
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    int rounds = settings.number("rounds");
    Found oneLine =
        measure(
            new Size(
                "one line",
                0,
                new Input.ServerLogs(1, 1, 1, Input.ServerLogs.USUALLY_SEVERE),
                rounds));
    List<Found> series = new ArrayList<>();
    for (String size : settings.sizes()) {
      series.add(measure(size(size, rounds)));
    }
    return kind.description()
        + '\n'
        + DESCRIPTION
        + Contestants.describe(settings)
        + Page.format("Heap of each process: `-Xmx%s`. All answers agree:\n\n", settings.heap())
        + data(series)
        + '\n'
        + plot(series)
        + '\n'
        + table(
            "seconds: median (min to max)",
            Stream.concat(Stream.of(oneLine), series.stream()).toList(),
            figures -> seconds(figures.seconds()))
        + '\n'
        + table("peak memory", series, figures -> Page.mebibytes(figures.highestPeakBytes()))
        + '\n'
        + MEMORY
        + table("heap after collections", series, figures -> usedHeap(figures))
        + '\n'
        + Page.format(GROWTH, LEAST_TIMES_START_UP)
        + growth(oneLine, series)
        + '\n'
        + LIMIT
        + besideTheLimit(oneLine, series);
  }

  private Size size(String text, int rounds) {
    double number = Double.parseDouble(text);
    String label = Page.format(text.contains(".") ? "%s" : "%2$,d", text, (long) number);
    String severe = Input.ServerLogs.USUALLY_SEVERE;
    return switch (settings.scenario()) {
      case LINES ->
          new Size(
              label,
              number,
              new Input.ServerLogs((int) number, LINES_A_FILE, settings.number("servers"), severe),
              number < LARGE_MILLIONS ? rounds : settings.number("large-rounds"));
      case FILES ->
          new Size(
              label,
              number,
              new Input.ServerLogs(
                  (int) number,
                  settings.number("lines") / (int) number,
                  settings.number("servers"),
                  severe),
              rounds);
      case SERVERS ->
          new Size(
              label,
              number,
              new Input.ServerLogs(
                  settings.number("files"), settings.number("lines"), (int) number, severe),
              rounds);
      case SEVERITIES ->
          new Size(
              label,
              number,
              new Input.ServerLogs(
                  settings.number("files"),
                  settings.number("lines"),
                  settings.number("servers"),
                  text),
              rounds);
      default -> throw new IllegalStateException();
    };
  }

  private Found measure(Size size) throws IOException, InterruptedException {
    System.out.println(kind.unit() + ": " + size.label());
    Path input = Input.of(settings, size.logs());
    return new Found(
        size, Rounds.run(settings, input, Contestants.of(settings, input), size.rounds(), true));
  }

  private String data(List<Found> series) {
    StringBuilder text = new StringBuilder();
    text.append(
        Page.header(
            "by " + kind.unit(), "files", "lines", "GB", "report rows", "SEV0 rows", "rounds"));
    for (Found found : series) {
      Input.ServerLogs logs = found.size().logs();
      text.append(
          Page.row(
              found.size().label(),
              Page.format("%,d", logs.files()),
              Page.format("%,d", (long) logs.files() * logs.lines()),
              Page.format("%.2f", found.rounds().inputBytes() / 1e9),
              Page.format("%,d", found.rounds().answer().report().size()),
              Page.format("%,d", found.rounds().answer().log().size()),
              Page.format("%,d", found.size().rounds())));
    }
    return text.toString();
  }

  private String table(String what, List<Found> columns, Function<Figures, String> cell) {
    StringBuilder text = new StringBuilder();
    text.append(
        Page.header(
            what + ", by " + kind.unit(),
            columns.stream().map(found -> found.size().label()).toArray(String[]::new)));
    List<Figures> contestants = columns.get(0).rounds().figures();
    for (int i = 0; i < contestants.size(); i++) {
      int contestant = i;
      text.append(
          Page.row(
              contestants.get(i).name(),
              columns.stream()
                  .map(found -> cell.apply(found.figures(contestant)))
                  .toArray(String[]::new)));
    }
    return text.toString();
  }

  private String plot(List<Found> series) throws IOException {
    List<Double> sizes = series.stream().map(found -> found.size().number()).toList();
    List<Plot.Series> lines = new ArrayList<>();
    List<Figures> contestants = series.get(0).rounds().figures();
    for (int i = 0; i < contestants.size(); i++) {
      int contestant = i;
      lines.add(
          new Plot.Series(
              contestants.get(i).name(),
              sizes,
              series.stream()
                  .map(found -> Figures.median(found.figures(contestant).seconds()))
                  .toList()));
    }
    return new Plot(settings.scenario().title(), kind.unit(), "seconds", lines, true, true)
        .write(settings.page(), settings.scenario().option());
  }

  private static String seconds(List<Double> seconds) {
    return seconds.size() == 1 ? Page.format("%.2f", seconds.get(0)) : Figures.describe(seconds);
  }

  private static String usedHeap(Figures figures) {
    OptionalLong bytes = figures.highestUsedHeapBytes();
    return bytes.isPresent() ? Page.mebibytes(bytes) : "no collection";
  }

  private String growth(Found oneLine, List<Found> series) {
    List<String> steps =
        IntStream.range(1, series.size())
            .mapToObj(i -> series.get(i - 1).size().label() + " to " + series.get(i).size().label())
            .toList();
    StringBuilder text = new StringBuilder();
    text.append(
        Page.header(
            "exponent, by " + kind.unit(),
            Stream.concat(steps.stream(), Stream.of("fitted", "sizes fitted"))
                .toArray(String[]::new)));
    List<Figures> contestants = oneLine.rounds().figures();
    for (int contestant = 0; contestant < contestants.size(); contestant++) {
      List<Optional<PowerLaw.Point>> points = new ArrayList<>();
      for (Found found : series) {
        points.add(
            work(oneLine, found, contestant)
                .map(seconds -> new PowerLaw.Point(found.size().number(), seconds)));
      }
      List<String> cells = new ArrayList<>();
      for (int i = 1; i < points.size(); i++) {
        cells.add(exponent(fit(points.subList(i - 1, i + 1))));
      }
      Optional<PowerLaw> all = fit(points);
      cells.add(exponent(all));
      cells.add(all.map(law -> String.valueOf(law.points())).orElse("-"));
      text.append(Page.row(contestants.get(contestant).name(), cells.toArray(String[]::new)));
    }
    return text.toString();
  }

  private static Optional<PowerLaw> fit(List<Optional<PowerLaw.Point>> points) {
    return PowerLaw.fit(points.stream().flatMap(Optional::stream).toList());
  }

  private static String exponent(Optional<PowerLaw> law) {
    return law.map(fitted -> Page.format("%.2f", fitted.exponent())).orElse("-");
  }

  /** The bare loop comes last. */
  private String besideTheLimit(Found oneLine, List<Found> series) {
    List<Figures> contestants = oneLine.rounds().figures();
    int limit = contestants.size() - 1;
    StringBuilder text = new StringBuilder();
    text.append(
        Page.header(
            "times as long, by " + kind.unit(),
            series.stream().map(found -> found.size().label()).toArray(String[]::new)));
    for (int i = 0; i < limit; i++) {
      int contestant = i;
      text.append(
          Page.row(
              contestants.get(i).name(),
              series.stream()
                  .map(
                      found ->
                          work(oneLine, found, contestant)
                              .flatMap(
                                  own ->
                                      work(oneLine, found, limit)
                                          .map(least -> Page.format("%.2f", own / least)))
                              .orElse("-"))
                  .toArray(String[]::new)));
    }
    return text.toString();
  }

  /** The median of the seconds without those for one line, if that is more than noise. */
  private static Optional<Double> work(Found oneLine, Found found, int contestant) {
    double startUp = Figures.median(oneLine.figures(contestant).seconds());
    double seconds = Figures.median(found.figures(contestant).seconds());
    return seconds < LEAST_TIMES_START_UP * startUp
        ? Optional.empty()
        : Optional.of(seconds - startUp);
  }
}
