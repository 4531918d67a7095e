package io.tailrace.run;

import io.tailrace.options.TailraceOptions;
import java.util.Optional;
import java.util.ServiceLoader;

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

  /** The engine of the runner of this build, if it needs one. */
  static Optional<Engine> installed() {
    return ServiceLoader.load(Engine.class).findFirst();
  }
}
