package io.tailrace.simulation;

import java.io.IOException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.SplittableRandom;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/**
 * A deterministic scheduler of actors that use one {@link SimulatedDisk}.
 *
 * <p>Each actor has a thread of its own, of which only one runs at any time. At each step, which is
 * an operation of the storage, the seed decides which actor goes on and what goes wrong. The same
 * seed gives the same history, as long as actors do nothing that depends on the clock of the
 * machine or on threads of their own. (The order of {@code Map.of} and {@code Set.of} differs from
 * one JVM to the next.)
 *
 * <p>An actor may have several lives: after its death, which is a kill, a power cut, or an
 * exception that a {@link SimulatedFailure} caused, its body runs again. Any other exception of an
 * actor ends the history and comes out of {@link #run}.
 */
public final class Schedule {

  /** What an actor does in one of its lives. */
  @FunctionalInterface
  public interface Body {
    void run() throws Exception;
  }

  /** What a step does. */
  @FunctionalInterface
  public interface Operation<T> {
    T run() throws IOException;
  }

  /** What changes a disk. */
  @FunctionalInterface
  public interface Change {
    void run() throws IOException;
  }

  /** More than any history that ends. */
  private static final long MOST_STEPS = 100_000;

  private static final int LONGEST_DELAY_STEPS = 200;

  private final class Actor {

    private final String name;
    private final boolean mortal;
    private final Body body;
    private final Semaphore turn = new Semaphore(0);
    private int lives;
    private ForkJoinPool pool;
    private Thread thread;

    /** Whether a life of it has begun and not ended. */
    private boolean isAlive;

    private boolean dead;

    /** Held up as long as fewer steps were taken. */
    private long frozenUntil;

    Actor(String name, boolean mortal, int lives, Body body) {
      this.name = name;
      this.mortal = mortal;
      this.lives = lives;
      this.body = body;
    }

    void begin() {
      lives--;
      isAlive = true;
      dead = false;
      frozenUntil = 0;
      // In a pool of one thread, parallel streams stay on that thread.
      pool = new ForkJoinPool(1);
      pool.execute(this::live);
    }

    private void live() {
      turn.acquireUninterruptibly();
      thread = Thread.currentThread();
      Throwable end = null;
      try {
        if (!dead) {
          body.run();
        }
      } catch (Throwable e) {
        end = e;
      }
      ended(this, end);
    }
  }

  /** An effect that comes late. */
  private record Late(long step, Supplier<String> what, Operation<?> effect) {}

  private final long seed;
  private final SimulatedDisk disk;
  private final Random random;
  private final double switching;
  private final Map<Fault, Double> rates = new EnumMap<>(Fault.class);
  private final Map<Long, Fault> placed = new HashMap<>();
  private final List<Actor> actors = new ArrayList<>();
  private final List<Late> late = new ArrayList<>();

  /** In words only when somebody asks: that takes as long as the steps. */
  private final List<Supplier<String>> history = new ArrayList<>();

  private final Semaphore over = new Semaphore(0);

  private long quietFrom = Long.MAX_VALUE;
  private long steps;
  private Actor current;
  private Throwable failure;

  private Schedule(long seed, SimulatedDisk disk) {
    this.seed = seed;
    this.disk = disk;
    this.random = random(seed);
    // Some faults need actors that take turns at each step, others a long run of one of them.
    this.switching = List.of(0.03, 0.3, 0.9).get(random.nextInt(3));
  }

  /** The first numbers of a {@link Random} are nearly the same for seeds near each other. */
  public static Random random(long seed) {
    return new Random(new SplittableRandom(seed).nextLong());
  }

  /** A schedule without actors and faults. */
  public static Schedule of(long seed, SimulatedDisk disk) {
    return new Schedule(seed, disk);
  }

  /** Adds an actor of one life. */
  public Schedule actor(String name, Body body) {
    return actor(name, 1, body);
  }

  /** Adds an actor. */
  public Schedule actor(String name, int lives, Body body) {
    actors.add(new Actor(name, true, lives, body));
    return this;
  }

  /** Adds an actor that is no process of this machine: no fault of the schedule touches it. */
  public Schedule outside(String name, Body body) {
    actors.add(new Actor(name, false, 1, body));
    return this;
  }

  /** Lets a fault happen at each step with some probability. */
  public Schedule often(Fault fault, double probability) {
    rates.put(fault, probability);
    return this;
  }

  /** Lets a fault happen at a step: 1 is the first. */
  public Schedule at(long step, Fault fault) {
    placed.put(step, fault);
    return this;
  }

  /** Lets no fault happen by chance from a step on. */
  public Schedule quietFrom(long step) {
    quietFrom = step;
    return this;
  }

  /** Runs all actors until the last of them is done. */
  public void run() {
    actors.forEach(Actor::begin);
    handOn(null);
    for (Late request : List.copyOf(late)) {
      late.remove(request);
      arrive(request);
    }
    if (failure != null) {
      List<String> all = history();
      throw new AssertionError(
          "seed "
              + seed
              + "\n"
              + String.join("\n", all.subList(Math.max(0, all.size() - 400), all.size())),
          failure);
    }
  }

  /** What happened, a line a step. */
  public List<String> history() {
    return history.stream().map(Supplier::get).toList();
  }

  /** A choice of the seed's, from 0 on; for actors. */
  public int choose(int bound) {
    return random.nextInt(bound);
  }

  /** The number of steps so far. */
  public long steps() {
    return steps;
  }

  /** A step of the calling actor that does nothing: it waits for somebody else. */
  public void pause() {
    try {
      step("pause", false, () -> null);
    } catch (IOException e) {
      // A pause that fails is shorter.
    }
  }

  /**
   * Takes a step of the calling actor. Whoever calls while no actors run is not scheduled.
   *
   * @param what it is, for the history
   * @param isChange whether it changes the disk
   */
  public <T> T step(String what, boolean isChange, Operation<T> operation) throws IOException {
    Actor me = current;
    if (me == null) {
      return operation.run();
    }
    if (Thread.currentThread() != me.thread) {
      throw new IllegalStateException(what + " by " + Thread.currentThread() + ", no actor");
    }
    yieldTo(me, next());
    long number = ++steps;
    if (number > MOST_STEPS) {
      fail(new IllegalStateException("no end after " + MOST_STEPS + " steps"));
      throw new Killed(me.name);
    }
    arriveLate();
    Fault fault = draw(me, number, isChange);
    Supplier<String> line = () -> number + " " + me.name + ": " + disk.describe(what);
    history.add(fault == null ? line : () -> line.get() + " " + fault);
    if (fault == Fault.FREEZE_BEFORE) {
      freeze(me);
    } else if (fault == Fault.KILL_BEFORE) {
      throw kill(me);
    } else if (fault == Fault.CUT_BEFORE) {
      throw cutPower(me);
    } else if (fault == Fault.FAIL_BEFORE) {
      throw new SimulatedFailure(what);
    } else if (fault == Fault.FAIL_LATE || fault == Fault.KILL_LATE) {
      late.add(new Late(number + 1 + random.nextInt(LONGEST_DELAY_STEPS), line, operation));
      throwLate(me, fault, what);
    }
    T result = operation.run();
    if (fault == Fault.FREEZE_AFTER) {
      freeze(me);
    } else if (fault == Fault.KILL_AFTER) {
      throw kill(me);
    } else if (fault == Fault.CUT_AFTER) {
      throw cutPower(me);
    } else if (fault == Fault.FAIL_AFTER) {
      throw new SimulatedFailure(what);
    }
    return result;
  }

  /**
   * Does something of the calling actor that is no step: nobody else goes on meanwhile, and nothing
   * goes wrong. A dead actor does nothing.
   */
  public void within(Change change) throws IOException {
    Actor me = current;
    if (me != null && me.dead) {
      throw new Killed(me.name);
    }
    change.run();
  }

  private void throwLate(Actor me, Fault fault, String what) throws IOException {
    if (fault == Fault.KILL_LATE) {
      throw kill(me);
    }
    throw new SimulatedFailure(what);
  }

  private Fault draw(Actor me, long number, boolean isChange) {
    Fault fault = me.mortal ? placed.get(number) : null;
    if (fault == null && me.mortal && number < quietFrom) {
      for (Map.Entry<Fault, Double> rate : rates.entrySet()) {
        if (random.nextDouble() < rate.getValue()) {
          fault = rate.getKey();
        }
      }
    }
    boolean mayBeLate = isChange && disk.isObjectStore();
    if (fault == Fault.FAIL_LATE && !mayBeLate) {
      return Fault.FAIL_BEFORE;
    }
    return fault == Fault.KILL_LATE && !mayBeLate ? Fault.KILL_BEFORE : fault;
  }

  /** Comes back when the actor may go on. */
  private void freeze(Actor me) {
    me.frozenUntil =
        random.nextInt(3) == 0 ? Long.MAX_VALUE : steps + 1 + random.nextInt(LONGEST_DELAY_STEPS);
    yieldTo(me, next());
    me.frozenUntil = 0;
    history.add(() -> "  " + me.name + " goes on");
  }

  private Killed kill(Actor actor) {
    actor.dead = true;
    return new Killed(actor.name);
  }

  private Killed cutPower(Actor me) {
    for (Actor actor : actors) {
      actor.dead |= actor.mortal && actor.isAlive;
    }
    disk.cutPower(random);
    return new Killed(me.name);
  }

  private void fail(Throwable reason) {
    failure = reason;
    for (Actor actor : actors) {
      actor.dead |= actor.isAlive;
      actor.lives = 0;
    }
  }

  private void arriveLate() {
    for (Late request : List.copyOf(late)) {
      if (request.step() <= steps) {
        late.remove(request);
        arrive(request);
      }
    }
  }

  private void arrive(Late request) {
    history.add(() -> "  comes late: " + request.what().get());
    try {
      request.effect().run();
    } catch (IOException e) {
      // Nobody waits for the answer.
    }
  }

  /** The actor that goes on: the dead first, because they only have to end. */
  private Actor next() {
    List<Actor> ready = new ArrayList<>();
    List<Actor> frozen = new ArrayList<>();
    for (Actor actor : actors) {
      if (actor.isAlive) {
        if (actor.dead) {
          return actor;
        }
        (actor.frozenUntil > steps ? frozen : ready).add(actor);
      }
    }
    if (ready.isEmpty()) {
      return frozen.isEmpty() ? null : frozen.get(random.nextInt(frozen.size()));
    }
    if (ready.contains(current) && random.nextDouble() >= switching) {
      return current;
    }
    return ready.get(random.nextInt(ready.size()));
  }

  private void yieldTo(Actor me, Actor next) {
    if (next != me) {
      current = next;
      next.turn.release();
      me.turn.acquireUninterruptibly();
    }
    if (me.dead) {
      throw new Killed(me.name);
    }
  }

  /** Begins, or goes on behind an actor that is gone. */
  private void handOn(Actor gone) {
    current = next();
    if (current != null) {
      current.turn.release();
    } else {
      over.release();
    }
    if (gone == null) {
      over.acquireUninterruptibly();
    }
  }

  private void ended(Actor actor, Throwable end) {
    boolean died = actor.dead || end != null;
    if (end != null && !actor.dead && !isSimulated(end)) {
      fail(end);
    }
    history.add(() -> "  " + actor.name + (died ? " is dead" : " is done"));
    actor.isAlive = false;
    actor.thread = null;
    // What a parallel stream that failed has left undone would be done now.
    actor.pool.shutdownNow();
    actor.dead = false;
    if (died && actor.lives > 0) {
      actor.begin();
    }
    handOn(actor);
  }

  /** Whether a schedule has caused an exception, however it is wrapped. */
  public static boolean isSimulated(Throwable end) {
    for (Throwable cause = end; cause != null; cause = cause.getCause()) {
      if (cause instanceof SimulatedFailure || cause instanceof Killed) {
        return true;
      }
    }
    return false;
  }
}
