package io.tailrace.run;

import io.tailrace.sql.Explain;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/** Says what a file of SQL computes, without running it. */
@Command(
    name = "explain",
    description = "Shows what a file of SQL reads, keeps, filters and writes, without running it.",
    mixinStandardHelpOptions = true)
public final class ExplainCommand implements Callable<Integer> {

  @Parameters(paramLabel = "FILE.sql", description = "The file of SQL.")
  private Path file;

  @Override
  public Integer call() throws Exception {
    System.out.print(Explain.of(SqlFile.read(file).program()));
    return 0;
  }
}
