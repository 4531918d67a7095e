package io.tailrace.demo;

import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * What a pipeline is shown with.
 *
 * @param pipeline the pipeline
 * @param options its own options
 * @param queries what is asked before the first delivery and after each
 * @param deliveries the sample data, step by step
 */
record Demonstration(
    LogPipeline pipeline, List<String> options, List<String> queries, List<Delivery> deliveries) {

  /**
   * Files that arrive together.
   *
   * @param text says what they are
   * @param files their names and texts
   * @param query tells whether they have been read
   * @param answer what it gives then, as CSV without the names of the columns
   */
  record Delivery(String text, Map<String, String> files, String query, List<String> answer) {}

  /** The pipeline that is shown if none is asked for. */
  static final LogPipeline FIRST = Pipelines.SERVER_LOGS;

  /** Report and log are two branches of the pipeline, and either may be first. */
  private static final String VOLUMES =
      "SELECT serverID, avgVolume, (SELECT count(*) FROM sev0) FROM volume ORDER BY serverID";

  private static final String REQUESTS = "SELECT sum(\"count\") FROM status_counts";

  /** Reports and alerts are two steps of the pipeline, and either may be first. */
  private static final String ALERTS =
      "SELECT (" + REQUESTS + "), state FROM alerts ORDER BY windowEnd";

  /** Those of pipelines that read files as they come. */
  static List<Demonstration> all() {
    return List.of(serverLogs(), accessLog());
  }

  private static Demonstration serverLogs() {
    List<ServerLogGenerator.Sample> samples = ServerLogGenerator.SAMPLES;
    return new Demonstration(
        FIRST,
        List.of(),
        List.of(
            "SELECT * FROM volume ORDER BY serverID",
            "SELECT * FROM sev0 ORDER BY timestamp, serverID"),
        List.of(
            volumes(samples.subList(0, 2), "s1,379.4,3", "s2,920.0,3"),
            volumes(samples.subList(2, 4), "s1,199.7,4", "s2,519.9,4")));
  }

  private static Delivery volumes(List<ServerLogGenerator.Sample> samples, String... answer) {
    Map<String, String> files = new LinkedHashMap<>();
    samples.forEach(sample -> files.put(sample.name(), sample.text()));
    String names =
        samples.stream().map(ServerLogGenerator.Sample::name).collect(Collectors.joining(" and "));
    return new Delivery(names, files, VOLUMES, List.of(answer));
  }

  private static Demonstration accessLog() {
    String sample = AccessLogGenerator.sample();
    return new Demonstration(
        Pipelines.ACCESS_LOG,
        List.of("--alert=5xx > 50% over 1m", "--alertMinimum=30"),
        List.of(
            "SELECT * FROM status_counts ORDER BY \"count\" DESC, status",
            "SELECT rule, state, windowEnd, requests, counted, percent FROM alerts"
                + " ORDER BY windowEnd"),
        List.of(
            new Delivery("monday.log", Map.of("monday.log", sample), REQUESTS, List.of("188")),
            new Delivery(
                "monday-again.log, which has the same lines",
                Map.of("monday-again.log", sample),
                REQUESTS,
                List.of("376")),
            new Delivery(
                "burst.log, a minute of errors and two without",
                Map.of("burst.log", burst()),
                ALERTS,
                List.of("576,raised", "576,resolved"))));
  }

  /** An hour after the sample, for three minutes: a request a second. */
  private static String burst() {
    List<String> lines = new ArrayList<>();
    for (int second = 0; second < 200; second++) {
      lines.add(
          String.format(
              "10.12.0.7 - - [02/Mar/2026:08:%02d:%02d +0000] \"GET /api/v2/orders HTTP/1.1\" %d 417"
                  + " \"-\" \"Apache-HttpClient/5.3.1 (Java/17.0.15)\"",
              second / 60, second % 60, second < 60 ? 503 : 200));
    }
    return String.join("\n", lines) + "\n";
  }
}
