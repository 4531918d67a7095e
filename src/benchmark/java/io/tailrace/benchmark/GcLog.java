package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.OptionalLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What Java logs of its garbage collections: what is used of the heap when each is done. */
final class GcLog {

  private static final String FILE = "gc.log";

  /**
   * A collection as {@code -Xlog:gc} has it, in MiB: {@code Pause Young (Normal) 24M->3M(256M)}.
   */
  private static final Pattern COLLECTION =
      Pattern.compile("Pause (?:Young|Full) .*[0-9]+M->([0-9]+)M\\([0-9]+M\\)");

  private GcLog() {}

  /** The options of Java for a log in a folder. */
  static List<String> options(Path folder) {
    return List.of("-Xlog:gc:file=" + folder.resolve(FILE));
  }

  /** The most that was used after a collection, in bytes; empty without a log or collection. */
  static OptionalLong highestUsedAfter(Path folder) throws IOException {
    Path log = folder.resolve(FILE);
    if (!Files.exists(log)) {
      return OptionalLong.empty();
    }
    try (Stream<String> lines = Files.lines(log)) {
      return lines
          .map(COLLECTION::matcher)
          .filter(Matcher::find)
          .mapToLong(collection -> Long.parseLong(collection.group(1)) << 20)
          .max();
    }
  }
}
