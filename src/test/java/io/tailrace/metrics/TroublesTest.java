package io.tailrace.metrics;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.not;
import static org.hamcrest.Matchers.nullValue;

import java.util.ArrayList;
import java.util.List;
import org.junit.After;
import org.junit.Test;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Given that this fails and that works again, this is the newest trouble. */
public final class TroublesTest {

  private static final Logger LOG = LoggerFactory.getLogger(TroublesTest.class);

  private final List<String> things = new ArrayList<>();

  private void warn(String thing, String message, Object... arguments) {
    things.add(thing);
    Troubles.warn(LOG, thing, message, arguments);
  }

  @After
  public void end() {
    things.forEach(Troubles::over);
  }

  @Test
  public void theNewestIsInOneLine() {
    warn("a", "{} cannot be read: {}", "a.csv", "no\n  such file\r\n");
    Trouble newest = Troubles.newest().orElseThrow();
    assertThat(newest.error(), is("a.csv cannot be read: no such file"));
    assertThat(newest.over(), is(nullValue()));
    assertThat(newest.toLine(), is(newest.at() + " a.csv cannot be read: no such file"));
  }

  @Test
  public void whatIsNotOverComesBeforeWhatIs() {
    warn("a", "a is away");
    warn("b", "b is away");
    assertThat(Troubles.newest().orElseThrow().error(), is("b is away"));
    Troubles.over("b");
    assertThat(Troubles.newest().orElseThrow().error(), is("a is away"));
    warn("c", "c is away");
    warn("a", "a is still away");
    assertThat(Troubles.newest().orElseThrow().error(), is("a is still away"));
    Troubles.over("a");
    Troubles.over("c");
    Trouble last = Troubles.newest().orElseThrow();
    assertThat(last.toLine(), containsString(" c is away (over since "));
    Troubles.over("a");
    assertThat(Troubles.newest().orElseThrow(), is(last));
  }

  @Test
  public void whatHadNoTroubleIsNotOver() {
    warn("a", "a is away");
    Troubles.over("b");
    assertThat(Troubles.newest().orElseThrow().toLine(), not(containsString("over since")));
  }

  @Test
  public void thousandsOfFilesThatCannotBeReadTakeNoMoreThanAThousandOfThem() {
    for (int i = 0; i < 5_000; i++) {
      warn("file " + i, "file {} is damaged", i);
    }
    List<String> said = new ArrayList<>();
    for (int i = 4_999; i >= 0; i--) {
      Trouble newest = Troubles.newest().orElseThrow();
      if (newest.over() == null) {
        said.add(newest.error());
      }
      Troubles.over("file " + i);
    }
    assertThat(said, hasSize(1_000));
    assertThat(said.get(999), is("file 4000 is damaged"));
  }
}
