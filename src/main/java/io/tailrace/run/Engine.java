package io.tailrace.run;

import io.tailrace.options.TailraceOptions;
import java.util.ServiceLoader;

/**
 * What a runner needs beside its options. A build brings at most one, as a service; it is in the
 * runner's source folder, {@code src/RUNNER/java}.
 */
public interface Engine {

  /** Starts what the pipelines of a run share; closing it ends that. */
  AutoCloseable open(TailraceOptions options);

  /** Starts what the runner of this build needs, if it needs anything. */
  static AutoCloseable start(TailraceOptions options) {
    return ServiceLoader.load(Engine.class)
        .findFirst()
        .map(engine -> engine.open(options))
        .orElse(() -> {});
  }
}
