package io.tailrace.run;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.tailrace.options.TailraceOptions;
import io.tailrace.progress.Progress;
import io.tailrace.progress.ProgressSource;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.PrintStream;
import java.nio.channels.ClosedByInterruptException;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes a line of progress every two seconds while there is work, and one at the end. On a
 * terminal the line is redrawn in place.
 */
final class ProgressPrinter implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(ProgressPrinter.class);
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long SECONDS_BETWEEN_LINES = 2;
  private static final String BEGIN_OF_LINE_AND_ERASE = "\r\u001b[K";

  private final ProgressSource source;
  private final TailraceOptions.Progress form;
  private final PrintStream out;
  private final boolean redraw;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          task -> {
            Thread thread = new Thread(task, "progress");
            thread.setDaemon(true);
            return thread;
          });
  private Progress last;

  private ProgressPrinter(
      ProgressSource source, TailraceOptions.Progress form, PrintStream out, boolean terminal) {
    this.source = source;
    this.form = form;
    this.out = out;
    this.redraw = terminal && form == TailraceOptions.Progress.text;
  }

  /** Begins to print. */
  static ProgressPrinter start(
      ProgressSource source, TailraceOptions.Progress form, PrintStream out, boolean terminal) {
    ProgressPrinter printer = new ProgressPrinter(source, form, out, terminal);
    if (form != TailraceOptions.Progress.none) {
      printer.scheduler.scheduleWithFixedDelay(
          printer::print, 0, SECONDS_BETWEEN_LINES, TimeUnit.SECONDS);
    }
    return printer;
  }

  private synchronized void print() {
    try {
      Progress progress = source.read();
      boolean nothingYet = last == null && progress.isIdleSince(progress);
      if (nothingYet || progress.isIdleSince(last)) {
        last = progress;
        return;
      }
      last = progress;
      String line =
          form == TailraceOptions.Progress.json
              ? JSON.writeValueAsString(progress)
              : progress.toLine();
      out.print(redraw ? BEGIN_OF_LINE_AND_ERASE + line : line + System.lineSeparator());
      out.flush();
    } catch (JsonProcessingException e) {
      throw new IllegalStateException(e);
    } catch (InterruptedIOException | ClosedByInterruptException e) {
      // It is being closed, which prints the last line.
    } catch (IOException e) {
      LOG.warn("How far the run is cannot be told now: {}", e.getMessage());
    }
  }

  /** Prints the last line. */
  @Override
  public void close() {
    scheduler.shutdown();
    if (form != TailraceOptions.Progress.none) {
      print();
      if (redraw && last != null) {
        out.println();
      }
    }
  }
}
