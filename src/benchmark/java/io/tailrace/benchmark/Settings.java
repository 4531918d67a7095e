package io.tailrace.benchmark;

import java.nio.file.Path;
import java.util.LinkedHashMap;
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
            "peers", "csv,text,flink,duckdb",
            "runners", "direct,flink,spark")),
    CSV(
        "csv",
        "SQL over CSV, beside Spark Structured Streaming",
        Map.of(
            "sizes", "50000000",
            "rounds", "3",
            "heap", "1g",
            "peers", "queries,batch,duckdb",
            "runners", "direct,flink,spark")),
    JSON(
        "json",
        "SQL over JSON, beside Spark Structured Streaming",
        Map.of(
            "sizes", "20000000",
            "rounds", "3",
            "heap", "1g",
            "peers", "queries,batch,duckdb",
            "runners", "direct,flink,spark")),
    LINES(
        "lines",
        "More lines",
        Map.of(
            "sizes", "1,10,100,300",
            "servers", "10",
            "rounds", "3",
            "large-rounds", "1",
            "heap", "1g",
            "peers", "csv,text,flink,duckdb",
            "runners", "direct,flink,spark")),
    FILES(
        "files",
        "More files",
        Map.of(
            "sizes", "100,1000,10000,100000",
            "lines", "10000000",
            "servers", "10",
            "rounds", "2",
            "heap", "1g",
            "peers", "duckdb",
            "runners", "direct,flink,spark")),
    SERVERS(
        "servers",
        "More servers",
        Map.of(
            "sizes", "10,10000,1000000",
            "files", "10",
            "lines", "1000000",
            "rounds", "3",
            "heap", "1g",
            "peers", "text,duckdb",
            "runners", "direct,flink,spark")),
    SEVERITIES(
        "severities",
        "More severe records",
        Map.of(
            "sizes", "0.01,1,50",
            "files", "10",
            "lines", "1000000",
            "servers", "10",
            "rounds", "2",
            "heap", "1g",
            "peers", "text,duckdb",
            "runners", "direct,flink,spark")),
    BAD_LINES(
        "bad-lines",
        "Bad lines",
        Map.of(
            "lines", "100000000",
            "servers", "10",
            "rounds", "3",
            "heap", "1g",
            "runners", "direct,flink,spark")),
    ARRIVALS(
        "arrivals",
        "From arrival to report",
        Map.of(
            "rates", "1,10,100",
            "seconds", "30",
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
    RESTART(
        "restart",
        "Restart",
        Map.of(
            "units", "10,1000,100000",
            "rounds", "3",
            "heap", "1g",
            "runners", "direct,flink,spark")),
    YEARS(
        "years",
        "After years",
        Map.of("files", "10000000", "rounds", "3", "heap", "1g", "runners", "direct,flink,spark")),
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
            "files", "60",
            "log-format-files", "4",
            "lines", "500000",
            "rounds", "3",
            "heap", "1g",
            "peers", "text,duckdb",
            "runners", "direct,flink,spark")),
    GAME_EVENTS(
        "game-events",
        "Game events, beside Spark Structured Streaming",
        Map.of(
            "events", "5000000",
            "rounds", "3",
            "heap", "1g",
            "peers", "kafka",
            "runners", "direct,flink,spark")),
    GAME_EVENTS_DIFFERENT(
        "game-events-different",
        "Game events that are all different, beside Spark Structured Streaming",
        Map.of(
            "events", "5000000",
            "rounds", "3",
            "heap", "1g",
            "peers", "kafka",
            "runners", "direct,flink,spark")),
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
            "peers", "delta,parquet,duckdb",
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

    /** What it is called as an option, and its plots as files. */
    String option() {
      return option;
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
              + " or all, not "
              + option);
    }

    private boolean has(String name) {
      return PLACES.contains(name) || defaults.containsKey(name);
    }
  }

  private static final Set<String> PLACES = Set.of("jars", "flink", "data", "page");

  private static final String NONE = "none";

  /** Every case, each with those of the options that it has. */
  private static final String ALL = "all";

  /**
   * Reads options.
   *
   * @return what is measured, one after the other
   * @throws IllegalArgumentException if one is unknown or cannot be used
   */
  static List<Settings> parse(String[] args) {
    Map<String, String> options = new LinkedHashMap<>(Arguments.parse(args).values());
    String option = options.getOrDefault("case", ALL);
    options.remove("case");
    List<Scenario> scenarios =
        option.equals(ALL) ? List.of(Scenario.values()) : List.of(Scenario.of(option));
    for (String name : options.keySet()) {
      if (scenarios.stream().noneMatch(scenario -> scenario.has(name))) {
        throw new IllegalArgumentException(
            option.equals(ALL)
                ? "no case has an option --" + name
                : "the case " + option + " has no option --" + name);
      }
    }
    return scenarios.stream().map(scenario -> of(scenario, options)).toList();
  }

  private static Settings of(Scenario scenario, Map<String, String> options) {
    Map<String, String> values = new LinkedHashMap<>();
    values.put("case", scenario.option);
    options.forEach(
        (name, value) -> {
          if (scenario.has(name)) {
            values.put(name, value);
          }
        });
    Arguments arguments = new Arguments(values);
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
        case "peers" -> {
          if (peers().contains("flink")) {
            flinkJars();
          }
        }
        case "sizes" -> sizes();
        case "rates", "units" -> numbers(name);
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

  /** Numbers from 1 with commas between them, as given or by default. */
  List<Integer> numbers(String name) {
    return arguments.numbers(name, scenario.defaults.get(name));
  }

  /** The limit of the heap of each process, as {@code -Xmx} has it. */
  String heap() {
    return arguments.get("heap", scenario.defaults.get("heap"));
  }

  /**
   * The peers that run: csv and text are sources of Spark Structured Streaming, as kafka is for a
   * topic, and queries and batch are its forms for several results; flink and duckdb are Flink SQL
   * and DuckDB; delta and parquet are Spark's sinks for tracker.
   */
  List<String> peers() {
    List<String> known =
        switch (scenario) {
          case SERVER_LOGS, LINES, FILES, SERVERS, SEVERITIES ->
              List.of("csv", "text", "flink", "duckdb");
          case CSV, JSON -> List.of("queries", "batch", "duckdb");
          case ACCESS_LOG -> List.of("text", "duckdb");
          case GAME_EVENTS, GAME_EVENTS_DIFFERENT -> List.of("kafka");
          case TRACKER -> List.of("delta", "parquet", "duckdb");
          default -> List.of();
        };
    String value = arguments.get("peers", scenario.defaults.getOrDefault("peers", NONE));
    List<String> peers = value.equals(NONE) ? List.of() : List.of(value.split(",", -1));
    if (!known.containsAll(peers) || Set.copyOf(peers).size() < peers.size()) {
      throw new IllegalArgumentException(
          "for the case %s, --peers has %s, each once, or is none; not %s"
              .formatted(scenario.option, String.join(", ", known), value));
    }
    return peers;
  }

  /**
   * The sizes of a series, in ascending order: numbers from 1, for {@code severities} percentages
   * with decimals.
   */
  List<String> sizes() {
    String value = arguments.get("sizes", scenario.defaults.get("sizes"));
    String form =
        scenario == Scenario.SEVERITIES ? "[0-9]{1,3}([.][0-9]{1,7})?" : "[1-9][0-9]{0,7}";
    List<String> sizes = List.of(value.split(",", -1));
    double before = 0;
    for (String size : sizes) {
      if (!size.matches(form)
          || Double.parseDouble(size) <= before
          || (scenario == Scenario.SEVERITIES && Double.parseDouble(size) > 100)
          || (scenario == Scenario.FILES && number("lines") % Integer.parseInt(size) != 0)) {
        throw new IllegalArgumentException(
            "for the case %s, --sizes are %s, in ascending order, with commas between; not %s"
                .formatted(
                    scenario.option,
                    switch (scenario) {
                      case SEVERITIES -> "percentages to 100, with at most 7 decimals";
                      case FILES -> "numbers from 1 that --lines can be divided by";
                      default -> "numbers from 1";
                    },
                    value));
      }
      before = Double.parseDouble(size);
    }
    return sizes;
  }

  /** The folder of the jars of Flink SQL. */
  Path flinkJars() {
    String folder = arguments.values().get("flink");
    if (folder == null) {
      throw new IllegalArgumentException(
          "the peer flink needs --flink, the folder of its jars, which bin/benchmark fetches");
    }
    return Path.of(folder);
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
