package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.SqlPipeline;
import java.io.IOException;
import java.nio.charset.MalformedInputException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Reads the file of SQL that a command is given. */
final class SqlFile {

  private SqlFile() {}

  /**
   * The pipeline in a file.
   *
   * @throws UsageException if the file cannot be read, or with the line and column of what in it
   *     cannot be used
   */
  static SqlPipeline read(Path file) throws IOException {
    if (!Files.isRegularFile(file)) {
      throw new UsageException(file + ": there is no such file; give a file of SQL");
    }
    try {
      return SqlPipeline.of(new Ledger.Sql(file.getFileName().toString(), Files.readString(file)));
    } catch (MalformedInputException e) {
      throw new UsageException(file + ": it is not written in UTF-8", e);
    }
  }
}
