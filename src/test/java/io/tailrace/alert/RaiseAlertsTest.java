package io.tailrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.tailrace.ledger.AddToTotals;
import io.tailrace.ledger.Folding;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Manifest;
import io.tailrace.ledger.Plan;
import io.tailrace.ledger.PlanEntry;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.ledger.UnitTable;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.table.LogFile;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.beam.sdk.PipelineResult;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.values.KV;
import org.joda.time.Duration;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Alerts as units arrive: when they are told, and that they are told once. Times are seconds. */
public final class RaiseAlertsTest {

  private static final Duration REFRESH = Duration.standardSeconds(1);
  private static final Duration OVER = REFRESH.plus(Duration.millis(1));
  private static final String NAME = ShareCounts.TABLE.name();
  private static final KvCoder<String, UnitTable> CODER =
      KvCoder.of(StringUtf8Coder.of(), UnitTable.Coder.of());

  private static final ShareAlerts SETTINGS =
      new ShareAlerts(
          List.of(ShareRule.parse("5xx > 10% over 1m")),
          java.time.Duration.ofSeconds(10),
          java.time.Duration.ofSeconds(300),
          20);

  @Rule public final transient TestPipeline pipeline = TestPipeline.create();
  @Rule public final transient TemporaryFolder folder = new TemporaryFolder();

  private final TestStream.Builder<KV<String, UnitTable>> stream = TestStream.create(CODER);
  private Folder output;
  private Ledger ledger;
  private RaiseAlerts alerts;
  private long run;
  private long planned;

  @Before
  public void beginRun() throws IOException {
    output = new Folder(folder.getRoot() + "/output");
    ledger = Ledger.of(output);
    alerts = new RaiseAlerts(SETTINGS, output, ShareAlert.LOG);
    run = ledger.beginRun(List.of()).number();
  }

  @Test
  public void requestsOnTimeRaiseAndResolve() throws IOException {
    run(
        stream
            .addElements(unit(1, 0, 60, 200))
            .advanceProcessingTime(OVER)
            .addElements(unit(2, 60, 120, 500))
            .advanceProcessingTime(OVER)
            .addElements(unit(3, 120, 300, 200)));
    assertThat(said(), contains("raised [10, 70)", "resolved [170, 230)"));
    assertThat(files(), contains("unit-0000000002", "unit-0000000003"));
  }

  @Test
  public void twoBurstsWithinAWindowOfEachOtherAreOneAlert() throws IOException {
    run(
        stream.addElements(
            unit(1, 0, 60, 200),
            unit(2, 60, 70, 500),
            unit(3, 70, 150, 200),
            unit(4, 150, 160, 500),
            unit(5, 160, 400, 200)));
    assertThat(said(), contains("raised [10, 70)", "resolved [210, 270)"));
  }

  @Test
  public void whatIsLateWithinBoundsCountsAndWhatIsTooLateIsDropped() throws IOException {
    PipelineResult result =
        run(
            stream
                .addElements(unit(1, 0, 400, 200))
                .advanceProcessingTime(OVER)
                .addElements(unit(2, 200, 230, 500))
                .advanceProcessingTime(OVER)
                .addElements(unit(3, 0, 20, 500)));
    assertThat(said(), contains("late raised [150, 210)", "late resolved [280, 340)"));
    // Up to 30 all windows had ended by 90, and it is 390: over for good.
    assertThat(alerts.state(ledger).droppedRecords(), is(20L));
    assertThat(dropped(result), is(20L));
  }

  @Test
  public void unitsCountInTheirOrderWheneverTheyArrive() throws IOException {
    KV<String, UnitTable> first = unit(1, 0, 60, 200);
    KV<String, UnitTable> second = unit(2, 60, 120, 500);
    KV<String, UnitTable> fourth = unit(4, 300, 400, 200);
    run(stream.addElements(fourth, second).advanceProcessingTime(OVER).addElements(first));
    // The third has no receipt yet.
    assertThat(alerts.state(ledger).nextUnit(), is(3L));
    assertThat(said(), contains("raised [10, 70)"));
  }

  @Test
  public void whatComesAgainIsNotSaidAgain() throws IOException {
    KV<String, UnitTable> first = unit(1, 0, 60, 200);
    KV<String, UnitTable> second = unit(2, 60, 120, 500);
    run(
        stream
            .addElements(first, second, second)
            .advanceProcessingTime(OVER)
            .addElements(second, first));
    assertThat(said(), contains("raised [10, 70)"));

    run = ledger.beginRun(List.of()).number();
    alerts.advance(ledger, run);
    assertThat(said(), contains("raised [10, 70)"));
    assertThat(files(), hasSize(1));
  }

  @Test
  public void aRunThatWasKilledBeforeItSaidSoIsMadeUpFor() throws IOException {
    unit(1, 0, 60, 200);
    unit(2, 60, 120, 500);
    assertThat(said(), is(empty()));
    run = ledger.beginRun(List.of()).number();
    alerts.advance(ledger, run);
    assertThat(said(), contains("raised [10, 70)"));
  }

  @Test
  public void whatWasSaidAtTheEndIsNotSaidAgainByTheNextRun() throws IOException {
    unit(1, 0, 60, 200);
    unit(2, 60, 75, 500);
    alerts.end(ledger);
    List<String> atTheEnd = said();
    assertThat(atTheEnd, contains("raised [10, 70)", "no longer enough requests [115, 175)"));

    ledger.beginRun(List.of());
    alerts.begin(ledger);
    alerts.end(ledger);
    assertThat(said(), is(atTheEnd));
    unit(3, 75, 300, 200);
    alerts.advance(ledger, run);
    assertThat(said(), is(atTheEnd));
    assertThat(files(), contains("unit-0000000002-end"));
  }

  @Test
  public void whatARunThatWasKilledAtItsEndHadNotNotedIsSaidAgainAtTheNextEnd() throws IOException {
    unit(1, 0, 60, 200);
    unit(2, 60, 75, 500);
    alerts.advance(ledger, run);
    alerts.end(ledger);
    List<String> atTheEnd = said();
    List<LogFile> counting = manifest();
    // The alerts are in a file of the log, and the run is killed before it has noted that.
    ledger.folder().folder("states").delete("alert_counts-0000000002.state");
    assertThat("its file does not count", manifest(), is(empty()));

    ledger.beginRun(List.of());
    alerts.begin(ledger);
    assertThat(said(), is(empty()));
    alerts.end(ledger);
    assertThat(said(), is(atTheEnd));
    assertThat(manifest(), hasSize(1));
    assertThat(manifest(), is(not(counting)));
    assertThat(files(), contains("unit-0000000002-end", "unit-0000000002-end"));
  }

  @Test
  public void alertsOfAStateThatIsDamagedAreSaidAgainByTheNextOne() throws IOException {
    unit(1, 0, 60, 200);
    alerts.advance(ledger, run);
    unit(2, 60, 120, 500);
    alerts.advance(ledger, run);
    damageState(2);
    assertThat(said(), is(empty()));

    ledger.beginRun(List.of());
    alerts.begin(ledger);
    assertThat(said(), contains("raised [10, 70)"));
    assertThat(manifest(), hasSize(1));
  }

  @Test
  public void alertsOfAStateThatIsDamagedAreSaidAgainThoughItsUnitsAreInACheckpoint()
      throws IOException {
    unit(1, 0, 60, 200);
    alerts.advance(ledger, run);
    unit(2, 60, 120, 500);
    alerts.advance(ledger, run);
    assertThat(
        Folding.of(ledger, new Folding.Limits(1, 1, 10)).fold(List.of(plan(1), plan(2))), is(true));
    assertThat(ledger.checkpoint().lastUnit(), is(2L));
    damageState(2);
    assertThat(said(), is(empty()));

    ledger.beginRun(List.of());
    alerts.begin(ledger);
    assertThat(said(), contains("raised [10, 70)"));
    unit(3, 120, 300, 200);
    alerts.advance(ledger, run);
    assertThat(said(), contains("raised [10, 70)", "resolved [170, 230)"));
  }

  private PlanEntry plan(long number) throws IOException {
    return ledger.plansFrom(number).next().orElseThrow();
  }

  private void damageState(long number) throws IOException {
    Path state =
        Path.of(
            ledger.folder().path(), "states", String.format("alert_counts-%010d.state", number));
    byte[] content = Files.readAllBytes(state);
    content[content.length / 2] ^= 1;
    Files.write(state, content);
  }

  @Test
  public void ofTwoThatGoOnFromAStateTheOneThatIsFasterCounts() throws Exception {
    for (long number = 1; number <= 20; number++) {
      unit(number, 60 * (number - 1), 60 * number, number % 4 == 0 ? 500 : 200);
    }
    ExecutorService threads = Executors.newFixedThreadPool(2);
    try {
      List<Future<Long>> both = new ArrayList<>();
      for (int i = 0; i < 2; i++) {
        both.add(threads.submit(() -> alerts.advance(ledger, run)));
      }
      for (Future<Long> each : both) {
        each.get();
      }
    } finally {
      threads.shutdownNow();
    }
    assertThat(alerts.state(ledger).nextUnit(), is(21L));
    assertThat(said().size(), is(new HashSet<>(said()).size()));
    assertThat(
        manifest().stream().map(LogFile::name).sorted().toList(),
        is(output.folder("alerts").list("", "")));
  }

  private static long dropped(PipelineResult result) {
    MetricNameFilter name =
        MetricNameFilter.named(AddToTotals.class, AddToTotals.DROPPED_DUE_TO_LATENESS);
    MetricsFilter filter = MetricsFilter.builder().addNameFilter(name).build();
    return result.metrics().queryMetrics(filter).getCounters().iterator().next().getAttempted();
  }

  private PipelineResult run(TestStream.Builder<KV<String, UnitTable>> deliveries) {
    PAssert.that(
            pipeline
                .apply(deliveries.advanceProcessingTime(OVER).advanceWatermarkToInfinity())
                .apply(AddToTotals.of(ledger, run, REFRESH).inOrder(Map.of(NAME, alerts))))
        .empty();
    return pipeline.run();
  }

  private List<String> said() throws IOException {
    return alerts.state(ledger).said().since(0).stream()
        .map(ShareAlert.class::cast)
        .map(
            alert ->
                String.format(
                    "%s%s [%d, %d)",
                    alert.late() ? "late " : "",
                    alert.state(),
                    alert.windowStart() / 1000,
                    alert.windowEnd() / 1000))
        .toList();
  }

  /** The units of the names of the files that are there, whether they count or not. */
  private List<String> files() throws IOException {
    return output.folder("alerts").list("", "").stream()
        .map(name -> name.replaceFirst("-[0-9a-f]{8}-[0-9a-f-]{27}\\.parquet", ""))
        .toList();
  }

  /** The files that count. */
  private List<LogFile> manifest() throws IOException {
    Manifest manifest = new Manifest(ledger);
    manifest.refresh(false);
    return manifest.files("alerts");
  }

  /** A unit that has been read: a request a second. Those before it are planned, too. */
  private KV<String, UnitTable> unit(long number, long from, long to, int status)
      throws IOException {
    ReportTable table = ShareCounts.TABLE.newTable();
    ShareCounts counts = new ShareCounts(table, SETTINGS.rules(), Unit.UNKNOWN);
    byte[] host = "h".getBytes(StandardCharsets.UTF_8);
    for (long second = from; second < to; second++) {
      counts.add(second * 1000, status, host, 0, host.length);
    }
    for (; planned < number; planned++) {
      ledger.writePlan(
          planned + 1, new Plan(List.of(new Unit(planned + 1, List.of(), 0)), List.of()));
    }
    ledger.writeReceipt(
        new Unit(number, List.of(), 0),
        new Receipt(
            new Receipt.Counts(0, to - from, 0),
            Map.of(),
            Map.of(),
            List.of(),
            Map.of(),
            Map.of(NAME, table)));
    return KV.of(NAME, UnitTable.of(number, table));
  }
}
