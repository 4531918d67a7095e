package io.tailrace.pipelines;

import io.tailrace.alert.Alerts;
import io.tailrace.alert.ViewAlert;
import io.tailrace.alert.ViewAlerts;
import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.FieldReader;
import io.tailrace.format.PropertyException;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.ReportShape;
import io.tailrace.options.AlertOptions;
import io.tailrace.options.Quantities;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.options.SqlOptions;
import io.tailrace.options.SqlTopicOptions;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.TopicOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Conditions;
import io.tailrace.report.Measure;
import io.tailrace.report.Report;
import io.tailrace.sql.GrowingRows;
import io.tailrace.sql.InputTable;
import io.tailrace.sql.RecordOrigin;
import io.tailrace.sql.SqlLog;
import io.tailrace.sql.SqlProgram;
import io.tailrace.sql.SqlPrograms;
import io.tailrace.sql.SqlRecords;
import io.tailrace.sql.SqlReport;
import io.tailrace.sql.TopicAddress;
import io.tailrace.sql.UnsupportedFunctionException;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.avro.Schema;
import org.apache.avro.generic.GenericRecord;

/** A pipeline that is a file of SQL. */
public final class SqlPipeline implements LogPipeline {

  private static final String SUFFIX = ".sql";

  private final Ledger.Sql sql;
  private final SqlProgram program;
  private final Map<String, Map<String, Measure>> kept;
  private final SqlFormat format;
  private final SqlRecords records;

  private SqlPipeline(Ledger.Sql sql, SqlProgram program, Map<String, Map<String, Measure>> kept) {
    this.sql = sql;
    this.program = program;
    this.kept = kept;
    try {
      this.records = SqlRecords.of(program.input(), program.reports(), program.logs(), kept);
      this.format = SqlFormat.of(program.input(), records.fields());
    } catch (UnsupportedFunctionException e) {
      throw new UsageException(sql.file() + ": " + e.getMessage(), e);
    } catch (PropertyException e) {
      throw SqlPrograms.errorOfProperty(
          sql.file(), sql.text(), Optional.of(e.property()), e.getMessage());
    } catch (IllegalArgumentException e) {
      throw SqlPrograms.errorOfProperty(sql.file(), sql.text(), Optional.empty(), e.getMessage());
    }
  }

  /**
   * The pipeline of a file.
   *
   * @throws UsageException with the line and the column of what cannot be used
   */
  public static SqlPipeline of(Ledger.Sql sql) {
    return new SqlPipeline(sql, program(sql), Map.of());
  }

  /** The same with other statements, which are made of its own. */
  SqlPipeline with(SqlProgram changed) {
    return new SqlPipeline(sql, changed, kept);
  }

  /**
   * The same with reports that keep what totals keep.
   *
   * @param measures of each report the measures of its totals, in their order, by their names in
   *     this pipeline
   */
  SqlPipeline keeping(Map<String, Map<String, Measure>> measures) {
    return measures.equals(kept) ? this : new SqlPipeline(sql, program, measures);
  }

  private static SqlProgram program(Ledger.Sql sql) {
    return SqlPrograms.of(sql.file(), sql.text(), Optional.ofNullable(sql.inferred()));
  }

  /** Its statements. */
  public SqlProgram program() {
    return program;
  }

  /** The name of its file, without its end. */
  @Override
  public String name() {
    return sql.file().endsWith(SUFFIX)
        ? sql.file().substring(0, sql.file().length() - SUFFIX.length())
        : sql.file();
  }

  @Override
  public String description() {
    return "The pipeline in " + sql.file();
  }

  @Override
  public String check() {
    return String.format(
        "that %s has records as CREATE EXTERNAL TABLE says", isTopic() ? "--topic" : "--input");
  }

  @Override
  public boolean isBuiltIn() {
    return false;
  }

  @Override
  public LogPipeline goingOn(Ledger ledger) throws IOException {
    Map<String, Map<String, Measure>> measures = new LinkedHashMap<>();
    for (ReportShape shape : ledger.identity().map(Ledger.Identity::reports).orElse(List.of())) {
      Map<String, Measure> byName = new LinkedHashMap<>();
      shape.measures().forEach(measure -> byName.put(measure.name(), measure));
      measures.put(shape.name(), byName);
    }
    return keeping(measures);
  }

  @Override
  public Class<? extends TailraceOptions> options() {
    return isTopic() ? SqlTopicOptions.class : SqlOptions.class;
  }

  private boolean isTopic() {
    return program.input().topic().isPresent();
  }

  @Override
  public List<Report> reports() {
    return records.reports();
  }

  @Override
  public List<LogTable> logs() {
    return records.logs();
  }

  @Override
  public List<LogTable> logs(TailraceOptions options) {
    for (LogTable log : logs()) {
      if (log.growing() && !options.getLogFormat().hasVersions()) {
        throw new UsageException(
            String.format(
                "--logFormat: %s gets columns that nobody has declared, which a Delta table alone"
                    + " can; leave it at delta",
                log.name()));
      }
    }
    return logs();
  }

  @Override
  public List<Chart> charts() {
    return program.reports().stream().flatMap(report -> TimeCharts.of(report).stream()).toList();
  }

  @Override
  public Optional<LogTable> alertLog() {
    return records.conditions().isEmpty() ? Optional.empty() : Optional.of(ViewAlert.LOG);
  }

  @Override
  public List<Alerts> alerts(TailraceOptions options) {
    AlertOptions own = options.as(AlertOptions.class);
    Duration delay = Quantities.duration("watermarkDelay", own.getWatermarkDelay());
    Duration lateness = Quantities.duration("allowedLateness", own.getAllowedLateness());
    return records.conditions().stream()
        .<Alerts>map(conditions -> new ViewAlerts(conditions, delay, lateness))
        .toList();
  }

  @Override
  public Map<String, String> views() {
    return program.views();
  }

  @Override
  public Optional<Ledger.Sql> sql() {
    return Optional.of(sql);
  }

  @Override
  public void complete(TailraceOptions options) {
    if (options.getHeader()) {
      throw new UsageException(
          "--header: a file of SQL says it itself: TBLPROPERTIES '{\"header\": \"true\"}'");
    }
    if (options.getLogFormat().hasVersions()) {
      logs().forEach(SqlPipeline::requireDelta);
    }
    if (isTopic()) {
      completeTopic(options, program.input().topic().get());
      return;
    }
    options.as(SqlOptions.class).setRecords(format.isLines() ? Records.lines : Records.json);
    if (options.getInput() == null) {
      program.input().location().ifPresent(location -> options.setInput(List.of(location)));
    }
  }

  private void completeTopic(TailraceOptions options, TopicAddress declared) {
    if (options.getInput() != null) {
      throw new UsageException(
          String.format(
              "--input: %s reads the topic of --topic or LOCATION, and no files",
              program.input().name()));
    }
    TopicOptions own = options.as(TopicOptions.class);
    if (own.getTopic() == null && !declared.topics().isEmpty()) {
      own.setTopic(String.join(",", declared.topics()));
    }
    if (own.getBootstrapServers() == null && !declared.bootstrapServers().isEmpty()) {
      own.setBootstrapServers(String.join(",", declared.bootstrapServers()));
    }
  }

  private static void requireDelta(LogTable log) {
    if (!log.isPossibleInDelta()) {
      throw new UsageException(
          String.format(
              "--logFormat=delta: %s has an ARRAY, a ROW or a MAP, so that no name in it can have a"
                  + " blank or one of ,;{}()=; give another name, or another --logFormat",
              log.name()));
    }
  }

  @Override
  public int skippedLines(TailraceOptions options) {
    return format.skippedLines();
  }

  @Override
  public Optional<String> changeSince(Ledger.Sql before) {
    if (Pipelines.isShipped(before) && !before.file().equals(sql.file())) {
      return Optional.of("it is built in, and " + sql.file() + " is a file of SQL");
    }
    if (before.equals(sql)) {
      return Optional.empty();
    }
    SqlProgram old = program(before);
    if (!isSame(old.input(), program.input())) {
      return Optional.of("the declaration of " + program.input().name() + " was another");
    }
    Map<String, SqlReport> oldReports =
        old.reports().stream().collect(Collectors.toMap(SqlReport::name, report -> report));
    for (SqlReport report : program.reports()) {
      SqlReport was = oldReports.get(report.name());
      if (was != null
          && !(was.filter().equals(report.filter()) && was.keys().equals(report.keys()))) {
        return Optional.of("the report " + report.name() + " had another WHERE or GROUP BY");
      }
      if (was != null && was.expiry().isPresent() && !keepsNoLonger(report, was.expiry().get())) {
        return Optional.of(
            String.format(
                "the report %s had a retention of %s, and what it has dropped does not come back",
                report.name(), was.expiry().get().text()));
      }
    }
    Map<String, SqlLog> oldLogs = byName(old);
    Map<String, SqlLog> logs = byName(program);
    if (!oldLogs.keySet().equals(logs.keySet())) {
      return Optional.of("its logs were " + String.join(", ", oldLogs.keySet()));
    }
    return logs.values().stream()
        .filter(log -> !log.equals(oldLogs.get(log.name())))
        .findFirst()
        .map(log -> "the log " + log.name() + " had other columns, another WHERE or ORDER BY");
  }

  private static boolean keepsNoLonger(SqlReport report, SqlReport.Expiry before) {
    return report.expiry().filter(now -> now.retention().isWithin(before.retention())).isPresent();
  }

  private static Map<String, SqlLog> byName(SqlProgram program) {
    return program.logs().stream()
        .collect(
            Collectors.toMap(SqlLog::name, log -> log, (one, other) -> one, LinkedHashMap::new));
  }

  private static boolean isSame(InputTable one, InputTable other) {
    return hasSameColumns(one, other)
        && one.checks().stream()
            .map(InputTable.Check::condition)
            .toList()
            .equals(other.checks().stream().map(InputTable.Check::condition).toList())
        && one.format().equals(other.format())
        && one.topic().isPresent() == other.topic().isPresent()
        && one.properties().equals(other.properties());
  }

  /** Each request has a time: whether that is a column, the last one, changes nothing else. */
  private static boolean hasSameColumns(InputTable one, InputTable other) {
    return one.columns().equals(other.columns())
        || one.format().equals("access_log") && withoutTime(one).equals(withoutTime(other));
  }

  private static List<InputTable.InputColumn> withoutTime(InputTable input) {
    return input.columns().stream()
        .filter(column -> !column.name().equalsIgnoreCase("time"))
        .toList();
  }

  @Override
  public RecordFunction records(TailraceOptions options) {
    // Locals, because the function goes to the workers without the rest.
    SqlRecords compiled = records;
    SqlFormat fields = format;
    boolean isTopic = isTopic();
    compiled.prepare(program, Optional.ofNullable(sql.inferred()));
    return (input, output) ->
        ofMessages(
            isTopic,
            fields,
            begin(compiled, fields.newReader(), declared(compiled), input, output));
  }

  /** The same, where records may be messages. */
  private static RecordFunction.UnitRecords ofMessages(
      boolean isTopic, SqlFormat format, RecordFunction.UnitRecords records) {
    return isTopic && format.isLines()
        ? new MessageLine(records, format.takesLineFeeds())
        : records;
  }

  /** Logs that grow begin with the columns that are declared. */
  private static RowMaker declared(SqlRecords compiled) {
    return (reader, log, taker) -> reader.rowsOf(log.schema(), compiled.starred(log), false, taker);
  }

  /**
   * What a record means where logs that grow begin with columns that were found in the data.
   *
   * @param found tells them when a unit begins
   */
  RecordFunction records(FoundColumns found) {
    SqlRecords compiled = records;
    SqlFormat fields = format;
    return (input, output) -> {
      Schema columns = found.columns();
      return begin(
          compiled,
          fields.newReader(),
          (reader, log, taker) -> reader.rowsOf(columns, columns.getFields().size(), true, taker),
          input,
          output);
    };
  }

  /** Columns that are not known before there is data. */
  @FunctionalInterface
  interface FoundColumns extends Serializable {
    Schema columns();
  }

  /** Makes the rows of a log that grows. */
  @FunctionalInterface
  private interface RowMaker {
    GrowingRows of(EvolvingFields reader, LogTable log, Consumer<GenericRecord> taker);
  }

  /** Does something with each record beside what the SQL does. */
  @FunctionalInterface
  interface Beside extends Serializable {

    /**
     * Begins a unit.
     *
     * @param fields holds the record that was read last
     * @return what is called for each record
     */
    Runnable begin(FieldReader fields, UnitInput input, UnitOutput output);
  }

  /** What a record means if something is done with it beside. */
  RecordFunction records(Beside beside) {
    SqlRecords compiled = records;
    SqlFormat fields = format;
    return (input, output) -> {
      FieldReader reader = fields.newReader();
      RecordFunction.UnitRecords taken = begin(compiled, reader, declared(compiled), input, output);
      Runnable also = beside.begin(reader, input, output);
      return (bytes, from, to) -> {
        Optional<String> problem = taken.record(bytes, from, to);
        if (problem.isEmpty()) {
          also.run();
        }
        return problem;
      };
    };
  }

  private static RecordFunction.UnitRecords begin(
      SqlRecords compiled,
      FieldReader reader,
      RowMaker growing,
      UnitInput input,
      UnitOutput output) {
    List<Object> rows = new ArrayList<>();
    for (LogTable log : compiled.logs()) {
      rows.add(
          log.growing()
              ? growing.of((EvolvingFields) reader, log, output.log(log))
              : output.rows(log));
    }
    return compiled.begin(
            reader,
            new UnitOrigin(input),
            Stream.concat(
                    compiled.reports().stream(),
                    compiled.conditions().stream().map(Conditions::clock))
                .map(output::table)
                .toList(),
            rows)
        ::record;
  }

  /** Where the record that is taken comes from, for the columns that say so. */
  private record UnitOrigin(UnitInput input) implements RecordOrigin {

    @Override
    public String file() {
      return input.source();
    }

    @Override
    public long offset() {
      return input.offset();
    }

    @Override
    public int partition() {
      return input.partition();
    }

    @Override
    public long modifiedMillis() {
      return input.timestampMillis();
    }

    @Override
    public String topic() {
      return input.topic();
    }

    @Override
    public ByteBuffer key() {
      return input.key();
    }

    @Override
    public Map<String, byte[]> headers() {
      return input.headers();
    }
  }
}
