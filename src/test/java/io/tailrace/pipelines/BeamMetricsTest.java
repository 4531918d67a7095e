package io.tailrace.pipelines;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;

import io.tailrace.feed.ProcessUnits;
import io.tailrace.ledger.AddToTotals;
import io.tailrace.run.PipelineRun;
import io.tailrace.run.RunCommand;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.beam.sdk.metrics.DistributionResult;
import org.apache.beam.sdk.metrics.MetricNameFilter;
import org.apache.beam.sdk.metrics.MetricResult;
import org.apache.beam.sdk.metrics.MetricsFilter;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What the runners' own reporters have of a run. */
public final class BeamMetricsTest {

  private static final String LINES = "s1,0,5\ns1,2,6\ns2,2,7\nno record\n";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  @Test
  public void countersAndTheLatencyOfReports() throws Exception {
    Path input = folder.newFolder("input").toPath();
    Path file = Files.writeString(input.resolve("a.csv"), LINES);
    long modified = Files.getLastModifiedTime(file).toMillis();
    List<String> arguments =
        List.of(
            "--input=" + input,
            "--output=" + folder.getRoot().toPath().resolve("output"),
            "--trigger=availableNow",
            "--progress=none",
            "--settle=0ms");
    PipelineRun run =
        PipelineRun.start(
            Pipelines.SERVER_LOGS, RunCommand.options(Pipelines.SERVER_LOGS, arguments));
    try (run) {
      run.awaitEnd();
    }
    assertThat(TestRun.counter(run, "records"), is(3L));
    assertThat(TestRun.counter(run, "dead_letters"), is(1L));
    assertThat(TestRun.counter(run, "bytes"), is((long) LINES.length()));
    assertThat(TestRun.counter(run, ProcessUnits.UNITS_READ), is(1L));
    assertThat(TestRun.counter(run, "unit_failures"), is(0L));
    DistributionResult latency = latency(run);
    assertThat(latency.getCount(), is(1L));
    assertThat(latency.getMin(), greaterThan(0L));
    assertThat(latency.getMax() <= System.currentTimeMillis() - modified, is(true));
  }

  private static DistributionResult latency(PipelineRun run) {
    Iterable<MetricResult<DistributionResult>> found =
        run.result()
            .orElseThrow()
            .metrics()
            .queryMetrics(
                MetricsFilter.builder()
                    .addNameFilter(
                        MetricNameFilter.named(AddToTotals.class, AddToTotals.REPORT_LATENCY))
                    .build())
            .getDistributions();
    return found.iterator().next().getAttempted();
  }
}
