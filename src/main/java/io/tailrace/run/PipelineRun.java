package io.tailrace.run;

import io.tailrace.alert.RaiseAlerts;
import io.tailrace.dashboard.Binding;
import io.tailrace.dashboard.Dashboard;
import io.tailrace.dashboard.Shown;
import io.tailrace.delta.CommitUnits;
import io.tailrace.feed.CleanSource;
import io.tailrace.feed.Feed;
import io.tailrace.ledger.AddToTotals;
import io.tailrace.ledger.EarlierFormat;
import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.metrics.InputLooks;
import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.TopicOptions;
import io.tailrace.options.UsageException;
import io.tailrace.options.WarmUp;
import io.tailrace.pipelines.Flow;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.progress.Health;
import io.tailrace.progress.ProgressSource;
import io.tailrace.query.SavedViews;
import io.tailrace.report.InMemoryDatabase;
import io.tailrace.report.Report;
import io.tailrace.report.ReportConnection;
import io.tailrace.report.ReportDatabase;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.storage.Storages;
import io.tailrace.storage.UnusableStorageException;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogSink;
import io.tailrace.table.RowCondition;
import io.tailrace.textio.TextServerLogs;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.io.FileSystems;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A pipeline that runs, with all that it needs around it: the runner's engine, the lease of its
 * output, the report database, the note for those who query it, and progress.
 */
public final class PipelineRun implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(PipelineRun.class);

  /** The stream of Redis that is told of alerts. */
  private static final String ALERTS = "alerts";

  private static final AtomicBoolean IS_WARM = new AtomicBoolean();

  private final Deque<AutoCloseable> resources = new ArrayDeque<>();
  private final CountDownLatch closed = new CountDownLatch(1);
  private final Optional<Engine> engine = Engine.installed();
  private final List<String> input;
  private final TailraceOptions options;
  private final Folder output;
  private final Ledger ledger;
  private final Map<String, String> views;
  private final Optional<CleanSource> cleanSource;
  private final Optional<Binding> binding;

  /** Whether this process does not know when the input was looked at. */
  private final boolean looksUnseen;

  private List<Report> reports;
  private Flow flow;
  private Optional<ReportConnection> database = Optional.empty();
  private Optional<ReportConnection> reading = Optional.empty();
  private Execution execution;
  private FutureTask<Void> work;
  private Optional<Dashboard> page = Optional.empty();

  private PipelineRun(LogPipeline pipeline, TailraceOptions options) {
    this.options = options;
    this.engine.ifPresent(installed -> installed.check(options));
    this.output = outputFolder(options);
    options.setOutput(output.path());
    this.ledger = Ledger.of(output);
    this.views = new LinkedHashMap<>(pipeline.views());
    this.views.putAll(SavedViews.parse(options.getViews()));
    this.reports = pipeline.reports(options);
    // As the user gave it; the flow makes globs of it.
    Optional<List<String>> files = Optional.ofNullable(options.getInput()).map(List::copyOf);
    this.flow = Flow.of(pipeline, options, output);
    this.input =
        files.orElseGet(() -> List.of(options.as(TopicOptions.class).getTopic().split(",")));
    this.cleanSource = CleanSource.of(options, output);
    if (options.getReader() == Reader.textio) {
      TextServerLogs.check(pipeline, options, output);
    }
    this.binding =
        Binding.parse("--dashboard", options.getDashboard())
            .map(here -> here.withTokenOf("--dashboardTokenFile", options.getDashboardTokenFile()));
    this.looksUnseen =
        options.getReader() == Reader.textio
            || engine.map(installed -> installed.looksElsewhere(options)).orElse(false);
  }

  /**
   * Starts a pipeline.
   *
   * @throws UsageException if an option cannot be used or another run has the output
   */
  public static PipelineRun start(LogPipeline pipeline, TailraceOptions options)
      throws IOException {
    prepareStorages(options);
    PipelineRun run = new PipelineRun(pipeline, options);
    try {
      run.begin(pipeline);
      return run;
    } catch (UnusableStorageException e) {
      run.close();
      throw new UsageException("--output: " + e.getMessage(), e);
    } catch (IOException | RuntimeException e) {
      run.close();
      throw e;
    }
  }

  /**
   * Loads in other threads what the first report of a run would wait for, while its options are
   * read: the classes that write Parquet and those of the report database take some tenths of a
   * second of a core.
   *
   * @param arguments of the run, which may say that it needs the one or the other not
   */
  public static void warmUp(List<String> arguments) {
    if (!arguments.contains("--logFormat=" + TableFormat.csv)) {
      warmUp();
    }
    boolean hasOtherReports =
        arguments.contains("--trigger=" + Trigger.availableNow)
            || arguments.stream().anyMatch(argument -> argument.startsWith("--reportUrl="));
    if (!hasOtherReports) {
      WarmUp.begin(InMemoryDatabase::warmUp);
    }
  }

  private static void warmUp() {
    if (IS_WARM.compareAndSet(false, true)) {
      WarmUp.begin(() -> LogSink.warmUp(DeadLetter.LOG));
    }
  }

  /**
   * Makes the storages of input and output known to Beam and to us.
   *
   * @throws UsageException if an option cannot be used
   */
  public static void prepareStorages(TailraceOptions options) {
    Feed.check(options);
    try {
      String[] paths =
          Stream.concat(
                  Stream.ofNullable(options.getInput()).flatMap(List::stream),
                  Stream.of(options.getOutput()))
              .toArray(String[]::new);
      Storages.prepare(options, paths);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage(), e);
    }
    FileSystems.setDefaultPipelineOptions(options);
  }

  /** The folder of the results. */
  public static Folder outputFolder(TailraceOptions options) {
    try {
      return Folder.of(options.getOutput());
    } catch (IllegalArgumentException e) {
      throw new UsageException("--output: " + e.getMessage(), e);
    }
  }

  /** The lease is the first file of an output: what cannot be written is told here. */
  private Lease takeLease() throws IOException {
    try {
      return Lease.take(ledger, output.path());
    } catch (FileSystemException e) {
      String reason =
          e instanceof AccessDeniedException
              ? "permission is denied"
              : Objects.requireNonNullElse(e.getReason(), "it cannot be a folder");
      throw new UsageException(
          String.format(
              "--output: %s cannot be written (%s); give a folder that can be",
              output.path(), reason),
          e);
    }
  }

  private void begin(LogPipeline pipeline) throws IOException {
    if (options.getConsole() && reports.isEmpty()) {
      throw new UsageException("--console: the pipeline has no report to print");
    }
    if (options.getLogFormat() != TableFormat.csv) {
      warmUp();
    }
    openDatabase();
    database.ifPresent(ReportDatabase::check);
    Optional<RowCondition> noticed = pipeline.noticed(options);
    if (options.getNotify() != null) {
      if (flow.alerts().isEmpty() && noticed.isEmpty()) {
        throw new UsageException(
            "--notify: there is no alert to tell of: it is for --alert, and for CREATE ALERT in a file of SQL");
      }
      Receiver.check(options.getNotify());
    }
    output.check();
    Lease lease = takeLease();
    resources.push(lease);
    EarlierFormat.convert(ledger, output, pipeline.goingOn(ledger).reports(options));
    if (options.getReader() == Reader.textio && ledger.identity().isPresent()) {
      throw new UsageException(
          "--reader=textio keeps no ledger and would count everything again in "
              + output.path()
              + "; give an --output that is not there yet");
    }
    checkChange(pipeline);
    LogPipeline kept = pipeline.goingOn(ledger);
    reports = kept.reports(options);
    flow = flow.of(kept);
    Ledger.Identity identity =
        ledger.claim(
            kept.name(),
            options.getFollow() ? Ledger.FOLLOW : options.getReader().name(),
            options.getLogFormat(),
            reports);
    boolean endedWell = ledger.hasEndedWell();
    Ledger.Run run = ledger.beginRun(reports);
    resources.push(() -> AddToTotals.forget(ledger, run.number()));
    resources.push(() -> InputLooks.forget(ledger.folder().path(), run.number()));
    options.setRun(run.number());
    if (pipeline.sql().isPresent()) {
      noteColumns(pipeline.sql().get());
      ledger.writeSql(pipeline.sql().get());
    }
    ledger.writeViews(views);
    if (options.getReader() == Reader.units) {
      resources.push(() -> new DeadRun(kept, output, run).tell(System.err));
    }
    if (!endedWell && !options.getLogFormat().hasVersions()) {
      resources.push(LeftoverFiles.start(output, ledger, flow.logs()));
    }
    ledger.skipOtherStates(flow.inOrderNames());
    if (flow.commits().isPresent()) {
      CommitUnits commits = flow.commits().get();
      resources.push(commits::forget);
      commits.begin(ledger, run.number());
    }
    Map<String, ReportTable> atStart = binding.isPresent() ? totals(reports) : Map.of();
    if (database.isPresent()) {
      ReportDatabase.prepare(
          database.get(),
          reports,
          identity.id(),
          (report, parts) -> ledger.totals(report, parts::accept));
    }
    RunNote.write(ledger, reading, options.getRunner().getSimpleName());
    resources.push(() -> RunNote.delete(ledger));
    engine.ifPresent(installed -> resources.push(installed.open(options)));
    if (options.getConsole()) {
      resources.push(ConsolePrinter.start(database.orElseThrow(), reports.get(0), System.out));
    }
    for (RaiseAlerts alerts : flow.alerts()) {
      resources.push(AlertTeller.start(alerts, ledger, System.err));
      if (options.getNotify() != null) {
        resources.push(
            NoticeTeller.start(
                new AlertNotices(alerts, ledger),
                Receiver.of(
                    options.getNotify(),
                    kept.name(),
                    ledger,
                    identity.id() + alerts.alerts().origin(),
                    ALERTS)));
      }
      alerts.begin(ledger);
    }
    if (flow.alerts().isEmpty() && options.getNotify() != null) {
      resources.push(
          NoticeTeller.start(
              new ChosenRows(ledger, output, noticed.orElseThrow()),
              Receiver.of(options.getNotify(), kept.name(), ledger, identity.id(), "events")));
    }
    execution = new Execution(engine, flow, options, output, run, database, cleanSource);
    resources.push(
        ProgressPrinter.start(
            progress(), options.getProgress(), System.err, System.console() != null));
    if (binding.isPresent()) {
      Health health =
          new RunHealth(
              lease,
              this::hasEnded,
              () -> looksUnseen || InputLooks.has(ledger.folder().path(), run.number()));
      Shown shown =
          new Shown(
              output, kept, this::progress, health, atStart, Storages.arguments(options), remedy());
      page = Optional.of(Dashboard.open(shown, binding.get()));
      resources.push(page.get());
    }
    resources.push(ActiveRun.of(kept.name(), input, output.path(), page(), options).note());
    work = new FutureTask<>(execution);
    new Thread(work, "pipeline").start();
  }

  /** What to do where no data has come. */
  private String remedy() {
    String from = String.join(" or ", input);
    if (options.getInput() == null) {
      return "Write a message to the topic: " + from;
    }
    boolean isPattern = input.stream().anyMatch(one -> one.matches(".*[*?{\\[].*"));
    return (isPattern
            ? "Copy a file whose name matches the input: "
            : "Copy a file into the input folder: ")
        + from;
  }

  private void checkChange(LogPipeline pipeline) throws IOException {
    Optional<Ledger.Sql> before = ledger.sql();
    Optional<String> change = before.flatMap(pipeline::changeSince);
    if (change.isPresent()) {
      throw new UsageException(
          String.format(
              "--output: %s was written by another form of %s: %s; give another --output",
              output.path(), before.get().file(), change.get()));
    }
  }

  /** Notes columns that were inferred before anything is planned: all runs have the same then. */
  private void noteColumns(Ledger.Sql sql) throws IOException {
    if (sql.inferred() == null) {
      return;
    }
    ledger.writeColumns(sql.inferred());
    if (!ledger.columns().equals(Optional.of(sql.inferred()))) {
      throw new UsageException(
          String.format(
              "--output: another run of %s has found other columns meanwhile; run it again",
              sql.file()));
    }
  }

  /** Another one for each who asks: it tells what has changed since it was asked last. */
  private ProgressSource progress() {
    ProgressSource progress =
        options.getReader() == Reader.textio
            ? ProgressSource.ofCounters(this::result)
            : ProgressSource.ofLedger(ledger).withReports(reports, ledger);
    return flow.alerts().isEmpty() ? progress : progress.withAlerts(flow.alerts(), ledger);
  }

  /**
   * A run that takes what is there and ends has its reports in the ledger alone: a database in
   * memory would be filled only to end with it.
   */
  private void openDatabase() throws IOException {
    boolean ledgerIsEnough =
        options.getReader() == Reader.units
            && options.getTrigger() == Trigger.availableNow
            && !options.getConsole();
    if (options.getReportUrl() != null) {
      database = Optional.of(new ReportConnection(options.getReportUrl(), null, null));
      reading = database;
    } else if (!ledgerIsEnough) {
      InMemoryDatabase started = startDatabase();
      resources.push(started);
      database = Optional.of(started.connection());
      reading = Optional.of(started.reading());
    }
  }

  private static InMemoryDatabase startDatabase() throws IOException {
    try {
      return InMemoryDatabase.start();
    } catch (SQLException e) {
      throw new IOException("The report database does not start", e);
    }
  }

  private Map<String, ReportTable> totals(List<Report> reports) throws IOException {
    Map<String, ReportTable> tables = new HashMap<>();
    for (Report report : reports) {
      ReportTable all = report.newTable();
      ledger.totals(report, all::copyShownRows);
      tables.put(report.name(), all);
    }
    return tables;
  }

  /** The reports that it keeps. */
  public List<Report> reports() {
    return reports;
  }

  /** How the reports are read from a database, if they are anywhere but in the ledger. */
  public Optional<ReportConnection> database() {
    return reading;
  }

  /** The address of its page, if it has one. */
  public Optional<String> page() {
    return page.map(Dashboard::address);
  }

  /** Where the logs are. */
  public Folder output() {
    return output;
  }

  /** The runner's view of the pipeline, once the runner gives one. */
  public Optional<PipelineResult> result() {
    return execution.result();
  }

  /** Whether the work has ended, one way or the other. */
  public boolean hasEnded() {
    return work.isDone();
  }

  /** Whether the run has ended and has given back what it had. */
  public boolean isClosed() {
    return closed.getCount() == 0;
  }

  /**
   * Waits until the pipeline has ended.
   *
   * @throws IOException if it failed
   * @throws UsageException if it ended because a report cannot be shown
   */
  public void awaitEnd() throws IOException {
    try {
      work.get();
      ledger.noteEnd(options.getRun());
      Optional<String> reason = ledger.stopReason(options.getRun());
      if (reason.isPresent()) {
        throw new UsageException(reason.get());
      }
    } catch (ExecutionException e) {
      throw new IOException("The pipeline failed: " + rootMessage(e.getCause()), e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("Interrupted", e);
    }
  }

  /** What is at the root of a failure, with the remedy where it is known. */
  static String rootMessage(Throwable failure) {
    Throwable root = failure;
    while (root.getCause() != null) {
      root = root.getCause();
    }
    // Some runners give only the text of what a task threw.
    if (root.toString().contains(OutOfMemoryError.class.getName())) {
      return String.format(
          "Java's heap of %,d MiB is too small; give it more, for example"
              + " TAILRACE_JAVA_OPTIONS=-Xmx4g bin/tailrace ..., or java -Xmx4g -jar ...",
          Runtime.getRuntime().maxMemory() >> 20);
    }
    return root.getMessage() == null ? root.toString() : root.getMessage();
  }

  /**
   * Asks the pipeline to end: units that are being read are finished and reported, others are left
   * for the next run. Whoever waits for the end closes the run then.
   */
  public void requestStop() throws IOException {
    ledger.requestStop(options.getRun());
  }

  /**
   * Asks the pipeline to end and waits until that has happened and the run is closed.
   *
   * @param patience how long to wait before the pipeline is cancelled, which loses nothing either
   */
  public void stop(Duration patience) throws IOException, InterruptedException {
    long began = System.nanoTime();
    // While the storage does not answer, the request would wait for longer than that.
    FutureTask<Void> request =
        new FutureTask<>(
            () -> {
              requestStop();
              return null;
            });
    Thread requesting = new Thread(request, "request-stop");
    requesting.setDaemon(true);
    requesting.start();
    try {
      request.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("{} does not answer; the next run reads what this one has not", output.path());
    } catch (ExecutionException e) {
      throw new IOException(e.getCause().getMessage(), e.getCause());
    }
    long left = patience.toNanos() - (System.nanoTime() - began);
    if (!closed.await(left, TimeUnit.NANOSECONDS) && result().isPresent()) {
      PipelineResult late = result().get();
      if (engine.isPresent()) {
        engine.get().cancel(late);
      } else {
        late.cancel();
      }
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
