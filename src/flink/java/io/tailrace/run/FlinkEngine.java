package io.tailrace.run;

import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.TailraceOptions.WatchMode;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.beam.runners.flink.FlinkPipelineOptions;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.runners.AppliedPTransform;
import org.apache.beam.sdk.runners.PTransformOverride;
import org.apache.beam.sdk.runners.PTransformOverrideFactory;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.util.construction.PTransformMatchers;
import org.apache.beam.sdk.util.construction.ReplacementOutputs;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.TupleTag;
import org.apache.flink.api.common.JobExecutionResult;

/**
 * Settings for a Flink that runs inside of this process. A folder of configuration is the only way
 * to tell it, because the runner has no options for that.
 */
public final class FlinkEngine implements Engine {

  /** By default it listens on every address of the machine. */
  private static final List<String> LOOPBACK_ONLY =
      List.of(
          "rest.address: 127.0.0.1",
          "rest.bind-address: 127.0.0.1",
          "jobmanager.bind-host: 127.0.0.1",
          "taskmanager.bind-host: 127.0.0.1");

  /** What the names of the threads of Flink's actors have in them. */
  private static final String ACTORS = "pekko.actor";

  private static final Duration TIME_TO_END = Duration.ofSeconds(3);
  private static final long MILLIS_BETWEEN_LOOKS = 10;

  @Override
  public AutoCloseable open(TailraceOptions options) {
    FlinkPipelineOptions flink = options.as(FlinkPipelineOptions.class);
    printNoResults();
    if (isElsewhere(flink)) {
      return () -> {};
    }
    try {
      Path folder = Files.createTempDirectory("tailrace-flink-");
      List<String> lines = new ArrayList<>(LOOPBACK_ONLY);
      if (FlinkEngine.class.getClassLoader() != ClassLoader.getSystemClassLoader()) {
        lines.addAll(ourClasses());
      }
      Path settings = Files.write(folder.resolve("flink-conf.yaml"), lines);
      flink.setFlinkConfDir(folder.toString());
      return () -> {
        Files.deleteIfExists(settings);
        Files.deleteIfExists(folder);
        awaitEndOfActors();
      };
    } catch (IOException e) {
      throw new UncheckedIOException("Flink's settings cannot be written", e);
    }
  }

  private static boolean isElsewhere(FlinkPipelineOptions flink) {
    return !flink.getFlinkMaster().startsWith("[")
        || flink.getFlinkConfDir() != null
        || System.getenv("FLINK_CONF_DIR") != null;
  }

  @Override
  public boolean looksElsewhere(TailraceOptions options) {
    return options.getTrigger() == Trigger.continuous
        && options.getWatch() == WatchMode.stream
        && isElsewhere(options.as(FlinkPipelineOptions.class));
  }

  /**
   * Keeps {@code flink run} from printing the result of each job, which has the values of all
   * metrics of all steps.
   */
  private static void printNoResults() {
    System.setOut(
        new PrintStream(System.out, true, StandardCharsets.UTF_8) {
          @Override
          public void println(Object what) {
            if (!(what instanceof JobExecutionResult)) {
              super.println(what);
            }
          }
        });
  }

  /**
   * Has the source of a watch of {@code TextIO} live until the run is asked to stop. The runner's
   * own source of the file pattern ends at once, and behind a source that has ended Flink takes no
   * more checkpoints, without which {@code FileIO} names no file; or it lives for ever ({@code
   * shutdownSourcesAfterIdleMs}), and so does the job.
   */
  @Override
  public void adapt(Pipeline beam, TailraceOptions options) {
    if (options.getReader() == Reader.textio && options.getTrigger() == Trigger.continuous) {
      beam.replaceAll(
          List.of(
              PTransformOverride.of(
                  PTransformMatchers.classEqualTo(Create.Values.class), new LiveSource())));
    }
  }

  private static final class LiveSource
      implements PTransformOverrideFactory<PBegin, PCollection<String>, Create.Values<String>> {

    @Override
    public PTransformReplacement<PBegin, PCollection<String>> getReplacementTransform(
        AppliedPTransform<PBegin, PCollection<String>, Create.Values<String>> create) {
      String pattern = create.getTransform().getElements().iterator().next();
      return PTransformReplacement.of(create.getPipeline().begin(), new UntilStopped(pattern));
    }

    @Override
    public Map<PCollection<?>, ReplacementOutput> mapOutputs(
        Map<TupleTag<?>, PCollection<?>> outputs, PCollection<String> replacement) {
      return ReplacementOutputs.singleton(outputs, replacement);
    }
  }

  /**
   * Gives the read a name, because those of its steps are the same as those of what it replaces.
   */
  private static final class UntilStopped extends PTransform<PBegin, PCollection<String>> {

    private static final long serialVersionUID = 1L;

    private final String value;

    UntilStopped(String value) {
      this.value = value;
    }

    @Override
    public PCollection<String> expand(PBegin begin) {
      return begin.apply("UntilStopped", Read.from(new ValueUntilStopped(value)));
    }
  }

  /**
   * Waits until Flink, which ends its cluster when the job has ended and waits for nobody, has
   * ended its actors. Whoever exits before has them end in the exit, without their classes, which
   * Flink has taken away by then, and sees a stack trace.
   */
  private static void awaitEndOfActors() throws InterruptedException {
    long began = System.nanoTime();
    while (System.nanoTime() - began < TIME_TO_END.toNanos()
        && Thread.getAllStackTraces().keySet().stream()
            .anyMatch(thread -> thread.getName().contains(ACTORS))) {
      Thread.sleep(MILLIS_BETWEEN_LOOKS);
    }
  }

  /**
   * A job that names no classes of its own gets the system's class loader, which under Maven's
   * {@code exec:java} has neither ours nor Flink's. One that names some gets a class loader behind
   * which Flink's own is, and that has all of them.
   */
  private static List<String> ourClasses() {
    URL classes = FlinkEngine.class.getProtectionDomain().getCodeSource().getLocation();
    return List.of("classloader.resolve-order: parent-first", "pipeline.classpaths: " + classes);
  }
}
