package io.tailrace.pipelines;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.ledger.Ledger;
import io.tailrace.options.RecordOptions.Records;
import io.tailrace.options.SqlOptions;
import io.tailrace.options.TailraceOptions;
import io.tailrace.options.UsageException;
import io.tailrace.report.Report;
import io.tailrace.sql.InputTable;
import io.tailrace.sql.RecordOrigin;
import io.tailrace.sql.SqlLog;
import io.tailrace.sql.SqlProgram;
import io.tailrace.sql.SqlPrograms;
import io.tailrace.sql.SqlRecords;
import io.tailrace.sql.SqlReport;
import io.tailrace.sql.UnsupportedFunctionException;
import io.tailrace.table.LogTable;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/** A pipeline that is a file of SQL. */
public final class SqlPipeline implements LogPipeline {

  private static final String SUFFIX = ".sql";

  private final Ledger.Sql sql;
  private final SqlProgram program;
  private final SqlFormat format;
  private final SqlRecords records;

  private SqlPipeline(Ledger.Sql sql) {
    this.sql = sql;
    this.program = program(sql);
    try {
      this.records = SqlRecords.of(program.input(), program.reports(), program.logs());
      this.format = SqlFormat.of(program.input(), records.fields());
    } catch (UnsupportedFunctionException | IllegalArgumentException e) {
      throw new UsageException(sql.file() + ": " + e.getMessage(), e);
    }
  }

  /**
   * The pipeline of a file.
   *
   * @throws UsageException with the line and the column of what cannot be used
   */
  public static SqlPipeline of(Ledger.Sql sql) {
    return new SqlPipeline(sql);
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
    return "that --input has records as CREATE EXTERNAL TABLE says";
  }

  @Override
  public Class<SqlOptions> options() {
    return SqlOptions.class;
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
    options.as(SqlOptions.class).setRecords(format.isLines() ? Records.lines : Records.json);
    if (options.getInput() == null) {
      program.input().location().ifPresent(location -> options.setInput(List.of(location)));
    }
  }

  private static void requireDelta(LogTable log) {
    if (!log.isPossibleInDelta()) {
      throw new UsageException(
          String.format(
              "--logFormat=delta: %s has an ARRAY or a ROW, so that no name in it can have a blank or"
                  + " one of ,;{}()=; give another name, or another --logFormat",
              log.name()));
    }
  }

  @Override
  public int skippedLines(TailraceOptions options) {
    return format.skippedLines();
  }

  @Override
  public Optional<String> changeSince(Ledger.Sql before) {
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

  private static Map<String, SqlLog> byName(SqlProgram program) {
    return program.logs().stream()
        .collect(
            Collectors.toMap(SqlLog::name, log -> log, (one, other) -> one, LinkedHashMap::new));
  }

  private static boolean isSame(InputTable one, InputTable other) {
    return one.columns().equals(other.columns())
        && one.checks().stream()
            .map(InputTable.Check::condition)
            .toList()
            .equals(other.checks().stream().map(InputTable.Check::condition).toList())
        && one.format().equals(other.format())
        && one.properties().equals(other.properties());
  }

  @Override
  public RecordFunction records(TailraceOptions options) {
    // Locals, because the function goes to the workers without the rest.
    SqlRecords compiled = records;
    SqlFormat fields = format;
    return (input, output) -> begin(compiled, fields, input, output);
  }

  private static RecordFunction.UnitRecords begin(
      SqlRecords compiled, SqlFormat fields, UnitInput input, UnitOutput output) {
    return compiled.begin(
            fields.newReader(),
            new UnitOrigin(input),
            compiled.reports().stream().map(output::table).toList(),
            compiled.logs().stream().map(output::log).toList())
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
    public long modifiedMillis() {
      return input.timestampMillis();
    }
  }
}
