package io.tailrace.ledger;

import static org.awaitility.Awaitility.await;
import static org.hamcrest.MatcherAssert.assertThat;
import static org.hamcrest.Matchers.contains;
import static org.hamcrest.Matchers.empty;
import static org.hamcrest.Matchers.is;

import io.tailrace.storage.Folder;
import io.tailrace.storage.SmallDisk;
import java.util.concurrent.FutureTask;
import org.junit.Rule;
import org.junit.Test;

public final class LeaseOnFullDiskTest {

  @Rule public final SmallDisk disk = new SmallDisk();

  @Test
  public void itIsWaitedForAndNoEmptyOneIsLeft() throws Exception {
    Ledger ledger = Ledger.of(new Folder(disk.root() + "/output"));
    disk.fill();
    FutureTask<Lease> taking = new FutureTask<>(() -> Lease.take(ledger, "output"));
    Thread thread = new Thread(taking);
    thread.start();
    await().until(() -> thread.getState() == Thread.State.TIMED_WAITING);
    assertThat(ledger.folder().list("", ""), is(empty()));
    disk.makeRoom();
    taking.get().close();
    assertThat(ledger.folder().list("", ""), contains("lease-0000000001"));
    assertThat(ledger.temporary().list("", ""), is(empty()));
  }
}
