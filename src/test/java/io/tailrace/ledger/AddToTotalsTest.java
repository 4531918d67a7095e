package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import org.apache.beam.sdk.coders.CoderException;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Units may come in any order and any number of times; each is in the totals once. */
public final class AddToTotalsTest {

  private static final Report REPORT =
      new Report(
          "counts",
          List.of(Report.RECORDS, Measure.max("last", "n")),
          List.of(
              Column.key("key"), Column.records(Report.RECORDS.name()), Column.measure("last")));

  private static final Duration REFRESH = Duration.standardSeconds(1);

  /** A timer fires when its time is over, not when it is reached. */
  private static final Duration OVER = REFRESH.plus(Duration.millis(1));

  private static final KvCoder<String, UnitTable> CODER =
      KvCoder.of(StringUtf8Coder.of(), UnitTable.Coder.of());

  @Rule public final transient TestPipeline pipeline = TestPipeline.create();
  @Rule public final transient TemporaryFolder folder = new TemporaryFolder();

  private final TestStream.Builder<KV<String, UnitTable>> start = TestStream.create(CODER);
  private Ledger ledger;
  private long run;

  @Before
  public void beginRun() throws IOException {
    ledger = Ledger.of(new Folder(folder.getRoot() + "/output"));
    run = ledger.beginRun(List.of(REPORT)).number();
  }

  private static final AtomicInteger ADVANCES = new AtomicInteger();

  @Test
  public void whatIsDoneInOrderIsTriedAgainHoweverItsFilesFail() throws CoderException {
    ADVANCES.set(0);
    InOrder failsTwice =
        (of, number) -> {
          switch (ADVANCES.incrementAndGet()) {
            case 1 -> throw new IOException("All datanodes are bad");
            case 2 -> throw new UncheckedIOException(new IOException("All datanodes are bad"));
            default -> {
              return 0;
            }
          }
        };
    pipeline
        .apply(start.addElements(unit(1, "a", 2, 10)).advanceWatermarkToInfinity())
        .apply(AddToTotals.of(ledger, run, REFRESH).inOrder(Map.of(REPORT.name(), failsTwice)));
    pipeline.run();
    assertThat(ADVANCES.get(), is(3));
  }

  @Test
  public void theRowsThatUnitsTouchComeOutWithTheirTotals() throws IOException {
    PAssert.that(
            rows(
                start
                    .addElements(unit(1, "a", 2, 10, "b", 1, 11), unit(2, "a", 3, 9))
                    .advanceProcessingTime(OVER)
                    .addElements(unit(3, "a", 1, 12))
                    .advanceProcessingTime(OVER)
                    .advanceWatermarkToInfinity()))
        .containsInAnyOrder("a=5/10", "b=1/11", "a=6/12");
    pipeline.run();
    assertThat(totals(), is("{a=6/12, b=1/11}"));
  }

  @Test
  public void aUnitThatComesAgainCountsOnceAndItsRowsComeOutAgain() throws IOException {
    PAssert.that(
            rows(
                start
                    .addElements(unit(1, "a", 2, 10), unit(1, "a", 2, 10), unit(2, "b", 1, 1))
                    .advanceProcessingTime(OVER)
                    .addElements(unit(1, "a", 2, 10))
                    .advanceProcessingTime(OVER)
                    .advanceWatermarkToInfinity()))
        .containsInAnyOrder("a=2/10", "b=1/1", "a=2/10");
    pipeline.run();
    assertThat(totals(), is("{a=2/10, b=1/1}"));
  }

  @Test
  public void aUnitWithoutRecordsIsNotedAndTouchesNoRow() throws IOException {
    PAssert.that(rows(start.addElements(unit(1)).advanceWatermarkToInfinity())).empty();
    pipeline.run();
    assertThat(ledger.reportTotals(REPORT.name()).look().hasInAll(1), is(true));
  }

  @Test
  public void inAnyOrderAndAnyNumberOfTimesUnitsAddUpToTheSame() throws IOException {
    Random random = new Random(11);
    Map<String, Long> expected = new TreeMap<>();
    List<KV<String, UnitTable>> deliveries = new ArrayList<>();
    for (int unit = 1; unit <= 60; unit++) {
      ReportTable table = REPORT.newTable();
      for (int i = random.nextInt(5); i > 0; i--) {
        String key = "k" + random.nextInt(20);
        long records = 1 + random.nextInt(100);
        add(table, key, records, 0);
        expected.merge(key, records, Long::sum);
      }
      KV<String, UnitTable> element = KV.of(REPORT.name(), UnitTable.of(unit, table));
      deliveries.addAll(Collections.nCopies(1 + random.nextInt(3), element));
    }
    Collections.shuffle(deliveries, random);
    pipeline
        .apply(Create.of(deliveries).withCoder(CODER))
        .apply(AddToTotals.of(ledger, run, REFRESH));
    pipeline.run();
    assertThat(
        totals(),
        is(
            expected.entrySet().stream()
                .map(entry -> entry.getKey() + "=" + entry.getValue() + "/0")
                .collect(Collectors.joining(", ", "{", "}"))));
  }

  /** Rows as (key, pane, records), from a report of sixteen parts. */
  @Test
  public void thePanesOfAPartOnlyEverGrow() throws IOException {
    SplitReports.inNew(new Folder(folder.getRoot() + "/output"), REPORT, 16);
    Random random = new Random(23);
    Map<String, Long> expected = new TreeMap<>();
    List<List<KV<String, UnitTable>>> units = new ArrayList<>();
    for (int unit = 1; unit <= 40; unit++) {
      ReportTable table = REPORT.newTable();
      for (int i = 0; i < 30; i++) {
        String key = "k" + random.nextInt(100);
        add(table, key, 1, 0);
        expected.merge(key, 1L, Long::sum);
      }
      units.add(AddToTotals.keyed(ledger, run, REPORT.name(), new Unit(unit, List.of(), 0), table));
    }
    // Some come twice.
    units.addAll(List.copyOf(units.subList(0, 10)));
    Collections.shuffle(units, random);
    TestStream.Builder<KV<String, UnitTable>> stream = start;
    for (List<KV<String, UnitTable>> unit : units) {
      for (KV<String, UnitTable> values : unit) {
        stream = stream.addElements(values);
      }
      if (random.nextInt(3) == 0) {
        stream = stream.advanceProcessingTime(OVER);
      }
    }
    PAssert.that(
            pipeline
                .apply(stream.advanceWatermarkToInfinity())
                .apply(AddToTotals.of(ledger, run, REFRESH))
                .apply("ShowPanes", ParDo.of(new ShowPanes())))
        .satisfies(
            rows -> {
              Map<String, TreeMap<Long, Long>> panes = new TreeMap<>();
              for (KV<String, KV<Long, Long>> row : rows) {
                panes
                    .computeIfAbsent(row.getKey(), key -> new TreeMap<>())
                    .put(row.getValue().getKey(), row.getValue().getValue());
              }
              Map<String, Long> last = new TreeMap<>();
              panes.forEach(
                  (key, states) -> {
                    List<Long> records = List.copyOf(states.values());
                    assertThat(key, records, is(records.stream().sorted().toList()));
                    last.put(key, states.lastEntry().getValue());
                  });
              assertThat(last, is(expected));
              return null;
            });
    pipeline.run();
    assertThat(SplitReports.count(new Folder(folder.getRoot() + "/output"), "counts"), is(16));
  }

  @Test
  public void theNextRunGoesOnWithTheTotalsAndTheOldOneCannotReachThem() throws IOException {
    KV<String, UnitTable> first = unit(1, "a", 2, 10);
    addTo(run, first);
    long next = ledger.beginRun(List.of(REPORT)).number();
    addTo(next, unit(2, "a", 3, 10));
    // What is left of the old run still adds units: to a table of its own.
    addTo(run, unit(9, "a", 50, 50));
    run = next;
    assertThat(totals(), is("{a=5/10}"));
    assertThat(ledger.goesOn(next), is(true));
    assertThat(ledger.goesOn(next - 1), is(false));
  }

  private void addTo(long number, KV<String, UnitTable> unit) {
    TestPipeline another = TestPipeline.create().enableAbandonedNodeEnforcement(false);
    another.apply(Create.of(unit).withCoder(CODER)).apply(AddToTotals.of(ledger, number, REFRESH));
    another.run();
  }

  private PCollection<String> rows(TestStream<KV<String, UnitTable>> values) {
    return pipeline
        .apply(values)
        .apply(AddToTotals.of(ledger, run, REFRESH))
        .apply("Show", ParDo.of(new Show()));
  }

  private String totals() throws IOException {
    return show(TestLedger.totals(ledger, REPORT));
  }

  /** {@code cells} are key, records, last; key, records, last; and so on. */
  private static KV<String, UnitTable> unit(long number, Object... cells) throws CoderException {
    ReportTable table = REPORT.newTable();
    for (int i = 0; i < cells.length; i += 3) {
      add(table, (String) cells[i], (Integer) cells[i + 1], (Integer) cells[i + 2]);
    }
    return KV.of(REPORT.name(), UnitTable.of(number, table));
  }

  private static void add(ReportTable table, String key, long records, long last) {
    int row = table.row(key);
    table.add(row, 0, records);
    table.add(row, 1, last);
  }

  private static String show(ReportTable table) {
    Map<String, String> rows = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      rows.put(table.key(row), measures(table, row));
    }
    return rows.toString();
  }

  private static String measures(ReportTable table, int row) {
    return table.exactMeasures(row).stream().map(Object::toString).collect(Collectors.joining("/"));
  }

  private static final class ShowPanes
      extends DoFn<KV<KV<String, Integer>, ReportTable>, KV<String, KV<Long, Long>>> {

    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void processElement(
        @Element KV<KV<String, Integer>, ReportTable> part,
        PaneInfo pane,
        OutputReceiver<KV<String, KV<Long, Long>>> out) {
      ReportTable table = part.getValue();
      for (int row = 0; row < table.size(); row++) {
        out.output(KV.of(table.key(row), KV.of(pane.getIndex(), table.measure(row, 0))));
      }
    }
  }

  private static final class Show extends DoFn<KV<KV<String, Integer>, ReportTable>, String> {

    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void processElement(
        @Element KV<KV<String, Integer>, ReportTable> part, OutputReceiver<String> out) {
      ReportTable table = part.getValue();
      for (int row = 0; row < table.size(); row++) {
        out.output(table.key(row) + "=" + measures(table, row));
      }
    }
  }
}
