package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.allOf;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** Who may plan, where a run begins, and what it does about files that are damaged. */
@RunWith(Parameterized.class)
public final class LedgerTest {

  @Parameters(name = "{0} parts")
  public static List<Integer> parts() {
    return List.of(1, 16);
  }

  @Parameter public int parts;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private TestLedger test;
  private Ledger ledger;

  @Before
  public void open() throws IOException {
    test = new TestLedger(folder.getRoot().toPath(), "one", "other").inParts(parts);
    ledger = test.ledger();
  }

  @Test
  public void aRunGoesOnUntilItIsAskedToStopOrAnotherBegins() throws IOException {
    assertThat(ledger.run(), is(Optional.empty()));
    assertThat(test.beginRun(), is(new Ledger.Run(1, 1, List.of(), false)));
    assertThat(ledger.goesOn(1), is(true));
    ledger.requestStop(1);
    assertThat(ledger.goesOn(1), is(false));
    assertThat(ledger.isSuperseded(1), is(false));
    assertThat(ledger.run(), is(Optional.of(new Ledger.Run(1, 1, List.of(), true))));
    assertThat(test.beginRun(), is(new Ledger.Run(2, 1, List.of(), false)));
    assertThat(ledger.goesOn(1), is(false));
    assertThat(ledger.isSuperseded(1), is(true));
    assertThat(ledger.goesOn(2), is(true));
    // Somebody asks the run that was there when he looked.
    ledger.requestStop(1);
    assertThat(ledger.goesOn(2), is(true));
  }

  /** Copies that a person or a program has made, say, before an upgrade. */
  @Test
  public void filesThatAreNoEntriesArePassedOver() throws IOException {
    test.beginRun();
    test.plan(1, 1, 1);
    for (String name :
        List.of(
            "plans/plan-x.plan",
            "plans/plan-0000000002 (copy).plan",
            "receipts/unit-old.receipt",
            "totals/one.totals",
            "checkpoints/checkpoint-.json",
            "runs/run-old.json",
            "states/alert_counts.state",
            "retry/unit-1.json")) {
      Path path = Path.of(ledger.folder().path(), name);
      Files.createDirectories(path.getParent());
      Files.writeString(path, "somebody's");
    }
    assertThat(test.beginRun().number(), is(2L));
    assertThat(ledger.plan(1).isPresent(), is(true));
    assertThat(ledger.newestPlan(), is(1L));
    assertThat(ledger.newestReceipt(), is(0L));
    assertThat(ledger.checkpoint(), is(Checkpoint.NONE));
    assertThat(ledger.stateNames(), is(Set.of()));
    assertThat(ledger.retryNotes(), is(List.of()));
  }

  @Test
  public void aRunThatHasNotNotedItsEndHasNotEndedWell() throws IOException {
    assertThat("there was none", ledger.hasEndedWell(), is(true));
    test.beginRun();
    assertThat(ledger.hasEndedWell(), is(false));
    ledger.noteEnd(1);
    assertThat(ledger.hasEndedWell(), is(true));
    test.beginRun();
    assertThat(ledger.hasEndedWell(), is(false));
    ledger.noteEnd(1);
    assertThat("not the newest", ledger.hasEndedWell(), is(false));
  }

  @Test
  public void aRunBeginsAtTheFirstPlanOfWhichNotAllIsInEveryTotal() throws IOException {
    test.beginRun();
    test.plan(1, 1, 2);
    test.plan(2, 3);
    test.plan(3, 4, 5);
    test.read(1, 2, 3, 4, 5);
    assertThat(firstPlan(), is(1L));
    test.addToTotals("one", 1, 2, 3, 4, 5);
    test.addToTotals("other", 1, 2);
    assertThat(firstPlan(), is(2L));
    test.addToTotals("other", 3, 5);
    assertThat(firstPlan(), is(3L));
    test.addToTotals("other", 4);
    assertThat(firstPlan(), is(4L));
    // Without the totals, everything is added again.
    ledger.folder().folder("totals").clear();
    assertThat(firstPlan(), is(1L));
  }

  @Test
  public void aRunBeginsAtTheFirstPlanOfWhichAUnitHasNoReceipt() throws IOException {
    test.plan(1, 1);
    test.plan(2, 2, 3);
    test.plan(3, 4);
    test.read(1, 2, 4);
    test.addToTotals("one", 1, 2, 4);
    test.addToTotals("other", 1, 2, 4);
    assertThat(firstPlan(), is(2L));
  }

  @Test
  public void plansComeInTheirOrderAndGoOnAsTheyAreWritten() throws IOException {
    for (long number = 1; number <= 1_200; number++) {
      test.plan(number, number);
    }
    PlanReader plans = ledger.plansFrom(3);
    assertThat(TestLedger.units(plans), is(LongStream.rangeClosed(3, 1_200).boxed().toList()));
    test.plan(1_201, 1_201, 1_202);
    assertThat("it goes on", TestLedger.units(plans), contains(1_201L, 1_202L));
  }

  @Test
  public void aPlanThatIsMissingInTheMiddleIsAnErrorThatNamesIt() throws IOException {
    for (long number = 1; number <= 40; number++) {
      test.plan(number, number);
    }
    Files.delete(plan(23));
    DamagedFileException damage =
        assertThrows(DamagedFileException.class, () -> TestLedger.units(ledger.plansFrom(1)));
    assertThat(damage.file(), is(plan(23).toString()));
    LostException lost = assertThrows(LostException.class, test::beginRun);
    assertThat(
        lost.getMessage(),
        allOf(containsString(plan(23).toString()), containsString("restore the file")));
  }

  @Test
  public void aDamagedPlanThatIsNotTheNewestIsAnErrorThatNamesIt() throws IOException {
    test.plan(1, 1);
    test.plan(2, 2);
    test.plan(3, 3);
    TestLedger.damage(plan(2));
    LostException lost = assertThrows(LostException.class, test::beginRun);
    assertThat(lost.getMessage(), containsString(plan(2).toString()));
  }

  @Test
  public void aDamagedNewestPlanOfWhichSomethingCameIsAnErrorThatNamesIt() throws IOException {
    test.plan(1, 1);
    test.plan(2, 2, 3);
    test.read(1, 3);
    TestLedger.damage(plan(2));
    LostException lost = assertThrows(LostException.class, test::beginRun);
    assertThat(lost.getMessage(), containsString(plan(2).toString()));
  }

  @Test
  public void aDamagedNewestPlanOfWhichNothingCameIsWrittenAnewBesideIt() throws IOException {
    test.plan(1, 1);
    test.read(1);
    test.plan(2, 2);
    TestLedger.damage(plan(2));
    test.beginRun();
    assertThat(TestLedger.units(ledger.plansFrom(1)), contains(1L));
    assertThat(test.plan(2, 2, 3), is(true));
    assertThat(TestLedger.units(ledger.plansFrom(1)), contains(1L, 2L, 3L));
    assertThat(
        test.files("plans"),
        contains("plan-0000000001.plan", "plan-0000000002.plan", "plan-0000000002~2.plan"));
    assertThat("it counts now", test.plan(2, 9), is(false));
    assertThat(TestLedger.units(ledger.plansFrom(1)), contains(1L, 2L, 3L));
  }

  @Test
  public void ofThoseWhoWriteTheSamePlanOneSucceeds() throws Exception {
    int writers = 8;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (long number = 1; number <= 20; number++) {
        long plan = number;
        List<Future<Boolean>> all = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          long unit = 100 * number + writer;
          all.add(threads.submit(() -> test.plan(plan, unit)));
        }
        List<Long> written = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          if (all.get(writer).get()) {
            written.add(100 * number + writer);
          }
        }
        assertThat(
            ledger.plan(number).orElseThrow().units().stream().map(Unit::number).toList(),
            is(written));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  @Test
  public void aUnitWhoseReceiptIsDamagedIsReadAgainIfItsInputIsThere() throws IOException {
    threeUnits();
    TestLedger.damage(receipt(2));
    assertThat(firstPlan(), is(2L));
    assertThat(ledger.readableReceipt(test.unit(2)), is(Optional.empty()));
    DamagedFileException damage =
        assertThrows(DamagedFileException.class, () -> ledger.receipt(test.unit(2)));
    assertThat(damage.file(), is(receipt(2).toString()));

    test.read(2);
    assertThat(ledger.receipt(test.unit(2)).orElseThrow().counts().records(), is(1L));
    assertThat(
        Files.exists(Path.of(receipt(2).toString().replace(".receipt", "~2.receipt"))), is(true));
    assertThat("it is in the totals already", firstPlan(), is(4L));
  }

  @Test
  public void aUnitInTheTotalsWhoseReceiptIsMissingIsReadAgainIfItsInputIsThere()
      throws IOException {
    threeUnits();
    Files.delete(receipt(2));
    assertThat(firstPlan(), is(2L));
  }

  @Test
  public void aReceiptThatIsDamagedOrMissingAndWhoseInputIsGoneOrAnotherIsLost()
      throws IOException {
    threeUnits();
    TestLedger.damage(receipt(2));
    Files.delete(test.input(2));
    LostException gone = assertThrows(LostException.class, test::beginRun);
    assertThat(
        gone.getMessage(),
        allOf(containsString(receipt(2).toString()), containsString(test.input(2).toString())));

    Files.writeString(test.input(2), "another version");
    LostException changed = assertThrows(LostException.class, test::beginRun);
    assertThat(changed.getMessage(), containsString(receipt(2).toString()));

    Files.delete(receipt(2));
    LostException missing = assertThrows(LostException.class, test::beginRun);
    assertThat(
        missing.getMessage(),
        allOf(containsString(receipt(2).toString()), containsString("it is missing")));
  }

  @Test
  public void theReceiptOfAUnitThatWasPlannedOtherwiseDoesNotCount() throws IOException {
    // A run that has lost its rights has read what it had planned under this number.
    ledger.writeReceipt(new Unit(1, List.of(), 0), TestLedger.receipt(Map.of()));
    test.plan(1, 1);
    assertThat(ledger.receipt(test.unit(1)), is(Optional.empty()));
    test.read(1);
    assertThat(ledger.receipt(test.unit(1)).orElseThrow().tables().size(), is(2));
  }

  @Test
  public void whatAUnitCouldNotReadIsAskedForAgainByTheNextRun() throws IOException {
    test.plan(1, 1);
    Receipt.Unread unread =
        new Receipt.Unread(test.unit(1).slices().get(0), "for a test", false, null);
    ledger.writeReceipt(
        test.unit(1),
        new Receipt(
            new Receipt.Counts(0, 0, 0),
            Map.of(),
            Map.of(),
            List.of(unread),
            Map.of(),
            Map.of("one", TestLedger.noValues(), "other", TestLedger.noValues())));
    // Killed before it could ask itself.
    assertThat(ledger.retryNotes(), is(empty()));
    test.beginRun();
    List<RetryNote> notes = ledger.retryNotes();
    assertThat(notes.stream().map(RetryNote::slice).toList(), contains(unread.slice()));

    List<String> answered = notes.stream().map(RetryNote::name).toList();
    ledger.writePlan(2, new Plan(List.of(new Unit(2, List.of(unread.slice()), 1)), answered));
    ledger.deleteRetryNote(answered.get(0));
    test.beginRun();
    assertThat("a plan has answered", ledger.retryNotes(), is(empty()));
  }

  /** Units in plans of their own, all of which is done. */
  private void threeUnits() throws IOException {
    for (long unit = 1; unit <= 3; unit++) {
      test.deliver(unit);
      test.plan(unit, unit);
      test.read(unit);
      test.addToTotals("one", unit);
      test.addToTotals("other", unit);
    }
    assertThat(firstPlan(), is(4L));
  }

  private long firstPlan() throws IOException {
    return test.beginRun().firstPlan();
  }

  private Path plan(long number) {
    return test.file(String.format("plans/plan-%010d.plan", number));
  }

  private Path receipt(long unit) {
    Unit read = test.unit(unit);
    return test.file("receipts/" + read.name() + "-" + read.fingerprint() + ".receipt");
  }
}
