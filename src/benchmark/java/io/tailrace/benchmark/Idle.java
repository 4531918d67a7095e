package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** How much of a core Tailrace uses while it watches and nothing arrives. */
final class Idle implements Case {

  private static final int LINES = 100;
  private static final Duration BETWEEN_QUESTIONS = Duration.ofMillis(20);
  private static final Duration PATIENCE = Duration.ofMinutes(1);

  private static final String DESCRIPTION =
      """
      Tailrace watches a folder with its default options. One file is delivered; %d s after it is
      in the report, the CPU time that the process uses within the next %d s is taken, all its
      threads together, as a share of one core. Nothing arrives meanwhile and no client is
      connected. Heap of each process: `-Xmx%s`.

      """;

  private final Settings settings;

  Idle(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    StringBuilder rows = new StringBuilder();
    for (Runner runner : settings.runners()) {
      rows.append(row(runner, "Tailrace, " + runner.title() + " runner", List.of()));
    }
    if (settings.runners().contains(Runner.DIRECT)) {
      rows.append(
          row(
              Runner.DIRECT,
              "For comparison: Direct runner with `--watch=stream`, one pipeline without end",
              List.of("--watch=stream")));
    }
    Trees.delete(settings.runFolder());
    return Page.format(
            DESCRIPTION,
            settings.number("settle-seconds"),
            settings.number("seconds"),
            settings.heap())
        + Page.header("CPU time while nothing arrives", "share of one core", "peak memory")
        + rows;
  }

  private String row(Runner runner, String name, List<String> options)
      throws IOException, InterruptedException {
    System.out.println(name);
    Path folder = Trees.empty(settings.runFolder());
    Path input = Files.createDirectories(folder.resolve("input"));
    try (Watching tailrace =
        Watching.start(
            runner.jar(settings.jars()), settings.heap(), folder, input.toString(), options)) {
      long arrival = tailrace.deliver(input.resolve("one.csv"), Lines.of(LINES, 0));
      tailrace.secondsUntil(LINES, arrival, BETWEEN_QUESTIONS, PATIENCE);
      tailrace.disconnect();
      Thread.sleep(Duration.ofSeconds(settings.number("settle-seconds")).toMillis());
      double cores = tailrace.coresUsedIn(Duration.ofSeconds(settings.number("seconds")));
      return Page.row(
          name, Page.format("%.1f %%", 100 * cores), Page.mebibytes(tailrace.peakBytes()));
    }
  }
}
