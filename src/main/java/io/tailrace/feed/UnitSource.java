package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Unit;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.NoSuchElementException;
import java.util.Optional;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.SerializableCoder;
import org.apache.beam.sdk.io.BoundedSource;
import org.apache.beam.sdk.options.PipelineOptions;

/**
 * Gives the units of some of a ledger's plans, in several parts for each worker.
 *
 * <p>Bounded, and replay-safe: plans do not change. The parts are what spreads the units over the
 * workers. A shuffle would do so, too, but the Direct runner makes a bundle of each of its keys and
 * describes every step behind it anew for each bundle, which takes longer than to begin a unit
 * (issue 9).
 */
final class UnitSource extends BoundedSource<Unit> {

  private static final long serialVersionUID = 1L;

  /**
   * How many parts are made for each that a runner asks for. It asks for as many as it has workers;
   * units take unlike times, and who has ended takes the next part.
   */
  private static final int PARTS = 16;

  /** What a plan counts where a runner divides the source: its size is not known unless read. */
  private static final long BYTES_OF_PLAN = 1L << 30;

  private final Ledger ledger;
  private final List<Unit> units;
  private final Planner.Plans plans;

  private UnitSource(Ledger ledger, List<Unit> units, Planner.Plans plans) {
    this.ledger = ledger;
    this.units = units;
    this.plans = plans;
  }

  /** The units of these plans. */
  static UnitSource of(Ledger ledger, Planner.Plans plans) {
    return new UnitSource(ledger, List.of(), plans);
  }

  /**
   * The units of a plan that was noted. If the plan is in a checkpoint, which happens when a runner
   * begins again from an old state, they are in the totals, and {@link Unit#FOLDED} stands for all
   * that is.
   */
  static List<Unit> units(Ledger ledger, long plan) throws IOException {
    Optional<Plan> noted = ledger.plan(plan);
    if (noted.isPresent()) {
      return noted.get().units();
    }
    if (plan <= ledger.checkpoint().lastPlan()) {
      return List.of(Unit.FOLDED);
    }
    throw new IOException("Plan " + plan + " is gone from the ledger");
  }

  /**
   * Parts of many plans are some plans each, which are read where the part is; parts of few, units.
   */
  @Override
  public List<UnitSource> split(long desiredBytes, PipelineOptions options) throws IOException {
    long wanted = getEstimatedSizeBytes(options) / Math.max(1, desiredBytes);
    int parts = (int) Math.min(Integer.MAX_VALUE, PARTS * Math.max(1, wanted));
    long count = plans.count();
    List<UnitSource> sources = new ArrayList<>();
    if (count >= parts) {
      for (int part = 0; part < parts; part++) {
        long first = plans.first() + count * part / parts;
        long next = plans.first() + count * (part + 1) / parts;
        sources.add(new UnitSource(ledger, List.of(), new Planner.Plans(first, next - 1)));
      }
      return sources;
    }
    List<Unit> all = new ArrayList<>(units);
    for (long plan = plans.first(); plan <= plans.last(); plan++) {
      all.addAll(units(ledger, plan));
    }
    long size = all.size();
    for (int part = 0; part < parts; part++) {
      List<Unit> own = all.subList((int) (size * part / parts), (int) (size * (part + 1) / parts));
      if (!own.isEmpty()) {
        sources.add(new UnitSource(ledger, List.copyOf(own), Planner.Plans.NONE));
      }
    }
    // A plan may have nothing but notes; no part at all is what a runner could wait for.
    return sources.isEmpty() ? List.of(this) : sources;
  }

  @Override
  public long getEstimatedSizeBytes(PipelineOptions options) {
    return Math.max(1, plans.count()) * BYTES_OF_PLAN;
  }

  @Override
  public Coder<Unit> getOutputCoder() {
    return SerializableCoder.of(Unit.class);
  }

  @Override
  public BoundedReader<Unit> createReader(PipelineOptions options) {
    return new UnitReader(this);
  }

  private static final class UnitReader extends BoundedReader<Unit> {

    private final UnitSource source;
    private Iterator<Unit> units;
    private long nextPlan;
    private Unit current;

    UnitReader(UnitSource source) {
      this.source = source;
      this.units = source.units.iterator();
      this.nextPlan = source.plans.first();
    }

    @Override
    public boolean start() throws IOException {
      return advance();
    }

    @Override
    public boolean advance() throws IOException {
      while (!units.hasNext() && nextPlan <= source.plans.last()) {
        units = units(source.ledger, nextPlan++).iterator();
      }
      current = units.hasNext() ? units.next() : null;
      return current != null;
    }

    @Override
    public Unit getCurrent() {
      if (current == null) {
        throw new NoSuchElementException();
      }
      return current;
    }

    @Override
    public UnitSource getCurrentSource() {
      return source;
    }

    @Override
    public void close() {}
  }
}
