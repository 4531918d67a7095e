package io.tailrace.benchmark;

import static org.apache.spark.sql.functions.array;
import static org.apache.spark.sql.functions.coalesce;
import static org.apache.spark.sql.functions.col;
import static org.apache.spark.sql.functions.count;
import static org.apache.spark.sql.functions.explode;
import static org.apache.spark.sql.functions.lit;
import static org.apache.spark.sql.functions.regexp_extract;
import static org.apache.spark.sql.functions.struct;
import static org.apache.spark.sql.functions.sum;
import static org.apache.spark.sql.functions.when;

import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.apache.spark.sql.Column;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The peer for access logs: requests per status, and with {@code --traffic=true} also the traffic
 * per host and per endpoint, by Spark Structured Streaming on two threads, set up in its favour as
 * {@link SparkServerLogs} is. A line is matched with one regular expression that knows the fields
 * of the combined format; what it does not match is not counted.
 *
 * <p>With the traffic, one query has all three reports: each line becomes a row for each. Three
 * queries would read the files and match the lines three times.
 *
 * <p>Leaves {@link Answer#REPORT_FILE} and, with the traffic, {@link Answer#LOG_FILE} for the
 * comparison.
 */
final class SparkAccessLog {

  private static final String COMBINED =
      "^(\\S+) (\\S+) (.*?) \\[([^\\]]+)\\] \"(.*?)\" (\\d{3}) (\\d+|-) \"(.*?)\" \"(.*)\"$";

  private static final int HOST = 1;
  private static final int REQUEST = 5;
  private static final int STATUS = 6;
  private static final int BYTES = 7;

  private static final String PATH = "^[A-Za-z_-]+ ([^? ]*)";

  private static final String STATUS_KIND = "status";

  private SparkAccessLog() {}

  /** Options: {@code --input=FOLDER --output=FOLDER --traffic=true|false}. */
  public static void main(String[] args) throws TimeoutException, StreamingQueryException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    boolean traffic = Boolean.parseBoolean(arguments.required("traffic"));
    try (SparkSession spark = SparkServerLogs.session()) {
      long start = System.nanoTime();
      Dataset<Row> lines = spark.readStream().text(arguments.required("input"));
      StreamingQuery counts =
          (traffic ? traffic(lines) : statuses(lines))
              .writeStream()
              .outputMode("complete")
              .format("memory")
              .queryName("counts")
              .option("checkpointLocation", output.resolve("checkpoint").toString())
              .trigger(Trigger.AvailableNow())
              .start();
      counts.awaitTermination();
      List<Row> report = spark.table("counts").collectAsList();
      System.out.printf(
          Locale.ROOT,
          "%.1f%s%n",
          (System.nanoTime() - start) / 1e9,
          SparkServerLogs.SECONDS_IN_QUERIES);
      if (traffic) {
        writeTraffic(output, report);
      } else {
        Answer.writeReport(
            output, report.stream().map(row -> row.getString(0) + "," + row.getLong(1)));
      }
    }
  }

  private static Column field(int group) {
    return regexp_extract(col("value"), COMBINED, group);
  }

  private static Dataset<Row> statuses(Dataset<Row> lines) {
    return lines
        .select(field(STATUS).as("status"))
        .where(col("status").notEqual(""))
        .groupBy("status")
        .count();
  }

  private static Dataset<Row> traffic(Dataset<Row> lines) {
    return lines
        .select(
            field(HOST).as("host"),
            regexp_extract(field(REQUEST), PATH, 1).as("path"),
            field(STATUS).as("status"),
            coalesce(field(BYTES).cast("long"), lit(0L)).as("bytes"))
        .where(col("status").notEqual(""))
        .select(
            explode(
                    array(
                        key(STATUS_KIND, col("status")),
                        key("host", col("host")),
                        key("endpoint", when(col("path").equalTo(""), "-").otherwise(col("path")))))
                .as("key"),
            col("bytes"),
            when(col("status").geq("400"), 1L).otherwise(0L).as("error"))
        .groupBy("key.kind", "key.text")
        .agg(count("*"), sum("bytes"), sum("error"));
  }

  private static Column key(String kind, Column text) {
    return struct(lit(kind).as("kind"), text.as("text"));
  }

  private static void writeTraffic(Path output, List<Row> report) {
    Answer.writeReport(
        output, rows(report, true).map(row -> row.getString(1) + "," + row.getLong(2)));
    Answer.writeLog(output, rows(report, false).map(row -> csv(row.mkString(" "))));
  }

  private static String csv(String text) {
    return text.contains("\"") ? '"' + text.replace("\"", "\"\"") + '"' : text;
  }

  private static Stream<Row> rows(List<Row> report, boolean ofStatuses) {
    return report.stream().filter(row -> row.getString(0).equals(STATUS_KIND) == ofStatuses);
  }
}
