package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.TailraceOptions.WatchMode;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.spark.SparkCommonPipelineOptions.TmpCheckpointDirFactory;
import org.apache.beam.runners.spark.SparkContextOptions;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.coders.SparkRunnerKryoRegistrator;
import org.apache.beam.runners.spark.translation.SparkContextFactory;
import org.apache.beam.runners.spark.util.GlobalWatermarkHolder;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.hadoop.fs.Path;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.ShutdownHookManager;
import scala.runtime.BoxedUnit;

/**
 * One Spark context for all pipelines of a run: by default the runner makes a new one for each,
 * which takes seconds and lets the executors go.
 */
public final class SparkEngine implements Engine {

  /** The longest time that a run which is asked to stop waits for the last pane of its report. */
  private static final Duration LONGEST_PANE = Duration.ofSeconds(5);

  private static final String LONGEST_WAIT_FOR_PLACE = "10m";
  private static final long MILLIS_BETWEEN_LOOKS = 100;

  /** More than a run takes that is asked to stop. */
  private static final long LONGEST_STOP_SECONDS = 20;

  /** Of the pipeline that watches with {@code TextIO}, if one does. */
  private LastBatch lastBatch;

  @Override
  public void check(TailraceOptions options) {
    if (options.getTrigger() != Trigger.continuous) {
      return;
    }
    if (watchesText(options)) {
      if (paneMillis(options) > LONGEST_PANE.toMillis()) {
        throw new UsageException(
            String.format(
                "--refresh: with --reader=textio the Spark runner waits for the last pane when the run"
                    + " ends; give at most %ds",
                LONGEST_PANE.toSeconds()));
      }
      return;
    }
    if (options.getWatch() == WatchMode.stream) {
      throw new UsageException(
          "--watch=stream: the Spark runner loses and doubles records of unbounded sources when an"
              + " executor is lost (https://github.com/apache/beam/issues/19456); use"
              + " --watch=rounds");
    }
  }

  @Override
  public AutoCloseable open(TailraceOptions options) {
    SparkPipelineOptions spark = options.as(SparkPipelineOptions.class);
    // What spark-submit was told comes first.
    SparkConf conf = new SparkConf();
    conf.setIfMissing("spark.master", spark.getSparkMaster());
    boolean local = conf.get("spark.master").startsWith("local");
    if (local) {
      conf.setIfMissing("spark.driver.host", "127.0.0.1");
      conf.setIfMissing("spark.driver.bindAddress", "127.0.0.1");
      conf.setIfMissing("spark.ui.enabled", "false");
      // The executor is this process: what is fatal fails the run, which then says what to do.
      conf.setIfMissing("spark.executor.killOnFatalError.depth", "0");
    }
    if (!local && watchesText(options)) {
      // The reader of an unbounded source stays where it is: a second one, on another executor,
      // would
      // not know what this one has given (https://github.com/apache/beam/issues/19456).
      conf.setIfMissing("spark.locality.wait", LONGEST_WAIT_FOR_PLACE);
    }
    conf.setIfMissing("spark.app.name", "tailrace " + options.getOutput());
    conf.setIfMissing("spark.ui.showConsoleProgress", "false");
    // The runner's values, without which its coders do not work.
    conf.set("spark.kryo.registrator", SparkRunnerKryoRegistrator.class.getName());
    if (!local && !conf.contains("spark.jars")) {
      // Not started by spark-submit: the executors need this jar.
      conf.setJars(JavaSparkContext.jarOfClass(SparkEngine.class));
    }
    JavaSparkContext context = new JavaSparkContext(conf);
    CountDownLatch closed = new CountDownLatch(1);
    // Before those that stop the executor and the context under a run that was asked to stop.
    ShutdownHookManager.addShutdownHook(
        ShutdownHookManager.DEFAULT_SHUTDOWN_PRIORITY() + 1, () -> await(closed));
    if (spark.getFilesToStage() == null) {
      // The context has the classes. The runner would scan the class path for them at its first
      // pipeline, which takes half a second.
      spark.setFilesToStage(List.of(JavaSparkContext.jarOfClass(SparkEngine.class)));
    }
    SparkContextFactory.setProvidedSparkContext(context);
    spark.setUsesProvidedSparkContext(true);
    Optional<Path> checkpoints = checkpoints(options, local);
    checkpoints.ifPresent(folder -> spark.setCheckpointDir(folder.toString()));
    return () -> {
      if (checkpoints.isPresent()) {
        checkpoints
            .get()
            .getFileSystem(context.hadoopConfiguration())
            .delete(checkpoints.get(), true);
      }
      SparkContextFactory.clearProvidedSparkContext();
      context.stop();
      closed.countDown();
    };
  }

  /**
   * A folder for the checkpoints of a streaming pipeline, which lasts as long as the run: from
   * those of another one the runner would go on with that one. None if the user has given a folder.
   */
  private static Optional<Path> checkpoints(TailraceOptions options, boolean local) {
    String given = options.as(SparkPipelineOptions.class).getCheckpointDir();
    if (!watchesText(options) || !given.equals(new TmpCheckpointDirFactory().create(options))) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new Path(
              local
                  ? Files.createTempDirectory("tailrace-spark-").toUri().toString()
                  : Ledger.of(new Folder(options.getOutput())).temporary().file("spark")));
    } catch (IOException e) {
      throw new UncheckedIOException("Spark's checkpoints have no place", e);
    }
  }

  private static boolean watchesText(TailraceOptions options) {
    return options.getReader() == Reader.textio && options.getTrigger() == Trigger.continuous;
  }

  private static long paneMillis(TailraceOptions options) {
    return Quantities.duration("refresh", options.getRefresh()).toMillis();
  }

  @Override
  public void adapt(Pipeline beam, TailraceOptions options) {
    if (watchesText(options)) {
      beam.replaceAll(List.of(WatchOverride.of(options.getHeader() ? 1 : 0)));
      SparkContextOptions spark = options.as(SparkContextOptions.class);
      lastBatch = new LastBatch(spark.getBatchIntervalMillis(), paneMillis(options));
      spark.setListeners(List.of(lastBatch));
      // What another run of this process has left in the runner.
      GlobalWatermarkHolder.clear();
    }
  }

  /** A streaming pipeline does not end by itself: once it has no more to do it is cancelled. */
  @Override
  public void awaitEnd(PipelineResult result) throws IOException {
    if (lastBatch == null) {
      result.waitUntilFinish();
      return;
    }
    try {
      while (!result
          .waitUntilFinish(org.joda.time.Duration.millis(MILLIS_BETWEEN_LOOKS))
          .isTerminal()) {
        if (lastBatch.await(MILLIS_BETWEEN_LOOKS)) {
          stopStreaming();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  @Override
  public void cancel(PipelineResult result) throws IOException {
    if (lastBatch == null) {
      result.cancel();
    } else {
      stopStreaming();
    }
  }

  /**
   * Ends the micro-batches without waiting for those that are due, as the runner's {@code cancel}
   * does. Deprecated in favour of what the runner does not use.
   */
  @SuppressWarnings("deprecation")
  private static void stopStreaming() {
    org.apache.spark.streaming.StreamingContext.getActive().get().stop(false, false);
  }

  private static BoxedUnit await(CountDownLatch closed) {
    try {
      closed.await(LONGEST_STOP_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return BoxedUnit.UNIT;
  }
}
