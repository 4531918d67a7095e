package io.tailrace.run;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Duration;
import org.joda.time.Instant;

/**
 * A source of one text that stays alive until the run is asked to stop.
 *
 * <p>Unbounded. Its checkpoint mark says whether the text was given.
 */
final class ValueUntilStopped extends UnboundedSource<String, ValueUntilStopped.Mark> {

  private static final long serialVersionUID = 1L;

  private final String value;

  ValueUntilStopped(String value) {
    this.value = value;
  }

  /**
   * What a checkpoint holds.
   *
   * @param given whether the text was given
   */
  record Mark(boolean given) implements UnboundedSource.CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  @Override
  public List<ValueUntilStopped> split(int desiredNumSplits, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<String> createReader(PipelineOptions options, Mark mark) {
    return new ValueReader(this, options.as(TailraceOptions.class), mark != null && mark.given());
  }

  @Override
  public Coder<Mark> getCheckpointMarkCoder() {
    return SerializableCoder.of(Mark.class);
  }

  @Override
  public Coder<String> getOutputCoder() {
    return StringUtf8Coder.of();
  }

  private static final class ValueReader extends UnboundedReader<String> {

    /** Beyond every window, but not yet the end of the input. */
    private static final Instant ALMOST_OVER =
        BoundedWindow.TIMESTAMP_MAX_VALUE.minus(Duration.millis(1));

    private final ValueUntilStopped source;
    private final Ledger ledger;
    private final long run;
    private final long nanosBetweenLooks;
    private boolean given;
    private boolean stopped;
    private long lastLook = System.nanoTime();

    ValueReader(ValueUntilStopped source, TailraceOptions options, boolean given) {
      this.source = source;
      this.ledger = Ledger.of(new Folder(options.getOutput()));
      this.run = options.getRun();
      this.nanosBetweenLooks =
          Quantities.duration("pollInterval", options.getPollInterval()).toNanos();
      this.given = given;
    }

    @Override
    public boolean start() throws IOException {
      if (given) {
        return advance();
      }
      given = true;
      return true;
    }

    @Override
    public boolean advance() throws IOException {
      if (!stopped && System.nanoTime() - lastLook >= nanosBetweenLooks) {
        stopped = !ledger.goesOn(run);
        lastLook = System.nanoTime();
      }
      return false;
    }

    @Override
    public String getCurrent() {
      if (!given) {
        throw new NoSuchElementException();
      }
      return source.value;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return BoundedWindow.TIMESTAMP_MIN_VALUE;
    }

    @Override
    public Instant getWatermark() {
      return stopped ? BoundedWindow.TIMESTAMP_MAX_VALUE : ALMOST_OVER;
    }

    @Override
    public Mark getCheckpointMark() {
      return new Mark(given);
    }

    @Override
    public ValueUntilStopped getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
