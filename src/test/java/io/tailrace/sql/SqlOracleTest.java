package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.greaterThan;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.fail;

import io.tailrace.ledger.Ledger;
import io.tailrace.options.UsageException;
import io.tailrace.pipelines.SqlPipeline;
import io.tailrace.sql.RandomSql.Query;
import java.nio.file.Path;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/**
 * Random tables and statements mean what DuckDB makes of them: DuckDB runs the same SELECTs over
 * the file that {@link OracleUnits} takes in units.
 *
 * <p>{@code -Dsql.cases=20000} runs more cases, {@code -Dsql.first=17} begins with another seed.
 */
public final class SqlOracleTest {

  private static final int CASES = Integer.getInteger("sql.cases", 200);
  private static final int FIRST = Integer.getInteger("sql.first", 1);
  private static final int MOST_FAILURES = Integer.getInteger("sql.failures", 5);
  private static final double RELATIVE = 1e-9;

  /** What is said of a constant that has no value. */
  private static final Pattern CONSTANT =
      Pattern.compile(
          "Could not convert|Division by zero|out of range|Overflow|Could not cast"
              + "|invalid (date|timestamp) field format");

  @Rule public final TemporaryFolder temporary = new TemporaryFolder();

  /** What a case came to. */
  private enum Outcome {
    COMPARED,
    /** DuckDB cannot bind or evaluate a statement either. */
    REFUSED_BY_BOTH,
    /** A constant has no value, which DuckDB only says where it is evaluated. */
    REFUSED_CONSTANT,
    /** A report of all records has an error in DuckDB. */
    FAILED
  }

  @Test
  public void reportsAndLogsAreThoseOfDuckDb() throws Exception {
    Path file = temporary.newFile().toPath();
    Map<Outcome, Integer> outcomes = new EnumMap<>(Outcome.class);
    List<String> failures = new ArrayList<>();
    try (OracleDuck duck = OracleDuck.open()) {
      for (int seed = FIRST; seed < FIRST + CASES && failures.size() < MOST_FAILURES; seed++) {
        Case random = new Case(seed);
        try {
          outcomes.merge(random.run(duck, file), 1, Integer::sum);
        } catch (AssertionError | RuntimeException | SQLException e) {
          failures.add(String.format("seed %d: %s%n%s", seed, e, random.sql()));
        }
      }
    }
    if (!failures.isEmpty()) {
      fail(String.join("\n\n", failures));
    }
    System.out.println("Cases of random SQL: " + outcomes);
    assertThat(outcomes.toString(), outcomes.get(Outcome.COMPARED), is(greaterThan(CASES / 2)));
  }

  /** A table, two reports and a log. */
  private static final class Case {

    private final Random random;
    private final RandomTable table;
    private final List<Query> reports;
    private final Query log;

    Case(long seed) {
      random = new Random(seed * 0x9E3779B97F4A7C15L);
      table = RandomTable.of(random);
      RandomSql statements = new RandomSql(table, random);
      reports = List.of(statements.report(), statements.report());
      log = statements.log();
    }

    String sql() {
      return String.format(
          "%s%nCREATE MATERIALIZED VIEW r0 AS %s;%nCREATE MATERIALIZED VIEW r1 AS %s;%n"
              + "CREATE STREAMING TABLE l0 AS %s;",
          table.declaration(), reports.get(0).sql(), reports.get(1).sql(), log.sql());
    }

    Outcome run(OracleDuck duck, Path file) throws Exception {
      duck.load(table, file);
      List<Query> queries = List.of(reports.get(0), reports.get(1), log);
      SqlPipeline pipeline;
      try {
        pipeline = SqlPipeline.of(new Ledger.Sql("case.sql", sql()));
      } catch (UsageException e) {
        if (queries.stream().anyMatch(query -> !duck.error(query).isEmpty())) {
          return Outcome.REFUSED_BY_BOTH;
        }
        if (CONSTANT.matcher(e.getMessage()).find()) {
          return Outcome.REFUSED_CONSTANT;
        }
        throw e;
      }
      Set<Long> bad = Set.of();
      List<List<List<Object>>> answers;
      try {
        answers = answers(duck, queries);
      } catch (SQLException ofRecords) {
        bad = duck.removeBadRecords(queries);
        try {
          answers = answers(duck, queries);
        } catch (SQLException ofReport) {
          return Outcome.FAILED;
        }
      }
      OracleUnits units = OracleUnits.of(pipeline, table.lines(), random);
      long broken = table.lines().stream().filter(line -> !line.isRecord()).count();
      assertThat(
          "dead letters: " + broken + " broken lines, and records " + bad,
          units.deadLetters(),
          is((int) broken + bad.size()));
      assertSame("r0", answers.get(0), units.report(0));
      assertSame("r1", answers.get(1), units.report(1));
      assertSame("l0", answers.get(2), units.log(0));
      return Outcome.COMPARED;
    }

    private static List<List<List<Object>>> answers(OracleDuck duck, List<Query> queries)
        throws SQLException {
      List<List<List<Object>>> answers = new ArrayList<>();
      for (Query query : queries) {
        answers.add(duck.answer(query));
      }
      return answers;
    }
  }

  /** Compares rows in whatever order: exact values exactly, doubles by their relative error. */
  private static void assertSame(
      String name, List<List<Object>> expected, List<List<Object>> actual) {
    List<List<Object>> missing = new ArrayList<>();
    List<List<Object>> more = new ArrayList<>(actual);
    for (List<Object> row : expected) {
      if (!removeFirst(more, row)) {
        missing.add(row);
      }
    }
    if (!missing.isEmpty() || !more.isEmpty()) {
      throw new AssertionError(
          String.format(
              "%s: DuckDB has %d rows, among them %s; we have %d, among them %s",
              name, expected.size(), first(missing), actual.size(), first(more)));
    }
  }

  private static boolean removeFirst(List<List<Object>> rows, List<Object> row) {
    for (int i = 0; i < rows.size(); i++) {
      if (isSame(rows.get(i), row)) {
        rows.remove(i);
        return true;
      }
    }
    return false;
  }

  private static List<List<Object>> first(List<List<Object>> rows) {
    return rows.subList(0, Math.min(3, rows.size()));
  }

  private static boolean isSame(List<Object> one, List<Object> other) {
    for (int i = 0; i < one.size(); i++) {
      if (!isSame(one.get(i), other.get(i))) {
        return false;
      }
    }
    return one.size() == other.size();
  }

  private static boolean isSame(Object one, Object other) {
    if (one instanceof Double a && other instanceof Double b) {
      boolean isNear = Math.abs(a - b) <= RELATIVE * Math.max(Math.abs(a), Math.abs(b));
      return a.equals(b) || isNear && !Double.isInfinite(a - b);
    }
    return one == null ? other == null : one.equals(other);
  }
}
