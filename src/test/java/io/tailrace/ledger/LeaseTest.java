package io.tailrace.ledger;

import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.Before;
import org.junit.Rule;
import org.junit.Test;
import org.junit.rules.TemporaryFolder;

/** Who may write an output. */
public final class LeaseTest {

  private static final Duration SHORT = Duration.ofMillis(1_500);
  private static final Duration LONG = Duration.ofMinutes(1);

  @Rule public final TemporaryFolder folder = new TemporaryFolder();

  private Ledger ledger;

  @Before
  public void makeLedger() {
    ledger = Ledger.of(new Folder(folder.getRoot() + "/output"));
  }

  @Test
  public void theNextOneGetsItWhenItWasGivenBack() throws IOException {
    for (int run = 1; run <= 3; run++) {
      Lease.take(ledger, "output", LONG).close();
    }
    assertThat(ledger.folder().list("lease-", ""), hasSize(1));
  }

  @Test
  public void whoeverIsAliveOnThisMachineKeepsIt() throws IOException {
    Lease held = Lease.take(ledger, "output", LONG);
    UsageException refusal =
        assertThrows(UsageException.class, () -> Lease.take(ledger, "output", LONG));
    assertThat(
        refusal.getMessage(),
        containsString("another run (process " + ProcessHandle.current().pid() + ", since "));
    held.close();
  }

  @Test
  public void aProcessOfThisMachineThatHasEndedLosesItAtOnce() throws Exception {
    Process ended = new ProcessBuilder("true").start();
    ended.waitFor();
    write(1, ended.pid(), Machine.name(), 0);
    Lease.take(ledger, "output", LONG).close();
  }

  @Test
  public void aNumberThatAnotherProcessHasNowIsNotTheHolder() throws IOException {
    write(1, ProcessHandle.current().pid(), Machine.name(), 0);
    Lease.take(ledger, "output", LONG).close();
  }

  @Test
  public void anotherMachineLosesItWhenItIsSilent() throws IOException {
    write(7, 1, "another", 0);
    long began = System.nanoTime();
    Lease.take(ledger, "output", SHORT).close();
    assertThat(System.nanoTime() - began, greaterThanOrEqualTo(SHORT.toNanos()));
  }

  @Test
  public void anotherMachineThatIsAliveKeepsIt() throws Exception {
    write(7, 1, "another", 0);
    ExecutorService elsewhere = Executors.newSingleThreadExecutor();
    try {
      CountDownLatch done = new CountDownLatch(1);
      Future<?> beats =
          elsewhere.submit(
              () -> {
                for (int beat = 1; done.getCount() > 0; beat++) {
                  write(7, 1, "another", beat);
                  Thread.sleep(100);
                }
                return null;
              });
      UsageException refusal =
          assertThrows(UsageException.class, () -> Lease.take(ledger, "output", LONG));
      assertThat(refusal.getMessage(), containsString("process 1 of another machine"));
      done.countDown();
      beats.get();
    } finally {
      elsewhere.shutdownNow();
    }
  }

  @Test
  public void ofManyWhoTryAtOnceOneGetsIt() throws Exception {
    ExecutorService all = Executors.newFixedThreadPool(8);
    try {
      List<Callable<Lease>> tries = new ArrayList<>();
      for (int i = 0; i < 8; i++) {
        tries.add(() -> Lease.take(ledger, "output", LONG));
      }
      int taken = 0;
      for (Future<Lease> attempt : all.invokeAll(tries)) {
        try {
          attempt.get().close();
          taken++;
        } catch (ExecutionException e) {
          assertThat(e.getCause().toString(), containsString("another run"));
        }
      }
      assertThat(taken, is(1));
    } finally {
      all.shutdownNow();
    }
  }

  /** What a run of another time or place has left. */
  private void write(int number, long process, String machine, int beats) throws IOException {
    String note =
        String.format(
            "{\"process\":%d,\"machine\":\"%s\",\"started\":1,\"since\":\"then\",\"beats\":%d,"
                + "\"released\":false}",
            process, machine, beats);
    ledger
        .folder()
        .write(
            String.format("lease-%010d", number),
            ledger.temporary(),
            out -> out.write(note.getBytes(StandardCharsets.UTF_8)));
  }
}
