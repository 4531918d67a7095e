package io.tailrace.query;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.OptionErrors;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.storage.Folder;
import io.tailrace.storage.StorageOptions;
import io.tailrace.storage.Storages;
import io.tailrace.storage.UnusableStorageException;
import java.io.IOException;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** {@code query "SELECT …"}: answers SQL over the reports and logs of an output. */
@Command(
    name = "query",
    mixinStandardHelpOptions = true,
    description = "Answer SQL over the reports and logs of an output")
public final class QueryCommand implements Callable<Integer> {

  @Parameters(paramLabel = "SQL", arity = "0..1", description = "one statement")
  private String sql;

  @Option(
      names = "--ddl",
      description =
          "instead of a statement: print those that make each log an external table of trino, hive or"
              + " spark")
  private ExternalTable.Engine ddl;

  @Option(names = "--output", description = "the output's folder (default: ${DEFAULT-VALUE})")
  private String output = "tailrace-output";

  @Option(names = "--format", description = "table, csv or json (default: ${DEFAULT-VALUE})")
  private ResultPrinter.Format format = ResultPrinter.Format.table;

  @Unmatched private final List<String> storageOptions = new ArrayList<>();

  @Override
  public Integer call() throws IOException, SQLException {
    if ((sql == null) == (ddl == null)) {
      throw new UsageException("query: give one SQL statement, or --ddl=trino|hive|spark");
    }
    StorageOptions options = storageOptions();
    try {
      FileSystems.setDefaultPipelineOptions(Storages.prepare(options, output));
    } catch (IllegalArgumentException e) {
      throw new UsageException("query: " + e.getMessage(), e);
    }
    Folder folder = folder();
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
    if (ddl != null) {
      pipeline
          .allLogs(identity.logFormat())
          .forEach(log -> System.out.println(new ExternalTable(log, folder).statement(ddl)));
      return 0;
    }
    ResultPrinter printer = new ResultPrinter(System.out);
    try (QueryEngine engine = QueryEngine.open(folder, pipeline)) {
      engine.query(sql, rows -> printer.print(rows, format));
    }
    return 0;
  }

  /** How the output is reached, in the options that a run has for it. */
  private StorageOptions storageOptions() {
    PipelineOptionsFactory.register(StorageOptions.class);
    String[] arguments = storageOptions.toArray(new String[0]);
    try {
      return PipelineOptionsFactory.fromArgs(arguments).as(StorageOptions.class);
    } catch (IllegalArgumentException e) {
      throw new UsageException("query: " + OptionErrors.explain(e.getMessage(), arguments), e);
    }
  }

  private Folder folder() throws IOException {
    try {
      Folder folder = Folder.of(output);
      folder.check();
      return folder;
    } catch (UnusableStorageException | IllegalArgumentException e) {
      throw new UsageException("--output: " + e.getMessage(), e);
    }
  }
}
