package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.tailrace.report.Measure;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.LongStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Who may plan, and where a run begins. */
public final class LedgerTest {

  private static final List<String> REPORTS = List.of("one", "other");

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Ledger ledger;

  @Before
  public void open() {
    ledger = Ledger.of(new Folder(folder.getRoot() + "/output"));
  }

  @Test
  public void aRunGoesOnUntilItIsAskedToStopOrAnotherBegins() throws IOException {
    assertThat(ledger.run(), is(Optional.empty()));
    assertThat(ledger.beginRun(REPORTS), is(new Ledger.Run(1, 1, false)));
    assertThat(ledger.goesOn(1), is(true));
    ledger.requestStop();
    assertThat(ledger.goesOn(1), is(false));
    assertThat(ledger.isSuperseded(1), is(false));
    assertThat(ledger.beginRun(REPORTS), is(new Ledger.Run(2, 1, false)));
    assertThat(ledger.goesOn(1), is(false));
    assertThat(ledger.isSuperseded(1), is(true));
    assertThat(ledger.goesOn(2), is(true));
  }

  @Test
  public void aRunBeginsAtTheFirstPlanOfWhichNotAllIsInEveryTotal() throws IOException {
    ledger.beginRun(REPORTS);
    plan(1, 1, 2);
    plan(2, 3);
    plan(3, 4, 5);
    assertThat(firstPlan(), is(1L));
    merged("one", 1, 2, 3, 4, 5);
    merged("other", 1, 2);
    assertThat(firstPlan(), is(2L));
    merged("other", 1, 2, 3, 5);
    assertThat(firstPlan(), is(3L));
    merged("other", 1, 2, 3, 4, 5);
    assertThat(firstPlan(), is(4L));
    // Without the totals, everything is merged again.
    ledger.folder().folder("totals").clear();
    assertThat(firstPlan(), is(1L));
  }

  @Test
  public void plansComeInTheirOrderUpToTheFirstThatIsMissing() throws IOException {
    for (long number = 1; number <= 1_200; number++) {
      plan(number, number);
    }
    plan(1_202, 1_202);
    PlanReader plans = ledger.plansFrom(3);
    assertThat(units(plans), is(LongStream.rangeClosed(3, 1_200).boxed().toList()));
    plan(1_201, 1_201);
    assertThat("it goes on", units(plans), is(List.of(1_201L, 1_202L)));
  }

  @Test
  public void plansThatAreKeptTogetherAreReadTogether() throws IOException {
    for (long number = 1; number <= 2_010; number++) {
      plan(number, number);
    }
    PlanReader begunBefore = ledger.plansFrom(1);
    assertThat(begunBefore.next().isPresent(), is(true));
    keepTogether(1);
    keepTogether(1_001);
    assertThat(units(begunBefore), is(LongStream.rangeClosed(2, 2_010).boxed().toList()));
    for (String name : plans().list("plan-", ".json").subList(0, 2_000)) {
      plans().delete(name);
    }
    assertThat(units(ledger.plansFrom(1)), is(LongStream.rangeClosed(1, 2_010).boxed().toList()));
    assertThat(
        units(ledger.plansFrom(1_001)), is(LongStream.rangeClosed(1_001, 2_010).boxed().toList()));
    assertThat("in the middle of them", units(ledger.plansFrom(1_500)), is(List.of()));
  }

  private static List<Long> units(PlanReader plans) throws IOException {
    List<Long> units = new ArrayList<>();
    for (Optional<Plan> plan; (plan = plans.next()).isPresent(); ) {
      units.add(plan.get().units().get(0).number());
    }
    return units;
  }

  private Folder plans() {
    return ledger.folder().folder("plans");
  }

  private void keepTogether(long first) throws IOException {
    List<Plan> together = new ArrayList<>();
    for (long number = first; together.size() < Ledger.PLANS_TOGETHER; number++) {
      together.add(ledger.plan(number).orElseThrow());
    }
    ledger.keepTogether(first, together);
  }

  private long firstPlan() throws IOException {
    return ledger.beginRun(REPORTS).firstPlan();
  }

  private void plan(long number, long... units) throws IOException {
    ledger.writePlan(
        number,
        new Plan(
            LongStream.of(units).mapToObj(unit -> new Unit(unit, List.of(), 0)).toList(),
            List.of()));
  }

  private void merged(String report, long... units) throws IOException {
    Totals totals = Totals.empty(new ReportTable(Measure.sum("records").merge()));
    LongStream.of(units)
        .forEach(unit -> totals.add(unit, new ReportTable(Measure.sum("records").merge())));
    ledger.writeTotals(ledger.run().orElseThrow().number(), report, totals);
  }
}
