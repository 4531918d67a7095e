package io.tailrace.pipelines;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;

/** All pipelines there are. */
public final class Pipelines {

  /** Volume per server, and the log of severe errors. */
  public static final LogPipeline SERVER_LOGS = ShippedPipeline.of(new ServerLogExtras());

  /** Requests per status, host and endpoint, and alerts. */
  public static final LogPipeline ACCESS_LOG = ShippedPipeline.of(new AccessLogExtras());

  /** The events of a game, as a table. */
  public static final LogPipeline GAME_EVENTS = ShippedPipeline.of(new GameEventExtras());

  /** Readings of heart rates, as a Delta table that has a history. */
  public static final LogPipeline TRACKER = ShippedPipeline.of(new TrackerExtras());

  private static final List<LogPipeline> BUILT_IN =
      List.of(SERVER_LOGS, ACCESS_LOG, GAME_EVENTS, TRACKER);

  private Pipelines() {}

  /** The pipelines that have commands of their own. */
  public static List<LogPipeline> builtIn() {
    return BUILT_IN;
  }

  /** The built-in pipeline of a name, if there is one. */
  public static Optional<LogPipeline> named(String name) {
    return BUILT_IN.stream().filter(pipeline -> pipeline.name().equals(name)).findFirst();
  }

  /** Whether some SQL is that of a built-in pipeline, of this version or of another. */
  static boolean isShipped(Ledger.Sql sql) {
    return shipped(sql).isPresent();
  }

  private static Optional<ShippedPipeline> shipped(Ledger.Sql sql) {
    return BUILT_IN.stream()
        .filter(ShippedPipeline.class::isInstance)
        .map(ShippedPipeline.class::cast)
        .filter(pipeline -> pipeline.owns(sql))
        .findFirst();
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
    return (sql.isPresent() ? of(sql.get()) : withoutSql(identity)).goingOn(ledger);
  }

  private static LogPipeline of(Ledger.Sql sql) {
    Optional<ShippedPipeline> shipped = shipped(sql);
    return shipped.isPresent() ? shipped.get().as(sql) : SqlPipeline.of(sql);
  }

  /** Before the built-in pipelines were SQL, outputs did not have it. */
  private static LogPipeline withoutSql(Ledger.Identity identity) {
    return named(identity.pipeline())
        .orElseThrow(
            () ->
                new UsageException(
                    String.format(
                        "--output: the SQL of %s is missing from its ledger; run %s.sql with this"
                            + " --output, which writes it again",
                        identity.pipeline(), identity.pipeline())));
  }
}
