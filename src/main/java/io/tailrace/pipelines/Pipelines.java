package io.tailrace.pipelines;

import java.util.List;
import java.util.Optional;

/** All pipelines there are. */
public final class Pipelines {

  private static final List<LogPipeline> ALL =
      List.of(new ServerLogs(), new AccessLogs(), new GameEvents(), new Tracker());

  private Pipelines() {}

  public static List<LogPipeline> all() {
    return ALL;
  }

  /** The pipeline of a name, if there is one. */
  public static Optional<LogPipeline> named(String name) {
    return ALL.stream().filter(pipeline -> pipeline.name().equals(name)).findFirst();
  }
}
