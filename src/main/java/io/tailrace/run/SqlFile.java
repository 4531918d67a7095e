package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.sql.SqlPrograms;
import io.tailrace.sql.UndeclaredInput;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Reads the file of SQL that a command is given. */
final class SqlFile {

  private SqlFile() {}

  /**
   * The SQL in a file.
   *
   * @throws UsageException if the file cannot be read
   */
  static Ledger.Sql read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(file + ": there is no such file; give a file of SQL");
    }
    try {
      return new Ledger.Sql(file.getFileName().toString(), Files.readString(file));
    } catch (MalformedInputException e) {
      throw new UsageException(file + ": it is not written in UTF-8", e);
    }
  }

  /** The input of a file that leaves its columns to be inferred. */
  static Optional<UndeclaredInput> undeclared(Ledger.Sql sql) {
    return SqlPrograms.undeclared(sql.file(), sql.text());
  }

  /** A pipeline with the same options as one that cannot be bound before its columns are known. */
  static LogPipeline standIn(Ledger.Sql sql, UndeclaredInput input) {
    return SqlPipeline.of(new Ledger.Sql(sql.file(), input.standIn()));
  }

  /** A pipeline that has the options that all files of SQL have. */
  static LogPipeline any() {
    return SqlPipeline.of(
        new Ledger.Sql(
            "FILE.sql",
            "CREATE EXTERNAL TABLE input (line VARCHAR) TYPE csv;"
                + " CREATE MATERIALIZED VIEW counts AS SELECT line, count(*) AS n FROM input GROUP BY line;"));
  }

  /** The options of its run, whose storages can be used. */
  static TailraceOptions options(LogPipeline standIn, List<String> arguments) {
    TailraceOptions options = RunCommand.options(standIn, arguments);
    PipelineRun.prepareStorages(options);
    return options;
  }
}
