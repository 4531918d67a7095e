package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.tailrace.ledger.Reseal;
import io.tailrace.simulation.Damage;
import io.tailrace.simulation.SimulatedDisk;
import java.io.OutputStream;
import java.io.PrintStream;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.UnaryOperator;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;

/**
 * Histories of a ledger under faults, one for each seed ({@link LedgerSimulation}).
 *
 * <p>More of them, with their progress on standard output:
 *
 * <pre>{@code
 * mvn test -Dtest=LedgerSimulationTest#everyHistoryEndsExactly -Dsimulation.seeds=100000
 * }</pre>
 *
 * <p>The same for {@code #noFlippedBitIsPassedOverInSilence} and {@code -Dsimulation.flips=1000} in
 * each kind of file.
 *
 * <p>A history that ends wrong names its seed; {@code -Dsimulation.first=SEED -Dsimulation.seeds=1}
 * repeats it.
 */
public final class LedgerSimulationTest {

  private static final long FIRST = Long.getLong("simulation.first", 1);
  private static final long SEEDS = Long.getLong("simulation.seeds", 300);

  /** With another report, of many rows, a history takes about so many times as long. */
  private static final long DROPPING_TIMES_AS_LONG = 10;

  private static final long SEEDS_BETWEEN_WORDS = 10_000;

  /** Among so many histories there is one that finds what is missing. */
  private static final long MOST_SEEDS_TO_FIND = 400;

  /** The search begins where something is found soon. */
  private static final long SEED_OF_OVERWRITTEN_ENTRIES = 19;

  /** Its history deletes a base whose receipts are folded, as one in about 200 does. */
  private static final long SEED_OF_NEEDED_BASE = 119;

  /** About so many operations are in a history before its last run. */
  private static final int OPERATIONS = 300;

  /** The first by a base of totals that was not synced, the other by a run that folded too late. */
  private static final long[] ONCE_WRONG = {1_599, 79_388, 88_148};

  private static final int USUAL_FLIPS = 30;
  private static final long FLIPS = Long.getLong("simulation.flips", USUAL_FLIPS);
  private static final int LOSSES = 30;

  /** Folders of an output in which files are damaged, itself among them. */
  private static final int KINDS = 11;

  private final PrintStream errors = System.err;

  /** Each history warns hundreds of times of what goes wrong in it. */
  @Before
  public void keepQuiet() {
    System.setErr(new PrintStream(OutputStream.nullOutputStream()));
  }

  @After
  public void speakAgain() {
    System.setErr(errors);
  }

  @Test
  public void everyHistoryEndsExactly() {
    for (long seed = FIRST; seed < FIRST + SEEDS; seed++) {
      LedgerSimulation.run(seed, UnaryOperator.identity());
      long done = seed - FIRST + 1;
      if (done % SEEDS_BETWEEN_WORDS == 0) {
        System.out.println(done + " histories have ended exactly");
      }
    }
  }

  @Test
  public void everyHistoryOfAReportThatDropsRowsEndsExactly() {
    for (long seed = FIRST; seed < FIRST + SEEDS / DROPPING_TIMES_AS_LONG; seed++) {
      LedgerSimulation.runDropping(seed);
    }
  }

  @Test
  public void historiesThatOnceEndedWrongEndExactly() {
    for (long seed : ONCE_WRONG) {
      LedgerSimulation.run(seed, UnaryOperator.identity());
    }
  }

  @Test
  public void filesThatAreNotSyncedAreFound() {
    assertThat(firstWrongEnd(SimulatedDisk::ignoringSyncs), is(not(OptionalLong.empty())));
  }

  @Test
  public void foldersThatAreNotSyncedAreFound() {
    assertThat(firstWrongEnd(SimulatedDisk::ignoringFolderSyncs), is(not(OptionalLong.empty())));
  }

  /** A paused container, a suspended machine, a request that is held back. */
  @Test
  public void aRunThatIsFrozenBeforeAnyOperationUndoesNothing() {
    for (int operation = 1; operation <= OPERATIONS; operation++) {
      LedgerSimulation.runFrozen(FIRST, operation, UnaryOperator.identity());
    }
  }

  @Test
  public void entriesThatAreOverwrittenAreFound() {
    assertThat(
        LongStream.rangeClosed(SEED_OF_OVERWRITTEN_ENTRIES, MOST_SEEDS_TO_FIND)
            .anyMatch(
                seed ->
                    IntStream.rangeClosed(1, OPERATIONS)
                        .anyMatch(
                            operation ->
                                endsWrong(
                                    () ->
                                        LedgerSimulation.runFrozen(
                                            seed,
                                            operation,
                                            SimulatedDisk::overwritingInsteadOfIfAbsent)))),
        is(true));
  }

  @Test
  public void noFlippedBitIsPassedOverInSilence() {
    assertThat(
        recovered(FLIPS, Damage.FLIPPED_BIT::happenTo),
        hasItems("receipts", "totals", "checkpoints", "names", "retry"));
  }

  /** Files that somebody has deleted, or of which a file system has lost something. */
  @Test
  public void noLossIsPassedOverInSilence() {
    List<Damage> losses = List.of(Damage.CUT, Damage.EMPTIED, Damage.DELETED);
    assertThat(
        recovered(
            LOSSES,
            (disk, path, random) ->
                losses.get(random.nextInt(losses.size())).happenTo(disk, path, random)),
        hasItems("receipts", "totals", "checkpoints", "names", "retry"));
  }

  /** Where the receipts are folded, a base of totals may be all that has their values. */
  @Test
  public void aBaseThatIsGoneIsMissed() {
    assertThat(
        LedgerSimulation.runDamaged(
                SEED_OF_NEEDED_BASE, kind -> kind.equals("totals"), Damage.DELETED::happenTo)
            .stream()
            .anyMatch(outcome -> !outcome.answered()),
        is(true));
  }

  @Test
  public void damageUnderAChecksumThatMatchesIsFound() {
    assertThat(
        LongStream.rangeClosed(FIRST, MOST_SEEDS_TO_FIND)
            .anyMatch(
                seed ->
                    endsWrong(
                        () ->
                            LedgerSimulation.runDamaged(
                                seed, kind -> true, Reseal::flipABitOfContent))),
        is(true));
  }

  /**
   * Damages files of each kind so often.
   *
   * @return the kinds of files of which one was made good, or not needed
   */
  private static Set<String> recovered(long damages, LedgerSimulation.Harm harm) {
    Map<String, Integer> counts = new TreeMap<>();
    Set<String> recovered = new TreeSet<>();
    for (long seed = FIRST;
        counts.size() < KINDS || counts.values().stream().anyMatch(count -> count < damages);
        seed++) {
      List<LedgerSimulation.Outcome> outcomes =
          LedgerSimulation.runDamaged(seed, kind -> counts.getOrDefault(kind, 0) < damages, harm);
      for (LedgerSimulation.Outcome outcome : outcomes) {
        counts.merge(outcome.kind(), 1, Integer::sum);
        if (outcome.answered() && outcome.ended()) {
          recovered.add(outcome.kind());
        }
      }
    }
    if (damages > USUAL_FLIPS) {
      System.out.println("Bits were flipped in " + counts);
    }
    return recovered;
  }

  /** The seed of the first history that ends wrong on a disk that does not keep its word. */
  private static OptionalLong firstWrongEnd(UnaryOperator<SimulatedDisk> lack) {
    return LongStream.rangeClosed(1, MOST_SEEDS_TO_FIND)
        .filter(seed -> endsWrong(() -> LedgerSimulation.run(seed, lack)))
        .findFirst();
  }

  private static boolean endsWrong(Runnable history) {
    try {
      history.run();
      return false;
    } catch (AssertionError e) {
      return true;
    }
  }
}
