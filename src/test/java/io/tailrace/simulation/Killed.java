package io.tailrace.simulation;

/** Ends an actor that was killed. No code catches it, and who does gets it at its next step. */
public final class Killed extends Error {

  private static final long serialVersionUID = 1L;

  Killed(String actor) {
    super(actor + " was killed", null, false, false);
  }
}
