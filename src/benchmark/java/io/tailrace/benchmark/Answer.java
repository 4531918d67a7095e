package io.tailrace.benchmark;

import java.io.BufferedReader;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The results of one run, in a form that can be compared. Every contestant divides the same whole
 * numbers as doubles, so that equal answers are equal to the last bit.
 *
 * @param report the report: a value by each key
 * @param log the rows of the log, sorted; none if the job has no log
 */
record Answer(Map<String, Double> report, List<String> log) {

  /** Lines of {@code key,value} behind one of column names. */
  static final String REPORT_FILE = "report.csv";

  /** The rows of the log behind a line of column names. */
  static final String LOG_FILE = "log.csv";

  static void writeReport(Path folder, Stream<String> lines) {
    write(folder.resolve(REPORT_FILE), "key,value", lines);
  }

  static void writeLog(Path folder, Stream<String> lines) {
    write(folder.resolve(LOG_FILE), "row", lines);
  }

  /** Reads {@value #REPORT_FILE} and, if it is there, {@value #LOG_FILE} in a folder. */
  static Answer read(Path folder) throws IOException {
    Map<String, Double> report = new HashMap<>();
    for (String line : lines(folder.resolve(REPORT_FILE))) {
      int comma = line.lastIndexOf(',');
      String key = line.substring(0, comma);
      if (report.put(key, Double.valueOf(line.substring(comma + 1))) != null) {
        throw new BenchmarkException("the report has two rows for " + key);
      }
    }
    Path log = folder.resolve(LOG_FILE);
    return new Answer(
        report, Files.exists(log) ? lines(log).stream().sorted().toList() : List.of());
  }

  /** In what another answer differs from this one; empty if they are equal. */
  Optional<String> difference(Answer other) {
    if (report.size() != other.report.size()) {
      return Optional.of(report.size() + " and " + other.report.size() + " report rows");
    }
    for (Map.Entry<String, Double> row : report.entrySet()) {
      Double value = other.report.get(row.getKey());
      if (!row.getValue().equals(value)) {
        return Optional.of(row.getKey() + " at " + row.getValue() + " and at " + value);
      }
    }
    if (log.size() != other.log.size()) {
      return Optional.of(log.size() + " and " + other.log.size() + " log rows");
    }
    return log.equals(other.log) ? Optional.empty() : Optional.of("other log rows");
  }

  /**
   * @throws BenchmarkException if another answer is not equal to this one
   */
  void requireEqual(String own, String others, Answer other) {
    Optional<String> difference = difference(other);
    if (difference.isPresent()) {
      throw new BenchmarkException(
          "answers of \"%s\" and \"%s\" differ: %s".formatted(own, others, difference.get()));
    }
  }

  private static List<String> lines(Path file) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      if (reader.readLine() == null) {
        throw new BenchmarkException(file + " is empty");
      }
      return reader.lines().toList();
    }
  }

  private static void write(Path file, String header, Stream<String> lines) {
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      writer.write(header + "\n");
      for (String line : (Iterable<String>) lines::iterator) {
        writer.write(line);
        writer.write('\n');
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
