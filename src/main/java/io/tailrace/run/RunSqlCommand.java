package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.OptionsHelp;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TailraceOptions.Trigger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.InferredColumns;
import io.tailrace.pipelines.InferredColumns.Found;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.sql.UndeclaredInput;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** Runs a pipeline that is a file of SQL. The options are Beam's to read. */
@Command(
    name = "run",
    description = "Runs a pipeline that is a file of SQL: run FILE.sql --input=… --output=…",
    mixinStandardHelpOptions = false)
public final class RunSqlCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE.sql", arity = "0..1", description = "The file of SQL.")
  private Path file;

  @Unmatched private final List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    if (file == null && OptionsHelp.isAsked(options)) {
      System.out.print(RunCommand.help(SqlFile.any(), options));
      return 0;
    }
    if (file == null) {
      throw new UsageException("run: give a file of SQL: run FILE.sql --input=… --output=…");
    }
    Ledger.Sql sql = SqlFile.read(file);
    Optional<UndeclaredInput> undeclared = SqlFile.undeclared(sql);
    if (undeclared.isPresent()) {
      LogPipeline standIn = SqlFile.standIn(sql, undeclared.get());
      if (OptionsHelp.isAsked(options)) {
        System.out.print(RunCommand.help(standIn, options));
        return 0;
      }
      TailraceOptions given = SqlFile.options(standIn, options);
      sql = new Ledger.Sql(sql.file(), sql.text(), declaration(undeclared.get(), given));
    }
    return RunCommand.run(SqlPipeline.of(sql), options);
  }

  /** The declaration that the output has noted, or else that of the first file. */
  private static String declaration(UndeclaredInput input, TailraceOptions options)
      throws IOException, InterruptedException {
    Optional<String> noted = InferredColumns.noted(Ledger.of(PipelineRun.outputFolder(options)));
    if (noted.isPresent()) {
      return noted.get();
    }
    Optional<Found> found = InferredColumns.find(input, options);
    if (found.isEmpty() && options.getTrigger() == Trigger.availableNow) {
      throw input.error(
          String.format(
              "there is no file from which the columns of %s can be inferred; deliver one first, or"
                  + " declare them",
              input.name()));
    }
    if (found.isEmpty()) {
      System.err.printf(
          "Waiting for the first file: the columns of %s are inferred from it%n", input.name());
    }
    while (found.isEmpty()) {
      Thread.sleep(Quantities.duration("pollInterval", options.getPollInterval()).toMillis());
      found = InferredColumns.find(input, options);
    }
    return found.get().statement();
  }
}
