package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.is;

import java.io.IOException;
import org.junit.Test;

public final class PipelineRunTest {

  @Test
  public void whatIsAtTheRootOfAFailureIsToldWithTheRemedyWhereItIsKnown() {
    Throwable full = new IOException("No space left on device");
    assertThat(PipelineRun.rootMessage(wrap(full)), is("No space left on device"));
    assertThat(
        PipelineRun.rootMessage(wrap(new IllegalStateException())),
        is("java.lang.IllegalStateException"));
    Throwable error = new OutOfMemoryError("Java heap space");
    for (Throwable given : new Throwable[] {error, new RuntimeException(error.toString())}) {
      assertThat(
          PipelineRun.rootMessage(wrap(given)), containsString("TAILRACE_JAVA_OPTIONS=-Xmx"));
    }
  }

  private static Throwable wrap(Throwable cause) {
    return new RuntimeException("the job failed", new RuntimeException("a task failed", cause));
  }
}
