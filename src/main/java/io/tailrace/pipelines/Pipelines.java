package io.tailrace.pipelines;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** All pipelines there are. */
public final class Pipelines {

  private static final List<LogPipeline> BUILT_IN =
      List.of(new ServerLogs(), new AccessLogs(), new GameEvents(), new Tracker());

  private Pipelines() {}

  /** The pipelines that have commands of their own. */
  public static List<LogPipeline> builtIn() {
    return BUILT_IN;
  }

  /** The built-in pipeline of a name, if there is one. */
  public static Optional<LogPipeline> named(String name) {
    return BUILT_IN.stream().filter(pipeline -> pipeline.name().equals(name)).findFirst();
  }

  /**
   * The pipeline that writes an output.
   *
   * @param ledger of the output
   * @param identity whose it is
   * @throws UsageException if the SQL of its pipeline is not there
   */
  public static LogPipeline of(Ledger ledger, Ledger.Identity identity) throws IOException {
    Optional<Ledger.Sql> sql = ledger.sql();
    return sql.isPresent()
        ? SqlPipeline.of(sql.get())
        : named(identity.pipeline())
            .orElseThrow(
                () ->
                    new UsageException(
                        String.format(
                            "--output: the SQL of %s is missing from its ledger; run %s.sql with"
                                + " this --output, which writes it again",
                            identity.pipeline(), identity.pipeline())));
  }
}
