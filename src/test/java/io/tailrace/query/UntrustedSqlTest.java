package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** What may be asked by those who may read the tables and nothing else. */
public final class UntrustedSqlTest {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private QueryEngine engine;

  @Before
  public void makeOutput() throws Exception {
    Path input = folder.newFolder("input").toPath();
    Path output = folder.getRoot().toPath().resolve("output");
    Files.writeString(input.resolve("a.csv"), "s1,0,10\ns1,2,11\ns2,0,12\n");
    TestRun.run(
        Pipelines.SERVER_LOGS, input, output, "--views=severe: SELECT count(*) AS n FROM sev0");
    engine = QueryEngine.openConfined(new Folder(output.toString()), Pipelines.SERVER_LOGS);
  }

  @After
  public void close() throws Exception {
    engine.close();
  }

  private List<String> ask(String sql) throws IOException, SQLException {
    List<String> answer = new ArrayList<>();
    engine.queryUntrusted(
        sql,
        3,
        PATIENCE,
        rows -> {
          while (rows.next()) {
            answer.add(rows.getString(1));
          }
        });
    return answer;
  }

  private String refused(String sql) {
    return assertThrows(sql, UsageException.class, () -> ask(sql)).getMessage();
  }

  @Test
  public void tablesAndViewsAreAnswered() throws Exception {
    assertThat(ask("SELECT timestamp FROM sev0 ORDER BY 1"), contains("10", "12"));
    assertThat(ask("SELECT timestamp FROM main.sev0 ORDER BY 1 DESC;"), contains("12", "10"));
    assertThat(ask("FROM severe -- how many?"), contains("2"));
    assertThat(
        ask(
            "WITH x AS (SELECT serverID FROM volume JOIN sev0 USING (serverID)) SELECT count(*) FROM"
                + " x WHERE serverID IN (SELECT serverID FROM x)"),
        contains("2"));
    assertThat(ask("VALUES (1), (2)"), contains("1", "2"));
    assertThat(
        ask(
            "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2) SELECT i"
                + " FROM n"),
        contains("1", "2"));
    assertThat(
        ask("WITH X AS (SELECT 5 AS i), y AS (FROM x) SELECT (WITH z AS (FROM y) SELECT i FROM Z)"),
        contains("5"));
    assertThat(ask("WITH sqlite_master AS (SELECT 7) FROM sqlite_master"), contains("7"));
  }

  /** A name that WITH makes means another table where it is not seen. */
  @Test
  public void aNameThatIsMadeElsewhereOpensNothing() {
    for (String sql :
        List.of(
            "SELECT sql FROM sqlite_master, (WITH sqlite_master AS (SELECT 1) SELECT 1)",
            "SELECT (WITH sqlite_master AS (SELECT 1) SELECT 1), name FROM sqlite_master",
            "WITH sqlite_master AS (SELECT * FROM sqlite_master) SELECT * FROM sqlite_master",
            "WITH RECURSIVE sqlite_master AS (FROM sqlite_master) SELECT * FROM sqlite_master",
            "WITH RECURSIVE sqlite_master AS (FROM sqlite_master UNION ALL FROM sqlite_master)"
                + " FROM sqlite_master",
            "WITH a AS (FROM duckdb_views), duckdb_views AS (SELECT 1) FROM a",
            "WITH RECURSIVE a AS (FROM pg_tables), pg_tables AS (SELECT 1) FROM a",
            "(WITH pg_views AS (SELECT 'x') FROM pg_views) UNION ALL SELECT viewname FROM pg_views",
            "SELECT 1 WHERE EXISTS (WITH pragma_database_list AS (SELECT 1) SELECT 1) AND EXISTS"
                + " (FROM pragma_database_list)")) {
      assertThat(refused(sql), containsString("there is no table "));
    }
  }

  @Test
  public void oneAnswerHasALimit() throws Exception {
    assertThat(ask("SELECT * FROM range(10)"), contains("0", "1", "2"));
    String forever =
        "SELECT count(*) FROM range(1000000) a, range(1000000) b WHERE a.range * b.range = 7";
    UsageException slow =
        assertThrows(
            UsageException.class,
            () -> engine.queryUntrusted(forever, 1, Duration.ofMillis(300), rows -> {}));
    assertThat(slow.getMessage(), containsString("takes longer than"));
    assertThat(ask("SELECT 1"), contains("1"));
  }

  @Test
  public void nothingElseIsRead() throws Exception {
    for (String sql :
        List.of(
            "SELECT * FROM read_text('/etc/hostname')",
            "FROM '/etc/hostname'",
            "SELECT * FROM 'https://example.org/x.csv'",
            "SELECT (SELECT content FROM read_text('/etc/hostname'))",
            "SELECT 1 WHERE EXISTS (FROM read_csv('/etc/passwd'))",
            "WITH x AS (SELECT * FROM glob('/*')) SELECT * FROM x",
            "SELECT * FROM (WITH \"/etc/x.csv\" AS (SELECT 1) FROM \"/etc/x.csv\"), '/etc/x.csv'",
            "SELECT * FROM sev0 UNION ALL BY NAME SELECT * FROM read_blob('/etc/hostname')",
            "SELECT * FROM duckdb_settings()",
            "SELECT * FROM duckdb_secrets()",
            "SELECT * FROM information_schema.tables",
            "SELECT * FROM sqlite_master",
            "SELECT * FROM query('SELECT 1')",
            "SELECT * FROM query_table('sev0')",
            "SELECT current_setting('memory_limit')",
            "SELECT getenv('HOME')",
            "SELECT * FROM other.main.sev0",
            "SELECT * FROM sev0 WHERE getvariable('x') IS NULL")) {
      refused(sql);
    }
    assertThat(
        refused("SELECT * FROM nowhere"),
        is("there is no table nowhere; there are dead_letters, sev0, severe, volume"));
  }

  @Test
  public void nothingIsChanged() throws Exception {
    for (String sql :
        List.of(
            "SET threads = 1",
            "RESET memory_limit",
            "ATTACH '/tmp/other.db'",
            "COPY sev0 TO '/tmp/copied.csv'",
            "CREATE TABLE other AS SELECT 1",
            "DROP VIEW sev0",
            "INSERT INTO volume SELECT * FROM volume",
            "INSTALL httpfs",
            "LOAD httpfs",
            "PRAGMA version",
            "CALL pragma_version()",
            "EXPORT DATABASE '/tmp/exported'",
            "DESCRIBE sev0",
            "EXPLAIN ANALYZE SELECT 1",
            "SELECT 1; DROP VIEW sev0",
            "",
            "   ;")) {
      refused(sql);
    }
    assertThat(refused("SELEC 1"), containsString("syntax error"));
  }

  @Test
  public void theDatabaseItselfRefusesOtherFiles() throws Exception {
    // What if a statement were let through?
    UsageException refusal =
        assertThrows(
            UsageException.class,
            () -> engine.query("SELECT * FROM read_text('/etc/hostname')", rows -> {}));
    assertThat(refusal.getMessage(), containsString("Permission Error"));
    assertThrows(UsageException.class, () -> engine.query("SET threads = 1", rows -> {}));
  }
}
