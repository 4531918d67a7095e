package io.tailrace.benchmark;

import io.tailrace.demo.AccessLogGenerator;
import io.tailrace.feed.InputInMemory;
import io.tailrace.feed.UnitInput;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.report.Report;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Lines of {@code access-log} in the combined format, as a unit is read. */
@State(Scope.Thread)
@OperationsPerInvocation(LoopInput.LINES)
public class AccessLogLoops {

  private static final Report STATUS_COUNTS = Pipelines.ACCESS_LOG.reports().get(0);

  private InputInMemory statuses;
  private InputInMemory traffic;
  private InputInMemory logFormat;

  /** Makes the lines, and sees that all ways come to the same counts. */
  @Setup
  public void setUp() throws IOException {
    byte[] bytes = LoopInput.of(AccessLogLoops::write);
    byte[] ofVirtualHosts =
        LoopInput.of(
            folder -> {
              Path combined = Files.createTempDirectory("combined");
              write(combined);
              AccessLogForm.VIRTUAL_HOSTS.write(combined, folder);
              Trees.delete(combined);
            });
    OutputInMemory ofStatuses = new OutputInMemory();
    OutputInMemory ofTraffic = new OutputInMemory();
    OutputInMemory ofLogFormat = new OutputInMemory();
    statuses = input(bytes, ofStatuses, "combined", false);
    traffic = input(bytes, ofTraffic, "combined", true);
    logFormat = input(ofVirtualHosts, ofLogFormat, AccessLogForm.VIRTUAL_HOSTS.format(), false);
    statuses();
    traffic();
    logFormat();
    for (OutputInMemory other : new OutputInMemory[] {ofTraffic, ofLogFormat}) {
      LoopInput.requireEqual(ofStatuses.records(STATUS_COUNTS), other.records(STATUS_COUNTS));
    }
  }

  private static void write(Path folder) throws IOException {
    AccessLogGenerator.write(folder, 1, LoopInput.LINES, LoopInput.SEED);
  }

  private static InputInMemory input(
      byte[] bytes, OutputInMemory output, String format, boolean traffic) {
    LogPipeline pipeline = Pipelines.ACCESS_LOG;
    return new InputInMemory(
        bytes,
        pipeline
            .records(LoopInput.options(pipeline, "--format=" + format, "--traffic=" + traffic))
            .begin(UnitInput.UNKNOWN, output));
  }

  /** {@code ByteAccessLineParser}, and the requests per status. */
  @Benchmark
  public long statuses() throws IOException {
    return LoopInput.requireAll(statuses.readLines());
  }

  /** The same with the traffic per host and per endpoint. */
  @Benchmark
  public long traffic() throws IOException {
    return LoopInput.requireAll(traffic.readLines());
  }

  /** {@code LogFormatParser} with virtual hosts, and the requests per status. */
  @Benchmark
  public long logFormat() throws IOException {
    return LoopInput.requireAll(logFormat.readLines());
  }
}
