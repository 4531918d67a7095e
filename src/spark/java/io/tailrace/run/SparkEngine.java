package io.tailrace.run;

import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.TailraceOptions.Watch;
import io.tailrace.options.UsageException;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.beam.runners.spark.SparkPipelineOptions;
import org.apache.beam.runners.spark.coders.SparkRunnerKryoRegistrator;
import org.apache.beam.runners.spark.translation.SparkContextFactory;
import org.apache.spark.SparkConf;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.util.ShutdownHookManager;
import scala.runtime.BoxedUnit;

/**
 * One Spark context for all pipelines of a run: by default the runner makes a new one for each,
 * which takes seconds and lets the executors go.
 */
public final class SparkEngine implements Engine {

  /** More than a run takes that is asked to stop. */
  private static final long LONGEST_STOP_SECONDS = 20;

  @Override
  public void check(TailraceOptions options) {
    if (options.getTrigger() != Trigger.continuous) {
      return;
    }
    if (options.getReader() == Reader.textio) {
      throw new UsageException(
          "--reader=textio: it watches with a splittable DoFn without end, which the Spark runner"
              + " does not have; use --reader=units, or --trigger=availableNow");
    }
    if (options.getWatch() == Watch.stream) {
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
    return () -> {
      SparkContextFactory.clearProvidedSparkContext();
      context.stop();
      closed.countDown();
    };
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
