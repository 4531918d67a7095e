package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.TailraceOptions;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.Serializable;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.coders.VarLongCoder;
import org.apache.beam.sdk.io.UnboundedSource;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.transforms.windowing.BoundedWindow;
import org.joda.time.Instant;

/**
 * Polls an input and gives the numbers of the ledger's plans, from the first one on of which not
 * all is in the totals.
 *
 * <p>Unbounded; ends when the run is asked to stop, or another has begun. Replay-safe: a plan is
 * noted before its number is given. Within a run, the position in the numbers is all that a
 * checkpoint holds. A run that begins with the state of another starts where the ledger says: what
 * comes again is known there.
 *
 * <p>What differs from run to run comes from the options, because the source itself may be part of
 * a checkpoint, as on Flink.
 */
final class PlanSource extends UnboundedSource<Long, PlanSource.Position> {

  private static final long serialVersionUID = 1L;

  private final Class<? extends TailraceOptions> kind;

  /**
   * The planner of a reader that was closed, for the next one: the Direct runner makes a new reader
   * now and then, and it takes long to read many plans.
   */
  private transient Planner planner;

  /**
   * What a checkpoint holds.
   *
   * @param run the run that wrote it
   * @param lastPlan the number of the last plan that was given
   */
  record Position(long run, long lastPlan) implements UnboundedSource.CheckpointMark, Serializable {
    @Override
    public void finalizeCheckpoint() {}
  }

  /**
   * @param kind the options of the pipeline
   */
  PlanSource(Class<? extends TailraceOptions> kind) {
    this.kind = kind;
  }

  /** One planner plans for a ledger, so there is one split, whatever is desired. */
  @Override
  public List<PlanSource> split(int desiredNumSplits, PipelineOptions options) {
    return List.of(this);
  }

  @Override
  public UnboundedReader<Long> createReader(PipelineOptions options, Position mark) {
    return new PlanNumbers(this, options.as(kind), mark);
  }

  @Override
  public Coder<Position> getCheckpointMarkCoder() {
    return SerializableCoder.of(Position.class);
  }

  @Override
  public Coder<Long> getOutputCoder() {
    return VarLongCoder.of();
  }

  private static final class PlanNumbers extends UnboundedReader<Long> {

    /** Not even that the first plan is the next. */
    private static final long NOTHING_GIVEN = -1;

    private final PlanSource source;
    private final Feed feed;
    private final Ledger ledger;
    private final long run;
    private Planner planner;
    private long lastGiven;
    private Instant givenAt = BoundedWindow.TIMESTAMP_MIN_VALUE;
    private long lastPoll;
    private boolean stopped;

    PlanNumbers(PlanSource source, TailraceOptions options, Position mark) {
      this.source = source;
      this.feed = Feed.onWorker(options);
      this.ledger = Ledger.of(new Folder(options.getOutput()));
      this.run = options.getRun();
      this.lastGiven = mark != null && mark.run() == run ? mark.lastPlan() : NOTHING_GIVEN;
    }

    @Override
    public boolean start() throws IOException {
      if (lastGiven == NOTHING_GIVEN) {
        Optional<Ledger.Run> current = ledger.run().filter(now -> now.number() == run);
        if (current.isEmpty()) {
          stopped = true;
          return false;
        }
        lastGiven = current.get().firstPlan() - 1;
      }
      planner = source.planner;
      source.planner = null;
      if (planner == null) {
        planner = Planner.open(ledger, run, feed);
      }
      // Of the plans in a checkpoint one stands for all.
      lastGiven = Math.max(lastGiven, planner.lastFoldedPlan() - 1);
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      if (stopped) {
        return false;
      }
      long now = System.currentTimeMillis();
      if (lastGiven == planner.lastPlan() && now - lastPoll >= planner.pauseMillis()) {
        if (!ledger.goesOn(run)) {
          stopped = true;
          return false;
        }
        planner.poll(now);
        lastPoll = System.currentTimeMillis();
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
      return new Position(run, lastGiven);
    }

    @Override
    public PlanSource getCurrentSource() {
      return source;
    }

    @Override
    public void close() {
      if (planner != null && stopped) {
        planner.close();
      } else if (planner != null) {
        source.planner = planner;
      }
    }
  }
}
