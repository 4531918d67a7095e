package io.tailrace.benchmark;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.sum;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Counts the table of {@link SparkGameEvents} for the comparison. A program of its own, so that
 * Spark's time does not include it.
 */
final class SparkEventCounts {

  private SparkEventCounts() {}

  /** Options: {@code --output=FOLDER}, the one that {@link SparkGameEvents} was given. */
  public static void main(String[] args) {
    Path output = Path.of(Arguments.parse(args).required("output"));
    try (SparkSession spark = SparkServerLogs.session()) {
      Dataset<Row> table =
          spark.read().parquet(output.resolve(SparkGameEvents.TABLE_FOLDER).toString());
      Answer.writeReport(
          output,
          table.groupBy("event_type", "direction").count().collectAsList().stream()
              .map(row -> row.getString(0) + ' ' + row.getString(1) + ',' + row.getLong(2)));
      Answer.writeLog(
          output,
          table
              .groupBy("Host", "event_type", "direction", "event_detail")
              .agg(count("*"), sum("kafka_offset"))
              .collectAsList()
              .stream()
              .map(row -> row.mkString(",")));
    }
  }
}
