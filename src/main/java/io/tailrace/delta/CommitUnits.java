package io.tailrace.delta;

import io.tailrace.ledger.InOrder;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.StateLog;
import io.tailrace.options.TailraceOptions.CommitEvery;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Adds to Delta tables what units with receipts have written for them, in the order of the units,
 * each once. A version has units of one poll at most.
 *
 * <p>How far a table is, is in the table alone: with each version goes the number of its last unit,
 * under the name of the ledger. So there is no moment between the two at which a run could be
 * killed, and of two that add the same units one does.
 */
public final class CommitUnits implements InOrder {

  private static final long serialVersionUID = 1L;

  /**
   * A placeholder that triggers the commit step: each unit gives on its empty table of it, like
   * that of a report. How far the Delta tables are is noted under the same name.
   */
  public static final Report TRIGGER =
      new Report(
          // Receipts and notes in ledgers that exist have this name.
          "commits",
          List.of(Report.RECORDS),
          List.of(Column.key("unit"), Column.records("records")));

  private static final long UNITS_TO_NOTE = 32;

  /**
   * How far the tables are that this process writes, by their folders. A runner makes anew all that
   * it runs, and reading a table takes longer than adding to it.
   */
  private static final Map<String, TableProgress> KNOWN = new ConcurrentHashMap<>();

  private final Folder output;
  private final List<LogTable> logs;
  private final CommitEvery every;

  /**
   * @param output where the folders of the tables are
   * @param logs the logs that are tables
   * @param every what becomes a version
   */
  public CommitUnits(Folder output, List<LogTable> logs, CommitEvery every) {
    this.output = output;
    this.logs = List.copyOf(logs);
    this.every = every;
  }

  /**
   * Makes the tables that are not there, and adds what a run that was killed could not add.
   *
   * @throws io.tailrace.options.UsageException if a table has other columns than its log
   */
  public void begin(Ledger ledger, long run) throws IOException {
    forget();
    createAll();
    advance(ledger, run);
    // With what the killed run had found the tables may have more columns than before.
    createAll();
  }

  private void createAll() throws IOException {
    for (LogTable log : logs) {
      DeltaTable.in(output.folder(log.name())).create(log);
    }
  }

  @Override
  public long advance(Ledger ledger, long run) throws IOException {
    long done = Long.MAX_VALUE;
    long plan = Long.MAX_VALUE;
    for (LogTable log : logs) {
      Folder folder = output.folder(log.name());
      TableProgress progress =
          KNOWN.computeIfAbsent(
              folder.path(), path -> new TableProgress(DeltaTable.in(folder), log));
      progress.advance(ledger, run, every);
      done = Math.min(done, progress.done());
      plan = Math.min(plan, progress.plan());
    }
    note(ledger, done, plan);
    return 0;
  }

  /** Notes now and then how far the tables are: what they still need is not folded. */
  private static void note(Ledger ledger, long done, long plan) throws IOException {
    Optional<StateLog.Entry> newest = ledger.states(TRIGGER.name()).newest();
    long noted = newest.map(StateLog.Entry::nextUnit).orElse(1L);
    if (done != Long.MAX_VALUE && done + 1 - noted >= UNITS_TO_NOTE) {
      ledger.states(TRIGGER.name()).append(newest, done + 1, plan, Map.of(), new byte[0]);
    }
  }

  /** Forgets what is known of the tables; it is in them, too. */
  public void forget() {
    logs.forEach(log -> KNOWN.remove(output.folder(log.name()).path()));
  }
}
