package io.tailrace.progress;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Objects;

/**
 * How far a run is.
 *
 * @param filesFound files that were planned since the output was first used; null where the reader
 *     does not know files, like the next ones
 * @param filesRead those of them that have been read
 * @param filesLeft those that have not
 * @param messagesLeft messages of a topic that were planned and have not been read; null where
 *     files are read
 * @param commits units whose receipts are in the ledger
 * @param records lines that were records
 * @param bytes bytes that were read
 * @param deadLetters lines that were no records
 * @param droppedFromAlerts records that came too late for the windows of alerts; null without rules
 * @param fromTheFuture records that are not in alerts, because their time is more than an hour
 *     after they were found; null without rules
 * @param tooLateForReports records that came when the time bucket of their row had been dropped,
 *     each once for each such report; null where no report has a retention
 * @param recordsPerSecond records per second since the last line of progress
 * @param oldestUnreadSeconds for how long the oldest file that has not been read has been there
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Progress(
    Long filesFound,
    Long filesRead,
    Long filesLeft,
    Long messagesLeft,
    Long commits,
    long records,
    Long bytes,
    long deadLetters,
    Long droppedFromAlerts,
    Long fromTheFuture,
    Long tooLateForReports,
    long recordsPerSecond,
    Long oldestUnreadSeconds) {

  /** The same with what came too late for alerts, and what cannot have been yet. */
  public Progress withoutAlerts(long dropped, long ahead) {
    return new Progress(
        filesFound,
        filesRead,
        filesLeft,
        messagesLeft,
        commits,
        records,
        bytes,
        deadLetters,
        dropped,
        ahead,
        tooLateForReports,
        recordsPerSecond,
        oldestUnreadSeconds);
  }

  /** The same with what came too late for reports. */
  Progress withoutReports(long tooLate) {
    return new Progress(
        filesFound,
        filesRead,
        filesLeft,
        messagesLeft,
        commits,
        records,
        bytes,
        deadLetters,
        droppedFromAlerts,
        fromTheFuture,
        tooLate,
        recordsPerSecond,
        oldestUnreadSeconds);
  }

  /** Whether nothing has changed since an earlier progress, and nothing is left to do. */
  public boolean isIdleSince(Progress earlier) {
    return (filesLeft == null || filesLeft == 0)
        && (messagesLeft == null || messagesLeft == 0)
        && earlier != null
        && records == earlier.records
        && deadLetters == earlier.deadLetters
        && Objects.equals(droppedFromAlerts, earlier.droppedFromAlerts)
        && Objects.equals(fromTheFuture, earlier.fromTheFuture)
        && Objects.equals(tooLateForReports, earlier.tooLateForReports)
        && (filesFound == null || filesFound.equals(earlier.filesFound));
  }

  /** One line for people. */
  public String toLine() {
    StringBuilder line = new StringBuilder();
    if (filesFound != null) {
      line.append(
          String.format(
              "files: %,d found, %,d read, %,d left; ", filesFound, filesRead, filesLeft));
    }
    if (messagesLeft != null) {
      line.append(String.format("messages: %,d left; ", messagesLeft));
    }
    line.append(String.format("%,d records", records));
    if (bytes != null) {
      line.append(String.format(", %,d bytes", bytes));
    }
    line.append(String.format("; %,d dead letters", deadLetters));
    if (droppedFromAlerts != null) {
      line.append(String.format("; %,d dropped from alerts", droppedFromAlerts));
    }
    if (fromTheFuture != null && fromTheFuture > 0) {
      line.append(String.format("; %,d from the future", fromTheFuture));
    }
    if (tooLateForReports != null && tooLateForReports > 0) {
      line.append(String.format("; %,d too late for reports", tooLateForReports));
    }
    line.append(String.format("; %,d records/s", recordsPerSecond));
    if (filesLeft != null && filesLeft > 0) {
      line.append(String.format("; oldest unread file: %d s", oldestUnreadSeconds));
    }
    return line.toString();
  }
}
