package io.tailrace.run;

import io.tailrace.query.ResultPrinter;
import io.tailrace.report.Report;
import io.tailrace.report.ReportConnection;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Prints a report, largest rows first, as a numbered batch whenever it has changed. */
final class ConsolePrinter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ConsolePrinter.class);
  private static final int ROWS = 20;
  private static final long MILLIS_BETWEEN_LOOKS = 100;

  private final ReportConnection database;
  private final String sql;
  private final ChangedBatches batches;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "console");
            thread.setDaemon(true);
            return thread;
          });
  private Connection connection;

  private ConsolePrinter(ReportConnection database, Report report, PrintStream out) {
    this.database = database;
    this.batches = new ChangedBatches(new NumberedBatches(out, true));
    this.sql =
        String.format(
            "SELECT %s FROM %s ORDER BY %s DESC, %s",
            Report.names(report.shownColumns()),
            report.sqlName(),
            report.recordsColumn(),
            Report.names(report.sortColumns()));
  }

  /** Begins to look; what the report is now is not printed. */
  static ConsolePrinter start(ReportConnection database, Report report, PrintStream out) {
    ConsolePrinter printer = new ConsolePrinter(database, report, out);
    printer.look();
    printer.scheduler.scheduleWithFixedDelay(
        printer::look, MILLIS_BETWEEN_LOOKS, MILLIS_BETWEEN_LOOKS, TimeUnit.MILLISECONDS);
    return printer;
  }

  private synchronized void look() {
    String now;
    try {
      now = read();
    } catch (SQLException e) {
      LOG.debug("The report cannot be read now", e);
      reset();
      return;
    }
    batches.begin(now);
    batches.look(now);
  }

  private String read() throws SQLException {
    if (connection == null) {
      connection = database.open();
    }
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    try (PrintStream table = new PrintStream(text, false, StandardCharsets.UTF_8);
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      new ResultPrinter(table).printTable(rows, ROWS);
    }
    return text.toString(StandardCharsets.UTF_8).stripTrailing();
  }

  private void reset() {
    try {
      if (connection != null) {
        connection.close();
      }
    } catch (SQLException e) {
      LOG.debug("It was of no use any more", e);
    }
    connection = null;
  }

  /** Prints the last batch. */
  @Override
  public void close() {
    scheduler.shutdown();
    synchronized (this) {
      try {
        batches.end(read());
      } catch (SQLException e) {
        LOG.warn("The report cannot be read at the end: {}", e.getMessage());
      }
      reset();
    }
  }
}
