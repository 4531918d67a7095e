package io.tailrace.benchmark;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;
import org.apache.flink.configuration.Configuration;
import org.apache.flink.configuration.CoreOptions;
import org.apache.flink.configuration.TaskManagerOptions;
import org.apache.flink.table.api.EnvironmentSettings;
import org.apache.flink.table.api.StatementSet;
import org.apache.flink.table.api.TableEnvironment;

/**
 * Flink's own: both results by its SQL on two slots in the process, written as its documentation
 * has it and set up in its favour. One set of statements, so that Flink reads the files once for
 * both, in batch mode, which is faster than a stream that ends, writes its results when it is done
 * and would have to begin again after a crash.
 *
 * <p>Leaves {@link Answer#REPORT_FILE} for the comparison and the log as Parquet in {@link
 * ParquetLog#FOLDER}.
 */
final class FlinkServerLogs {

  private static final String VOLUME_FOLDER = "volume";
  private static final int THREADS = 2;

  private FlinkServerLogs() {}

  /** Options: {@code --input=FOLDER --output=FOLDER}. */
  public static void main(String[] args)
      throws IOException, InterruptedException, ExecutionException {
    Arguments arguments = Arguments.parse(args);
    Path output = Path.of(arguments.required("output"));
    Configuration configuration = new Configuration();
    configuration.set(CoreOptions.DEFAULT_PARALLELISM, THREADS);
    configuration.set(TaskManagerOptions.NUM_TASK_SLOTS, THREADS);
    TableEnvironment flink =
        TableEnvironment.create(
            EnvironmentSettings.newInstance()
                .inBatchMode()
                .withConfiguration(configuration)
                .build());
    flink.executeSql(
        table(
            "records",
            "serverID STRING, severity INT, `timestamp` BIGINT",
            Path.of(arguments.required("input")),
            "'format' = 'csv'"));
    flink.executeSql(
        table(
            VOLUME_FOLDER,
            "serverID STRING, avgVolume DOUBLE",
            output.resolve(VOLUME_FOLDER),
            "'format' = 'csv'"));
    flink.executeSql(
        table(
            "sev0",
            "serverID STRING, `timestamp` BIGINT",
            output.resolve(ParquetLog.FOLDER),
            "'format' = 'parquet', 'parquet.compression' = 'SNAPPY'"));
    StatementSet both = flink.createStatementSet();
    both.addInsertSql(
        "INSERT INTO volume SELECT serverID,"
            + " CAST(COUNT(*) FILTER (WHERE severity = 2) AS DOUBLE)"
            + " / (MAX(`timestamp`) - MIN(`timestamp`) + 1)"
            + " FROM records GROUP BY serverID");
    both.addInsertSql(
        "INSERT INTO sev0 SELECT serverID, `timestamp` FROM records WHERE severity = 0");
    both.execute().await();
    try (Stream<Path> files = Files.list(output.resolve(VOLUME_FOLDER))) {
      Answer.writeReport(output, files.flatMap(FlinkServerLogs::lines));
    }
  }

  private static String table(String name, String columns, Path folder, String format) {
    return "CREATE TABLE %s (%s) WITH ('connector' = 'filesystem', 'path' = '%s', %s)"
        .formatted(name, columns, folder.toUri().toString().replace("'", "''"), format);
  }

  private static Stream<String> lines(Path file) {
    try {
      return Files.lines(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
