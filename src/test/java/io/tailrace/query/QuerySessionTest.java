package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.LogPipeline;
import io.tailrace.pipelines.Pipelines;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.pipelines.TestRun;
import io.tailrace.storage.Folder;
import java.io.BufferedReader;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.StringReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** One start, many questions, each about the output as it is then. */
public final class QuerySessionTest {

  private static final String INPUT =
      "CREATE EXTERNAL TABLE visits (id BIGINT NOT NULL, page VARCHAR) TYPE json;\n";
  private static final String PER_PAGE =
      "CREATE MATERIALIZED VIEW per_page AS SELECT page, count(*) AS n FROM visits GROUP BY ALL;\n";
  private static final String LANDED = "CREATE STREAMING TABLE landed AS SELECT * FROM visits;\n";

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final ByteArrayOutputStream printed = new ByteArrayOutputStream();
  private Path input;
  private Path output;
  private QuerySession session;

  @Before
  public void makeOutput() throws Exception {
    input = folder.newFolder("input").toPath();
    output = folder.getRoot().toPath().resolve("output");
    deliver("1.json", 2);
    run(PER_PAGE + LANDED);
    Ledger ledger = Ledger.of(new Folder(output.toString()));
    session =
        new QuerySession(
            ledger,
            () -> {
              LogPipeline now = Pipelines.of(ledger, ledger.identity().orElseThrow());
              return QueryEngine.open(new Folder(output.toString()), now);
            },
            ResultPrinter.Format.csv,
            new PrintStream(printed, true, StandardCharsets.UTF_8));
  }

  @After
  public void close() throws Exception {
    session.close();
  }

  private void deliver(String name, int visits) throws IOException {
    Files.writeString(input.resolve(name), "{\"id\": 1, \"page\": \"/a\"}\n".repeat(visits));
  }

  private void run(String statements) throws Exception {
    TestRun.run(SqlPipeline.of(new Ledger.Sql("visits.sql", INPUT + statements)), input, output);
  }

  private List<String> ask(String text) throws Exception {
    printed.reset();
    assertThat(text, session.answer(text), is(true));
    return printed.toString(StandardCharsets.UTF_8).lines().toList();
  }

  @Test
  public void eachStatementSeesWhatHasComeMeanwhile() throws Exception {
    assertThat(ask("SELECT n FROM per_page;"), is(List.of("n", "2")));
    assertThat(ask("SELECT count(*) AS n FROM landed;"), is(List.of("n", "2")));
    deliver("2.json", 3);
    run(PER_PAGE + LANDED);
    assertThat(ask("SELECT n FROM per_page;"), is(List.of("n", "5")));
    assertThat(ask("SELECT count(*) AS n FROM landed;"), is(List.of("n", "5")));
  }

  @Test
  public void whatAStatementHasMadeReadsTheTablesAsTheyAreNow() throws Exception {
    ask("CREATE TEMP VIEW total AS SELECT sum(n) AS n FROM per_page;");
    ask("CREATE MACRO rows_of_landed() AS (SELECT count(*) FROM landed);");
    ask("CREATE TEMP TABLE before AS FROM per_page;");
    deliver("2.json", 3);
    run(PER_PAGE + LANDED);
    assertThat(ask("SELECT n FROM total;"), is(List.of("n", "5")));
    assertThat(ask("SELECT rows_of_landed() AS n;"), is(List.of("n", "5")));
    assertThat(ask("SELECT n FROM before;"), is(List.of("n", "2")));
    assertThat(
        ask("\\d"),
        is(
            List.of(
                "name,kind",
                "before,temporary",
                "dead_letters,log",
                "landed,log",
                "per_page,report",
                "total,temporary")));
  }

  @Test
  public void anotherFormOfThePipelineIsSeen() throws Exception {
    ask("SELECT n FROM per_page;");
    run(PER_PAGE + LANDED + "CREATE VIEW busy AS SELECT page FROM per_page WHERE n > 1;");
    assertThat(ask("SELECT page FROM busy;"), is(List.of("page", "/a")));
    assertThat(ask("\\d"), hasItem("busy,view"));
  }

  @Test
  public void tablesAndColumnsAreTold() throws Exception {
    assertThat(
        ask("\\d"), is(List.of("name,kind", "dead_letters,log", "landed,log", "per_page,report")));
    List<String> columns = List.of("column,type", "page,VARCHAR", "n,BIGINT");
    assertThat(ask("\\d per_page"), is(columns));
    assertThat(ask(" \\d \"PER_PAGE\" ;"), is(columns));
    assertThat(refusal("\\d per_pag"), containsString("per_pag does not exist"));
    assertThat(session.columns().get("per_page"), is(List.of("page", "n")));
    assertThat(
        QueryPrompt.names(session.columns(), "SELECT  FROM per_page"),
        is(List.of("dead_letters", "landed", "per_page", "page", "n")));
    assertThat(QueryPrompt.names(session.columns(), "\\d p"), not(hasItem("page")));
  }

  @Test
  public void whatWouldChangeSomethingIsRefusedAndTheSessionGoesOn() throws Exception {
    assertThat(refusal("\\watch 1"), containsString("no statement to answer again"));
    assertThat(refusal("DROP TABLE per_page;"), containsString("DROP would change something"));
    assertThat(refusal("SELECT m FROM per_page;"), startsWith("Binder Error"));
    assertThat(refusal("\\drop"), containsString("there is no command \\drop"));
    assertThat(refusal("SELECT 1 \\watch often"), containsString("give a number of seconds"));
    assertThat(refusal("SELECT 1 \\watch 0"), containsString("give a number of seconds"));
    assertThat(ask("SELECT 1 AS one;"), is(List.of("one", "1")));
  }

  private String refusal(String text) {
    return assertThrows(text, UsageException.class, () -> session.answer(text)).getMessage();
  }

  @Test
  public void timesAreToldIfWanted() throws Exception {
    assertThat(ask("\\timing"), is(List.of("Timing is on")));
    assertThat(ask("SELECT 1 AS one;").get(2), startsWith("Time: "));
    assertThat(ask("\\timing off"), is(List.of("Timing is off")));
    assertThat(ask("SELECT 1 AS one;"), is(List.of("one", "1")));
  }

  @Test
  public void aStatementIsAnsweredAgainUntilThatIsCancelled() throws Exception {
    for (String text : List.of("SELECT n FROM per_page \\watch 0.01", "\\watch .01")) {
      printed.reset();
      FutureTask<Boolean> watching = new FutureTask<>(() -> session.answer(text));
      new Thread(watching).start();
      Awaitility.await().until(() -> printed.toString().lines().count() > 6);
      session.cancel();
      try {
        assertThat(watching.get(30, TimeUnit.SECONDS), is(true));
      } catch (ExecutionException e) {
        assertThat(e.getCause().getMessage(), is("cancelled"));
      }
    }
    assertThat(ask("SELECT n FROM per_page;"), is(List.of("n", "2")));
  }

  @Test
  public void aLongAnswerCanBeCancelled() throws Exception {
    for (String text :
        List.of(
            "SELECT sum(a.range * b.range) FROM range(10000000) a, range(10000000) b;",
            "SELECT * FROM range(3000000);")) {
      FutureTask<Boolean> asking = new FutureTask<>(() -> session.answer(text));
      Thread thread = new Thread(asking);
      thread.start();
      Awaitility.await()
          .pollDelay(Duration.ZERO)
          .until(
              () -> {
                session.cancel();
                return asking.isDone();
              });
      Exception e = assertThrows(ExecutionException.class, asking::get);
      assertThat(e.getCause().getMessage(), is("cancelled"));
    }
    assertThat(ask("SELECT 1 AS one;"), is(List.of("one", "1")));
  }

  @Test
  public void textsArePipedIn() throws Exception {
    pipe(
        "SELECT 1 AS a; SELECT\n 2 AS b;\n\\d per_page\nSELECT ';\n' AS c; -- the end\nSELECT 4 AS d");
    assertThat(
        printed.toString(StandardCharsets.UTF_8).replace("\r\n", "\n"),
        is("a\n1\nb\n2\ncolumn,type\npage,VARCHAR\nn,BIGINT\nc\n\";\n\"\nd\n4\n"));
    pipe("SELECT 1 AS a;\n\\q\nSELECT 2 AS b;\n");
    assertThat(printed.toString(StandardCharsets.UTF_8), is("a\r\n1\r\n"));
    assertThrows(UsageException.class, () -> pipe("\n \n"));
    assertThrows(UsageException.class, () -> pipe("SELECT 1; DROP TABLE per_page;\n"));
    assertThat(printed.size(), is(0));
  }

  private void pipe(String text) throws Exception {
    printed.reset();
    session.answerAll(new BufferedReader(new StringReader(text)));
  }

  @Test
  public void aTextIsCompleteWithItsSemicolon() {
    for (String text :
        List.of(
            "",
            " \n",
            "SELECT 1;",
            "SELECT 1; -- one",
            "-- a comment",
            "SELECT ';';",
            "\\d",
            "\\d volume",
            "quit",
            "EXIT;",
            "SELECT 1 \\watch",
            "SELECT 1; \\watch 2",
            "SELECT $$ ; $$;",
            "SELECT \"a;b\" FROM t; /* ; */ ")) {
      assertThat(text, QuerySession.isComplete(text), is(true));
    }
    for (String text :
        List.of(
            "SELECT 1",
            "SELECT 1; SELECT",
            "SELECT 'a;",
            "SELECT 'it''s;",
            "SELECT \"a;",
            "SELECT 1 /* ;",
            "SELECT 1; /* a",
            "SELECT $$ ;",
            "SELECT $x$ ; $$;",
            "SELECT ';'",
            "SELECT '\\watch 2",
            "SELECT 1 -- ;",
            "quit now")) {
      assertThat(text, QuerySession.isComplete(text), is(false));
    }
  }
}
