package io.tailrace.it;

import io.tailrace.demo.AccessLogGenerator;
import io.tailrace.feed.Packing;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Access logs as people have them, the same ones each time, each going on where the one before it
 * ends: plain and packed files, requests that are logged late, and a line that was cut now and
 * then.
 */
final class MixedAccessLogs {

  private static final int LINES = 600;
  private static final int SEED = 7;
  private static final int LINES_A_CUT_ONE = 100;
  private static final int FILES_A_PACKED_ONE = 5;

  private final List<Path> made;

  private MixedAccessLogs(List<Path> made) {
    this.made = made;
  }

  /**
   * Makes them.
   *
   * @param folder a folder of their own, which nobody watches
   * @param files how many there may be
   */
  static MixedAccessLogs in(Path folder, int files) throws IOException {
    AccessLogGenerator.write(folder, files, LINES, SEED);
    try (Stream<Path> made = Files.list(folder)) {
      return new MixedAccessLogs(made.sorted().toList());
    }
  }

  /** The name of a file. */
  String name(int number) {
    return made.get(number).getFileName() + (isPacked(number) ? ".gz" : "");
  }

  /** The content of a file, whose lines are {@link #lines} many. */
  byte[] content(int number) throws IOException {
    Random random = new Random(number);
    byte[] bytes =
        Files.readAllLines(made.get(number)).stream()
            .map(
                line ->
                    random.nextInt(LINES_A_CUT_ONE) == 0
                        ? line.substring(0, line.length() / 2)
                        : line)
            .collect(Collectors.joining("\n"))
            .getBytes(StandardCharsets.UTF_8);
    return isPacked(number) ? Packing.gz.pack(bytes) : bytes;
  }

  /** How many lines the first so many files have. */
  static long lines(int files) {
    return (long) files * LINES;
  }

  private static boolean isPacked(int number) {
    return number % FILES_A_PACKED_ONE == 0;
  }
}
