package io.tailrace.benchmark;

import io.tailrace.demo.ServerLogGenerator;
import io.tailrace.feed.InputInMemory;
import io.tailrace.feed.UnitInput;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Lines of {@code server-logs} of severity 1 and 2; those of severity 0 become rows of a log. */
@State(Scope.Thread)
@OperationsPerInvocation(LoopInput.LINES)
public class ServerLogLoops {

  private static final Report VOLUME = Pipelines.SERVER_LOGS.reports().get(0);

  /** The measures of a row, in the order in which {@link #split} has them. */
  private static final List<String> MEASURES =
      List.of(
          Report.RECORDS.name(),
          "COUNT(*) FILTER (WHERE severity = 0)",
          "COUNT(*) FILTER (WHERE severity = 1)",
          "COUNT(*) FILTER (WHERE severity = 2)",
          "MIN(timestamp)",
          "MAX(timestamp)");

  /** How many servers the lines are of. */
  @Param({"10", "10000"})
  public int servers;

  private byte[] bytes;
  private long lineBytes;
  private InputInMemory cut;
  private InputInMemory report;
  private Map<String, long[]> split;

  /** Makes the lines, and sees that both ways come to the same report. */
  @Setup
  public void setUp() throws IOException {
    bytes =
        LoopInput.of(
            folder ->
                ServerLogGenerator.write(
                    folder,
                    1,
                    LoopInput.LINES,
                    servers,
                    ServerLogGenerator.Share.USUAL,
                    LoopInput.SEED));
    withoutSeverityZero(bytes);
    LogPipeline pipeline = Pipelines.SERVER_LOGS;
    OutputInMemory output = new OutputInMemory();
    cut = new InputInMemory(bytes, this::take);
    report =
        new InputInMemory(
            bytes, pipeline.records(LoopInput.options(pipeline)).begin(UnitInput.UNKNOWN, output));
    split = new HashMap<>();
    report();
    split();
    LoopInput.requireEqual(lists(output.table(VOLUME)), lists(split));
  }

  private static void withoutSeverityZero(byte[] bytes) {
    for (int i = 2; i < bytes.length; i++) {
      if (bytes[i - 2] == ',' && bytes[i - 1] == '0' && bytes[i] == ',') {
        bytes[i - 1] = '2';
      }
    }
  }

  private static Map<String, List<Long>> lists(ReportTable table) {
    return IntStream.range(0, table.size())
        .boxed()
        .collect(Collectors.toMap(table::key, row -> list(table, row)));
  }

  private static Map<String, List<Long>> lists(Map<String, long[]> rows) {
    return rows.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, row -> list(row.getValue())));
  }

  private static List<Long> list(ReportTable table, int row) {
    return MEASURES.stream().map(name -> table.measure(row, VOLUME.indexOf(name))).toList();
  }

  private static List<Long> list(long[] measures) {
    return Arrays.stream(measures).boxed().toList();
  }

  private Optional<String> take(byte[] line, int from, int to) {
    lineBytes += to - from;
    return Optional.empty();
  }

  /** {@code LineReader} alone. */
  @Benchmark
  public long cut() throws IOException {
    LoopInput.requireAll(cut.readLines());
    return lineBytes;
  }

  /**
   * {@code LineReader}, what is compiled of the SQL, and {@code ReportTable}, as a unit is read.
   */
  @Benchmark
  public long report() throws IOException {
    return LoopInput.requireAll(report.readLines());
  }

  /** The same without any of them, and without a check. */
  @Benchmark
  public Map<String, long[]> split() throws IOException {
    BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(new ByteArrayInputStream(bytes), StandardCharsets.UTF_8));
    for (String line; (line = reader.readLine()) != null; ) {
      String[] fields = line.split(",");
      long[] row = split.computeIfAbsent(fields[0], server -> newRow());
      long timestamp = Long.parseLong(fields[2]);
      row[0]++;
      row[1 + Integer.parseInt(fields[1])]++;
      row[4] = Math.min(row[4], timestamp);
      row[5] = Math.max(row[5], timestamp);
    }
    return split;
  }

  private static long[] newRow() {
    long[] row = new long[MEASURES.size()];
    row[4] = Long.MAX_VALUE;
    return row;
  }
}
