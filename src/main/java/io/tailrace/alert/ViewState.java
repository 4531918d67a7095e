package io.tailrace.alert;

import io.tailrace.format.DoubleText;
import io.tailrace.ledger.Unit;
import io.tailrace.report.BucketKey;
import io.tailrace.report.Column;
import io.tailrace.report.Conditions;
import io.tailrace.report.Conditions.Condition;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportRow;
import io.tailrace.report.ReportTable;
import io.tailrace.report.Span;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.ByteBuffer;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The rows of a report that conditions are looked at of, and what has been said of them. All times
 * are in microseconds since 1970.
 *
 * <p>The watermark is a delay behind the latest time that was seen and could be. A time bucket is
 * complete when the watermark has passed its end. Its rows are looked at then, and again when late
 * records change them, until the allowed lateness is over as well.
 */
final class ViewState implements AlertState {

  private static final byte VERSION = 1;

  /** Clocks may be as far ahead as that of the time at which a file was found. */
  static final long MOST_MICROS_AHEAD = TimeUnit.HOURS.toMicros(1);

  /** What is known of a condition. */
  private static final class Known {

    /** The first bucket of which is told begins then or later. */
    private long from = BucketKey.NONE;

    /** By what is in keys beside the bucket. */
    private final Map<String, FiringBuckets> series = new TreeMap<>();
  }

  private final ViewAlerts alerts;
  private final Conditions conditions;
  private final Span length;

  /** By condition; those of which nothing is known are not there. */
  private final Map<Condition, Known> known = new LinkedHashMap<>();

  /** The rows of the buckets that still take records. */
  private ReportTable rows;

  private long nextUnit = 1;
  private long lastTime = BucketKey.NONE;
  private long ended = BucketKey.NONE;
  private long droppedRecords;
  private long aheadRecords;
  private final SaidAlerts said = new SaidAlerts();

  /** The state before the first unit, which does not know the conditions yet. */
  ViewState(ViewAlerts alerts) {
    this.alerts = alerts;
    this.conditions = alerts.conditions();
    this.length = conditions.length();
    this.rows = conditions.report().newTable();
  }

  @Override
  public boolean begin(NewestBucket newest) throws IOException {
    List<Condition> unknown =
        conditions.all().stream().filter(condition -> !known.containsKey(condition)).toList();
    if (unknown.isEmpty()) {
      return false;
    }
    long from = length.after(newest.of(conditions.report(), conditions.bucket()));
    for (Condition condition : unknown) {
      known.put(condition, new Known());
      known.get(condition).from = from;
    }
    return true;
  }

  @Override
  public long nextUnit() {
    return nextUnit;
  }

  @Override
  public void skipTo(long unit) {
    if (unit > nextUnit) {
      nextUnit = unit;
      beginAnew();
    }
  }

  /** Forgets rows that have not all of their records, so that all conditions are new again. */
  private void beginAnew() {
    rows = rows.emptyCopy();
    known.clear();
  }

  @Override
  public long droppedRecords() {
    return droppedRecords;
  }

  @Override
  public long aheadRecords() {
    return aheadRecords;
  }

  @Override
  public SaidAlerts said() {
    return said;
  }

  @Override
  public List<Alert> add(Unit unit, Map<String, ReportTable> tables) {
    nextUnit++;
    ReportTable ofUnit = tables.get(conditions.report().name());
    ReportTable clock = tables.get(conditions.clock().name());
    if (ofUnit == null || clock == null) {
      // A unit of a run without alerts.
      beginAnew();
      return List.of();
    }
    long latest =
        unit.planned() == Unit.UNKNOWN
            ? Long.MAX_VALUE
            : TimeUnit.MILLISECONDS.toMicros(unit.planned()) + MOST_MICROS_AHEAD;
    ReportTable added = rows.emptyCopy();
    added.merge(ofUnit);
    long over = over();
    aheadRecords += added.drop(conditions.bucket(), begin -> begin > latest);
    added.drop(conditions.bucket(), begin -> begin == BucketKey.NONE);
    droppedRecords +=
        added.drop(
            conditions.bucket(), begin -> over != BucketKey.NONE && length.after(begin) <= over);
    ReportTable changed = rows.mergeAndGetChanged(added);
    lastTime = Math.max(lastTime, latestTime(clock, latest));
    return look(Math.max(ended, minus(lastTime, alerts.delay().toNanos() / 1_000)), changed);
  }

  /** The latest time of a unit. A bucket that begins when it could be has a time that could be. */
  private long latestTime(ReportTable clock, long latest) {
    Report report = conditions.clock();
    BucketKey bucket = new BucketKey(0, conditions.bucket().isDate());
    long time = BucketKey.NONE;
    for (int row = 0; row < clock.size(); row++) {
      long begin = clock.time(row, bucket);
      if (begin != BucketKey.NONE && begin <= latest) {
        long last = micros(report.shownColumns().get(0).value().of(report.row(clock, row)));
        time = Math.max(time, last <= latest ? last : begin);
      }
    }
    return time;
  }

  private static long micros(Object time) {
    LocalDateTime dateTime =
        time instanceof LocalDate date ? date.atStartOfDay() : (LocalDateTime) time;
    return ChronoUnit.MICROS.between(LocalDateTime.ofEpochSecond(0, 0, ZoneOffset.UTC), dateTime);
  }

  private static long minus(long time, long micros) {
    return time == BucketKey.NONE ? BucketKey.NONE : time - micros;
  }

  private long over() {
    return minus(ended, alerts.lateness().toNanos() / 1_000);
  }

  /** A bucket is complete when records say so, or what is told would depend on when runs end. */
  @Override
  public List<Alert> end() {
    return List.of();
  }

  /**
   * Looks at the buckets that are complete and are new or have changed.
   *
   * @param nowEnded the end of the last bucket that is complete now
   * @param changed the rows that have changed
   */
  private List<Alert> look(long nowEnded, ReportTable changed) {
    for (int row = 0; row < changed.size(); row++) {
      long begin = changed.time(row, conditions.bucket());
      if (length.after(begin) <= ended) {
        look(changed, row, begin);
      }
    }
    for (int row = 0; nowEnded > ended && row < rows.size(); row++) {
      long begin = rows.time(row, conditions.bucket());
      long end = length.after(begin);
      if (end > ended && end <= nowEnded) {
        look(rows, row, begin);
      }
    }
    List<ViewAlert> changes = new ArrayList<>();
    known.forEach(
        (condition, of) ->
            of.series.forEach(
                (series, buckets) ->
                    buckets
                        .look(length, condition.duration(), ended, nowEnded)
                        .forEach(change -> changes.add(alert(condition, series, change)))));
    changes.sort(
        Comparator.comparingLong(ViewAlert::bucketEnd)
            .thenComparing(ViewAlert::alert)
            .thenComparing(alert -> alert.key().toString())
            .thenComparing(alert -> alert.state() == Alert.State.RAISED));
    ended = nowEnded;
    forget();
    said.add(changes);
    return List.copyOf(changes);
  }

  private void look(ReportTable table, int row, long begin) {
    ReportRow shown = conditions.report().row(table, row);
    String series = null;
    for (Map.Entry<Condition, Known> of : known.entrySet()) {
      if (begin >= of.getValue().from && Boolean.TRUE.equals(of.getKey().holds().of(shown))) {
        series = series == null ? conditions.bucket().series(table.key(row)) : series;
        of.getValue().series.computeIfAbsent(series, key -> new FiringBuckets()).add(begin);
      }
    }
  }

  private ViewAlert alert(Condition condition, String series, FiringBuckets.Change change) {
    String key = conditions.bucket().keyOf(series, change.bucket());
    int row = rows.find(key);
    // Of what is only computed of the key there is always a row.
    ReportTable keyOnly = rows.emptyCopy();
    ReportRow ofKey = conditions.report().row(keyOnly, keyOnly.row(key));
    Alert.State state =
        change.kind() == FiringBuckets.Kind.RAISED
            ? Alert.State.RAISED
            : row < 0 ? Alert.State.NO_DATA : Alert.State.RESOLVED;
    return new ViewAlert(
        condition.name(),
        conditions.report().name(),
        state,
        texts(conditions.key(), ofKey),
        change.bucket(),
        length.after(change.bucket()),
        row < 0 ? Map.of() : texts(conditions.measures(), conditions.report().row(rows, row)),
        change.isLate());
  }

  private static Map<String, String> texts(List<Column> columns, ReportRow row) {
    Map<String, String> texts = new LinkedHashMap<>();
    for (Column column : columns) {
      Object value = column.value().of(row);
      texts.put(column.name(), value == null ? null : text(value));
    }
    return texts;
  }

  private static String text(Object value) {
    if (value instanceof Double number) {
      return DoubleText.of(number);
    }
    return value instanceof BigDecimal decimal ? decimal.toPlainString() : value.toString();
  }

  /** Forgets what nothing can come to any more. */
  private void forget() {
    long over = over();
    if (over == BucketKey.NONE) {
      return;
    }
    rows.drop(conditions.bucket(), begin -> length.after(begin) <= over);
    for (Map.Entry<Condition, Known> of : known.entrySet()) {
      // A bucket that changes is as far from the first one of its run; one more tells its end.
      long first = length.before(length.before(of.getKey().duration().before(over)));
      Iterator<FiringBuckets> all = of.getValue().series.values().iterator();
      while (all.hasNext()) {
        if (all.next().forget(first)) {
          all.remove();
        }
      }
    }
  }

  @Override
  public void writeTo(DataOutputStream out) throws IOException {
    out.writeByte(VERSION);
    out.writeLong(nextUnit);
    out.writeLong(lastTime);
    out.writeLong(ended);
    out.writeLong(droppedRecords);
    out.writeLong(aheadRecords);
    said.writeTo(out, (alert, to) -> ((ViewAlert) alert).writeTo(to));
    ViewAlert.writeText(shape(), out);
    byte[] table = rows.toBytes();
    out.writeInt(table.length);
    out.write(table);
    out.writeInt(known.size());
    for (Map.Entry<Condition, Known> of : known.entrySet()) {
      ViewAlert.writeText(definition(of.getKey()), out);
      out.writeLong(of.getValue().from);
      out.writeInt(of.getValue().series.size());
      for (Map.Entry<String, FiringBuckets> series : of.getValue().series.entrySet()) {
        ViewAlert.writeText(series.getKey(), out);
        series.getValue().writeTo(out);
      }
    }
    out.flush();
  }

  /**
   * Reads a state. Of a report with other measures the rows are not known any more, so that all of
   * its conditions are new.
   */
  static ViewState readFrom(DataInputStream in, ViewAlerts alerts) throws IOException {
    ViewState state = new ViewState(alerts);
    byte version = in.readByte();
    if (version != VERSION) {
      throw new IOException(
          String.format("%s: its version is %d, not %d", alerts.table().name(), version, VERSION));
    }
    state.nextUnit = in.readLong();
    state.lastTime = in.readLong();
    state.ended = in.readLong();
    state.droppedRecords = in.readLong();
    state.aheadRecords = in.readLong();
    state.said.readFrom(in, ViewAlert::readFrom);
    boolean isSame = ViewAlert.readText(in).equals(state.shape());
    byte[] table = in.readNBytes(in.readInt());
    if (isSame) {
      state.rows.mergeFrom(ByteBuffer.wrap(table));
    }
    for (int i = in.readInt(); i > 0; i--) {
      String definition = ViewAlert.readText(in);
      Known known = new Known();
      known.from = in.readLong();
      for (int series = in.readInt(); series > 0; series--) {
        known.series.put(ViewAlert.readText(in), FiringBuckets.readFrom(in));
      }
      if (isSame) {
        alerts.conditions().all().stream()
            .filter(condition -> definition(condition).equals(definition))
            .findFirst()
            .ifPresent(condition -> state.known.put(condition, known));
      }
    }
    return state;
  }

  private static String definition(Condition condition) {
    return condition.name() + " WHEN " + condition.text() + " FOR " + condition.duration();
  }

  /** What rows have for measures, and how long buckets are. */
  private String shape() {
    return conditions.report().measures().stream()
            .map(Measure::toString)
            .collect(Collectors.joining(", "))
        + " of "
        + length;
  }
}
