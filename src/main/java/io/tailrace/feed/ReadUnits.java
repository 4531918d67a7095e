package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Unit;
import java.io.IOException;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gives the units of a ledger, spread over the workers: all that were ever planned, in each run
 * that starts without a checkpoint, and then, if it watches, those that are planned meanwhile.
 *
 * <p>{@link #watching} is unbounded, {@link #available} is bounded. Both are replay-safe: a unit is
 * in the ledger before it is given.
 */
public final class ReadUnits extends PTransform<PBegin, PCollection<Unit>> {

  private static final long serialVersionUID = 1L;

  private final Ledger ledger;
  private final PTransform<PBegin, PCollection<Long>> planNumbers;

  private ReadUnits(Ledger ledger, PTransform<PBegin, PCollection<Long>> planNumbers) {
    this.ledger = ledger;
    this.planNumbers = planNumbers;
  }

  /** Watches an input, and ends when the ledger is asked to stop. */
  public static ReadUnits watching(Ledger ledger, FeedSettings settings) {
    return new ReadUnits(ledger, Read.from(new PlanSource(ledger, settings)));
  }

  /** Takes the files that are there when the run begins. */
  public static ReadUnits available(Ledger ledger, FeedSettings settings) {
    return new ReadUnits(ledger, new PlanAvailable(ledger, settings));
  }

  @Override
  public PCollection<Unit> expand(PBegin begin) {
    return begin
        .apply("PlanNumbers", planNumbers)
        .apply("ReadPlan", ParDo.of(new ReadPlan(ledger)))
        .setCoder(SerializableCoder.of(Unit.class))
        .apply("Spread", Reshuffle.viaRandomKey());
  }

  private static final class PlanAvailable extends PTransform<PBegin, PCollection<Long>> {

    private static final long serialVersionUID = 1L;

    private final Ledger ledger;
    private final FeedSettings settings;

    PlanAvailable(Ledger ledger, FeedSettings settings) {
      this.ledger = ledger;
      this.settings = settings;
    }

    @Override
    public PCollection<Long> expand(PBegin begin) {
      return begin
          .apply("Once", Create.of(settings).withCoder(SerializableCoder.of(FeedSettings.class)))
          .apply("Plan", ParDo.of(new PlanAvailableFn(ledger)));
    }
  }

  private static final class PlanAvailableFn extends DoFn<FeedSettings, Long> {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(ReadUnits.class);

    /** For this many times the time to settle, files that change are waited for. */
    private static final int PATIENCE = 10;

    private final Ledger ledger;

    PlanAvailableFn(Ledger ledger) {
      this.ledger = ledger;
    }

    @ProcessElement
    public void processElement(@Element FeedSettings settings, OutputReceiver<Long> out)
        throws IOException, InterruptedException {
      FilePlanner planner = FilePlanner.open(ledger, settings);
      FilePlanner.Poll poll;
      int waits = 0;
      do {
        poll = planner.poll(System.currentTimeMillis());
        if (!poll.planned() && poll.unsettled() > 0) {
          Thread.sleep(Math.max(1, settings.settleMillis()));
          waits++;
        }
      } while (poll.planned() || poll.unsettled() > 0 && waits < PATIENCE);
      if (poll.unsettled() > 0) {
        LOG.warn("{} files kept changing and are left for the next run", poll.unsettled());
      }
      for (long number = 1; number <= planner.lastPlan(); number++) {
        out.output(number);
      }
    }
  }

  private static final class ReadPlan extends DoFn<Long, Unit> {

    private static final long serialVersionUID = 1L;

    private final Ledger ledger;

    ReadPlan(Ledger ledger) {
      this.ledger = ledger;
    }

    @ProcessElement
    public void processElement(@Element Long number, OutputReceiver<Unit> out) throws IOException {
      Plan plan =
          ledger
              .plan(number)
              .orElseThrow(() -> new IOException("Plan " + number + " is gone from the ledger"));
      plan.units().forEach(out::output);
    }
  }
}
