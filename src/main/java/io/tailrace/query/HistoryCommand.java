package io.tailrace.query;

import io.tailrace.delta.TableHistory;
import io.tailrace.ledger.Ledger;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code history TABLE}: the versions of a Delta table, the newest first. */
@Command(
    name = "history",
    mixinStandardHelpOptions = true,
    description = "List the versions of a Delta table and what came with each")
public final class HistoryCommand implements Callable<Integer> {

  private static final int NAMES_SHOWN = 3;

  @Mixin private final TableCommand table = new TableCommand();

  @Option(names = "--format", description = "table, csv or json (default: ${DEFAULT-VALUE})")
  private ResultPrinter.Format format = ResultPrinter.Format.table;

  @Override
  public Integer call() throws IOException, SQLException {
    OutputChoice output = table.choose("history");
    print(table.folder(), Ledger.of(output.folder()), format);
    return 0;
  }

  /** Prints the history of the table in a folder. */
  public static void print(Folder table, Ledger ledger, ResultPrinter.Format format)
      throws IOException, SQLException {
    List<List<Object>> rows =
        TableHistory.of(table, ledger).stream()
            .map(
                entry ->
                    List.<Object>of(
                        entry.version(),
                        entry.time().toString(),
                        entry.operation(),
                        entry.filesAdded(),
                        entry.filesRemoved(),
                        entry.rowsAdded(),
                        names(entry.inputFiles(), format)))
            .toList();
    FixedRows.of(
            "version BIGINT, time VARCHAR, operation VARCHAR, filesAdded BIGINT,"
                + " filesRemoved BIGINT, rowsAdded BIGINT, inputFiles VARCHAR",
            rows)
        .print(System.out, format);
  }

  private static String names(List<String> files, ResultPrinter.Format format) {
    if (format != ResultPrinter.Format.table || files.size() <= NAMES_SHOWN) {
      return String.join(", ", files);
    }
    return String.format(
        "%s and %,d more",
        String.join(", ", files.subList(0, NAMES_SHOWN - 1)), files.size() - NAMES_SHOWN + 1);
  }
}
