package io.tailrace.pipelines;

import io.tailrace.report.Measure;
import java.util.List;
import java.util.Map;

/** What server-logs has beside its SQL: charts. */
final class ServerLogExtras implements Extras {

  @Override
  public String name() {
    return "server-logs";
  }

  @Override
  public String description() {
    return "Volume per server and the log of severe errors, from serverID,severity,timestamp lines";
  }

  @Override
  public String check() {
    return "that --input has lines of serverID,severity,timestamp";
  }

  @Override
  public List<Chart> charts() {
    return List.of(
        Chart.bars(
            "Errors of severity 0 per time unit",
            "sev0",
            """
            WITH span AS (SELECT min(timestamp) AS first, max(timestamp) AS last FROM sev0),
            width AS (SELECT first, greatest(1, (last - first) // 60 + 1) AS width FROM span)
            SELECT first + (timestamp - first) // width * width AS unit, count(*)
            FROM sev0, width GROUP BY ALL ORDER BY ALL"""));
  }

  @Override
  public Map<String, List<EarlierMeasure>> earlierMeasures() {
    return Map.of(
        "volume",
        List.of(
            EarlierMeasure.of(Measure.count("sev0", "severity = 0")),
            EarlierMeasure.of(Measure.count("sev1", "severity = 1")),
            EarlierMeasure.of(Measure.count("sev2", "severity = 2")),
            EarlierMeasure.of(Measure.min("firstTimestamp", "timestamp")),
            EarlierMeasure.of(Measure.max("lastTimestamp", "timestamp"))));
  }
}
