package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What becomes of a unit that could not read all, once its receipt is lost. */
public final class AskedAgainTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private TestLedger test;
  private Ledger ledger;
  private Unit unit;

  /** A unit of three files, of which one is there and one has been planned again. */
  @Before
  public void plan() throws IOException {
    test = new TestLedger(folder.getRoot().toPath(), "one");
    ledger = test.ledger();
    for (long file = 1; file <= 3; file++) {
      test.deliver(file);
    }
    unit = new Unit(1, List.of(slice(1), slice(2), slice(3)), 0);
    ledger.writePlan(1, new Plan(List.of(unit), List.of()));
  }

  private Slice slice(long file) {
    return test.unit(file).slices().get(0);
  }

  private void readTheFirstOnly(String noteOfSecond, String noteOfThird) throws IOException {
    Receipt receipt =
        new Receipt(
            new Receipt.Counts(TestLedger.BYTES, 1, 0),
            Map.of(),
            Map.of(),
            List.of(
                new Receipt.Unread(slice(2), "for a test", false, noteOfSecond),
                new Receipt.Unread(slice(3), "for a test", true, noteOfThird)),
            Map.of(),
            Map.of("one", TestLedger.values(1)));
    ledger.writeReceipt(unit, receipt);
    ledger.writeRetryNotes(unit, receipt);
  }

  /** Plans the second file again, and damages the receipt. */
  private void answerAndDamage(String note) throws IOException {
    ledger.writePlan(2, new Plan(List.of(new Unit(2, List.of(slice(2)), 1)), List.of(note)));
    ledger.deleteRetryNote(note);
    TestLedger.damage(test.fileOf("receipts", "unit-0000000001"));
  }

  @Test
  public void whatOthersHaveOrWillHaveIsLeftOut() throws IOException {
    readTheFirstOnly(RetryNote.name(unit, slice(2)), RetryNote.name(unit, slice(3)));
    answerAndDamage("unit-0000000001-slice-1");

    assertThat(test.beginRun().again(), contains(1L));
    requireLeftOut("unit-0000000001-slice-1", "unit-0000000001-slice-2");
  }

  /** Notes of older ledgers have the place among the slices that could not be read. */
  @Test
  public void theSameWithOlderNotes() throws IOException {
    readTheFirstOnly(null, null);
    answerAndDamage("unit-0000000001-0");

    assertThat(test.beginRun().again(), contains(1L));
    requireLeftOut("unit-0000000001-0", "unit-0000000001-1");
  }

  private void requireLeftOut(String second, String third) throws IOException {
    Map<Slice, Receipt.Unread> asked = ledger.askedAgain(unit);
    assertThat(asked.keySet(), is(Set.of(slice(2), slice(3))));
    assertThat(asked.get(slice(2)).note(), is(second));
    assertThat(asked.get(slice(3)).note(), is(third));
    assertThat(asked.get(slice(3)).damaged(), is(true));
  }

  @Test
  public void aReceiptThatIsGoneIsMissedByWhoeverHasAnsweredItsNote() throws IOException {
    readTheFirstOnly(RetryNote.name(unit, slice(2)), RetryNote.name(unit, slice(3)));
    answerAndDamage("unit-0000000001-slice-1");
    Files.delete(test.fileOf("receipts", "unit-0000000001"));
    assertThat(test.beginRun().again(), contains(1L));
  }

  @Test
  public void onlyTheInputThatNoOtherHasIsNeeded() throws IOException {
    readTheFirstOnly(RetryNote.name(unit, slice(2)), RetryNote.name(unit, slice(3)));
    answerAndDamage("unit-0000000001-slice-1");
    Files.delete(test.input(2));
    Files.delete(test.input(3));
    assertThat(test.beginRun().again(), contains(1L));

    Files.delete(test.input(1));
    assertThat(
        assertThrows(LostException.class, test::beginRun).getMessage(),
        containsString(test.input(1) + " is not there any more"));
  }

  @Test
  public void aUnitThatHasItsReceiptIsNotReadAgain() throws IOException {
    readTheFirstOnly(RetryNote.name(unit, slice(2)), RetryNote.name(unit, slice(3)));
    assertThat(test.beginRun().again(), is(empty()));
    assertThat(ledger.run().orElseThrow().again(), is(empty()));
  }
}
