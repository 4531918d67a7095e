package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;
import static org.hamcrest.Matchers.lessThanOrEqualTo;
import static org.hamcrest.Matchers.not;

import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Reports of many keys are kept in parts. */
public final class ReportTotalsTest {

  private static final String REPORT = "requests";
  private static final int PART_ROWS = 20;
  private static final ReportTotals.Limits SMALL = new ReportTotals.Limits(3, PART_ROWS);
  private static final Part WHOLE = Part.whole(REPORT);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Random random = new Random(41);
  private final Map<String, Long> expected = new TreeMap<>();
  private TestLedger test;
  private Ledger ledger;
  private Report report;

  @Before
  public void open() throws IOException {
    test = new TestLedger(folder.getRoot().toPath(), REPORT, REPORT + ".other");
    ledger = test.ledger();
    report = test.reports().get(0);
  }

  // What becomes of a report that grows

  @Test
  public void aSmallReportIsOnePart() throws IOException {
    add(WHOLE, unit(1, PART_ROWS));
    assertThat(parts(), is(List.of(WHOLE)));
    requireExact();
  }

  @Test
  public void aReportThatGrowsIsSplitAgainAndAgain() throws IOException {
    int parts = 1;
    for (int unit = 1; unit <= 60; unit++) {
      add(WHOLE, unit(unit, 15));
      assertThat(parts().size(), is(not(lessThan(parts))));
      parts = parts().size();
    }
    assertThat(parts, is(greaterThan(16)));
    assertThat(mostRows(), is(lessThanOrEqualTo(PART_ROWS)));
    requireExact();
  }

  @Test
  public void aLargeUnitFindsParts() throws IOException {
    ReportTotals totals = totals();
    List<UnitTable> large = unit(1, 1_000);
    List<Part> prepared = totals.prepareFor(large.get(0).table());
    assertThat(prepared.size(), is(greaterThan(32)));
    for (Part part : prepared) {
      add(part, UnitTable.of(1, large.get(0).table(), List.of(part)));
    }
    requireExact();
  }

  @Test
  public void oneRowMoreWritesOneSmallFile() throws IOException {
    add(WHOLE, unit(1, 3_000));
    List<String> before = test.files("totals");
    OpenLogs logs = new OpenLogs(ledger);
    totals().add(WHOLE, unit(2, 1), logs, false, rows -> {});
    List<String> added = new ArrayList<>(test.files("totals"));
    added.removeAll(before);
    assertThat(added.size(), is(1));
    assertThat(Files.size(test.file("totals").resolve(added.get(0))), is(lessThan(200L)));
    requireExact();
  }

  @Test
  public void whoReadsUnitsHearsOfPartsThatOthersHaveSplit() throws IOException {
    ReportTotals reader = totals();
    ReportTable one = unit(1, 1).get(0).table();
    expected.clear();
    assertThat(reader.prepareFor(one), is(List.of(WHOLE)));
    add(WHOLE, unit(1, PART_ROWS * 3));
    int parts = 1;
    for (int uses = 0; uses < ReportTotals.USES_OF_LEAVES; uses++) {
      parts = reader.prepareFor(one).size();
    }
    assertThat(parts, is(totals().leaves().size()));
    assertThat(parts, is(greaterThan(1)));
  }

  // Who adds to it

  @Test
  public void inAnyOrderAndAnyNumberOfTimesByManyWhoKnowOfOtherPartsItIsExact() throws Exception {
    List<List<UnitTable>> units = new ArrayList<>();
    for (int unit = 1; unit <= 120; unit++) {
      List<UnitTable> values = unit(unit, 1 + random.nextInt(12));
      units.addAll(Collections.nCopies(1 + random.nextInt(3), values));
    }
    Collections.shuffle(units, random);
    ExecutorService workers = Executors.newFixedThreadPool(4);
    try {
      List<Future<Void>> all = new ArrayList<>();
      for (int worker = 0; worker < 4; worker++) {
        int first = worker;
        Callable<Void> work =
            () -> {
              ReportTotals totals = totals();
              OpenLogs logs = new OpenLogs(ledger);
              for (int i = first; i < units.size(); i += 4) {
                totals.add(WHOLE, units.get(i), logs, true, rows -> {});
              }
              return null;
            };
        all.add(workers.submit(work));
      }
      for (Future<Void> each : all) {
        each.get();
      }
    } finally {
      workers.shutdownNow();
    }
    assertThat(parts().size(), is(greaterThan(8)));
    requireExact();
  }

  @Test
  public void whoStillKnowsTheWholeReportAddsToItsParts() throws IOException {
    ReportTotals old = totals();
    OpenLogs logs = new OpenLogs(ledger);
    old.add(WHOLE, unit(1, 5), logs, false, rows -> {});
    for (int unit = 2; unit < 10; unit++) {
      add(WHOLE, unit(unit, 30));
    }
    old.add(WHOLE, unit(10, 5), logs, false, rows -> {});
    requireExact();
  }

  @Test
  public void touchedRowsComeWithTheirTotals() throws IOException {
    add(WHOLE, unit(1, 500));
    List<UnitTable> more = unit(2, 100);
    ReportTable touched = report.newTable();
    totals().add(WHOLE, more, new OpenLogs(ledger), true, touched::merge);
    Map<String, Long> all = TestLedger.rows(touched);
    Map<String, Long> wanted = TestLedger.rows(more.get(0).table());
    assertThat(all.keySet(), is(wanted.keySet()));
    all.forEach((key, records) -> assertThat(key, records, is(expected.get(key))));
  }

  @Test
  public void allRowsOfAllPartsComeBackWhereThoseOfTheCheckpointAreAskedFor() throws IOException {
    add(WHOLE, unit(1, 500));
    ReportTable touched = report.newTable();
    UnitTable folded = UnitTable.of(Unit.FOLDED.number(), report.newTable());
    totals().add(WHOLE, List.of(folded), new OpenLogs(ledger), true, touched::merge);
    assertThat(TestLedger.rows(touched), is(expected));
  }

  // What is lost

  @Test
  public void afterASplitThatWasCutShortThePartsAreMadeOfTheLogBefore() throws IOException {
    add(WHOLE, unit(1, PART_ROWS));
    SplitReports.of(ledger.folder().folder(".."), 4);
    List<String> bases =
        test.files("totals").stream()
            .filter(
                name ->
                    name.startsWith(REPORT + ".")
                        && name.contains("of4.")
                        && !name.contains("other"))
            .toList();
    assertThat(bases.size(), is(4));
    for (int made = 0; made < 4; made++) {
      // Whoever has split the part made so many bases and was killed.
      for (String base : bases.subList(made, 4)) {
        Files.deleteIfExists(test.file("totals").resolve(base));
      }
      requireExact();
      add(WHOLE, unit(2 + made, 3));
      requireExact();
    }
  }

  @Test
  public void thePartThatWasSplitGoesWhenAllIsInTwoBases() throws IOException {
    add(WHOLE, unit(1, PART_ROWS));
    SplitReports.of(ledger.folder().folder(".."), 4);
    totals().deleteSplit();
    assertThat(filesOf(WHOLE).size(), is(greaterThan(1)));
    for (int unit = 2; unit < 8; unit++) {
      for (int key = 0; key < 20; key++) {
        expected.merge("k" + key, 1L, Long::sum);
      }
      ReportTable table = report.newTable();
      for (int key = 0; key < 20; key++) {
        table.add(table.row("k" + key), 0, 1);
      }
      totals().add(WHOLE, List.of(UnitTable.of(unit, table)), new OpenLogs(ledger), false, r -> {});
      totals().visit(report.newTable(), (log, totals) -> log.writeBase(report.newTable(), 0));
    }
    totals().deleteSplit();
    assertThat(filesOf(WHOLE).size(), is(1));
    requireExact();
  }

  @Test
  public void aPartThatLacksWhatACheckpointHasIsFound() throws IOException {
    for (int unit = 1; unit <= 40; unit++) {
      plan(unit, 30);
    }
    fold();
    Checkpoint checkpoint = ledger.checkpoint();
    assertThat(checkpoint.lastUnit(), is(40L));
    assertThat(checkpoint.parts().keySet(), is(not(empty())));
    requireExact();
    String damaged =
        test.files("totals").stream()
            .filter(name -> name.endsWith(".base.totals") && name.startsWith(REPORT + "."))
            .filter(name -> !name.contains("0000000001"))
            .findFirst()
            .orElseThrow();
    String part = damaged.substring(0, damaged.indexOf('.', REPORT.length() + 1) + 1);
    for (String file : test.files("totals")) {
      if (file.startsWith(part)) {
        Files.delete(test.file("totals").resolve(file));
      }
    }
    assertThat(totals().look().lack(checkpoint).isPresent(), is(true));
    try {
      ledger.settledTotals(report, rows -> {});
      throw new AssertionError("it is not said that records are missing");
    } catch (LostException e) {
      assertThat(e.getMessage(), e.getMessage().contains("lacks records"), is(true));
    }
  }

  private void fold() throws IOException {
    Folding folding = Folding.of(ledger, new Folding.Limits(1, 1, 1_000));
    assertThat(folding.fold(TestLedger.all(ledger.plansFrom(1))), is(true));
  }

  private void plan(int unit, int rows) throws IOException {
    test.plan(unit, unit);
    List<UnitTable> values = unit(unit, rows);
    ReportTable table = values.get(0).table();
    ledger.writeReceipt(
        test.unit(unit),
        TestLedger.receipt(Map.of(REPORT, table, REPORT + ".other", report.newTable())));
    add(WHOLE, values);
    TestLedger.add(ledger, REPORT + ".other", List.of(UnitTable.of(unit, report.newTable())));
  }

  private ReportTotals totals() {
    return ledger.reportTotals(REPORT, SMALL);
  }

  private List<UnitTable> unit(int number, int rows) {
    ReportTable table = report.newTable();
    for (int i = 0; i < rows; i++) {
      String key = "key-" + random.nextInt(rows > 100 ? 10_000 : 400);
      table.add(table.row(key), 0, 1);
      expected.merge(key, 1L, Long::sum);
    }
    return List.of(UnitTable.of(number, table));
  }

  private void add(Part part, List<UnitTable> values) throws IOException {
    totals().add(part, values, new OpenLogs(ledger), false, rows -> {});
  }

  private List<Part> parts() throws IOException {
    return totals().leaves();
  }

  private List<String> filesOf(Part part) throws IOException {
    return test.files("totals").stream()
        .filter(name -> name.startsWith(part.name() + "."))
        .collect(Collectors.toList());
  }

  private int mostRows() throws IOException {
    int[] most = new int[1];
    ledger.totals(report, rows -> most[0] = Math.max(most[0], rows.size()));
    return most[0];
  }

  private void requireExact() throws IOException {
    Map<String, Long> all = new TreeMap<>();
    ledger.totals(
        report,
        rows ->
            TestLedger.rows(rows)
                .forEach(
                    (key, records) -> assertThat(key, all.put(key, records) == null, is(true))));
    assertThat(all, is(expected));
    ReportTable settled = report.newTable();
    ledger.settledTotals(report, settled::merge);
    assertThat(TestLedger.rows(settled), is(expected));
  }
}
