package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayDeque;
import java.util.HashSet;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Queue;
import java.util.Set;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.FileSystems;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.io.fs.MatchResult;
import org.apache.beam.sdk.io.fs.MetadataCoder;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.GlobalWindow;
import org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.hash.HashCode;
import org.apache.beam.vendor.guava.v32_1_2_jre.com.google.common.hash.Hashing;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * A source of the files that match a pattern, each once, as they arrive: what {@code
 * TextIO.watchForNewFiles} does, for a runner that has no splittable DoFns.
 *
 * <p>Unbounded. After the run was asked to stop, its watermark is {@link #NO_MORE}. A checkpoint
 * mark holds 16 bytes for each file that was given; the runner writes one for each micro-batch.
 */
final class ArrivingFiles extends UnboundedSource<MatchResult.Metadata, ArrivingFiles.Given> {

  private static final long serialVersionUID = 1L;

  /**
   * The watermark behind the last file: beyond every fixed window, but within the global one. The
   * runner would drop as late what one step hands to the next beyond its end.
   */
  static final Instant NO_MORE = GlobalWindow.INSTANCE.maxTimestamp().minus(Duration.millis(1));

  private final String pattern;

  ArrivingFiles(String pattern) {
    this.pattern = pattern;
  }

  /**
   * What a checkpoint holds.
   *
   * @param names hashes of the names of the files that were given
   */
  record Given(Set<HashCode> names) implements UnboundedSource.CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<ArrivingFiles> split(int desiredNumSplits, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<MatchResult.Metadata> createReader(PipelineOptions options, Given mark) {
    return new FileReader(this, options.as(TailraceOptions.class), mark);
  }

  @Override
  public Coder<Given> getCheckpointMarkCoder() {
    return SerializableCoder.of(Given.class);
  }

  @Override
  public Coder<MatchResult.Metadata> getOutputCoder() {
    return MetadataCoder.of();
  }

  private static final class FileReader extends UnboundedReader<MatchResult.Metadata> {

    private final ArrivingFiles source;
    private final Ledger ledger;
    private final long run;
    private final long pollMillis;
    private final Set<HashCode> given;
    private final Queue<MatchResult.Metadata> found = new ArrayDeque<>();
    private MatchResult.Metadata current;
    private Instant lastPoll = Instant.EPOCH;
    private boolean stopped;

    FileReader(ArrivingFiles source, TailraceOptions options, Given mark) {
      this.source = source;
      this.ledger = Ledger.of(new Folder(options.getOutput()));
      this.run = options.getRun();
      this.pollMillis = Quantities.duration("pollInterval", options.getPollInterval()).toMillis();
      this.given = mark == null ? new HashSet<>() : new HashSet<>(mark.names());
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      if (found.isEmpty() && !stopped && !lastPoll.plus(pollMillis).isAfterNow()) {
        poll();
      }
      if (found.isEmpty()) {
        return false;
      }
      current = found.remove();
      given.add(hash(current));
      return true;
    }

    private void poll() throws IOException {
      if (!ledger.goesOn(run)) {
        stopped = true;
        return;
      }
      Instant now = Instant.now();
      MatchResult match = FileSystems.match(source.pattern);
      if (match.status() != MatchResult.Status.NOT_FOUND) {
        match.metadata().stream().filter(file -> !given.contains(hash(file))).forEach(found::add);
      }
      lastPoll = now;
    }

    private static HashCode hash(MatchResult.Metadata file) {
      return Hashing.murmur3_128().hashUnencodedChars(file.resourceId().toString());
    }

    @Override
    public MatchResult.Metadata getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return lastPoll;
    }

    @Override
    public Instant getWatermark() {
      if (found.isEmpty()) {
        return stopped ? NO_MORE : Instant.now();
      }
      return lastPoll;
    }

    @Override
    public Given getCheckpointMark() {
      return new Given(given);
    }

    @Override
    public ArrivingFiles getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
