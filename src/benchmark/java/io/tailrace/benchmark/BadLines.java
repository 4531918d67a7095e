package io.tailrace.benchmark;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.SplittableRandom;
import java.util.stream.Stream;

/** One large file without bad lines and with some in every unit, in turn. */
final class BadLines implements Case {

  private static final int ONE_IN = 100;
  private static final long SEED = 42;

  private static final String DESCRIPTION =
      """
      One file of %,d lines, %,d servers, %,.2f GB: as it is, and with one line in %,d made bad, its
      severity no number. Each of them, %,d, is a dead letter with its line, its offset and its text,
      and there are some in every unit. In each round both are read once, one after the other, from
      the system's cache. The time is that of the whole process. No figure is shown unless the report
      has all other lines, and the dead letters add up to the bad lines, by their number, lines and
      offsets. Heap of each process: `-Xmx%s`.

      """;

  /** What tells whether nothing is missing and every line has its number. */
  private static final String DEAD_LETTERS =
      "SELECT count(*), sum(line), sum(\"offset\") FROM dead_letters";

  private static final String RECORDS = "SELECT 'records', sum(records) FROM volume";

  /** The bad lines of a file. */
  private record Bad(long count, long sumOfLines, long sumOfOffsets) {

    static final Bad NONE = new Bad(0, 0, 0);

    private String row() {
      return count == 0 ? "0,," : count + "," + sumOfLines + "," + sumOfOffsets;
    }
  }

  private final Settings settings;

  BadLines(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Input.ServerLogs logs =
        new Input.ServerLogs(
            1,
            settings.number("lines"),
            settings.number("servers"),
            Input.ServerLogs.USUALLY_SEVERE);
    Path good = Input.of(settings, logs);
    Path mixed = Trees.empty(settings.data().resolve("bad-lines"));
    try {
      System.out.println("making lines bad");
      Bad bad = spoil(good, mixed);
      StringBuilder times = new StringBuilder(Figures.header());
      StringBuilder ratios =
          new StringBuilder(Page.header("times as long: median of the rounds (min to max)", ""));
      for (Runner runner : settings.runners()) {
        Contestant without = tailrace(runner, "without bad lines", good);
        Contestant with = tailrace(runner, "with bad lines", mixed);
        Figures figuresWithout = Figures.of(without.name());
        Figures figuresWith = Figures.of(with.name());
        for (int round = 1; round <= settings.number("rounds"); round++) {
          System.out.println("round " + round + ": " + runner.title() + " runner");
          measure(without, figuresWithout, good, Bad.NONE);
          measure(with, figuresWith, mixed, bad);
        }
        times.append(figuresWithout.toRow()).append(figuresWith.toRow());
        ratios.append(
            Page.row(
                "Tailrace, " + runner.title() + " runner",
                Figures.describe(figuresWith.timesAsLongAs(figuresWithout))));
      }
      return Page.format(
              DESCRIPTION,
              settings.number("lines"),
              settings.number("servers"),
              Input.readOnce(mixed) / 1e9,
              ONE_IN,
              bad.count(),
              settings.heap())
          + times
          + '\n'
          + ratios;
    } finally {
      Trees.delete(mixed);
      Trees.delete(settings.runFolder());
    }
  }

  private Contestant tailrace(Runner runner, String name, Path input) {
    return Contestant.Tailrace.onDisk(
        "Tailrace, " + runner.title() + " runner, " + name,
        runner.jar(settings.jars()),
        new Contestant.Job("server-logs", List.of(), RECORDS, Optional.of(DEAD_LETTERS)),
        input,
        settings.heap());
  }

  private void measure(Contestant contestant, Figures figures, Path input, Bad bad)
      throws IOException, InterruptedException {
    Path folder = Trees.empty(settings.runFolder());
    Input.readOnce(input);
    figures.add(
        contestant.run(folder, List.of()),
        contestant.secondsInQueries(folder),
        OptionalLong.empty());
    Answer answer = contestant.answer(folder);
    double records = settings.number("lines") - bad.count();
    if (answer.report().get("records") != records || !answer.log().equals(List.of(bad.row()))) {
      throw new BenchmarkException(
          "\"%s\" has %s records and the dead letters %s, not %.0f and %s"
              .formatted(contestant.name(), answer.report(), answer.log(), records, bad.row()));
    }
  }

  /** Copies a folder of one file, and puts another letter in place of some severities. */
  private static Bad spoil(Path from, Path to) throws IOException {
    SplittableRandom random = new SplittableRandom(SEED);
    List<Path> files = new ArrayList<>();
    try (Stream<Path> listing = Files.list(from)) {
      listing.forEach(files::add);
    }
    long count = 0;
    long lines = 0;
    long sumOfLines = 0;
    long sumOfOffsets = 0;
    try (InputStream in = new BufferedInputStream(Files.newInputStream(files.get(0)), 1 << 16);
        OutputStream out =
            new BufferedOutputStream(Files.newOutputStream(to.resolve("lines.csv")), 1 << 16)) {
      boolean beginning = true;
      boolean spoiling = false;
      long offset = 0;
      for (int b; (b = in.read()) >= 0; offset++) {
        if (beginning) {
          lines++;
          spoiling = random.nextInt(ONE_IN) == 0;
          if (spoiling) {
            count++;
            sumOfLines += lines;
            sumOfOffsets += offset;
          }
        }
        beginning = b == '\n';
        if (spoiling && b == ',') {
          out.write(b);
          in.read();
          offset++;
          b = 'x';
          spoiling = false;
        }
        out.write(b);
      }
    }
    return new Bad(count, sumOfLines, sumOfOffsets);
  }
}
