package io.tailrace.watch;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.SqlOptions;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.UsageException;
import io.tailrace.options.WarmUp;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.progress.ProgressSource;
import io.tailrace.run.NumberedBatches;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import io.tailrace.run.StopSignal;
import io.tailrace.sql.SqlPrograms;
import io.tailrace.sql.WatchedSelect;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.commons.io.FileUtils;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code watch PATTERN "SELECT …"}: keeps the result of a SELECT over files on the terminal. */
@Command(
    name = "watch",
    mixinStandardHelpOptions = true,
    description = {
      "Shows the result of a SELECT over files and keeps it current, until Ctrl-C:",
      "watch 'logs/*.json' \"SELECT level, count(*) AS n FROM input GROUP BY level\""
    },
    footer = {
      "",
      "The files are JSON, CSV or an access log, whose columns are found out. With --output=FOLDER"
          + " the result is kept and goes on the next time. All options of run FILE.sql can be"
          + " given, too, such as --trigger=availableNow."
    })
public final class WatchCommand implements Callable<Integer> {

  private static final String OUTPUT = "--output=";
  private static final Pattern SELECT = Pattern.compile("(?is)\\s*(SELECT|WITH|FROM|--|/\\*).*");

  /** As in runs: what is not read after this is left. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final Duration UNTIL_TIDY = Duration.ofSeconds(2);

  /** As runs print of a report. */
  private static final int ROWS = 20;

  @Parameters(
      paramLabel = "PATTERN SELECT",
      arity = "0..*",
      description =
          "A folder, a file or a glob in quotes, here, on s3:// or on hdfs://; and a SELECT from"
              + " input.")
  private List<String> parameters = new ArrayList<>();

  @Unmatched private final List<String> options = new ArrayList<>();

  private final long began = System.nanoTime();
  private final CountDownLatch stopped = new CountDownLatch(1);
  private final CountDownLatch ended = new CountDownLatch(1);
  private volatile PipelineRun running;

  @Override
  public Integer call() throws Exception {
    checkParameters();
    SqlPrograms.warmUp();
    WarmUp.begin(() -> PipelineOptionsFactory.register(SqlOptions.class));
    PipelineRun.warmUp(options);
    WatchedSelect select = WatchedSelect.of(parameters.get(1));
    boolean isKept = options.stream().anyMatch(option -> option.startsWith(OUTPUT));
    Optional<Path> temporary =
        isKept ? Optional.empty() : Optional.of(Files.createTempDirectory("tailrace-"));
    StopSignal.stops(this::stop, () -> ended.getCount() == 0);
    try {
      watch(select, temporary);
    } finally {
      temporary.map(Path::toFile).ifPresent(FileUtils::deleteQuietly);
      ended.countDown();
    }
    return 0;
  }

  private void checkParameters() {
    int count = parameters.size();
    boolean isLast = count > 0 && SELECT.matcher(parameters.get(count - 1)).matches();
    if (count > 2 && isLast) {
      throw new UsageException(
          String.format(
              "watch: quote the pattern, as in 'logs/*.json': the shell has made %,d names of it,"
                  + " and files that come later would not be seen",
              count - 1));
    }
    if (count > 2) {
      throw new UsageException(
          String.format(
              "watch: found '%s' behind the SELECT; quote the SELECT, and give options as"
                  + " --name=value",
              parameters.get(2)));
    }
    if (count < 2 || !isLast) {
      throw new UsageException(
          "watch: give a pattern of files and then a SELECT, each in quotes: watch 'logs/*.json'"
              + " \"SELECT level, count(*) AS n FROM input GROUP BY level\"");
    }
  }

  /** A signal ends the run, or the wait for one, and leaves no temporary folder. */
  private void stop() throws IOException, InterruptedException {
    stopped.countDown();
    PipelineRun run = running;
    if (run != null) {
      run.stop(PATIENCE);
    }
    ended.await(UNTIL_TIDY.toMillis(), TimeUnit.MILLISECONDS);
  }

  private void watch(WatchedSelect select, Optional<Path> temporary)
      throws IOException, InterruptedException, SQLException {
    Optional<Terminal> terminal = Terminal.ofStandardOutput();
    try {
      SqlOptions given = options(arguments(temporary, terminal.isPresent()));
      Optional<InputDeclaration> input = input(given);
      if (input.isPresent()) {
        SqlPipeline pipeline = pipeline(select, input.get());
        pipeline.complete(given);
        run(select, pipeline, given, temporary.isPresent(), terminal);
      }
    } finally {
      terminal.ifPresent(Terminal::close);
    }
  }

  /** The options of the run: those that are given come last and count. */
  private List<String> arguments(Optional<Path> temporary, boolean isOnTerminal) {
    List<String> arguments = new ArrayList<>();
    arguments.add("--input=" + parameters.get(0));
    // The page takes a port, and time at the start: who wants it asks for it.
    arguments.add("--dashboard=off");
    if (isOnTerminal) {
      arguments.add("--progress=none");
    }
    temporary.ifPresent(folder -> arguments.add(OUTPUT + folder));
    arguments.addAll(options);
    return arguments;
  }

  /** The options of the run, which do not depend on how its input is written. */
  private static SqlOptions options(List<String> arguments) {
    SqlPipeline standIn = SqlPipeline.of(InputDeclaration.standIn());
    SqlOptions given = RunCommand.options(standIn, arguments).as(SqlOptions.class);
    if (given.getConsole()) {
      throw new UsageException("--console: watch shows its result without it");
    }
    PipelineRun.prepareStorages(given);
    return given;
  }

  /** How the input is written; nothing if somebody has stopped the wait for its first file. */
  private Optional<InputDeclaration> input(SqlOptions given)
      throws IOException, InterruptedException {
    Optional<InputDeclaration> found =
        InputDeclaration.noted(Ledger.of(PipelineRun.outputFolder(given)));
    if (found.isEmpty()) {
      found = InputDeclaration.find(given);
    }
    if (found.isEmpty() && given.getTrigger() == Trigger.availableNow) {
      throw new UsageException(
          String.format(
              "watch: there is no file with records in %s; deliver one first", parameters.get(0)));
    }
    if (found.isEmpty()) {
      System.err.printf("Waiting for the first file in %s that has records%n", parameters.get(0));
    }
    long poll = Quantities.duration("pollInterval", given.getPollInterval()).toMillis();
    while (found.isEmpty() && !stopped.await(poll, TimeUnit.MILLISECONDS)) {
      found = InputDeclaration.find(given);
    }
    return stopped.getCount() == 0 ? Optional.empty() : found;
  }

  private static SqlPipeline pipeline(WatchedSelect select, InputDeclaration input) {
    Ledger.Sql sql =
        new Ledger.Sql(
            WatchedSelect.FILE, select.program(input.statement()), input.inferred().orElse(null));
    try {
      SqlPipeline pipeline = SqlPipeline.of(sql);
      select.check(pipeline.program());
      return pipeline;
    } catch (UsageException e) {
      throw select.inSelect(e);
    }
  }

  private void run(
      WatchedSelect select,
      SqlPipeline pipeline,
      TailraceOptions options,
      boolean isTemporary,
      Optional<Terminal> terminal)
      throws IOException, SQLException {
    boolean isLive = options.getTrigger() == Trigger.continuous;
    try (PipelineRun run = PipelineRun.start(pipeline, options)) {
      running = run;
      if (stopped.getCount() == 0) {
        run.requestStop();
      }
      run.page().ifPresent(address -> System.err.printf("Page: %s%n", address));
      Result result = Result.open(run.output(), pipeline, select);
      boolean showsNews = result.isTail() && (terminal.isEmpty() || !isLive);
      Display display =
          display(isLive ? terminal : Optional.empty(), showsNews, isLive, select.isLimited());
      try (Watching watching =
          new Watching(
              result,
              ProgressSource.ofLedger(Ledger.of(run.output())),
              display,
              run::requestStop,
              showsNews,
              run.output().path(),
              isTemporary,
              began)) {
        if (isLive) {
          watching.start();
        }
        run.awaitEnd();
      }
    }
  }

  private static Display display(
      Optional<Terminal> terminal, boolean showsNews, boolean isLive, boolean isLimited) {
    if (terminal.isPresent()) {
      return new LiveDisplay(terminal.get());
    }
    NumberedBatches batches = new NumberedBatches(System.out, isLive);
    return showsNews
        ? new NewRows(batches)
        : new Changes(batches, isLimited ? Integer.MAX_VALUE : ROWS);
  }
}
