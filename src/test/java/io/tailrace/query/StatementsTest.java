package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.TestRun;
import io.tailrace.storage.Folder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** All statements of a question are answered, and none changes anything. */
public final class StatementsTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private QueryEngine engine;

  @Before
  public void makeOutput() throws Exception {
    Path input = folder.newFolder("input").toPath();
    Path output = folder.getRoot().toPath().resolve("output");
    Files.writeString(input.resolve("a.csv"), "s1,0,10\ns1,2,11\ns2,0,12\n");
    TestRun.run(
        Pipelines.SERVER_LOGS, input, output, "--views=severe: SELECT count(*) AS n FROM sev0");
    engine = QueryEngine.open(new Folder(output.toString()), Pipelines.SERVER_LOGS);
  }

  @After
  public void close() throws Exception {
    engine.close();
  }

  private List<String> ask(String sql) throws Exception {
    List<String> answer = new ArrayList<>();
    engine.query(
        sql,
        rows -> {
          while (rows.next()) {
            answer.add(rows.getString(1));
          }
        });
    return answer;
  }

  @Test
  public void eachIsAnswered() throws Exception {
    assertThat(
        ask("SELECT count(*) FROM sev0; SELECT count(*) FROM volume;\n; SELECT n FROM severe"),
        is(List.of("2", "2", "2")));
    assertThat(
        ask(
            "CREATE TEMP TABLE worst AS SELECT * FROM sev0; CREATE MACRO twice(x) AS 2 * x;"
                + " SELECT twice(count(*)) FROM worst"),
        is(List.of("4")));
  }

  @Test
  public void aSemicolonInATextOrCommentEndsNone() throws Exception {
    assertThat(
        ask(
            "SELECT ';''' AS \"a;\"\"b\" -- one; two '\n; /* ; ' */ SELECT $$;'$$;"
                + " SELECT $x$;$$;$x$ /* ;\n */; SELECT E'\\';'; -- the end;"),
        is(List.of(";'", ";'", ";$$;", "';")));
    assertThat(ask("SELECT 'a' LIKE'\\'; SELECT 2"), is(List.of("false", "2")));
  }

  @Test
  public void aStatementMayBeLong() {
    String text = "'" + "x'';".repeat(100_000) + "'";
    String comment = " ".repeat(100_000) + "/*" + ";".repeat(100_000) + "*/\n";
    String escaped = "E'" + "\\';".repeat(1_000) + "'";
    assertThat(
        Statements.of(comment + "SELECT " + text + ";" + comment + "SELECT " + escaped + ";"),
        is(List.of((comment + "SELECT " + text).strip(), (comment + "SELECT " + escaped).strip())));
  }

  @Test
  public void tablesAndViewsAreListed() throws Exception {
    assertThat(ask("SHOW TABLES"), is(List.of("dead_letters", "sev0", "severe", "volume")));
    assertThat(
        ask("SELECT view_name FROM duckdb_views() WHERE NOT internal AND view_name LIKE 'sev%'"),
        is(List.of("sev0", "severe")));
  }

  @Test
  public void whatOnlyReadsIsAnswered() throws Exception {
    Path copy = folder.getRoot().toPath().resolve("copy.csv");
    for (String sql :
        List.of(
            "FROM sev0",
            "WITH w AS (SELECT 1) SELECT * FROM w",
            "(SELECT 1) UNION ALL (SELECT 2)",
            "VALUES (1)",
            "DESCRIBE sev0",
            "SUMMARIZE sev0",
            "EXPLAIN SELECT 1",
            "EXPLAIN (ANALYZE) SELECT * FROM sev0",
            "SET threads = 1; SELECT current_setting('threads')",
            "PIVOT volume ON serverID USING sum(avgVolume)",
            "COPY (SELECT * FROM sev0) TO '" + copy + "'; SELECT 1",
            "COPY sev0 TO '" + copy + "'; SELECT count(*) FROM '" + copy + "'")) {
      assertThat(sql, ask(sql).isEmpty(), is(false));
    }
  }

  @Test
  public void whatWouldChangeSomethingIsRefused() {
    for (String sql :
        List.of(
            "DROP TABLE volume",
            "INSERT INTO volume SELECT * FROM volume",
            "-- a comment\n/* another */ delete from volume",
            "UPDATE volume SET avgVolume = 0",
            "TRUNCATE volume",
            "CREATE TABLE mine AS SELECT 1",
            "CREATE VIEW mine AS SELECT 1",
            "CREATE OR REPLACE VIEW severe AS SELECT 1",
            "ALTER TABLE volume RENAME TO v",
            "WITH w AS (SELECT 1) INSERT INTO volume SELECT * FROM volume",
            "EXPLAIN ANALYZE DELETE FROM volume",
            "EXPLAIN (ANALYZE, FORMAT json) DELETE FROM volume",
            "COPY volume FROM 'x.csv'",
            "ATTACH 'x.db'",
            "SELECT 1; DROP TABLE volume")) {
      UsageException refusal = assertThrows(sql, UsageException.class, () -> ask(sql));
      assertThat(sql, refusal.getMessage(), containsString("query only reads, and "));
    }
  }

  @Test
  public void aMistakeIsShownWhereItIs() {
    UsageException refusal =
        assertThrows(UsageException.class, () -> ask("SELECT nmae FROM volume"));
    assertThat(refusal.getMessage(), containsString("nmae"));
    assertThat(
        refusal.details(), containsString("LINE 1: SELECT nmae FROM volume\n               ^"));
  }
}
