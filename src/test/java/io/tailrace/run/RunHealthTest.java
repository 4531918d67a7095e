package io.tailrace.run;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.is;
import static org.hamcrest.Matchers.startsWith;

import io.tailrace.ledger.Lease;
import io.tailrace.ledger.Ledger;
import io.tailrace.metrics.Retrying;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.After;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** When a run is healthy, and when it is ready. */
public final class RunHealthTest {

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private final AtomicBoolean hasEnded = new AtomicBoolean();
  private final AtomicBoolean hasLooked = new AtomicBoolean();
  private Lease lease;
  private RunHealth health;

  @Before
  public void takeLease() throws IOException {
    lease = Lease.take(Ledger.of(new Folder(folder.getRoot() + "/output")), "output");
    health = new RunHealth(Duration.ZERO, lease, hasEnded::get, hasLooked::get);
  }

  @After
  public void giveLeaseBack() throws IOException {
    lease.close();
  }

  @Test
  public void aRunIsReadyOnceItHasLookedAtItsInput() {
    assertThat(health.failure(), is(Optional.empty()));
    assertThat(health.obstacle(), is(Optional.of("the input has not been looked at yet")));
    hasLooked.set(true);
    assertThat(health.obstacle(), is(Optional.empty()));
    assertThat(health.isLeaseHeld(), is(true));
  }

  @Test
  public void aRunThatTriesAgainAndAgainIsHealthyAndNotReady() {
    hasLooked.set(true);
    long before = Retrying.failures(Retrying.Work.REPORT);
    try (Retrying retrying = Retrying.of(Retrying.Work.REPORT)) {
      assertThat(health.obstacle(), is(Optional.empty()));
      retrying.failed();
      retrying.failed();
      assertThat(health.failure(), is(Optional.empty()));
      assertThat(
          health.obstacle().orElseThrow(), startsWith("report fails and is tried again since "));
      RunHealth patient = new RunHealth(lease, hasEnded::get, hasLooked::get);
      assertThat(patient.obstacle(), is(Optional.empty()));
    }
    assertThat(health.obstacle(), is(Optional.empty()));
    assertThat(Retrying.failures(Retrying.Work.REPORT) - before, is(2L));
  }

  @Test
  public void aRunWhosePipelineHasEndedIsNeither() {
    hasLooked.set(true);
    hasEnded.set(true);
    assertThat(health.failure(), is(Optional.of("the pipeline has ended")));
    assertThat(health.obstacle(), is(Optional.of("the pipeline has ended")));
  }
}
