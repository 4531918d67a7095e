package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.startsWith;
import static org.junit.Assert.assertEquals;
import static org.junit.Assert.assertFalse;
import static org.junit.Assert.assertThrows;
import static org.junit.Assert.assertTrue;

import io.tailrace.options.UsageException;
import java.util.List;
import java.util.Optional;
import org.junit.Test;

/** What is kept of a SELECT that somebody watches, and what is applied when it is shown. */
public final class WatchedSelectTest {

  private static final String INPUT =
      "CREATE EXTERNAL TABLE input (ts TIMESTAMP, level VARCHAR, status INTEGER, ms DOUBLE,"
          + " \"user-agent\" VARCHAR) TYPE json;";

  private static List<String> kept(String select) {
    return WatchedSelect.of(select).program(INPUT).lines().limit(2).toList();
  }

  private static String shown(String select) {
    WatchedSelect watched = WatchedSelect.of(select);
    watched.check(SqlPrograms.of(WatchedSelect.FILE, watched.program(INPUT)));
    return watched.shown(Optional.of("\"n\" DESC"));
  }

  @Test
  public void aggregatesMakeAReportAndTheirAbsenceALog() {
    assertEquals(
        List.of(
            "CREATE MATERIALIZED VIEW result AS",
            "SELECT level, count(*) AS n FROM input GROUP BY level;"),
        kept("SELECT level, count(*) AS n FROM input GROUP BY level;"));
    assertTrue(WatchedSelect.of("SELECT count(*) FROM input").isReport());
    assertTrue(WatchedSelect.of("SELECT level FROM input GROUP BY ALL").isReport());
    assertTrue(WatchedSelect.of("SELECT 1 + sum(ms) / 2 AS x FROM input").isReport());
    assertFalse(WatchedSelect.of("SELECT * FROM input WHERE level = 'count('").isReport());
    assertEquals(
        List.of("CREATE STREAMING TABLE result AS", "SELECT * FROM input WHERE status >= 500;"),
        kept("SELECT * FROM input WHERE status >= 500"));
  }

  @Test
  public void columnsWithoutNamesGetNames() {
    assertEquals(
        "SELECT level, count(*) AS \"count\", max(ms) AS \"max_ms\", count(status) AS"
            + " \"count_status\", sum(ms)/count(*) AS \"sum_ms_count\" FROM input GROUP BY level;",
        kept("SELECT level, count(*), max(ms), count(status), sum(ms)/count(*) FROM input"
                + " GROUP BY level")
            .get(1));
    assertEquals(
        "SELECT count(*) AS \"count\", count( * ) AS \"count_1\", \"user-agent\" AS"
            + " \"user_agent\", 1 AS \"column_4\" FROM input GROUP BY ALL;",
        kept("SELECT count(*), count( * ), \"user-agent\", 1 FROM input GROUP BY ALL").get(1));
    assertEquals(
        "SELECT level IS DISTINCT FROM 'x' AS \"level_IS_DISTINCT_FROM_x\", ms FROM input;",
        kept("SELECT level IS DISTINCT FROM 'x', ms FROM input").get(1));
  }

  @Test
  public void orderLimitAndHavingAreAppliedToWhatIsShown() {
    assertEquals(
        "SELECT * FROM result AS input ORDER BY \"n\" DESC",
        shown("SELECT level, count(*) AS n FROM input GROUP BY level"));
    assertEquals(
        "SELECT * FROM result AS input WHERE \"n\" > 5 AND level <> 'x' ORDER BY \"n\" DESC NULLS"
            + " LAST, \"level\" LIMIT 3 OFFSET 1",
        shown(
            "SELECT level, count(*) AS n FROM input GROUP BY level HAVING count(*) > 5 AND level <>"
                + " 'x' ORDER BY count(*) DESC NULLS LAST, \"level\" LIMIT 3 OFFSET 1"));
    assertEquals(
        "SELECT * FROM result AS input ORDER BY 2 DESC, \"hour\"",
        shown(
            "SELECT date_trunc('hour', ts) AS hour, count(*) AS n FROM input GROUP BY 1"
                + " ORDER BY 2 DESC, date_trunc('hour', ts)"));
    assertEquals(
        "SELECT * FROM result AS input ORDER BY ts DESC LIMIT 5",
        shown("SELECT * FROM input ORDER BY ts DESC LIMIT 5").replace("  ", " "));
  }

  @Test
  public void anAggregateThatIsOnlyComparedIsKeptAndNotShown() {
    String select =
        "SELECT level, count(*) AS n FROM input GROUP BY level"
            + " HAVING sum(ms) FILTER (WHERE status < 400) > 5 ORDER BY max(ms) + 1";
    assertEquals(
        "SELECT level, count(*) AS n, sum(ms) FILTER (WHERE status < 400) AS"
            + " \"sum_ms_FILTER_WHERE_status_400\", max(ms) AS \"max_ms\" FROM input GROUP BY"
            + " level;",
        kept(select).get(1));
    assertEquals(
        "SELECT \"level\", \"n\" FROM result AS input WHERE \"sum_ms_FILTER_WHERE_status_400\" > 5"
            + " ORDER BY \"max_ms\" + 1",
        shown(select));
  }

  @Test
  public void mistakesAreWhereTheyWereMade() {
    refused("SELECT:1:1: give a SELECT", "");
    refused("SELECT:1:1: give a SELECT", "DELETE FROM input");
    refused("SELECT:1:21: give one SELECT", "SELECT 1 FROM input ; SELECT 2");
    refused("SELECT:1:29: syntax error", "SELECT level FROM input WHR status = 1");
    refused(
        "SELECT:1:30: column 'latency' does not exist",
        "SELECT level, count(*), max( latency) FROM input GROUP BY level");
    refused(
        "SELECT:3:7: column 'stat' does not exist",
        "SELECT level, count(*), count(ms)\nFROM input\nWHERE stat = 1\nGROUP BY level");
    refused("SELECT:1:45: QUALIFY", "SELECT level FROM input GROUP BY 1 HAVING 1 QUALIFY true");
    refused(
        "SELECT: column 'status' does not exist",
        "SELECT level, count(*) FROM input GROUP BY level ORDER BY status");
    refused("SELECT:1:19: table 'logs' cannot be read here", "SELECT level FROM logs");
  }

  private static void refused(String message, String select) {
    UsageException refusal =
        assertThrows(
            UsageException.class,
            () -> {
              WatchedSelect watched = WatchedSelect.of(select);
              try {
                watched.check(SqlPrograms.of(WatchedSelect.FILE, watched.program(INPUT)));
              } catch (UsageException e) {
                throw watched.inSelect(e);
              }
            });
    assertThat(refusal.getMessage(), startsWith(message));
  }
}
