package io.tailrace.textio;

import io.tailrace.ledger.Ledger;
import java.io.IOException;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.transforms.Watch.Growth.TerminationCondition;
import org.joda.time.Instant;

/**
 * Ends a watch when the run is asked to stop. Keeps no state.
 *
 * @param ledger where the request is noted
 * @param run the number of the run
 */
record UntilStopped(Ledger ledger, long run) implements TerminationCondition<String, Integer> {

  @Override
  public Coder<Integer> getStateCoder() {
    return VarIntCoder.of();
  }

  @Override
  public Integer forNewInput(Instant now, String input) {
    return 0;
  }

  @Override
  public Integer onSeenNewOutput(Instant now, Integer state) {
    return state;
  }

  @Override
  public Integer onPollComplete(Integer state) {
    return state;
  }

  @Override
  public boolean canStopPolling(Instant now, Integer state) {
    try {
      return !ledger.goesOn(run);
    } catch (IOException e) {
      // The storage does not answer: the next poll asks again.
      return false;
    }
  }

  @Override
  public String toString(Integer state) {
    return "until stopped";
  }
}
