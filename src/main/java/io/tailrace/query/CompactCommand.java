package io.tailrace.query;

import io.tailrace.delta.Compaction;
import java.io.IOException;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code compact TABLE}: merges the small files of a Delta table. */
@Command(
    name = "compact",
    mixinStandardHelpOptions = true,
    description = "Merge the small files of a Delta table, in a version that changes no data")
public final class CompactCommand implements Callable<Integer> {

  @Mixin private final TableCommand table = new TableCommand();

  @Override
  public Integer call() throws IOException {
    table.choose("compact");
    Compaction.Result result = new Compaction(table.table()).run();
    System.out.println(
        result.rows() == 0
            ? String.format("%s has nothing to merge", table.name())
            : String.format(
                "%s has %,d %s instead of %,d since version %d",
                table.name(),
                result.filesAfter(),
                result.filesAfter() == 1 ? "file" : "files",
                result.filesBefore(),
                result.version()));
    return 0;
  }
}
