package io.tailrace.benchmark;

import static org.apache.spark.sql.functions.col;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.StructType;

/**
 * The peer for tracker: the same table by Spark Structured Streaming on two threads. The values of
 * the files are texts, which Spark's source of JSON gives only as such, so they are cast.
 *
 * <p>Leaves the table in {@value #TABLE_FOLDER}.
 */
final class SparkTracker {

  static final String TABLE_FOLDER = "heartbeat_tracker";

  private static final StructType TEXTS =
      new StructType()
          .add("device_id", "string")
          .add("mrn", "string")
          .add("time", "string")
          .add("heartrate", "string");

  private SparkTracker() {}

  /** Options: {@code --input=FOLDER --output=FOLDER --sink=delta|parquet}. */
  public static void main(String[] args) throws TimeoutException, StreamingQueryException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    try (SparkSession spark = session()) {
      long start = System.nanoTime();
      StreamingQuery table =
          spark
              .readStream()
              .schema(TEXTS)
              .option("multiLine", true)
              .json(arguments.required("input"))
              .select(
                  col("device_id").cast("int"),
                  col("mrn").cast("long"),
                  col("time").cast("double"),
                  col("heartrate").cast("double"))
              .writeStream()
              .format(arguments.required("sink"))
              .option("path", output.resolve(TABLE_FOLDER).toString())
              .option("checkpointLocation", output.resolve("checkpoint").toString())
              .trigger(Trigger.AvailableNow())
              .start();
      table.awaitTermination();
      System.out.printf(
          Locale.ROOT,
          "%.1f%s%n",
          (System.nanoTime() - start) / 1e9,
          SparkServerLogs.SECONDS_IN_QUERIES);
    }
  }

  /** One that knows Delta Lake. */
  static SparkSession session() {
    // A session takes them from here when it is made.
    System.setProperty("spark.sql.extensions", "io.delta.sql.DeltaSparkSessionExtension");
    System.setProperty(
        "spark.sql.catalog.spark_catalog", "org.apache.spark.sql.delta.catalog.DeltaCatalog");
    return SparkServerLogs.session();
  }
}
