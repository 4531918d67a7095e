package io.tailrace.benchmark;

import io.tailrace.pipelines.Pipelines;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogSink;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.charset.StandardCharsets;
import java.util.SplittableRandom;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** Rows of the log of {@code server-logs}. */
@State(Scope.Thread)
@OperationsPerInvocation(LoopInput.LINES)
public class Sev0Loops {

  private static final LogTable SEV0 = Pipelines.SERVER_LOGS.logs().get(0);
  private static final int SERVERS = 10;
  private static final int TIMESTAMPS = 9_999;

  private final byte[][] servers = new byte[LoopInput.LINES][];
  private final long[] timestamps = new long[LoopInput.LINES];

  /** Makes the rows. */
  @Setup
  public void setUp() {
    SplittableRandom random = new SplittableRandom(LoopInput.SEED);
    for (int i = 0; i < LoopInput.LINES; i++) {
      servers[i] = ("s" + (1 + random.nextInt(SERVERS))).getBytes(StandardCharsets.UTF_8);
      timestamps[i] = 1L + random.nextInt(TIMESTAMPS);
    }
  }

  /** Sorts them and writes them as one file, which nobody keeps. */
  @Benchmark
  public void write() throws IOException {
    LogSink sink = LogSink.of(SEV0, () -> Channels.newChannel(OutputStream.nullOutputStream()));
    HeldRows rows = sink.rows();
    for (int i = 0; i < LoopInput.LINES; i++) {
      rows.putText(0, servers[i], 0, servers[i].length);
      rows.putLong(1, timestamps[i]);
      rows.endRow();
    }
    sink.finish();
  }
}
