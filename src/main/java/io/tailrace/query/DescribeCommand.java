package io.tailrace.query;

import io.tailrace.delta.TableVersion;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code describe TABLE}: the columns of a Delta table, and how large it is. */
@Command(
    name = "describe",
    mixinStandardHelpOptions = true,
    description = "Tell the columns of a Delta table, its version, files, rows and bytes")
public final class DescribeCommand implements Callable<Integer> {

  @Mixin private final TableCommand table = new TableCommand();

  @Option(
      names = "--asOf",
      paramLabel = "VERSION|TIMESTAMP",
      description = "a version, or a time (UTC) whose newest version is meant")
  private String asOf;

  @Option(names = "--format", description = "table, csv or json (default: ${DEFAULT-VALUE})")
  private ResultPrinter.Format format = ResultPrinter.Format.table;

  @Override
  public Integer call() throws IOException, SQLException {
    table.choose("describe");
    TableVersion version =
        asOf == null
            ? table
                .table()
                .newest()
                .orElseThrow(() -> new UsageException("describe: there is no table yet"))
            : AsOf.parse(asOf).of(table.table());
    FixedRows.of(
            "\"column\" VARCHAR, \"type\" VARCHAR",
            version.columns().stream()
                .map(column -> List.<Object>of(column.name(), column.type()))
                .toList())
        .print(System.out, format);
    if (format == ResultPrinter.Format.table) {
      System.out.printf(
          "%s, version %d of %s: %,d files, %,d rows, %,d bytes, in %s%n",
          table.name(),
          version.number(),
          Instant.ofEpochMilli(version.timestamp()),
          version.files().size(),
          version.files().stream().mapToLong(file -> Math.max(0, file.rows())).sum(),
          version.files().stream().mapToLong(TableVersion.File::bytes).sum(),
          table.folder().path());
    }
    return 0;
  }
}
