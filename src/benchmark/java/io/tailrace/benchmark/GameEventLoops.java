package io.tailrace.benchmark;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.format.GameEventFields;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Messages of {@code game-events}. */
@State(Scope.Thread)
@OperationsPerInvocation(LoopInput.LINES)
public class GameEventLoops {

  private final byte[][] messages = new byte[LoopInput.LINES][];
  private final GameEventFields fields = new GameEventFields(GameEventFields.COLUMNS);
  private RecordFunction.UnitRecords rows;

  /** Makes the messages. */
  @Setup
  public void setUp() {
    Random random = new Random(LoopInput.SEED);
    for (int i = 0; i < messages.length; i++) {
      messages[i] = GameTopic.event(random).getBytes(StandardCharsets.UTF_8);
    }
    LogPipeline pipeline = Pipelines.GAME_EVENTS;
    rows =
        pipeline
            .records(LoopInput.options(pipeline, "--bootstrapServers=none"))
            .begin(UnitInput.UNKNOWN, new OutputInMemory());
  }

  /** {@code GameEventFields} alone. */
  @Benchmark
  public long parse() {
    return take(fields::read);
  }

  /** Rows of the table, and two reports, as a unit is read. */
  @Benchmark
  public long rows() {
    return take(rows);
  }

  private long take(RecordFunction.UnitRecords unitRecords) {
    long records = 0;
    for (byte[] message : messages) {
      if (unitRecords.record(message, 0, message.length).isEmpty()) {
        records++;
      }
    }
    return LoopInput.requireAll(records);
  }
}
