package io.tailrace.dashboard;

import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tailrace.progress.Progress;
import java.util.Map;
import java.util.TreeMap;

/**
 * What is counted of an output, whichever process does the work. Its counters go on when a run is
 * started again.
 *
 * @param progress how far the output is
 * @param deadLetters the dead letters by their reasons
 * @param readAt when this was read, in milliseconds since 1970
 */
record OutputMetrics(Progress progress, Map<String, Long> deadLetters, long readAt) {

  MetricSnapshots toSnapshots() {
    Map<String, Long> late = new TreeMap<>();
    putIfKnown("alerts", progress.droppedFromAlerts(), late);
    putIfKnown("future", progress.fromTheFuture(), late);
    putIfKnown("reports", progress.tooLateForReports(), late);
    return new Snapshots()
        .counter("records", "Records that were read.", progress.records())
        .counter("read_bytes", "Bytes of the input that were read.", progress.bytes())
        .counters("dead_letters", "Input that is no record, by the reason.", "reason", deadLetters)
        .counters(
            "dropped_records",
            "Records that alerts or reports leave out: too late for alerts, ahead of the clock for"
                + " alerts (future), or too late for reports.",
            "by",
            late)
        .counter("commits", "Units of input whose results are committed.", progress.commits())
        .counter("files_found", "Files that were planned.", progress.filesFound())
        .counter("files_read", "Files that were read.", progress.filesRead())
        .gauge("files_waiting", "Files that were planned and not read yet.", progress.filesLeft())
        .gauge(
            "messages_waiting",
            "Messages of topics that were planned and not read yet.",
            progress.messagesLeft())
        .gauge(
            "oldest_unread_age_seconds",
            "How long ago the oldest file that waits was last modified, or the oldest message that"
                + " waits was found; 0 if none waits.",
            progress.oldestUnreadSeconds())
        .gauge(
            "ledger_read_timestamp_seconds",
            "When the ledger was read for these metrics: if its storage does not answer they stay as"
                + " they were then.",
            readAt / 1e3)
        .build();
  }

  private static void putIfKnown(String kind, Long count, Map<String, Long> counts) {
    if (count != null) {
      counts.put(kind, count);
    }
  }
}
