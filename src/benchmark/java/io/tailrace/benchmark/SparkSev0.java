package io.tailrace.benchmark;

import java.nio.file.Path;
import org.apache.spark.sql.SparkSession;

/**
 * Writes the Parquet log of {@link SparkServerLogs} as lines for the comparison. A program of its
 * own, so that Spark's time does not include it.
 */
final class SparkSev0 {

  private SparkSev0() {}

  /** Options: {@code --output=FOLDER}, the one that {@link SparkServerLogs} was given. */
  public static void main(String[] args) {
    Path output = Path.of(Arguments.parse(args).required("output"));
    try (SparkSession spark = SparkServerLogs.session()) {
      Answer.writeLog(
          output,
          spark
              .read()
              .parquet(output.resolve(SparkServerLogs.SEV0_FOLDER).toString())
              .collectAsList()
              .stream()
              .map(row -> row.getString(0) + "," + row.getLong(1)));
    }
  }
}
