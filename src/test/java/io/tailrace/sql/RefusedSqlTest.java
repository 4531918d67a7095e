package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.SqlPipeline;
import java.util.function.Consumer;
import org.junit.Test;

/**
 * What a file of SQL cannot have, and where that is said to be: at the mark {@code §}, which is not
 * part of the file.
 */
public final class RefusedSqlTest {

  private static final String MARK = "§";

  private static final String INPUT =
      "CREATE EXTERNAL TABLE t (a INTEGER, b VARCHAR NOT NULL, ts TIMESTAMP,\n"
          + "  price DECIMAL(10, 2), latency_ms BIGINT, r ROW<x INTEGER, y DOUBLE>) TYPE json;\n";

  private static final String LOG = "CREATE STREAMING TABLE l AS\n";
  private static final String REPORT = "CREATE MATERIALIZED VIEW m AS\n";
  private static final String ALL_COLUMNS =
      "a, b, ts, price, latency_ms, r.x, r.y, r, _file, _offset, _modified, _rescued";

  private static void refused(String marked, String message) {
    refused(marked, message, text -> SqlPrograms.of("FILE.sql", text));
  }

  private static void refused(String marked, String message, Consumer<String> reading) {
    String text = marked.replace(MARK, "");
    String before = marked.substring(0, Math.max(0, marked.indexOf(MARK)));
    int line = (int) before.chars().filter(c -> c == '\n').count() + 1;
    int column = before.length() - before.lastIndexOf('\n');
    UsageException refusal = assertThrows(marked, UsageException.class, () -> reading.accept(text));
    assertThat(
        refusal.getMessage(), is(String.format("FILE.sql:%d:%d: %s", line, column, message)));
  }

  private static void log(String select, String message) {
    refused(INPUT + LOG + select, message);
  }

  private static void report(String select, String message) {
    refused(INPUT + REPORT + select, message);
  }

  private static void input(String statement, String message) {
    refused(statement + "\nCREATE STREAMING TABLE l AS SELECT 1 AS one FROM t", message);
  }

  private static void properties(String format, String marked, String message) {
    String statement =
        String.format(
            "CREATE EXTERNAL TABLE t (status INTEGER)\nTYPE %s TBLPROPERTIES %s;\n",
            format, marked);
    refused(
        statement + LOG + "SELECT status FROM t",
        message,
        text -> SqlPipeline.of(new Ledger.Sql("FILE.sql", text)));
  }

  private static void retention(String options, String select, String message) {
    refused(INPUT + "CREATE MATERIALIZED VIEW m WITH " + options + "\nAS " + select, message);
  }

  @Test
  public void retentionsThatCannotBeUsed() {
    String hourly = "SELECT date_trunc('hour', ts) AS hour, COUNT(*) AS n FROM t GROUP BY ALL";
    retention(
        "(retention = §'7 dayz')",
        hourly,
        "'7 dayz' is no interval; write one like '7 days', '12 hours' or '1 month'");
    retention(
        "(retention = §'')",
        hourly,
        "'' is no interval; write one like '7 days', '12 hours' or '1 month'");
    retention(
        "(retention = INTERVAL §'0 days')",
        hourly,
        "'0 days' keeps nothing; retention must be longer than that");
    retention(
        "(retention = §'-7 days')",
        hourly,
        "'-7 days' keeps nothing; retention must be longer than that");
    retention(
        "(retention = §'7 days')",
        "SELECT b, MAX(ts) AS last FROM t GROUP BY b",
        "retention needs a time bucket in GROUP BY, a DATE or a TIMESTAMP: date_trunc('hour', …) or"
            + " time_bucket(INTERVAL '15 minutes', …)");
    retention(
        "(retention = §'7 days')",
        "SELECT b, COUNT(*) AS n FROM t GROUP BY b, date_trunc('hour', ts)",
        "retention needs the time bucket among the columns: date_trunc('hour', ts)");
    retention(
        "(§retain = '7 days')",
        hourly,
        "WITH has no option 'retain'; there is retention = '7 days'");
    retention("(retention = '1 day', §retention = '2 days')", hourly, "retention is there twice");
    retention(
        "(retention = §7)", hourly, "found '7', but expected an interval in quotes: '7 days'");
    retention("(§)", hourly, "found ')', but expected an option: retention");
    refused(
        INPUT + "CREATE STREAMING TABLE l §WITH (retention = '7 days') AS SELECT b FROM t",
        "WITH (retention = '…') is for a MATERIALIZED VIEW");
    refused(
        INPUT + REPORT + "SELECT COUNT(*) AS n FROM t; CREATE VIEW v §WITH (x = 1) AS SELECT 1",
        "WITH (retention = '…') is for a MATERIALIZED VIEW");
  }

  private static void alert(String statement, String message) {
    String minutes =
        INPUT
            + REPORT
            + "SELECT date_trunc('minute', ts) AS minute, b, COUNT(*) AS n FROM t GROUP BY ALL;\n"
            + "CREATE MATERIALIZED VIEW totals AS SELECT b, COUNT(*) AS n FROM t GROUP BY b;\n"
            + "CREATE MATERIALIZED VIEW times AS SELECT ts, COUNT(*) AS n FROM t GROUP BY ts;\n"
            + "CREATE STREAMING TABLE l AS SELECT a FROM t;\n"
            + "CREATE VIEW v AS SELECT * FROM m;\n";
    refused(minutes + statement, message);
  }

  @Test
  public void alertsThatCannotBeUsed() {
    alert("CREATE ALERT x §AS m", "found 'AS', but expected ON");
    alert("CREATE ALERT x ON m §FOR '1 day'", "found 'FOR', but expected WHEN");
    alert("CREATE ALERT x ON m WHEN §;", "found ';', but expected a condition on the columns of m");
    alert(
        "CREATE ALERT x ON m WHEN §FOR '1 day'",
        "found 'FOR', but expected a condition on the columns of m");
    alert(
        "CREATE ALERT x ON m WHEN§",
        "found the end of the file, but expected a condition on the columns of m");
    alert("CREATE ALERT x ON m WHEN §(n > 5", "this parenthesis is not closed");
    alert("CREATE ALERT x ON §mm WHEN n > 5", "there is no MATERIALIZED VIEW mm; did you mean m?");
    alert(
        "CREATE ALERT x ON §l WHEN a > 5",
        "l is no MATERIALIZED VIEW, which is what alerts are of");
    alert(
        "CREATE ALERT x ON §v WHEN n > 5",
        "v is no MATERIALIZED VIEW, which is what alerts are of");
    alert(
        "CREATE ALERT x ON §t WHEN a > 5",
        "t is no MATERIALIZED VIEW, which is what alerts are of");
    alert(
        "CREATE ALERT x ON §totals WHEN n > 5",
        "an alert needs a view with a time bucket in GROUP BY, a DATE or a TIMESTAMP:"
            + " date_trunc('minute', …) or time_bucket(INTERVAL '15 minutes', …)");
    alert(
        "CREATE ALERT x ON §times WHEN n > 5",
        "an alert needs to know when a time bucket ends, and ts does not say it: group by"
            + " date_trunc('minute', …), by time_bucket(INTERVAL '15 minutes', …) or by a DATE");
    alert(
        "CREATE ALERT x ON m WHEN n > 5 AND §SUM(n) > 3",
        "aggregate sum cannot be here: WHEN is of one row of m");
    alert("CREATE ALERT x ON m WHEN n > §(SELECT 3)", "subqueries are not supported");
    alert(
        "CREATE ALERT x ON m WHEN n > 5 FOR §'5 minuets'",
        "''5 minuets'' is no length of time; write FOR INTERVAL '5 minutes' or FOR INTERVAL '1 hour'");
    alert(
        "CREATE ALERT x ON m WHEN n > 5 FOR §INTERVAL '0 minutes'",
        "'INTERVAL '0 minutes'' is no length of time; write FOR INTERVAL '5 minutes' or FOR INTERVAL '1 hour'");
    alert(
        "CREATE ALERT x ON m WHEN n > 5 FOR §n",
        "'n' is no length of time; write FOR INTERVAL '5 minutes' or FOR INTERVAL '1 hour'");
    alert("CREATE ALERT §v ON m WHEN n > 5", "the name v is declared twice");
    alert(
        "CREATE ALERT §dead_letters ON m WHEN n > 5",
        "the name dead_letters is taken: every run has it");
    alert(
        "CREATE VIEW §Alerts AS SELECT 1; CREATE ALERT x ON m WHEN n > 5",
        "the name Alerts is taken: it is the log of what CREATE ALERT tells");
    alert(
        "CREATE ALERT §alerts ON m WHEN n > 5",
        "the name alerts is taken: it is the log of what CREATE ALERT tells");
  }

  @Test
  public void propertiesThatCannotBeUsed() {
    properties(
        "csv",
        "'{\"header\": \"true\",\n  §\"Delimiter\": \";;\"}'",
        "delimiter: give one character of ASCII, not ';;'");
    properties("csv", "'{§\"delim\": \"\"}'", "delim: give one character of ASCII, not ''");
    properties(
        "csv",
        "'{\"delimiter\": \";\", §\"delim\": \";\"}'",
        "delimiter and delim are the same; give one");
    properties(
        "csv",
        "'{§\"separator\": \";\"}'",
        "csv has no property 'separator'; there are delimiter, delim, quote, escape, nullstr, null,"
            + " header, skip, trim");
    properties(
        "csv", "'{\"skip\": 1, §\"header\": \"yes\"}'", "header: give true or false, not 'yes'");
    properties("csv", "'{§\"skip\": -1}'", "skip: give a number from 0, not '-1'");
    properties(
        "csv",
        "§'{\"delimiter\": \"\\\"\"}'",
        "the delimiter is another character than quote and escape, and no end of a line");
    properties(
        "json",
        "'{§\"header\": true}'",
        "json has no property 'header'; there are records and schemaEvolutionMode");
    properties(
        "access_log",
        "'{§\"longest\": \"2\"}'",
        "longest: give a number of bytes from 16, not '2'");
    properties(
        "access_log",
        "'{§\"formt\": \"common\"}'",
        "access_log has no property 'formt'; there are format and longest");
    properties("json", "'{§\"records\": \"all\"}'", "records: give any or lines, not 'all'");
    properties(
        "regex",
        "'{§\"pattern\": \"(?P<status>\\\\d+\"}'",
        "pattern: missing closing ): `(?P<status>\\d+`");
    properties(
        "regex",
        "'{§\"pattern\": \"(?P<state>\\\\d+)\"}'",
        "the pattern has no group 'status'; there are state");
    properties("logfmt", "§'{\"delimiter\": \",\"}'", "logfmt has no properties");
  }

  private static void kafka(String marked, String message) {
    refused(
        marked + "\n" + LOG + "SELECT kafka_key FROM t",
        message,
        text -> SqlPipeline.of(new Ledger.Sql("FILE.sql", text)));
  }

  @Test
  public void messagesThatCannotBeRead() {
    String formats = "; there are json, csv, regex, logfmt, access_log, game_events";
    kafka(
        "CREATE EXTERNAL TABLE t (a INT) TYPE §kafka;",
        "TYPE kafka needs the format of the values: TBLPROPERTIES '{\"format\": \"json\"}'"
            + formats);
    kafka(
        "CREATE EXTERNAL TABLE t (a INT) TYPE kafka TBLPROPERTIES §'{\"format\": \"avro\"}';",
        "format: avro is unknown" + formats);
    for (String location : new String[] {"topic", "host/topic", "host:9092/", "h:1/a b", "/t"}) {
      kafka(
          "CREATE EXTERNAL TABLE t (a INT) TYPE kafka LOCATION §'"
              + location
              + "' TBLPROPERTIES '{\"format\": \"json\"}';",
          "LOCATION: give the topic as 'host:port/topic', not '" + location + "'");
    }
    kafka(
        "CREATE EXTERNAL TABLE §t TYPE kafka TBLPROPERTIES '{\"format\": \"json\"}';",
        "TYPE kafka with format json needs columns, which are inferred from files only; declare"
            + " them: (id BIGINT, name VARCHAR)");
    kafka(
        "CREATE EXTERNAL TABLE §t TYPE kafka TBLPROPERTIES '{\"format\": \"logfmt\"}';",
        "TYPE kafka with format logfmt needs columns; declare its keys: (level VARCHAR, msg VARCHAR,"
            + " duration_ms DOUBLE)");
    kafka(
        "CREATE EXTERNAL TABLE t (kafka_offset BIGINT) TYPE kafka"
            + " TBLPROPERTIES §'{\"format\": \"csv\"}';",
        "csv needs the columns of the values; declare them in their order");
    kafka(
        "CREATE EXTERNAL TABLE t (a INT, §kafka_offset INTEGER) TYPE kafka"
            + " TBLPROPERTIES '{\"format\": \"csv\"}';",
        "column kafka_offset of TYPE kafka is BIGINT");
    kafka(
        "CREATE EXTERNAL TABLE t (§a MAP<VARCHAR, VARCHAR>) TYPE kafka"
            + " TBLPROPERTIES '{\"format\": \"csv\"}';",
        "only columns of format json can be an ARRAY, a ROW or a MAP");
    kafka(
        "CREATE EXTERNAL TABLE t (a INT) TYPE kafka"
            + " TBLPROPERTIES '{\"format\": \"csv\", §\"header\": true}';",
        "header is a property of files; a message is one record");
    kafka(
        "CREATE EXTERNAL TABLE t (a INT) TYPE kafka"
            + " TBLPROPERTIES '{\"format\": \"json\", §\"json.records\": \"lines\"}';",
        "records is a property of files; a message is one record");
    kafka(
        "CREATE EXTERNAL TABLE t (a INT) TYPE kafka"
            + " TBLPROPERTIES §'{\"format\": \"csv\", \"csv.trim\": true, \"trim\": false}';",
        "trim and csv.trim are the same; give one");
    kafka(
        "CREATE EXTERNAL TABLE t TYPE kafka TBLPROPERTIES '{\"format\": \"regex\","
            + " §\"pattern\": \"(?P<kafka_key>.*)\"}';",
        "each message has a column kafka_key; give the group another name");
    kafka(
        "CREATE EXTERNAL TABLE t (§kafka_key VARCHAR) TYPE kafka TBLPROPERTIES '{\"format\":"
            + " \"json\", \"schemaEvolutionMode\": \"addNewColumns\"}';",
        "column kafka_key is there without being declared, and cannot be with schemaEvolutionMode"
            + " addNewColumns; write SELECT *, kafka_key");
    refused(
        "CREATE EXTERNAL TABLE t (a INT) TYPE kafka TBLPROPERTIES '{\"format\":"
            + " \"json\", \"schemaEvolutionMode\": \"addNewColumns\"}';\n"
            + LOG
            + "SELECT *, §kafka_headers AS h FROM t",
        "h cannot be in a log that gets columns, as a whole; select parts of it");
    input(
        "CREATE EXTERNAL TABLE t (a INT, CHECK (§kafka_key = 'x')) TYPE csv;",
        "column 'kafka_key' does not exist; there are a, _file, _offset, _modified, _rescued");
  }

  @Test
  public void columnsThatAFormatDoesNotHave() {
    input(
        "CREATE EXTERNAL TABLE §t TYPE logfmt;",
        "TYPE logfmt needs columns; declare its keys: (level VARCHAR, msg VARCHAR, duration_ms"
            + " DOUBLE)");
    input(
        "CREATE EXTERNAL TABLE §t TYPE regex;",
        "TYPE regex needs a pattern: TBLPROPERTIES '{\"pattern\": \"(?P<host>\\\\S+) …\"}', or"
            + " log4j, syslog_rfc3164, syslog_rfc5424");
    input(
        "CREATE EXTERNAL TABLE t TYPE regex TBLPROPERTIES §'{\"pattern\": \"x+\"}';",
        "pattern: it has no named group, like (?P<host>\\S+), and is none of log4j,"
            + " syslog_rfc3164, syslog_rfc5424");
    input(
        "CREATE EXTERNAL TABLE t (event_type VARCHAR,\n §Hst VARCHAR) TYPE game_events;",
        "TYPE game_events has no column 'Hst'; did you mean Host?");
    input(
        "CREATE EXTERNAL TABLE t (§kafka_offset INTEGER) TYPE game_events;",
        "column kafka_offset of TYPE game_events is BIGINT");
    input(
        "CREATE EXTERNAL TABLE t (Host VARCHAR, §HOST VARCHAR) TYPE game_events;",
        "column HOST is declared twice");
    input(
        "CREATE EXTERNAL TABLE t (host VARCHAR,\n §stats INTEGER) TYPE access_log;",
        "TYPE access_log has no column 'stats'; did you mean status?");
    input(
        "CREATE EXTERNAL TABLE t (§status VARCHAR) TYPE access_log;",
        "column status of TYPE access_log is INTEGER");
  }

  @Test
  public void whatAnInputThatEvolvesCannotHave() {
    String evolving = "TYPE json TBLPROPERTIES '{\"schemaEvolutionMode\": \"addNewColumns\"}';";
    input(
        "CREATE EXTERNAL TABLE t (a INTEGER, §b DATE) " + evolving,
        "column b cannot have its type with schemaEvolutionMode addNewColumns: there are VARCHAR,"
            + " BOOLEAN, INTEGER, BIGINT and DOUBLE, and CAST in the SELECT");
    String table = "CREATE EXTERNAL TABLE t (a INTEGER, b VARCHAR) " + evolving + "\n" + LOG;
    refused(
        table + "SELECT a AS c, §* FROM t",
        "* comes first where the input may get columns; move it to the front");
    refused(
        table + "SELECT * FROM t ORDER BY §a",
        "a log that may get columns keeps the order of the input");
  }

  @Test
  public void columnsThatDoNotExist() {
    report(
        "SELECT b, max(§latncy_ms) AS slowest FROM t GROUP BY b",
        "column 'latncy_ms' does not exist; did you mean latency_ms?");
    log(
        "SELECT b FROM t\nWHERE /* größer */ §duration > 3",
        "column 'duration' does not exist; there are " + ALL_COLUMNS);
    log("SELECT §r.z FROM t", "column 'r.z' does not exist; did you mean r.x?");
    log(
        "SELECT §u.b FROM t",
        "'u.b' does not exist: neither a table nor a ROW is called u; did you mean b?");
    log(
        "SELECT §t.b FROM t AS s",
        "'t.b' does not exist: neither a table nor a ROW is called t; did you mean b?");
    log(
        "SELECT b FROM t WHERE b = §\"none\"",
        "column 'none' does not exist; there are " + ALL_COLUMNS);
    log("SELECT §c AS d, a AS c FROM t", "column 'c' does not exist; there are " + ALL_COLUMNS);
    report("SELECT §* FROM t GROUP BY ALL", "* is not supported in a report; name its columns");
    log("SELECT §t.* EXCLUDE (r) FROM t", "only a plain * is supported; name the columns");
  }

  @Test
  public void rowsAndArraysAsAWhole() {
    nested("SELECT a FROM t §ORDER BY a", "a log cannot be ordered by a, an ARRAY, a ROW or a MAP");
    nested("SELECT §a = a AS x FROM t", "=(INTEGER[], INTEGER[]) is not supported");
    nested(
        "SELECT §a IS DISTINCT FROM a AS x FROM t",
        "is_distinct_from(INTEGER[], INTEGER[]) is not supported");
    nested("SELECT §list_sort(a) AS x FROM t", "list_sort(INTEGER[]) is not supported");
    nested("SELECT §a::VARCHAR AS x FROM t", "a cast from INTEGER[] to VARCHAR is not supported");
    nested(
        "SELECT §[1, 2] AS x FROM t",
        "an ARRAY, a ROW or a MAP that is written here is not supported");
    nested(
        "SELECT 1 AS one FROM t;\nCREATE MATERIALIZED VIEW r AS SELECT §a, count(*) AS n FROM t"
            + " GROUP BY ALL",
        "a report cannot be grouped by an ARRAY, a ROW or a MAP");
    nested(
        "SELECT 1 AS one FROM t;\nCREATE MATERIALIZED VIEW m AS SELECT §max(r) AS n FROM t",
        "max of an ARRAY, a ROW or a MAP is not supported; use one of its parts");
  }

  private static void nested(String marked, String problem) {
    refused(
        "CREATE EXTERNAL TABLE t (a INT[], r ROW<b INT>) TYPE json;\nCREATE STREAMING TABLE l AS "
            + marked,
        problem);
  }

  @Test
  public void functionsAndTypes() {
    log("SELECT §lowr(b) AS x FROM t", "function 'lowr' does not exist; did you mean lower?");
    log(
        "SELECT a §+ ts AS x FROM t",
        "No function matches the given name and argument types '+(INTEGER, TIMESTAMP)'. You might"
            + " need to add explicit type casts.");
    log("SELECT b FROM t WHERE §a = 'abc'", "Could not convert string 'abc' to INT32");
    log("SELECT a, §url_encode(b) AS x FROM t", "url_encode(VARCHAR) is not supported");
    log(
        "SELECT §regexp_matches(b, b) AS x FROM t",
        "regexp_matches(VARCHAR, VARCHAR) is not supported");
    log(
        "SELECT §a::TINYINT AS x FROM t",
        "values of type TINYINT are not supported; cast to VARCHAR, BOOLEAN, INTEGER, BIGINT,"
            + " DECIMAL, DOUBLE, DATE or TIMESTAMP");
    log("SELECT §[a] AS x FROM t", "list_value(INTEGER) is not supported");
    log("SELECT §'x'::INTEGER AS x FROM t", "Could not convert string 'x' to INT32");
    // The driver gives such characters as bytes, and cuts the message.
    log(
        "SELECT §'\ud83d\ude00 x \ud83d\ude00'::INTEGER AS x FROM t",
        "Could not convert string '\ud83d\ude00 x \ud83d\ude00' to INT32");
    log(
        "SELECT §ts - ts AS x FROM t",
        "an INTERVAL can only be a constant here; date_diff('second', a, b) is the time between"
            + " two values");
    log("SELECT §INTERVAL 1 DAY AS x FROM t", "an INTERVAL cannot be a column");
    log("SELECT §unnest([1]) AS x FROM t", "unnest is not supported: a record is one row");
    log(
        "SELECT list_transform([1], §x -> x + 1) AS y FROM t",
        "lambda functions are not supported");
    log("SELECT b FROM t WHERE a = §?", "parameters are not supported");
    log("SELECT §b COLLATE NOCASE < 'x' AS y FROM t", "COLLATE is not supported");
    log("SELECT a, §b[1] AS y FROM t", "array_extract(VARCHAR, BIGINT) is not supported");
  }

  @Test
  public void otherTablesThanTheInput() {
    String message =
        " cannot be read here: a report or a log reads the external table t; ask of others in a"
            + " CREATE VIEW";
    log("SELECT b FROM t;\nCREATE STREAMING TABLE k AS SELECT b FROM §l", "table 'l'" + message);
    log("SELECT * FROM §'x.csv'", "table 'x.csv'" + message);
    log("SELECT * FROM §read_csv('x.csv')", "FROM can only have the external table");
    log("§SELECT 1 AS x", "FROM is missing: say what is read");
    log("SELECT t.b FROM t §JOIN t AS u USING (a)", "joins are not supported");
    log("SELECT t.b FROM t§, t AS u", "joins are not supported");
    log("SELECT b §FROM (SELECT * FROM t)", "subqueries are not supported");
    log("SELECT b FROM t WHERE a IN §(SELECT 1)", "subqueries are not supported");
    log("SELECT b, §(SELECT 1) AS q FROM t", "subqueries are not supported");
    log("§WITH q AS (SELECT 1) SELECT b FROM t", "WITH is not supported in a report or a log");
    log(
        "SELECT b FROM t §UNION ALL SELECT b FROM t",
        "UNION, INTERSECT and EXCEPT are not supported; write one SELECT");
  }

  @Test
  public void clauses() {
    log("SELECT b, §row_number() OVER () AS n FROM t", "window functions are not supported");
    log(
        "SELECT §DISTINCT b FROM t",
        "DISTINCT is not supported; GROUP BY in a report gives each key once");
    report(
        "SELECT b, count(*) AS n FROM t GROUP BY b §HAVING count(*) > 3",
        "HAVING is not supported: a report keeps every key; filter in a query or a CREATE VIEW");
    log("SELECT b FROM t §LIMIT 3", "LIMIT is not supported; use it in a query or a CREATE VIEW");
    report(
        "SELECT b, count(*) AS n FROM t GROUP BY b §ORDER BY n",
        "a report has no order; use ORDER BY in a query or a CREATE VIEW");
    log("SELECT b FROM t §USING SAMPLE 3".replace("§USING ", "USING §"), "SAMPLE is not supported");
    log("SELECT b FROM t §TABLESAMPLE 10%", "SAMPLE is not supported");
    report(
        "SELECT b, count(*) AS n FROM t GROUP BY §ROLLUP (b)",
        "GROUPING SETS, ROLLUP and CUBE are not supported");
  }

  @Test
  public void aggregates() {
    String there =
        "; there are count, sum, min, max, avg, bool_and, bool_or, stddev, variance, arg_min,"
            + " arg_max, approx_count_distinct and approx_quantile";
    report("SELECT §median(a) AS x FROM t", "aggregate median is not supported" + there);
    report("SELECT §sum(DISTINCT a) AS x FROM t", "sum(DISTINCT …) is not supported");
    report("SELECT §avg(DISTINCT a) AS x FROM t", "avg(DISTINCT …) is not supported");
    String share =
        "the second argument of approx_quantile must be a number from 0 to 1, such as 0.95";
    report("SELECT approx_quantile(a, §1.5) AS x FROM t", share);
    report("SELECT approx_quantile(a, §a) AS x FROM t", share);
    report("SELECT approx_quantile(a, §[0.5, 0.9]) AS x FROM t", share);
    report(
        "SELECT §approx_quantile(a::HUGEINT, 0.5) AS x FROM t",
        "approx_quantile of a HUGEINT is not supported; cast it to DOUBLE");
    report("SELECT §sum(a ORDER BY b) AS x FROM t", "ORDER BY inside sum is not supported");
    report("SELECT §avg(ts) AS x FROM t", "the average of a TIMESTAMP is not supported");
    report(
        "SELECT sum(§url_encode(b)::INTEGER) AS x FROM t", "url_encode(VARCHAR) is not supported");
    report("SELECT sum(§count(*)) AS x FROM t", "aggregate function calls cannot be nested");
    report(
        "SELECT b, count(*) AS n FROM t WHERE §count(*) > 3 GROUP BY b",
        "WHERE clause cannot contain aggregates!");
    report(
        "SELECT §a, count(*) AS n FROM t GROUP BY b",
        "column \"a\" must appear in the GROUP BY clause or must be part of an aggregate"
            + " function.");
    report("SELECT b, count(*) AS n FROM t GROUP BY §3", "there is no column 3; the SELECT has 2");
    report(
        "§SELECT a FROM t",
        "a report needs GROUP BY or an aggregate; CREATE STREAMING TABLE keeps records");
    log(
        "SELECT §count(*) AS n FROM t",
        "aggregate count_star cannot be here: a log has a row per record; use CREATE MATERIALIZED"
            + " VIEW");
    log(
        "SELECT b FROM t §GROUP BY b",
        "a log has no groups; use CREATE MATERIALIZED VIEW for a report");
  }

  @Test
  public void whatIsAnotherValueEachTime() {
    for (String call : new String[] {"random", "now", "uuid", "today", "getenv", "nextval"}) {
      log(
          "SELECT §" + call + "('x') AS x FROM t",
          call + "() has another value each time; a record must give the same whenever it is read");
    }
    log(
        "SELECT b FROM t WHERE ts > §current_timestamp - INTERVAL 1 DAY",
        "current_timestamp has another value each time; a record must give the same whenever it is"
            + " read");
  }

  @Test
  public void namesOfColumns() {
    report("SELECT §count(*) FROM t", "this column needs a name; write AS and the name behind it");
    log("SELECT b, §a AS B FROM t", "two columns are called B; name one of them with AS");
    report(
        "SELECT §b AS _key, COUNT(*) AS n FROM t GROUP BY b",
        "the name _key is taken: every report can have it");
    report(
        "SELECT b, §COUNT(*) AS _Records FROM t GROUP BY b",
        "the name _Records is taken: every report can have it");
    report(
        "SELECT §b AS \"b c\", COUNT(*) AS n FROM t GROUP BY b",
        "the name 'b c' cannot be that of a column: it has letters, digits and _");
    log("SELECT §b AS \" \" FROM t", "the name ' ' cannot be that of a column; name it with AS");
  }

  @Test
  public void orderOfALog() {
    log("SELECT b FROM t ORDER BY §a", "a log is ordered by its own columns: b");
    log("SELECT b FROM t ORDER BY §b DESC", "a log is ordered ascending only");
    log("SELECT b FROM t ORDER BY §b NULLS FIRST", "a log has NULLs last");
    log("SELECT b FROM t ORDER BY §2", "there is no column 2; the SELECT has 1");
  }

  @Test
  public void syntax() {
    log("SELECT b FROM t §WHERE", "syntax error at or near \"WHERE\"");
    log("SELECT b FROM t WHERE §(a > 3", "this parenthesis is not closed");
    log("SELECT b FROM t WHERE b = §'x", "this quote is not closed");
    log("SELECT b FROM t §/* and so on", "this comment does not end; close it with */");
    log("SELECT b FROM t WHERE b = §$x$ and so on", "this text is not closed; it ends with $x$");
    log("§SELEC b FROM t", "found 'SELEC', but expected SELECT");
  }

  @Test
  public void views() {
    String log = "SELECT b FROM t;\n";
    log(log + "CREATE VIEW v AS SELECT §c FROM l", "column 'c' does not exist; there are b");
    log(log + "CREATE VIEW v AS SELECT a FROM §t", "table 't' does not exist");
    log(
        log + "CREATE VIEW v AS SELECT b FROM l WHERE §b + 1 > 'x'::DATE".replace("§b +", "b §+"),
        "No function matches the given name and argument types '+(VARCHAR, INTEGER_LITERAL)'. You"
            + " might need to add explicit type casts.");
  }

  @Test
  public void statements() {
    String creates =
        "CREATE EXTERNAL TABLE, CREATE MATERIALIZED VIEW, CREATE STREAMING TABLE, CREATE VIEW or CREATE ALERT";
    refused(INPUT + "§DROP TABLE t", "found 'DROP', but expected " + creates);
    refused(INPUT + "CREATE §TABLE x AS SELECT 1", "found 'TABLE', but expected one of " + creates);
    refused(INPUT + "CREATE VIEW v §SELECT 1", "found 'SELECT', but expected AS");
    refused("§", "CREATE EXTERNAL TABLE is missing: say what is read");
    refused(
        INPUT + "§",
        "nothing is computed: add a CREATE MATERIALIZED VIEW or a CREATE STREAMING TABLE");
    refused(
        INPUT + "CREATE EXTERNAL TABLE §u (a INT) TYPE csv",
        "there is a second external table; only one can be read");
  }

  @Test
  public void names() {
    refused(
        INPUT + "CREATE STREAMING TABLE §\"a b\" AS SELECT b FROM t",
        "the name 'a b' cannot be used; a folder has it, so it is a letter, then letters, digits"
            + " and _");
    refused(
        INPUT + "CREATE STREAMING TABLE §_ledger AS SELECT b FROM t",
        "the name '_ledger' cannot be used; a folder has it, so it is a letter, then letters,"
            + " digits and _");
    refused(
        INPUT + "CREATE STREAMING TABLE §dead_letters AS SELECT b FROM t",
        "the name dead_letters is taken: every run has it");
    log(
        "SELECT b FROM t;\nCREATE MATERIALIZED VIEW §L AS SELECT count(*) AS n FROM t",
        "the name L is declared twice");
  }

  @Test
  public void heads() {
    String types =
        "VARCHAR, BOOLEAN, INTEGER, BIGINT, DECIMAL(p, s), DOUBLE, DATE, TIMESTAMP, ROW(…),"
            + " ARRAY<…> or MAP<VARCHAR, …>";
    input("CREATE EXTERNAL TABLE t (a §INTEGR) TYPE csv;", "type INTEGR is unknown; use " + types);
    input(
        "CREATE EXTERNAL TABLE t (a§, b INT) TYPE csv;",
        "found ',', but expected a type: " + types);
    input(
        "CREATE EXTERNAL TABLE t (a INT) TYPE §xml;",
        "TYPE xml is unknown; use csv, json, regex, logfmt, access_log, kafka or game_events");
    input("CREATE EXTERNAL TABLE t (a INT)§;", "found ';', but expected TYPE");
    input("CREATE EXTERNAL TABLE §t TYPE csv;", "its columns are not known");
    input(
        "CREATE EXTERNAL TABLE t §a INT TYPE csv;",
        "found 'a', but expected the columns of t in parentheses, or TYPE");
    input(
        "CREATE EXTERNAL TABLE t (a INT §PRIMARY KEY) TYPE csv;",
        "found 'PRIMARY', but expected NOT NULL, CHECK (…), a comma or a closing parenthesis");
    input(
        "CREATE EXTERNAL TABLE t (a INT) TYPE csv §STORED BY x;",
        "found 'STORED', but expected LOCATION '…', TBLPROPERTIES '{…}' or a semicolon");
    input(
        "CREATE EXTERNAL TABLE t (a DECIMAL(§40, 2)) TYPE csv;",
        "found 40, but expected a number from 1 to 38");
    input(
        "CREATE EXTERNAL TABLE t (a DECIMAL(4, §5)) TYPE csv;",
        "found 5, but expected a number from 0 to 4");
    input(
        "CREATE EXTERNAL TABLE t (a MAP(§INT, VARCHAR)) TYPE json;",
        "the keys of a MAP are VARCHAR");
    input(
        "CREATE EXTERNAL TABLE t (§a MAP<VARCHAR, INT>) TYPE csv;",
        "only columns of TYPE json can be an ARRAY, a ROW or a MAP");
    input(
        "CREATE EXTERNAL TABLE t (§a INT[]) TYPE csv;",
        "only columns of TYPE json can be an ARRAY, a ROW or a MAP");
    input(
        "CREATE EXTERNAL TABLE t (a ROW<§b INT NOT NULL>[]) TYPE json;",
        "a field inside an ARRAY or a MAP cannot be NOT NULL");
    input(
        "CREATE EXTERNAL TABLE t (a ROW<b INT> §NOT NULL) TYPE json;",
        "a ROW cannot be NOT NULL; say so of its fields");
    input("CREATE EXTERNAL TABLE t (a INT,\n §A INT) TYPE csv;", "column A is declared twice");
    input(
        "CREATE EXTERNAL TABLE t (§_file VARCHAR) TYPE csv;",
        "column _file is there without being declared");
    input(
        "CREATE EXTERNAL TABLE t (a INT) TYPE csv TBLPROPERTIES §'{a: 1}';",
        "TBLPROPERTIES is no JSON: Unexpected character ('a' (code 97)): was expecting"
            + " double-quote to start field name");
    input(
        "CREATE EXTERNAL TABLE t (a INT) TYPE csv TBLPROPERTIES §'[1]';",
        "TBLPROPERTIES is no object of JSON; write '{\"name\": \"value\"}'");
  }

  @Test
  public void checks() {
    input(
        "CREATE EXTERNAL TABLE t (\n  alpha INT CHECK (§alpa > 3)) TYPE csv;",
        "column 'alpa' does not exist; did you mean alpha?");
    input(
        "CREATE EXTERNAL TABLE t (\n  a INT CHECK (a > §)) TYPE csv;",
        "syntax error at or near \")\"");
    input(
        "CREATE EXTERNAL TABLE t (\n  a INT CHECK (§count(*) > 3)) TYPE csv;",
        "aggregate count_star cannot be here: a CHECK is of one record");
    input(
        "CREATE EXTERNAL TABLE t (\n  a INT CHECK (a > §random())) TYPE csv;",
        "random() has another value each time; a record must give the same whenever it is read");
    input(
        "CREATE EXTERNAL TABLE t (\n  a INT, CHECK (§lowr(a) > 3)) TYPE csv;",
        "function 'lowr' does not exist; did you mean lower?");
  }
}
