package io.tailrace.benchmark;

import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.sum;

import java.nio.file.Path;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;

/**
 * Counts the table of {@link SparkTracker} for the comparison. A program of its own, so that
 * Spark's time does not include it.
 */
final class SparkTrackerCounts {

  private SparkTrackerCounts() {}

  /** Options: those that {@link SparkTracker} was given. */
  public static void main(String[] args) {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    try (SparkSession spark = SparkTracker.session()) {
      Dataset<Row> table =
          spark
              .read()
              .format(arguments.required("sink"))
              .load(output.resolve(SparkTracker.TABLE_FOLDER).toString());
      Answer.writeReport(
          output,
          table.groupBy("device_id").count().collectAsList().stream()
              .map(row -> row.getInt(0) + "," + row.getLong(1)));
      Answer.writeLog(
          output,
          table
              .groupBy("device_id")
              .agg(
                  count("*"),
                  sum("mrn"),
                  min("time"),
                  max("time"),
                  min("heartrate"),
                  max("heartrate"))
              .collectAsList()
              .stream()
              .map(row -> row.mkString(",")));
    }
  }
}
