package io.tailrace.ledger;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.stream.LongStream;

/**
 * Reads the plans of a ledger in their order. Behind the newest there is none, until it is written.
 *
 * <p>There can be very many, each in a small file: those that are kept together are read together,
 * and of the others ever more at a time. For use by one thread.
 */
public final class PlanReader {

  private static final int MOST_AHEAD = 512;

  private final Ledger ledger;
  private final Queue<Plan> read = new ArrayDeque<>();

  /** The number behind those that were read. */
  private long unread;

  private int ahead = 1;

  PlanReader(Ledger ledger, long first) {
    this.ledger = ledger;
    this.unread = first;
  }

  /** The next plan, if it has been written. */
  public Optional<Plan> next() throws IOException {
    if (read.isEmpty()) {
      read();
    }
    return Optional.ofNullable(read.poll());
  }

  private void read() throws IOException {
    long before = (unread - 1) % Ledger.PLANS_TOGETHER;
    Optional<List<Plan>> together = before == 0 ? ledger.plansTogether(unread) : Optional.empty();
    if (together.isPresent()) {
      read.addAll(together.get());
      unread += together.get().size();
      return;
    }
    long count = Math.min(ahead, Ledger.PLANS_TOGETHER - before);
    ahead = Math.min(2 * ahead, MOST_AHEAD);
    for (Optional<Plan> plan : apart(unread, unread + count)) {
      if (plan.isEmpty()) {
        ahead = 1;
        return;
      }
      read.add(plan.get());
      unread++;
    }
  }

  private List<Optional<Plan>> apart(long first, long end) throws IOException {
    try {
      return LongStream.range(first, end).parallel().mapToObj(this::plan).toList();
    } catch (UncheckedIOException e) {
      throw e.getCause();
    }
  }

  private Optional<Plan> plan(long number) {
    try {
      return ledger.plan(number);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
