package io.tailrace.run;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  @Parameters(paramLabel = "FILE.sql", description = "The file of SQL.")
  private Path file;

  @Unmatched private final List<String> options = new ArrayList<>();

  @Override
  public Integer call() throws Exception {
    return RunCommand.run(SqlFile.read(file), options);
  }
}
