package io.tailrace.pipelines;

import io.tailrace.alert.Alerts;
import io.tailrace.feed.RecordFunction;
import io.tailrace.options.TailraceOptions;
import io.tailrace.report.Measure;
import io.tailrace.sql.SqlProgram;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What a pipeline that ships with Tailrace has beside its SQL. */
interface Extras {

  /** The name of its command, of its folder in {@code pipelines}, and of the files in it. */
  String name();

  /** One line on what it computes, for the help text. */
  String description();

  /** What to check where no record is understood, as the end of a sentence. */
  String check();

  /** The charts of its page, beside those of reports with a time bucket. */
  default List<Chart> charts() {
    return List.of();
  }

  /**
   * The reports that earlier versions did not have. An output without them goes on without them:
   * they would lack the records before.
   */
  default Set<String> laterReports() {
    return Set.of();
  }

  /** Its options. */
  default Class<? extends TailraceOptions> options() {
    return TailraceOptions.class;
  }

  /**
   * The statements as a run with these options means them.
   *
   * @throws io.tailrace.options.UsageException if one of its own options cannot be used
   */
  default SqlProgram chosen(SqlProgram program, TailraceOptions options) {
    return program;
  }

  /**
   * What a record means: what the SQL makes of it, and what is counted beside.
   *
   * @param sql as the options have chosen it
   */
  default RecordFunction records(SqlPipeline sql, TailraceOptions options) {
    return sql.records(options);
  }

  /** The log of alerts, if it can raise some beside those of its SQL. */
  default Optional<LogTable> alertLog() {
    return Optional.empty();
  }

  /**
   * What a run raises alerts of beside what its SQL says.
   *
   * @throws io.tailrace.options.UsageException if one of its own options cannot be used
   */
  default List<Alerts> alerts(TailraceOptions options) {
    return List.of();
  }

  /**
   * The rows of which a Redis stream is told, if there are any beside the alerts.
   *
   * @param logs of the pipeline
   * @throws io.tailrace.options.UsageException if one of its own options cannot be used
   */
  default Optional<RowCondition> noticed(List<LogTable> logs, TailraceOptions options) {
    return Optional.empty();
  }

  /**
   * Sets the options that the pipeline decides.
   *
   * @throws io.tailrace.options.UsageException if one of them was given and cannot be used
   */
  default void complete(TailraceOptions options) {}

  /**
   * What totals keep that a version wrote in which the pipeline was no file of SQL: for each report
   * its measures in their order, but for {@link io.tailrace.report.Report#RECORDS}.
   */
  Map<String, List<EarlierMeasure>> earlierMeasures();

  /**
   * A measure of an earlier version.
   *
   * @param measure as ledgers have noted it
   * @param name the one of today that has the same value, by its name
   */
  record EarlierMeasure(Measure measure, String name) {

    /** A measure that is defined by the same SQL today. */
    static EarlierMeasure of(Measure measure) {
      return new EarlierMeasure(measure, measure.definition());
    }
  }
}
