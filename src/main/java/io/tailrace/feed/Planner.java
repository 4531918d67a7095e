package io.tailrace.feed;

import io.tailrace.ledger.Checkpoint;
import io.tailrace.ledger.Folding;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.PlanReader;
import io.tailrace.ledger.Unit;
import io.tailrace.metrics.InputLooks;
import io.tailrace.metrics.Retrying;
import io.tailrace.metrics.Troubles;
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

  private static final long MILLIS_BETWEEN_FOLDS = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(Planner.class);

  /** What its troubles are known by. */
  private static final String TROUBLE = "planning";

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
  private final Folding.Limits limits;
  private final Finder finder;
  private final Retrying retrying = Retrying.of(Retrying.Work.INPUT);

  /** The plans behind the newest checkpoint. */
  private final List<PlanEntry> tail = new ArrayList<>();

  private Folding folding;
  private boolean hasLooked;
  private long lookedToFold;
  private int failures;
  private long failedUntil;
  private long lastPlan;
  private long lastUnit;

  private Planner(Ledger ledger, long run, Feed feed, Finder finder, Folding.Limits limits) {
    this.ledger = ledger;
    this.limits = limits;
    this.run = run;
    this.feed = feed;
    this.finder = finder;
  }

  /**
   * A planner that knows what the ledger's plans say.
   *
   * @param run the number of the run that it plans for; once that run is over it plans nothing
   */
  public static Planner open(Ledger ledger, long run, Feed feed) throws IOException {
    return open(ledger, run, feed, Folding.Limits.DEFAULT);
  }

  /** The same with other limits of what is folded. */
  static Planner open(Ledger ledger, long run, Feed feed, Folding.Limits limits)
      throws IOException {
    return open(new Planner(ledger, run, feed, feed.newFinder(ledger), limits));
  }

  /** The same with a finder of its own. */
  static Planner open(Ledger ledger, long run, Feed feed, Finder finder) throws IOException {
    return open(new Planner(ledger, run, feed, finder, Folding.Limits.DEFAULT));
  }

  private static Planner open(Planner planner) throws IOException {
    planner.read();
    planner.finder.begin();
    return planner;
  }

  private void read() throws IOException {
    folding = Folding.of(ledger, limits);
    Checkpoint checkpoint = folding.checkpoint();
    finder.remember(checkpoint, folding.names());
    tail.clear();
    lastPlan = checkpoint.lastPlan();
    lastUnit = checkpoint.lastUnit();
    readOn();
  }

  /** Reads plans that are not known, whoever has written them. */
  private void readOn() throws IOException {
    PlanReader plans = ledger.plansFrom(lastPlan + 1);
    for (Optional<PlanEntry> plan; (plan = plans.next()).isPresent(); ) {
      remember(plan.get());
    }
  }

  private void remember(PlanEntry plan) {
    tail.add(plan);
    lastPlan = plan.number();
    for (Unit unit : plan.units()) {
      lastUnit = unit.number();
    }
    finder.remember(plan.plan());
  }

  /** The number of the newest plan, 0 if there is none. */
  public long lastPlan() {
    return lastPlan;
  }

  /** The number of the last plan that is in a checkpoint, 0 if there is none. */
  long lastFoldedPlan() {
    return folding.checkpoint().lastPlan();
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
      noteLook();
      failures = 0;
      failedUntil = 0;
      Troubles.over(TROUBLE);
      return new Poll(planned, finder.waiting());
    } catch (IOException e) {
      failedUntil = now + Math.min(LONGEST_PAUSE_MILLIS, 1_000L << Math.min(failures, 6));
      failures++;
      retrying.failed();
      finder.forget();
      Troubles.warn(LOG, TROUBLE, "{} cannot be planned for yet: {}", feed, e.getMessage());
      return new Poll(false, finder.waiting());
    }
  }

  private void noteLook() {
    if (failures > 0) {
      retrying.close();
    }
    if (!hasLooked) {
      InputLooks.note(ledger.folder().path(), run);
      hasLooked = true;
    }
  }

  /** How long to wait before the next poll, in milliseconds. */
  public long pauseMillis() {
    return finder.pauseMillis();
  }

  /** Tells whether there was something to plan. */
  private boolean plan(long now) throws IOException {
    if (now - lookedToFold >= MILLIS_BETWEEN_FOLDS) {
      // Not at each poll: while many units are being read, to look costs something and is in vain.
      lookedToFold = now;
      fold();
    }
    Finder.Found found = finder.find(now);
    // Asked last of all: a run that has followed decides what comes next.
    if (found.isEmpty() || !ledger.goesOn(run)) {
      return false;
    }
    List<Unit> units = new ArrayList<>();
    for (Finder.Pack pack : found.packs()) {
      units.add(new Unit(lastUnit + 1 + units.size(), pack.slices(), pack.attempt(), now));
    }
    if (lastPlan == 0) {
      feed.firstLook(ledger, units.stream().flatMap(unit -> unit.slices().stream()).toList());
    }
    Plan plan = new Plan(units, found.answeredNotes(), found.forgotten(), found.otherNames());
    if (!ledger.writePlan(lastPlan + 1, plan)) {
      // A run that has lost its rights, or has taken them, was faster. Its plan counts.
      readOn();
      finder.forget();
      return true;
    }
    remember(PlanEntry.ofFile(lastPlan + 1, plan));
    // The plan counts, even if this fails; the next listing takes them away, too.
    for (String note : plan.answeredNotes()) {
      ledger.deleteRetryNote(note);
    }
    return true;
  }

  /**
   * Folds plans into checkpoints as far as that can be done now, however many there are. Nothing
   * waits for it: what cannot be done is left for the next run, which may have begun.
   */
  public void foldAll() {
    try {
      while (ledger.isCurrent(run) && fold()) {
        // There may be more.
      }
    } catch (IOException e) {
      LOG.warn("The plans of {} are left for the next run to fold: {}", feed, e.getMessage());
    }
  }

  private boolean fold() throws IOException {
    if (!folding.fold(tail)) {
      return false;
    }
    long folded = folding.checkpoint().lastPlan();
    tail.removeIf(plan -> plan.number() <= folded);
    finder.remember(folding.checkpoint(), folding.names());
    return true;
  }

  @Override
  public void close() {
    retrying.close();
    finder.close();
  }
}
