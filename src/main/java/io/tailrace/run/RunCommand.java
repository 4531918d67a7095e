package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.options.OptionErrors;
import io.tailrace.options.OptionsHelp;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.query.ResultPrinter;
import io.tailrace.report.FirstRows;
import io.tailrace.report.Report;
import io.tailrace.report.ReportConnection;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine;
import picocli.CommandLine.Model.CommandSpec;

/** Runs a pipeline until it ends or is stopped. */
public final class RunCommand {

  /** A run that is asked to stop has this long; what it has not read by then is left. */
  private static final Duration PATIENCE = Duration.ofSeconds(8);

  private static final int REPORT_ROWS = 20;

  private static final String INPUT = "--input=";

  private RunCommand() {}

  /**
   * Runs a pipeline.
   *
   * @param arguments its options
   * @return the exit code
   * @throws UsageException if an option cannot be used
   */
  public static int run(LogPipeline pipeline, List<String> arguments)
      throws IOException, SQLException {
    if (OptionsHelp.isAsked(arguments)) {
      System.out.print(help(pipeline, arguments));
      return 0;
    }
    PipelineRun.warmUp(arguments);
    TailraceOptions options = options(pipeline, arguments);
    try (PipelineRun run = start(pipeline, options)) {
      System.err.printf("Reports: %s%n", describe(run));
      run.page().ifPresent(address -> System.err.printf("Page: %s%n", address));
      run.awaitEnd();
      if (options.getTrigger() == Trigger.availableNow && !options.getConsole()) {
        printReports(run);
      }
      tellUnread(run);
    }
    return 0;
  }

  /** The options that a pipeline has, with the defaults that are in force. */
  static String help(LogPipeline pipeline, List<String> arguments) {
    String command = pipeline.isBuiltIn() ? pipeline.name() : "run FILE.sql";
    CommandSpec spec = CommandSpec.create().name("tailrace " + command);
    spec.usageMessage()
        .abbreviateSynopsis(true)
        .description(
            pipeline.description() + ".",
            "Defaults are those of the " + Presets.runner() + " runner.");
    OptionsHelp help =
        new OptionsHelp(spec, Presets.of(pipeline))
            .pipeline(pipeline.options())
            .storage()
            .general();
    if (OptionsHelp.isAllAsked(arguments)) {
      help.beam();
    }
    return new CommandLine(spec).getUsageMessage();
  }

  /** The options of a run, with the presets of its pipeline and runner. */
  public static TailraceOptions options(LogPipeline pipeline, List<String> arguments) {
    // Beam still checks its own options in another thread: this needs none of them.
    pipeline.reports();
    String[] all = Presets.merge(pipeline, arguments);
    PipelineOptionsFactory.register(pipeline.options());
    // Beam cuts lists at commas, which globs and names of files may have.
    Map<Boolean, List<String>> byInput =
        Stream.of(all).collect(Collectors.partitioningBy(option -> option.startsWith(INPUT)));
    try {
      TailraceOptions options =
          PipelineOptionsFactory.fromArgs(byInput.get(false).toArray(String[]::new))
              .withValidation()
              .as(pipeline.options());
      if (!byInput.get(true).isEmpty()) {
        options.setInput(
            byInput.get(true).stream().map(option -> option.substring(INPUT.length())).toList());
      }
      pipeline.complete(options);
      return options;
    } catch (IllegalArgumentException e) {
      throw new UsageException(
          pipeline.name() + ": " + OptionErrors.explain(e.getMessage(), all), e);
    }
  }

  /** Starts a pipeline that a signal stops. */
  public static PipelineRun start(LogPipeline pipeline, TailraceOptions options)
      throws IOException {
    PipelineRun run = PipelineRun.start(pipeline, options);
    StopSignal.stops(() -> run.stop(PATIENCE), run::isClosed);
    return run;
  }

  private static String describe(PipelineRun run) throws IOException {
    if (run.database().isEmpty()) {
      return "in the ledger; ask for them with bin/tailrace query";
    }
    ReportConnection database = run.database().get();
    return database.user() == null
        ? database.toString()
        : String.format(
            "%s (user %s, password in %s)",
            database, database.user(), RunNote.file(Ledger.of(run.output())));
  }

  private static void printReports(PipelineRun run) throws IOException, SQLException {
    ResultPrinter printer = new ResultPrinter(System.out);
    if (run.database().isEmpty()) {
      Ledger ledger = Ledger.of(run.output());
      for (Report report : run.reports()) {
        FirstRows first = new FirstRows(report, REPORT_ROWS);
        ledger.settledTotals(
            report,
            part -> {
              report.requireShown(part);
              first.add(part);
            });
        System.out.println(report.name());
        printer.printTable(report, first);
      }
      return;
    }
    try (Connection connection = run.database().get().open();
        Statement statement = connection.createStatement()) {
      for (Report report : run.reports()) {
        System.out.println(report.name());
        try (ResultSet rows =
            statement.executeQuery(
                String.format(
                    "SELECT %s FROM %s ORDER BY %s",
                    Report.names(report.shownColumns()),
                    report.sqlName(),
                    Report.names(report.sortColumns())))) {
          printer.printTable(rows, REPORT_ROWS);
        }
      }
    }
  }

  private static void tellUnread(PipelineRun run) throws IOException {
    int unread = Ledger.of(run.output()).retryNotes().size();
    if (unread > 0) {
      System.err.printf(
          "%s could not be read; the next run tries again%n",
          unread == 1 ? "1 file" : String.format("%,d files", unread));
    }
  }
}
