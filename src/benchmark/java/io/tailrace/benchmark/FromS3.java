package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/** The whole job by Tailrace, from a disk and from an S3 server on the same machine, in turn. */
final class FromS3 implements Case {

  private static final String DESCRIPTION =
      """
      The same job from the same files on disk and from an S3 server: `s3`, which serves them on
      the loopback address from a process of its own, so that it and the pipeline share the cores.
      The results go to where the input comes from. In each round one runs after the other; the
      time is that of the whole process. No figure is shown unless both gave the same report and
      the same log in every round.

      """;

  private final Settings settings;

  FromS3(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = Input.ofServerLogs(settings);
    long inputBytes = Input.readOnce(input);
    Path buckets = Trees.empty(settings.data().resolve("buckets"));
    link(input, Files.createDirectories(buckets.resolve("input")));
    Path results = buckets.resolve("results");
    StringBuilder text = new StringBuilder(DESCRIPTION);
    text.append(
        Page.format(
            "%,d files, %.2f GB. Heap of each process: `-Xmx%s`.\n\n",
            settings.number("files"), inputBytes / 1e9, settings.heap()));
    text.append(Figures.header());
    Path jar = settings.runners().get(0).jar(settings.jars());
    ChildJvm server =
        ChildJvm.start(
            settings.data().resolve("s3-server.out"),
            List.of("-jar", jar.toString(), "s3", "" + buckets));
    try {
      List<String> options = server.awaitOptions("--s3Endpoint=");
      StringBuilder ratios = new StringBuilder("\n");
      for (Runner runner : settings.runners()) {
        List<Figures> both = measure(runner, input, options, results);
        both.forEach(figures -> text.append(figures.toRow()));
        ratios.append(
            Page.format(
                "%s runner: from S3 it takes **%s** times as long as from disk (median of the"
                    + " rounds, min to max).\n\n",
                runner.title(), Figures.describe(both.get(1).timesAsLongAs(both.get(0)))));
      }
      text.append(ratios);
    } finally {
      server.stop();
    }
    Trees.delete(buckets);
    Trees.delete(settings.runFolder());
    return text.toString();
  }

  private List<Figures> measure(Runner runner, Path input, List<String> options, Path results)
      throws IOException, InterruptedException {
    Path jar = runner.jar(settings.jars());
    Contestant disk = Contestant.Tailrace.onDisk(runner, jar, input, settings.heap());
    Contestant s3 =
        new Contestant.Tailrace(
            disk.name() + ", from S3",
            jar,
            Contestant.Job.SERVER_LOGS,
            "--input=s3://input/",
            folder -> "s3://results/output",
            options,
            settings.heap());
    Figures onDisk = Figures.of(disk.name());
    Figures onS3 = Figures.of(s3.name());
    int rounds = settings.number("rounds");
    for (int round = 1; round <= rounds; round++) {
      System.out.println("round " + round + " of " + rounds + ": " + disk.name());
      Trees.empty(results);
      Answer expected = measure(disk, onDisk);
      Answer found = measure(s3, onS3);
      expected.requireEqual(disk.name(), s3.name(), found);
    }
    return List.of(onDisk, onS3);
  }

  private Answer measure(Contestant contestant, Figures figures)
      throws IOException, InterruptedException {
    Path folder = Trees.empty(settings.runFolder());
    figures.add(
        contestant.run(folder, List.of()),
        contestant.secondsInQueries(folder),
        OptionalLong.empty());
    return contestant.answer(folder);
  }

  private static void link(Path from, Path to) throws IOException {
    try (Stream<Path> files = Files.list(from)) {
      for (Path file : files.toList()) {
        Files.createLink(to.resolve(file.getFileName()), file);
      }
    }
  }
}
