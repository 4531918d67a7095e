package io.tailrace.run;

import io.tailrace.options.TailraceOptions;
import java.io.IOException;
import java.util.Optional;
import java.util.ServiceLoader;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;

/**
 * What a runner needs beside its options. A build brings at most one, as a service; it is in the
 * runner's source folder, {@code src/RUNNER/java}.
 */
public interface Engine {

  /**
   * Looks at the options, before anything is touched.
   *
   * @throws io.tailrace.options.UsageException if the runner cannot do what they say
   */
  default void check(TailraceOptions options) {}

  /** Starts what the pipelines of a run share; closing it ends that. */
  AutoCloseable open(TailraceOptions options);

  /** Replaces steps that the runner cannot translate, or not so that they do all they should. */
  default void adapt(Pipeline beam, TailraceOptions options) {}

  /** Whether another process may look at the input of a run, as the runner does its work there. */
  default boolean looksElsewhere(TailraceOptions options) {
    return false;
  }

  /** Waits until a pipeline has ended, and ends it where the runner does not do so by itself. */
  default void awaitEnd(PipelineResult result) throws IOException {
    result.waitUntilFinish();
  }

  /** Ends a pipeline that has not ended in time; what it is at is left. */
  default void cancel(PipelineResult result) throws IOException {
    result.cancel();
  }

  /** The engine of the runner of this build, if it needs one. */
  static Optional<Engine> installed() {
    return ServiceLoader.load(Engine.class).findFirst();
  }
}
