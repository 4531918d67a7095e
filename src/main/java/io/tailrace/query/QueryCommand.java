package io.tailrace.query;

import io.tailrace.ledger.Folder;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import java.io.IOException;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code query "SELECT …"}: answers SQL over the reports and logs of an output. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = "Answer SQL over the reports and logs of an output")
public final class QueryCommand implements Callable<Integer> {

  @Parameters(paramLabel = "SQL", description = "one statement")
  private String sql;

  @Option(names = "--output", description = "the output's folder (default: ${DEFAULT-VALUE})")
  private Path output = Path.of("tailrace-output");

  @Option(names = "--format", description = "table, csv or json (default: ${DEFAULT-VALUE})")
  private ResultPrinter.Format format = ResultPrinter.Format.table;

  @Override
  public Integer call() throws IOException, SQLException {
    FileSystems.setDefaultPipelineOptions(PipelineOptionsFactory.create());
    Folder folder = new Folder(output.toAbsolutePath().normalize().toString());
    Ledger.Identity identity =
        Ledger.of(folder)
            .identity()
            .orElseThrow(
                () ->
                    new UsageException(
                        "--output: no pipeline has written "
                            + folder.path()
                            + " yet; give the --output of a run"));
    LogPipeline pipeline = Pipelines.named(identity.pipeline()).orElseThrow();
    ResultPrinter printer = new ResultPrinter(System.out);
    try (QueryEngine engine = QueryEngine.open(folder, pipeline.reports(), pipeline.logs())) {
      engine.query(sql, rows -> printer.print(rows, format));
    }
    return 0;
  }
}
