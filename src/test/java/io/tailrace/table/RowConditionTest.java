package io.tailrace.table;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import org.apache.avro.SchemaBuilder;
import org.junit.Test;

/** Which rows of a log are meant. */
public final class RowConditionTest {

  private static final LogTable LOG =
      LogTable.of(
          "rows",
          SchemaBuilder.record("Row")
              .fields()
              .name("User_Agent")
              .prop(LogTable.COLUMN, "User-Agent")
              .type()
              .stringType()
              .noDefault()
              .endRecord());

  @Test
  public void columnsInAnyCaseAndValuesWithOrWithoutQuotes() {
    RowCondition expected = new RowCondition(LOG, "User-Agent", true, "a = b");
    assertThat(RowCondition.parse(LOG, "User-Agent = a = b"), is(expected));
    assertThat(RowCondition.parse(LOG, " user-agent='a = b' "), is(expected));
    assertThat(
        RowCondition.parse(LOG, "user-agent != \"it's\""),
        is(new RowCondition(LOG, "User-Agent", false, "it's")));
    assertThat(RowCondition.parse(LOG, "User-Agent = ''").value(), is(""));
  }

  @Test
  public void whatIsNone() {
    for (String text : new String[] {"", "User-Agent", "User-Agent =", "= a", "a b = c"}) {
      assertThat(problem(text), containsString("expected 'column = value'"));
    }
    assertThat(problem("agent = a"), is("there is no column 'agent'; the columns are User-Agent"));
  }

  private static String problem(String text) {
    return assertThrows(text, IllegalArgumentException.class, () -> RowCondition.parse(LOG, text))
        .getMessage();
  }
}
