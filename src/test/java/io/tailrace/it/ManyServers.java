package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.junit.Assert.assertEquals;

import io.tailrace.ledger.SplitReports;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** Server logs of so many servers that their report has many parts, and what they come to. */
final class ManyServers {

  private static final int FILES = 2;

  /** A unit with so many rows splits the report into 16 parts before they are added. */
  private static final int SERVERS_IN_A_FILE = 270_000;

  /** So many servers of a file are not in the one before, and as many of that are not in it. */
  private static final int NEW_SERVERS_IN_A_FILE = 50_000;

  private static final int SERVERS = SERVERS_IN_A_FILE + (FILES - 1) * NEW_SERVERS_IN_A_FILE;
  private static final int MANY_PARTS = 8;
  private static final String COLUMNS =
      "serverID,avgVolume,sev0,sev1,sev2,firstTimestamp,lastTimestamp,records";

  private final Tailrace tailrace;

  private ManyServers(Tailrace tailrace) {
    this.tailrace = tailrace;
  }

  /** Delivers the files. */
  static ManyServers deliverTo(Tailrace tailrace) throws IOException {
    for (int file = 0; file < FILES; file++) {
      StringBuilder text = new StringBuilder();
      int first = file * NEW_SERVERS_IN_A_FILE;
      for (int server = first; server < first + SERVERS_IN_A_FILE; server++) {
        text.append(String.join(",", name(server), severity(server), timestamp(file))).append('\n');
      }
      tailrace.deliver("servers-" + file + ".csv", text.toString());
    }
    return new ManyServers(tailrace);
  }

  /** The command that takes them, each file as a unit. */
  List<String> command() {
    return List.of(
        "server-logs",
        "--input=" + tailrace.input(),
        "--output=" + tailrace.output(),
        "--trigger=availableNow",
        "--unitSize=4MB",
        "--progress=none");
  }

  /**
   * Requires that the report is right to the row and has many parts, and that two workers have
   * added to it, each unit to each part once.
   *
   * @param unitsAdded how many units each worker has added to parts
   */
  void requireMergedByTwo(Map<String, Long> unitsAdded) throws Exception {
    int parts = SplitReports.count(new Folder(tailrace.output().toString()), "volume");
    assertThat("parts", parts, greaterThan(MANY_PARTS));
    assertEquals(unitsAdded.toString(), 2, unitsAdded.size());
    long all = unitsAdded.values().stream().mapToLong(Long::longValue).sum();
    assertEquals(unitsAdded.toString(), (long) FILES * parts, all);
    // Each worker has whole parts.
    unitsAdded.forEach((worker, units) -> assertThat(worker, units, greaterThan(FILES - 1L)));
    requireExact();
  }

  private void requireExact() throws IOException, InterruptedException, SQLException {
    List<String> expected =
        Stream.concat(
                Stream.of(COLUMNS), IntStream.range(0, SERVERS).mapToObj(ManyServers::expectedRow))
            .toList();
    List<String> actual =
        tailrace.query("SELECT " + COLUMNS + " FROM volume ORDER BY length(serverID), serverID");
    assertEquals("servers", expected.size(), actual.size());
    for (int i = 0; i < expected.size(); i++) {
      assertEquals(expected.get(i), actual.get(i));
    }
  }

  private static String expectedRow(int server) {
    int first =
        server < SERVERS_IN_A_FILE ? 0 : (server - SERVERS_IN_A_FILE) / NEW_SERVERS_IN_A_FILE + 1;
    int last = Math.min(FILES - 1, server / NEW_SERVERS_IN_A_FILE);
    int records = last - first + 1;
    boolean isMinor = severity(server).equals("1");
    return String.join(
        ",",
        name(server),
        isMinor ? "0.0" : "1.0",
        "0",
        String.valueOf(isMinor ? records : 0),
        String.valueOf(isMinor ? 0 : records),
        timestamp(first),
        timestamp(last),
        String.valueOf(records));
  }

  private static String name(int server) {
    return "s" + server;
  }

  private static String severity(int server) {
    return String.valueOf(1 + server % 2);
  }

  private static String timestamp(int file) {
    return String.valueOf(1 + file);
  }
}
