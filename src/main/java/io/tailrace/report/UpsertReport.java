package io.tailrace.report;

import io.tailrace.metrics.Retrying;
import io.tailrace.metrics.Troubles;
import io.tailrace.options.UsageException;
import java.io.IOException;
import java.io.Serializable;
import java.sql.BatchUpdateException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.beam.sdk.coders.BooleanCoder;
import org.apache.beam.sdk.coders.Coder;
import org.apache.beam.sdk.coders.KvCoder;
import org.apache.beam.sdk.coders.StringUtf8Coder;
import org.apache.beam.sdk.coders.VarIntCoder;
import org.apache.beam.sdk.metrics.Counter;
import org.apache.beam.sdk.metrics.Metrics;
import org.apache.beam.sdk.state.StateSpec;
import org.apache.beam.sdk.state.StateSpecs;
import org.apache.beam.sdk.state.ValueState;
import org.apache.beam.sdk.transforms.DoFn;
import org.apache.beam.sdk.transforms.PTransform;
import org.apache.beam.sdk.transforms.ParDo;
import org.apache.beam.sdk.util.BackOff;
import org.apache.beam.sdk.util.BackOffUtils;
import org.apache.beam.sdk.util.FluentBackoff;
import org.apache.beam.sdk.util.Sleeper;
import org.apache.beam.sdk.values.KV;
import org.apache.beam.sdk.values.PCollection;
import org.apache.beam.sdk.values.PDone;
import org.joda.time.Duration;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes rows of reports to their tables, each in place of the row with the same key.
 *
 * <p>Replay-safe: a row is replaced only by one with at least as many records, so rows may come
 * again or in any order and a report never goes back. The rows of one part of a report have one
 * writer at a time, so no two wait for each other's locks. While the database cannot be reached the
 * step waits and tries again, for as long as it takes; nothing is lost meanwhile.
 *
 * <p>Rows that have expired are deleted when a bucket begins. A row that comes again after that is
 * deleted once it is written; if another process has begun the bucket, with the next bucket here,
 * or when the next run prepares the database.
 */
public final class UpsertReport
    extends PTransform<PCollection<KV<KV<String, Integer>, ReportTable>>, PDone> {

  private static final long serialVersionUID = 1L;

  /** Tells when it is no use to wait for the database any longer. */
  @FunctionalInterface
  public interface Superseded extends Serializable {
    boolean check() throws IOException;
  }

  /** Is told of a row that cannot be shown, for a reason that the user can mend. */
  @FunctionalInterface
  public interface Refused extends Serializable {
    void tell(UsageException reason) throws IOException;
  }

  private final ReportConnection database;
  private final List<Report> reports;
  private final Superseded superseded;
  private final Refused refused;

  /** Tells it from others in the same process. */
  private final String id;

  private UpsertReport(
      ReportConnection database,
      List<Report> reports,
      Superseded superseded,
      Refused refused,
      String id) {
    this.database = database;
    this.reports = List.copyOf(reports);
    this.superseded = superseded;
    this.refused = refused;
    this.id = id;
  }

  /**
   * @param database where the tables are, made by {@link ReportDatabase#prepare}
   * @param reports what the rows can belong to
   */
  public static UpsertReport to(ReportConnection database, List<Report> reports) {
    return new UpsertReport(
        database,
        reports,
        () -> false,
        reason -> {
          throw reason;
        },
        UUID.randomUUID().toString());
  }

  /**
   * Gives up what cannot be written once something is true: that another run writes the report, to
   * whose database this one may have no way any more.
   */
  public UpsertReport until(Superseded condition) {
    return new UpsertReport(database, reports, condition, refused, id);
  }

  /**
   * Leaves out rows together with one that cannot be shown, and tells somebody who ends the run. A
   * step that failed instead would be tried again by some runners, for ever.
   */
  public UpsertReport whenRefused(Refused listener) {
    return new UpsertReport(database, reports, superseded, listener, id);
  }

  /** The rows of a report in the form of this step's input: keyed by report and part. */
  public static List<KV<KV<String, Integer>, ReportTable>> parts(String report, ReportTable rows) {
    List<KV<KV<String, Integer>, ReportTable>> keyed = new ArrayList<>();
    List<ReportTable> parts = rows.split();
    for (int part = 0; part < parts.size(); part++) {
      if (parts.get(part) != null) {
        keyed.add(KV.of(KV.of(report, part), parts.get(part)));
      }
    }
    return keyed;
  }

  /** The coder of this step's input. */
  public static Coder<KV<KV<String, Integer>, ReportTable>> coder() {
    return KvCoder.of(KvCoder.of(StringUtf8Coder.of(), VarIntCoder.of()), ReportTableCoder.of());
  }

  @Override
  public PDone expand(PCollection<KV<KV<String, Integer>, ReportTable>> panes) {
    panes.apply("Write", ParDo.of(new Write(this)));
    return PDone.in(panes.getPipeline());
  }

  /** What has expired of a report, by the step and the report. */
  private static final Map<List<String>, Expired> EXPIRED = new ConcurrentHashMap<>();

  /** What has expired of a report, as far as this process knows. */
  private static final class Expired {

    /** The beginning of the oldest bucket that is kept. */
    private final AtomicLong oldest = new AtomicLong(BucketKey.NONE);

    /** The same when rows were deleted. */
    private final AtomicLong deleted = new AtomicLong(BucketKey.NONE);

    /**
     * Deletes what has expired, unless nothing can have been left.
     *
     * @param written the rows that were written last
     */
    void delete(Connection connection, Report report, ReportTable written) throws SQLException {
      long now = oldest.get();
      if (now > deleted.get() || written.hasOlder(now)) {
        ReportWriter.deleteExpired(connection, report, now);
        deleted.accumulateAndGet(now, Math::max);
      }
    }
  }

  private static final class Write extends DoFn<KV<KV<String, Integer>, ReportTable>, Void> {

    private static final long serialVersionUID = 1L;
    private static final Logger LOG = LoggerFactory.getLogger(UpsertReport.class);

    /** What its troubles are known by. */
    private static final String TROUBLE = "report database";

    private static final FluentBackoff RETRIES =
        FluentBackoff.DEFAULT
            .withInitialBackoff(Duration.millis(200))
            .withMaxBackoff(Duration.standardSeconds(10));

    /**
     * Never read: a step with state is what a runner processes one key at a time, and the Direct
     * runner gives that up behind every step (its KeyedPValueTrackingVisitor).
     */
    @StateId("oneWriter")
    private final StateSpec<ValueState<Boolean>> oneWriter = StateSpecs.value(BooleanCoder.of());

    private final ReportConnection database;
    private final Superseded superseded;
    private final Refused refused;
    private final String id;
    private final Map<String, Report> reports = new HashMap<>();
    private final Counter rowsWritten = Metrics.counter(UpsertReport.class, "report_rows");
    private final Counter failures = Metrics.counter(UpsertReport.class, "report_failures");
    private transient Connection connection;

    Write(UpsertReport settings) {
      this.database = settings.database;
      this.superseded = settings.superseded;
      this.refused = settings.refused;
      this.id = settings.id;
      settings.reports.forEach(report -> this.reports.put(report.name(), report));
    }

    @ProcessElement
    public void processElement(@Element KV<KV<String, Integer>, ReportTable> pane)
        throws IOException, InterruptedException {
      Report report = reports.get(pane.getKey().getKey());
      BackOff backOff = RETRIES.withMaxRetries(Integer.MAX_VALUE).backoff();
      try (Retrying retrying = Retrying.of(Retrying.Work.REPORT)) {
        while (!write(report, pane.getValue())) {
          if (superseded.check()) {
            return;
          }
          failures.inc();
          retrying.failed();
          BackOffUtils.next(Sleeper.DEFAULT, backOff);
        }
        rowsWritten.inc(pane.getValue().size());
      } catch (UsageException e) {
        close();
        refused.tell(e);
      }
    }

    /** Tells whether all rows are in the database. */
    private boolean write(Report report, ReportTable rows) throws IOException {
      try {
        if (connection == null) {
          connection = database.open();
        }
        Expired expired = report.expiry() == null ? null : expired(report, rows);
        ReportWriter.write(connection, report, rows);
        if (expired != null) {
          expired.delete(connection, report, rows);
        }
        Troubles.over(TROUBLE);
        return true;
      } catch (SQLException e) {
        if (isPermanent(e)) {
          throw new IOException("The report '" + report.name() + "' is refused: " + cause(e), e);
        }
        Troubles.warn(
            LOG, TROUBLE, "The report '{}' waits for {}: {}", report.name(), database, cause(e));
        close();
        return false;
      }
    }

    private Expired expired(Report report, ReportTable rows) {
      Expired expired = EXPIRED.computeIfAbsent(List.of(id, report.name()), key -> new Expired());
      // Before rows are written: who writes older ones meanwhile deletes them afterwards.
      expired.oldest.accumulateAndGet(rows.oldest(), Math::max);
      return expired;
    }

    /** Data and syntax errors (SQLSTATE classes 22 and 42) do not go away by waiting. */
    private static boolean isPermanent(SQLException e) {
      String state = String.valueOf(e.getSQLState());
      return state.startsWith("22") || state.startsWith("42");
    }

    private static String cause(SQLException e) {
      SQLException cause =
          e instanceof BatchUpdateException && e.getNextException() != null
              ? e.getNextException()
              : e;
      return cause.getMessage();
    }

    @Teardown
    public void close() {
      if (connection != null) {
        try {
          connection.close();
        } catch (SQLException e) {
          LOG.debug("The connection was gone already", e);
        }
        connection = null;
      }
    }
  }
}
