package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;

/** The page of figures, in Markdown: an introduction, and a section for each scenario. */
final class Page {

  private static final String INTRODUCTION =
      """
      # Benchmarks

      Written by `io.tailrace.benchmark.ServerLogsBenchmark`; each section by the command in it.

      The job: files of `serverID,severity,timestamp` lines become a report, the volume of
      service calls per server, and a log, each record of severity 0 as snappy Parquet. In each
      round every contestant does the whole job once, one after the other, each as a process of
      its own, from files that are in the system's cache. The time is that of the whole process,
      from before its start to after its end. The memory is the most that it held at a time as
      the system counts it (resident set): the heap and all else. No figure is shown unless all
      gave the same report and the same log in every round.

      * **Tailrace** is the jar that users get, on the Direct runner: `server-logs
        --trigger=availableNow`. It also checks every line, keeps the lines that are no records,
        and could be killed at any moment.
      * **Spark** is Structured Streaming on `local[2]`: one streaming query for the report
        (complete mode, in-memory table) and one for the log, side by side, both with
        `Trigger.AvailableNow`. The `csv` source with a schema is what most people would write;
        cutting the lines of the `text` source with string functions is faster, and takes any
        line for a record.
      * **The bare loop** is the least that two threads of Java must do: it counts in a loop over
        the bytes, checks nothing and would begin again after a crash.

      """;

  private Page() {}

  /** What was measured and found, as the section of a scenario. */
  static String section(Settings settings, long inputBytes, Answer answer, List<Figures> all)
      throws IOException {
    Figures tailrace = all.get(0);
    StringBuilder text = new StringBuilder();
    text.append("## ").append(settings.scenario().title()).append("\n\n");
    text.append(
        format(
            "%,d files of %,d lines each: %,d lines, %.2f GB, %,d servers. Heap of each process:"
                + " `-Xmx%s`. All answers agree: %,d report rows, %,d SEV0 rows.\n\n",
            settings.files(),
            settings.lines(),
            settings.allLines(),
            inputBytes / 1e9,
            settings.servers(),
            settings.heap(),
            answer.volume().size(),
            answer.sev0().size()));
    text.append("Machine: ").append(Machine.describe()).append(".\n");
    text.append("Versions: ").append(Machine.versions(settings.jar()));
    if (!settings.sources().isEmpty()) {
      text.append("; Apache Spark ").append(Machine.sparkVersion());
    }
    text.append(".\n\n").append(command(settings)).append('\n');

    text.append("| seconds | median | min | max | each round | peak memory |\n");
    text.append("|---|---:|---:|---:|---|---:|\n");
    for (Figures figures : all) {
      text.append(
          row(figures.name(), figures.seconds(), "%.1f", mebibytes(figures.highestPeakBytes())));
    }
    for (Figures figures : all) {
      if (!figures.secondsInQueries().isEmpty()) {
        text.append(
            row(
                figures.name() + ", from the start of its queries",
                figures.secondsInQueries(),
                "%.1f",
                ""));
      }
    }
    text.append('\n');
    text.append("| times as long as Tailrace | median | min | max | each round |\n");
    text.append("|---|---:|---:|---:|---|\n");
    for (Figures figures : all.subList(1, all.size())) {
      text.append(row(figures.name(), figures.timesAsLongAs(tailrace), "%.2f"));
    }
    return text.append('\n').toString();
  }

  /** Puts a section on the page, in the place of the same scenario's former one. */
  static void write(Path page, Settings.Scenario written, String section) throws IOException {
    String before = Files.exists(page) ? Files.readString(page) : "";
    StringBuilder text = new StringBuilder(INTRODUCTION);
    for (Settings.Scenario scenario : Settings.Scenario.values()) {
      text.append(scenario == written ? section : formerSection(before, scenario));
    }
    Files.createDirectories(page.toAbsolutePath().getParent());
    Files.writeString(page, text.toString().stripTrailing() + "\n");
  }

  private static String formerSection(String page, Settings.Scenario scenario) {
    for (String part : page.split("(?m)^(?=## )")) {
      if (part.startsWith("## " + scenario.title() + "\n")) {
        return part.stripTrailing() + "\n\n";
      }
    }
    return "";
  }

  private static String command(Settings settings) {
    String options = settings.options();
    return "```\nmvn -q package -DskipTests\n"
        + "mvn -q -Pdirect-runner,benchmark test-compile exec:java"
        + (options.isEmpty() ? "" : " -Dexec.args=\"" + options + "\"")
        + "\n```\n";
  }

  private static String row(String name, List<Double> values, String format, String... more) {
    List<String> cells = new ArrayList<>();
    cells.add(name);
    cells.add(format(format, Figures.median(values)));
    cells.add(format(format, values.stream().min(Double::compare).orElseThrow()));
    cells.add(format(format, values.stream().max(Double::compare).orElseThrow()));
    cells.add(String.join(", ", values.stream().map(value -> format(format, value)).toList()));
    cells.addAll(List.of(more));
    return "| " + String.join(" | ", cells) + " |\n";
  }

  private static String mebibytes(OptionalLong bytes) {
    return bytes.isPresent() ? format("%,d MiB", bytes.getAsLong() >> 20) : "n/a";
  }

  private static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
