package io.tailrace.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one invocation measures.
 *
 * @param scenario the case
 * @param files how many files the input has
 * @param lines how many lines each of them has
 * @param servers how many distinct servers are in them
 * @param rounds how often each contestant runs
 * @param heap the limit of the heap of each process, as {@code -Xmx} has it
 * @param sources the forms of Spark that run: csv, text, both or none
 * @param jar Tailrace as users get it
 * @param data the folder for inputs, which are kept, and for the results of a run
 * @param page the page that the figures go to
 * @param options how the case and its size were asked for, to ask for them again
 */
record Settings(
    Scenario scenario,
    int files,
    int lines,
    int servers,
    int rounds,
    String heap,
    List<String> sources,
    Path jar,
    Path data,
    Path page,
    String options) {

  /** The cases, with their default sizes. */
  enum Scenario {
    AGAINST_SPARK("against-spark", "Beside Spark", 100, 10, "1g", "csv,text"),
    MILLION_SERVERS("million-servers", "A million servers", 10, 1_000_000, "4g", "none");

    private final String option;
    private final String title;
    private final int files;
    private final int servers;
    private final String heap;
    private final String spark;

    Scenario(String option, String title, int files, int servers, String heap, String spark) {
      this.option = option;
      this.title = title;
      this.files = files;
      this.servers = servers;
      this.heap = heap;
      this.spark = spark;
    }

    /** The heading of its figures. */
    String title() {
      return title;
    }

    private static Scenario of(String option) {
      for (Scenario scenario : values()) {
        if (scenario.option.equals(option)) {
          return scenario;
        }
      }
      throw new IllegalArgumentException(
          "--case is against-spark or million-servers, not " + option);
    }
  }

  private static final Set<String> SIZES =
      Set.of("case", "files", "lines", "servers", "rounds", "heap", "spark");
  private static final Set<String> PLACES = Set.of("jar", "data", "page");

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if one is unknown or cannot be used
   */
  static Settings parse(String[] args) {
    Arguments arguments = Arguments.parse(args);
    for (String name : arguments.values().keySet()) {
      if (!SIZES.contains(name) && !PLACES.contains(name)) {
        throw new IllegalArgumentException("unknown option --" + name);
      }
    }
    Scenario scenario = Scenario.of(arguments.get("case", Scenario.AGAINST_SPARK.option));
    return new Settings(
        scenario,
        arguments.get("files", scenario.files),
        arguments.get("lines", 1_000_000),
        arguments.get("servers", scenario.servers),
        arguments.get("rounds", 3),
        arguments.get("heap", scenario.heap),
        sources(arguments.get("spark", scenario.spark)),
        Path.of(arguments.get("jar", "target/tailrace-direct.jar")),
        Path.of(arguments.get("data", "target/benchmark-data")),
        Path.of(arguments.get("page", "docs/benchmarks.md")),
        arguments.values().entrySet().stream()
            .filter(option -> SIZES.contains(option.getKey()))
            .map(option -> "--" + option.getKey() + "=" + option.getValue())
            .collect(Collectors.joining(" ")));
  }

  private static List<String> sources(String value) {
    return switch (value) {
      case "none" -> List.of();
      case "csv", "text", "csv,text" -> List.of(value.split(","));
      default ->
          throw new IllegalArgumentException(
              "--spark is csv, text, csv,text or none, not " + value);
    };
  }

  /** How many lines the input has. */
  long allLines() {
    return (long) files * lines;
  }
}
