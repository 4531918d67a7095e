package io.tailrace.run;

import io.tailrace.ledger.Lease;
import io.tailrace.metrics.Retrying;
import io.tailrace.progress.Health;
import java.time.Duration;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BooleanSupplier;

/** The health of a run of this process. It asks no storage, which may not answer. */
final class RunHealth implements Health {

  /** What fails for less time is not worth a word. */
  private static final Duration PATIENCE = Duration.ofSeconds(10);

  private final Duration patience;
  private final Lease lease;
  private final BooleanSupplier hasEnded;
  private final BooleanSupplier hasLooked;

  /**
   * @param lease of its output
   * @param hasEnded whether its pipeline has ended, one way or the other
   * @param hasLooked whether it has looked at its input
   */
  RunHealth(Lease lease, BooleanSupplier hasEnded, BooleanSupplier hasLooked) {
    this(PATIENCE, lease, hasEnded, hasLooked);
  }

  /** The same with another patience. */
  RunHealth(Duration patience, Lease lease, BooleanSupplier hasEnded, BooleanSupplier hasLooked) {
    this.patience = patience;
    this.lease = lease;
    this.hasEnded = hasEnded;
    this.hasLooked = hasLooked;
  }

  @Override
  public Optional<String> failure() {
    return hasEnded.getAsBoolean() ? Optional.of("the pipeline has ended") : Optional.empty();
  }

  @Override
  public Optional<String> obstacle() {
    if (hasEnded.getAsBoolean()) {
      return failure();
    }
    if (!lease.isFresh()) {
      return Optional.of(
          String.format("the lease has not been renewed for %d s", lease.age().toSeconds()));
    }
    Optional<Retrying> failing =
        Retrying.longest().filter(work -> work.age().compareTo(patience) >= 0);
    if (failing.isPresent()) {
      return Optional.of(
          String.format(
              "%s fails and is tried again since %d s",
              failing.get().work().name().toLowerCase(Locale.ROOT),
              failing.get().age().toSeconds()));
    }
    return hasLooked.getAsBoolean()
        ? Optional.empty()
        : Optional.of("the input has not been looked at yet");
  }

  @Override
  public void look() {
    // All is known.
  }

  @Override
  public boolean isLeaseHeld() {
    return lease.isFresh();
  }
}
