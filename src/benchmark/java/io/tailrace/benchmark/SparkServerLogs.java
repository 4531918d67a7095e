package io.tailrace.benchmark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.max;
import static org.apache.spark.sql.functions.min;
import static org.apache.spark.sql.functions.substring_index;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;
import org.apache.spark.sql.types.DataTypes;
import org.apache.spark.sql.types.StructType;

/**
 * The peer: the same two results by Spark Structured Streaming on two threads, written as Spark's
 * guide has it and set up in Spark's favour.
 *
 * <ul>
 *   <li>Two queries side by side, one a result. On 10 million lines no other form was faster by
 *       more than the noise: the same two one after the other, or one query whose {@code
 *       foreachBatch} writes both results, with the batch persisted or not. That one also keeps no
 *       state from one batch to the next, so that its report would forget the batches before.
 *   <li>{@code Trigger.AvailableNow} without {@code maxFilesPerTrigger}: all files in one batch, so
 *       that planning, checkpoint and state are paid for once. A trigger by time pays them for each
 *       batch.
 *   <li>The report is Spark's in-memory table in complete mode, which costs no file.
 *   <li>Two shuffle partitions for two threads, no web page, and Parquet's default codec, which is
 *       snappy.
 * </ul>
 *
 * <p>{@code --source=csv} reads with Spark's CSV source and a schema, as most people would. {@code
 * --source=text} cuts lines with string functions instead, which is faster but takes any line for a
 * record.
 *
 * <p>Leaves {@link Answer#REPORT_FILE} for the comparison and the log as Parquet in {@link
 * ParquetLog#FOLDER}.
 */
final class SparkServerLogs {

  /** Ends the line that begins with the time from the start of the queries to all done. */
  static final String SECONDS_IN_QUERIES = " s from the start of the queries";

  private static final StructType SCHEMA =
      new StructType()
          .add("serverID", DataTypes.StringType)
          .add("severity", DataTypes.IntegerType)
          .add("timestamp", DataTypes.LongType);

  private SparkServerLogs() {}

  /** Options: {@code --input=FOLDER --output=FOLDER --source=csv|text}. */
  public static void main(String[] args) throws TimeoutException, StreamingQueryException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    try (SparkSession spark = session()) {
      long start = System.nanoTime();
      Dataset<Row> records =
          records(spark, arguments.required("source"), arguments.required("input"));
      StreamingQuery volume = startVolume(records, output);
      StreamingQuery sev0 = startSev0(records, output);
      volume.awaitTermination();
      sev0.awaitTermination();
      List<Row> report = spark.table("volume").collectAsList();
      System.out.printf(
          Locale.ROOT, "%.1f%s%n", (System.nanoTime() - start) / 1e9, SECONDS_IN_QUERIES);
      Answer.writeReport(
          output, report.stream().map(row -> row.getString(0) + "," + row.getDouble(1)));
    }
  }

  static SparkSession session() {
    SparkSession spark =
        SparkSession.builder()
            .master("local[2]")
            .appName("server-logs")
            .config("spark.ui.enabled", false)
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.sql.shuffle.partitions", 2)
            .getOrCreate();
    spark.sparkContext().setLogLevel("WARN");
    return spark;
  }

  private static Dataset<Row> records(SparkSession spark, String source, String input) {
    return switch (source) {
      case "csv" -> spark.readStream().schema(SCHEMA).csv(input);
      case "text" -> {
        Column line = col("value");
        yield spark
            .readStream()
            .text(input)
            .select(
                substring_index(line, ",", 1).as("serverID"),
                substring_index(substring_index(line, ",", 2), ",", -1).cast("int").as("severity"),
                substring_index(line, ",", -1).cast("long").as("timestamp"));
      }
      default -> throw new IllegalArgumentException("--source is csv or text, not " + source);
    };
  }

  private static StreamingQuery startVolume(Dataset<Row> records, Path output)
      throws TimeoutException {
    Column timeSpan = max("timestamp").minus(min("timestamp")).plus(1);
    return records
        .groupBy("serverID")
        .agg(
            sum(when(col("severity").equalTo(2), 1L).otherwise(0L))
                .divide(timeSpan)
                .as("avgVolume"))
        .writeStream()
        .outputMode("complete")
        .format("memory")
        .queryName("volume")
        .option("checkpointLocation", output.resolve("checkpoint-volume").toString())
        .trigger(Trigger.AvailableNow())
        .start();
  }

  private static StreamingQuery startSev0(Dataset<Row> records, Path output)
      throws TimeoutException {
    return records
        .where(col("severity").equalTo(0))
        .select("serverID", "timestamp")
        .writeStream()
        .format("parquet")
        .option("path", output.resolve(ParquetLog.FOLDER).toString())
        .option("checkpointLocation", output.resolve("checkpoint-sev0").toString())
        .trigger(Trigger.AvailableNow())
        .start();
  }
}
