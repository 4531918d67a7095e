package io.tailrace.benchmark;

import io.tailrace.demo.TrackerGenerator;
import io.tailrace.feed.InputInMemory;
import io.tailrace.feed.UnitInput;
import io.tailrace.format.JsonObjectParser;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import java.io.IOException;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Readings of {@code tracker}: an array of JSON over many lines. */
@State(Scope.Thread)
@OperationsPerInvocation(LoopInput.LINES)
public class TrackerLoops {

  private InputInMemory parse;
  private InputInMemory rows;

  /** Makes the readings. */
  @Setup
  public void setUp() throws IOException {
    byte[] bytes =
        LoopInput.of(folder -> TrackerGenerator.write(folder, 1, LoopInput.LINES, LoopInput.SEED));
    JsonObjectParser parser = new JsonObjectParser();
    LogPipeline pipeline = Pipelines.TRACKER;
    parse = new InputInMemory(bytes, parser::parse);
    rows =
        new InputInMemory(
            bytes,
            pipeline
                .records(LoopInput.options(pipeline))
                .begin(UnitInput.UNKNOWN, new OutputInMemory()));
  }

  /** {@code JsonReader} and {@code JsonObjectParser}. */
  @Benchmark
  public long parse() throws IOException {
    return LoopInput.requireAll(parse.readJson());
  }

  /** The same, rows of the table, and a report, as a unit is read. */
  @Benchmark
  public long rows() throws IOException {
    return LoopInput.requireAll(rows.readJson());
  }
}
