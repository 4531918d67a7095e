package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.NoSuchElementException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Polls an input and gives the numbers of the ledger's plans, from the first one on.
 *
 * <p>Unbounded; ends when the ledger's owner is asked to stop. Replay-safe: a plan is noted before
 * its number is given, so the position in the numbers is all that a checkpoint holds. Without a
 * checkpoint every plan is given again, and what has a receipt comes from there.
 */
final class PlanSource extends UnboundedSource<Long, PlanSource.Position> {

  private static final long serialVersionUID = 1L;

  private final Ledger ledger;
  private final FeedSettings settings;

  PlanSource(Ledger ledger, FeedSettings settings) {
    this.ledger = ledger;
    this.settings = settings;
  }

  /**
   * What a checkpoint holds.
   *
   * @param lastPlan the number of the last plan that was given, 0 for none
   */
  record Position(long lastPlan) implements UnboundedSource.CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  /** One planner plans for a ledger, so there is one split, whatever is desired. */
  @Override
  public List<PlanSource> split(int desiredNumSplits, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<Long> createReader(PipelineOptions options, Position mark) {
    return new PlanReader(this, mark == null ? 0 : mark.lastPlan());
  }

  @Override
  public Coder<Position> getCheckpointMarkCoder() {
    return SerializableCoder.of(Position.class);
  }

  @Override
  public Coder<Long> getOutputCoder() {
    return VarLongCoder.of();
  }

  private static final class PlanReader extends UnboundedReader<Long> {

    private final PlanSource source;
    private FilePlanner planner;
    private long lastGiven;
    private Instant givenAt = BoundedWindow.TIMESTAMP_MIN_VALUE;
    private long lastPoll;
    private boolean stopped;

    PlanReader(PlanSource source, long lastGiven) {
      this.source = source;
      this.lastGiven = lastGiven;
    }

    @Override
    public boolean start() throws IOException {
      planner = FilePlanner.open(source.ledger, source.settings);
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      if (stopped) {
        return false;
      }
      long now = System.currentTimeMillis();
      if (lastGiven == planner.lastPlan() && now - lastPoll >= source.settings.pollMillis()) {
        if (source.ledger.isStopRequested()) {
          stopped = true;
          return false;
        }
        planner.poll(now);
        lastPoll = now;
      }
      if (lastGiven == planner.lastPlan()) {
        return false;
      }
      lastGiven++;
      givenAt = new Instant(now);
      return true;
    }

    @Override
    public Long getCurrent() {
      if (givenAt.equals(BoundedWindow.TIMESTAMP_MIN_VALUE)) {
        throw new NoSuchElementException();
      }
      return lastGiven;
    }

    @Override
    public Instant getCurrentTimestamp() {
      return givenAt;
    }

    @Override
    public Instant getWatermark() {
      return stopped ? BoundedWindow.TIMESTAMP_MAX_VALUE : givenAt;
    }

    @Override
    public Position getCheckpointMark() {
      return new Position(lastGiven);
    }

    @Override
    public PlanSource getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
