package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.endsWith;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.hasItem;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertEquals;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import org.junit.Rule;
import org.junit.Test;

/** Pipelines that are files of SQL, as users run them. */
public final class SqlIT {

  private static final Path EXAMPLES = Path.of("pipelines", "examples").toAbsolutePath();
  private static final Path DATA = Path.of("data", "examples").toAbsolutePath();

  @Rule public final Tailrace tailrace = new Tailrace();

  @Test
  public void applicationLogsAnswerAsDuckDbDoes() throws Exception {
    run("app-logs.sql", "app-logs");
    String raw =
        String.format(
            "read_json('%s', columns = {ts: 'TIMESTAMP', level: 'VARCHAR', service: 'VARCHAR',"
                + " message: 'VARCHAR', latency_ms: 'DOUBLE',"
                + " http: 'STRUCT(method VARCHAR, status INTEGER)'}, ignore_errors = true,"
                + " format = 'newline_delimited')",
            DATA.resolve("app-logs/*.json"));
    requireSame(
        "SELECT service, minute::VARCHAR, requests, failed, round(avg_ms, 6), max_ms"
            + " FROM requests_per_minute ORDER BY ALL",
        "SELECT service, date_trunc('minute', ts)::VARCHAR, COUNT(*),"
            + " COUNT(*) FILTER (WHERE http.status >= 500), round(AVG(latency_ms), 6),"
            + " MAX(latency_ms) FROM "
            + raw
            + " WHERE ts IS NOT NULL GROUP BY ALL ORDER BY ALL");
    requireSame(
        "SELECT service, status, message FROM errors ORDER BY ts",
        "SELECT service, http.status, message FROM " + raw + " WHERE level = 'ERROR' ORDER BY ts");
    assertThat(tailrace.query("SELECT COUNT(*) FROM dead_letters"), hasItem("1"));
    assertEquals(
        List.of(
            "state,service,at,failed,requests",
            "raised,search,09:01,2,9",
            "resolved,search,09:03,1,9",
            "raised,checkout,09:04,3,11",
            "resolved,checkout,09:05,0,12"),
        tailrace.query(
            "SELECT state, key['service'] AS service, strftime(bucketStart, '%H:%M') AS at,"
                + " measures['failed'] AS failed, measures['requests'] AS requests"
                + " FROM alerts WHERE alert = 'failing' ORDER BY bucketStart"));
  }

  @Test
  public void quotedOrdersAnswerAsDuckDbDoes() throws Exception {
    run("orders.sql", "orders");
    String raw =
        String.format(
            "(SELECT * FROM read_csv('%s', columns = {order_id: 'BIGINT', customer: 'VARCHAR',"
                + " country: 'VARCHAR', ordered: 'DATE', amount: 'DECIMAL(12, 2)',"
                + " note: 'VARCHAR'}, header = true, auto_detect = false, quote = '\"',"
                + " escape = '\"', ignore_errors = true) WHERE amount >= 0)",
            DATA.resolve("orders/*.csv"));
    requireSame(
        "SELECT country, orders, revenue, last_order, best_customer FROM revenue ORDER BY ALL",
        "SELECT coalesce(country, 'unknown') AS country, COUNT(*), SUM(amount), MAX(ordered),"
            + " arg_max(customer, amount) FROM "
            + raw
            + " GROUP BY 1 ORDER BY ALL");
    requireSame(
        "SELECT order_id, customer, ordered, amount FROM large_orders ORDER BY order_id",
        "SELECT order_id, customer, ordered, amount FROM "
            + raw
            + " WHERE amount >= 1000 ORDER BY order_id");
    assertEquals(
        List.of(
            "line,reason",
            "61,column 'ordered': '2026-01-32' is not a DATE",
            "91,CHECK (amount >= 0) is not met"),
        tailrace.query("SELECT line, reason FROM dead_letters ORDER BY line"));
  }

  @Test
  public void linesOfLogsAreTakenApart() throws Exception {
    run("syslog.sql", "syslog");
    assertEquals(
        List.of(
            "host,program,messages,failures",
            "db1,-,1,0",
            "db1,postgres,1,0",
            "db1,sshd,2,1",
            "web1,CRON,2,0",
            "web1,kernel,1,0",
            "web1,sshd,4,0",
            "web1,systemd,2,1"),
        tailrace.query("SELECT * FROM messages ORDER BY ALL"));
    assertEquals(
        List.of(
            "timestamp,pid,address",
            "2026-03-01T06:26:00.000001+01:00,902,203.0.113.44",
            "Mar  1 06:27:14,4302,203.0.113.9",
            "Mar  1 06:27:19,4302,203.0.113.9"),
        tailrace.query("SELECT timestamp, pid, address FROM failed_logins ORDER BY ALL"));
    assertEquals(
        List.of("line,reason", "8,does not match the pattern"),
        tailrace.query("SELECT line, reason FROM dead_letters"));

    Path output = runInto("syslog-rfc5424");
    assertEquals(
        List.of(
            "app,severity,messages,last",
            "checkout,3,1,2026-03-01 22:15:00",
            "evntslog,5,2,2026-03-01 22:14:16.003",
            "myproc,5,1,2026-03-01 12:14:15.000003",
            "su,2,1,2026-03-01 22:14:15.003",
            ",3,1,"),
        tailrace.query(output, "SELECT * FROM messages ORDER BY app NULLS LAST"));
    assertEquals(
        List.of(
            "app,procid,message",
            "checkout,99,payment refused by the bank",
            "su,,'su root' failed for lonvick on /dev/pts/8",
            ",,"),
        tailrace.query(output, "SELECT app, procid, message FROM errors ORDER BY app NULLS LAST"));

    output = runInto("logfmt");
    assertEquals(
        List.of(
            "path,minute,requests,cached,avg_ms,max_ms",
            "/login,2026-03-01 10:01:00,2,0,3.0,5.0",
            "/orders,2026-03-01 10:00:00,3,1,1021.5833333333334,3004.25"),
        tailrace.query(output, "SELECT * FROM latency ORDER BY path"));
    assertEquals(
        List.of(
            "status,msg,others",
            "500,\"database says \"\"too many connections\"\"\","
                + "\"{\"\"attempt\"\":\"\"3\"\",\"\"host\"\":\"\"db1\"\"}\"",
            "503,café closed,"),
        tailrace.query(output, "SELECT status, msg, others FROM failures ORDER BY ts"));
    assertEquals(
        List.of(
            "line,reason",
            "7,column 'status': 'abc' is not an INTEGER",
            "8,no key with a value",
            "9,quoted value does not end in its line"),
        tailrace.query(output, "SELECT line, reason FROM dead_letters ORDER BY line"));

    output = runInto("log4j");
    assertEquals(
        List.of(
            "logger,level,messages,last",
            "com.example.shop.Application,ERROR,1,2026-03-01 10:00:07.5",
            "com.example.shop.Application,INFO,1,2026-03-01 10:00:00.12",
            "com.example.shop.Mailer,ERROR,1,2026-03-01 10:00:05.977",
            "com.example.shop.Mailer,INFO,1,2026-03-01 10:00:06",
            "com.example.shop.OrderController,INFO,1,2026-03-01 10:00:03.451",
            "com.example.shop.OrderController,WARN,1,2026-03-01 10:00:04.002"),
        tailrace.query(output, "SELECT * FROM messages ORDER BY ALL"));
    assertEquals(
        List.of(
            "thread,message",
            "pool-1-thread-3 [retry],mail to ada@example.com failed - will try again",
            "main,shutting down"),
        tailrace.query(output, "SELECT thread, message FROM errors ORDER BY ts"));
  }

  /** Runs an example over its data; tells where the output is. */
  private Path runInto(String example) throws Exception {
    Path output = tailrace.root().resolve(example);
    tailrace
        .start(
            "run",
            EXAMPLES.resolve(example + ".sql").toString(),
            "--input=" + DATA.resolve(example),
            "--output=" + output,
            "--trigger=availableNow")
        .requireExit(0, Tailrace.PATIENCE);
    return output;
  }

  @Test
  public void aDeliveryWhileItWatchesIsInReportAndLog() throws Exception {
    TailraceProcess run =
        tailrace.startPipeline(
            "run", tailrace.output(), EXAMPLES.resolve("orders.sql").toString(), "--console=true");
    tailrace.deliver("a.csv", "h\n1,\"A, B\",DE,2026-01-01,1500.00,\n2,B,,2026-01-02,1.10,\n");
    Tailrace.await(run).until(run::out, containsString("| DE      |      1 | 1500.00 |"));
    tailrace.deliver("b.csv", "h\n3,C,DE,2026-01-03,0.50,\"a \"\"note\"\"\"\nnonsense\n");
    Tailrace.await(run).until(run::out, containsString("| DE      |      2 | 1500.50 |"));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    assertEquals(
        List.of("order_id,customer,ordered,amount", "1,\"A, B\",2026-01-01,1500.00"),
        tailrace.query("SELECT * FROM large_orders"));
    assertEquals(
        List.of("reason", "\"1 field, 6 expected\""),
        tailrace.query("SELECT reason FROM dead_letters"));
  }

  /** Also after the process is killed; and what is too many for one is said when it ends. */
  @Test
  public void differentValuesAndQuantiles() throws Exception {
    Path file =
        Files.writeString(
            tailrace.root().resolve("visits.sql"),
            "CREATE EXTERNAL TABLE visits (country VARCHAR, client VARCHAR, ms INTEGER) TYPE csv;\n"
                + "CREATE MATERIALIZED VIEW clients AS SELECT country, COUNT(*) AS visits,"
                + " COUNT(DISTINCT client) AS exact, approx_count_distinct(client) AS about,"
                + " approx_quantile(ms, 0.95) AS p95 FROM visits GROUP BY country;\n");
    deliverVisits("a.csv", 0, 6_000);
    TailraceProcess run = tailrace.startPipeline("run", tailrace.output(), file.toString());
    Tailrace.await(run).until(run::err, containsString("Reports: "));
    Tailrace.await(run).until(this::clients, is(List.of("DE,6000,6000", "FR,6000,50")));
    run.kill();
    // Another quantile of the same values needs nothing new.
    Files.writeString(
        file, Files.readString(file).replace("AS p95", "AS p95, approx_quantile(ms, 0.5) AS p50"));
    run = tailrace.startPipeline("run", tailrace.output(), file.toString());
    Tailrace.await(run).until(run::err, containsString("Reports: "));
    deliverVisits("b.csv", 4_000, 10_000);
    Tailrace.await(run).until(this::clients, is(List.of("DE,12000,10000", "FR,12000,50")));
    // Three standard errors of 1.62 %, and 1.33 % of the ranks.
    String errors =
        "SELECT bool_and(abs(about - exact) <= 0.0486 * exact), bool_and(abs(p95 - 950) <= 14),"
            + " bool_and(abs(p50 - 500) <= 14) FROM clients";
    assertThat(tailrace.query(errors), hasItem("true,true,true"));
    String about = "SELECT country, about, p95, p50 FROM clients ORDER BY country";
    assertEquals(tailrace.query(about), tailrace.query(about));
    deliverVisits("c.csv", 10_000, 10_001);
    run.requireExit(2, Tailrace.PATIENCE);
    String tooMany =
        "tailrace: report clients: column exact has no value for the key [DE]: COUNT(DISTINCT"
            + " client) has more than 10,000 values; use approx_count_distinct(client)";
    assertThat(run.err().strip(), endsWith(tooMany));
    TailraceProcess query =
        tailrace.start("query", "SELECT * FROM clients", "--output=" + tailrace.output());
    query.requireExit(2, Tailrace.PATIENCE);
    assertThat(query.err().strip(), is(tooMany));
    for (String trigger : List.of("continuous", "availableNow")) {
      TailraceProcess again =
          tailrace.startPipeline("run", tailrace.output(), file.toString(), "--trigger=" + trigger);
      again.requireExit(2, Tailrace.PATIENCE);
      assertThat(again.err().strip(), endsWith(tooMany));
    }
  }

  /** Each client of Germany comes once, the fifty of France again and again. */
  private void deliverVisits(String name, int from, int to) throws Exception {
    StringBuilder lines = new StringBuilder();
    for (int i = from; i < to; i++) {
      int ms = 1 + i % 1_000;
      lines.append(String.format("DE,client %d,%d%nFR,client %d,%d%n", i, ms, i % 50, ms));
    }
    tailrace.deliver(name, lines.toString());
  }

  private List<String> clients() throws Exception {
    List<String> rows =
        tailrace.query("SELECT country, visits, exact FROM clients ORDER BY country");
    return rows.subList(1, rows.size());
  }

  @Test
  public void logsAreDeltaTablesOrCsvWithTheirTypes() throws Exception {
    Tailrace.requireDirectRunner();
    for (String format : List.of("delta", "csv")) {
      Path output = tailrace.root().resolve(format);
      TailraceProcess run =
          tailrace.start(
              "run",
              EXAMPLES.resolve("orders.sql").toString(),
              "--input=" + DATA.resolve("orders"),
              "--output=" + output,
              "--logFormat=" + format,
              "--trigger=availableNow");
      run.requireExit(0, Tailrace.PATIENCE);
      assertThat(
          tailrace.query(
              output,
              "SELECT typeof(ordered) || ' ' || typeof(amount) AS types FROM large_orders LIMIT 1"),
          hasItem("\"DATE DECIMAL(12,2)\""));
    }
  }

  @Test
  public void arraysRowsAndMapsAreListsStructuresAndMapsInAllFormats() throws Exception {
    Tailrace.requireDirectRunner();
    String sql =
        "CREATE EXTERNAL TABLE baskets (id BIGINT, tags ARRAY<VARCHAR>,"
            + " buyer ROW<name VARCHAR, %s DATE>,"
            + " items ARRAY<ROW<sku VARCHAR, price DECIMAL(9, 2), at TIMESTAMP>>,"
            + " notes MAP<VARCHAR, ARRAY<ROW<stars INTEGER>>>) TYPE json;\n"
            + "CREATE STREAMING TABLE all_baskets AS SELECT * FROM baskets ORDER BY id;\n"
            + "CREATE VIEW tags AS SELECT id, unnest(tags) AS tag FROM all_baskets;\n";
    Path file =
        Files.writeString(tailrace.root().resolve("baskets.sql"), String.format(sql, "born"));
    tailrace.deliver(
        "a.json",
        "{\"id\": 1, \"tags\": [\"a\", null, \"b, \\\"c\\\"\"], \"buyer\": {\"born\":"
            + " \"1990-02-03\"}, \"items\": [{\"sku\": \"x\", \"price\": 1.5, \"at\":"
            + " \"2026-01-01T00:00:00Z\"}, null], \"notes\": {\"a\": [{\"stars\": 5}, null],"
            + " \"b, \\\"c\\\"\": null, \"\": []}}\n"
            + "{\"id\": 2, \"tags\": [], \"items\": [], \"notes\": {}}\n{\"id\": 3, \"tags\": [[]], \"items\":"
            + " [{\"price\": \"x\"}]}\n");
    for (String format : List.of("parquet", "csv", "delta")) {
      Path output = tailrace.root().resolve(format);
      tailrace
          .startPipeline(
              "run", output, file.toString(), "--trigger=availableNow", "--logFormat=" + format)
          .requireExit(0, Tailrace.PATIENCE);
      assertEquals(
          format,
          List.of(
              "id,tags,born,items,price,keys,stars,types",
              "1,3,1990-02-03,2,1.50,3,5,\"VARCHAR[] STRUCT(\"\"name\"\" VARCHAR, born DATE)"
                  + " MAP(VARCHAR, STRUCT(stars INTEGER)[])\"",
              "2,0,,0,,0,,\"VARCHAR[] STRUCT(\"\"name\"\" VARCHAR, born DATE)"
                  + " MAP(VARCHAR, STRUCT(stars INTEGER)[])\""),
          tailrace.query(
              output,
              "SELECT id, len(tags) AS tags, buyer.born AS born, len(items) AS items,"
                  + " items[1].price AS price, cardinality(notes) AS keys,"
                  + " notes['a'][1].stars AS stars,"
                  + " typeof(tags) || ' ' || typeof(buyer) || ' ' || typeof(notes) AS types"
                  + " FROM all_baskets ORDER BY id"));
      assertEquals(
          format,
          List.of("id,tag", "1,a", "1,", "1,\"b, \"\"c\"\"\""),
          tailrace.query(output, "SELECT * FROM tags"));
      assertEquals(
          List.of("reason", "\"column 'items[1].price': 'x' is not a DECIMAL(9,2)\""),
          tailrace.query(output, "SELECT reason FROM dead_letters"));
    }
    Path delta = tailrace.root().resolve("delta");
    tailrace.deliver("b.json", "{\"id\": 4, \"buyer\": {\"name\": \"Ada\"}}\n");
    tailrace
        .startPipeline("run", delta, file.toString(), "--trigger=availableNow", "--logFormat=delta")
        .requireExit(0, Tailrace.PATIENCE);
    String whole = "SELECT * FROM all_baskets ORDER BY id";
    List<String> before = tailrace.query(delta, whole);
    TailraceProcess compact = tailrace.start("compact", "--output=" + delta, "all_baskets");
    compact.requireExit(0, Tailrace.PATIENCE);
    assertThat(compact.out(), containsString("all_baskets has 1 file instead of 2"));
    assertEquals(before, tailrace.query(delta, whole));
    Files.writeString(file, String.format(sql, "\"was born\""));
    TailraceProcess odd =
        tailrace.startPipeline("run", tailrace.output(), file.toString(), "--logFormat=delta");
    odd.requireExit(2, Tailrace.PATIENCE);
    assertThat(
        odd.err(), containsString("--logFormat=delta: all_baskets has an ARRAY, a ROW or a MAP"));
  }

  @Test
  public void whatCannotBeUsedIsRefusedBeforeAnythingIsWritten() throws Exception {
    Tailrace.requireDirectRunner();
    String good = Files.readString(EXAMPLES.resolve("app-logs.sql"));
    requireRefused(
        good.replace("AVG(latency_ms)", "AVG(latncy_ms)"),
        "column 'latncy_ms' does not exist; did you mean latency_ms?");
    requireRefused(good.replace("TYPE json", "TYPE xml"), "xml");
    requireRefused(good.replace("FROM app_logs GROUP BY ALL", "FROM other GROUP BY ALL"), "other");
  }

  @Test
  public void aChangedFileGoesOnWhereThatIsExactAndIsRefusedOtherwise() throws Exception {
    Tailrace.requireDirectRunner();
    run("orders.sql", "orders");
    Path changed = tailrace.root().resolve("orders.sql");
    String good = Files.readString(EXAMPLES.resolve("orders.sql"));
    Files.writeString(
        changed, good.replace("GROUP BY 1", "GROUP BY 1;\nCREATE VIEW v AS SELECT 1"));
    run(changed, "orders").requireExit(0, Tailrace.PATIENCE);
    Files.writeString(changed, good.replace("amount >= 1000", "amount >= 10"));
    TailraceProcess refused = run(changed, "orders");
    refused.requireExit(2, Tailrace.PATIENCE);
    assertThat(
        refused.err(),
        containsString("the log large_orders had other columns, another WHERE or ORDER BY"));
    Files.writeString(changed, good.replace("coalesce(country, 'unknown') AS", "country AS"));
    run(changed, "orders").requireExit(2, Tailrace.PATIENCE);
    TailraceProcess builtIn = tailrace.startServerLogs();
    builtIn.requireExit(2, Tailrace.PATIENCE);
    assertThat(builtIn.err(), containsString("orders.sql"));
  }

  @Test
  public void aViewReadsReportsLogsAndOtherViews() throws Exception {
    Tailrace.requireDirectRunner();
    Path file =
        Files.writeString(
            tailrace.root().resolve("views.sql"),
            Files.readString(EXAMPLES.resolve("orders.sql"))
                + "CREATE VIEW shares AS SELECT country, revenue / SUM(revenue) OVER () AS share"
                + " FROM revenue;\n"
                + "CREATE VIEW most AS SELECT country, large FROM (SELECT country, COUNT(*) AS large"
                + " FROM large_orders, shares WHERE share > 0.2 GROUP BY ALL) ORDER BY country;");
    run(file, "orders").requireExit(0, Tailrace.PATIENCE);
    assertEquals(
        tailrace.query(
            "SELECT country, COUNT(*) AS large FROM large_orders, shares"
                + " WHERE share > 0.2 GROUP BY ALL ORDER BY country"),
        tailrace.query("SELECT * FROM most"));
    assertThat(tailrace.query("SELECT COUNT(*) FROM most"), hasItem("2"));
  }

  @Test
  public void theSqlOfAnOutputIsWrittenAgainWhereItIsLost() throws Exception {
    Tailrace.requireDirectRunner();
    run("orders.sql", "orders");
    Path saved = tailrace.output().resolve("_ledger/pipeline.json");
    Files.writeString(saved, "{}");
    requireQueryFails("run the same file of SQL with this --output");
    Files.delete(saved);
    requireQueryFails("run orders.sql with this --output");
    run("orders.sql", "orders");
    assertThat(tailrace.query("SELECT COUNT(*) FROM revenue"), hasItem("5"));
  }

  private void requireQueryFails(String remedy) throws Exception {
    TailraceProcess query =
        tailrace.start("query", "SELECT * FROM revenue", "--output=" + tailrace.output());
    assertThat(query.awaitExit(Tailrace.PATIENCE), is(greaterThan(0)));
    assertThat(query.err(), containsString(remedy));
  }

  @Test
  public void explainSaysWhatIsKept() throws Exception {
    Tailrace.requireDirectRunner();
    TailraceProcess explain = tailrace.start("explain", EXAMPLES.resolve("orders.sql").toString());
    explain.requireExit(0, Tailrace.PATIENCE);
    assertThat(explain.out(), containsString("sum(amount)"));
    assertThat(explain.err(), is(""));
  }

  @Test
  public void columnsThatAreInferredStayThose() throws Exception {
    Tailrace.requireDirectRunner();
    Path file =
        Files.writeString(
            tailrace.root().resolve("visits.sql"),
            "CREATE EXTERNAL TABLE visits TYPE csv;\n"
                + "CREATE MATERIALIZED VIEW pages AS SELECT \"Full Name\" AS name, SUM(PAGES) AS pages"
                + " FROM visits GROUP BY 1;\n"
                + "CREATE STREAMING TABLE all_visits AS SELECT * FROM visits ORDER BY \"full name\";\n");
    TailraceProcess early = runWatched(file);
    early.requireExit(2, Tailrace.PATIENCE);
    assertThat(
        early.err(),
        containsString(
            "tailrace: visits.sql:1:23: there is no file from which the columns of visits can be"
                + " inferred; deliver one first, or declare them"));
    assertThat(Files.exists(tailrace.output()), is(false));
    tailrace.deliver("b.csv", "full name;pages;day\nBob;2;2026-01-01\nAda;1;2026-01-02\n");
    runWatched(file).requireExit(0, Tailrace.PATIENCE);
    // Files of another form do not change it, not even one that is now the first.
    tailrace.deliver("a.csv", "name;pages;day\nAda;many;2026-01-03\n");
    tailrace.deliver("c.csv", "full name;pages;day\nBob;x;y\nAda;10;2026-01-04\nCy;1;2;3\n");
    Files.delete(tailrace.output().resolve("_ledger/pipeline.json"));
    runWatched(file).requireExit(0, Tailrace.PATIENCE);
    assertEquals(
        List.of("name,pages", "Ada,11", "Bob,2"),
        tailrace.query("SELECT * FROM pages ORDER BY name"));
    assertEquals(
        List.of("full name,pages,day", "Ada,1,2026-01-02", "Ada,10,2026-01-04", "Bob,2,2026-01-01"),
        tailrace.query("SELECT \"full name\", pages, day FROM all_visits ORDER BY ALL"));
    assertEquals(
        List.of(
            "line,reason",
            "2,column 'pages': 'many' is not a BIGINT",
            "2,column 'pages': 'x' is not a BIGINT",
            "4,\"4 fields, 3 expected\""),
        tailrace.query("SELECT line, reason FROM dead_letters ORDER BY source, line"));
    // What is inferred is as if it were declared.
    String head =
        "CREATE EXTERNAL TABLE visits (\"full name\" VARCHAR, pages %s, day DATE) TYPE csv"
            + " TBLPROPERTIES '{\"delimiter\": \";\", \"header\": \"true\"}';";
    String inferring = Files.readString(file);
    Files.writeString(
        file,
        inferring.replace("CREATE EXTERNAL TABLE visits TYPE csv;", String.format(head, "BIGINT")));
    runWatched(file).requireExit(0, Tailrace.PATIENCE);
    Files.writeString(
        file,
        inferring.replace(
            "CREATE EXTERNAL TABLE visits TYPE csv;", String.format(head, "INTEGER")));
    TailraceProcess changed = runWatched(file);
    changed.requireExit(2, Tailrace.PATIENCE);
    assertThat(changed.err(), containsString("the declaration of visits was another"));
  }

  @Test
  public void aWatchingRunInfersColumnsFromTheFirstFileThatComes() throws Exception {
    Tailrace.requireDirectRunner();
    Path file =
        Files.writeString(
            tailrace.root().resolve("events.sql"),
            "CREATE EXTERNAL TABLE events TYPE json;\n"
                + "CREATE MATERIALIZED VIEW kinds AS SELECT kind, COUNT(*) AS events, MAX(happened) AS latest"
                + " FROM events GROUP BY kind;\n");
    TailraceProcess run =
        tailrace.startPipeline("run", tailrace.output(), file.toString(), "--console=true");
    Tailrace.await(run).until(run::err, containsString("Waiting for the first file"));
    tailrace.deliver("a.json", "{\"kind\": \"x\", \"happened\": \"2026-01-01T00:00:00Z\"}\n");
    Tailrace.await(run).until(run::out, containsString("| x    |      1 | 2026-01-01"));
    run.terminate();
    run.requireExit(0, Tailrace.TIME_TO_STOP);
    TailraceProcess explain =
        tailrace.start("explain", file.toString(), "--input=" + tailrace.input());
    explain.requireExit(0, Tailrace.PATIENCE);
    assertThat(explain.out(), containsString("  happened  TIMESTAMP  may be NULL"));
    TailraceProcess blind = tailrace.start("explain", file.toString());
    blind.requireExit(0, Tailrace.PATIENCE);
    assertThat(blind.out(), containsString("its columns are inferred from the first file"));
  }

  private TailraceProcess runWatched(Path file) throws Exception {
    return tailrace.startPipeline(
        "run", tailrace.output(), file.toString(), "--trigger=availableNow");
  }

  private void requireRefused(String sql, String reason) throws Exception {
    Path file = Files.writeString(tailrace.root().resolve("bad.sql"), sql);
    TailraceProcess run = tailrace.startPipeline("run", tailrace.output(), file.toString());
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(run.err(), containsString("bad.sql:"));
    assertThat(run.err(), containsString(reason));
    assertThat(Files.exists(tailrace.output()), is(false));
  }

  private void run(String example, String data) throws Exception {
    run(EXAMPLES.resolve(example), data).requireExit(0, Tailrace.PATIENCE);
  }

  private TailraceProcess run(Path file, String data) throws Exception {
    return tailrace.start(
        "run",
        file.toString(),
        "--input=" + DATA.resolve(data),
        "--output=" + tailrace.output(),
        "--trigger=availableNow");
  }

  /** Our answer is that of DuckDB over the raw files. */
  private void requireSame(String ours, String raw) throws Exception {
    List<String> answer = tailrace.query(ours);
    assertEquals(ours, duck(raw), answer.subList(1, answer.size()));
  }

  private static List<String> duck(String sql) throws Exception {
    List<String> lines = new ArrayList<>();
    try (Connection duck = DriverManager.getConnection("jdbc:duckdb:");
        Statement statement = duck.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      while (rows.next()) {
        List<String> values = new ArrayList<>();
        for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
          String value = rows.getString(i);
          values.add(
              value == null
                  ? ""
                  : value.matches("(?s).*[,\"\n].*")
                      ? '"' + value.replace("\"", "\"\"") + '"'
                      : value);
        }
        lines.add(String.join(",", values));
      }
    }
    return lines;
  }
}
