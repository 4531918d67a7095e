package io.tailrace.query;

import io.tailrace.delta.DeltaTable;
import io.tailrace.delta.TableVersion;
import io.tailrace.format.SqlType;
import io.tailrace.ledger.Ledger;
import io.tailrace.ledger.RunNote;
import io.tailrace.options.TableFormat;
import io.tailrace.options.TailraceOptions.Reader;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportConnection;
import io.tailrace.report.ReportRow;
import io.tailrace.report.ReportTable;
import io.tailrace.storage.Folder;
import io.tailrace.table.DeadLetter;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.Timer;
import java.util.TimerTask;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.apache.avro.LogicalTypes;
import org.apache.avro.Schema;
import org.duckdb.DuckDBAppender;
import org.duckdb.DuckDBConnection;
import org.duckdb.DuckDBDriver;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers SQL over the reports and logs of an output, with DuckDB in this process, whether a run
 * writes the output now or not.
 *
 * <p>Reports come from the database of the run that goes on, otherwise from the ledger. Logs are
 * the files that the manifest in the ledger names; if one of them is missing or damaged, statements
 * that name the log are refused. A table without rows has its columns.
 *
 * <p>Not safe for use by more than one thread, but for {@link #cancel}.
 */
public final class QueryEngine implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(QueryEngine.class);

  private static final int NEWEST_FILES = 4;

  /** More than twice the longest message: in CSV each quote is doubled. */
  private static final int LONGEST_CSV_LINE = 64 << 20;

  private static final String CONFINED_MEMORY = "512MB";
  private static final int CONFINED_THREADS = 2;

  /** What a statement has that tells which tables there are. */
  private static final Pattern LISTS_TABLES =
      Pattern.compile(
          "(?i)\\bSHOW\\s+(ALL\\s+)?TABLES\\b|\\binformation_schema\\b"
              + "|\\bduckdb_(tables|views|columns)\\b|\\bsqlite_master\\b");

  /** Neither DuckDB's tables nor those that are behind ours. */
  private static final String OWN =
      "table_schema = 'main' AND table_catalog IN (current_database(), 'temp')";

  private final Folder output;
  private final Ledger ledger;
  private final List<Report> reports;
  private final List<LogTable> logs;
  private final LogFiles files;
  private final Connection duck;
  private final Map<String, DeltaTable> tables = new HashMap<>();
  private final LineNumbers lineNumbers;

  /** The SQL of views and macros that statements have made for as long as this lasts. */
  private final Map<String, String> made = new HashMap<>();

  private Optional<AsOf> asOf = Optional.empty();
  private volatile Statement running;
  private volatile boolean cancelled;

  private QueryEngine(
      Folder output, LogPipeline pipeline, Optional<Ledger.Identity> identity, Connection duck) {
    this.output = output;
    this.ledger = Ledger.of(output);
    this.lineNumbers = new LineNumbers(ledger, duck);
    this.files = new LogFiles(output, ledger, !isOfTextReader(identity));
    this.reports =
        pipeline.reports().stream()
            .filter(report -> identity.map(owner -> owner.keeps(report.name())).orElse(true))
            .toList();
    this.logs =
        pipeline.allLogs(identity.map(Ledger.Identity::logFormat).orElse(TableFormat.parquet));
    this.duck = duck;
  }

  /** The text reader plans nothing: its logs are the files that are there. */
  private static boolean isOfTextReader(Optional<Ledger.Identity> identity) {
    return identity.map(Ledger.Identity::reader).equals(Optional.of(Reader.textio.name()));
  }

  /**
   * Opens an output.
   *
   * @param pipeline the pipeline that writes it
   */
  public static QueryEngine open(Folder output, LogPipeline pipeline)
      throws IOException, SQLException {
    Ledger ledger = Ledger.of(output);
    return new QueryEngine(output, pipeline.goingOn(ledger), ledger.identity(), connect());
  }

  /** The reports that the output has. */
  public List<Report> reports() {
    return reports;
  }

  /** The logs that it has. */
  public List<LogTable> logs() {
    return logs;
  }

  static Connection connect() throws SQLException {
    Properties settings = new Properties();
    // All that is needed is built in; nothing is to be fetched.
    settings.setProperty("autoinstall_known_extensions", "false");
    settings.setProperty("autoload_known_extensions", "false");
    return new DuckDBDriver().connect("jdbc:duckdb:", settings);
  }

  /**
   * Opens an output for statements of people who may read its tables and nothing else: no other
   * files, no network, no settings.
   *
   * @param pipeline the pipeline that writes it
   */
  public static QueryEngine openConfined(Folder output, LogPipeline pipeline)
      throws IOException, SQLException {
    QueryEngine engine = open(output, pipeline);
    List<String> folders = new ArrayList<>();
    for (LogTable log : engine.logs) {
      folders.add(engine.files.folder(log));
    }
    engine.execute(
        folders.stream()
            .map(folder -> literal(folder + "/"))
            .collect(Collectors.joining(", ", "SET allowed_directories = [", "]")));
    engine.execute("SET temp_directory = ''");
    engine.execute("SET enable_external_access = false");
    engine.execute("SET memory_limit = '" + CONFINED_MEMORY + "'");
    engine.execute("SET threads = " + CONFINED_THREADS);
    engine.execute("SET lock_configuration = true");
    return engine;
  }

  /** Asks of an older version of Delta tables from now on. */
  public void setAsOf(AsOf past) {
    asOf = Optional.of(past);
  }

  /** Answers from now on without files of logs that are missing or damaged; each is warned of. */
  public void ignoreMissing() {
    files.ignoreMissing();
  }

  /** Takes the rows of an answer. */
  @FunctionalInterface
  public interface Rows {
    void take(ResultSet rows) throws SQLException;
  }

  /**
   * Answers statements over the tables as they are now, one after the other. What earlier ones have
   * made reads the same tables.
   *
   * @throws UsageException with the whole message of the database if one is not understood, or if
   *     one would change something, or if it is cancelled
   */
  public void query(String sql, Rows rows) throws IOException, SQLException {
    cancelled = false;
    List<String> statements = Statements.of(sql);
    if (statements.isEmpty()) {
      throw new UsageException("query: give an SQL statement");
    }
    for (String statement : statements) {
      Statements.requireReading(duck, statement);
    }
    define(sql);
    for (String statement : statements) {
      answer(statement, rows, e -> new UsageException(firstLine(e), otherLines(e), e));
    }
    if (statements.stream().anyMatch(Statements::isMaking)) {
      answer(
          "SELECT view_name, sql FROM duckdb_views() WHERE temporary AND NOT internal"
              + " UNION ALL SELECT function_name, macro_definition FROM duckdb_functions()"
              + " WHERE function_type LIKE '%macro' AND NOT internal",
          found -> {
            while (found.next()) {
              made.put(found.getString(1), found.getString(2));
            }
          });
    }
  }

  /** Ends what {@link #query} does, in another thread, as soon as that is possible. */
  public void cancel() throws SQLException {
    cancelled = true;
    Statement now = running;
    if (now != null) {
      now.cancel();
    }
  }

  private void requireNotCancelled() {
    if (cancelled) {
      throw new UsageException("cancelled");
    }
  }

  /** What kind of table each is that can be asked, by its name. */
  public void tables(Rows rows) throws IOException, SQLException {
    defineAll();
    answer(
        String.format(
            "SELECT table_name AS name, CASE WHEN list_contains(%s, table_name) THEN 'report'"
                + " WHEN list_contains(%s, table_name) THEN 'log'"
                + " WHEN table_catalog = 'temp' THEN 'temporary' ELSE 'view' END AS kind"
                + " FROM information_schema.tables WHERE %s ORDER BY name",
            texts(reports.stream().map(Report::name).toList()),
            texts(logs.stream().map(LogTable::name).toList()),
            OWN),
        rows);
  }

  /** The columns of each table that can be asked. */
  public Map<String, List<String>> columns() throws IOException, SQLException {
    defineAll();
    Map<String, List<String>> columns = new LinkedHashMap<>();
    answer(
        "SELECT table_name, column_name FROM information_schema.columns WHERE "
            + OWN
            + " ORDER BY table_name, ordinal_position",
        rows -> {
          while (rows.next()) {
            columns
                .computeIfAbsent(rows.getString(1), table -> new ArrayList<>())
                .add(rows.getString(2));
          }
        });
    return columns;
  }

  /** Has all tables, without rows. */
  private void defineAll() throws IOException, SQLException {
    cancelled = false;
    define("SHOW TABLES");
  }

  /**
   * Answers one statement of somebody who may read the tables and nothing else.
   *
   * @param limit how many rows it may have at most; the others are not there
   * @param patience how long it may take
   * @throws UsageException with what is wrong if it is not such a statement, or takes longer
   */
  public void queryUntrusted(String sql, int limit, Duration patience, Rows rows)
      throws IOException, SQLException {
    Set<String> tables = new HashSet<>(ledger.views().keySet());
    reports.forEach(report -> tables.add(report.name()));
    logs.forEach(log -> tables.add(log.name()));
    String select = UntrustedSql.check(duck, sql, tables);
    define(select);
    Timer timer = new Timer("query-limit", true);
    try (Statement statement = duck.createStatement()) {
      timer.schedule(cancelling(statement), patience.toMillis());
      try (ResultSet answer =
          statement.executeQuery("SELECT * FROM (\n" + select + "\n) LIMIT " + limit)) {
        rows.take(answer);
      }
    } catch (SQLException e) {
      String message = firstLine(e);
      throw new UsageException(
          message.startsWith("INTERRUPT")
              ? "it takes longer than " + patience.toSeconds() + " s"
              : message,
          e);
    } finally {
      timer.cancel();
    }
  }

  private static TimerTask cancelling(Statement statement) {
    return new TimerTask() {
      @Override
      public void run() {
        try {
          statement.cancel();
        } catch (SQLException e) {
          // It has just ended.
        }
      }
    };
  }

  /**
   * The last rows of the newest files of a log.
   *
   * @param limit how many at most
   */
  public void newest(LogTable log, int limit, Rows rows) throws IOException, SQLException {
    define(log.name());
    String newest = "(" + selectNone(log) + ")";
    if (log.format().hasVersions()) {
      Optional<TableVersion> version = version(log);
      if (version.isPresent()) {
        List<TableVersion.File> all = version.get().files();
        List<TableVersion.File> last =
            all.subList(Math.max(0, all.size() - NEWEST_FILES), all.size());
        newest = "(" + DeltaView.select(version.get(), last, files.paths(log, last)) + ")";
      }
    } else {
      List<String> last = files.last(log, NEWEST_FILES);
      if (!last.isEmpty()) {
        newest = "(" + select(log, last) + ")";
      }
    }
    long[] count = new long[1];
    answer(
        "SELECT count(*) FROM " + newest, found -> count[0] = found.next() ? found.getLong(1) : 0);
    String last =
        String.format(
            "SELECT * FROM %s LIMIT %d OFFSET %d", newest, limit, Math.max(0, count[0] - limit));
    answer(
        isOfDeadLetters(log) ? LineNumbers.select(last) + " ORDER BY source, \"offset\"" : last,
        rows);
  }

  /**
   * The rows of those files of a log that nobody has asked for yet; there is no answer if all are
   * known.
   *
   * @param known the files that were asked for, to which the others are added
   */
  public void news(LogTable log, Set<String> known, Rows rows) throws IOException, SQLException {
    if (log.format().hasVersions()) {
      Optional<TableVersion> version = version(log);
      List<TableVersion.File> added =
          version.map(TableVersion::files).orElse(List.of()).stream()
              .filter(file -> known.add(file.path()))
              .toList();
      if (!added.isEmpty()) {
        answer(DeltaView.select(version.orElseThrow(), added, files.paths(log, added)), rows);
      }
      return;
    }
    List<String> added = files.of(log).stream().filter(known::add).toList();
    if (!added.isEmpty()) {
      answer(select(log, added), rows);
    }
  }

  /**
   * Why lines were dead letters: the reason, how many there are of it, and text and source of one
   * of them; the most frequent reason first.
   *
   * @param from the name of the first file of dead letters that counts
   */
  public void reasons(String from, Rows rows) throws IOException, SQLException {
    LogTable letters =
        logs.stream()
            .filter(log -> log.name().equals(DeadLetter.LOG.name()))
            .findFirst()
            .orElseThrow();
    List<String> later =
        files.of(letters).stream()
            .filter(file -> nameWithSlash(file).compareTo("/" + from) >= 0)
            .toList();
    if (!later.isEmpty()) {
      answer(
          "SELECT reason, count(*) AS count, arg_min(raw, place) AS raw,"
              + " arg_min(source, place) AS source FROM (SELECT *, row(source, \"offset\") AS place"
              + " FROM ("
              + select(letters, later)
              + ")) GROUP BY reason ORDER BY count DESC, reason",
          rows);
    }
  }

  private static String nameWithSlash(String path) {
    return path.substring(path.lastIndexOf('/'));
  }

  /**
   * Brings the tables that a text names up to date.
   *
   * @param text a statement, or names
   */
  public void define(String text) throws IOException, SQLException {
    Map<String, String> views = ledger.views();
    boolean listsTables = LISTS_TABLES.matcher(text).find();
    Map<String, String> named = new LinkedHashMap<>(views);
    named.putAll(made);
    String all = withViews(text, named);
    for (Report report : reports) {
      if (asOf.isPresent() && reads(all, report.name())) {
        throw new UsageException("--asOf: " + report.name() + " is a report and has no past");
      }
      if (reads(all, report.name()) && isGone()) {
        throw new UsageException(
            report.name()
                + " was in the memory of a run with --reader=textio, which has ended; run again with"
                + " --reader=units, or with --reportUrl");
      }
      requireNotCancelled();
      defineReport(report, names(all, report.name()));
    }
    for (LogTable log : logs) {
      requireNotCancelled();
      define(log, names(all, log.name()));
    }
    for (Map.Entry<String, String> view : views.entrySet()) {
      if (names(all, view.getKey())) {
        define(view);
      } else if (listsTables) {
        try {
          define(view);
        } catch (SQLException e) {
          LOG.warn("The view {} cannot be asked: {}", view.getKey(), firstLine(e));
        }
      }
    }
  }

  private void define(Map.Entry<String, String> view) throws SQLException {
    execute("CREATE OR REPLACE VIEW " + quote(view.getKey()) + " AS " + view.getValue());
  }

  /**
   * Answers one statement over the tables as they were when they were brought up to date.
   *
   * @throws UsageException with the database's message if the statement is not understood
   */
  public void answer(String sql, Rows rows) throws SQLException {
    answer(sql, rows, e -> new UsageException(firstLine(e), e));
  }

  private void answer(String sql, Rows rows, Function<SQLException, UsageException> refusal)
      throws SQLException {
    try (Statement statement = duck.createStatement()) {
      running = statement;
      requireNotCancelled();
      if (statement.execute(sql)) {
        try (ResultSet answer = statement.getResultSet()) {
          rows.take(answer);
        }
      }
    } catch (SQLException e) {
      requireNotCancelled();
      throw refusal.apply(e);
    } finally {
      running = null;
    }
  }

  private static String firstLine(SQLException e) {
    return e.getMessage().lines().findFirst().orElse("no such query");
  }

  /** Where in the statement it is, and what could be meant. */
  private static String otherLines(SQLException e) {
    return e.getMessage().lines().skip(1).collect(Collectors.joining("\n")).stripTrailing();
  }

  /** A statement, and the SQL of the views that it names, whose tables it needs, too. */
  private static String withViews(String sql, Map<String, String> views) {
    StringBuilder text = new StringBuilder(sql);
    Map<String, String> left = new LinkedHashMap<>(views);
    // A view may read others: until none is added.
    while (left.entrySet().removeIf(view -> isAdded(text, view))) {}
    return text.toString();
  }

  private static boolean isAdded(StringBuilder text, Map.Entry<String, String> view) {
    boolean wanted = names(text.toString(), view.getKey());
    if (wanted) {
      text.append('\n').append(view.getValue());
    }
    return wanted;
  }

  /** Whether a text has the name of a table. */
  static boolean names(String sql, String table) {
    return Pattern.compile("\\b" + Pattern.quote(table) + "\\b", Pattern.CASE_INSENSITIVE)
        .matcher(sql)
        .find();
  }

  /** Unlike a column, a table follows one of these words. */
  private static boolean reads(String sql, String table) {
    return Pattern.compile(
            "\\b(FROM|JOIN)\\s+\"?" + Pattern.quote(table) + "\\b", Pattern.CASE_INSENSITIVE)
        .matcher(sql)
        .find();
  }

  /** Only what is asked for is copied from elsewhere, and is looked up if it has versions. */
  private void define(LogTable log, boolean wanted) throws IOException, SQLException {
    if (!log.format().hasVersions()) {
      if (asOf.isPresent() && wanted) {
        throw new UsageException("--asOf: " + log.name() + " has no versions");
      }
      List<String> all = wanted ? files.of(log) : List.of();
      if (isOfDeadLetters(log)) {
        defineDeadLetters(log, all);
      } else {
        defineLog(log, all);
      }
      return;
    }
    Optional<TableVersion> version = wanted ? version(log) : Optional.empty();
    if (version.isEmpty()) {
      defineLog(log, List.of());
    } else {
      execute(
          "CREATE OR REPLACE VIEW "
              + quote(log.name())
              + " AS "
              + DeltaView.select(
                  version.get(), version.get().files(), files.paths(log, version.get().files())));
    }
  }

  private Optional<TableVersion> version(LogTable log) throws IOException {
    DeltaTable table =
        tables.computeIfAbsent(log.name(), name -> DeltaTable.in(output.folder(name)));
    return asOf.isPresent() ? Optional.of(asOf.get().of(table)) : table.newest();
  }

  /** One that is not wanted is there, but has no rows. */
  private void defineReport(Report report, boolean wanted) throws IOException, SQLException {
    String columns =
        report.shownColumns().stream()
            .map(column -> quote(column.name()) + " " + column.type())
            .collect(Collectors.joining(", "));
    execute("CREATE OR REPLACE TABLE " + quote(report.name()) + " (" + columns + ")");
    try (DuckDBAppender appender =
        duck.unwrap(DuckDBConnection.class).createAppender("main", report.name())) {
      if (wanted && !appendFromRun(report, appender)) {
        appendFromLedger(report, appender);
      }
    }
  }

  /** Whether reports are nowhere: a reader without a ledger has them while it runs. */
  private boolean isGone() throws IOException {
    return ledger.identity().filter(of -> of.reader().equals(Reader.textio.name())).isPresent()
        && RunNote.read(ledger).isEmpty();
  }

  /** Tells whether a run that goes on had the report. */
  private boolean appendFromRun(Report report, DuckDBAppender appender)
      throws IOException, SQLException {
    Optional<ReportConnection> database = RunNote.read(ledger).map(RunNote::report);
    if (database.isEmpty()) {
      return false;
    }
    try (Connection connection = database.get().open()) {
      List<Column> columns = report.shownColumns();
      try (Statement statement = connection.createStatement();
          ResultSet rows =
              statement.executeQuery(
                  "SELECT " + Report.names(columns) + " FROM " + report.sqlName())) {
        while (rows.next()) {
          appender.beginRow();
          for (int i = 1; i <= columns.size(); i++) {
            append(appender, columns.get(i - 1).type(), value(rows, i, columns.get(i - 1).type()));
          }
          appender.endRow();
        }
      }
      return true;
    } catch (SQLException e) {
      if (isConnectionFailure(e)) {
        // The run has ended just now.
        return false;
      }
      throw e;
    }
  }

  /** A value of a column of a database, as {@link Column.Value} has it. */
  private static Object value(ResultSet rows, int column, SqlType type) throws SQLException {
    return switch (type.kind()) {
      case DATE -> rows.getObject(column, LocalDate.class);
      case TIMESTAMP -> rows.getObject(column, LocalDateTime.class);
      default -> rows.getObject(column);
    };
  }

  private static boolean isConnectionFailure(SQLException e) {
    String state = String.valueOf(e.getSQLState());
    // Connection and authorization failures, and the classes in which H2 has its own.
    return state.startsWith("08") || state.startsWith("28") || state.startsWith("90");
  }

  private void appendFromLedger(Report report, DuckDBAppender appender)
      throws IOException, SQLException {
    ledger.settledTotals(report, rows -> append(report, rows, appender));
  }

  private static void append(Report report, ReportTable rows, DuckDBAppender appender)
      throws SQLException {
    List<Column> columns = report.shownColumns();
    for (int row = 0; row < rows.size(); row++) {
      ReportRow shown = report.row(rows, row);
      appender.beginRow();
      for (Column column : columns) {
        append(appender, column.type(), column.value().of(shown));
      }
      appender.endRow();
    }
  }

  private static void append(DuckDBAppender appender, SqlType type, Object value)
      throws SQLException {
    if (value == null) {
      appender.appendNull();
      return;
    }
    switch (type.kind()) {
      case BOOLEAN -> appender.append(((Boolean) value).booleanValue());
      case INTEGER -> appender.append(((Integer) value).intValue());
      case BIGINT -> appender.append(((Long) value).longValue());
      case HUGEINT -> appender.append(new BigInteger(value.toString()));
      case DECIMAL -> appender.append((BigDecimal) value);
      case DOUBLE -> appender.append(((Double) value).doubleValue());
      case VARCHAR -> appender.append((String) value);
      case DATE -> appender.append((LocalDate) value);
      case TIMESTAMP -> appender.append((LocalDateTime) value);
      case INTERVAL, ARRAY, ROW, MAP ->
          throw new IllegalArgumentException("A column cannot be a " + type);
    }
  }

  private void defineLog(LogTable log, List<String> paths) throws SQLException {
    execute("CREATE OR REPLACE VIEW " + quote(log.name()) + " AS " + selectAll(log, paths));
  }

  private static String selectAll(LogTable log, List<String> paths) {
    return paths.isEmpty() ? selectNone(log) : select(log, paths);
  }

  private static boolean isOfDeadLetters(LogTable log) {
    return log.name().equals(DeadLetter.LOG.name());
  }

  /** Their lines are looked up only if somebody asks for them. */
  private void defineDeadLetters(LogTable log, List<String> paths)
      throws IOException, SQLException {
    String all = selectAll(log, paths);
    lineNumbers.define(paths.isEmpty() ? Optional.empty() : Optional.of(all));
    execute("CREATE OR REPLACE VIEW " + quote(log.name()) + " AS " + LineNumbers.select(all));
  }

  private static String selectNone(LogTable log) {
    return log.schema().getFields().stream()
        .map(field -> "NULL::" + duckType(field.schema()) + " AS " + quote(LogTable.column(field)))
        .collect(Collectors.joining(", ", "SELECT ", " WHERE false"));
  }

  /** Selects all rows of files of a log. */
  static String select(LogTable log, List<String> files) {
    return "SELECT *" + replaced(log) + " FROM " + read(log, files);
  }

  /** In CSV, lists, structures and maps are JSON. */
  private static String replaced(LogTable log) {
    List<String> nested =
        log.format() != TableFormat.csv
            ? List.of()
            : log.schema().getFields().stream()
                .filter(QueryEngine::isNested)
                .map(
                    field ->
                        String.format(
                            "CAST(CAST(%1$s AS JSON) AS %2$s) AS %1$s",
                            quote(LogTable.column(field)), duckType(field.schema())))
                .toList();
    return nested.isEmpty() ? "" : " REPLACE (" + String.join(", ", nested) + ")";
  }

  private static boolean isNested(Schema.Field field) {
    return LogTable.isNested(LogTable.withoutNull(field.schema()));
  }

  private static String read(LogTable log, List<String> files) {
    return switch (log.format()) {
      // Files of dead letters had fewer columns once.
      case parquet, delta ->
          isOfDeadLetters(log)
              ? String.format(
                  "(%s UNION ALL BY NAME SELECT * FROM %s)",
                  selectNone(log), readParquet(files, ", union_by_name = true"))
              : readParquet(files, "");
      case csv ->
          String.format(
              "read_csv(%s, hive_partitioning = false, auto_detect = false, header = true,"
                  + " delim = ',', quote = '\"', escape = '\"', nullstr = '',"
                  + " allow_quoted_nulls = false, max_line_size = %d, buffer_size = %d,"
                  + " columns = {%s}%s)",
              texts(files),
              LONGEST_CSV_LINE,
              LONGEST_CSV_LINE,
              log.schema().getFields().stream()
                  .map(
                      field ->
                          literal(LogTable.column(field))
                              + ": "
                              + literal(isNested(field) ? "VARCHAR" : duckType(field.schema())))
                  .collect(Collectors.joining(", ")),
              isOfDeadLetters(log) ? ", null_padding = true, parallel = false" : "");
    };
  }

  /**
   * Reads Parquet files, whose columns are theirs alone: a folder named {@code key=value} is none.
   *
   * @param more further options
   */
  static String readParquet(List<String> files, String more) {
    return "read_parquet(" + texts(files) + ", hive_partitioning = false" + more + ")";
  }

  private static String texts(List<String> all) {
    return all.stream().map(QueryEngine::literal).collect(Collectors.joining(", ", "[", "]"));
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = duck.createStatement()) {
      statement.execute(sql);
    }
  }

  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }

  /** A name as a statement of {@code query} has it. */
  public static String quote(String name) {
    return '"' + name.replace("\"", "\"\"") + '"';
  }

  private static String duckType(Schema schema) {
    return switch (schema.getType()) {
      case STRING -> "VARCHAR";
      case INT -> schema.getLogicalType() == null ? "INTEGER" : "DATE";
      case LONG -> schema.getLogicalType() == null ? "BIGINT" : "TIMESTAMPTZ";
      case DOUBLE -> "DOUBLE";
      case BOOLEAN -> "BOOLEAN";
      case BYTES -> decimal((LogicalTypes.Decimal) schema.getLogicalType());
      // A column that may be null.
      case UNION ->
          duckType(
              schema.getTypes().stream()
                  .filter(type -> type.getType() != Schema.Type.NULL)
                  .findFirst()
                  .orElseThrow());
      case ARRAY -> duckType(schema.getElementType()) + "[]";
      case MAP -> "MAP(VARCHAR, " + duckType(schema.getValueType()) + ")";
      case RECORD ->
          schema.getFields().stream()
              .map(field -> quote(LogTable.column(field)) + " " + duckType(field.schema()))
              .collect(Collectors.joining(", ", "STRUCT(", ")"));
      default -> throw new IllegalArgumentException("No SQL type for " + schema);
    };
  }

  static String decimal(LogicalTypes.Decimal type) {
    return SqlType.decimal(type.getPrecision(), type.getScale()).toString();
  }

  @Override
  public void close() throws IOException, SQLException {
    duck.close();
    files.close();
  }
}
