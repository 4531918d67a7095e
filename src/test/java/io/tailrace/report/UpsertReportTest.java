package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.format.SqlType;
import io.tailrace.options.UsageException;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.beam.sdk.testing.TestPipeline;
import org.apache.beam.sdk.transforms.Create;
import org.apache.beam.sdk.values.KV;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/** Rows arrive in any order and again; the table ends with the newest, on each database. */
@RunWith(Parameterized.class)
public final class UpsertReportTest {

  private static final Report REPORT =
      new Report(
          "counts",
          List.of(Report.RECORDS, Measure.sum("bad", "bad")),
          List.of(
              Column.key("serverID"),
              Column.derived(
                  "share",
                  SqlType.DOUBLE,
                  row -> row.measure("bad").doubleValue() / row.measure("records").longValue()),
              Column.sum("bad"),
              Column.records("records")));

  private static final Column DAY =
      new Column(
          "d",
          SqlType.DATE,
          row -> LocalDate.ofEpochDay(Long.parseLong(row.key().split("\u001f")[0])),
          Column.Role.KEY);

  /** Keeps a day and the two before it. */
  private static final Report DAILY =
      new Report(
          "daily",
          List.of(Report.RECORDS),
          List.of(DAY, Column.keyPart("serverID", 1), Column.records("records")),
          new Report.Expiry(DAY, new Retention(new BucketKey(0, true), new Span(0, 2, 0))));

  private static final ReportParts NO_TOTALS = (report, parts) -> {};

  @Parameterized.Parameters(name = "{0}")
  public static List<String> databases() {
    return List.of("H2", "PostgreSQL");
  }

  @Parameterized.Parameter public String product;

  @Rule public final transient TestPipeline pipeline = TestPipeline.create();

  private AutoCloseable server;
  private ReportConnection database;

  @Before
  public void start() throws IOException, SQLException {
    if (product.equals("H2")) {
      InMemoryDatabase h2 = InMemoryDatabase.start();
      server = h2;
      database = h2.connection();
    } else {
      EmbeddedPostgres postgres =
          EmbeddedPostgres.builder().setServerConfig("listen_addresses", "127.0.0.1").start();
      server = postgres;
      database = new ReportConnection(postgres.getJdbcUrl("postgres", "postgres"), null, null);
    }
  }

  @After
  public void stop() throws Exception {
    server.close();
  }

  @Test
  public void rowsInAnyOrderAndTwiceEndWithTheMostRecords() throws IOException, SQLException {
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", NO_TOTALS);
    Random random = new Random(3);
    List<KV<KV<String, Integer>, ReportTable>> panes = new ArrayList<>();
    Map<String, String> expected = new TreeMap<>();
    for (int server = 0; server < 50; server++) {
      String key = "s" + server + " O'Neil é";
      int newest = 1 + random.nextInt(20);
      for (int records = 1; records <= newest; records++) {
        panes.add(pane(server % 4, key, records, records / 2));
        panes.add(pane(server % 4, key, records, records / 2));
      }
      expected.put(key, newest / 2 + " of " + newest);
    }
    Collections.shuffle(panes, random);
    pipeline
        .apply(Create.of(panes).withCoder(UpsertReport.coder()))
        .apply(UpsertReport.to(database, List.of(REPORT)));
    pipeline.run().waitUntilFinish();
    assertThat(rows(), is(expected));
  }

  @Test
  public void manyRowsAtOnceAreAllWritten() throws IOException, SQLException {
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", NO_TOTALS);
    ReportTable table = REPORT.newTable();
    Map<String, String> expected = new TreeMap<>();
    for (int server = 0; server < 2_500; server++) {
      table.add(table.row("s" + server), 0, server + 1);
      expected.put("s" + server, "0 of " + (server + 1));
    }
    pipeline
        .apply(Create.of(KV.of(KV.of("counts", 0), table)).withCoder(UpsertReport.coder()))
        .apply(UpsertReport.to(database, List.of(REPORT)));
    pipeline.run().waitUntilFinish();
    assertThat(rows(), is(expected));
  }

  @Test
  public void ofManyRowsAtOnceNoneGoesBack() throws IOException, SQLException {
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", NO_TOTALS);
    ReportTable first = REPORT.newTable();
    ReportTable second = REPORT.newTable();
    Map<String, String> expected = new TreeMap<>();
    for (int server = 0; server < 1_237; server++) {
      long before = 1 + server % 7;
      long after = 1 + server % 5;
      first.add(first.row("s" + server), 0, before);
      second.add(second.row("s" + server), 0, after);
      expected.put("s" + server, "0 of " + Math.max(before, after));
    }
    try (Connection connection = database.open()) {
      ReportWriter.write(connection, REPORT, first);
      ReportWriter.write(connection, REPORT, second);
    }
    pipeline.enableAbandonedNodeEnforcement(false);
    assertThat(rows(), is(expected));
  }

  @Test
  public void rowsThatHaveExpiredAreDeletedInWhateverOrderTheyCome()
      throws IOException, SQLException {
    ReportDatabase.prepare(database, List.of(DAILY), "ledger-1", NO_TOTALS);
    List<KV<KV<String, Integer>, ReportTable>> panes = new ArrayList<>();
    for (int day = 0; day < 40; day++) {
      ReportTable table = DAILY.newTable();
      table.add(table.row(day + "\u001fs" + day % 4), 0, 1 + day);
      table.findNewest(Long.MAX_VALUE);
      panes.add(KV.of(KV.of("daily", day % 4), table));
    }
    Collections.shuffle(panes, new Random(5));
    pipeline
        .apply(Create.of(panes).withCoder(UpsertReport.coder()))
        .apply(UpsertReport.to(database, List.of(DAILY)));
    pipeline.run().waitUntilFinish();
    assertThat(daily(), is(List.of("1970-02-07 38", "1970-02-08 39", "1970-02-09 40")));
    ReportTable totals = DAILY.newTable();
    totals.add(totals.row("40\u001fs0"), 0, 1);
    totals.add(totals.row("38\u001fs2"), 0, 39);
    totals.findNewest(Long.MAX_VALUE);
    ReportDatabase.prepare(database, List.of(DAILY), "ledger-1", parts(totals));
    assertThat(daily(), is(List.of("1970-02-08 39", "1970-02-09 40", "1970-02-10 1")));
  }

  private List<String> daily() throws SQLException {
    List<String> rows = new ArrayList<>();
    try (Connection connection = database.open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT d, records FROM daily ORDER BY d")) {
      while (result.next()) {
        rows.add(result.getString(1) + " " + result.getLong(2));
      }
    }
    return rows;
  }

  @Test
  public void aTableThatLacksSomethingIsBroughtUpToTheTotals() throws IOException, SQLException {
    pipeline.enableAbandonedNodeEnforcement(false);
    ReportTable totals = REPORT.newTable();
    totals.add(totals.row("s1"), 0, 3);
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", parts(totals));
    assertThat(rows(), is(Map.of("s1", "0 of 3")));
    totals.add(totals.row("s1"), 0, 2);
    totals.add(totals.row("s2"), 0, 1);
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", parts(totals));
    assertThat(rows(), is(Map.of("s1", "0 of 5", "s2", "0 of 1")));
  }

  @Test
  public void totalsOfSeveralPartsAreAllThere() throws IOException, SQLException {
    pipeline.enableAbandonedNodeEnforcement(false);
    Map<String, String> expected = new TreeMap<>();
    ReportTable[] tables = new ReportTable[3];
    for (int part = 0; part < tables.length; part++) {
      tables[part] = REPORT.newTable();
      for (int server = 0; server < 700; server++) {
        String key = "s" + part + "-" + server;
        tables[part].add(tables[part].row(key), 0, 2);
        expected.put(key, "0 of 2");
      }
    }
    // A crash left the first part and, of the second, one row.
    ReportTable ofSecond = REPORT.newTable();
    ofSecond.add(ofSecond.row("s1-5"), 0, 1);
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", parts(tables[0], ofSecond));
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", parts(tables));
    assertThat(rows(), is(expected));
    AtomicInteger readings = new AtomicInteger();
    ReportDatabase.prepare(
        database,
        List.of(REPORT),
        "ledger-1",
        (report, parts) -> {
          readings.incrementAndGet();
          parts(tables).forEachPart(report, parts);
        });
    assertThat("a table that lacks nothing is compared only", readings.get(), is(1));
  }

  @Test
  public void aTableIsFoundAgainByItsLedgerAndKeptFromOthers() throws IOException, SQLException {
    pipeline.enableAbandonedNodeEnforcement(false);
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", NO_TOTALS);
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", NO_TOTALS);
    UsageException refusal =
        assertThrows(
            UsageException.class,
            () -> ReportDatabase.prepare(database, List.of(REPORT), "ledger-2", NO_TOTALS));
    assertThat(refusal.getMessage(), containsString("'counts' there belongs to another --output"));
  }

  @Test
  public void aSumBeyondALongIsWritten() throws IOException, SQLException {
    pipeline.enableAbandonedNodeEnforcement(false);
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", parts(beyondALong(REPORT)));
    assertThat(bad(), is("27670116110564327421"));
  }

  @Test
  public void aTableOfAnEarlierVersionIsWidened() throws IOException, SQLException {
    pipeline.enableAbandonedNodeEnforcement(false);
    Report narrow =
        new Report(
            REPORT.name(),
            REPORT.measures(),
            REPORT.columns().stream()
                .map(
                    column ->
                        column.name().equals("bad")
                            ? new Column("bad", SqlType.BIGINT, column.value(), column.role())
                            : column)
                .toList());
    ReportTable before = narrow.newTable();
    before.add(before.row("s1"), 0, 1);
    before.add(before.row("s1"), 1, Long.MAX_VALUE);
    ReportDatabase.prepare(database, List.of(narrow), "ledger-1", parts(before));
    ReportDatabase.prepare(database, List.of(REPORT), "ledger-1", parts(beyondALong(REPORT)));
    assertThat(bad(), is("27670116110564327421"));
  }

  private static ReportParts parts(ReportTable... tables) {
    return (report, parts) -> {
      for (ReportTable table : tables) {
        parts.accept(table);
      }
    };
  }

  private static ReportTable beyondALong(Report report) {
    ReportTable totals = report.newTable();
    int row = totals.row("s1");
    for (int i = 0; i < 3; i++) {
      totals.add(row, 0, 1);
      totals.add(row, 1, Long.MAX_VALUE);
    }
    return totals;
  }

  private String bad() throws SQLException {
    try (Connection connection = database.open();
        Statement statement = connection.createStatement();
        ResultSet result = statement.executeQuery("SELECT bad FROM counts")) {
      result.next();
      return result.getString(1);
    }
  }

  private static KV<KV<String, Integer>, ReportTable> pane(
      int part, String key, long records, long bad) {
    ReportTable table = REPORT.newTable();
    int row = table.row(key);
    table.add(row, 0, records);
    table.add(row, 1, bad);
    return KV.of(KV.of("counts", part), table);
  }

  private Map<String, String> rows() throws SQLException {
    Map<String, String> rows = new TreeMap<>();
    try (Connection connection = database.open();
        Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT serverID, bad, records, share FROM counts")) {
      while (result.next()) {
        assertThat(result.getDouble(4), is(result.getLong(2) / (double) result.getLong(3)));
        rows.put(result.getString(1), result.getLong(2) + " of " + result.getLong(3));
      }
    }
    return rows;
  }
}
