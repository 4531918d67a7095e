package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.not;
import static org.junit.Assert.assertThrows;

import io.tailrace.report.ReportTable;
import io.tailrace.table.LogFile;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.stream.LongStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** What nothing waits for is folded, and is still known. */
@RunWith(Parameterized.class)
public final class FoldingTest {

  @Parameters(name = "{0} parts")
  public static List<Integer> parts() {
    return List.of(1, 16);
  }

  @Parameter public int parts;

  private static final String REPORT = "volume";
  private static final String ALERTS = "alerts";
  private static final long FINGERPRINT =
      NameHash.fingerprint(TestLedger.BYTES, TestLedger.MODIFIED);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private TestLedger test;
  private Ledger ledger;
  private long plans;

  @Before
  public void open() throws IOException {
    test = new TestLedger(folder.getRoot().toPath(), REPORT).inParts(parts);
    ledger = test.ledger();
  }

  @Test
  public void afterManyPlansThereAreFewFiles() throws IOException {
    for (int round = 0; round < 10; round++) {
      done(100);
      fold();
      assertThat(test.countFiles(), is(lessThan(350L)));
    }
    assertThat(ledger.checkpoint().lastPlan(), is(1_000L));
    assertThat(test.files("checkpoints").size(), is(2));
    assertThat(test.beginRun().firstPlan(), is(1_001L));
    assertThat(
        TestLedger.rows(TestLedger.totals(ledger, test.reports().get(0))),
        is(TestLedger.rows(LongStream.rangeClosed(1, 1_000))));
  }

  @Test
  public void ofManyPlansThatAreFoldedAtOnceNoFileIsKept() throws IOException {
    done(600);
    fold();
    assertThat(test.files("plans"), is(empty()));
    assertThat(test.files("receipts"), is(empty()));
    assertThat(ledger.checkpoint().lastUnit(), is(600L));
  }

  @Test
  public void aFewPlansAreNotWorthACheckpoint() throws IOException {
    done(63);
    assertThat(fold().checkpoint().isNone(), is(true));
    done(1);
    assertThat(fold().checkpoint().lastPlan(), is(64L));
  }

  @Test
  public void allPlansAndReceiptsAreStillRead() throws IOException {
    for (int round = 0; round < 10; round++) {
      done(100);
      fold();
    }
    done(10);
    List<PlanEntry> all = TestLedger.all(ledger.plansFrom(1));
    assertThat(
        all.stream().map(PlanEntry::number).toList(),
        is(LongStream.rangeClosed(1, 1_010).boxed().toList()));
    for (PlanEntry plan : all) {
      assertThat(plan.units(), contains(test.unit(plan.number())));
      Receipt receipt = plan.receipt(ledger, plan.units().get(0)).orElseThrow();
      assertThat(receipt.counts(), is(new Receipt.Counts(TestLedger.BYTES, 1, 0)));
    }
    assertThat(all.get(0).archived().isPresent(), is(true));
    assertThat(
        "from the middle of an archive",
        TestLedger.units(ledger.plansFrom(537)),
        is(LongStream.rangeClosed(537, 1_010).boxed().toList()));
  }

  @Test
  public void aReaderThatBeganBeforeGoesOnInTheArchive() throws IOException {
    done(100);
    PlanReader plans = ledger.plansFrom(1);
    assertThat(plans.next().orElseThrow().number(), is(1L));
    fold();
    done(500);
    fold();
    assertThat(TestLedger.units(plans), is(LongStream.rangeClosed(2, 600).boxed().toList()));
  }

  @Test
  public void whatTheUnitsComeToIsKnown() throws IOException {
    done(100);
    fold();
    done(100);
    Folding folding = fold();
    assertThat(
        folding.checkpoint().sums(), is(new Checkpoint.Sums(200, 200, 200 * TestLedger.BYTES, 0)));
    for (long unit = 1; unit <= 200; unit++) {
      assertThat(name(folding, unit), is(OptionalLong.of(FINGERPRINT)));
    }
    assertThat(name(folding, 201), is(OptionalLong.empty()));
    assertThat(name(Folding.of(ledger), 200), is(OptionalLong.of(FINGERPRINT)));
  }

  @Test
  public void howFarEachPartitionWasPlannedIsKnown() throws IOException {
    for (int i = 0; i < 100; i++) {
      Slice slice = Slice.ofMessages("topic-" + i % 2, 10 * i, 10 * i + 10, 0);
      done(new Unit(plans + 1, List.of(slice), 0), receipt(1));
    }
    Checkpoint checkpoint = fold().checkpoint();
    assertThat(checkpoint.offsets(), is(Map.of("topic-0", 990L, "topic-1", 1_000L)));
    assertThat("they are no files", checkpoint.names(), is(empty()));
  }

  @Test
  public void filesOfWhichNothingWasCountedAreKnownUntilSomethingWas() throws IOException {
    done(test.unit(plans + 1), receipt(0));
    done(test.unit(plans + 1), receipt(0));
    done(100);
    assertThat(uncounted(), contains(test.input(1).toString(), test.input(2).toString()));
    Slice grown = new Slice(test.input(1).toString(), 0, 20, 20, TestLedger.MODIFIED + 1);
    done(new Unit(plans + 1, List.of(grown), 0), receipt(1));
    done(100);
    assertThat(uncounted(), contains(test.input(2).toString()));
    assertThat(
        name(Folding.of(ledger), 1),
        is(OptionalLong.of(NameHash.fingerprint(20, TestLedger.MODIFIED + 1))));
  }

  private List<String> uncounted() throws IOException {
    return fold().checkpoint().uncounted().stream().map(Checkpoint.Uncounted::name).toList();
  }

  @Test
  public void whatCouldNotBeReadIsAskedForUntilAPlanHasIt() throws IOException {
    Unit unit = test.unit(plans + 1);
    Slice slice = unit.slices().get(0);
    Receipt unread =
        new Receipt(
            new Receipt.Counts(0, 0, 0),
            Map.of(),
            Map.of(),
            List.of(new Receipt.Unread(slice, "for a test", false, null)),
            Map.of(),
            Map.of(REPORT, TestLedger.noValues()));
    done(unit, unread);
    done(100);
    Checkpoint checkpoint = fold().checkpoint();
    assertThat(checkpoint.retries().stream().map(RetryNote::slice).toList(), contains(slice));
    // Notes need not survive a power cut.
    ledger.folder().folder("retry").clear();
    test.beginRun();
    assertThat(ledger.retryNotes(), is(checkpoint.retries()));

    String note = checkpoint.retries().get(0).name();
    Unit again = new Unit(plans + 1, List.of(slice), 1);
    ledger.writePlan(++plans, new Plan(List.of(again), List.of(note)));
    read(again, receipt(1));
    done(100);
    assertThat(fold().checkpoint().retries(), is(empty()));
    assertThat(ledger.retryNotes(), is(empty()));
    test.beginRun();
    assertThat(ledger.retryNotes(), is(empty()));
  }

  @Test
  public void aUnitWithoutReceiptAndThoseBehindItAreNotFolded() throws IOException {
    done(80);
    test.plan(++plans, plans);
    done(100);
    assertThat(fold().checkpoint().lastPlan(), is(80L));
  }

  @Test
  public void aUnitWithADamagedReceiptIsNotFolded() throws IOException {
    done(100);
    TestLedger.damage(test.fileOf("receipts", test.unit(80).name()));
    assertThat(fold().checkpoint().lastPlan(), is(79L));
  }

  @Test
  public void aUnitThatIsNotInTheTotalsIsNotFolded() throws IOException {
    done(80);
    test.plan(++plans, plans);
    test.read(plans);
    done(100);
    assertThat(fold().checkpoint().lastPlan(), is(80L));
  }

  @Test
  public void aUnitThatAlertsStillNeedIsNotFolded() throws IOException {
    for (int i = 0; i < 200; i++) {
      done(
          test.unit(plans + 1),
          TestLedger.receipt(
              Map.of(REPORT, TestLedger.values(plans + 1), ALERTS, TestLedger.noValues())));
    }
    assertThat(fold().checkpoint().isNone(), is(true));
    StateLog states = ledger.states(ALERTS);
    states.append(states.newest(), 101, 101, Map.of(), new byte[0]);
    assertThat(fold().checkpoint().lastPlan(), is(100L));
    states.append(states.newest(), 201, 201, Map.of(), new byte[0]);
    assertThat(fold().checkpoint().lastPlan(), is(200L));
  }

  @Test
  public void aUnitThatAlertsNeededIsFoldedOnceARunHasNoAlerts() throws IOException {
    for (int i = 0; i < 200; i++) {
      done(
          test.unit(plans + 1),
          TestLedger.receipt(
              Map.of(REPORT, TestLedger.values(plans + 1), ALERTS, TestLedger.noValues())));
    }
    StateLog states = ledger.states(ALERTS);
    states.append(states.newest(), 101, 101, Map.of(), new byte[] {1});
    ledger.skipOtherStates(Set.of(ALERTS));
    assertThat(fold().checkpoint().lastPlan(), is(100L));
    ledger.skipOtherStates(Set.of());
    assertThat(fold().checkpoint().lastPlan(), is(200L));
    assertThat(states.newest().orElseThrow().nextUnit(), is(201L));
    assertThat(states.newest().orElseThrow().state(), is(new byte[] {1}));
    ledger.skipOtherStates(Set.of());
    assertThat(states.newest().orElseThrow().number(), is(2L));
  }

  @Test
  public void filesThatCameWithStatesCountAlsoOnceTheirStatesAreFolded() throws IOException {
    StateLog states = ledger.states(ALERTS);
    List<String> names = new ArrayList<>();
    for (int round = 0; round < 5; round++) {
      done(100);
      for (int i = 0; i < 3; i++) {
        LogFile file = new LogFile(String.format("file-%02d", names.size()), 1, 1, 0, null);
        names.add(file.name());
        states.append(
            states.newest(), plans + 1, plans + 1, Map.of(ALERTS, List.of(file)), new byte[0]);
      }
      fold();
      assertThat(files(ALERTS), is(names));
    }
    assertThat(test.files("states").size(), is(lessThan(6)));
  }

  private List<String> files(String log) throws IOException {
    Manifest manifest = new Manifest(ledger);
    manifest.refresh(false);
    return manifest.files(log).stream().map(LogFile::name).sorted().toList();
  }

  @Test
  public void ofTwoWhoFoldTheSameBothGoOnFromOneCheckpoint() throws IOException {
    done(100);
    Folding one = Folding.of(ledger);
    Folding other = Folding.of(ledger);
    List<PlanEntry> tail = TestLedger.all(ledger.plansFrom(1));
    assertThat(one.fold(tail), is(true));
    assertThat(other.fold(tail), is(true));
    assertThat(other.checkpoint(), is(one.checkpoint()));
    assertThat(name(other, 77), is(OptionalLong.of(FINGERPRINT)));
    assertThat(ledger.checkpoint(), is(one.checkpoint()));
  }

  @Test
  public void theCheckpointBeforeReplacesADamagedNewestOne() throws IOException {
    done(100);
    Checkpoint before = fold().checkpoint();
    done(100);
    Checkpoint newest = fold().checkpoint();
    done(10);
    TestLedger.damage(test.fileOf("checkpoints", checkpointName(newest)));
    assertThat(ledger.checkpoint(), is(before));
    List<Long> all = LongStream.rangeClosed(1, 210).boxed().toList();
    assertThat(TestLedger.units(ledger.plansFrom(1)), is(all));
    assertThat(test.beginRun().firstPlan(), is(211L));

    Checkpoint mended = fold().checkpoint();
    assertThat(mended.number(), is(newest.number()));
    assertThat(mended.lastPlan(), is(210L));
    assertThat(mended.sums().records(), is(210L));
    assertThat(TestLedger.units(ledger.plansFrom(1)), is(all));
    assertThat(name(Folding.of(ledger), 200), is(OptionalLong.of(FINGERPRINT)));
  }

  @Test
  public void ifNoCheckpointCanBeReadTheLedgerIsLost() throws IOException {
    done(100);
    fold();
    done(100);
    fold();
    for (String name : test.files("checkpoints")) {
      TestLedger.damage(test.file("checkpoints").resolve(name));
    }
    LostException lost = assertThrows(LostException.class, test::beginRun);
    assertThat(lost.getMessage(), containsString("checkpoints/checkpoint-"));
  }

  @Test
  public void totalsThatLackWhatIsInACheckpointAreLost() throws IOException {
    done(100);
    fold();
    ledger.folder().folder("totals").clear();
    LostException lost = assertThrows(LostException.class, test::beginRun);
    assertThat(lost.getMessage(), containsString("the report volume lacks records"));
  }

  @Test
  public void aDamagedOrMissingIndexOfNamesIsMadeAgainFromTheArchives() throws IOException {
    for (int round = 0; round < 3; round++) {
      done(100);
      fold();
    }
    Checkpoint before = ledger.checkpoint();
    TestLedger.damage(test.file("names").resolve(before.names().get(1).file()));
    Folding mended = Folding.of(ledger);
    for (long unit = 1; unit <= 300; unit++) {
      assertThat(name(mended, unit), is(OptionalLong.of(FINGERPRINT)));
    }
    assertThat(mended.checkpoint().names(), is(not(before.names())));
    assertThat(mended.checkpoint().lastPlan(), is(300L));
    assertThat("it is in a checkpoint", ledger.checkpoint(), is(mended.checkpoint()));

    for (String name : test.files("names")) {
      Files.delete(test.file("names").resolve(name));
    }
    assertThat(name(Folding.of(ledger), 123), is(OptionalLong.of(FINGERPRINT)));
    done(100);
    assertThat(name(fold(), 400), is(OptionalLong.of(FINGERPRINT)));
  }

  @Test
  public void unitsThatAreFoldedHaveNoReceiptOfTheirOwnButAreKnownToHaveOne() throws IOException {
    done(600);
    fold();
    test.plan(++plans, plans);
    assertThat(ledger.receipt(test.unit(5)), is(Optional.empty()));
    assertThat(ledger.isFolded(test.unit(5)), is(true));
    assertThat(ledger.isFolded(test.unit(601)), is(false));
  }

  /** Plans so many units, each in a plan of its own, and does all that there is to do for them. */
  private void done(int count) throws IOException {
    long first = plans + 1;
    for (int i = 0; i < count; i++) {
      test.plan(++plans, plans);
      test.read(plans);
    }
    test.addToTotals(REPORT, LongStream.rangeClosed(first, plans).toArray());
  }

  private void done(Unit unit, Receipt receipt) throws IOException {
    ledger.writePlan(++plans, new Plan(List.of(unit), List.of()));
    read(unit, receipt);
  }

  private void read(Unit unit, Receipt receipt) throws IOException {
    ledger.writeReceipt(unit, receipt);
    ReportTable table = receipt.tables().get(REPORT);
    TestLedger.add(ledger, REPORT, List.of(UnitTable.of(unit.number(), table)));
  }

  private static Receipt receipt(long records) {
    return new Receipt(
        new Receipt.Counts(TestLedger.BYTES, records, 0),
        Map.of(),
        Map.of(),
        List.of(),
        Map.of(),
        Map.of(REPORT, TestLedger.noValues()));
  }

  /** Folds what can be folded. */
  private Folding fold() throws IOException {
    Folding folding = Folding.of(ledger);
    while (folding.fold(tail(folding))) {
      // There may be more.
    }
    return folding;
  }

  private List<PlanEntry> tail(Folding folding) throws IOException {
    return TestLedger.all(ledger.plansFrom(folding.checkpoint().lastPlan() + 1));
  }

  private OptionalLong name(Folding folding, long unit) {
    return folding.names().find(test.input(unit).toString());
  }

  private static String checkpointName(Checkpoint checkpoint) {
    return String.format("checkpoint-%010d", checkpoint.number());
  }
}
