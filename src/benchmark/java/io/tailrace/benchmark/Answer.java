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
 * The two results of one run, in a form that can be compared. Every contestant divides the same
 * whole numbers as doubles, so that equal answers are equal to the last bit.
 *
 * @param volume the report: service calls per unit of time, by server
 * @param sev0 the rows of the log, {@code serverID,timestamp}, sorted
 */
record Answer(Map<String, Double> volume, List<String> sev0) {

  /** Lines of {@code serverID,avgVolume} behind one of column names. */
  static final String VOLUME_FILE = "volume.csv";

  /** Lines of {@code serverID,timestamp} behind one of column names. */
  static final String SEV0_FILE = "sev0.csv";

  private static final String VOLUME_HEADER = "serverID,avgVolume";
  private static final String SEV0_HEADER = "serverID,timestamp";

  static void writeVolume(Path folder, Stream<String> lines) {
    write(folder.resolve(VOLUME_FILE), VOLUME_HEADER, lines);
  }

  static void writeSev0(Path folder, Stream<String> lines) {
    write(folder.resolve(SEV0_FILE), SEV0_HEADER, lines);
  }

  /** Reads {@value #VOLUME_FILE} and {@value #SEV0_FILE} in a folder. */
  static Answer read(Path folder) throws IOException {
    return read(folder.resolve(VOLUME_FILE), folder.resolve(SEV0_FILE));
  }

  static Answer read(Path volumeFile, Path sev0File) throws IOException {
    Map<String, Double> volume = new HashMap<>();
    for (String line : lines(volumeFile, VOLUME_HEADER)) {
      int comma = line.lastIndexOf(',');
      String server = line.substring(0, comma);
      if (volume.put(server, Double.valueOf(line.substring(comma + 1))) != null) {
        throw new BenchmarkException("the report has two rows for " + server);
      }
    }
    return new Answer(volume, lines(sev0File, SEV0_HEADER).stream().sorted().toList());
  }

  /** In what another answer differs from this one; empty if they are equal. */
  Optional<String> difference(Answer other) {
    if (volume.size() != other.volume.size()) {
      return Optional.of(volume.size() + " and " + other.volume.size() + " report rows");
    }
    for (Map.Entry<String, Double> row : volume.entrySet()) {
      Double value = other.volume.get(row.getKey());
      if (!row.getValue().equals(value)) {
        return Optional.of("server " + row.getKey() + " at " + row.getValue() + " and at " + value);
      }
    }
    if (sev0.size() != other.sev0.size()) {
      return Optional.of(sev0.size() + " and " + other.sev0.size() + " SEV0 rows");
    }
    return sev0.equals(other.sev0) ? Optional.empty() : Optional.of("other SEV0 rows");
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

  private static List<String> lines(Path file, String header) throws IOException {
    try (BufferedReader reader = Files.newBufferedReader(file)) {
      if (!header.equals(reader.readLine())) {
        throw new BenchmarkException(file + " does not begin with " + header);
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
