package io.tailrace.it;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;

import org.junit.Rule;
import org.junit.Test;

/** The jar with {@code --reader=textio}: the plain Beam pipeline on the runner of this build. */
public final class TextReaderIT {

  @Rule public final Tailrace tailrace = new Tailrace();

  @Alone
  @Test
  public void theSampleDeliveryWhileItWatches() throws Exception {
    TailraceProcess run = tailrace.startWatching("--reader=textio", "--progress=none");
    new Delivery(tailrace).toTextReader(run);

    TailraceProcess query =
        tailrace.start("query", "SELECT * FROM volume", "--output=" + tailrace.output());
    query.requireExit(2, Tailrace.PATIENCE);
    assertThat(query.err(), containsString("volume was in the memory of a run"));
  }

  @Test
  public void anotherPipelineHasNoSuchForm() throws Exception {
    TailraceProcess run =
        tailrace.startPipeline("access-log", tailrace.output(), "--reader=textio");
    run.requireExit(2, Tailrace.PATIENCE);
    assertThat(
        run.err(),
        containsString("--reader=textio: access-log has no such form; use --reader=units"));
  }
}
