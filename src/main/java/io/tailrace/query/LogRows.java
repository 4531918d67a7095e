package io.tailrace.query;

import io.tailrace.ledger.RowCount;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;

/** Counts the rows of files of logs with DuckDB. It reads all columns, so that damage shows. */
final class LogRows implements RowCount {

  private final Folder output;

  LogRows(Folder output) {
    this.output = output;
  }

  @Override
  public long of(LogTable log, String file) throws IOException {
    Folder folder = output.folder(log.name());
    if (folder.isLocal()) {
      return count(log, folder.file(file));
    }
    Path copies = Files.createTempDirectory("tailrace-check-");
    Path copy = copies.resolve(file);
    try {
      folder.copy(file, copy);
      return count(log, copy.toString());
    } finally {
      Files.deleteIfExists(copy);
      Files.delete(copies);
    }
  }

  private static long count(LogTable log, String path) throws IOException {
    try (Connection duck = QueryEngine.connect();
        Statement statement = duck.createStatement();
        ResultSet answer =
            statement.executeQuery(
                "SELECT count(*), bit_xor(hash(row)) FROM ("
                    + QueryEngine.select(log, List.of(path))
                    + ") AS row")) {
      answer.next();
      return answer.getLong(1);
    } catch (SQLException e) {
      throw new IOException(path + " cannot be read: " + e.getMessage(), e);
    }
  }
}
