package io.tailrace.benchmark;

import io.tailrace.pipelines.Pipelines;
import io.tailrace.table.LogSink;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.util.SplittableRandom;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.avro.generic.GenericRecordBuilder;
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

  private final GenericRecord[] rows = new GenericRecord[LoopInput.LINES];
  private final LogSink sink = LogSink.of(SEV0);

  /** Makes the rows. */
  @Setup
  public void setUp() {
    Schema schema = SEV0.schema();
    SplittableRandom random = new SplittableRandom(LoopInput.SEED);
    for (int i = 0; i < rows.length; i++) {
      rows[i] =
          new GenericRecordBuilder(schema)
              .set("serverID", "s" + (1 + random.nextInt(SERVERS)))
              .set("timestamp", 1L + random.nextInt(TIMESTAMPS))
              .build();
    }
  }

  /** Sorts them and writes them as one file, which nobody keeps. */
  @Benchmark
  public void write() throws IOException {
    sink.open(Channels.newChannel(OutputStream.nullOutputStream()));
    for (GenericRecord row : rows) {
      sink.write(row);
    }
    sink.flush();
  }
}
