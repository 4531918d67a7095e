package io.tailrace.ledger;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.containsString;
import static org.hamcrest.Matchers.greaterThanOrEqualTo;
import static org.hamcrest.Matchers.hasSize;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import io.tailrace.options.UsageException;
import io.tailrace.storage.Folder;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
  public void anUploadThatIsStillUnderWayIsNoLease() throws IOException {
    Lease.take(ledger, "output", LONG).close();
    // As S3Proxy lists it.
    String upload = "lease-0000000001-bbf8b85d-d6a7-4e5a-b2c7-f4bf47df1ab3";
    ledger.folder().write(upload, ledger.temporary(), out -> out.write(1));
    Lease.take(ledger, "output", LONG).close();
    assertThat(ledger.folder().list("lease-", ""), contains(upload, "lease-0000000002"));
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
    ScheduledExecutorService elsewhere = Executors.newSingleThreadScheduledExecutor();
    AtomicInteger beats = new AtomicInteger();
    try {
      elsewhere.scheduleWithFixedDelay(
          () -> {
            try {
              write(7, 1, "another", beats.incrementAndGet());
            } catch (IOException e) {
              throw new UncheckedIOException(e);
            }
          },
          0,
          100,
          TimeUnit.MILLISECONDS);
      UsageException refusal =
          assertThrows(UsageException.class, () -> Lease.take(ledger, "output", LONG));
      assertThat(refusal.getMessage(), containsString("process 1 of another machine"));
    } finally {
      elsewhere.shutdownNow();
      elsewhere.awaitTermination(1, TimeUnit.MINUTES);
    }
  }

  @Test
  public void oneWhoLookedBeforeOthersCameAndWentFindsTheLastOfThem() throws Exception {
    write(5, "another", false);
    FutureTask<Lease> late = new FutureTask<>(() -> Lease.take(ledger, "output", LONG));
    Thread thread = new Thread(late);
    thread.start();
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    write(7, "another", true);
    ledger.folder().delete(name(5));
    Lease held = Lease.take(ledger, "output", LONG);
    ExecutionException refused = assertThrows(ExecutionException.class, late::get);
    assertThat(refused.getCause(), instanceOf(UsageException.class));
    assertThat(ledger.folder().list("lease-", ""), contains(name(8)));
    held.close();
  }

  @Test
  public void whoeverIsJustStartingIsWaitedForWithoutAWord() throws Exception {
    Ledger other = Ledger.of(new Folder(folder.getRoot() + "/other"));
    Lease started = Lease.take(other, "other", LONG);
    byte[] note;
    try (InputStream in = other.folder().open(name(1))) {
      note = in.readAllBytes();
    }
    ledger.folder().writeIfAbsent(name(1), ledger.temporary(), new byte[0]);
    PrintStream err = System.err;
    ByteArrayOutputStream said = new ByteArrayOutputStream();
    System.setErr(new PrintStream(said, true));
    try {
      FutureTask<Lease> late = new FutureTask<>(() -> Lease.take(ledger, "output", LONG));
      Thread thread = new Thread(late);
      thread.start();
      await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
      ledger.folder().write(name(1), ledger.temporary(), out -> out.write(note));
      ExecutionException refused = assertThrows(ExecutionException.class, late::get);
      assertThat(refused.getCause(), instanceOf(UsageException.class));
      assertThat(said.toString(), is(""));
    } finally {
      System.setErr(err);
      started.close();
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

  @Test
  public void itsHolderIsKnown() throws Exception {
    assertThat(Lease.holder(ledger), is(Optional.empty()));
    assertThat(Lease.awaitEnd(ledger), is(true));
    Lease lease = Lease.take(ledger, "output", LONG);
    Lease.Holder holder = Lease.holder(ledger).orElseThrow();
    assertThat(holder.process(), is(ProcessHandle.current().pid()));
    assertThat(holder.isOfThisMachine(), is(true));
    FutureTask<Boolean> end = new FutureTask<>(() -> Lease.awaitEnd(ledger));
    new Thread(end).start();
    lease.close();
    assertThat(end.get(1, TimeUnit.MINUTES), is(true));
    assertThat(Lease.holder(ledger), is(Optional.empty()));
  }

  @Test
  public void aHolderThatWasKilledHoldsNothing() throws Exception {
    write(1, 1, Machine.name(), 0);
    assertThat(Lease.holder(ledger), is(Optional.empty()));
    assertThat(Lease.awaitEnd(ledger), is(false));
    write(1, "another", false);
    assertThat(Lease.holder(ledger), is(Optional.of(new Lease.Holder(1, false, "then"))));
    write(1, "another", true);
    assertThat(Lease.holder(ledger), is(Optional.empty()));
  }

  private void write(int number, String machine, boolean released) throws IOException {
    write(number, 1, machine, 0, released);
  }

  private void write(int number, long process, String machine, int beats) throws IOException {
    write(number, process, machine, beats, false);
  }

  /** What a run of another time or place has left. */
  private void write(int number, long process, String machine, int beats, boolean released)
      throws IOException {
    String note =
        String.format(
            "{\"process\":%d,\"machine\":\"%s\",\"started\":1,\"since\":\"then\",\"beats\":%d,"
                + "\"released\":%b}",
            process, machine, beats, released);
    ledger
        .folder()
        .write(
            name(number),
            ledger.temporary(),
            out -> out.write(note.getBytes(StandardCharsets.UTF_8)));
  }

  private static String name(int number) {
    return String.format("lease-%010d", number);
  }
}
