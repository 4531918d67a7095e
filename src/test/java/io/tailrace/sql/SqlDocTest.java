package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItems;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertEquals;

import io.tailrace.feed.RecordFunction;
import io.tailrace.feed.UnitInput;
import io.tailrace.feed.UnitOutput;
import io.tailrace.format.SqlType;
import io.tailrace.ledger.Ledger;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.report.Column;
import io.tailrace.report.Report;
import io.tailrace.report.ReportTable;
import io.tailrace.sql.function.Functions;
import io.tailrace.table.HeldRows;
import io.tailrace.table.LogTable;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.apache.avro.generic.GenericRecord;
import org.junit.BeforeClass;
import org.junit.Test;

/**
 * What {@code docs/sql.md} says: its pipelines compile, its examples have the results that are
 * written behind them, here and in DuckDB, and its lists of functions are complete.
 */
public final class SqlDocTest {

  private static final Path PAGE = Path.of("docs", "sql.md");
  private static final Path EXAMPLES = Path.of("pipelines", "examples");

  private static final Pattern SQL = Pattern.compile("(?s)```sql\n(.*?)```");
  private static final Pattern JSON = Pattern.compile("(?s)```json\n(.*?)```");
  private static final Pattern CODE = Pattern.compile("`([^`]+)`");
  private static final Pattern CELLS = Pattern.compile("(?<!\\\\)\\|");

  /** The table of the examples. */
  private static final String TABLE = "visits";

  /** What DuckDB calls the operators on the page. */
  private static final Set<String> OPERATORS =
      Set.of(
          "+",
          "-",
          "*",
          "/",
          "//",
          "%",
          "^",
          "**",
          "@",
          "||",
          "^@",
          "~~",
          "!~~",
          "~~*",
          "!~~*",
          "like_escape",
          "not_like_escape",
          "ilike_escape",
          "not_ilike_escape");

  private static String page;

  /**
   * An expression with its result.
   *
   * @param names the functions or operators that it is an example of
   */
  private record Example(List<String> names, String expression, String result) {

    /** The same call by another name. */
    Example by(String name) {
      String first = Pattern.quote(names.get(0)) + "(?=\\()";
      return new Example(List.of(name), expression.replaceFirst(first, name), result);
    }
  }

  @BeforeClass
  public static void read() throws IOException {
    page = Files.readString(PAGE);
  }

  private static List<String> blocks(Pattern pattern) {
    return pattern.matcher(page).results().map(block -> block.group(1)).toList();
  }

  private static List<String> pipelines() {
    return blocks(SQL).stream().filter(block -> block.contains("CREATE EXTERNAL TABLE")).toList();
  }

  @Test
  public void itsPipelinesCompile() {
    List<String> pipelines = pipelines();
    assertThat(pipelines, hasSize(greaterThan(1)));
    pipelines.forEach(SqlDocTest::compile);
    blocks(SQL).stream()
        .filter(block -> block.startsWith("CREATE VIEW"))
        .map(view -> pipelines.get(0) + view)
        .forEach(SqlDocTest::compile);
  }

  private static void compile(String sql) {
    SqlPipeline.of(
        new Ledger.Sql(
            "sql.md",
            sql,
            SqlPrograms.undeclared("sql.md", sql)
                .map(input -> "CREATE EXTERNAL TABLE readings (value DOUBLE) TYPE csv;")
                .orElse(null)));
  }

  @Test
  public void theExamplesAreTheFilesThatAreThere() throws IOException {
    assertThat(pipelines().get(0), is(Files.readString(EXAMPLES.resolve("orders.sql"))));
    String readme = Files.readString(Path.of("README.md"));
    assertThat(readme, containsString(Files.readString(EXAMPLES.resolve("app-logs.sql"))));
  }

  @Test
  public void itsExamplesHaveTheirResultsHereAndInDuckDb() throws Exception {
    List<Example> examples = new ArrayList<>();
    for (Example example : examples("operator")) {
      examples.add(example);
    }
    for (Example example : examples("function")) {
      examples.add(example);
      example.names().stream().skip(1).map(example::by).forEach(examples::add);
    }
    examples.addAll(parts());
    Ours ours = Ours.of("CREATE STREAMING TABLE x AS " + select(examples) + " WHERE id = 1");
    assertThat(ours.rows(), hasSize(1));
    GenericRecord row = ours.rows().get(0);
    requireResults(
        examples,
        IntStream.range(0, examples.size()).mapToObj(i -> text(row.get(i))).toList(),
        duck(select(examples) + " WHERE id = 1"));
  }

  @Test
  public void itsAggregatesHaveTheirResultsHereAndInDuckDb() throws Exception {
    List<Example> examples = new ArrayList<>();
    for (Example example : examples("aggregate")) {
      examples.add(example);
      example.names().stream().skip(1).map(example::by).forEach(examples::add);
    }
    Ours ours = Ours.of("CREATE MATERIALIZED VIEW x AS " + select(examples));
    Report report = ours.pipeline.reports().get(0);
    ReportTable table = ours.tables.get(0);
    assertThat(table.size(), is(1));
    List<String> results = new ArrayList<>();
    for (Column column : report.columns()) {
      if (!column.isHidden()) {
        results.add(text(column.value().of(report.row(table, 0))));
      }
    }
    requireResults(examples, results, duck(select(examples)));
  }

  private static void requireResults(List<Example> examples, List<String> ours, List<String> duck) {
    List<String> wrong = new ArrayList<>();
    for (int i = 0; i < examples.size(); i++) {
      String documented = examples.get(i).result();
      if (!documented.equals(ours.get(i)) || !documented.equals(duck.get(i))) {
        wrong.add(
            String.format(
                "%s is %s on the page, %s here, %s in DuckDB",
                examples.get(i).expression(), documented, ours.get(i), duck.get(i)));
      }
    }
    assertEquals("", String.join("\n", wrong));
  }

  private static String text(Object value) {
    return value == null ? "NULL" : value.toString();
  }

  /** All results as texts, as DuckDB writes them. */
  private static String select(List<Example> examples) {
    return IntStream.range(0, examples.size())
        .mapToObj(i -> "CAST((" + examples.get(i).expression() + ") AS VARCHAR) AS x" + i)
        .collect(Collectors.joining(",\n", "SELECT ", "\nFROM " + TABLE));
  }

  @Test
  public void eachNameIsInItsExampleOrStandsForTheFirst() {
    List<String> missing = new ArrayList<>();
    for (String kind : List.of("operator", "function", "aggregate")) {
      for (Example example : examples(kind)) {
        for (String name : example.names()) {
          Example used = kind.equals("operator") ? example : example.by(name);
          if (!kind.equals("operator") && !used.expression().contains(name + "(")
              || kind.equals("operator") && !used.expression().contains(name)) {
            missing.add(name + " is not in " + used.expression());
          }
        }
      }
    }
    assertThat(missing, is(empty()));
  }

  @Test
  public void itsAggregatesAreAllThatThereAre() throws Exception {
    Set<String> documented = names("aggregate");
    Set<String> missing = new TreeSet<>();
    for (String name : duckNames("aggregate")) {
      if (FunctionCatalog.aggregate(name).isPresent() && !documented.contains(name)) {
        missing.add(name);
      }
    }
    missing.remove("count_star");
    assertThat(missing, is(empty()));
  }

  @Test
  public void itsFunctionsAreAllThatThereAre() throws Exception {
    Set<String> documented = new HashSet<>(OPERATORS);
    documented.addAll(names("function"));
    parts().forEach(part -> documented.addAll(part.names()));
    Set<String> known = new TreeSet<>();
    String overloads =
        "SELECT DISTINCT lower(function_name) AS name, list_aggregate(parameter_types,"
            + " 'string_agg', ';') AS types, return_type FROM duckdb_functions() WHERE function_type"
            + " = 'scalar'";
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet rows = statement.executeQuery(overloads)) {
      while (rows.next()) {
        String name = rows.getString("name");
        if (isThere(name, rows.getString("types"), rows.getString("return_type"))) {
          known.add(name);
        }
      }
    }
    assertThat(known, hasItems("lower", "date_trunc", "round", "+"));
    known.removeAll(documented);
    assertThat("functions that are not on the page", known, is(empty()));
  }

  /** Whether there is a function for arguments of these types, among them a part of a date. */
  private static boolean isThere(String name, String types, String result) {
    List<Expression> arguments = new ArrayList<>();
    for (String type : types == null ? new String[0] : types.split(";")) {
      Optional<SqlType> known = type(type);
      if (known.isEmpty()) {
        return false;
      }
      arguments.add(new Expression.ColumnValue(arguments.size(), known.get()));
    }
    Optional<SqlType> type = type(result);
    if (arguments.isEmpty() || type.isEmpty()) {
      return false;
    }
    List<Expression> withPart = new ArrayList<>(arguments);
    withPart.set(0, new Expression.Constant("day", SqlType.VARCHAR));
    return Functions.of(new Expression.Call(name, arguments, type.get())).isPresent()
        || Functions.of(new Expression.Call(name, withPart, type.get())).isPresent();
  }

  private static Optional<SqlType> type(String duck) {
    return "DECIMAL".equals(duck)
        ? Optional.of(SqlType.decimal(9, 2))
        : duck == null ? Optional.empty() : SqlTypes.find(duck);
  }

  private static Set<String> duckNames(String kind) throws SQLException {
    Set<String> names = new TreeSet<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet rows =
            statement.executeQuery(
                "SELECT lower(function_name) FROM duckdb_functions() WHERE function_type = '"
                    + kind
                    + "'")) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  private static Set<String> names(String kind) {
    return examples(kind).stream()
        .flatMap(example -> example.names().stream())
        .collect(Collectors.toSet());
  }

  /** The rows of the tables whose columns are a kind, example and result. */
  private static List<Example> examples(String kind) {
    return rows(kind).stream()
        .filter(cells -> cells.size() == 3)
        .map(cells -> new Example(codes(cells.get(0)), code(cells.get(1)), code(cells.get(2))))
        .toList();
  }

  /** The parts of dates: by date_part, by a function of their name, and by date_trunc. */
  private static List<Example> parts() {
    List<Example> examples = new ArrayList<>();
    for (List<String> cells : rows("part")) {
      for (String part : codes(cells.get(0))) {
        List<String> names = List.of(part);
        String value = code(cells.get(1));
        examples.add(new Example(names, "date_part('" + part + "', ts)", value));
        examples.add(new Example(names, part + "(ts)", value));
        if (!codes(cells.get(2)).isEmpty()) {
          examples.add(new Example(names, "date_trunc('" + part + "', ts)", code(cells.get(2))));
        }
      }
    }
    return examples;
  }

  /** The rows of the tables whose first column has this head. */
  private static List<List<String>> rows(String head) {
    List<List<String>> rows = new ArrayList<>();
    boolean isIn = false;
    for (String line : page.lines().toList()) {
      if (!line.startsWith("|")) {
        isIn = false;
      } else if (isIn && !line.startsWith("|---")) {
        rows.add(cells(line));
      } else {
        isIn |= cells(line).get(0).equals(head);
      }
    }
    assertThat("rows of " + head, rows, hasSize(greaterThan(5)));
    return rows;
  }

  private static List<String> cells(String line) {
    return Arrays.stream(CELLS.split(line))
        .skip(1)
        .map(cell -> cell.strip().replace("\\|", "|"))
        .toList();
  }

  private static List<String> codes(String cell) {
    return CODE.matcher(cell).results().map((MatchResult code) -> code.group(1)).toList();
  }

  private static String code(String cell) {
    List<String> codes = codes(cell);
    assertThat(cell, codes, hasSize(1));
    return codes.get(0);
  }

  private static String declaration() {
    return pipelines().stream()
        .map(sql -> sql.substring(sql.indexOf("CREATE EXTERNAL TABLE"), sql.indexOf(';') + 1))
        .filter(sql -> sql.startsWith("CREATE EXTERNAL TABLE " + TABLE + " "))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> records() {
    return blocks(JSON).get(0).lines().toList();
  }

  /** The first row of a SELECT of the records on the page. */
  private static List<String> duck(String select) throws Exception {
    Path file = Files.createTempFile("visits", ".json");
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement()) {
      Files.write(file, records());
      String columns =
          SqlPipeline.of(sql("CREATE STREAMING TABLE x AS SELECT id FROM " + TABLE))
              .program()
              .input()
              .columns()
              .stream()
              .filter(column -> column.origin() == InputTable.Origin.FIELD)
              .map(column -> column.name() + ": '" + column.type() + "'")
              .collect(Collectors.joining(", ", "{", "}"));
      statement.execute("SET TimeZone = 'UTC'");
      statement.execute(
          String.format(
              "CREATE TABLE %s AS SELECT * FROM read_json('%s', columns = %s)",
              TABLE, file, columns));
      try (ResultSet rows = statement.executeQuery(select)) {
        rows.next();
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          values.add(text(rows.getString(i)));
        }
        return values;
      }
    } finally {
      Files.delete(file);
    }
  }

  private static Ledger.Sql sql(String statement) {
    return new Ledger.Sql("sql.md", declaration() + "\n" + statement + ";");
  }

  /**
   * What the pipeline of a statement makes of the records on the page, each in a unit of its own.
   */
  private static final class Ours {

    private final SqlPipeline pipeline;
    private final List<ReportTable> tables;
    private final List<HeldRows> logs = new ArrayList<>();

    private Ours(SqlPipeline pipeline) {
      this.pipeline = pipeline;
      this.tables = newTables();
    }

    static Ours of(String statement) {
      Ours ours = new Ours(SqlPipeline.of(sql(statement)));
      records().forEach(ours::take);
      return ours;
    }

    private List<ReportTable> newTables() {
      return pipeline.reports().stream().map(Report::newTable).toList();
    }

    private List<GenericRecord> rows() {
      return logs.stream()
          .flatMap(log -> IntStream.range(0, log.rows()).mapToObj(log::row))
          .toList();
    }

    private void take(String line) {
      List<ReportTable> unit = newTables();
      RecordFunction.UnitRecords records =
          pipeline.records(null).begin(UnitInput.UNKNOWN, new Output(unit));
      byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
      assertThat(line, records.record(bytes, 0, bytes.length), is(Optional.empty()));
      for (int i = 0; i < tables.size(); i++) {
        tables.get(i).merge(unit.get(i));
      }
    }

    /** What a unit gives. */
    private final class Output implements UnitOutput {

      private final List<ReportTable> unit;

      Output(List<ReportTable> unit) {
        this.unit = unit;
      }

      @Override
      public ReportTable table(Report report) {
        return unit.get(pipeline.reports().indexOf(report));
      }

      @Override
      public HeldRows rows(LogTable log) {
        logs.add(HeldRows.of(log));
        return logs.get(logs.size() - 1);
      }

      @Override
      public Consumer<GenericRecord> log(LogTable log) {
        throw new IllegalArgumentException("No log grows");
      }
    }
  }
}
