package io.tailrace.metrics;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The runs whose input this process has looked at. Safe for use by many threads. */
public final class InputLooks {

  /**
   * A run.
   *
   * @param ledger the folder of its ledger
   * @param number its number there
   */
  private record Run(String ledger, long number) {}

  private static final Set<Run> LOOKED_AT = ConcurrentHashMap.newKeySet();

  private InputLooks() {}

  /** Notes that the input of a run was looked at, whatever was found. */
  public static void note(String ledger, long run) {
    LOOKED_AT.add(new Run(ledger, run));
  }

  /** Whether the input of a run was looked at. */
  public static boolean has(String ledger, long run) {
    return LOOKED_AT.contains(new Run(ledger, run));
  }

  /** Forgets a run that has ended. */
  public static void forget(String ledger, long run) {
    LOOKED_AT.remove(new Run(ledger, run));
  }
}
