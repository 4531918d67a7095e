package io.tailrace.textio;

import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.CoderRegistry;
import org.apache.beam.sdk.transforms.Combine.CombineFn;

/** Combines the records of a server into its {@link Volume}. */
public final class VolumeFn extends CombineFn<ServerLog, Volume, Volume> {

  private static final long serialVersionUID = 1L;

  @Override
  public Volume createAccumulator() {
    return Volume.NONE;
  }

  @Override
  public Volume addInput(Volume volume, ServerLog log) {
    return volume.plus(Volume.of(log));
  }

  @Override
  public Volume mergeAccumulators(Iterable<Volume> volumes) {
    Volume sum = Volume.NONE;
    for (Volume volume : volumes) {
      sum = sum.plus(volume);
    }
    return sum;
  }

  @Override
  public Volume extractOutput(Volume volume) {
    return volume;
  }

  @Override
  public Coder<Volume> getAccumulatorCoder(CoderRegistry registry, Coder<ServerLog> input) {
    return new Volume.VolumeCoder();
  }

  @Override
  public Coder<Volume> getDefaultOutputCoder(CoderRegistry registry, Coder<ServerLog> input) {
    return new Volume.VolumeCoder();
  }
}
