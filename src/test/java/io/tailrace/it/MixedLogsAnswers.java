package io.tailrace.it;

import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What the first so many files of {@link MixedLogs} come to, computed line by line. */
final class MixedLogsAnswers {

  private static final String VOLUME =
      "SELECT serverID, avgVolume, sev0, sev1, sev2, firstTimestamp, lastTimestamp, records"
          + " FROM volume ORDER BY serverID";

  private static final int ROWS_TOLD = 10;

  private final String input;
  private final Map<String, Volume> servers = new TreeMap<>();
  private final List<Severe> severe = new ArrayList<>();
  private final List<String> deadLetters = new ArrayList<>();
  private int files;
  private long records;

  /**
   * The answers about no file yet.
   *
   * @param input the folder that the files are in, without a slash at its end
   */
  MixedLogsAnswers(String input) {
    this.input = input;
  }

  /** A row of the log. */
  private record Severe(String server, int timestamp) {}

  /** A row of the report. */
  private static final class Volume {

    private final long[] severities = new long[3];
    private int first = Integer.MAX_VALUE;
    private int last;

    void add(int severity, int timestamp) {
      severities[severity]++;
      first = Math.min(first, timestamp);
      last = Math.max(last, timestamp);
    }

    String row(String server) {
      double average = severities[2] / (double) (last - first + 1);
      long records = severities[0] + severities[1] + severities[2];
      return String.format(
          "%s,%s,%d,%d,%d,%d,%d,%d",
          server, average, severities[0], severities[1], severities[2], first, last, records);
    }
  }

  /**
   * The answers.
   *
   * @param input the folder that the files are in
   */
  static MixedLogsAnswers of(int files, Path input) throws IOException {
    return of(files, input.toString());
  }

  /**
   * The answers.
   *
   * @param input the folder that the files are in, without a slash at its end
   */
  static MixedLogsAnswers of(int files, String input) throws IOException {
    MixedLogsAnswers answers = new MixedLogsAnswers(input);
    for (int file = 0; file < files; file++) {
      answers.addNext();
    }
    return answers;
  }

  /** Adds what the next file comes to. */
  void addNext() throws IOException {
    String source = input + "/" + MixedLogs.name(files);
    String text = new String(MixedLogs.text(files), StandardCharsets.UTF_8);
    int offset = 0;
    int number = 1;
    for (String line : text.split("\n")) {
      String record = line.replace("\r", "");
      if (MixedLogs.isBad(record)) {
        deadLetters.add(String.format("%s,%d,%d,%s", source, number, offset, quoted(record)));
      } else {
        String[] fields = record.split(",");
        int severity = Integer.parseInt(fields[1]);
        int timestamp = Integer.parseInt(fields[2]);
        servers.computeIfAbsent(fields[0], server -> new Volume()).add(severity, timestamp);
        if (severity == 0) {
          severe.add(new Severe(fields[0], timestamp));
        }
        records++;
      }
      offset += line.length() + 1;
      number++;
    }
    files++;
  }

  /** How many lines are records. */
  long records() {
    return records;
  }

  /** How many records are in the log. */
  int severe() {
    return severe.size();
  }

  /** How many lines are no records. */
  int deadLetters() {
    return deadLetters.size();
  }

  private List<String> volumeRows() {
    return servers.entrySet().stream().map(row -> row.getValue().row(row.getKey())).toList();
  }

  private List<String> severeRows() {
    return severe.stream()
        .sorted(Comparator.comparingInt(Severe::timestamp).thenComparing(Severe::server))
        .map(row -> row.server() + "," + row.timestamp())
        .toList();
  }

  private static String quoted(String value) {
    return value.contains(",") ? '"' + value.replace("\"", "\"\"") + '"' : value;
  }

  /** Requires that an output has these results, no more and no fewer. */
  void requireIn(Tailrace tailrace) throws IOException, InterruptedException, SQLException {
    requireAnswers(tailrace::query);
  }

  /** Requires that an output on any storage has these results, no more and no fewer. */
  void requireIn(Tailrace tailrace, String output)
      throws IOException, InterruptedException, SQLException {
    requireAnswers(sql -> tailrace.query(output, sql));
  }

  /** Requires that an output has these results, asked for in this process. */
  void requireIn(Folder output) throws IOException, InterruptedException, SQLException {
    requireAnswers(sql -> Tailrace.ask(output, sql));
  }

  /** Answers a query as lines of CSV, the first one the columns. */
  @FunctionalInterface
  private interface Asking {
    List<String> ask(String sql) throws IOException, InterruptedException, SQLException;
  }

  private void requireAnswers(Asking asking)
      throws IOException, InterruptedException, SQLException {
    requireRows("volume", volumeRows(), rows(asking, VOLUME));
    requireRows(
        "sev0", severeRows(), rows(asking, "SELECT * FROM sev0 ORDER BY timestamp, serverID"));
    requireRows(
        "dead_letters",
        deadLetters,
        rows(
            asking,
            "SELECT source, line, \"offset\", rtrim(raw, chr(13)) FROM dead_letters"
                + " ORDER BY source, line"));
  }

  private static void requireRows(String table, List<String> expected, List<String> actual) {
    if (!actual.equals(expected)) {
      throw new AssertionError(
          String.format(
              "%s: lost are %s, too many are %s",
              table, without(expected, actual), without(actual, expected)));
    }
  }

  /** Rows without others, each taken away as often as it is there. */
  private static List<String> without(List<String> rows, List<String> others) {
    Map<String, Integer> left = new HashMap<>();
    others.forEach(row -> left.merge(row, 1, Integer::sum));
    return rows.stream()
        .filter(row -> left.merge(row, -1, Integer::sum) < 0)
        .limit(ROWS_TOLD)
        .toList();
  }

  private static List<String> rows(Asking asking, String sql)
      throws IOException, InterruptedException, SQLException {
    List<String> lines = asking.ask(sql);
    return lines.subList(1, lines.size());
  }

  /** Whether a report database has the report. */
  boolean areIn(String url) throws SQLException {
    return volumeRows().equals(LocalPostgres.query(url, VOLUME));
  }

  /** Requires that a report database has the report. */
  void requireIn(String url) throws SQLException {
    requireRows("volume", volumeRows(), LocalPostgres.query(url, VOLUME));
  }
}
