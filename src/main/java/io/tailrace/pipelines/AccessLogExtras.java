package io.tailrace.pipelines;

import io.tailrace.alert.Alerts;
import io.tailrace.alert.ShareAlert;
import io.tailrace.alert.ShareAlerts;
import io.tailrace.alert.ShareCounts;
import io.tailrace.alert.ShareRule;
import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.AccessField;
import io.tailrace.format.AccessLineParser;
import io.tailrace.format.AccessLogFields;
import io.tailrace.format.AccessLogFormat;
import io.tailrace.format.FieldReader;
import io.tailrace.format.KeyBytes;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Measure;
import io.tailrace.sql.SqlProgram;
import io.tailrace.table.LogTable;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** What access-log has beside its SQL: the choice of its reports and its format, and alerts. */
final class AccessLogExtras implements Extras {

  private static final String STATUS_COUNTS = "status_counts";

  @Override
  public String name() {
    return "access-log";
  }

  @Override
  public String description() {
    return "Requests per status, host and endpoint, and alerts, from access logs of web servers";
  }

  @Override
  public String check() {
    return "that --format says how the lines are written";
  }

  @Override
  public Class<AccessLogOptions> options() {
    return AccessLogOptions.class;
  }

  @Override
  public Set<String> laterReports() {
    return Set.of("requests_per_minute");
  }

  @Override
  public SqlProgram chosen(SqlProgram program, TailraceOptions options) {
    AccessLogOptions own = options.as(AccessLogOptions.class);
    try {
      new AccessLogFormat(own.getFormat()).parser();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--format: " + e.getMessage(), e);
    }
    SqlProgram chosen = program.with(AccessLogFormat.PROPERTY, own.getFormat());
    return own.getTraffic() ? chosen : chosen.withReports(Set.of(STATUS_COUNTS));
  }

  @Override
  public Optional<LogTable> alertLog() {
    return Optional.of(ShareAlert.LOG);
  }

  @Override
  public List<Alerts> alerts(TailraceOptions options) {
    AccessLogOptions own = options.as(AccessLogOptions.class);
    if (rules(own).isEmpty()) {
      return List.of();
    }
    if (own.getAlertMinimum() < 1) {
      throw new UsageException("--alertMinimum: give a number from 1");
    }
    return List.of(
        new ShareAlerts(
            rules(own),
            Quantities.duration("watermarkDelay", own.getWatermarkDelay()),
            Quantities.duration("allowedLateness", own.getAllowedLateness()),
            own.getAlertMinimum()));
  }

  private static List<ShareRule> rules(AccessLogOptions own) {
    if (own.getAlert() == null) {
      return List.of();
    }
    try {
      return own.getAlert().stream().map(ShareRule::parse).toList();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--alert: " + e.getMessage(), e);
    }
  }

  @Override
  public RecordFunction records(SqlPipeline sql, TailraceOptions options) {
    List<ShareRule> rules = rules(options.as(AccessLogOptions.class));
    return rules.isEmpty()
        ? sql.records(options)
        : sql.records((fields, input, output) -> alertCounts(rules, fields, input, output));
  }

  /** Counts the record that was read last. */
  private static Runnable alertCounts(
      List<ShareRule> rules, FieldReader fields, UnitInput input, UnitOutput output) {
    AccessLineParser parser = ((AccessLogFields) fields).parser();
    ShareCounts counts =
        new ShareCounts(output.table(ShareCounts.TABLE), rules, input.plannedMillis());
    KeyBytes host = new KeyBytes();
    return () -> {
      host.set(
          parser.buffer(AccessField.HOST),
          parser.from(AccessField.HOST),
          parser.to(AccessField.HOST));
      counts.add(parser.timeMillis(), parser.status(), host.bytes(), host.from(), host.to());
    };
  }

  @Override
  public Map<String, List<EarlierMeasure>> earlierMeasures() {
    List<EarlierMeasure> traffic =
        List.of(
            new EarlierMeasure(Measure.sum("bytes", "bytes"), "SUM(coalesce(bytes, 0))"),
            EarlierMeasure.of(Measure.count("errors", "status >= 400")));
    return Map.of(
        STATUS_COUNTS, List.of(), "traffic_by_host", traffic, "traffic_by_endpoint", traffic);
  }
}
