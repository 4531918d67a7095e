package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The results that a file of SQL declares, so that peers compute the same statements as Tailrace.
 *
 * @param results in the order of the file
 */
record SqlFile(List<Result> results) {

  /**
   * A report or a log.
   *
   * @param isLog whether it is a log
   * @param select the statement behind its {@code AS}
   */
  record Result(String name, boolean isLog, String select) {}

  private static final Pattern RESULT =
      Pattern.compile("CREATE (MATERIALIZED VIEW|STREAMING TABLE) (\\w+) AS\\s+([^;]+);");

  static SqlFile read(Path file) throws IOException {
    return new SqlFile(
        RESULT
            .matcher(Files.readString(file))
            .results()
            .map(found -> new Result(found.group(2), isLog(found.group(1)), found.group(3)))
            .toList());
  }

  private static boolean isLog(String kind) {
    return kind.equals("STREAMING TABLE");
  }
}
