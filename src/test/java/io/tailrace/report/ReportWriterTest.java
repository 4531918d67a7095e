package io.tailrace.report;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import io.tailrace.format.SqlType;
import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.After;
import org.junit.Before;
import org.junit.Test;
import org.junit.runner.RunWith;
import org.junit.runners.Parameterized;

/**
 * Whatever is written, by whom and in which order: each row ends with its most records, on each
 * database.
 */
@RunWith(Parameterized.class)
public final class ReportWriterTest {

  private static final List<String> ODD_TEXTS =
      List.of(
          "",
          " ",
          "\t",
          "\n",
          "\r\n",
          "\\",
          "\\N",
          "\\.",
          "\\t",
          "a\\",
          "NULL",
          "'",
          "\"",
          "{,}",
          "%s $1 ?",
          "\u0001\b\u007f\u2028",
          "é",
          "e\u0301",
          "\ud83d\ude00",
          "S",
          "s",
          "s ");

  private static final Report REPORT =
      new Report(
          "odd",
          List.of(Report.RECORDS, Measure.sum("sum", "n"), Measure.max("high", "n")),
          List.of(
              Column.keyPart("a", 0),
              Column.keyPart("b", 1),
              Column.derived("text", SqlType.VARCHAR, row -> "of\t" + row.key() + "\\"),
              Column.derived(
                  "share",
                  SqlType.DOUBLE,
                  row ->
                      (row.measure("records").doubleValue() % 4 - 1)
                          / (row.measure("high").longValue() % 3)),
              Column.sum("sum"),
              Column.measure("high"),
              Column.records("records")));

  @Parameterized.Parameters(name = "{0}")
  public static List<String> databases() {
    return List.of("H2", "PostgreSQL");
  }

  @Parameterized.Parameter public String product;

  private final Random random = new Random(20);
  private AutoCloseable server;
  private ReportConnection database;
  private Connection connection;

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
    connection = database.open();
    ReportSql.createTable(connection, REPORT, "ledger-1");
  }

  @After
  public void stop() throws Exception {
    connection.close();
    server.close();
  }

  @Test
  public void rowsOfAnyAgeEndWithTheMostRecords() throws SQLException {
    for (int keys : new int[] {1, 30, 800, 3_000, 25_000}) {
      for (boolean isEmpty : new boolean[] {true, false}) {
        clear();
        Map<Integer, Integer> newest = new HashMap<>();
        if (!isEmpty) {
          ReportWriter.write(connection, REPORT, randomRows(keys, 0.1, newest));
        }
        for (int batch = 0; batch < 5; batch++) {
          double density = List.of(0.001, 0.05, 0.5, 0.9, 1.0).get(random.nextInt(5));
          ReportTable rows = randomRows(keys, density, newest);
          ReportWriter.write(connection, REPORT, rows);
          if (random.nextBoolean()) {
            ReportWriter.write(connection, REPORT, rows);
          }
        }
        assertThat(keys + " keys", rows(), is(expected(newest)));
      }
    }
  }

  /** As a run that another one supersedes, while several workers write its rows. */
  @Test
  public void severalWritersOfTheSameRowsNeverFail() throws Exception {
    int writers = 4;
    ExecutorService threads = Executors.newFixedThreadPool(writers);
    try {
      for (int round = 0; round < 5; round++) {
        clear();
        Map<Integer, Integer> newest = new HashMap<>();
        CyclicBarrier start = new CyclicBarrier(writers);
        List<Future<Void>> all = new ArrayList<>();
        for (int writer = 0; writer < writers; writer++) {
          List<ReportTable> batches =
              List.of(randomRows(4_000, 0.7, newest), randomRows(4_000, 0.01, newest));
          all.add(
              threads.submit(
                  (Callable<Void>)
                      () -> {
                        try (Connection own = database.open()) {
                          start.await();
                          for (ReportTable batch : batches) {
                            ReportWriter.write(own, REPORT, batch);
                          }
                        }
                        return null;
                      }));
        }
        for (Future<Void> one : all) {
          one.get();
        }
        assertThat(rows(), is(expected(newest)));
      }
    } finally {
      threads.shutdownNow();
    }
  }

  /** Some of them have a key between those that are looked for. */
  @Test
  public void aLoadThatMeetsARowUpdatesIt() throws SQLException {
    for (int key = 0; key < 40; key++) {
      clear();
      Map<Integer, Integer> newest = new HashMap<>(Map.of(key, 2));
      ReportWriter.write(connection, REPORT, table(newest));
      Map<Integer, Integer> all = new HashMap<>();
      for (int other = 0; other < 1_000; other++) {
        all.put(other, other == key ? 1 + key % 3 : 5);
        newest.merge(other, all.get(other), Math::max);
      }
      ReportWriter.write(connection, REPORT, table(all));
      assertThat(rows(), is(expected(newest)));
    }
  }

  /** PostgreSQL has no texts with it, so it says in words that there was one. */
  @Test
  public void aNulIsWritten() throws SQLException {
    for (int rows : new int[] {1, 1_000}) {
      clear();
      ReportTable table = REPORT.newTable();
      for (int row = 0; row < rows; row++) {
        table.add(table.row(Column.keyOf("nul \0", "" + row)), 0, 1);
        table.add(table.row(Column.keyOf("nul \0\0", "" + row)), 0, 1);
      }
      // Once as rows that are new, once as rows that are there.
      ReportWriter.write(connection, REPORT, table);
      ReportWriter.write(connection, REPORT, table);
      assertThat(rows().size(), is(2 * rows));
      assertThat(
          rows().toString(),
          containsString(product.equals("H2") ? "nul \0" : "nul \\x00 (with U+0000, CRC32C "));
    }
  }

  private void clear() throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("DELETE FROM odd");
    }
    if (!connection.getAutoCommit()) {
      connection.commit();
    }
  }

  /** Chooses keys and the number of records of each, and notes the largest. */
  private ReportTable randomRows(int keys, double density, Map<Integer, Integer> newest) {
    Map<Integer, Integer> chosen = new HashMap<>();
    for (int key = 0; key < keys; key++) {
      if (random.nextDouble() < density) {
        chosen.put(key, 1 + random.nextInt(6));
      }
    }
    chosen.forEach((key, records) -> newest.merge(key, records, Math::max));
    return table(chosen);
  }

  /** A table of keys and their numbers of records, from which all else in a row follows. */
  private ReportTable table(Map<Integer, Integer> records) {
    List<Integer> keys = new ArrayList<>(records.keySet());
    Collections.shuffle(keys, random);
    ReportTable table = REPORT.newTable();
    for (int key : keys) {
      String text = ODD_TEXTS.get(key % ODD_TEXTS.size());
      int row = table.row(Column.keyOf(text + key / ODD_TEXTS.size(), "k" + text));
      table.add(row, 0, records.get(key));
      for (int i = 0; i < records.get(key); i++) {
        table.add(row, 1, key % 2 == 0 ? Long.MAX_VALUE : -key);
      }
      table.add(row, 2, records.get(key) * 1_000L + key);
    }
    return table;
  }

  private Map<List<Object>, List<String>> expected(Map<Integer, Integer> newest) {
    ReportTable table = table(newest);
    Map<List<Object>, List<String>> rows = new HashMap<>();
    for (int row = 0; row < table.size(); row++) {
      ReportRow shown = REPORT.row(table, row);
      List<String> values =
          REPORT.columns().stream().map(column -> "" + column.value().of(shown)).toList();
      rows.put(List.copyOf(values.subList(0, 2)), values);
    }
    return rows;
  }

  private Map<List<Object>, List<String>> rows() throws SQLException {
    Map<List<Object>, List<String>> rows = new HashMap<>();
    try (Statement statement = connection.createStatement();
        ResultSet result =
            statement.executeQuery("SELECT a, b, text, share, sum, high, records FROM odd")) {
      while (result.next()) {
        List<String> values = new ArrayList<>();
        for (int column = 1; column <= 7; column++) {
          values.add("" + (column == 4 ? result.getDouble(column) : result.getString(column)));
        }
        rows.put(List.copyOf(values.subList(0, 2)), values);
      }
    }
    return rows;
  }
}
