package io.tailrace.query;

import io.tailrace.delta.DeltaTable;
import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Unmatched;

/** What commands about one Delta table have in common: which table of which output. */
public final class TableCommand {

  @Parameters(paramLabel = "TABLE", description = "the name of the table")
  private String table;

  @Option(names = "--output", description = "the output's folder (default: ${DEFAULT-VALUE})")
  private String output = "tailrace-output";

  @Unmatched private final List<String> storageOptions = new ArrayList<>();

  private OutputChoice chosen;

  /**
   * Finds the output.
   *
   * @param command the command that asks
   * @throws UsageException if it has no such table
   */
  OutputChoice choose(String command) throws IOException {
    chosen = OutputChoice.of(command, output, storageOptions);
    List<String> tables =
        chosen.pipeline().allLogs(chosen.identity().logFormat()).stream()
            .filter(log -> log.format().hasVersions())
            .map(log -> log.name())
            .toList();
    if (!tables.contains(table)) {
      throw new UsageException(
          tables.isEmpty()
              ? command + ": the logs in " + output + " are no Delta tables"
              : String.format(
                  "%s: there is no Delta table '%s'; there is %s",
                  command, table, String.join(", ", tables)));
    }
    return chosen;
  }

  /** The folder of the table. */
  Folder folder() {
    return chosen.folder().folder(table);
  }

  DeltaTable table() {
    return DeltaTable.in(folder());
  }

  String name() {
    return table;
  }
}
