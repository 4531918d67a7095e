package io.tailrace.benchmark;

import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.regexp_extract;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The peer for access logs: requests per status by Spark Structured Streaming on two threads, set
 * up in its favour as {@link SparkServerLogs} is. Each line goes through one regular expression
 * that knows the fields of the combined format; what it does not match is not counted.
 *
 * <p>Leaves {@link Answer#REPORT_FILE} for the comparison.
 */
final class SparkAccessLog {

  private static final String COMBINED =
      "^(\\S+) (\\S+) (\\S+) \\[([^\\]]+)\\] \"(.*?)\" (\\d{3}) (\\d+|-) \"(.*?)\" \"(.*)\"$";

  private static final int STATUS = 6;

  private SparkAccessLog() {}

  /** Options: {@code --input=FOLDER --output=FOLDER}. */
  public static void main(String[] args) throws TimeoutException, StreamingQueryException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    try (SparkSession spark = SparkServerLogs.session()) {
      long start = System.nanoTime();
      StreamingQuery counts =
          spark
              .readStream()
              .text(arguments.required("input"))
              .select(regexp_extract(col("value"), COMBINED, STATUS).as("status"))
              .where(col("status").notEqual(""))
              .groupBy("status")
              .count()
              .writeStream()
              .outputMode("complete")
              .format("memory")
              .queryName("status_counts")
              .option("checkpointLocation", output.resolve("checkpoint").toString())
              .trigger(Trigger.AvailableNow())
              .start();
      counts.awaitTermination();
      List<Row> report = spark.table("status_counts").collectAsList();
      System.out.printf(
          Locale.ROOT,
          "%.1f%s%n",
          (System.nanoTime() - start) / 1e9,
          SparkServerLogs.SECONDS_IN_QUERIES);
      Answer.writeReport(
          output, report.stream().map(row -> row.getString(0) + "," + row.getLong(1)));
    }
  }
}
