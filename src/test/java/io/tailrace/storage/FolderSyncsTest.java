package io.tailrace.storage;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.instanceOf;
import static org.hamcrest.Matchers.is;
import static org.junit.Assert.assertThrows;

import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.Test;

public final class FolderSyncsTest {

  private static final Path FOLDER = Path.of("/folder");
  private static final IOException NONE = new IOException("none");

  private final AtomicInteger begun = new AtomicInteger();
  private final BlockingQueue<IOException> outcomes = new LinkedBlockingQueue<>();
  private final FolderSyncs syncs = new FolderSyncs(this::syncSlowly);

  /** Ends when the test says how. */
  private void syncSlowly(Path folder) throws IOException {
    begun.incrementAndGet();
    try {
      IOException outcome = outcomes.take();
      if (outcome != NONE) {
        throw outcome;
      }
    } catch (InterruptedException e) {
      throw new ClosedByInterruptException();
    }
  }

  /** A thread that syncs a folder. */
  private final class Caller {
    private final FutureTask<Void> call;
    private final Thread thread;

    Caller(Path folder) {
      call =
          new FutureTask<>(
              () -> {
                syncs.sync(folder);
                return null;
              });
      thread = new Thread(call, "sync");
      thread.start();
    }

    static void awaitAll(List<Caller> callers, Thread.State state) {
      callers.forEach(caller -> await().until(() -> caller.thread.getState() == state));
    }
  }

  private Caller first() {
    Caller first = new Caller(FOLDER);
    await().until(() -> begun.get() == 1);
    return first;
  }

  private List<Caller> five() {
    List<Caller> callers = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      callers.add(new Caller(FOLDER));
    }
    Caller.awaitAll(callers, Thread.State.BLOCKED);
    return callers;
  }

  @Test
  public void thoseWhoComeDuringASyncShareTheNextOne() throws Exception {
    Caller first = first();
    List<Caller> others = five();
    outcomes.add(NONE);
    first.call.get();
    await().until(() -> begun.get() == 2);
    assertThat(others.stream().anyMatch(caller -> caller.call.isDone()), is(false));
    outcomes.add(NONE);
    for (Caller other : others) {
      other.call.get();
    }
    assertThat(begun.get(), is(2));
  }

  @Test
  public void oneWhoComesWhenAllIsDoneSyncsAgain() throws Exception {
    for (int i = 1; i <= 2; i++) {
      outcomes.add(NONE);
      new Caller(FOLDER).call.get();
      assertThat(begun.get(), is(i));
    }
  }

  @Test
  public void foldersDoNotWaitForEachOther() throws Exception {
    Caller first = first();
    Caller other = new Caller(Path.of("/other"));
    await().until(() -> begun.get() == 2);
    outcomes.add(NONE);
    outcomes.add(NONE);
    first.call.get();
    other.call.get();
  }

  @Test
  public void aFailureIsOneForAllWhoShareTheSync() throws Exception {
    Caller first = first();
    List<Caller> others = five();
    outcomes.add(NONE);
    first.call.get();
    IOException failure = new IOException("Input/output error");
    outcomes.add(failure);
    for (Caller other : others) {
      ExecutionException failed = assertThrows(ExecutionException.class, other.call::get);
      assertThat(failed.getCause().getCause(), is(failure));
    }
    assertThat(begun.get(), is(2));
    outcomes.add(NONE);
    new Caller(FOLDER).call.get();
  }

  @Test
  public void aThreadThatIsInterruptedLeavesTheSyncToTheOthers() throws Exception {
    Caller first = first();
    List<Caller> others = five();
    first.thread.interrupt();
    ExecutionException interrupted = assertThrows(ExecutionException.class, first.call::get);
    assertThat(interrupted.getCause(), instanceOf(ClosedByInterruptException.class));
    await().until(() -> begun.get() == 2);
    others.stream()
        .filter(caller -> caller.thread.getState() == Thread.State.WAITING)
        .forEach(caller -> caller.thread.interrupt());
    await().until(() -> begun.get() == 3);
    outcomes.add(NONE);
    int served = 0;
    for (Caller other : others) {
      try {
        other.call.get();
        served++;
      } catch (ExecutionException e) {
        assertThat(e.getCause(), instanceOf(ClosedByInterruptException.class));
      }
    }
    assertThat(served, is(4));
  }
}
