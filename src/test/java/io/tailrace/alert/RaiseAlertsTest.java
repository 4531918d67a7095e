package io.tailrace.alert;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;

import io.tailrace.ledger.AddToTotals;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.Receipt;
import io.tailrace.ledger.Unit;
import io.tailrace.ledger.UnitTable;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
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
  private static final String NAME = AlertCounts.TABLE.name();
  private static final KvCoder<String, UnitTable> CODER =
      KvCoder.of(StringUtf8Coder.of(), UnitTable.Coder.of());

  private static final AlertSettings SETTINGS =
      new AlertSettings(
          List.of(AlertRule.parse("5xx > 10% over 1m")),
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

  @Before
  public void beginRun() throws IOException {
    output = new Folder(folder.getRoot() + "/output");
    ledger = Ledger.of(output);
    alerts = new RaiseAlerts(SETTINGS, output, Alert.LOG);
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
    assertThat(files(), contains("unit-0000000002.parquet", "unit-0000000003.parquet"));
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
    assertThat(alerts.state(ledger, run).droppedRequests(), is(20L));
    assertThat(dropped(result), is(20L));
  }

  @Test
  public void unitsCountInTheirOrderWheneverTheyArrive() throws IOException {
    KV<String, UnitTable> first = unit(1, 0, 60, 200);
    KV<String, UnitTable> second = unit(2, 60, 120, 500);
    KV<String, UnitTable> fourth = unit(4, 300, 400, 200);
    run(stream.addElements(fourth, second).advanceProcessingTime(OVER).addElements(first));
    // The third has no receipt yet.
    assertThat(alerts.state(ledger, run).nextUnit(), is(3L));
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

    long next = ledger.beginRun(List.of()).number();
    alerts.advance(ledger, next);
    run = next;
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
  public void whatWasSaidAtTheEndWasSaidAlsoIfTheRunWasKilledThen() throws IOException {
    unit(1, 0, 60, 200);
    unit(2, 60, 75, 500);
    alerts.advance(ledger, run);
    AlertState before = alerts.state(ledger, run);
    alerts.end(ledger, run);
    List<String> atTheEnd = said();
    assertThat(atTheEnd, contains("raised [10, 70)", "no longer enough requests [115, 175)"));
    // The alerts are in the log, and the run is killed before it has noted that.
    ledger.writeSum(run, "alerts", before::writeTo);

    run = ledger.beginRun(List.of()).number();
    alerts.begin(ledger, run);
    unit(3, 75, 300, 200);
    alerts.advance(ledger, run);
    assertThat(said(), is(atTheEnd));
    assertThat(files(), contains("unit-0000000002-end.parquet"));

    run = ledger.beginRun(List.of()).number();
    alerts.begin(ledger, run);
    assertThat(said(), is(atTheEnd));
    assertThat(files(), contains("unit-0000000002-end.parquet"));
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
    return alerts.state(ledger, run).saidSince(0).stream()
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

  private List<String> files() throws IOException {
    return output.folder("alerts").list("", "");
  }

  /** A unit that has been read: a request a second. */
  private KV<String, UnitTable> unit(long number, long from, long to, int status)
      throws IOException {
    ReportTable table = AlertCounts.TABLE.newTable();
    AlertCounts counts = new AlertCounts(table, SETTINGS.rules(), Unit.UNKNOWN);
    byte[] host = "h".getBytes(StandardCharsets.UTF_8);
    for (long second = from; second < to; second++) {
      counts.add(second * 1000, status, host, 0, host.length);
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
