package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/** What is delivered to runs on a cluster, and what they are waited for to make of it. */
final class Delivery {

  private static final int RECEIPTS_OF_A_BUSY_RUN = 8;

  /** How soon rows are in a file of their log while a run watches with {@code TextIO}. */
  private static final Duration SOON = Duration.ofSeconds(5);

  private static final int DELIVERIES = 10;

  private final Tailrace tailrace;
  private int files;

  Delivery(Tailrace tailrace) {
    this.tailrace = tailrace;
  }

  /** Delivers some of the sample files. */
  void samples(int from, int to) throws IOException {
    for (ServerLogGenerator.Sample sample : ServerLogGenerator.SAMPLES.subList(from, to)) {
      sample.deliverTo(new Folder(tailrace.input().toString()));
    }
  }

  /** Delivers the next of the {@link MixedLogs}. */
  void mixed(int count) throws IOException {
    for (int i = 0; i < count; i++) {
      tailrace.deliver(MixedLogs.name(files), MixedLogs.content(files));
      files++;
    }
  }

  /** Waits until the report of the sample files is this. */
  void awaitVolume(TailraceProcess run, String... rows) {
    Tailrace.await(run)
        .until(
            () -> tailrace.query("SELECT serverID, avgVolume FROM volume ORDER BY serverID"),
            Stream.concat(Stream.of("serverID,avgVolume"), Stream.of(rows)).toList()::equals);
  }

  /** The log, with its header. */
  List<String> severe() throws IOException, InterruptedException, SQLException {
    return tailrace.query("SELECT * FROM sev0 ORDER BY timestamp, serverID");
  }

  /**
   * Delivers the sample files in two steps, a bad line, and more, to a run with {@code
   * --reader=textio}, and stops it: report, log and dead letters are right while it runs, and
   * nothing that was read is lost.
   */
  void toTextReader(TailraceProcess run) throws IOException, InterruptedException, SQLException {
    samples(0, 2);
    awaitVolume(run, "s1,379.4", "s2,920.0");
    awaitSevere(run, "s1,5", "s1,5", "s1,5");
    samples(2, 4);
    tailrace.deliver("bad.csv", "nonsense\n");
    awaitVolume(run, "s1,199.7", "s2,519.9");
    awaitSevere(run, "s1,5", "s1,5", "s1,5", "s2,9");
    Tailrace.await(run)
        .until(
            () -> tailrace.query("SELECT reason, raw FROM dead_letters"),
            List.of("reason,raw", "\"1 field, 3 expected\",nonsense")::equals);
    requireSoonVisible(run);

    tailrace.deliver("last.csv", "s3,0,7\n");
    Tailrace.await(run)
        .until(
            () -> tailrace.query("SELECT records FROM volume WHERE serverID = 's3'"),
            List.of("records", "1")::equals);
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertThat(severe(), hasItem("s3,7"));
    assertThat(run.err(), not(containsString("\tat ")));
  }

  private void awaitSevere(TailraceProcess run, String... rows) {
    Tailrace.await(run)
        .until(
            this::severe,
            Stream.concat(Stream.of("serverID,timestamp"), Stream.of(rows)).toList()::equals);
  }

  /** Of some deliveries one is in a file soon, however slow the machine is just now. */
  private void requireSoonVisible(TailraceProcess run) throws IOException {
    Path log = tailrace.output().resolve("sev0");
    long shortest = Long.MAX_VALUE;
    for (int i = 0; i < DELIVERIES && shortest > SOON.toNanos(); i++) {
      long files = count(log);
      tailrace.deliver("severe-" + i + ".csv", "s1,0,5\n");
      long delivered = System.nanoTime();
      Tailrace.await(run).until(() -> count(log) > files);
      shortest = Math.min(shortest, System.nanoTime() - delivered);
    }
    assertThat("nanoseconds", shortest, lessThanOrEqualTo(SOON.toNanos()));
  }

  private static long count(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(".parquet")).count();
    }
  }

  /** Waits until some units have been read, and others have not. */
  void awaitBusy(TailraceProcess run) {
    OutputFolder output = new OutputFolder(tailrace.output());
    Tailrace.await(run).until(() -> output.receipts() >= RECEIPTS_OF_A_BUSY_RUN);
  }

  /** Waits until a database has the report of all mixed logs. */
  void awaitReport(TailraceProcess run, String reports) throws IOException {
    MixedLogsAnswers answers = MixedLogsAnswers.of(files, tailrace.input());
    // There is no table before the run has begun.
    Tailrace.await(run)
        .ignoreExceptionsInstanceOf(SQLException.class)
        .until(() -> answers.areIn(reports));
  }

  /** Requires that report, log and dead letters of all mixed logs are right to the row. */
  void requireExact(String reports) throws IOException, InterruptedException, SQLException {
    MixedLogsAnswers answers = MixedLogsAnswers.of(files, tailrace.input());
    answers.requireIn(reports);
    answers.requireIn(tailrace);
  }
}
