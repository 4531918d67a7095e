package io.tailrace.feed;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.equalTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.Unit;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.LongStream;
import org.apache.beam.sdk.options.PipelineOptions;
import org.apache.beam.sdk.options.PipelineOptionsFactory;
import org.apache.beam.sdk.testing.SourceTestUtils;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

public final class UnitSourceTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final PipelineOptions options = PipelineOptionsFactory.create();

  @Test
  public void partsOfOnePlanHaveEachUnitOnce() throws Exception {
    Ledger ledger = ledger(100);

    List<UnitSource> parts = parts(ledger, 1, 2);

    assertThat(parts, hasSize(32));
    assertThat(numbers(parts), equalTo(upTo(100)));
    for (UnitSource part : parts) {
      assertThat(numbers(List.of(part)).size(), lessThanOrEqualTo(4));
    }
  }

  @Test
  public void partsOfManyPlansHaveEachUnitOnce() throws Exception {
    int[] plans = new int[101];
    for (int plan = 0; plan < plans.length; plan++) {
      plans[plan] = plan % 3;
    }
    Ledger ledger = ledger(plans);

    List<UnitSource> parts = parts(ledger, 101, 2);

    assertThat(parts, hasSize(32));
    assertThat(numbers(parts), equalTo(upTo(100)));
  }

  @Test
  public void fewUnitsAreOneInEachPart() throws Exception {
    Ledger ledger = ledger(1, 0, 2);

    List<UnitSource> parts = parts(ledger, 3, 2);

    assertThat(parts, hasSize(3));
    assertThat(numbers(parts), equalTo(upTo(3)));
  }

  @Test
  public void plansWithoutUnitsAreOnePart() throws Exception {
    List<UnitSource> parts = parts(ledger(0), 1, 2);

    assertThat(parts, hasSize(1));
    assertThat(numbers(parts), equalTo(List.of()));
  }

  @Test
  public void theWholeReadsWhatItsPartsRead() throws Exception {
    UnitSource whole = UnitSource.of(ledger(3, 4, 0, 5), new Planner.Plans(2, 4));

    SourceTestUtils.assertSourcesEqualReferenceSource(
        whole, whole.split(whole.getEstimatedSizeBytes(options), options), options);
    SourceTestUtils.assertUnstartedReaderReadsSameAsItsSource(whole.createReader(options), options);
  }

  @Test
  public void aPlanThatIsGoneFails() throws Exception {
    UnitSource source = UnitSource.of(ledger(1), new Planner.Plans(1, 2));

    IOException gone =
        assertThrows(IOException.class, () -> SourceTestUtils.readFromSource(source, options));

    assertThat(gone.getMessage(), equalTo("Plan 2 is gone from the ledger"));
  }

  /** A ledger with a plan of each of these numbers of units. */
  private Ledger ledger(int... plans) throws IOException {
    Ledger ledger = Ledger.of(new Folder(folder.getRoot().getPath()));
    long unit = 0;
    for (int plan = 0; plan < plans.length; plan++) {
      List<Unit> units = new ArrayList<>();
      for (int i = 0; i < plans[plan]; i++) {
        units.add(new Unit(++unit, List.of(), 0));
      }
      ledger.writePlan(plan + 1, new Plan(units, List.of()));
    }
    return ledger;
  }

  /** The parts for a runner that divides the source by its workers. */
  private List<UnitSource> parts(Ledger ledger, long lastPlan, int workers) throws IOException {
    UnitSource source = UnitSource.of(ledger, new Planner.Plans(1, lastPlan));
    return source.split(source.getEstimatedSizeBytes(options) / workers, options);
  }

  private List<Long> numbers(List<UnitSource> parts) throws IOException {
    List<Long> numbers = new ArrayList<>();
    for (UnitSource part : parts) {
      SourceTestUtils.readFromSource(part, options)
          .forEach(element -> numbers.add(element.number()));
    }
    return numbers;
  }

  private static List<Long> upTo(long last) {
    return LongStream.rangeClosed(1, last).boxed().toList();
  }
}
