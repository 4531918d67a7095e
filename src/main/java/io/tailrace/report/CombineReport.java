package io.tailrace.report;

import java.util.ArrayList;
import java.util.List;
import org.apache.beam.sdk.coders.CannotProvideCoderException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.Combine;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.AfterProcessingTime;
import org.apache.beam.sdk.transforms.windowing.GlobalWindows;
import org.apache.beam.sdk.transforms.windowing.Repeatedly;
import org.apache.beam.sdk.transforms.windowing.Window;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;

/**
 * Keeps the totals of reports in the runner's state, for records that do not come in units: global
 * window, repeated processing-time trigger, {@code Combine.perKey}, and panes that accumulate.
 *
 * <p>Input: partial tables, keyed by report and part of the report ({@link ReportTable#split()}).
 * Output: some time after partials arrived, the rows that they changed, each with its total over
 * all records so far. The rows of a key come out with ever more records; a pane may be seen again
 * after a failure, never with less than what was merged before it.
 *
 * <p>The panes of the trigger are discarded, and the totals are kept in the state of the step
 * behind it. With accumulating panes, a runner that buffers the inputs of a combine under any but
 * the default trigger (the Direct runner, see {@code MultiStepCombine} in its source, and Spark's)
 * keeps every partial that ever came and merges all of them again for each pane; this way it keeps
 * one table.
 */
public final class CombineReport
    extends PTransform<
        PCollection<KV<KV<String, Integer>, ReportTable>>,
        PCollection<KV<KV<String, Integer>, ReportTable>>> {

  private static final long serialVersionUID = 1L;

  private final Duration refresh;

  private CombineReport(Duration refresh) {
    this.refresh = refresh;
  }

  /**
   * @param refresh how long partials are gathered before the totals go on
   */
  public static CombineReport every(Duration refresh) {
    return new CombineReport(refresh);
  }

  /** The parts of a table that have rows, as this step takes them. */
  public static List<KV<KV<String, Integer>, ReportTable>> parts(String report, ReportTable table) {
    List<KV<KV<String, Integer>, ReportTable>> keyed = new ArrayList<>();
    List<ReportTable> parts = table.split();
    for (int part = 0; part < parts.size(); part++) {
      if (parts.get(part) != null) {
        keyed.add(KV.of(KV.of(report, part), parts.get(part)));
      }
    }
    return keyed;
  }

  /** The coder of the partial tables and of the totals. */
  public static Coder<KV<KV<String, Integer>, ReportTable>> coder() {
    return KvCoder.of(KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of()), ReportTableCoder.of());
  }

  /** The global window, and panes of what came within some time. */
  public static <T> Window<T> eachRefresh(Duration refresh) {
    return Window.<T>into(new GlobalWindows())
        .triggering(
            Repeatedly.forever(AfterProcessingTime.pastFirstElementInPane().plusDelayOf(refresh)))
        .withAllowedLateness(Duration.ZERO)
        .discardingFiredPanes();
  }

  @Override
  public PCollection<KV<KV<String, Integer>, ReportTable>> expand(
      PCollection<KV<KV<String, Integer>, ReportTable>> partials) {
    return partials
        .apply("EachRefresh", eachRefresh(refresh))
        .apply("Merge", Combine.perKey(new MergeTables()))
        .apply("Accumulate", ParDo.of(new Accumulate()))
        .setCoder(coder());
  }

  private static final class MergeTables
      extends Combine.CombineFn<ReportTable, ReportTable, ReportTable> {

    private static final long serialVersionUID = 1L;

    @Override
    public ReportTable createAccumulator() {
      return new ReportTable();
    }

    @Override
    public ReportTable addInput(ReportTable accumulator, ReportTable input) {
      return merge(accumulator, input);
    }

    @Override
    public ReportTable mergeAccumulators(Iterable<ReportTable> accumulators) {
      ReportTable merged = createAccumulator();
      for (ReportTable accumulator : accumulators) {
        merged = merge(merged, accumulator);
      }
      return merged;
    }

    /** An accumulator without measures is the empty one, whatever the report. */
    private static ReportTable merge(ReportTable accumulator, ReportTable input) {
      ReportTable target = accumulator.size() == 0 ? input.emptyCopy() : accumulator;
      target.merge(input);
      return target;
    }

    @Override
    public ReportTable extractOutput(ReportTable accumulator) {
      return accumulator;
    }

    @Override
    public Coder<ReportTable> getAccumulatorCoder(
        CoderRegistry registry, Coder<ReportTable> inputCoder) throws CannotProvideCoderException {
      return ReportTableCoder.of();
    }
  }

  private static final class Accumulate
      extends DoFn<KV<KV<String, Integer>, ReportTable>, KV<KV<String, Integer>, ReportTable>> {

    private static final long serialVersionUID = 1L;

    @StateId("total")
    private final StateSpec<ValueState<ReportTable>> totalSpec =
        StateSpecs.value(ReportTableCoder.of());

    @ProcessElement
    public void processElement(
        @Element KV<KV<String, Integer>, ReportTable> pane,
        @StateId("total") ValueState<ReportTable> state,
        OutputReceiver<KV<KV<String, Integer>, ReportTable>> out) {
      if (pane.getValue().size() == 0) {
        // The pane at the end of the window comes even if nothing is new.
        return;
      }
      ReportTable total = state.read();
      if (total == null) {
        total = pane.getValue().emptyCopy();
      }
      ReportTable changed = total.mergeAndGetChanged(pane.getValue());
      state.write(total);
      out.output(KV.of(pane.getKey(), changed));
    }
  }
}
