package io.tailrace.benchmark;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A runner of Tailrace, with the jar that is built for it. */
enum Runner {
  DIRECT("direct", "Direct"),
  FLINK("flink", "Flink"),
  SPARK("spark", "Spark");

  private final String option;
  private final String title;

  Runner(String option, String title) {
    this.option = option;
    this.title = title;
  }

  /**
   * Reads names with commas between them.
   *
   * @throws IllegalArgumentException if one is unknown
   */
  static List<Runner> parse(String names) {
    List<Runner> runners = new ArrayList<>();
    for (String name : names.split(",", -1)) {
      runners.add(of(name));
    }
    return runners.stream().distinct().toList();
  }

  private static Runner of(String name) {
    for (Runner runner : values()) {
      if (runner.option.equals(name)) {
        return runner;
      }
    }
    throw new IllegalArgumentException("--runners has direct, flink and spark, not " + name);
  }

  /** For a table of figures. */
  String title() {
    return title;
  }

  /** Tailrace as users get it. */
  Path jar(Path jars) {
    return jars.resolve("tailrace-" + option + ".jar");
  }

  /** Whether the jar has been built. */
  boolean isBuilt(Path jars) {
    return Files.isRegularFile(jar(jars));
  }

  /** The command that builds the jar. */
  String buildCommand() {
    return "mvn -q -B -P" + option + "-runner -DskipTests package";
  }
}
