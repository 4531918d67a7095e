package io.tailrace.run;

import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.spark.util.GlobalWatermarkHolder;
import org.apache.spark.streaming.api.java.JavaBatchInfo;
import org.apache.spark.streaming.api.java.JavaStreamingListener;
import org.apache.spark.streaming.api.java.JavaStreamingListenerBatchCompleted;

/**
 * Tells when a streaming pipeline has no more to do: all files were given, and a micro-batch that
 * began when the last pane of the report was due has ended.
 */
final class LastBatch extends JavaStreamingListener {

  private static final long NOT_YET = Long.MAX_VALUE;

  private final long batchMillis;
  private final long paneMillis;
  private final CountDownLatch completed = new CountDownLatch(1);
  private long lastPaneDue = NOT_YET;

  /**
   * @param batchMillis the time between two micro-batches
   * @param paneMillis how long a pane gathers
   */
  LastBatch(long batchMillis, long paneMillis) {
    this.batchMillis = batchMillis;
    this.paneMillis = paneMillis;
  }

  @Override
  public void onBatchCompleted(JavaStreamingListenerBatchCompleted event) {
    JavaBatchInfo batch = event.batchInfo();
    if (lastPaneDue == NOT_YET && allFilesWereGiven()) {
      lastPaneDue = batch.processingEndTime() + paneMillis;
    }
    // A batch fires what was due, and closes the windows of the watermark, when it began.
    if (lastPaneDue != NOT_YET && batch.processingStartTime() >= lastPaneDue) {
      completed.countDown();
    }
  }

  private boolean allFilesWereGiven() {
    Map<Integer, GlobalWatermarkHolder.SparkWatermarks> watermarks =
        GlobalWatermarkHolder.get(batchMillis);
    return watermarks != null
        && !watermarks.isEmpty()
        && watermarks.values().stream()
            .noneMatch(source -> source.getHighWatermark().isBefore(ArrivingFiles.NO_MORE));
  }

  /** Whether that was so before the time was over. */
  boolean await(long millis) throws InterruptedException {
    return completed.await(millis, TimeUnit.MILLISECONDS);
  }
}
