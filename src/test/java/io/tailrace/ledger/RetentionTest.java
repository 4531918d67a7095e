package io.tailrace.ledger;

import static java.util.stream.Collectors.toList;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.tailrace.format.SqlType;
import io.tailrace.options.TableFormat;
import io.tailrace.report.BucketKey;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.report.Retention;
import io.tailrace.report.Span;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Reports that keep their rows for ten hours: what is there is a function of the units alone. */
public final class RetentionTest {

  private static final String NAME = "hourly";
  private static final long HOUR = 3_600_000_000L;
  private static final int KEPT = 10;
  private static final int UNITS = 60;
  private static final Retention RETENTION =
      new Retention(new BucketKey(0, false), new Span(0, 0, KEPT * HOUR));
  private static final ReportTotals.Limits SMALL = new ReportTotals.Limits(3, 20);
  private static final Part WHOLE = Part.whole(NAME);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final Map<Long, ReportTable> units = new HashMap<>();
  private Report report;
  private Ledger ledger;
  private TestLedger test;

  @Before
  public void open() throws IOException {
    report = report(RETENTION);
    open("");
  }

  private void open(String name) throws IOException {
    units.clear();
    test = new TestLedger(folder.getRoot().toPath().resolve("root" + name));
    ledger = Ledger.of(new Folder(folder.getRoot() + "/ledger" + name));
    ledger.claim("tests", "units", TableFormat.parquet, List.of(report));
  }

  private static Report report(Retention retention) {
    Column hour = new Column("hour", SqlType.VARCHAR, row -> row.key(), Column.Role.KEY);
    return new Report(
        NAME,
        List.of(Report.RECORDS),
        List.of(hour, Column.records("records")),
        new Report.Expiry(hour, retention));
  }

  // In whatever order

  @Test
  public void inAnyOrderWithCrashesAndSplitsTheReportIsThatOfItsUnits() throws IOException {
    for (int seed = 1; seed <= 3; seed++) {
      open("-" + seed);
      Random random = new Random(seed);
      OpenLogs logs = new OpenLogs(ledger);
      List<Long> hours =
          LongStream.rangeClosed(1, UNITS).map(unit -> unit / 2).boxed().collect(toList());
      Collections.shuffle(hours.subList(UNITS / 2, UNITS), random);
      while (units.size() < UNITS) {
        long unit = units.size() + 1;
        put(unit, random, hours.get((int) unit - 1).intValue());
        receive(unit);
        for (int again = random.nextInt(4); again > 0; again--) {
          // Whoever wrote receipts was killed before they were added; some come twice, or later.
          logs = random.nextInt(4) == 0 ? new OpenLogs(ledger) : logs;
          add(logs, 1 + random.nextInt((int) unit));
        }
        if (unit % 8 == 0) {
          assertThat("seed " + seed + ", unit " + unit, rows(true), is(expected()));
        }
      }
      for (long unit = UNITS; unit > 0; unit--) {
        add(logs, unit);
      }
      assertThat("seed " + seed, rows(true), is(expected()));
      assertThat("seed " + seed, rows(false), is(expected()));
      assertThat(ledger.reportTotals(NAME).leaves().size(), is(greaterThan(1)));
      assertThat(new LedgerCheck(ledger).run(), is(empty()));
    }
  }

  @Test
  public void aUnitThatComesAgainDoesNotBringItsRowsBack() throws IOException {
    OpenLogs logs = new OpenLogs(ledger);
    read(1, Map.of(0, 5L));
    read(2, Map.of(11, 1L));
    add(logs, 1);
    add(logs, 2);
    add(logs, 1);
    add(new OpenLogs(ledger), 1);
    assertThat(rows(true), is(Map.of(key(11, 0), 1L)));
    assertThat(ledger.lateRecords(report), is(0L));
  }

  @Test
  public void aRecordThatComesTooLateIsCountedAndMakesNoRow() throws IOException {
    read(1, Map.of(0, 5L, 3, 7L));
    read(2, Map.of(13, 1L));
    read(3, Map.of(0, 2L, 2, 1L, 3, 1L));
    for (long unit = 1; unit <= 3; unit++) {
      add(new OpenLogs(ledger), unit);
    }
    assertThat(rows(true), is(Map.of(key(3, 0), 8L, key(13, 0), 1L)));
    assertThat(ledger.lateRecords(report), is(3L));
    add(new OpenLogs(ledger), 3);
    assertThat(ledger.lateRecords(report), is(3L));
    SplitReports.of(ledger.folder().folder(".."), 4);
    assertThat(ledger.lateRecords(report), is(3L));
    assertThat(rows(true), is(Map.of(key(3, 0), 8L, key(13, 0), 1L)));
  }

  @Test
  public void theRowsOfReceiptsThatNobodyHasAddedCountToo() throws IOException {
    read(1, Map.of(0, 5L, 5, 1L));
    add(new OpenLogs(ledger), 1);
    read(2, Map.of(12, 1L));
    assertThat(rows(true), is(Map.of(key(5, 0), 1L, key(12, 0), 1L)));
    assertThat(rows(false), is(Map.of(key(0, 0), 5L, key(5, 0), 1L)));
  }

  // What is given back

  @Test
  public void theLedgerDoesNotGrowWithTheHoursThatWereThere() throws IOException {
    OpenLogs logs = new OpenLogs(ledger);
    long most = 0;
    for (long unit = 1; unit <= 120; unit++) {
      Map<Integer, Long> hosts = new HashMap<>();
      hosts.put((int) unit, 100L);
      read(unit, hosts);
      add(logs, unit);
      if (unit == 60) {
        most = bytesOfTotals();
      }
    }
    assertThat(bytesOfTotals(), is(lessThan(most * 2)));
    assertThat(rows(true).size(), is(KEPT + 1));
  }

  @Test
  public void foldingWritesNoRowThatHasExpired() throws IOException {
    for (long unit = 1; unit <= 30; unit++) {
      read(unit, Map.of((int) unit, 1L));
      add(new OpenLogs(ledger), unit);
    }
    assertThat(
        Folding.of(ledger, new Folding.Limits(1, 1, 100)).fold(TestLedger.all(ledger.plansFrom(1))),
        is(true));
    List<String> bases =
        ledger.folder().folder("totals").list("", ".base.totals").stream().sorted().toList();
    Totals newest =
        Totals.fromBytes(
            ledger
                .entries(SealedContent.Kind.totals)
                .read(bases.get(bases.size() - 1).replace(".totals", ""))
                .get());
    assertThat(newest.table().size(), is(KEPT + 1));
    assertThat(rows(true).size(), is(KEPT + 1));
    assertThat(rows(true), is(expected()));
  }

  // What changes

  @Test
  public void aReportThatHadNoRetentionDropsRowsOnceItHasOne() throws IOException {
    report = report(null);
    for (long unit = 1; unit <= 30; unit++) {
      ReportTable plain = new ReportTable(Report.RECORDS.merge());
      plain.add(plain.row(key((int) unit, 0)), 0, 1);
      units.put(unit, plain);
      receive(unit);
      add(new OpenLogs(ledger), unit);
    }
    assertThat(rows(true).size(), is(30));
    report = report(RETENTION);
    read(31, Map.of(31, 1L));
    assertThat(rows(true).size(), is(KEPT + 1));
    add(new OpenLogs(ledger), 31);
    assertThat(rows(true).size(), is(KEPT + 1));
    report = report(new Retention(new BucketKey(0, false), new Span(0, 0, 3 * HOUR)));
    assertThat(rows(true).size(), is(4));
  }

  private void put(long unit, Random random, int hour) {
    Map<Integer, Long> hours = new HashMap<>();
    hours.put(hour, 1L + random.nextInt(5));
    if (random.nextInt(3) == 0) {
      hours.put(Math.max(0, hour - random.nextInt(2 * KEPT)), 1L);
    }
    units.put(unit, table(hours, 1 + random.nextInt(6)));
  }

  private void read(long unit, Map<Integer, Long> hours) throws IOException {
    units.put(unit, table(hours, 1));
    receive(unit);
  }

  private void receive(long unit) throws IOException {
    ledger.writePlan(unit, new Plan(List.of(test.unit(unit)), List.of()));
    ledger.writeReceipt(test.unit(unit), TestLedger.receipt(Map.of(NAME, units.get(unit))));
  }

  private ReportTable table(Map<Integer, Long> hours, int hosts) {
    ReportTable table = report.newTable();
    hours.forEach(
        (hour, records) ->
            IntStream.range(0, hosts)
                .forEach(host -> table.add(table.row(key(hour, host)), 0, records)));
    table.findNewest(Long.MAX_VALUE);
    return table;
  }

  private static String key(int hour, int host) {
    return hour * HOUR + "\u001fhost-" + host;
  }

  private void add(OpenLogs logs, long unit) throws IOException {
    ledger
        .reportTotals(NAME, SMALL)
        .add(WHOLE, List.of(UnitTable.of(unit, units.get(unit))), logs, true, rows -> {});
  }

  /** What the report has of the units that were read. */
  private Map<String, Long> expected() {
    Map<String, Long> all = new TreeMap<>();
    units
        .values()
        .forEach(
            table ->
                TestLedger.rows(table)
                    .forEach((key, records) -> all.merge(key, records, Long::sum)));
    long newest = all.keySet().stream().mapToLong(RetentionTest::time).max().orElse(0);
    all.keySet().removeIf(key -> time(key) < newest - KEPT * HOUR);
    return all;
  }

  private static long time(String key) {
    return Long.parseLong(key.substring(0, key.indexOf('\u001f')));
  }

  private Map<String, Long> rows(boolean settled) throws IOException {
    ReportTable all = report.newTable();
    if (settled) {
      ledger.settledTotals(report, all::merge);
    } else {
      ledger.totals(report, all::merge);
    }
    return TestLedger.rows(all);
  }

  private long bytesOfTotals() throws IOException {
    long bytes = 0;
    for (String name : ledger.folder().folder("totals").list("", "")) {
      bytes += Files.size(folder.getRoot().toPath().resolve("ledger/_ledger/totals").resolve(name));
    }
    return bytes;
  }
}
