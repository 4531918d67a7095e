package io.tailrace.query;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import java.util.Map;
import org.junit.Test;

/** Given this option, these are the views. */
public final class SavedViewsTest {

  @Test
  public void severalViews() {
    assertThat(
        SavedViews.parse("a: SELECT 1, 'x: y' ;\n b : with t AS (SELECT 2) SELECT * FROM t;"),
        is(Map.of("a", "SELECT 1, 'x: y'", "b", "with t AS (SELECT 2) SELECT * FROM t")));
    assertThat(SavedViews.parse(null), is(Map.of()));
    assertThat(SavedViews.parse(" ; "), is(Map.of()));
  }

  @Test
  public void whatIsNoneIsRefused() {
    for (String none : new String[] {"SELECT 1", "a: DROP TABLE b", "a b: SELECT 1", "a: SELECT"}) {
      assertThat(
          assertThrows(UsageException.class, () -> SavedViews.parse(none)).getMessage(),
          containsString("write 'name: SELECT ...'"));
    }
  }
}
