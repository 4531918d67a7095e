package io.tailrace.demo;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import org.junit.Test;
import picocli.CommandLine;

/** What a demonstration cannot show is refused before a server is started. */
public final class DemoCommandTest {

  private static String refusal(String... arguments) {
    DemoCommand demo = CommandLine.populateCommand(new DemoCommand(), arguments);
    return assertThrows(UsageException.class, demo::call).getMessage();
  }

  @Test
  public void theReaderOfTextHasNoServer() {
    assertThat(
        refusal("server-logs", "--storage=s3", "--reader=textio"),
        is("demo: --reader=textio goes with --storage=folder alone"));
  }

  @Test
  public void thePipelineIsOneThatThereIs() {
    assertThat(
        refusal("orders"),
        is(
            "demo: there is no 'orders'; try demo server-logs or demo access-log or demo"
                + " game-events or demo tracker"));
  }
}
