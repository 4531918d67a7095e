package io.tailrace.pipelines;

import io.tailrace.alert.Alerts;
import io.tailrace.feed.RecordFunction;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions;
import io.tailrace.report.Report;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** What makes one pipeline different from the others; {@link Flow} is what they share. */
public interface LogPipeline {

  /** Its name on the command line. */
  String name();

  /** One line on what it computes, for the help text. */
  String description();

  /** What to check where no line is understood, as the end of a sentence. */
  String check();

  /** The reports that it can keep. */
  List<Report> reports();

  /**
   * Whether it ships with Tailrace and has a command of its own, with a preset of options;
   * otherwise it is a file of SQL that a user has written.
   */
  default boolean isBuiltIn() {
    return true;
  }

  /**
   * The same pipeline, with reports that keep what the totals of an output keep, in their order.
   *
   * @param ledger of the output, which may be new
   */
  default LogPipeline goingOn(Ledger ledger) throws IOException {
    return this;
  }

  /**
   * The reports that a run keeps.
   *
   * @param options of the run, of {@link #options()}
   */
  default List<Report> reports(TailraceOptions options) {
    return reports();
  }

  /** The logs that lines are appended to, beside the dead letters. */
  List<LogTable> logs();

  /**
   * The same as a run with these options writes them.
   *
   * @throws io.tailrace.options.UsageException if one of its own options cannot be used
   */
  default List<LogTable> logs(TailraceOptions options) {
    return logs();
  }

  /** The charts of its page. */
  default List<Chart> charts() {
    return List.of();
  }

  /**
   * All logs of an output: also the dead letters and the alerts.
   *
   * @param format the format of their files
   */
  default List<LogTable> allLogs(TableFormat format) {
    return Stream.of(
            logs().stream().map(log -> log.in(format)),
            Stream.of(DeadLetter.LOG.inFiles(format)),
            alertLog().map(log -> log.inFiles(format)).stream())
        .flatMap(logs -> logs)
        .toList();
  }

  /** Its options. */
  default Class<? extends TailraceOptions> options() {
    return TailraceOptions.class;
  }

  /** The log of alerts, if it can raise some. */
  default Optional<LogTable> alertLog() {
    return Optional.empty();
  }

  /**
   * What a run raises alerts of.
   *
   * @param options of the run, of {@link #options()}
   * @throws io.tailrace.options.UsageException if one of its own options cannot be used
   */
  default List<Alerts> alerts(TailraceOptions options) {
    return List.of();
  }

  /**
   * The rows of which a Redis stream is told, if there are any beside the alerts.
   *
   * @param options of the run, of {@link #options()}
   * @throws io.tailrace.options.UsageException if one of its own options cannot be used
   */
  default Optional<RowCondition> noticed(TailraceOptions options) {
    return Optional.empty();
  }

  /** Questions over its reports and logs that are answered when they are asked: their SELECTs. */
  default Map<String, String> views() {
    return Map.of();
  }

  /** Its SQL, if it is a file of SQL. */
  default Optional<Ledger.Sql> sql() {
    return Optional.empty();
  }

  /**
   * What makes it impossible to go on with an output that an earlier form of the pipeline wrote.
   *
   * @param before its SQL then
   * @return the reason, as a sentence without its end, or nothing
   */
  default Optional<String> changeSince(Ledger.Sql before) {
    return Optional.of("it is a file of SQL, and " + name() + " is built in");
  }

  /**
   * Sets the options that the pipeline decides.
   *
   * @throws io.tailrace.options.UsageException if one of them was given and cannot be used
   */
  default void complete(TailraceOptions options) {}

  /** How many of the first lines of a file are no records. */
  default int skippedLines(TailraceOptions options) {
    return options.getHeader() ? 1 : 0;
  }

  /**
   * What a record means, be it a line or a Kafka message.
   *
   * @param options of the run, of {@link #options()}
   * @throws io.tailrace.options.UsageException if one of its own options cannot be used
   */
  RecordFunction records(TailraceOptions options);
}
