package io.tailrace.sql;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;

import org.junit.Test;

/** Whether an expression can be NULL, of which columns of logs and keys of reports tell. */
public final class NullabilityTest {

  private static void canBeNull(String expression, boolean expected) {
    SqlProgram program =
        SqlPrograms.of(
            "FILE.sql",
            "CREATE EXTERNAL TABLE t (a INTEGER, b INTEGER, n INTEGER NOT NULL,"
                + " s VARCHAR, v VARCHAR NOT NULL) TYPE json;\n"
                + "CREATE STREAMING TABLE l AS SELECT "
                + expression
                + " AS x FROM t");
    Expression value = program.logs().get(0).columns().get(0).value();
    assertThat(
        expression, new Nullability(program.input().columns()).canBeNull(value), is(expected));
  }

  @Test
  public void functionsAreNullIfAnArgumentIs() {
    canBeNull("n + 1", false);
    canBeNull("a + n", true);
    canBeNull("upper(v)", false);
    canBeNull("CASE WHEN a > 1 THEN n ELSE 2 END", false);
    canBeNull("CASE WHEN a > 1 THEN n END", true);
    canBeNull("nullif(n, 1)", true);
    canBeNull("TRY_CAST(v AS INTEGER)", true);
  }

  @Test
  public void whatSkipsNullsIsNullIfAllAre() {
    for (String function : new String[] {"coalesce", "greatest", "least"}) {
      canBeNull(function + "(a, b, n)", false);
      canBeNull(function + "(a, b)", true);
      canBeNull(function + "(a, 1)", false);
    }
    canBeNull("s || v", true);
    canBeNull("concat(s, a)", false);
    canBeNull("concat_ws('-', s, a)", false);
    canBeNull("concat_ws(s, v, v)", true);
  }
}
