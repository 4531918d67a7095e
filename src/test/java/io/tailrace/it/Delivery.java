package io.tailrace.it;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.stream.Stream;

/** What is delivered to runs on a cluster, and what they are waited for to make of it. */
final class Delivery {

  private static final int RECEIPTS_OF_A_BUSY_RUN = 8;

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
  List<String> severe() throws IOException, InterruptedException {
    return tailrace.query("SELECT * FROM sev0 ORDER BY timestamp, serverID");
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
