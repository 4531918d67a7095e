package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import java.util.stream.Collectors;

/** The page of figures, in Markdown: an introduction, and a section for each case. */
final class Page {

  private static final String INTRODUCTION =
      """
      # Benchmarks

      Written by `bin/benchmark`, all of it in one sitting or a section by the command in it. Every
      program is a process of its own, Tailrace started by `bin/tailrace`. Peak memory is the most
      that a process held at a time as the system counts it (resident set): the heap and all else.
      Tailrace runs `server-logs` where nothing else is said: files of `serverID,severity,timestamp`
      lines become a report, the volume of service calls per server, and a log, each record of
      severity 0 as snappy Parquet. It also checks every line, keeps the lines that are no records,
      and could be killed at any moment.

      """;

  private Page() {}

  /** The section of a case. */
  static String section(Settings settings, String found) throws IOException {
    return format(
        "## %s\n\n%sMachine: %s.\nVersions: %s.\n\n%s\n",
        settings.scenario().title(),
        found.stripTrailing() + "\n\n",
        Machine.describe(),
        Machine.versions(settings),
        command(settings));
  }

  /** Puts a section on the page, in the place of the same case's former one. */
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
    return "```\nbin/benchmark " + settings.options() + "\n```\n";
  }

  /** The first two lines of a table. */
  static String header(String first, String... others) {
    return row(first, others) + "|---|" + "---:|".repeat(others.length) + "\n";
  }

  /** A line of a table. */
  static String row(String first, String... others) {
    return "| " + first + " | " + String.join(" | ", others) + " |\n";
  }

  /** Values, with commas between them. */
  static String list(List<Double> values, String format) {
    return values.stream().map(value -> format(format, value)).collect(Collectors.joining(", "));
  }

  /** An amount of memory, where the system told it. */
  static String mebibytes(OptionalLong bytes) {
    return bytes.isPresent() ? format("%,d MiB", bytes.getAsLong() >> 20) : "n/a";
  }

  /** The same text wherever it is made. */
  static String format(String format, Object... values) {
    return String.format(Locale.ROOT, format, values);
  }
}
