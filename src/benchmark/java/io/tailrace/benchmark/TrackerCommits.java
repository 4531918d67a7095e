package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;

/** How long a commit to a Delta table takes, after few versions and after many. */
final class TrackerCommits implements Case {

  private static final int BANDS = 10;

  private static final String DESCRIPTION =
      """
      `tracker` with `--trigger=availableNow --maxFilesPerPoll=1` takes %,d small files, each of
      which becomes a version of the table. The times are those between two versions, as its history
      has them: what a commit takes, with the checkpoint that every tenth has.

      """;

  private final Settings settings;

  TrackerCommits(Settings settings) {
    this.settings = settings;
  }

  @Override
  public String measure() throws IOException, InterruptedException {
    Path input = Input.ofReadings(settings);
    Path folder = Trees.empty(settings.runFolder());
    String output = "--output=" + folder.resolve("results");
    String jar = settings.runners().get(0).jar(settings.jars()).toString();
    ChildJvm.run(
        folder.resolve("out"),
        List.of(
            "-Xmx" + settings.heap(),
            "-jar",
            jar,
            "tracker",
            "--input=" + input,
            output,
            "--trigger=availableNow",
            "--maxFilesPerPoll=1",
            "--progress=none"));
    Path history = folder.resolve("history.csv");
    ChildJvm.run(
        history, List.of("-jar", jar, "history", "heartbeat_tracker", output, "--format=csv"));
    List<Instant> times = new ArrayList<>();
    for (String line : Files.readAllLines(history).stream().skip(1).toList()) {
      times.add(Instant.parse(line.split(",")[1]));
    }
    Collections.reverse(times);
    // The first version is the table's creation, and the second waits for its rows.
    List<Double> millis = new ArrayList<>();
    for (int i = 2; i < times.size(); i++) {
      millis.add((double) Duration.between(times.get(i - 1), times.get(i)).toMillis());
    }
    StringBuilder text =
        new StringBuilder(Page.format(DESCRIPTION, settings.number("files")))
            .append(Page.header("versions", "milliseconds, median", "mean"));
    int size = millis.size() / BANDS;
    List<Double> middles = new ArrayList<>();
    List<Double> medians = new ArrayList<>();
    List<Double> means = new ArrayList<>();
    for (int band = 0; band < BANDS; band++) {
      List<Double> some = millis.subList(band * size, (band + 1) * size);
      middles.add((band + 0.5) * size + 1.5);
      medians.add(Figures.median(some));
      means.add(some.stream().mapToDouble(Double::doubleValue).average().orElseThrow());
      text.append(
          Page.row(
              Page.format("%,d to %,d", band * size + 2, (band + 1) * size + 1),
              Page.format("%.0f", medians.get(band)),
              Page.format("%.0f", means.get(band))));
    }
    Trees.delete(settings.runFolder());
    Plot plot =
        new Plot(
            "What a commit takes",
            "version of the table",
            "milliseconds",
            List.of(
                new Plot.Series("median", middles, medians),
                new Plot.Series("mean", middles, means)),
            false,
            false);
    return text.append('\n').append(plot.write(settings.page(), "tracker-commits")).toString();
  }
}
