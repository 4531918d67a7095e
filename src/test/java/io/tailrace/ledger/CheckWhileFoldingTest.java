package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;
import org.junit.runners.Parameterized.Parameter;
import org.junit.runners.Parameterized.Parameters;

/** Files that go because a run folds them are not taken for damage. */
@RunWith(Parameterized.class)
public final class CheckWhileFoldingTest {

  @Parameters(name = "{0} parts")
  public static List<Integer> parts() {
    return List.of(1, 16);
  }

  @Parameter public int parts;

  private static final String REPORT = "volume";
  private static final long PLANS = 200;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void nothingIsDamaged() throws Exception {
    TestLedger test = new TestLedger(folder.getRoot().toPath(), REPORT).inParts(parts);
    FutureTask<Void> run =
        new FutureTask<>(
            () -> {
              write(test);
              return null;
            });
    new Thread(run, "run").start();
    List<Finding> damage = new ArrayList<>();
    int checks = 0;
    while (!run.isDone()) {
      for (Finding finding : new LedgerCheck(test.ledger()).run()) {
        if (finding.severity() != Finding.Severity.FOREIGN) {
          damage.add(finding);
        }
      }
      checks++;
    }
    run.get();
    assertThat(damage, is(empty()));
    assertThat(checks, is(greaterThan(1)));
  }

  private static void write(TestLedger test) throws IOException {
    Folding folding = Folding.of(test.ledger());
    for (long plan = 1; plan <= PLANS; plan++) {
      test.plan(plan, plan);
      test.read(plan);
      test.addToTotals(REPORT, plan);
      folding.fold(TestLedger.all(test.ledger().plansFrom(folding.checkpoint().lastPlan() + 1)));
    }
  }
}
