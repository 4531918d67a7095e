package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the Parquet log of a peer as lines for the comparison. A program of its own, so that no
 * peer's time includes it.
 */
final class ParquetLog {

  /** Where peers leave the log. */
  static final String FOLDER = "sev0";

  private ParquetLog() {}

  /** Options: {@code --output=FOLDER}, the one that the peer was given. */
  public static void main(String[] args) throws IOException, SQLException {
    Path output = Path.of(Arguments.parse(args).required("output"));
    List<String> files = files(output.resolve(FOLDER));
    if (files.isEmpty()) {
      Answer.writeLog(output, List.<String>of().stream());
      return;
    }
    try (Connection duckDb = DuckDbServerLogs.connect();
        Statement statement = duckDb.createStatement()) {
      statement.execute(
          "COPY (SELECT serverID || ',' || \"timestamp\" AS row FROM read_parquet(["
              + String.join(", ", files)
              + "])) TO "
              + DuckDbServerLogs.literal(output.resolve(Answer.LOG_FILE))
              + " (FORMAT csv, HEADER, QUOTE '')");
    }
  }

  /** The files of a log, as texts of SQL. */
  static List<String> files(Path folder) throws IOException {
    List<String> files = new ArrayList<>();
    if (Files.isDirectory(folder)) {
      try (DirectoryStream<Path> listing = Files.newDirectoryStream(folder)) {
        for (Path file : listing) {
          String name = file.getFileName().toString();
          if (Files.isRegularFile(file) && !name.startsWith(".") && !name.startsWith("_")) {
            files.add(DuckDbServerLogs.literal(file));
          }
        }
      }
    }
    return files;
  }
}
