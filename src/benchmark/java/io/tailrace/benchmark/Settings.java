package io.tailrace.benchmark;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What one invocation measures.
 *
 * @param scenario the case
 * @param runners the runners of Tailrace, in the order in which they are measured
 * @param jars the folder of their jars
 * @param data the folder for inputs, which are kept, and for the results of a run
 * @param page the page that the figures go to
 * @param arguments what was asked for
 */
record Settings(
    Scenario scenario, List<Runner> runners, Path jars, Path data, Path page, Arguments arguments) {

  /** The cases, with the options that each has beside the places, and their defaults. */
  enum Scenario {
    SERVER_LOGS(
        "server-logs",
        "Beside Spark Structured Streaming",
        Map.of(
            "files", "100",
            "lines", "1000000",
            "servers", "10",
            "rounds", "3",
            "heap", "1g",
            "peers", "csv,text",
            "runners", "direct,flink,spark")),
    MILLION_SERVERS(
        "million-servers",
        "A million servers",
        Map.of(
            "files", "10",
            "lines", "1000000",
            "servers", "1000000",
            "rounds", "3",
            "heap", "4g",
            "peers", "none",
            "runners", "direct")),
    ARRIVALS(
        "arrivals",
        "From arrival to report",
        Map.of(
            "arrivals", "100",
            "lines", "100",
            "heap", "1g",
            "runners", "direct,flink,spark")),
    IDLE(
        "idle",
        "While nothing arrives",
        Map.of(
            "settle-seconds", "20",
            "seconds", "60",
            "heap", "1g",
            "runners", "direct,flink,spark")),
    SMALL_FILES(
        "small-files",
        "Many small files",
        Map.of(
            "files", "200000",
            "arrivals", "10",
            "heap", "2g",
            "runners", "direct,flink")),
    S3(
        "s3",
        "From S3",
        Map.of(
            "files", "100",
            "lines", "1000000",
            "servers", "10",
            "rounds", "3",
            "heap", "1g",
            "runners", "direct")),
    ACCESS_LOG(
        "access-log",
        "Access logs, beside Spark Structured Streaming",
        Map.of(
            "files", "20",
            "lines", "500000",
            "rounds", "3",
            "heap", "1g",
            "peers", "text",
            "runners", "direct")),
    GAME_EVENTS(
        "game-events",
        "Game events, beside Spark Structured Streaming",
        Map.of(
            "events", "5000000",
            "rounds", "3",
            "heap", "1g",
            "peers", "kafka",
            "runners", "direct,flink")),
    GAME_API(
        "game-api",
        "The API of the game",
        Map.of(
            "requests", "40000",
            "clients", "16",
            "rounds", "3",
            "heap", "512m",
            "runners", "direct")),
    TRACKER(
        "tracker",
        "Tracker, beside Spark Structured Streaming",
        Map.of(
            "files", "900",
            "lines", "10000",
            "rounds", "3",
            "heap", "1g",
            "peers", "delta,parquet",
            "runners", "direct,flink,spark")),
    TRACKER_COMMITS(
        "tracker-commits",
        "Tracker, from 1 to 1,000 commits",
        Map.of("files", "1000", "lines", "10", "heap", "1g", "runners", "direct")),
    HOT_LOOPS(
        "hot-loops",
        "Hot loops",
        Map.of(
            "forks", "1",
            "warm-ups", "3",
            "iterations", "5",
            "heap", "1g",
            "runners", "direct"));

    private final String option;
    private final String title;
    private final Map<String, String> defaults;

    Scenario(String option, String title, Map<String, String> defaults) {
      this.option = option;
      this.title = title;
      this.defaults = defaults;
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
          "--case is one of "
              + List.of(values()).stream()
                  .map(scenario -> scenario.option)
                  .collect(Collectors.joining(", "))
              + ", not "
              + option);
    }
  }

  private static final Set<String> PLACES = Set.of("jars", "data", "page");

  /**
   * Reads options.
   *
   * @throws IllegalArgumentException if one is unknown or cannot be used
   */
  static Settings parse(String[] args) {
    Arguments arguments = Arguments.parse(args);
    Scenario scenario = Scenario.of(arguments.get("case", Scenario.SERVER_LOGS.option));
    for (String name : arguments.values().keySet()) {
      if (!name.equals("case") && !PLACES.contains(name) && !scenario.defaults.containsKey(name)) {
        throw new IllegalArgumentException(
            "the case " + scenario.option + " has no option --" + name);
      }
    }
    Settings settings =
        new Settings(
            scenario,
            Runner.parse(arguments.get("runners", scenario.defaults.get("runners"))),
            Path.of(arguments.get("jars", "target")),
            Path.of(arguments.get("data", "target/benchmark-data")),
            Path.of(arguments.get("page", "docs/benchmarks.md")),
            arguments);
    settings.check();
    return settings;
  }

  /** Finds out about values that cannot be used before anything is measured. */
  private void check() {
    for (String name : scenario.defaults.keySet()) {
      switch (name) {
        case "runners" -> {}
        case "peers" -> peers();
        case "heap" -> {
          if (!heap().matches("[1-9][0-9]*[kmg]")) {
            throw new IllegalArgumentException("--heap is like 512m or 2g, not " + heap());
          }
        }
        default -> number(name);
      }
    }
  }

  /** The same settings with fewer runners. */
  Settings with(List<Runner> others) {
    return new Settings(scenario, others, jars, data, page, arguments);
  }

  /** Whether the user has named the runners. */
  boolean namesRunners() {
    return arguments.values().containsKey("runners");
  }

  /** A number from 1, as given or by default. */
  int number(String name) {
    return arguments.get(name, Integer.parseInt(scenario.defaults.get(name)));
  }

  /** The limit of the heap of each process, as {@code -Xmx} has it. */
  String heap() {
    return arguments.get("heap", scenario.defaults.get("heap"));
  }

  /**
   * The sources of Spark Structured Streaming that run: csv, if the lines are that, text, for a
   * topic kafka, or none; for tracker, its sinks.
   */
  List<String> peers() {
    String value = arguments.get("peers", scenario.defaults.getOrDefault("peers", "none"));
    List<String> known =
        switch (scenario) {
          case ACCESS_LOG -> List.of("text", "none");
          case GAME_EVENTS -> List.of("kafka", "none");
          case TRACKER -> List.of("delta", "parquet", "delta,parquet", "none");
          default -> List.of("csv", "text", "csv,text", "none");
        };
    if (!known.contains(value)) {
      throw new IllegalArgumentException(
          "--peers is one of " + String.join(" ", known) + ", not " + value);
    }
    return value.equals("none") ? List.of() : List.of(value.split(","));
  }

  /** How the case and its size were asked for, to ask for them again. */
  String options() {
    return arguments.values().entrySet().stream()
        .filter(option -> !PLACES.contains(option.getKey()))
        .map(option -> "--" + option.getKey() + "=" + option.getValue())
        .collect(Collectors.joining(" "));
  }

  /** What a run leaves is kept here until the next one, in case it has to be looked at. */
  Path runFolder() {
    return data.resolve("run");
  }
}
