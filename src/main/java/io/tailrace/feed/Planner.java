package io.tailrace.feed;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Unit;
import java.io.IOException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides, poll by poll, which units an input becomes, and notes it in the ledger before anyone
 * reads them. One planner at a time works on a ledger.
 */
public final class Planner implements AutoCloseable {

  /** For this many times the time to settle, what is not ready is waited for. */
  private static final int SETTLE_PATIENCE = 10;

  private static final long LONGEST_PAUSE_MILLIS = 60_000;

  /**
   * Plans of more slices stay in files of their own, which are then not small, so that a file of
   * plans can be held in memory: a slice is some 200 bytes of it.
   */
  private static final int MOST_SLICES_TOGETHER = 100_000;

  private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

  /**
   * What a poll found.
   *
   * @param planned whether units were planned
   * @param waiting the number of files or messages that were left for a later poll
   */
  public record Poll(boolean planned, long waiting) {}

  /** Numbers of consecutive plans; none if the last comes before the first. */
  public record Plans(long first, long last) implements Serializable {

    static final Plans NONE = new Plans(1, 0);

    long count() {
      return Math.max(0, last - first + 1);
    }
  }

  private final Ledger ledger;
  private final long run;
  private final Feed feed;
  private final Finder finder;

  /** The plans since those that are kept together, as long as they are small. */
  private final List<Plan> apart = new ArrayList<>();

  private long slicesApart;

  private int failures;
  private long failedUntil;
  private long lastPlan;
  private long lastUnit;

  private Planner(Ledger ledger, long run, Feed feed) {
    this.ledger = ledger;
    this.run = run;
    this.feed = feed;
    this.finder = feed.newFinder(ledger);
  }

  /**
   * A planner that knows what the ledger's plans say.
   *
   * @param run the number of the run that it plans for; once that run is over it plans nothing
   */
  public static Planner open(Ledger ledger, long run, Feed feed) throws IOException {
    Planner planner = new Planner(ledger, run, feed);
    PlanReader plans = ledger.plansFrom(1);
    for (Optional<Plan> plan; (plan = plans.next()).isPresent(); ) {
      planner.remember(plan.get());
    }
    planner.finder.begin();
    return planner;
  }

  private void remember(Plan plan) {
    if (lastPlan % Ledger.PLANS_TOGETHER == 0) {
      apart.clear();
      slicesApart = 0;
    }
    slicesApart += plan.units().stream().mapToLong(unit -> unit.slices().size()).sum();
    if (slicesApart <= MOST_SLICES_TOGETHER) {
      apart.add(plan);
    } else {
      apart.clear();
    }
    lastPlan++;
    for (Unit unit : plan.units()) {
      lastUnit = unit.number();
    }
    finder.remember(plan);
  }

  /** The number of the newest plan, 0 if there is none. */
  public long lastPlan() {
    return lastPlan;
  }

  /** Plans all that is there now, and waits for what is not ready, but not for ever. */
  public void planAvailable() throws InterruptedException {
    Poll poll;
    int waits = 0;
    do {
      poll = poll(System.currentTimeMillis());
      if (failures > 0) {
        Thread.sleep(feed.pollMillis());
      } else if (!poll.planned() && poll.waiting() > 0) {
        Thread.sleep(Math.max(1, feed.settleMillis()));
        waits++;
      }
    } while (failures > 0 || poll.planned() || poll.waiting() > 0 && waits < SETTLE_PATIENCE);
    if (poll.waiting() > 0) {
      LOG.warn("{} files kept changing and are left for the next run", poll.waiting());
    }
  }

  /**
   * Plans what is new in the input. If it cannot be looked at or the plan cannot be written, that
   * is tried again at a later poll.
   *
   * @param now milliseconds since 1970
   */
  public Poll poll(long now) {
    if (now < failedUntil) {
      return new Poll(false, finder.waiting());
    }
    try {
      boolean planned = plan(now);
      failures = 0;
      failedUntil = 0;
      return new Poll(planned, finder.waiting());
    } catch (IOException e) {
      failedUntil = now + Math.min(LONGEST_PAUSE_MILLIS, 1_000L << Math.min(failures, 6));
      failures++;
      finder.forget();
      LOG.warn("{} cannot be planned for yet: {}", feed, e.getMessage());
      return new Poll(false, finder.waiting());
    }
  }

  /** How long to wait before the next poll, in milliseconds. */
  public long pauseMillis() {
    return finder.pauseMillis();
  }

  /** Tells whether there was something to plan. */
  private boolean plan(long now) throws IOException {
    keepTogether();
    Finder.Found found = finder.find(now);
    // Asked last of all, because a run that has followed plans under the same numbers.
    boolean anything =
        (!found.packs().isEmpty() || !found.answeredNotes().isEmpty()) && ledger.goesOn(run);
    if (anything) {
      List<Unit> units = new ArrayList<>();
      for (Finder.Pack pack : found.packs()) {
        units.add(new Unit(lastUnit + 1 + units.size(), pack.slices(), pack.attempt(), now));
      }
      if (lastPlan == 0) {
        feed.firstLook(ledger, units.stream().flatMap(unit -> unit.slices().stream()).toList());
      }
      Plan plan = new Plan(units, found.answeredNotes());
      ledger.writePlan(lastPlan + 1, plan);
      remember(plan);
      // The plan counts, even if this fails; the next listing takes them away, too.
      for (String note : plan.answeredNotes()) {
        ledger.deleteRetryNote(note);
      }
    }
    return anything;
  }

  /** Not in the poll that made the last of them, which may fail and be made again. */
  private void keepTogether() throws IOException {
    if (apart.size() == Ledger.PLANS_TOGETHER && ledger.goesOn(run)) {
      ledger.keepTogether(lastPlan - apart.size() + 1, apart);
      apart.clear();
    }
  }

  @Override
  public void close() {
    finder.close();
  }
}
