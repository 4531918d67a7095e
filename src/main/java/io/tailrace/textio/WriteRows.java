package io.tailrace.textio;

import io.tailrace.options.TableFormat;
import io.tailrace.storage.Folder;
import io.tailrace.table.CsvFormat;
import io.tailrace.table.LogTable;
import java.util.UUID;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;
import org.apache.beam.sdk.io.FileIO;
import org.apache.beam.sdk.io.TextIO;
import org.apache.beam.sdk.io.parquet.ParquetIO;
import org.apache.beam.sdk.transforms.Contextful;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.apache.beam.sdk.transforms.windowing.FixedWindows;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PCollection.IsBounded;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;

/**
 * Writes the rows of a log with Beam's {@link FileIO}: bounded rows to one file, unbounded rows to
 * a file for each {@link #WINDOW} that has some.
 *
 * <p>Files appear whole. No row is dropped as late. Replay-safe as far as the runner is: rows that
 * it delivers again after a restart are written again.
 */
public final class WriteRows extends PTransform<PCollection<GenericRecord>, PDone> {

  private static final long serialVersionUID = 1L;

  /**
   * How long unbounded rows are gathered for a file. The event time of a row is when a poll found
   * its file, so these are the rows of one poll, or of a few if polls are close to each other.
   */
  static final Duration WINDOW = Duration.millis(200);

  private static final Duration FOREVER =
      Duration.millis(BoundedWindow.TIMESTAMP_MAX_VALUE.getMillis());

  private final LogTable log;
  private final String folder;

  private WriteRows(LogTable log, String folder) {
    this.log = log;
    this.folder = folder;
  }

  /**
   * @param log the columns of the rows and the format of the files
   * @param output the folder of all logs
   */
  public static WriteRows of(LogTable log, Folder output) {
    return new WriteRows(log, output.folder(log.name()).path());
  }

  @Override
  public PDone expand(PCollection<GenericRecord> rows) {
    PCollection<GenericRecord> gathered = rows;
    if (rows.isBounded() == IsBounded.UNBOUNDED) {
      gathered =
          rows.apply(
              "EachWindow",
              Window.<GenericRecord>into(FixedWindows.of(WINDOW))
                  .withAllowedLateness(FOREVER)
                  .discardingFiredPanes());
    }
    // FileIO asks for a number of shards where the input is unbounded
    // (https://github.com/apache/beam/issues/19286). Of bounded rows in several shards some are
    // lost
    // on Spark: it computes a branch again (https://github.com/apache/beam/issues/33771), and then
    // another shard may get the name.
    gathered.apply("WriteFiles", write(log).to(folder).withNaming(naming()).withNumShards(1));
    return PDone.in(rows.getPipeline());
  }

  private static FileIO.Write<Void, GenericRecord> write(LogTable log) {
    Schema schema = log.schema();
    if (log.format() == TableFormat.csv) {
      CsvFormat csv = CsvFormat.of(schema);
      return FileIO.<GenericRecord>write()
          .via(Contextful.fn(csv::line), TextIO.sink().withHeader(csv.header()));
    }
    return FileIO.<GenericRecord>write().via(ParquetIO.sink(schema));
  }

  /** Names that no other run gives. The times of the window have colons, which HDFS refuses. */
  private FileIO.Write.FileNaming naming() {
    FileIO.Write.FileNaming naming =
        FileIO.Write.defaultNaming("rows-" + UUID.randomUUID(), log.suffix());
    return (window, pane, shards, shard, compression) ->
        naming.getFilename(window, pane, shards, shard, compression).replace(":", "");
  }
}
