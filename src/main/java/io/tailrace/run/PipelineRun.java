package io.tailrace.run;

import io.tailrace.ledger.Folder;
import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.log.DeadLetter;
import io.tailrace.log.LogSink;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Flow;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.report.ReportConnection;
import io.tailrace.report.ReportDatabase;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.beam.sdk.Pipeline;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.FileSystems;

/**
 * A pipeline that runs, with all that it needs around it: the lease of its output, the report
 * database, the note for those who query it, and progress.
 */
public final class PipelineRun implements AutoCloseable {

  private static final Pattern UNUSABLE_OUTPUT = Pattern.compile(".*[*?\\[\\]{}].*");

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Folder output;
  private final Ledger ledger;
  private ReportConnection database;
  private PipelineResult result;

  private PipelineRun(Folder output) {
    this.output = output;
    this.ledger = Ledger.of(output);
  }

  /**
   * Starts a pipeline.
   *
   * @throws UsageException if an option cannot be used or another run has the output
   */
  public static PipelineRun start(LogPipeline pipeline, TailraceOptions options)
      throws IOException {
    FileSystems.setDefaultPipelineOptions(options);
    PipelineRun run = new PipelineRun(outputFolder(options));
    try {
      run.begin(pipeline, options);
      return run;
    } catch (IOException | RuntimeException e) {
      run.close();
      throw e;
    }
  }

  private static Folder outputFolder(TailraceOptions options) {
    String path = Path.of(options.getOutput()).toAbsolutePath().normalize().toString();
    if (UNUSABLE_OUTPUT.matcher(path).matches()) {
      throw new UsageException("--output: " + path + " has one of * ? [ ] { }; use another folder");
    }
    return new Folder(path);
  }

  private void begin(LogPipeline pipeline, TailraceOptions options) throws IOException {
    Pipeline beam = Pipeline.create(options);
    String databaseUrl = options.getReportUrl();
    resources.push(Lease.take(ledger));
    Thread warmUp = new Thread(() -> LogSink.warmUp(DeadLetter.LOG), "warm-up");
    warmUp.setDaemon(true);
    warmUp.start();
    if (options.getReader() == Reader.textio && ledger.identity().isPresent()) {
      throw new UsageException(
          "--reader=textio keeps no ledger and would count everything again in "
              + output.path()
              + "; give an --output that is not there yet");
    }
    Ledger.Identity identity = ledger.claim(pipeline.name(), options.getReader().name());
    ledger.beginRun();
    database =
        databaseUrl == null ? startDatabase() : new ReportConnection(databaseUrl, null, null);
    Flow.build(beam, pipeline, options, output, database);
    ReportDatabase.prepare(database, pipeline.reports(), identity.id());
    RunNote.write(ledger, database);
    resources.push(() -> RunNote.delete(ledger));
    result = beam.run();
    ProgressSource progress =
        options.getReader() == Reader.textio
            ? ProgressSource.ofCounters(result)
            : ProgressSource.ofLedger(ledger);
    resources.push(
        ProgressPrinter.start(
            progress, options.getProgress(), System.err, System.console() != null));
  }

  private ReportConnection startDatabase() throws IOException {
    try {
      InMemoryDatabase started = InMemoryDatabase.start();
      resources.push(started);
      return started.connection();
    } catch (SQLException e) {
      throw new IOException("The report database does not start", e);
    }
  }

  /** Where the reports are. */
  public ReportConnection database() {
    return database;
  }

  /** Where the logs are. */
  public Folder output() {
    return output;
  }

  /** The runner's view of the pipeline. */
  public PipelineResult result() {
    return result;
  }

  /** Whether the run has ended and has given back what it had. */
  public boolean isClosed() {
    return closed.getCount() == 0;
  }

  /** Waits until the pipeline has ended. */
  public void awaitEnd() {
    result.waitUntilFinish();
  }

  /**
   * Asks the pipeline to end: units that are being read are finished and reported, others are left
   * for the next run. Whoever waits for the end closes the run then.
   */
  public void requestStop() throws IOException {
    ledger.requestStop();
  }

  /**
   * Asks the pipeline to end and waits until that has happened and the run is closed.
   *
   * @param patience how long to wait before the pipeline is cancelled, which loses nothing either
   */
  public void stop(Duration patience) throws IOException, InterruptedException {
    requestStop();
    if (!closed.await(patience.toMillis(), TimeUnit.MILLISECONDS)) {
      result.cancel();
    }
  }

  /** Gives back what the run had. */
  @Override
  public void close() throws IOException {
    IOException failure = null;
    while (!resources.isEmpty()) {
      try {
        resources.pop().close();
      } catch (Exception e) {
        failure = failure == null ? new IOException("The run does not end cleanly") : failure;
        failure.addSuppressed(e);
      }
    }
    closed.countDown();
    if (failure != null) {
      throw failure;
    }
  }
}
