package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.format.SqlType;
import io.tailrace.report.BucketKey;
import io.tailrace.report.Retention;
import io.tailrace.report.Span;
import io.tailrace.sql.Expression.Call;
import io.tailrace.sql.Expression.ColumnValue;
import io.tailrace.sql.Expression.Constant;
import io.tailrace.sql.InputTable.Check;
import io.tailrace.sql.InputTable.InputColumn;
import io.tailrace.sql.InputTable.Origin;
import io.tailrace.sql.SqlReport.Aggregate;
import io.tailrace.sql.SqlReport.Function;
import io.tailrace.sql.SqlReport.Key;
import io.tailrace.sql.SqlReport.NamedExpression;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.Test;

/** What files of SQL mean. */
public final class SqlProgramsTest {

  private static final String SERVER_LOGS =
      """
      -- pipelines/server-logs/server-logs.sql
      CREATE EXTERNAL TABLE server_logs (
        serverID    VARCHAR NOT NULL,
        severity    INTEGER NOT NULL CHECK (severity BETWEEN 0 AND 2),
        "timestamp" BIGINT  NOT NULL CHECK ("timestamp" >= 1)
      ) TYPE csv;

      CREATE MATERIALIZED VIEW volume AS
      SELECT serverID,
             COUNT(*) FILTER (WHERE severity = 2) / (MAX("timestamp") - MIN("timestamp") + 1) AS avgVolume,
             COUNT(*) AS records
      FROM server_logs GROUP BY serverID;

      CREATE STREAMING TABLE sev0 AS
      SELECT serverID, "timestamp" FROM server_logs WHERE severity = 0
      ORDER BY "timestamp", serverID;           -- the order inside each file
      """;

  private static final String INPUT =
      """
      create external table if not exists Requests (
        ts TIMESTAMP WITH TIME ZONE NOT NULL,
        level STRING,
        day DATE,
        price DECIMAL(10, 3),
        ratio FLOAT,
        n BIGINT,
        small TINYINT,
        ok BOOLEAN,
        http ROW<status INTEGER NOT NULL, path VARCHAR, size STRUCT(sent BIGINT)>
      ) TYPE JSON;
      """;

  private static final SqlType WIDE = SqlType.decimal(38, 3);

  private static SqlProgram program(String text) {
    return SqlPrograms.of("FILE.sql", text);
  }

  private static SqlReport report(String select) {
    return program(INPUT + "CREATE MATERIALIZED VIEW m AS " + select).reports().get(0);
  }

  private static SqlLog log(String select) {
    return program(INPUT + "CREATE STREAMING TABLE l AS " + select).logs().get(0);
  }

  private static ColumnValue column(int place, SqlType type) {
    return new ColumnValue(place, type);
  }

  private static Constant integer(int value) {
    return new Constant(value, SqlType.INTEGER);
  }

  @Test
  public void theColumnsOfAFormatThatHasItsOwn() {
    String log = "CREATE STREAMING TABLE l AS SELECT * FROM t;";
    assertThat(
        program("CREATE EXTERNAL TABLE t TYPE game_events;" + log).logs().get(0).columns().stream()
            .map(column -> column.name() + " " + column.value().type())
            .toList(),
        contains(
            "raw_event VARCHAR",
            "timestamp TIMESTAMP",
            "Accept VARCHAR",
            "Host VARCHAR",
            "User-Agent VARCHAR",
            "event_type VARCHAR",
            "direction VARCHAR",
            "event_detail VARCHAR",
            "kafka_partition INTEGER",
            "kafka_offset BIGINT"));
    assertThat(
        program(
                "CREATE EXTERNAL TABLE t (kafka_OFFSET BIGINT, host VARCHAR NOT NULL)"
                    + " TYPE game_events;"
                    + log)
            .input()
            .columns()
            .subList(0, 2),
        contains(
            new InputColumn(
                "kafka_OFFSET", List.of("kafka_offset"), SqlType.BIGINT, false, Origin.OFFSET),
            new InputColumn("host", List.of("Host"), SqlType.VARCHAR, true, Origin.FIELD)));
  }

  @Test
  public void theColumnsOfAccessLogs() {
    assertThat(
        program(
                "CREATE EXTERNAL TABLE t TYPE access_log;"
                    + "CREATE STREAMING TABLE l AS SELECT *, user AS who FROM t WHERE user <> '';")
            .logs()
            .get(0)
            .columns()
            .stream()
            .map(column -> column.name() + " " + column.value().type())
            .toList(),
        contains(
            "host VARCHAR",
            "identity VARCHAR",
            "user VARCHAR",
            "time TIMESTAMP",
            "method VARCHAR",
            "endpoint VARCHAR",
            "path VARCHAR",
            "protocol VARCHAR",
            "status INTEGER",
            "bytes BIGINT",
            "referer VARCHAR",
            "user_agent VARCHAR",
            "who VARCHAR"));
  }

  @Test
  public void theInputOfServerLogs() {
    InputTable input = program(SERVER_LOGS).input();
    assertThat(input.name(), is("server_logs"));
    assertThat(input.format(), is("csv"));
    assertThat(input.location(), is(Optional.empty()));
    assertThat(input.properties(), is(Map.of()));
    assertThat(
        input.columns(),
        contains(
            new InputColumn("serverID", List.of("serverID"), SqlType.VARCHAR, true, Origin.FIELD),
            new InputColumn("severity", List.of("severity"), SqlType.INTEGER, true, Origin.FIELD),
            new InputColumn("timestamp", List.of("timestamp"), SqlType.BIGINT, true, Origin.FIELD),
            new InputColumn("_file", List.of("_file"), SqlType.VARCHAR, false, Origin.FILE),
            new InputColumn("_offset", List.of("_offset"), SqlType.BIGINT, false, Origin.OFFSET),
            new InputColumn(
                "_modified", List.of("_modified"), SqlType.TIMESTAMP, false, Origin.MODIFIED),
            new InputColumn(
                "_rescued", List.of("_rescued"), SqlType.VARCHAR, false, Origin.RESCUED)));
    ColumnValue severity = column(1, SqlType.INTEGER);
    assertThat(
        input.checks(),
        contains(
            new Check(
                new Call(
                    "and",
                    List.of(
                        new Call(">=", List.of(severity, integer(0)), SqlType.BOOLEAN),
                        new Call("<=", List.of(severity, integer(2)), SqlType.BOOLEAN)),
                    SqlType.BOOLEAN),
                "severity BETWEEN 0 AND 2"),
            new Check(
                new Call(
                    ">=",
                    List.of(column(2, SqlType.BIGINT), new Constant(1L, SqlType.BIGINT)),
                    SqlType.BOOLEAN),
                "\"timestamp\" >= 1")));
  }

  @Test
  public void theReportOfServerLogs() {
    SqlReport report = program(SERVER_LOGS).reports().get(0);
    ColumnValue timestamp = column(2, SqlType.BIGINT);
    Call isSevere = new Call("=", List.of(column(1, SqlType.INTEGER), integer(2)), SqlType.BOOLEAN);
    assertThat(report.name(), is("volume"));
    assertThat(report.filter(), is(Optional.empty()));
    assertThat(report.keys(), contains(new Key(column(0, SqlType.VARCHAR), "serverID")));
    assertThat(
        report.aggregates(),
        contains(
            new Aggregate(
                Function.COUNT_STAR,
                List.of(),
                Optional.of(isSevere),
                SqlType.BIGINT,
                "count_star() FILTER (WHERE (severity = 2))"),
            new Aggregate(
                Function.MAX,
                List.of(timestamp),
                Optional.empty(),
                SqlType.BIGINT,
                "max(\"timestamp\")"),
            new Aggregate(
                Function.MIN,
                List.of(timestamp),
                Optional.empty(),
                SqlType.BIGINT,
                "min(\"timestamp\")"),
            new Aggregate(
                Function.COUNT_STAR, List.of(), Optional.empty(), SqlType.BIGINT, "count_star()")));
    List<String> row = List.of("server", "severe", "last", "first", "records");
    assertThat(
        shown(report.columns(), row),
        contains(
            "serverID VARCHAR: server",
            "avgVolume DOUBLE: CAST(severe AS DOUBLE) / CAST(((last - first) + 1) AS DOUBLE)",
            "records BIGINT: records"));
  }

  @Test
  public void theLogOfServerLogs() {
    SqlLog log = program(SERVER_LOGS).logs().get(0);
    assertThat(log.name(), is("sev0"));
    assertThat(
        log.filter(),
        is(
            Optional.of(
                new Call("=", List.of(column(1, SqlType.INTEGER), integer(0)), SqlType.BOOLEAN))));
    assertThat(
        log.columns(),
        contains(
            new NamedExpression("serverID", column(0, SqlType.VARCHAR)),
            new NamedExpression("timestamp", column(2, SqlType.BIGINT))));
    assertThat(log.order(), contains("timestamp", "serverID"));
  }

  private static List<String> shown(List<NamedExpression> columns, List<String> row) {
    List<String> shown = new ArrayList<>();
    for (NamedExpression column : columns) {
      shown.add(
          String.format(
              "%s %s: %s",
              column.name(), column.value().type(), ExpressionText.of(column.value(), row)));
    }
    return shown;
  }

  @Test
  public void typesOfColumns() {
    InputTable input =
        program(INPUT + "CREATE STREAMING TABLE l AS SELECT n FROM requests").input();
    List<String> columns = new ArrayList<>();
    for (InputColumn column : input.columns().subList(0, 11)) {
      columns.add(column.name() + " " + column.type() + (column.required() ? " NOT NULL" : ""));
    }
    assertThat(
        columns,
        contains(
            "ts TIMESTAMP NOT NULL",
            "level VARCHAR",
            "day DATE",
            "price DECIMAL(10,3)",
            "ratio DOUBLE",
            "n BIGINT",
            "small INTEGER",
            "ok BOOLEAN",
            "http.status INTEGER NOT NULL",
            "http.path VARCHAR",
            "http.size.sent BIGINT"));
    assertThat(input.columns().get(10).path(), contains("http", "size", "sent"));
    assertThat(input.format(), is("json"));
  }

  @Test
  public void spellingsOfTypes() {
    InputTable input =
        program(
                """
                CREATE OR REPLACE EXTERNAL TABLE t (
                  a TEXT, b VARCHAR(20), c CHARACTER VARYING(3), d INT, e SMALLINT, f LONG, g NUMERIC(5),
                  h DECIMAL, i DOUBLE PRECISION, j REAL, k BOOL, l TIMESTAMP(6) WITHOUT TIME ZONE, m DATETIME,
                  n TIMESTAMPTZ NULL, o ROW(p INT NULL, "q r" TEXT), CHECK (d > 3 -- and so on
                  )
                ) TYPE 'json' LOCATION 'logs/''05/*.csv'
                TBLPROPERTIES '{"Delimiter": ";", "skip": 1, "header": true, "a": {"b": [1]}}';
                CREATE STREAMING TABLE l AS SELECT o."q r" AS q, O.P FROM t
                """)
            .input();
    assertThat(
        input.columns().subList(0, 16).stream().map(column -> column.type().toString()).toList(),
        contains(
            "VARCHAR",
            "VARCHAR",
            "VARCHAR",
            "INTEGER",
            "INTEGER",
            "BIGINT",
            "DECIMAL(5,0)",
            "DECIMAL(18,3)",
            "DOUBLE",
            "DOUBLE",
            "BOOLEAN",
            "TIMESTAMP",
            "TIMESTAMP",
            "TIMESTAMP",
            "INTEGER",
            "VARCHAR"));
    assertThat(input.checks().get(0).text(), is("d > 3"));
    assertThat(input.location(), is(Optional.of("logs/'05/*.csv")));
    assertThat(
        input.properties(),
        is(Map.of("delimiter", ";", "skip", "1", "header", "true", "a", "{\"b\":[1]}")));
  }

  /** Expressions, their types and what runs, with every cast. */
  @Test
  public void expressions() {
    String[][] cases = {
      {"n", "BIGINT", "n"},
      {"REQUESTS.N + 1", "BIGINT", "n + 1"},
      {"http.SIZE.sent", "BIGINT", "http.size.sent"},
      {"small + 1", "INTEGER", "small + 1"},
      {"n / 2", "DOUBLE", "CAST(n AS DOUBLE) / 2.0"},
      {"n // 2 % 3", "BIGINT", "(n // 2) % 3"},
      {"-small", "INTEGER", "-(small)"},
      {"n + 5::BIGINT", "BIGINT", "n + 5"},
      {"small + 5::BIGINT", "BIGINT", "CAST(small AS BIGINT) + 5"},
      {"ratio * 1e3", "DOUBLE", "ratio * 1000.0"},
      {"n + 99999999999999999999", "HUGEINT", "CAST(n AS HUGEINT) + 99999999999999999999"},
      {"price > 1.5", "BOOLEAN", "price > 1.500"},
      {
        "small BETWEEN 1 AND 2.5",
        "BOOLEAN",
        "(CAST(small AS DECIMAL(11,1)) >= 1.0) AND (CAST(small AS DECIMAL(11,1)) <= 2.5)"
      },
      {"price * 1.5", "DECIMAL(12,4)", "price * 1.5"},
      {"price * price > 2", "BOOLEAN", null},
      {"price + small", "DECIMAL(14,3)", null},
      {"n * 5::DECIMAL(10, 2)", "DECIMAL(29,2)", null},
      {"round(price, 2)", "DECIMAL(10,2)", "round(price, 2)"},
      {"level || small", "VARCHAR", "level || CAST(small AS VARCHAR)"},
      {"level || 'it''s\n'", "VARCHAR", "level || 'it''s\\n'"},
      {"lower(level) LIKE 'ü%'", "BOOLEAN", "lower(level) LIKE 'ü%'"},
      {"level NOT IN ('a', 'b')", "BOOLEAN", "NOT (level IN ('a', 'b'))"},
      {
        "n IS NULL OR ok AND NOT ok OR n > 3",
        "BOOLEAN",
        "(n IS NULL) OR (ok AND (NOT ok)) OR (n > 3)"
      },
      {"ok IS TRUE", "BOOLEAN", "ok IS NOT DISTINCT FROM true"},
      {"CASE WHEN ok THEN n END", "BIGINT", "CASE WHEN ok THEN n ELSE NULL END"},
      {
        "CASE level WHEN 'a' THEN 1 ELSE 2.5 END",
        "DECIMAL(11,1)",
        "CASE WHEN (level = 'a') THEN 1.0 ELSE 2.5 END"
      },
      {"coalesce(level, NULL, 'none')", "VARCHAR", "coalesce(level, NULL, 'none')"},
      {"nullif(n, 3)", "BIGINT", "CASE WHEN (n = 3) THEN NULL ELSE n END"},
      {"try_cast(level AS INTEGER)", "INTEGER", "TRY_CAST(level AS INTEGER)"},
      {"level::DATE", "DATE", "CAST(level AS DATE)"},
      {"ts > '2024-01-01'", "BOOLEAN", "ts > TIMESTAMP '2024-01-01 00:00:00.000000'"},
      {"ts - INTERVAL 7 DAYS", "TIMESTAMP", "ts - INTERVAL '7 days'"},
      {"ts + INTERVAL '1 year 2 hours'", "TIMESTAMP", "ts + INTERVAL '12 months 7200 seconds'"},
      {"day >= DATE '2024-01-31'", "BOOLEAN", "day >= DATE '2024-01-31'"},
      {"day + INTERVAL 1 DAY", "TIMESTAMP", "day + INTERVAL '1 days'"},
      {"date_trunc('hour', ts)", "TIMESTAMP", "date_trunc('hour', ts)"},
      {"date_trunc(lower('HOUR'), ts)", "TIMESTAMP", "date_trunc('hour', ts)"},
      {"extract(hour FROM ts)", "BIGINT", "hour(ts)"},
      {"greatest(small, n)", "BIGINT", "greatest(CAST(small AS BIGINT), n)"},
      {"concat(level, n)", "VARCHAR", "concat(level, CAST(n AS VARCHAR))"},
      {"concat(round(2.5::DOUBLE), 'x')", "VARCHAR", "'3.0x'"},
      {"round(price, 1 + 1)", "DECIMAL(10,2)", "round(price, 2)"},
      {"split_part(level, '.', -1)", "VARCHAR", "split_part(level, '.', -1)"},
      {"split_part(level, NULL, small)", "VARCHAR", null},
      {"NULL::DOUBLE - level::INTEGER", "DOUBLE", "NULL"},
      {"concat(NULL::VARCHAR, level)", "VARCHAR", "concat(NULL, level)"},
      {
        "_file || _offset || _rescued", "VARCHAR", "(_file || CAST(_offset AS VARCHAR)) || _rescued"
      },
      {"_modified", "TIMESTAMP", "_modified"},
      {"NULL", "INTEGER", "NULL"},
      {"7 / 2", "DOUBLE", "3.5"},
      {"true", "BOOLEAN", "true"},
      {"2.50", "DECIMAL(3,2)", "2.50"},
    };
    StringBuilder select = new StringBuilder("SELECT ");
    for (int i = 0; i < cases.length; i++) {
      select.append(i > 0 ? ", " : "").append(cases[i][0]).append(" AS e").append(i);
    }
    SqlProgram program =
        program(INPUT + "CREATE STREAMING TABLE l AS " + select + " FROM requests");
    List<String> row = program.input().columns().stream().map(InputColumn::name).toList();
    List<NamedExpression> columns = program.logs().get(0).columns();
    for (int i = 0; i < cases.length; i++) {
      Expression value = columns.get(i).value();
      assertThat(cases[i][0], value.type().toString(), is(cases[i][1]));
      if (cases[i][2] != null) {
        assertThat(cases[i][0], ExpressionText.of(value, row), is(cases[i][2]));
      }
    }
  }

  @Test
  public void namesOfAColumn() {
    SqlLog log =
        log("SELECT R.LEVEL, http.Status, n + 1 AS m, m * 2 AS o FROM requests r WHERE m > 3");
    assertThat(
        log.columns().stream().map(NamedExpression::name).toList(),
        contains("level", "status", "m", "o"));
    assertThat(log.order(), is(empty()));
  }

  @Test
  public void allColumns() {
    SqlProgram program =
        program(
            "CREATE EXTERNAL TABLE t (a INT, \"b c\" TEXT, _x INT) TYPE csv;"
                + "CREATE STREAMING TABLE l AS SELECT a + 1 AS plus, t.a, _x FROM t ORDER BY a + 1, 2;"
                + "CREATE STREAMING TABLE k AS SELECT _offset, a FROM t;");
    assertThat(program.logs().get(0).order(), contains("plus", "a"));
    SqlProgram stars =
        program(
            "CREATE EXTERNAL TABLE t (a INT, b TEXT) TYPE csv;"
                + "CREATE STREAMING TABLE l AS SELECT *, _file FROM t;"
                + "CREATE STREAMING TABLE k AS FROM t;");
    assertThat(
        stars.logs().get(0).columns(),
        contains(
            new NamedExpression("a", column(0, SqlType.INTEGER)),
            new NamedExpression("b", column(1, SqlType.VARCHAR)),
            new NamedExpression("_file", column(2, SqlType.VARCHAR))));
    assertThat(stars.logs().get(1).columns().size(), is(2));
  }

  @Test
  public void aConditionThatIsNoBooleanIsCast() {
    SqlReport report =
        report("SELECT count(*) FILTER (WHERE small) AS a FROM requests WHERE level");
    assertThat(
        report.filter(),
        is(Optional.of(new Expression.Cast(column(1, SqlType.VARCHAR), SqlType.BOOLEAN, false))));
    assertThat(
        report.aggregates().get(0).filter(),
        is(Optional.of(new Expression.Cast(column(6, SqlType.INTEGER), SqlType.BOOLEAN, false))));
  }

  @Test
  public void aggregates() {
    SqlReport report =
        report(
            """
            SELECT count(*) AS a, count() AS b, COUNT(1) AS c, sum(n) AS d, sum(price) AS e, sum(small) / 2 AS f,
              avg(price) AS g, mean(PRICE) AS h, stddev(small) AS i, stddev_samp(small) AS j, variance(n) AS k,
              var_pop(ratio) AS l, stddev_pop(ratio) AS m, bool_and(ok) AS n1, bool_or(ok) AS o,
              arg_max(http.path, ts) AS p, max_by(http.path, ts) AS q, min_by(n, n) AS r, max(level) AS s,
              sum(ok) AS t, sum(n) FILTER (ok) AS u, min(ratio) AS v
            FROM requests""");
    assertThat(report.keys(), is(empty()));
    List<String> aggregates = new ArrayList<>();
    for (Aggregate aggregate : report.aggregates()) {
      aggregates.add(aggregate.function() + " " + aggregate.text() + " " + aggregate.type());
    }
    assertThat(
        aggregates,
        contains(
            "COUNT_STAR count_star() BIGINT",
            "COUNT count(1) BIGINT",
            "SUM sum(n) HUGEINT",
            "SUM sum(price) " + WIDE,
            "SUM sum(small) HUGEINT",
            "AVG avg(price) DOUBLE",
            "STDDEV_SAMP stddev_samp(small) DOUBLE",
            "VAR_SAMP var_samp(n) DOUBLE",
            "VAR_POP var_pop(ratio) DOUBLE",
            "STDDEV_POP stddev_pop(ratio) DOUBLE",
            "BOOL_AND bool_and(ok) BOOLEAN",
            "BOOL_OR bool_or(ok) BOOLEAN",
            "ARG_MAX arg_max(http.path, ts) VARCHAR",
            "ARG_MIN arg_min(n, n) BIGINT",
            "MAX max(\"level\") VARCHAR",
            "SUM sum(ok) HUGEINT",
            "SUM sum(n) FILTER (WHERE ok) HUGEINT",
            "MIN min(ratio) DOUBLE"));
    assertThat(
        "an argument is cast as DuckDB does",
        report.aggregates().get(6).arguments(),
        contains(new Expression.Cast(column(6, SqlType.INTEGER), SqlType.DOUBLE, false)));
    assertThat(report.columns().get(1).value(), is((Expression) column(0, SqlType.BIGINT)));
  }

  @Test
  public void groups() {
    String[] groups = {"ALL", "1, 2", "hour, lower(LEVEL)", "date_trunc('hour', ts), lev"};
    for (String group : groups) {
      SqlReport report =
          report(
              "SELECT date_trunc('hour', ts) AS hour, lower(level) AS lev, 'x' || lower(level) AS x,"
                  + " count(*) + 1 AS n FROM requests GROUP BY "
                  + (group.equals("ALL") ? group : group + ""));
      List<String> keys = report.keys().stream().map(Key::text).toList();
      assertThat(group, keys.subList(0, 2), contains("date_trunc('hour', ts)", "lower(\"level\")"));
      assertThat(report.keys().get(0).value().type(), is(SqlType.TIMESTAMP));
      assertThat(report.columns().get(0).value(), is((Expression) column(0, SqlType.TIMESTAMP)));
    }
  }

  @Test
  public void aKeyThatIsNotShown() {
    SqlReport report =
        report("SELECT count(*) AS n, max(n) - n AS d FROM requests GROUP BY level, requests.n");
    assertThat(report.keys().stream().map(Key::text).toList(), contains("\"level\"", "n"));
    assertThat(
        shown(report.columns(), List.of("level", "key", "count", "max")),
        contains("n BIGINT: count", "d BIGINT: max - key"));
  }

  @Test
  public void aNumberThatIsAKeyStaysANumberElsewhere() {
    SqlReport report = report("SELECT level, 1 AS one, sum(n) + 1 AS s FROM requests GROUP BY ALL");
    assertThat(
        shown(report.columns(), List.of("level", "one", "sum")),
        contains("level VARCHAR: level", "one INTEGER: one", "s HUGEINT: sum + 1"));
  }

  @Test
  public void viewsKeepTheirOrder() {
    SqlProgram program =
        program(
            INPUT
                + """
                CREATE VIEW zero AS SELECT reason, count(*) FROM dead_letters GROUP BY 1;
                CREATE MATERIALIZED VIEW m AS SELECT level, count(*) AS n FROM requests GROUP BY 1;
                CREATE STREAMING TABLE l AS SELECT level, n FROM requests;
                CREATE VIEW top AS SELECT * FROM m JOIN l USING (level) ORDER BY m.n DESC LIMIT 3; -- top
                CREATE VIEW first AS WITH x AS (FROM top) SELECT level FROM x
                """);
    assertThat(List.copyOf(program.views().keySet()), contains("zero", "top", "first"));
    assertThat(
        program.views().get("top"),
        is("SELECT * FROM m JOIN l USING (level) ORDER BY m.n DESC LIMIT 3"));
  }

  @Test
  public void commentsAndQuotesInAnyPlace() {
    SqlProgram program =
        program(
            """
            \uFEFF/* a; file */ create external table "T" -- the input
            ("a;b" text /* ) */ check ("a;b" <> ');--' and "a;b" <> $$it's$$)) type csv;;
            create streaming table l as select "a;b" as x /* ; */ from t where "a;b" = '--;'
            """);
    assertThat(program.input().columns().get(0).name(), is("a;b"));
    assertThat(program.logs().get(0).columns().size(), is(1));
  }

  @Test
  public void explanation() {
    assertThat(
        Explain.of(program(SERVER_LOGS)),
        is(
            """
            input server_logs, csv
              serverID   VARCHAR  NOT NULL
              severity   INTEGER  NOT NULL
              timestamp  BIGINT   NOT NULL
              CHECK severity BETWEEN 0 AND 2
              CHECK "timestamp" >= 1

            report volume
              all records
              a row for each
                serverID  VARCHAR
              kept for each row
                count_star() FILTER (WHERE (severity = 2))  BIGINT
                max("timestamp")                            BIGINT
                min("timestamp")                            BIGINT
                count_star()                                BIGINT
              columns
                serverID   VARCHAR  serverID
                avgVolume  DOUBLE   CAST(count_star() FILTER (WHERE (severity = 2)) AS DOUBLE) / \
            CAST(((max("timestamp") - min("timestamp")) + 1) AS DOUBLE)
                records    BIGINT   count_star()

            log sev0
              records where severity = 0
              columns
                serverID   VARCHAR  serverID
                timestamp  BIGINT   timestamp
              each file in the order of timestamp, serverID

            computed for each record
              (severity >= 0) AND (severity <= 2)
              timestamp >= 1
              severity = 2
              severity = 0
            """));
  }

  @Test
  public void explanationOfAlerts() {
    SqlProgram program =
        program(
            """
            CREATE EXTERNAL TABLE t (ts TIMESTAMP, host VARCHAR, ok BOOLEAN) TYPE csv;
            CREATE ALERT failing ON M WHEN bad > 0.1 * n -- a share
              AND n >= 20 FOR INTERVAL '5 minutes';
            CREATE MATERIALIZED VIEW m AS
            SELECT host, time_bucket(INTERVAL '90 seconds', ts) AS bucket, COUNT(*) AS n,
                   COUNT(*) FILTER (WHERE NOT ok) AS bad
            FROM t WHERE host <> '' GROUP BY ALL;
            CREATE ALERT busy ON m WHEN n > 1000;
            """);
    assertThat(
        Explain.of(program),
        containsString(
            """
              alerts, once a bucket of 1 minute 30 seconds of ts is complete
                failing  when bad > 0.1 * n AND n >= 20 for 5 minutes
                busy     when n > 1000
              kept for each row
            """
                .indent(0)));
    assertThat(program.reports().get(0).clock().orElseThrow().name(), is("m-alerts"));
  }

  private static String length(String bucket) {
    SqlProgram program =
        program(
            "CREATE EXTERNAL TABLE t (ts TIMESTAMP, day DATE, s VARCHAR) TYPE csv;"
                + "CREATE MATERIALIZED VIEW m AS SELECT COUNT(*) AS n, s FROM t GROUP BY s, "
                + bucket
                + "; CREATE ALERT a ON m WHEN n > 1");
    return Spans.inWords(program.reports().get(0).alerts().orElseThrow().length());
  }

  @Test
  public void lengthsOfTimeBuckets() {
    assertThat(length("date_trunc('minute', ts)"), is("1 minute"));
    assertThat(length("date_trunc('week', ts)"), is("7 days"));
    assertThat(length("date_trunc('Quarter', day)"), is("3 months"));
    assertThat(length("datetrunc('year', ts)"), is("1 year"));
    assertThat(length("time_bucket('15 minutes', ts)"), is("15 minutes"));
    assertThat(length("time_bucket(INTERVAL 2 DAYS, ts)"), is("2 days"));
    assertThat(length("time_bucket(INTERVAL '1' MONTH, ts)"), is("1 month"));
    assertThat(length("CAST(ts AS DATE)"), is("1 day"));
    assertThat(length("date_trunc('hour', ts)::DATE"), is("1 day"));
    assertThat(length("date_trunc('month', ts)::DATE"), is("1 month"));
    assertThat(length("day"), is("1 day"));
    assertThat(length("day::TIMESTAMP"), is("1 day"));
    assertThat(length("CAST(s AS DATE)"), is("1 day"));
    assertThat(length("date_trunc('minute', CAST(s AS TIMESTAMP))"), is("1 minute"));
  }

  @Test
  public void explanationOfARetention() {
    SqlProgram program =
        program(
            """
            CREATE EXTERNAL TABLE t (ts TIMESTAMP, day DATE, host VARCHAR) TYPE csv;
            CREATE MATERIALIZED VIEW m WITH (Retention = INTERVAL '1 month 12 hours') AS
            SELECT COUNT(*) AS n, host, date_trunc('hour', ts) AS hour FROM t GROUP BY host, hour, day;
            """);
    assertThat(
        Explain.of(program),
        containsString("\n  retention 1 month 12 hours by column hour\n  kept for each row\n"));
    SqlReport.Expiry expiry = program.reports().get(0).expiry().orElseThrow();
    assertThat(expiry.column(), is(2));
    assertThat(
        expiry.retention(),
        is(new Retention(new BucketKey(1, false), new Span(1, 0, 43_200_000_000L))));
  }
}
