package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Totals are compared with the plans and receipts of their units. */
public final class TotalsCheckTest {

  private static final String REPORT = "volume";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private TestLedger test;

  /** Makes a ledger of two units. */
  @Before
  public void open() throws IOException {
    test = new TestLedger(folder.getRoot().toPath(), REPORT);
    test.plan(1, 1);
    test.plan(2, 2);
    test.read(1, 2);
  }

  private List<Finding> check() throws IOException {
    return new LedgerCheck(test.ledger()).run();
  }

  private void assertProblem(String text) throws IOException {
    List<Finding> findings = check();
    assertThat(findings.toString(), findings.size(), is(1));
    assertThat(findings.get(0).isProblem(), is(true));
    assertThat(findings.get(0).text(), containsString(text));
  }

  @Test
  public void theSumOfTheirReceipts() throws IOException {
    test.addToTotals(REPORT, 1, 2);
    assertThat(check(), is(empty()));
  }

  @Test
  public void unitsThatAreInReceiptsAlone() throws IOException {
    test.addToTotals(REPORT, 2);
    assertThat(check(), is(empty()));
  }

  @Test
  public void otherValuesThanTheirReceipts() throws IOException {
    TestLedger.add(test.ledger(), REPORT, List.of(UnitTable.of(1, TestLedger.values(7))));
    assertProblem("it has other values than the receipts of its units; the report volume is wrong");
  }

  @Test
  public void aUnitWithoutAPlan() throws IOException {
    test.addToTotals(REPORT, 1, 2, 3);
    assertProblem("it has unit 3, which no plan has");
  }

  @Test
  public void aUnitWhoseReceiptIsGone() throws IOException {
    test.addToTotals(REPORT, 1, 2);
    Files.delete(test.fileOf("receipts", "unit-0000000002"));
    assertProblem("check --repair makes it again");
  }

  @Test
  public void aCheckpointThatWasPreparedBeforeARepairCannotBeCreated() throws IOException {
    Checkpoint prepared = test.ledger().checkpoint().next();
    Folding.of(test.ledger()).renew();
    assertThat(test.ledger().writeCheckpoint(prepared), is(false));
  }
}
