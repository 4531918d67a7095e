package io.tailrace.benchmark;

import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.TimeoutException;
import org.apache.spark.sql.Dataset;
import org.apache.spark.sql.Row;
import org.apache.spark.sql.SparkSession;
import org.apache.spark.sql.streaming.DataStreamWriter;
import org.apache.spark.sql.streaming.StreamingQuery;
import org.apache.spark.sql.streaming.StreamingQueryException;
import org.apache.spark.sql.streaming.Trigger;

/**
 * The peer for files of SQL: the same statements by Spark Structured Streaming on two threads, over
 * its sources of CSV and JSON with a schema, and set up in its favour as {@link SparkServerLogs}
 * is.
 *
 * <ul>
 *   <li>{@code --form=queries}: a query for each result, side by side. Each reads the files and
 *       keeps its own state and checkpoint.
 *   <li>{@code --form=batch}: one query whose {@code foreachBatch} persists the batch and computes
 *       all results from it. It reads the files once, but keeps no state from one batch to the
 *       next, so that its reports would forget the batches before.
 * </ul>
 *
 * <p>On five million orders as CSV they took the same CPU time for each further order. Leaves the
 * results for {@link OrdersAnswer}.
 */
final class SparkOrders {

  private static final String SCHEMA =
      "order_id BIGINT, ordered TIMESTAMP, customer STRING, country STRING, quantity INT,"
          + " amount DECIMAL(12, 2), weight DOUBLE, express BOOLEAN, delivery DATE, note STRING";

  private static final String ORDERS = "orders";

  private SparkOrders() {}

  /**
   * Options: {@code --input=FOLDER --output=FOLDER --sql=FILE --format=csv|json
   * --form=queries|batch}.
   */
  public static void main(String[] args)
      throws IOException, TimeoutException, StreamingQueryException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    List<SqlFile.Result> results = SqlFile.read(Path.of(arguments.required("sql"))).results();
    // A session takes them from here when it is made.
    System.setProperty("spark.sql.session.timeZone", "UTC");
    System.setProperty("spark.local.dir", output.resolve("temporary").toString());
    try (SparkSession spark = SparkServerLogs.session()) {
      long start = System.nanoTime();
      Dataset<Row> orders =
          spark
              .readStream()
              .schema(SCHEMA)
              .format(arguments.required("format"))
              // Of CSV: quotes are doubled, as RFC 4180 has it.
              .option("escape", "\"")
              .load(arguments.required("input"));
      switch (arguments.required("form")) {
        case "queries" -> runQueries(spark, orders, results, output);
        case "batch" -> runBatch(orders, results, output);
        default -> throw new IllegalArgumentException("--form is queries or batch");
      }
      System.out.printf(
          Locale.ROOT,
          "%.1f%s%n",
          (System.nanoTime() - start) / 1e9,
          SparkServerLogs.SECONDS_IN_QUERIES);
    }
  }

  private static void runQueries(
      SparkSession spark, Dataset<Row> orders, List<SqlFile.Result> results, Path output)
      throws IOException, TimeoutException, StreamingQueryException {
    orders.createOrReplaceTempView(ORDERS);
    List<StreamingQuery> queries = new ArrayList<>();
    for (SqlFile.Result result : results) {
      queries.add(start(result, spark.sql(result.select()), output));
    }
    for (StreamingQuery query : queries) {
      query.awaitTermination();
    }
    for (SqlFile.Result result : results) {
      if (!result.isLog()) {
        writeReport(result, spark.table(result.name()), output);
      }
    }
  }

  private static StreamingQuery start(SqlFile.Result result, Dataset<Row> rows, Path output)
      throws TimeoutException {
    DataStreamWriter<Row> writer =
        rows.writeStream()
            .queryName(result.name())
            .option("checkpointLocation", output.resolve("checkpoint-" + result.name()).toString())
            .trigger(Trigger.AvailableNow());
    return result.isLog()
        ? writer.format("parquet").option("path", output.resolve(result.name()).toString()).start()
        : writer.outputMode("complete").format("memory").start();
  }

  private static void runBatch(Dataset<Row> orders, List<SqlFile.Result> results, Path output)
      throws TimeoutException, StreamingQueryException {
    orders
        .writeStream()
        .option("checkpointLocation", output.resolve("checkpoint").toString())
        .trigger(Trigger.AvailableNow())
        .foreachBatch(
            (batch, number) -> {
              batch.persist();
              batch.createOrReplaceTempView(ORDERS);
              for (SqlFile.Result result : results) {
                Dataset<Row> rows = batch.sparkSession().sql(result.select());
                if (result.isLog()) {
                  rows.write().parquet(output.resolve(result.name()).toString());
                } else {
                  writeReport(result, rows, output);
                }
              }
              batch.unpersist();
            })
        .start()
        .awaitTermination();
  }

  /** Writes the rows of a report, in whose values there are no commas. */
  private static void writeReport(SqlFile.Result report, Dataset<Row> rows, Path output)
      throws IOException {
    Path file = output.resolve(OrdersAnswer.reportFile(report.name()));
    try (BufferedWriter writer = Files.newBufferedWriter(file)) {
      writer.write(String.join(",", rows.columns()) + '\n');
      for (Row row : rows.collectAsList()) {
        writer.write(row.mkString(",") + '\n');
      }
    }
  }
}
