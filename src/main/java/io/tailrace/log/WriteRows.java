package io.tailrace.log;

import java.util.UUID;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/**
 * Writes rows of a log with Beam's own {@link FileIO}: a file for each fixed window that has rows.
 *
 * <p>Bounded and unbounded. Files appear whole. Replay-safe as far as the runner is: rows that it
 * gives again after a restart are written again.
 */
public final class WriteRows extends PTransform<PCollection<GenericRecord>, PDone> {

  private static final long serialVersionUID = 1L;

  private final LogTable log;
  private final String folder;
  private final Duration window;

  private WriteRows(LogTable log, String folder, Duration window) {
    this.log = log;
    this.folder = folder;
    this.window = window;
  }

  /**
   * @param folder where the files go
   * @param window how long rows are gathered for a file
   */
  public static WriteRows of(LogTable log, String folder, Duration window) {
    return new WriteRows(log, folder, window);
  }

  @Override
  public PDone expand(PCollection<GenericRecord> rows) {
    FileIO.Write.FileNaming naming =
        FileIO.Write.defaultNaming("rows-" + UUID.randomUUID(), log.suffix());
    rows.apply("EachWindow", Window.into(FixedWindows.of(window)))
        .apply(
            "WriteFiles",
            FileIO.<GenericRecord>write()
                .via(LogSink.of(log))
                .to(folder)
                // The times of the window have colons, which no name in HDFS has.
                .withNaming(
                    (rowsWindow, pane, shards, shard, compression) ->
                        naming
                            .getFilename(rowsWindow, pane, shards, shard, compression)
                            .replace(":", ""))
                // FileIO asks for a number of shards where the input is unbounded:
                // https://github.com/apache/beam/issues/19286
                .withNumShards(1));
    return PDone.in(rows.getPipeline());
  }
}
