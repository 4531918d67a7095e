package io.tailrace.dashboard;

import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.instrumentation.jvm.JvmGarbageCollectorMetrics;
import io.prometheus.metrics.instrumentation.jvm.JvmMemoryMetrics;
import io.prometheus.metrics.instrumentation.jvm.ProcessMetrics;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import io.tailrace.progress.Progress;
import io.tailrace.progress.ProgressSource;
import io.tailrace.query.DeadLetterReasons;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code /metrics}: the counters of an output and of this process, in the format that the one who
 * asks accepts (https://prometheus.io/docs/instrumenting/exposition_formats/).
 *
 * <p>Nothing is read before the first request. What is in the ledger is read by a thread of its
 * own: if the storage does not answer, the page has what was read last.
 */
final class MetricsPage implements AutoCloseable {

  /** Prometheus itself waits for 10 s, unless it is told otherwise. */
  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final Logger LOG = LoggerFactory.getLogger(MetricsPage.class);

  private final Shown shown;
  private final ExecutorService reading =
      Executors.newSingleThreadExecutor(
          task -> {
            Thread thread = new Thread(task, "metrics");
            thread.setDaemon(true);
            return thread;
          });
  private final DeadLetterReasons reasons;
  private ProgressSource progress;
  private PrometheusRegistry registry;
  private Future<Void> look;
  private volatile Optional<OutputMetrics> seen = Optional.empty();

  MetricsPage(Shown shown) {
    this.shown = shown;
    this.reasons = new DeadLetterReasons(shown.output());
  }

  void answer(Request request, Response response, Callback callback) throws IOException {
    ExpositionFormatWriter format =
        ExpositionFormats.init().findWriter(request.getHeaders().get(HttpHeader.ACCEPT));
    ByteArrayOutputStream text = new ByteArrayOutputStream();
    awaitLook(begin());
    format.write(text, registry.scrape());
    response.getHeaders().put(HttpHeader.CONTENT_TYPE, format.getContentType());
    response.write(true, ByteBuffer.wrap(text.toByteArray()), callback);
  }

  /** Begins a look at the output, unless one is under way. */
  private synchronized Future<Void> begin() {
    if (registry == null) {
      progress = shown.progress().get();
      registry = new PrometheusRegistry();
      JvmMemoryMetrics.builder().register(registry);
      JvmGarbageCollectorMetrics.builder().register(registry);
      ProcessMetrics.builder().register(registry);
      registry.register(() -> WorkMetrics.toSnapshots(shown.health()));
      registry.register(() -> seen.map(OutputMetrics::toSnapshots).orElseGet(MetricSnapshots::new));
    }
    if (look == null || look.isDone()) {
      look = reading.submit(this::read);
    }
    return look;
  }

  private void awaitLook(Future<Void> look) {
    try {
      look.get(PATIENCE.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      LOG.warn("{} does not answer; its metrics are those of the last look", shown.output().path());
    } catch (ExecutionException e) {
      LOG.warn("The metrics cannot be read now: {}", e.getCause().getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private Void read() throws IOException {
    Progress now = progress.read();
    Map<String, Long> deadLetters = reasons.counts(now.deadLetters());
    seen = Optional.of(new OutputMetrics(now, deadLetters, System.currentTimeMillis()));
    shown.health().look();
    return null;
  }

  @Override
  public void close() {
    reading.execute(reasons::close);
    reading.shutdown();
  }
}
