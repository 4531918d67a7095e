package io.tailrace.report;

import io.tailrace.pipelines.ServerLogs;
import org.apache.beam.sdk.testing.PAssert;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.testing.TestStream;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.transforms.windowing.PaneInfo;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.joda.time.Duration;
import org.junit.Rule;
import org.junit.Test;

/** When which rows of a report come out, and with what in them. */
public final class CombineReportTest {

  private static final Duration REFRESH = Duration.standardSeconds(1);

  /** A timer fires when its time is over, not when it is reached. */
  private static final Duration OVER = REFRESH.plus(Duration.millis(1));

  @Rule public final transient TestPipeline pipeline = TestPipeline.create();

  private final TestStream.Builder<KV<KV<String, Integer>, ReportTable>> start =
      TestStream.create(CombineReport.coder());

  @Test
  public void nothingArrivesNothingComesOut() {
    PAssert.that(
            panes(
                start.advanceProcessingTime(REFRESH.multipliedBy(5)).advanceWatermarkToInfinity()))
        .empty();
    pipeline.run();
  }

  @Test
  public void theFirstDeliveryIsOnePaneWithBothServers() {
    PAssert.that(
            panes(
                start
                    .addElements(both(partial("s1", 1897, 1, 5), partial("s2", 4600, 1, 5)))
                    .advanceProcessingTime(OVER)
                    .advanceWatermarkToInfinity()))
        .containsInAnyOrder("pane 0: s1 379.4, s2 920.0");
    pipeline.run();
  }

  @Test
  public void theSecondDeliveryReplacesTheFirst() {
    PAssert.that(
            panes(
                start
                    .addElements(both(partial("s1", 1897, 1, 5), partial("s2", 4600, 1, 5)))
                    .advanceProcessingTime(OVER)
                    .addElements(both(partial("s1", 100, 6, 10), partial("s2", 599, 6, 10)))
                    .advanceProcessingTime(OVER)
                    .advanceWatermarkToInfinity()))
        .containsInAnyOrder("pane 0: s1 379.4, s2 920.0", "pane 1: s1 199.7, s2 519.9");
    pipeline.run();
  }

  @Test
  public void partialsThatArriveWithinOneRefreshAreOnePane() {
    PAssert.that(
            panes(
                start
                    .addElements(partial("s1", 1897, 1, 5))
                    .advanceProcessingTime(REFRESH.dividedBy(2))
                    .addElements(partial("s1", 100, 6, 10))
                    .advanceProcessingTime(OVER)
                    .advanceWatermarkToInfinity()))
        .containsInAnyOrder("pane 0: s1 199.7");
    pipeline.run();
  }

  @Test
  public void aLateSmallFileChangesOnlyItsServer() {
    PAssert.that(
            panes(
                start
                    .addElements(both(partial("s1", 1897, 1, 5), partial("s2", 4600, 1, 5)))
                    .advanceProcessingTime(OVER)
                    .advanceProcessingTime(Duration.standardHours(3))
                    .addElements(partial("s1", 3, 2, 2))
                    .advanceProcessingTime(OVER)
                    .advanceWatermarkToInfinity()))
        .containsInAnyOrder("pane 0: s1 379.4, s2 920.0", "pane 1: s1 380.0");
    pipeline.run();
  }

  @Test
  public void whatIsThereAtTheEndComesOutWithoutWaiting() {
    PAssert.that(panes(start.addElements(partial("s1", 10, 1, 5)).advanceWatermarkToInfinity()))
        .containsInAnyOrder("pane 0: s1 2.0");
    pipeline.run();
  }

  private PCollection<String> panes(TestStream<KV<KV<String, Integer>, ReportTable>> partials) {
    return pipeline
        .apply(partials)
        .apply(CombineReport.every(REFRESH))
        .apply("Show", ParDo.of(new Show()));
  }

  private static KV<KV<String, Integer>, ReportTable> partial(
      String server, int sev2, long first, long last) {
    ReportTable table = ServerLogs.VOLUME.newTable();
    int row = table.row(server);
    table.add(row, 0, sev2);
    table.add(row, 3, sev2);
    table.add(row, 4, first);
    table.add(row, 5, last);
    return KV.of(KV.of("volume", 0), table);
  }

  private static KV<KV<String, Integer>, ReportTable> both(
      KV<KV<String, Integer>, ReportTable> one, KV<KV<String, Integer>, ReportTable> other) {
    one.getValue().merge(other.getValue());
    return one;
  }

  private static final class Show extends DoFn<KV<KV<String, Integer>, ReportTable>, String> {

    private static final long serialVersionUID = 1L;

    @ProcessElement
    public void processElement(
        @Element KV<KV<String, Integer>, ReportTable> pane,
        PaneInfo info,
        OutputReceiver<String> out) {
      StringBuilder text = new StringBuilder("pane " + info.getIndex() + ":");
      ReportTable rows = pane.getValue();
      for (int row = 0; row < rows.size(); row++) {
        String key = rows.key(row);
        Object volume = ServerLogs.VOLUME.columns().get(1).value().of(key, rows.measures(row));
        text.append(row == 0 ? " " : ", ").append(key).append(' ').append(volume);
      }
      out.output(text.toString());
    }
  }
}
