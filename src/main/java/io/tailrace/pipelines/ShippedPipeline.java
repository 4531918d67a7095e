package io.tailrace.pipelines;

import io.tailrace.alert.Alerts;
import io.tailrace.feed.RecordFunction;
import io.tailrace.ledger.EarlierFormat;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.ReportShape;
import io.tailrace.options.TailraceOptions;
import io.tailrace.pipelines.Extras.EarlierMeasure;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.sql.SqlProgram;
import io.tailrace.table.LogTable;
import io.tailrace.table.RowCondition;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * A pipeline that ships with Tailrace: a file of SQL in {@code pipelines}, which is in the jar, and
 * what it has beside that. The SQL is read when it is first asked for, because that takes a third
 * of a second, which a list of commands does not need.
 */
final class ShippedPipeline implements LogPipeline {

  private final Extras extras;
  private final Source source;
  private final Map<String, Map<String, Measure>> kept;
  private final Set<String> missing;
  private SqlPipeline bound;
  private SqlPipeline chosen;

  /**
   * @param kept the measures of totals that are there
   * @param missing the reports of its SQL that the output does not have
   */
  private ShippedPipeline(
      Extras extras, Source source, Map<String, Map<String, Measure>> kept, Set<String> missing) {
    this.extras = extras;
    this.source = source;
    this.kept = kept;
    this.missing = missing;
  }

  /** The pipeline with these extras. */
  static ShippedPipeline of(Extras extras) {
    return new ShippedPipeline(
        extras, new Source(() -> ofJar(file(extras.name()))), Map.of(), Set.of());
  }

  /** The same with the SQL that it had when it wrote an output. */
  ShippedPipeline as(Ledger.Sql before) {
    return new ShippedPipeline(extras, new Source(() -> before), kept, missing);
  }

  /** Whether some SQL is its own, of this version or of another. */
  boolean owns(Ledger.Sql other) {
    return other.file().equals(file(name()));
  }

  /** A path, which the file that a user gives has not: of that only the name is noted. */
  private static String file(String name) {
    return String.format("pipelines/%1$s/%1$s.sql", name);
  }

  private static Ledger.Sql ofJar(String file) {
    try (InputStream in = ShippedPipeline.class.getResourceAsStream("/" + file)) {
      if (in == null) {
        throw new FileNotFoundException(file + " is missing from the jar");
      }
      return new Ledger.Sql(file, new String(in.readAllBytes(), StandardCharsets.UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The SQL, which is read once and bound once. */
  private static final class Source {

    private final Supplier<Ledger.Sql> sql;
    private SqlPipeline bound;

    Source(Supplier<Ledger.Sql> sql) {
      this.sql = sql;
    }

    synchronized SqlPipeline bound() {
      if (bound == null) {
        bound = SqlPipeline.of(sql.get());
      }
      return bound;
    }
  }

  private synchronized SqlPipeline bound() {
    if (bound == null) {
      SqlPipeline keeping = source.bound().keeping(kept);
      bound = missing.isEmpty() ? keeping : keeping.with(withoutMissing(keeping.program()));
    }
    return bound;
  }

  private SqlProgram withoutMissing(SqlProgram program) {
    Set<String> there = new HashSet<>();
    program.reports().forEach(report -> there.add(report.name()));
    return there.removeAll(missing) ? program.withReports(there) : program;
  }

  private synchronized SqlPipeline chosen(TailraceOptions options) {
    SqlProgram program = withoutMissing(extras.chosen(source.bound().program(), options));
    if (chosen == null || !chosen.program().equals(program)) {
      chosen = bound().with(program);
    }
    return chosen;
  }

  @Override
  public String name() {
    return extras.name();
  }

  @Override
  public String description() {
    return extras.description();
  }

  @Override
  public String check() {
    return extras.check();
  }

  @Override
  public LogPipeline goingOn(Ledger ledger) throws IOException {
    Map<String, Map<String, Measure>> now = new LinkedHashMap<>();
    Set<String> later = new HashSet<>();
    if (EarlierFormat.isIn(ledger.folder())) {
      extras.earlierMeasures().forEach((report, measures) -> now.put(report, byName(measures)));
      later.addAll(extras.laterReports());
    } else {
      for (ReportShape shape : ledger.identity().map(Ledger.Identity::reports).orElse(List.of())) {
        now.put(shape.name(), byName(shape));
      }
      if (!now.isEmpty()) {
        later.addAll(extras.laterReports());
        later.removeAll(now.keySet());
      }
    }
    return now.equals(kept) && later.equals(missing)
        ? this
        : new ShippedPipeline(extras, source, now, later);
  }

  private static Map<String, Measure> byName(List<EarlierMeasure> measures) {
    Map<String, Measure> byName = new LinkedHashMap<>();
    measures.forEach(earlier -> byName.put(earlier.name(), earlier.measure()));
    return byName;
  }

  private Map<String, Measure> byName(ReportShape shape) {
    List<EarlierMeasure> earlier = extras.earlierMeasures().getOrDefault(shape.name(), List.of());
    Map<String, Measure> byName = new LinkedHashMap<>();
    for (Measure measure : shape.measures()) {
      byName.put(
          earlier.stream()
              .filter(known -> known.measure().isSameAs(measure))
              .map(EarlierMeasure::name)
              .findFirst()
              .orElse(measure.name()),
          measure);
    }
    return byName;
  }

  @Override
  public List<Report> reports() {
    return bound().reports();
  }

  @Override
  public List<Report> reports(TailraceOptions options) {
    return chosen(options).reports();
  }

  @Override
  public List<LogTable> logs() {
    return bound().logs();
  }

  @Override
  public List<LogTable> logs(TailraceOptions options) {
    return chosen(options).logs(options);
  }

  @Override
  public Map<String, String> views() {
    return bound().views();
  }

  @Override
  public List<Chart> charts() {
    return Stream.of(bound().charts(), extras.charts()).flatMap(List::stream).toList();
  }

  @Override
  public Class<? extends TailraceOptions> options() {
    return extras.options();
  }

  @Override
  public Optional<LogTable> alertLog() {
    return extras.alertLog();
  }

  @Override
  public List<Alerts> alerts(TailraceOptions options) {
    return extras.alerts(options);
  }

  @Override
  public Optional<RowCondition> noticed(TailraceOptions options) {
    return extras.noticed(logs(options), options);
  }

  @Override
  public Optional<Ledger.Sql> sql() {
    return source.bound().sql();
  }

  @Override
  public Optional<String> changeSince(Ledger.Sql before) {
    return owns(before)
        ? bound().changeSince(before)
        : Optional.of("it is a file of SQL, and " + name() + " is built in");
  }

  @Override
  public void complete(TailraceOptions options) {
    extras.complete(options);
  }

  /** The option is enough, and so is the SQL. */
  @Override
  public int skippedLines(TailraceOptions options) {
    return Math.max(LogPipeline.super.skippedLines(options), chosen(options).skippedLines(options));
  }

  @Override
  public RecordFunction records(TailraceOptions options) {
    return extras.records(chosen(options), options);
  }
}
