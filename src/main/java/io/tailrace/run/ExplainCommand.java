package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions;
import io.tailrace.pipelines.InferredColumns;
import io.tailrace.pipelines.InferredColumns.Found;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.sql.Explain;
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

/** Says what a file of SQL computes, without running it. */
@Command(
    name = "explain",
    description = "Shows what a file of SQL reads, keeps, filters and writes, without running it.",
    mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE.sql", description = "The file of SQL.")
  private Path file;

  @Unmatched private final List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    Ledger.Sql sql = SqlFile.read(file);
    Optional<UndeclaredInput> undeclared = SqlFile.undeclared(sql);
    if (undeclared.isPresent()) {
      System.out.print(explained(sql, undeclared.get()));
      return 0;
    }
    SqlPipeline pipeline = SqlPipeline.of(sql);
    RunCommand.options(pipeline, options);
    System.out.print(Explain.of(pipeline.program()));
    return 0;
  }

  private String explained(Ledger.Sql sql, UndeclaredInput input)
      throws IOException, InterruptedException {
    TailraceOptions given = SqlFile.options(SqlFile.standIn(sql, input), options);
    Optional<Found> found =
        given.getInput() == null ? Optional.empty() : InferredColumns.find(input, given);
    if (found.isEmpty()) {
      return input.explanation();
    }
    Ledger.Sql declared = new Ledger.Sql(sql.file(), sql.text(), found.get().statement());
    return String.format(
        "%s%ninferred from %s%n  %s%n",
        Explain.of(SqlPipeline.of(declared).program()),
        found.get().file(),
        found.get().statement());
  }
}
