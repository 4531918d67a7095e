package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Unit;
import io.tailrace.options.TailraceOptions;
import java.io.IOException;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.Read;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.Reshuffle;
import org.apache.beam.sdk.values.PBegin;
import org.apache.beam.sdk.values.PCollection;

/**
 * Gives units of a ledger, spread over the workers: those that are not in the totals, and, if it
 * watches, those that are planned meanwhile.
 *
 * <p>{@link #watching} is unbounded, {@link #planned} is bounded. Both are replay-safe: a unit is
 * in the ledger before it is given.
 */
public final class ReadUnits extends PTransform<PBegin, PCollection<Unit>> {

  private static final long serialVersionUID = 1L;

  private final PTransform<PBegin, PCollection<Unit>> units;

  private ReadUnits(PTransform<PBegin, PCollection<Unit>> units) {
    this.units = units;
  }

  /**
   * Watches the input that the options name, until the run is asked to stop.
   *
   * @param options those of the pipeline
   */
  public static ReadUnits watching(Ledger ledger, Class<? extends TailraceOptions> options) {
    return new ReadUnits(new Watch(ledger, options));
  }

  /** Takes what has been planned. */
  public static ReadUnits planned(Ledger ledger, Planner.Plans plans) {
    return new ReadUnits(Read.from(UnitSource.of(ledger, plans)));
  }

  @Override
  public PCollection<Unit> expand(PBegin begin) {
    return begin.apply("Units", units);
  }

  private static final class Watch extends PTransform<PBegin, PCollection<Unit>> {

    private static final long serialVersionUID = 1L;

    /**
     * More than there are workers. If each unit had a key of its own, the Direct runner would look
     * through all of them again and again, and make a bundle of each.
     */
    private static final int BUCKETS = 256;

    private final Ledger ledger;
    private final Class<? extends TailraceOptions> options;

    Watch(Ledger ledger, Class<? extends TailraceOptions> options) {
      this.ledger = ledger;
      this.options = options;
    }

    @Override
    public PCollection<Unit> expand(PBegin begin) {
      return begin
          .apply("PlanNumbers", Read.from(new PlanSource(options)))
          .apply("ReadPlan", ParDo.of(new ReadPlan(ledger)))
          .setCoder(SerializableCoder.of(Unit.class))
          .apply("Spread", Reshuffle.<Unit>viaRandomKey().withNumBuckets(BUCKETS));
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
      UnitSource.units(ledger, number).forEach(out::output);
    }
  }
}
