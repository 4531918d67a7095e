package io.tailrace.simulation;

import java.io.IOException;

/** The failure of a step that the schedule wanted. */
public final class SimulatedFailure extends IOException {

  private static final long serialVersionUID = 1L;

  SimulatedFailure(String step) {
    super("simulated failure of " + step);
  }
}
