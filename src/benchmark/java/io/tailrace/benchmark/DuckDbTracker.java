package io.tailrace.benchmark;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * The one-shot reference for tracker: {@code read_json} with the columns given, as the texts that
 * they are, casts, and {@code COPY … TO parquet}, by DuckDB on two threads. It keeps neither
 * versions nor a checkpoint, and a value that is no number would end it.
 *
 * <p>Leaves the table as Parquet in {@link SparkTracker#TABLE_FOLDER}.
 */
final class DuckDbTracker {

  private DuckDbTracker() {}

  /** Options: {@code --input=FOLDER --output=FOLDER --memory=SIZE}, as {@code -Xmx} has it. */
  public static void main(String[] args) throws IOException, SQLException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    Path table = Files.createDirectories(output.resolve(SparkTracker.TABLE_FOLDER));
    try (Connection duckDb = DuckDbServerLogs.connect();
        Statement statement = duckDb.createStatement()) {
      DuckDbServerLogs.limit(statement, arguments.required("memory"), output);
      statement.execute(
          ("COPY (SELECT device_id::INTEGER AS device_id, mrn::BIGINT AS mrn, time::DOUBLE AS time,"
                  + " heartrate::DOUBLE AS heartrate FROM read_json(%s, format = 'array', columns ="
                  + " {'device_id': 'VARCHAR', 'mrn': 'VARCHAR', 'time': 'VARCHAR', 'heartrate':"
                  + " 'VARCHAR'})) TO %s (FORMAT parquet, COMPRESSION snappy)")
              .formatted(
                  DuckDbServerLogs.literal(Path.of(arguments.required("input"), "*.json")),
                  DuckDbServerLogs.literal(table.resolve("readings.parquet"))));
    }
  }
}
