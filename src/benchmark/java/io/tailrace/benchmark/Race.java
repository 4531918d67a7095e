package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** The whole job, by Tailrace on each runner and by its peers, in turn. */
final class Race implements Case {

  private static final String DESCRIPTION =
      """
      In each round every contestant does the whole job once, one after the other, from files that
      are in the system's cache. The time is that of the whole process, from before its start to
      after its end. No figure is shown unless all gave the same report and the same log in every
      round.

      """;

  private final Settings settings;

  Race(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = Input.ofServerLogs(settings);

    Rounds rounds = Rounds.run(settings, input, Contestants.of(settings, input));
    List<String> titles =
        settings.runners().stream().map(runner -> runner.title() + " runner").toList();
    return description(rounds.inputBytes(), rounds.answer())
        + rounds.bars(settings)
        + '\n'
        + rounds.seconds()
        + '\n'
        + rounds.ratios(titles);
  }

  private String description(long inputBytes, Answer answer) {
    int files = settings.number("files");
    int lines = settings.number("lines");
    return DESCRIPTION
        + Contestants.describe(settings)
        + Page.format(
            "%,d files of %,d lines each: %,d lines, %.2f GB, %,d servers. Heap of each process:"
                + " `-Xmx%s`.\nAll answers agree: %,d report rows, %,d SEV0 rows.\n\n",
            files,
            lines,
            (long) files * lines,
            inputBytes / 1e9,
            settings.number("servers"),
            settings.heap(),
            answer.report().size(),
            answer.log().size());
  }
}
