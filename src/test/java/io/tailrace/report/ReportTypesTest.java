package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;

import io.tailrace.format.SqlType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.RoundingMode;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Values of each type, NULLs among them, and names of each kind, on each database. */
@RunWith(Parameterized.class)
public final class ReportTypesTest {

  private static final SqlType CENTS = SqlType.decimal(10, 2);
  private static final SqlType LONG_DECIMAL = SqlType.decimal(38, 12);

  private static final List<SqlType> TYPES =
      List.of(
          SqlType.BOOLEAN,
          SqlType.INTEGER,
          SqlType.BIGINT,
          SqlType.HUGEINT,
          CENTS,
          LONG_DECIMAL,
          SqlType.DOUBLE,
          SqlType.VARCHAR,
          SqlType.DATE,
          SqlType.TIMESTAMP);

  @Parameterized.Parameters(name = "{0}")
  public static List<String> databases() {
    return List.of("H2", "PostgreSQL");
  }

  @Parameterized.Parameter public String product;

  private AutoCloseable server;
  private Connection connection;

  @Before
  public void start() throws IOException, SQLException {
    if (product.equals("H2")) {
      InMemoryDatabase h2 = InMemoryDatabase.start();
      server = h2;
      connection = h2.connection().open();
    } else {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
      server = postgres;
      connection =
          new ReportConnection(postgres.getJdbcUrl("postgres", "postgres"), null, null).open();
    }
  }

  @After
  public void stop() throws Exception {
    connection.close();
    server.close();
  }

  @Test
  public void valuesOfAllTypesAreWrittenAndUpdated() throws SQLException {
    List<Column> columns = new ArrayList<>(List.of(Column.hiddenKey()));
    for (SqlType type : TYPES) {
      columns.add(
          Column.derived(name(type), type, row -> value(type, row.measure("high").longValue())));
    }
    columns.add(Column.hiddenRecords());
    Report report = report("types", columns);
    ReportSql.createTable(connection, report, "ledger");
    for (int rows : new int[] {10, 3_000}) {
      for (int records : new int[] {1, 3, 2}) {
        ReportTable table = report.newTable();
        for (int i = 0; i < rows; i++) {
          add(table, "k" + i, records, 10L * i + records);
        }
        ReportWriter.write(connection, report, table);
        ReportTable newest = report.newTable();
        for (int i = 0; i < rows; i++) {
          add(newest, "k" + i, records == 1 ? 1 : 3, 10L * i + (records == 1 ? 1 : 3));
        }
        assertThat(read(report), is(expected(report, newest)));
      }
      clear(report);
    }
  }

  @Test
  public void keysCanBeOfAllTypes() throws SQLException {
    List<Column> columns = new ArrayList<>();
    for (SqlType type : TYPES) {
      columns.add(
          new Column(
              name(type),
              type,
              row -> withoutNull(type, Long.parseLong(row.key())),
              Column.Role.KEY));
    }
    columns.add(Column.records("records"));
    Report report = report("keys", columns);
    ReportSql.createTable(connection, report, "ledger");
    for (int time = 1; time <= 2; time++) {
      ReportTable table = report.newTable();
      for (int i = 0; i < 1_000; i++) {
        add(table, "" + i, time, i);
      }
      ReportWriter.write(connection, report, table);
      assertThat(read(report), is(expected(report, table)));
    }
  }

  @Test
  public void aReportWithoutAKeyHasOneRow() throws SQLException {
    Report report =
        report(
            "one", List.of(Column.hiddenKey(), Column.records("records"), Column.measure("high")));
    ReportSql.createTable(connection, report, "ledger");
    for (int records = 1; records <= 3; records++) {
      ReportTable table = report.newTable();
      add(table, "", records, 7);
      List<ReportTable> parts = table.split().stream().filter(part -> part != null).toList();
      assertThat(parts.size(), is(1));
      ReportWriter.write(connection, report, parts.get(0));
      assertThat(read(report), is(expected(report, table)));
    }
  }

  /** Years that not every text of a date has. */
  @Test
  public void datesOfAllTimesAreWritten() throws SQLException {
    Report report =
        report(
            "dates",
            List.of(
                Column.key("k"),
                Column.derived(
                    "d", SqlType.DATE, row -> LocalDate.of(Integer.parseInt(row.key()), 2, 28)),
                Column.derived(
                    "t",
                    SqlType.TIMESTAMP,
                    row -> LocalDateTime.of(Integer.parseInt(row.key()), 2, 28, 1, 2)),
                Column.records("records")));
    ReportSql.createTable(connection, report, "ledger");
    ReportTable table = report.newTable();
    for (int year : new int[] {-4000, -1, 0, 1, 999, 9999, 10_000, 200_000}) {
      add(table, "" + year, 1, 1);
    }
    ReportWriter.write(connection, report, table);
    Map<String, List<Object>> written = read(report);
    // The same as a load.
    clear(report);
    for (int year = 1_500; year < 2_500; year++) {
      add(table, "" + year, 1, 1);
    }
    ReportWriter.write(connection, report, table);
    Map<String, List<Object>> loaded = read(report);
    loaded.keySet().retainAll(written.keySet());
    assertThat(loaded, is(written));
    if (product.equals("H2")) {
      assertThat(read(report), is(expected(report, table)));
    } else {
      try (Statement statement = connection.createStatement();
          ResultSet texts =
              statement.executeQuery(
                  "SELECT d || ' ' || t FROM dates WHERE k IN ('0', '10000')" + " ORDER BY d")) {
        texts.next();
        assertThat(texts.getString(1), is("0001-02-28 BC 0001-02-28 01:02:00 BC"));
        texts.next();
        assertThat(texts.getString(1), is("10000-02-28 10000-02-28 01:02:00"));
      }
    }
  }

  @Test
  public void anyWordCanBeAName() throws SQLException {
    TreeSet<String> words = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    words.addAll(List.of(connection.getMetaData().getSQLKeywords().split(",")));
    if (product.equals("PostgreSQL")) {
      try (Statement statement = connection.createStatement();
          ResultSet all = statement.executeQuery("SELECT word FROM pg_get_keywords()")) {
        while (all.next()) {
          words.add(all.getString(1));
        }
      }
    }
    words.addAll(List.of("a b", "a\"b", "a'b", "1st", "\u00e9", "avgVolume", "Timestamp", "a?%_"));
    List<Column> columns = new ArrayList<>(List.of(Column.key("k"), Column.records("n_records")));
    words.forEach(
        word -> columns.add(Column.derived(word, SqlType.BIGINT, row -> row.measure("high"))));
    for (String name : List.of("order", "Volume", "two words", "a_b", "a1b", "User", "per%")) {
      Report report = report(name, columns);
      // The second time it is there.
      ReportSql.createTable(connection, report, "ledger");
      ReportSql.createTable(connection, report, "ledger");
      for (int rows : new int[] {1, 600}) {
        ReportTable table = report.newTable();
        for (int i = 0; i < rows; i++) {
          add(table, "k" + i, 1, i);
        }
        ReportWriter.write(connection, report, table);
        assertThat(read(report), is(expected(report, table)));
        assertThat(ReportSql.size(connection, report), is(new ReportSql.Size(rows, rows)));
      }
      connection.setAutoCommit(true);
    }
  }

  @Test
  public void onlyNamesThatMustBeAreQuoted() {
    assertThat(SqlName.of("avgVolume"), is("avgVolume"));
    assertThat(SqlName.of("_key"), is("_key"));
    assertThat(SqlName.of("order"), is(not("order")));
    assertThat(SqlName.of("a\"b"), is("\"a\"\"b\""));
  }

  private static Report report(String name, List<Column> columns) {
    return new Report(name, List.of(Report.RECORDS, Measure.max("high", "n")), columns);
  }

  private static void add(ReportTable table, String key, long records, long high) {
    int row = table.row(key);
    table.add(row, 0, records);
    table.add(row, 1, high);
  }

  private static String name(SqlType type) {
    return "of " + type;
  }

  /** A value that is the same for the same number; one of four is NULL. */
  private static Object value(SqlType type, long seed) {
    return new Random(seed).nextInt(4) == 0 ? null : withoutNull(type, seed);
  }

  private static Object withoutNull(SqlType type, long seed) {
    Random random = new Random(seed + type.hashCode());
    return switch (type.kind()) {
      case BOOLEAN -> random.nextBoolean();
      case INTEGER -> random.nextInt();
      case BIGINT -> random.nextLong();
      case HUGEINT ->
          random.nextBoolean() ? random.nextLong() : (Object) new BigInteger(120, random);
      case DECIMAL ->
          new BigDecimal(new BigInteger(type.precision() * 3, random))
              .movePointLeft(type.scale())
              .setScale(type.scale(), RoundingMode.DOWN);
      case DOUBLE ->
          List.of(Double.NaN, Double.POSITIVE_INFINITY, -1e300, 0.1, random.nextDouble())
              .get(random.nextInt(5));
      case VARCHAR -> List.of("", "NULL", "\\N", "a\tb", "\u00e9").get(random.nextInt(5));
      case DATE -> LocalDate.ofEpochDay(random.nextInt(40_000));
      case TIMESTAMP ->
          LocalDateTime.of(2000, 1, 1, 0, 0)
              .plusSeconds(random.nextInt())
              .plusNanos(1_000L * random.nextInt(1_000_000));
      case INTERVAL, ARRAY, ROW, MAP -> throw new IllegalArgumentException();
    };
  }

  private void clear(Report report) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM " + report.sqlName());
    }
    connection.commit();
  }

  private static Map<String, List<Object>> expected(Report report, ReportTable table) {
    Map<String, List<Object>> rows = new TreeMap<>();
    for (int row = 0; row < table.size(); row++) {
      List<Object> values = new ArrayList<>();
      for (Column column : report.columns()) {
        Object value = column.value().of(report.row(table, row));
        values.add(
            column.type().equals(SqlType.HUGEINT) && value != null ? value.toString() : value);
      }
      rows.put(values.toString(), values);
    }
    return rows;
  }

  private Map<String, List<Object>> read(Report report) throws SQLException {
    Map<String, List<Object>> rows = new TreeMap<>();
    String names = Report.names(report.columns());
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT " + names + " FROM " + report.sqlName())) {
      while (result.next()) {
        List<Object> values = new ArrayList<>();
        for (int i = 1; i <= report.columns().size(); i++) {
          SqlType type = report.columns().get(i - 1).type();
          values.add(
              switch (type.kind()) {
                case DATE -> result.getObject(i, LocalDate.class);
                case TIMESTAMP -> result.getObject(i, LocalDateTime.class);
                case HUGEINT -> result.getString(i);
                default -> result.getObject(i);
              });
        }
        rows.put(values.toString(), values);
      }
    }
    return rows;
  }
}
