package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.lessThan;

import io.tailrace.report.ReportTable;
import io.tailrace.simulation.Fault;
import io.tailrace.simulation.Schedule;
import io.tailrace.simulation.SimulatedDisk;
import io.tailrace.storage.Folder;
import io.tailrace.storage.SimulatedStorage;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.LongStream;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Each unit counts once, whoever adds it; what is damaged is missing and can be added again. */
public final class TotalsLogTest {

  private static final String REPORT = "volume";

  /** So many additions become a base. */
  private static final int BASE = 32;

  private static final int WRITERS = 3;
  private static final int UNITS = 90;

  /** A part with more of the ten rows is split. */
  private static final int PART_ROWS = 6;

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private TestLedger test;
  private TotalsLog log;

  @Before
  public void open() throws IOException {
    test = new TestLedger(folder.getRoot().toPath(), REPORT);
    log = another();
  }

  @Test
  public void whatWasAddedIsThereForAllWhoCome() throws IOException {
    assertThat(add(log, 1, 2), is(2));
    assertThat(add(log, 3), is(1));
    assertThat(rows(another()), is(TestLedger.rows(LongStream.of(1, 2, 3))));
    assertThat(
        test.files("totals"),
        contains("volume.0of1.0000000001.add.totals", "volume.0of1.0000000002.add.totals"));
  }

  @Test
  public void aUnitThatIsThereIsNotAddedAgain() throws IOException {
    add(log, 1, 2);
    assertThat(add(log, 1), is(0));
    assertThat(add(log, 2, 3, 3), is(1));
    assertThat(rows(another()), is(TestLedger.rows(LongStream.of(1, 2, 3))));
  }

  @Test
  public void theRowsOfTheUnitsThatWereGivenComeBackWithTheirTotals() throws IOException {
    add(log, 1, 2, 11);
    TotalsLog.Added added = log.add(TestLedger.values(LongStream.of(11, 21))).orElseThrow();
    assertThat(TestLedger.rows(added.touched()), is(Map.of(TestLedger.key(1), 3L)));
  }

  @Test
  public void allRowsComeBackWhereThoseOfTheCheckpointAreAskedFor() throws IOException {
    add(log, 1, 2, 11);
    TotalsLog.Added added =
        log.add(List.of(UnitTable.of(Unit.FOLDED.number(), TestLedger.noValues()))).orElseThrow();
    assertThat(TestLedger.rows(added.touched()), is(TestLedger.rows(LongStream.of(1, 2, 11))));
  }

  @Test
  public void unitsThatAnotherHasAddedMeanwhileAreReadAndNotAddedAgain() throws IOException {
    TotalsLog other = another();
    add(log, 1, 2);
    assertThat(add(other, 2, 3), is(1));
    assertThat(add(log, 3, 4), is(1));
    assertThat(add(other, 1, 2, 3, 4), is(0));
    for (TotalsLog each : List.of(log, other, another())) {
      assertThat(rows(each), is(TestLedger.rows(LongStream.rangeClosed(1, 4))));
    }
  }

  @Test
  public void ofManyWhoAddTheSameUnitsEachUnitCountsOnce() throws Exception {
    int writers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      List<Future<?>> all =
          LongStream.range(0, writers)
              .<Future<?>>mapToObj(
                  writer ->
                      threads.submit(
                          () -> {
                            TotalsLog own = another();
                            for (long unit = 1; unit <= 100; unit++) {
                              add(own, 1 + (unit + 25 * writer) % 100);
                            }
                            return null;
                          }))
              .toList();
      for (Future<?> each : all) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(rows(another()), is(TestLedger.rows(LongStream.rangeClosed(1, 100))));
  }

  @Test
  public void ofWritersThatAreHeldUpAnywhereNoUnitIsLost() throws Exception {
    for (long seed = 1; seed <= Long.getLong("tailrace.totals.histories", 500); seed++) {
      SimulatedDisk disk = seed % 4 == 0 ? SimulatedDisk.objectStore() : SimulatedDisk.fileSystem();
      Schedule schedule = Schedule.of(seed, disk).often(Fault.FREEZE_BEFORE, 0.05);
      SimulatedStorage.install(disk, schedule);
      Ledger ledger = Ledger.of(new Folder("sim://disk/output"));
      for (int writer = 0; writer < WRITERS; writer++) {
        int first = writer;
        schedule.actor(
            "writer " + writer,
            () -> {
              ReportTotals totals =
                  ledger.reportTotals(REPORT, new ReportTotals.Limits(2, PART_ROWS));
              OpenLogs logs = new OpenLogs(ledger);
              for (int unit = 1 + first; unit <= UNITS; unit += WRITERS) {
                List<UnitTable> values = TestLedger.values(LongStream.of(unit));
                totals.add(Part.whole(REPORT), values, logs, true, rows -> {});
              }
            });
      }
      schedule.run();
      ReportTable all = TestLedger.noValues();
      ledger
          .reportTotals(REPORT)
          .visit(TestLedger.noValues(), (log, totals) -> all.merge(totals.table()));
      assertThat(
          "seed " + seed,
          TestLedger.rows(all),
          is(TestLedger.rows(LongStream.rangeClosed(1, UNITS))));
    }
  }

  @Test
  public void aThousandAdditionsLeaveFewFiles() throws IOException {
    for (long unit = 1; unit <= 1_000; unit++) {
      add(log, unit);
      assertThat(test.files("totals").size(), is(lessThan(70)));
    }
    assertThat(rows(another()), is(TestLedger.rows(LongStream.rangeClosed(1, 1_000))));
    assertThat(another().throughInBase(), is(1_000L / BASE * BASE));
  }

  @Test
  public void theBaseBeforeAndAdditionsReplaceADamagedNewestBase() throws IOException {
    for (long unit = 1; unit <= 2 * BASE + 5; unit++) {
      add(log, unit);
    }
    Map<String, Long> rows = rows(log);
    TestLedger.damage(entry(2 * BASE, "base"));
    TotalsLog mended = another();
    assertThat(rows(mended), is(rows));
    assertThat(mended.isDamaged(), is(true));

    mended.writeBase(TestLedger.noValues(), 0);
    assertThat(another().isDamaged(), is(false));
    assertThat(rows(another()), is(rows));
    assertThat(add(another(), 7), is(0));
  }

  @Test
  public void aDamagedBaseThatNothingCameAfterIsMendedUnderTheSameNumber() throws IOException {
    for (long unit = 1; unit <= 2 * BASE; unit++) {
      add(log, unit);
    }
    TestLedger.damage(entry(2 * BASE, "base"));
    TotalsLog mended = another();
    mended.totals(TestLedger.noValues());
    mended.writeBase(TestLedger.noValues(), 0);
    assertThat(another().throughInBase(), is(2L * BASE));
    assertThat(rows(another()), is(TestLedger.rows(LongStream.rangeClosed(1, 2 * BASE))));
  }

  @Test
  public void aDamagedAdditionIsLeftOutAndItsUnitsCanBeAddedAgain() throws IOException {
    add(log, 1);
    add(log, 2, 3);
    add(log, 4);
    TestLedger.damage(entry(2, "add"));
    TotalsLog damaged = another();
    assertThat(rows(damaged), is(TestLedger.rows(LongStream.of(1, 4))));
    assertThat(damaged.isDamaged(), is(true));
    assertThat(add(damaged, 1, 2, 3, 4), is(2));
    assertThat(rows(another()), is(TestLedger.rows(LongStream.rangeClosed(1, 4))));
  }

  @Test
  public void anAdditionWithUnitsThatOthersHaveIsLeftOut() throws IOException {
    add(log, 1, 2);
    add(log, 3);
    Files.copy(entry(1, "add"), entry(3, "add"));
    TotalsLog twice = another();
    assertThat(rows(twice), is(TestLedger.rows(LongStream.of(1, 2, 3))));
    assertThat(add(twice, 4), is(1));
    assertThat(rows(another()), is(TestLedger.rows(LongStream.of(1, 2, 3, 4))));
  }

  @Test
  public void withoutItsFilesThereIsNothing() throws IOException {
    add(log, 1, 2);
    test.ledger().folder().folder("totals").clear();
    assertThat(rows(another()), is(Map.of()));
    assertThat(another().throughInBase(), is(0L));
  }

  private TotalsLog another() {
    return test.ledger().totalsLog(REPORT);
  }

  private static int add(TotalsLog to, long... units) throws IOException {
    return to.addNew(TestLedger.values(LongStream.of(units))).orElseThrow();
  }

  private static Map<String, Long> rows(TotalsLog of) throws IOException {
    return TestLedger.rows(of.totals(TestLedger.noValues()).table());
  }

  /** The file of an entry; the names of bases have something unique behind their numbers. */
  private Path entry(long number, String type) throws IOException {
    String begin = String.format("volume.0of1.%010d", number);
    return test.files("totals").stream()
        .filter(name -> name.startsWith(begin) && name.endsWith(type + ".totals"))
        .map(name -> test.file("totals").resolve(name))
        .findFirst()
        .orElse(test.file("totals").resolve(begin + "." + type + ".totals"));
  }
}
