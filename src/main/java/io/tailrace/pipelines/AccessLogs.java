package io.tailrace.pipelines;

import io.tailrace.alert.AlertCounts;
import io.tailrace.alert.AlertRule;
import io.tailrace.alert.AlertSettings;
import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.AccessField;
import io.tailrace.format.AccessLineParser;
import io.tailrace.format.AccessLogFormat;
import io.tailrace.format.KeyBytes;
import io.tailrace.options.Quantities;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Column;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.LogTable;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** Requests per status, per host and per endpoint, and alerts, from the logs of web servers. */
public final class AccessLogs implements LogPipeline {

  /** Requests per status. */
  public static final Report STATUS_COUNTS =
      new Report(
          "status_counts",
          List.of(Report.RECORDS),
          List.of(Column.numericKey("status"), Column.records("count")));

  /** Requests, answered bytes and errors per host. */
  public static final Report TRAFFIC_BY_HOST = traffic("traffic_by_host", "host");

  /** The same per endpoint: what was asked for, without its query. */
  public static final Report TRAFFIC_BY_ENDPOINT = traffic("traffic_by_endpoint", "endpoint");

  private static final int COUNT = STATUS_COUNTS.indexOf("records");
  private static final int REQUESTS = TRAFFIC_BY_HOST.indexOf("records");
  private static final int BYTES = TRAFFIC_BY_HOST.indexOf("bytes");
  private static final int ERRORS = TRAFFIC_BY_HOST.indexOf("errors");
  private static final int FIRST_ERROR_STATUS = 400;
  private static final int STATUSES = 1_000;

  private static Report traffic(String name, String key) {
    return new Report(
        name,
        List.of(
            Report.RECORDS,
            Measure.sum("bytes", "bytes"),
            Measure.count("errors", "status >= " + FIRST_ERROR_STATUS)),
        List.of(
            Column.key(key),
            Column.records("requests"),
            Column.sum("bytes"),
            Column.count("errors")));
  }

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
  public List<Report> reports() {
    return List.of(STATUS_COUNTS, TRAFFIC_BY_HOST, TRAFFIC_BY_ENDPOINT);
  }

  @Override
  public List<Report> reports(TailraceOptions options) {
    return options.as(AccessLogOptions.class).getTraffic() ? reports() : List.of(STATUS_COUNTS);
  }

  @Override
  public List<LogTable> logs() {
    return List.of();
  }

  @Override
  public List<Chart> charts() {
    return List.of(
        Chart.lines(
            "Requests per class of status",
            STATUS_COUNTS.name(),
            "SELECT (status // 100)::VARCHAR || 'xx', sum(count)::BIGINT FROM status_counts"
                + " GROUP BY ALL ORDER BY ALL"));
  }

  @Override
  public boolean raisesAlerts() {
    return true;
  }

  @Override
  public Optional<AlertSettings> alerts(TailraceOptions options) {
    AccessLogOptions own = options.as(AccessLogOptions.class);
    if (own.getAlert() == null || own.getAlert().isEmpty()) {
      return Optional.empty();
    }
    if (own.getAlertMinimum() < 1) {
      throw new UsageException("--alertMinimum: give a number from 1");
    }
    try {
      return Optional.of(
          new AlertSettings(
              own.getAlert().stream().map(AlertRule::parse).toList(),
              Quantities.duration("watermarkDelay", own.getWatermarkDelay()),
              Quantities.duration("allowedLateness", own.getAllowedLateness()),
              own.getAlertMinimum()));
    } catch (IllegalArgumentException e) {
      throw new UsageException("--alert: " + e.getMessage(), e);
    }
  }

  @Override
  public RecordFunction records(TailraceOptions options) {
    AccessLogFormat format;
    try {
      format = new AccessLogFormat(options.as(AccessLogOptions.class).getFormat());
      format.parser();
    } catch (IllegalArgumentException e) {
      throw new UsageException("--format: " + e.getMessage(), e);
    }
    List<AlertRule> rules = alerts(options).map(AlertSettings::rules).orElse(List.of());
    boolean traffic = options.as(AccessLogOptions.class).getTraffic();
    return (input, output) -> new Records(format.parser(), traffic, rules, input, output);
  }

  private static final class Records implements RecordFunction.UnitRecords {

    private final AccessLineParser parser;
    private final ReportTable statusCounts;
    private final Optional<Traffic> traffic;
    private final Optional<AlertCounts> alertCounts;
    private final KeyBytes key = new KeyBytes();

    /** The row of each status, or -1. */
    private final int[] statusRows = new int[STATUSES];

    Records(
        AccessLineParser parser,
        boolean traffic,
        List<AlertRule> rules,
        UnitInput input,
        UnitOutput output) {
      this.parser = parser;
      this.statusCounts = output.table(STATUS_COUNTS);
      this.traffic = traffic ? Optional.of(new Traffic(parser, output)) : Optional.empty();
      this.alertCounts =
          rules.isEmpty()
              ? Optional.empty()
              : Optional.of(
                  new AlertCounts(output.table(AlertCounts.TABLE), rules, input.plannedMillis()));
      Arrays.fill(statusRows, -1);
    }

    @Override
    public Optional<String> record(byte[] bytes, int from, int to) {
      Optional<String> problem = parser.parse(bytes, from, to);
      if (problem.isEmpty()) {
        int status = parser.status();
        if (statusRows[status] < 0) {
          statusRows[status] = statusCounts.row(Integer.toString(status));
        }
        statusCounts.addToSum(statusRows[status], COUNT, 1);
        if (traffic.isPresent()) {
          traffic.get().add();
        }
        if (alertCounts.isPresent()) {
          key.set(
              parser.buffer(AccessField.HOST),
              parser.from(AccessField.HOST),
              parser.to(AccessField.HOST));
          alertCounts.get().add(parser.timeMillis(), status, key.bytes(), key.from(), key.to());
        }
      }
      return problem;
    }
  }

  /** The two tables of traffic of one unit. */
  private static final class Traffic {

    private final AccessLineParser parser;
    private final ReportTable byHost;
    private final ReportTable byEndpoint;
    private final KeyBytes key = new KeyBytes();

    Traffic(AccessLineParser parser, UnitOutput output) {
      this.parser = parser;
      this.byHost = output.table(TRAFFIC_BY_HOST);
      this.byEndpoint = output.table(TRAFFIC_BY_ENDPOINT);
    }

    /** Adds the request that was parsed last. */
    void add() {
      byte[] endpoint = parser.buffer(AccessField.ENDPOINT);
      int from = parser.from(AccessField.ENDPOINT);
      add(byEndpoint, endpoint, from, query(endpoint, from, parser.to(AccessField.ENDPOINT)));
      add(
          byHost,
          parser.buffer(AccessField.HOST),
          parser.from(AccessField.HOST),
          parser.to(AccessField.HOST));
    }

    private void add(ReportTable table, byte[] bytes, int from, int to) {
      // What is in the table is a key as it stands; only what is new has to be made one.
      int row = table.find(bytes, from, to);
      if (row < 0) {
        key.set(bytes, from, to);
        row = table.row(key.bytes(), key.from(), key.to());
      }
      table.addToSum(row, REQUESTS, 1);
      table.addToSum(row, BYTES, Math.max(0, parser.bytes()));
      table.addToSum(row, ERRORS, parser.status() >= FIRST_ERROR_STATUS ? 1 : 0);
    }

    /** Where the query of an endpoint begins. */
    private static int query(byte[] bytes, int from, int to) {
      int end = from;
      while (end < to && bytes[end] != '?') {
        end++;
      }
      return end;
    }
  }
}
