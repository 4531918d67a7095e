package io.tailrace.watch;

import io.tailrace.pipelines.LogPipeline;
import io.tailrace.query.QueryEngine;
import io.tailrace.query.ResultPrinter;
import io.tailrace.query.TextTable;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.sql.WatchedSelect;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the result of a SELECT from the output of a run.
 *
 * <p>Not safe for use by more than one thread.
 */
final class Result implements AutoCloseable {

  private final QueryEngine engine;
  private final WatchedSelect select;
  private final String shown;

  /** The files of the log whose rows have been read. */
  private final Set<String> known = new HashSet<>();

  private Result(QueryEngine engine, WatchedSelect select) {
    this.engine = engine;
    this.select = select;
    this.shown =
        select.shown(
            engine.reports().stream().findFirst().map(Report::shownColumns).map(Result::order));
  }

  /** The result in an output. */
  static Result open(Folder output, LogPipeline pipeline, WatchedSelect select)
      throws IOException, SQLException {
    return new Result(QueryEngine.open(output, pipeline), select);
  }

  /** Rows are sorted by the first number, the greatest first, and then by their other columns. */
  private static String order(List<Column> columns) {
    List<String> terms = new ArrayList<>();
    Optional<Column> number =
        columns.stream().filter(column -> column.type().isNumber()).findFirst();
    number.ifPresent(column -> terms.add(QueryEngine.quote(column.name()) + " DESC NULLS LAST"));
    columns.stream()
        .filter(column -> !Optional.of(column).equals(number))
        .forEach(column -> terms.add(QueryEngine.quote(column.name())));
    return String.join(", ", terms);
  }

  /** Rows of a table, the first or the newest, and how many there are. */
  record Rows(TextTable table, long total) {}

  /** The rows as they are now. */
  Rows read(int limit) throws IOException, SQLException {
    engine.define(WatchedSelect.RESULT);
    long[] total = {0};
    engine.answer(
        "SELECT count(*) FROM (" + shown + "\n)",
        rows -> total[0] = rows.next() ? rows.getLong(1) : 0);
    TextTable[] table = new TextTable[1];
    engine.answer(
        "SELECT * FROM (" + shown + "\n) LIMIT " + limit,
        rows -> table[0] = ResultPrinter.table(rows, limit));
    return new Rows(table[0], total[0]);
  }

  /** The newest rows of a log, the last one last. */
  Rows newest(int limit) throws IOException, SQLException {
    TextTable[] table = new TextTable[1];
    engine.newest(log(), limit, rows -> table[0] = ResultPrinter.table(rows, limit));
    return new Rows(table[0], table[0].cells().size());
  }

  /** The rows of a log that have not been read yet; nothing if there are none. */
  Optional<Rows> news(int limit) throws IOException, SQLException {
    List<Rows> found = new ArrayList<>();
    engine.news(
        log(),
        known,
        rows -> {
          TextTable table = ResultPrinter.table(rows, limit);
          long total = table.cells().size();
          while (rows.next()) {
            total++;
          }
          found.add(new Rows(table, total));
        });
    return found.stream().findFirst();
  }

  private LogTable log() {
    return engine.logs().stream()
        .filter(log -> log.name().equals(WatchedSelect.RESULT))
        .findFirst()
        .orElseThrow();
  }

  /** Whether it is a log whose rows are shown as they come. */
  boolean isTail() {
    return !select.isReport() && !select.isOrdered() && !select.isLimited();
  }

  @Override
  public void close() throws IOException, SQLException {
    engine.close();
  }
}
