package io.tailrace.sql;

import io.tailrace.format.FieldReader;
import io.tailrace.report.Column;
import io.tailrace.report.Conditions;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.table.LogTable;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What the reports and logs of a file of SQL make of the records of its input. The code for it is
 * made once in each process that needs it.
 */
public final class SqlRecords implements Serializable {

  private static final long serialVersionUID = 1L;

  /** A process runs few pipelines, but tests run many. */
  private static final int MOST_KEPT = 16;

  private static final Map<RecordsPlan, ClassCode.Factory<CompiledRecords>> FACTORIES =
      new ConcurrentHashMap<>();

  private final RecordsPlan plan;
  private final List<Report> reports;
  private final List<Conditions> conditions;
  private final List<LogTable> logs;
  private transient ClassCode.Factory<CompiledRecords> factory;

  /** What {@link #factory} is of, if this object has compiled it. */
  private transient volatile ClassCode.Compiled compiled;

  private SqlRecords(
      RecordsPlan plan, List<Report> reports, List<Conditions> conditions, List<LogTable> logs) {
    this.plan = plan;
    this.reports = List.copyOf(reports);
    this.conditions = List.copyOf(conditions);
    this.logs = List.copyOf(logs);
  }

  /**
   * What reports without totals and logs make of the records of an input.
   *
   * @throws UnsupportedFunctionException if there is a function, a cast or an aggregate that is not
   *     supported for its types
   */
  public static SqlRecords of(InputTable input, List<SqlReport> reports, List<SqlLog> logs) {
    return of(input, reports, logs, Map.of());
  }

  /**
   * What reports and logs make of the records of an input.
   *
   * @param kept of the reports that have totals already the measures of these, in their order, by
   *     the names that they have in a report without totals
   * @throws UnsupportedFunctionException if there is a function, a cast or an aggregate that is not
   *     supported for its types
   */
  public static SqlRecords of(
      InputTable input,
      List<SqlReport> reports,
      List<SqlLog> logs,
      Map<String, Map<String, Measure>> kept) {
    List<ReportPlan> reportPlans = new ArrayList<>();
    List<Report> shown = new ArrayList<>();
    List<ReportPlan> clockPlans = new ArrayList<>();
    List<Conditions> conditions = new ArrayList<>();
    for (SqlReport report : reports) {
      SqlReportShape shape =
          new SqlReportShape(report, input, kept.getOrDefault(report.name(), Map.of()));
      reportPlans.add(shape.plan());
      shown.add(shape.report());
      Optional<SqlReportShape> clock =
          report.clock().map(sql -> new SqlReportShape(sql, input, Map.of()));
      clock.ifPresent(known -> clockPlans.add(known.plan()));
      shape
          .conditions(shown.get(shown.size() - 1), clock.map(SqlReportShape::report))
          .ifPresent(conditions::add);
    }
    reportPlans.addAll(clockPlans);
    RecordsPlan plan =
        new RecordsPlan(
            input.columns(),
            input.checks(),
            RecordsPlan.Values.of(input),
            reportPlans,
            logs.stream().map(LogPlan::of).toList());
    if (!BuiltPrograms.has(plan)) {
      RecordsCode.of(plan);
    }
    for (Report report : shown) {
      for (Column column : report.columns()) {
        if (column.value() instanceof ShownValue value) {
          value.check();
        }
      }
    }
    for (Conditions ofReport : conditions) {
      for (Conditions.Condition condition : ofReport.all()) {
        ((ShownValue) condition.holds()).check();
      }
    }
    return new SqlRecords(plan, shown, conditions, logs.stream().map(LogPlan::table).toList());
  }

  /**
   * What a record is taken apart into: the columns that are declared, and the rescued fields if
   * something is computed of them.
   */
  public List<InputTable.InputColumn> fields() {
    return plan.fields();
  }

  /** The reports, in the order in which they are in the file. */
  public List<Report> reports() {
    return reports;
  }

  /** The conditions on the rows of each report that has some. */
  public List<Conditions> conditions() {
    return conditions;
  }

  /** The logs, in the order in which they are in the file. */
  public List<LogTable> logs() {
    return logs;
  }

  /** How many columns of a log that grows are those of the input, the first ones; otherwise 0. */
  public int starred(LogTable log) {
    return plan.logs().get(logs.indexOf(log)).starred();
  }

  /**
   * Begins a unit.
   *
   * @param fields takes records apart into the {@link #fields()}
   * @param origin tells where the record comes from that is taken
   * @param tables of each of the {@link #reports()} the unit's table, then of each of the {@link
   *     #conditions()} that of its clock
   * @param rows for each of the {@link #logs()} what takes the unit's rows: {@link
   *     io.tailrace.table.HeldRows}, for one that grows {@link GrowingRows}
   */
  public CompiledRecords begin(
      FieldReader fields, RecordOrigin origin, List<ReportTable> tables, List<?> rows) {
    List<Object> arguments = new ArrayList<>(List.of(fields, origin));
    arguments.addAll(tables);
    arguments.addAll(rows);
    return factory().make(arguments.toArray());
  }

  /**
   * Begins to make the code in another thread, so that the first unit need not wait for it, and
   * keeps it for the next run.
   *
   * @param program the program whose code it is
   * @param inferred the declaration of its input, if that is inferred
   */
  public void prepare(SqlProgram program, Optional<String> inferred) {
    Thread thread =
        new Thread(
            () -> {
              ClassCode.Factory<CompiledRecords> made = factory();
              if (compiled != null) {
                BuiltPrograms.keep(
                    inferred, new BuiltPrograms.Built(program, plan, compiled), made);
              }
            },
            "compile-sql");
    thread.setDaemon(true);
    thread.start();
  }

  RecordsPlan plan() {
    return plan;
  }

  private synchronized ClassCode.Factory<CompiledRecords> factory() {
    if (factory == null) {
      if (FACTORIES.size() >= MOST_KEPT) {
        FACTORIES.clear();
      }
      factory =
          BuiltPrograms.factory(plan)
              .orElseGet(
                  () ->
                      FACTORIES.computeIfAbsent(
                          plan,
                          missing -> {
                            compiled = RecordsCode.of(missing).compiled(CompiledRecords.class);
                            return compiled.load(CompiledRecords.class);
                          }));
    }
    return factory;
  }
}
