package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.pipelines.Pipelines;
import java.util.List;
import org.junit.Test;

/** What is said of options that cannot be used. */
public final class RunCommandTest {

  private static String refused(String... options) {
    return assertThrows(
            UsageException.class, () -> RunCommand.options(Pipelines.SERVER_LOGS, List.of(options)))
        .getMessage();
  }

  @Test
  public void aWordThatIsNoneSaysWhichAre() {
    assertThat(
        refused("--input=in", "--trigger=once"),
        is("server-logs: --trigger: 'once' cannot be used; it is availableNow or continuous"));
    assertThat(
        refused("--input=in", "--logFormat=orc"),
        is("server-logs: --logFormat: 'orc' cannot be used; it is csv, delta or parquet"));
  }

  @Test
  public void aValueWithoutEqualsIsToldHowItIsGiven() {
    assertThat(
        refused("--input", "in"),
        is("'in' is not an option; a value of --input is given as --input=in"));
    assertThat(
        refused("--input=in", "more"),
        is("'more' is not an option; options read --name=value, --help lists them"));
  }
}
