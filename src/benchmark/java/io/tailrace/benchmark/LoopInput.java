package io.tailrace.benchmark;

import io.tailrace.options.TailraceOptions;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.run.RunCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** What the measured loops are fed with. */
final class LoopInput {

  /** So many lines, records, messages or rows are one call of a loop. */
  static final int LINES = 100_000;

  static final long SEED = 42;

  private LoopInput() {}

  /** Writes one file to a folder. */
  @FunctionalInterface
  interface Generator {
    void writeTo(Path folder) throws IOException;
  }

  /** The bytes of the one file that a generator writes. */
  static byte[] of(Generator generator) throws IOException {
    Path folder = Files.createTempDirectory("loop-input");
    try {
      generator.writeTo(folder);
      try (Stream<Path> files = Files.list(folder)) {
        return Files.readAllBytes(files.findAny().orElseThrow());
      }
    } finally {
      Trees.delete(folder);
    }
  }

  /** The options of a run with the pipeline's preset. */
  static TailraceOptions options(LogPipeline pipeline, String... more) {
    List<String> arguments = new ArrayList<>(List.of("--input=none", "--output=none"));
    arguments.addAll(List.of(more));
    return RunCommand.options(pipeline, arguments);
  }

  /**
   * @throws IllegalStateException if not all lines were records
   */
  static long requireAll(long records) {
    if (records != LINES) {
      throw new IllegalStateException(records + " records, not " + LINES);
    }
    return records;
  }

  /**
   * @throws IllegalStateException if two loops have not come to the same
   */
  static void requireEqual(Object one, Object other) {
    if (!one.equals(other)) {
      throw new IllegalStateException("Two loops differ: " + one + " and " + other);
    }
  }
}
